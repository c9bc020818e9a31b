/** Sphere phantoms: recovery curve, point spread function, image quality, and the camera factor where it is not known. */
import { InputError } from '../../../native-core/errors/index.ts'
import {
  findNemaSpheres,
  fitRecovery,
  meanDuringAcquisition,
  nemaQuality,
  psfFromSpheres,
  sphereCoefficients,
  spherePhantomFactor,
} from '../../../native-core/imaging/quantification/index.ts'
import type {
  FittedRecovery,
  FoundSpheres,
  KnownSource,
  NemaQuality,
  PhantomSphere,
  PsfWidth,
  SphereRecovery,
} from '../../../native-core/imaging/quantification/index.ts'
import { voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import { mbqToBq } from '../../../native-core/units/index.ts'
import type { Phantom, StoredCalibration } from '../../contracts/calibrations.ts'
import { cameraFactor, durationOf } from './drafts.ts'
import type { DraftLabel, PhantomImage } from './drafts.ts'

export interface SphereDrafts {
  readonly drafts: StoredCalibration[]
  readonly remarks: string[]
  readonly spheres: SpheresAnswer
}

export interface SpheresAnswer {
  readonly spheres: readonly SphereRecovery[]
  readonly curve: FittedRecovery
  /** null where the spheres are cold or give no width. */
  readonly psf: PsfWidth | null
  /** null without a background, or where the spheres are not those of the NEMA phantom. */
  readonly quality: NemaQuality | null
}

type SpherePhantom = Extract<Phantom, { source: 'sphere' }>

/** A coefficient whose own uncertainty is smaller is weighted with this: positions and edges are never better. Designed, unverified. */
const LEAST_UNCERTAINTY = 0.01

/**
 * Recovery of spheres of known concentration. An image in counts needs a factor: the one that is given, or it is found from the spheres too
 * (`spherePhantomFactor`) and becomes a draft of its own.
 */
export function analyseSpheres(
  image: PhantomImage,
  phantom: SpherePhantom,
  known: KnownSource,
  label: DraftLabel,
  step: (fraction: number) => void,
): SphereDrafts {
  const { grid, values } = image
  const found = phantom.spheres
    ? null
    : findNemaSpheres(grid, values, phantom.backgroundMbqPerMl > phantom.concentrationMbqPerMl ? 'cold' : 'hot')
  const spheres: readonly PhantomSphere[] = phantom.spheres ?? found?.spheres ?? []
  step(0.2)
  const concentration = mbqToBq(phantom.concentrationMbqPerMl)
  const background = mbqToBq(phantom.backgroundMbqPerMl)
  const drafts: StoredCalibration[] = []
  const remarks: string[] = []
  const scale = scaleOf(image, phantom, known, spheres, label, drafts, remarks)
  step(0.4)
  const recovered = sphereCoefficients(
    { grid, values: values.map((value) => value * scale.toBqPerMl), countsPerUnit: scale.countsPerUnit },
    spheres,
    {
      concentration: concentration * scale.decay,
      background: background * scale.decay,
      volumeRelativeUncertainty: phantom.volumeRelativeUncertainty,
    },
  ).map((sphere) => ({ ...sphere, standardUncertainty: Math.max(sphere.standardUncertainty, LEAST_UNCERTAINTY) }))
  step(0.6)
  const curve = fitRecovery(recovered, phantom.form)
  drafts.push({
    kind: 'recovery-curve',
    name: label.name,
    conditions: label.conditions,
    date: label.date,
    note: scale.note,
    form: curve.form,
    parameters: [...curve.parameters],
    covariance: curve.covariance.map((row) => [...row]),
    volumeRangeMl: [...curve.volumeRangeMl],
    spheres: recovered.map(({ volumeMl, coefficient, standardUncertainty }) => ({
      volumeMl,
      coefficient,
      standardUncertainty,
    })),
    reducedChiSquare: curve.reducedChiSquare,
    remarks: [...curve.remarks],
  })
  const psf = widthOf(image, spheres, remarks)
  step(0.9)
  if (psf)
    drafts.push({
      kind: 'psf',
      name: label.name,
      conditions: label.conditions,
      date: label.date,
      note: '',
      fwhmMm: [...psf.fwhmMm],
      relativeUncertainty: Math.min(1, psf.relativeUncertainty),
      source: 'spheres',
    })
  const quality = qualityOf(image, found, background > 0 ? concentration / background : null, remarks)
  return { drafts, remarks: [...remarks, ...curve.remarks], spheres: { spheres: recovered, curve, psf, quality } }
}

interface Scale {
  readonly toBqPerMl: number
  readonly countsPerUnit: number | null
  /** Concentration in the image's sense over that at the assay. */
  readonly decay: number
  readonly note: string
}

function scaleOf(
  { grid, values, unit, durationS }: PhantomImage,
  phantom: SpherePhantom,
  known: KnownSource,
  spheres: readonly PhantomSphere[],
  label: DraftLabel,
  drafts: StoredCalibration[],
  remarks: string[],
): Scale {
  const toStart = Math.exp((-Math.LN2 * known.assayToStartS) / known.halfLifeS)
  const meter = `activity meter ± ${(100 * known.activityRelativeUncertainty).toFixed(1)} %, common to all spheres and not in the curve`
  if (unit === 'Bq/mL') return { toBqPerMl: 1, countsPerUnit: null, decay: toStart, note: `Image in Bq/mL; ${meter}.` }
  const seconds = durationOf(durationS)
  const { value: decay } = meanDuringAcquisition({ ...known, value: 1, durationS: seconds })
  let sensitivity = phantom.sensitivityCpsPerMbq
  let note = `Factor ${sensitivity ?? ''} cps/MBq given; its ± ${(100 * phantom.sensitivityRelativeUncertainty).toFixed(1)} % and the ${meter}.`
  if (sensitivity === undefined) {
    const factor = spherePhantomFactor(
      { grid, values, durationS: seconds },
      {
        ...known,
        concentrationBqPerMl: mbqToBq(phantom.concentrationMbqPerMl),
        backgroundBqPerMl: mbqToBq(phantom.backgroundMbqPerMl),
        volumeRelativeUncertainty: phantom.volumeRelativeUncertainty,
      },
      spheres,
      { kind: 'all' },
    )
    drafts.push(cameraFactor(factor, 'sphere-phantom', label))
    remarks.push(...factor.remarks, 'Factor and recovery curve come from the same spheres: use them together.')
    sensitivity = factor.countsPerBqS * 1e6
    note = `From the same spheres as the factor ${sensitivity.toPrecision(5)} cps/MBq: to be used with it.`
  }
  const bqPerCount = 1e6 / (sensitivity * seconds)
  return { toBqPerMl: bqPerCount / voxelVolumeMl(grid), countsPerUnit: voxelVolumeMl(grid) / bqPerCount, decay, note }
}

function widthOf(
  { grid, values }: PhantomImage,
  spheres: readonly PhantomSphere[],
  remarks: string[],
): PsfWidth | null {
  try {
    return psfFromSpheres(grid, values, spheres)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    remarks.push(`No point spread function: ${error.message}`)
    return null
  }
}

function qualityOf(
  { grid, values }: PhantomImage,
  found: FoundSpheres | null,
  ratio: number | null,
  remarks: string[],
): NemaQuality | null {
  if (found === null || ratio === null) return null
  try {
    const quality = nemaQuality(grid, values, found, ratio)
    remarks.push(...quality.remarks)
    return quality
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    remarks.push(`No contrast recovery: ${error.message}`)
    return null
  }
}
