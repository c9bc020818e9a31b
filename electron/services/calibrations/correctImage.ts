/** One image to Bq/mL with the corrections that are asked for, each listed with its factor and uncertainty. */
import { InputError } from '../../../native-core/errors/index.ts'
import { deadTimeFactor, meanDecayDuring } from '../../../native-core/imaging/quantification/index.ts'
import { voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import type { Nuclide } from '../../../native-core/physics/index.ts'
import { z } from '../../contracts/schema.ts'
import { deadTimeModelSchema, recoveryCurveFields } from '../../contracts/calibrations.ts'
import { calibrationSchema, partialVolumeSchema } from '../../contracts/protocol.ts'
import { correctStructures, deconvolved } from './correctStructures.ts'
import type { CorrectedStructure, StructureMask } from './correctStructures.ts'
import { durationOf } from './drafts.ts'
import type { PhantomImage } from './drafts.ts'

const positive = z.number().positive()

/** What is done to an image. Each correction is there or not; nothing is taken from elsewhere. */
export const correctionSettingsSchema = z.strictObject({
  nuclide: z.string().min(1).max(20),
  /** Overrides what the image says. */
  acquisitionDurationS: positive.optional(),
  /** For an image in counts. */
  calibration: calibrationSchema.optional(),
  decayDuringAcquisition: z.boolean().default(true),
  deadTime: z
    .strictObject({
      losses: deadTimeModelSchema,
      /** One for the acquisition, or one for each projection or frame, of equal duration. */
      observedCps: z.union([positive, z.array(positive).min(1).max(10000)]),
    })
    .optional(),
  partialVolume: partialVolumeSchema.prefault({}),
  recoveryCurve: z.strictObject(recoveryCurveFields).optional(),
})
export type CorrectionSettings = z.infer<typeof correctionSettingsSchema>

export interface AppliedCorrection {
  readonly name: string
  readonly applied: boolean
  /** What the image was multiplied by; null where it is not one number. */
  readonly factor: number | null
  /** One standard deviation, relative, common to the whole image. */
  readonly relativeUncertainty: number
  readonly words: string
}

export interface CorrectedImage {
  /** Bq/mL at the start of the acquisition. */
  readonly values: Float32Array
  readonly corrections: readonly AppliedCorrection[]
  /** Of calibration, lost counts and half-life together: common to the whole image. */
  readonly commonRelativeUncertainty: number
  readonly totalBq: number
  readonly structures: readonly CorrectedStructure[]
  readonly background: { readonly measuredBqPerMl: number; readonly correctedBqPerMl: number } | null
  readonly remarks: readonly string[]
}

/**
 * Counts × dead time / (T · sensitivity · voxel volume · mean decay during T), then the partial-volume correction: of the image
 * (richardson-lucy), or of the structures' means (recovery-curve, gtm).
 *
 * @param progress as of `richardsonLucy`
 * @throws InputError `correct.no-calibration`, `correct.dead-time-unit`, `correct.no-psf`, `correct.no-curve`, `correct.no-structures`,
 *   `calibration.needs-duration`, and those of the core
 */
export function correctImage(
  image: PhantomImage,
  settings: CorrectionSettings,
  nuclide: Nuclide,
  masks: readonly StructureMask[],
  progress: (fraction: number) => boolean = () => true,
): CorrectedImage {
  const corrections = [calibrationOf(image, settings), deadTimeOf(image, settings), decayOf(image, settings, nuclide)]
  const factor = corrections.reduce((product, correction) => product * (correction.factor ?? 1), 1)
  const values = image.values.map((value) => value * factor)
  const remarks: string[] = []
  const { method } = settings.partialVolume
  const sharpened =
    method === 'richardson-lucy' ? deconvolved(image.grid, values, settings.partialVolume, progress) : null
  if (sharpened) remarks.push(...sharpened.remarks)
  const ofStructures = correctStructures(image.grid, values, sharpened?.values ?? null, settings, masks)
  const result = sharpened?.values ?? values
  const common = Math.hypot(...corrections.map(({ relativeUncertainty }) => relativeUncertainty))
  return {
    values: result,
    corrections: [...corrections, partialVolumeOf(settings)],
    commonRelativeUncertainty: common,
    totalBq: result.reduce((sum, value) => sum + value, 0) * voxelVolumeMl(image.grid),
    structures: ofStructures.structures,
    background: ofStructures.background,
    remarks: [...remarks, ...ofStructures.remarks],
  }
}

function calibrationOf({ grid, unit, durationS }: PhantomImage, settings: CorrectionSettings): AppliedCorrection {
  const name = 'calibration'
  const { calibration } = settings
  if (unit === 'Bq/mL')
    return {
      name,
      applied: false,
      factor: 1,
      relativeUncertainty: 0,
      words: `the image is in Bq/mL already${calibration ? '; the factor given is not used' : ''}; its own uncertainty is not known`,
    }
  if (!calibration)
    throw new InputError(
      'correct.no-calibration',
      'The image holds counts and there is no calibration factor.',
      'Give "calibration" in the settings: sensitivityCpsPerMbq, relativeUncertainty, date.',
    )
  const seconds = durationOf(settings.acquisitionDurationS ?? durationS)
  const { sensitivityCpsPerMbq, relativeUncertainty, date } = calibration
  return {
    name,
    applied: true,
    factor: 1e6 / (seconds * sensitivityCpsPerMbq * voxelVolumeMl(grid)),
    relativeUncertainty,
    words: `${sensitivityCpsPerMbq} cps/MBq of ${date}, over ${seconds} s`,
  }
}

function deadTimeOf({ unit }: PhantomImage, { deadTime }: CorrectionSettings): AppliedCorrection {
  const name = 'dead time'
  if (!deadTime) return { name, applied: false, factor: 1, relativeUncertainty: 0, words: 'not corrected' }
  if (unit !== 'counts')
    throw new InputError(
      'correct.dead-time-unit',
      'Lost counts can be corrected in an image of counts only; this one is in Bq/mL, and whether they were corrected is not known.',
      'Leave "deadTime" out, or give the reconstruction in counts.',
    )
  const { factor, relativeUncertainty, lowest, highest, remarks } = deadTimeFactor(
    deadTime.losses,
    deadTime.observedCps,
  )
  const range = highest > lowest ? `, single frames ${lowest.toFixed(4)} to ${highest.toFixed(4)}` : ''
  return {
    name,
    applied: true,
    factor,
    relativeUncertainty,
    words: [`${deadTime.losses.model}${range}`, ...remarks].join('. '),
  }
}

function decayOf({ unit, durationS }: PhantomImage, settings: CorrectionSettings, nuclide: Nuclide): AppliedCorrection {
  const name = 'decay during acquisition'
  if (unit === 'Bq/mL')
    return {
      name,
      applied: false,
      factor: 1,
      relativeUncertainty: 0,
      words: 'as the image has it: Bq/mL at acquisition start',
    }
  if (!settings.decayDuringAcquisition)
    return {
      name,
      applied: false,
      factor: 1,
      relativeUncertainty: 0,
      words: 'off: the mean over the acquisition is kept',
    }
  const seconds = durationOf(settings.acquisitionDurationS ?? durationS)
  const mean = meanDecayDuring(seconds, Math.LN2 / nuclide.halfLifeS)
  return {
    name,
    applied: true,
    factor: 1 / mean,
    // To first order the mean lies half an acquisition after its start.
    relativeUncertainty:
      ((Math.LN2 * seconds) / 2 / nuclide.halfLifeS) * (nuclide.halfLifeUncertaintyS / nuclide.halfLifeS),
    words: `${nuclide.name}, half-life ${(nuclide.halfLifeS / 3600).toPrecision(5)} h, over ${seconds} s`,
  }
}

function partialVolumeOf({ partialVolume, recoveryCurve }: CorrectionSettings): AppliedCorrection {
  const { method, fwhmMm, iterations, fwhmRelativeUncertainty } = partialVolume
  const width = `FWHM ${fwhmMm?.join(' × ') ?? '?'} mm ± ${(100 * fwhmRelativeUncertainty).toFixed(0)} %`
  const words = {
    none: 'not corrected',
    'recovery-curve': `recovery by volume, curve "${recoveryCurve?.form ?? ''}": means of structures only, the image is not changed`,
    gtm: `geometric transfer matrix, ${width}: means of structures only, the image is not changed`,
    'richardson-lucy': `Richardson–Lucy, ${iterations} iterations, ${width}: the image`,
  }[method]
  return { name: 'partial volume', applied: method !== 'none', factor: null, relativeUncertainty: 0, words }
}
