/** Means of structures with the partial-volume correction that is asked for. */
import { InputError } from '../../../native-core/errors/index.ts'
import {
  gtmPartialVolume,
  recoveryAt,
  richardsonLucy,
  spillInCorrected,
  surroundingsMean,
} from '../../../native-core/imaging/quantification/index.ts'
import type { Deconvolved, GaussianPsf } from '../../../native-core/imaging/quantification/index.ts'
import { maskStatistics } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../../../native-core/imaging/index.ts'
import type { CorrectionSettings } from './correctImage.ts'
import type { PartialVolume } from '../../contracts/protocol.ts'

export interface StructureMask {
  readonly name: string
  /** On the grid of the image. */
  readonly mask: FractionalMask
}

export interface CorrectedStructure {
  readonly name: string
  readonly volumeMl: number
  readonly measuredBqPerMl: number
  readonly correctedBqPerMl: number
  /** Corrected mean times volume. */
  readonly activityBq: number
  /** Measured over corrected mean; null where the corrected one is zero. */
  readonly recovery: number | null
  /** Of the corrected mean, relative, from the partial-volume correction alone: common to all time points of the structure. */
  readonly partialVolumeRelativeUncertainty: number
  readonly remarks: readonly string[]
}

export interface CorrectedStructures {
  readonly structures: readonly CorrectedStructure[]
  readonly background: { readonly measuredBqPerMl: number; readonly correctedBqPerMl: number } | null
  readonly remarks: readonly string[]
}

type Corrected = Pick<CorrectedStructure, 'correctedBqPerMl' | 'remarks'> & { readonly standardUncertainty: number }

/** @throws InputError `correct.no-psf`, `correct.no-curve`, `correct.no-structures`, and those of the core. */
export function correctStructures(
  grid: ImageGrid,
  values: Float32Array,
  sharpened: Float32Array | null,
  settings: CorrectionSettings,
  masks: readonly StructureMask[],
): CorrectedStructures {
  const { method } = settings.partialVolume
  if (masks.length === 0 && (method === 'gtm' || method === 'recovery-curve'))
    throw new InputError(
      'correct.no-structures',
      `The correction "${method}" is of structures, and there is none.`,
      'Give --structures, or choose richardson-lucy, which corrects the image.',
    )
  const measured = masks.map(({ mask }) => maskStatistics(mask, values))
  const outside = masks.findIndex((_, n) => !(measured[n]!.volumeMl > 0))
  if (outside >= 0)
    throw new InputError(
      'correct.outside',
      `"${masks[outside]!.name}" has no part in the image.`,
      'Leave it out, or check that outlines and image are in the same coordinates.',
    )
  const answer = (corrected: readonly Corrected[]): CorrectedStructure[] =>
    masks.map(({ name }, n) => {
      const { mean, totalVolumeMl } = measured[n]!
      const { correctedBqPerMl, standardUncertainty, remarks } = corrected[n]!
      return {
        name,
        volumeMl: totalVolumeMl,
        measuredBqPerMl: mean,
        correctedBqPerMl,
        activityBq: correctedBqPerMl * totalVolumeMl,
        recovery: correctedBqPerMl === 0 ? null : mean / correctedBqPerMl,
        partialVolumeRelativeUncertainty: correctedBqPerMl === 0 ? 0 : standardUncertainty / Math.abs(correctedBqPerMl),
        remarks,
      }
    })
  switch (method) {
    case 'none':
      return plain(answer(measured.map(({ mean }) => asItIs(mean))))
    case 'recovery-curve':
      return plain(answer(byCurve(grid, values, settings, masks)))
    case 'richardson-lucy':
      return plain(answer(ofImage(grid, values, sharpened ?? values, settings.partialVolume, masks)))
    case 'gtm': {
      const { fwhmRelativeUncertainty } = settings.partialVolume
      const psf = psfOf(settings.partialVolume)
      const gtm = gtmPartialVolume(grid, masks, values, psf, { fwhmRelativeUncertainty })
      const last = masks.length
      return {
        structures: answer(
          masks.map((_, n) => ({
            correctedBqPerMl: gtm.corrected[n]!,
            standardUncertainty: Math.hypot(gtm.psfStandardUncertainty[n]!, gtm.edgeStandardUncertainty[n]!),
            remarks: [`noise of the mean × ${gtm.noiseAmplification[n]!.toFixed(2)}`],
          })),
        ),
        background: { measuredBqPerMl: gtm.measured[last]!, correctedBqPerMl: gtm.corrected[last]! },
        remarks: gtm.remarks,
      }
    }
  }
}

const plain = (structures: readonly CorrectedStructure[]): CorrectedStructures => ({
  structures,
  background: null,
  remarks: [],
})
const asItIs = (mean: number): Corrected => ({ correctedBqPerMl: mean, standardUncertainty: 0, remarks: [] })

function byCurve(
  grid: ImageGrid,
  values: Float32Array,
  { recoveryCurve, partialVolume }: CorrectionSettings,
  masks: readonly StructureMask[],
): Corrected[] {
  if (!recoveryCurve)
    throw new InputError(
      'correct.no-curve',
      'The correction "recovery-curve" needs a curve.',
      'Give "recoveryCurve" in the settings: form, parameters, covariance, volumeRangeMl, as `quantify recovery` writes them.',
    )
  return masks.map(({ mask }, n) => {
    const { mean, totalVolumeMl } = maskStatistics(mask, values)
    const recovery = recoveryAt(recoveryCurve, totalVolumeMl)
    const background =
      partialVolume.background === 'surroundings'
        ? surroundingsMean(grid, masks, n, values, psfOf(partialVolume))
        : { value: 0, standardUncertainty: 0 }
    const corrected = spillInCorrected({
      measured: { value: mean, standardUncertainty: 0 },
      background,
      recovery: { value: recovery.coefficient, standardUncertainty: recovery.standardUncertainty },
    })
    return {
      correctedBqPerMl: corrected.value,
      standardUncertainty: corrected.standardUncertainty,
      remarks: recovery.remark === '' ? [] : [recovery.remark],
    }
  })
}

/** Means in the sharpened image; the uncertainty is half their difference with the widths one standard deviation narrower and wider. */
function ofImage(
  grid: ImageGrid,
  values: Float32Array,
  sharpened: Float32Array,
  partialVolume: PartialVolume,
  masks: readonly StructureMask[],
): Corrected[] {
  const u = partialVolume.fwhmRelativeUncertainty
  const moved =
    u > 0 && masks.length > 0 ? [1 - u, 1 + u].map((by) => deconvolved(grid, values, scaledPsf(partialVolume, by))) : []
  return masks.map(({ mask }) => {
    const [narrow, wide] = moved.map((image) => maskStatistics(mask, image.values).mean)
    return {
      correctedBqPerMl: maskStatistics(mask, sharpened).mean,
      standardUncertainty: narrow === undefined || wide === undefined ? 0 : Math.abs(wide - narrow) / 2,
      remarks: [],
    }
  })
}

const scaledPsf = (partialVolume: PartialVolume, by: number): PartialVolume => ({
  ...partialVolume,
  fwhmMm: psfOf(partialVolume).fwhmMm.map((width) => width * by) as [number, number, number],
})

/** The image by Richardson–Lucy with the settings of a protocol. */
export function deconvolved(
  grid: ImageGrid,
  values: Float32Array,
  partialVolume: PartialVolume,
  progress?: (fraction: number) => boolean,
): Deconvolved {
  return richardsonLucy(grid, values, psfOf(partialVolume), partialVolume.iterations, progress ? { progress } : {})
}

function psfOf({ method, fwhmMm, background }: PartialVolume): GaussianPsf & { readonly fwhmMm: Vec3 } {
  if (fwhmMm !== null) return { fwhmMm }
  throw new InputError(
    'correct.no-psf',
    `The correction "${method}"${background === 'surroundings' ? ' with background "surroundings"' : ''} needs the width of the point spread function.`,
    'Give partialVolume.fwhmMm: the FWHM along the columns, rows and slices of the image in mm.',
  )
}
