/** Standardised uptake values. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured, relativeUncertainty } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'
import { bodySurfaceM2, leanBodyMass } from './bodySize.ts'
import type { LeanMassFormula, SurfaceFormula } from './bodySize.ts'

/** What the uptake is divided by: `weight` and lean masses give g/mL, surfaces cm²/mL. */
export type SuvNormalisation = 'weight' | LeanMassFormula | SurfaceFormula

export interface SuvPatient {
  readonly weightKg: number | null
  readonly heightM: number | null
  readonly sex: 'M' | 'F' | 'O' | null
}

export interface SuvScale {
  /** SUV for each Bq/mL. */
  readonly suvPerBqPerMl: Measured
  readonly unit: 'g/mL' | 'cm²/mL'
  /** Activity that the uptake is a share of, at the reference time of the image, Bq. */
  readonly referenceActivityBq: Measured
  readonly remarks: readonly string[]
}

/**
 * SUV = c·N/A with the concentration c and the activity A at one reference time, N the body weight, lean mass (g) or surface (cm²). An image
 * corrected to the start of the scan takes A = A₀·2^(−Δt/T), one corrected to the administration A₀ (QIBA, FDG-PET/CT profile, appendix G;
 * Zasadny, Wahl, Radiology 189 (1993) 847). A₀ is net: less what stayed in syringe and line.
 *
 * @param input.referenceDelayS from the administration to the time that the image is decay-corrected to, s; 0 for the administration
 * @throws InputError `pet.no-weight`, `pet.no-height`, `pet.no-sex` naming the tag, `pet.body-size`, `pet.activity`, `pet.delay`.
 */
export function suvScale(input: {
  readonly normalisation: SuvNormalisation
  readonly patient: SuvPatient
  readonly weightRelativeUncertainty?: number
  readonly netActivityBq: Measured
  readonly referenceDelayS: number
  readonly halfLifeS: number
}): SuvScale {
  const { normalisation, patient, netActivityBq, referenceDelayS, halfLifeS, weightRelativeUncertainty = 0 } = input
  assertMeasured(netActivityBq, 'The administered activity', 'pet.activity', 'positive')
  if (!(referenceDelayS >= 0) || !Number.isFinite(referenceDelayS) || referenceDelayS > 20 * halfLifeS)
    throw new InputError(
      'pet.delay',
      `The image is of ${(referenceDelayS / 3600).toPrecision(3)} h after the administration.`,
      'Check date and time of administration and scan.',
    )
  const size = normalisingSize(normalisation, patient)
  const left = Math.exp((-Math.LN2 / halfLifeS) * referenceDelayS)
  const referenceActivityBq = {
    value: netActivityBq.value * left,
    standardUncertainty: netActivityBq.standardUncertainty * left,
  }
  const value = size.amount / referenceActivityBq.value
  // Of the weight's error only what the normalisation takes of it.
  const relative = Math.hypot(relativeUncertainty(netActivityBq), size.weightExponent * weightRelativeUncertainty)
  return {
    suvPerBqPerMl: { value, standardUncertainty: value * relative },
    unit: size.unit,
    referenceActivityBq,
    remarks: size.remarks,
  }
}

/** SUV of a concentration in Bq/mL; concentration and scale are independent. */
export function suvOf(concentrationBqPerMl: Measured, scale: SuvScale): Measured {
  const value = concentrationBqPerMl.value * scale.suvPerBqPerMl.value
  return {
    value,
    standardUncertainty: Math.hypot(
      concentrationBqPerMl.standardUncertainty * scale.suvPerBqPerMl.value,
      concentrationBqPerMl.value * scale.suvPerBqPerMl.standardUncertainty,
    ),
  }
}

/** Concentration in Bq/mL at the reference time of the image from an SUV. */
export function concentrationOfSuv(suv: Measured, scale: SuvScale): Measured {
  const value = suv.value / scale.suvPerBqPerMl.value
  return {
    value,
    standardUncertainty: Math.hypot(
      suv.standardUncertainty / scale.suvPerBqPerMl.value,
      value * relativeUncertainty(scale.suvPerBqPerMl),
    ),
  }
}

interface NormalisingSize {
  readonly amount: number
  readonly unit: SuvScale['unit']
  /** d ln N/d ln W. */
  readonly weightExponent: number
  readonly remarks: readonly string[]
}

function normalisingSize(normalisation: SuvNormalisation, patient: SuvPatient): NormalisingSize {
  const weightKg = needed(patient.weightKg, 'pet.no-weight', 'weight', 'Patient Weight (0010,1030)')
  if (normalisation === 'weight') {
    if (!(weightKg > 0.3 && weightKg < 700))
      throw new InputError(
        'pet.body-size',
        `A weight of ${weightKg} kg is not of a person.`,
        'Check Patient Weight (0010,1030), in kg.',
      )
    return { amount: weightKg * 1e3, unit: 'g/mL', weightExponent: 1, remarks: [] }
  }
  const heightM = needed(patient.heightM, 'pet.no-height', 'height', 'Patient Size (0010,1020)')
  const exponentOf = (sizeOf: (weight: number) => number): number => {
    const step = 1e-4
    return Math.log(sizeOf(weightKg * (1 + step)) / sizeOf(weightKg * (1 - step))) / Math.log((1 + step) / (1 - step))
  }
  if (normalisation === 'du-bois' || normalisation === 'mosteller')
    return {
      amount: bodySurfaceM2(normalisation, weightKg, heightM) * 1e4,
      unit: 'cm²/mL',
      weightExponent: exponentOf((w) => bodySurfaceM2(normalisation, w, heightM)),
      remarks: [],
    }
  const { sex } = patient
  if (sex !== 'M' && sex !== 'F')
    throw new InputError(
      'pet.no-sex',
      `The formula of the lean body mass needs the sex, which is ${sex === null ? 'not known' : 'given as other'}.`,
      "Give Patient's Sex (0010,0040) as M or F, or take another normalisation.",
    )
  const { massKg, remarks } = leanBodyMass(normalisation, { weightKg, heightM, sex })
  return {
    amount: massKg * 1e3,
    unit: 'g/mL',
    weightExponent: exponentOf((w) => leanBodyMass(normalisation, { weightKg: w, heightM, sex }).massKg),
    remarks,
  }
}

function needed(value: number | null, code: string, what: string, tag: string): number {
  if (value !== null) return value
  throw new InputError(
    code,
    `The ${what} of the patient is not known: ${tag} is missing.`,
    `Give the ${what}; without it there is no such SUV.`,
  )
}
