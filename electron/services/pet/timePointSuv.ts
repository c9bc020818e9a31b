/** The SUV scales of a time point: what can be given, and what is missing for the others. */
import { InputError } from '../../../native-core/errors/index.ts'
import { bodySurfaceM2, leanBodyMass, suvScale } from '../../../native-core/imaging/pet/index.ts'
import type { SuvNormalisation, SuvPatient } from '../../../native-core/imaging/pet/index.ts'
import { relativeUncertainty } from '../../../native-core/statistics/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import type { SuvKind, SuvScaleOf, SuvTimePoint } from '../../contracts/suv.ts'

/**
 * The formula of each kind: Janmahasatian's lean body mass, which holds for obese patients too (EANM guidelines for FDG, Boellaard et al., Eur. J. Nucl.
 * Med. Mol. Imaging 42 (2015) 328), and Du Bois' surface. Others are on the command line (`quantify suv`).
 */
const FORMULAS: readonly { readonly kind: SuvKind; readonly normalisation: SuvNormalisation }[] = [
  { kind: 'weight', normalisation: 'weight' },
  { kind: 'lean-mass', normalisation: 'janmahasatian' },
  { kind: 'surface', normalisation: 'du-bois' },
]

export interface SuvInjection {
  readonly nuclide: string
  readonly halfLifeS: number
  /** At the start of the administration, net. */
  readonly activityBq: Measured
  /** From there to the time that the voxels are of, s. */
  readonly delayS: number
}

/**
 * Scales for voxels that hold activity at the start of the acquisition.
 *
 * @param bqPerMlPerStored what a stored value is multiplied by to give Bq/mL, with the relative standard uncertainty of a calibration
 */
export function timePointSuv(
  injection: SuvInjection,
  patient: SuvPatient,
  bqPerMlPerStored: { readonly factor: number; readonly relativeUncertainty: number },
): Omit<SuvTimePoint, 'timePointId'> {
  const scales: SuvScaleOf[] = []
  const missing: SuvTimePoint['missing'] = []
  let left: number | null = null
  for (const { kind, normalisation } of FORMULAS)
    try {
      const { activityBq, delayS, halfLifeS } = injection
      const scale = suvScale({ normalisation, patient, netActivityBq: activityBq, referenceDelayS: delayS, halfLifeS })
      left = scale.referenceActivityBq.value
      const value = scale.suvPerBqPerMl.value * bqPerMlPerStored.factor
      const relative = Math.hypot(relativeUncertainty(scale.suvPerBqPerMl), bqPerMlPerStored.relativeUncertainty)
      scales.push({
        kind,
        suvPerStored: { value, standardUncertainty: value * relative },
        unit: scale.unit,
        method: methodWords(kind, patient),
        remarks: [...scale.remarks],
      })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      missing.push({ kind, message: error.message, hint: error.hint })
    }
  return { scales, missing, injected: injectionWords(injection, left) }
}

function methodWords(kind: SuvKind, { weightKg, heightM, sex }: SuvPatient): string {
  const weight = `${Number((weightKg ?? NaN).toPrecision(4))} kg`
  if (kind === 'weight' || weightKg === null || heightM === null) return `body weight ${weight}`
  const of = `${weight}, ${Number((heightM * 100).toPrecision(4))} cm`
  if (kind === 'surface')
    return `body surface ${bodySurfaceM2('du-bois', weightKg, heightM).toFixed(2)} m² (Du Bois 1916, of ${of})`
  if (sex !== 'M' && sex !== 'F') return ''
  const { massKg } = leanBodyMass('janmahasatian', { weightKg, heightM, sex })
  return `lean body mass ${massKg.toFixed(1)} kg (Janmahasatian 2005, of ${of}, ${sex === 'M' ? 'male' : 'female'})`
}

function injectionWords({ nuclide, activityBq, delayS }: SuvInjection, left: number | null): string {
  const megabecquerel = (bq: number): string => `${Number((bq / 1e6).toPrecision(4))} MBq`
  const start =
    left === null ? '' : `, ${megabecquerel(left)} at the start of the scan ${(delayS / 3600).toFixed(2)} h later`
  return `${nuclide}: ${megabecquerel(activityBq.value)} administered${start}`
}
