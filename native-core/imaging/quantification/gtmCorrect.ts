/** Means of structures corrected by the geometric transfer matrix, with what the correction does to their uncertainty. */
import { InputError } from '../../errors/index.ts'
import { propagateCovariance, quadraticForm, solveLeastSquares } from '../../statistics/index.ts'
import type { ImageGrid, Vec3 } from '../types.ts'
import { conditionOf, geometricTransferMatrix, weightedMean } from './geometricTransferMatrix.ts'
import type { GeometricTransferMatrix, GtmStructure } from './geometricTransferMatrix.ts'
import type { GaussianPsf } from './gaussianBlur.ts'
import type { StructureBeyondEdge } from './sparseBlur.ts'

/** Beyond it the means are the noise of the image. Designed: a tenth of a per cent of the image becomes the whole of a mean. */
const WORST_CONDITION = 1000
/** Above this share of a structure's volume that others claim too, it is told. */
const OVERLAP_TOLD_ML = 0.1
/** Above this change of a mean by what lies beyond the edge of the image, it is told. */
const EDGE_TOLD = 0.01

export interface GtmOptions {
  /** Of the measured mean of each region (structures, then background), in the unit of the image. */
  readonly standardUncertainties?: readonly number[]
  readonly isCancelled?: () => boolean
}

export interface GtmMeans {
  /** Structures in the order given, then 'background'. */
  readonly names: readonly string[]
  readonly measured: readonly number[]
  readonly corrected: readonly number[]
  /** Of the corrected means, from `standardUncertainties` of independent measured ones; null without. */
  readonly covariance: readonly (readonly number[])[] | null
  /** Standard deviation of a corrected over that of a measured mean, for noise that is the same and independent in all voxels. */
  readonly noiseAmplification: readonly number[]
  /** Largest over smallest singular value of the matrix. */
  readonly condition: number
  readonly remarks: readonly string[]
}

export interface GtmResult extends GtmMeans {
  /** One standard deviation of each corrected mean by the width of the point spread function: common to all images. */
  readonly psfStandardUncertainty: readonly number[]
  /** The same by what is not known beyond the edges of the image; 0 where no structure touches one. */
  readonly edgeStandardUncertainty: readonly number[]
}

/** What solving m = G·t gives without an image. */
export interface SolvedTransfer {
  readonly corrected: readonly number[]
  /** G⁻¹. */
  readonly inverse: readonly (readonly number[])[]
  readonly covariance: readonly (readonly number[])[] | null
  readonly condition: number
}

/**
 * True means t from measured ones m = G·t, with the covariance H·V·Hᵀ of H = G⁻¹ for independent m.
 *
 * @throws InputError `gtm.singular`, `gtm.uncertainties`
 */
export function solveTransfer(
  matrix: readonly (readonly number[])[],
  measured: readonly number[],
  standardUncertainties?: readonly number[],
): SolvedTransfer {
  const condition = conditionOf(matrix)
  if (!(condition < WORST_CONDITION))
    throw new InputError(
      'gtm.singular',
      `The structures cannot be told apart with this point spread function (condition ${condition.toPrecision(3)}).`,
      'Leave out structures that lie in each other or are much smaller than its width, or use the recovery curve.',
    )
  if (standardUncertainties && standardUncertainties.length !== matrix.length)
    throw new InputError(
      'gtm.uncertainties',
      `There are ${standardUncertainties.length} uncertainties for ${matrix.length} regions (the last is the background).`,
      'Give one for each.',
    )
  const inverse = inverseOf(matrix)
  return {
    corrected: inverse.map((row) => row.reduce((sum, share, n) => sum + share * measured[n]!, 0)),
    inverse,
    covariance: standardUncertainties
      ? propagateCovariance(
          inverse,
          standardUncertainties.map((u, i) => standardUncertainties.map((_, j) => (i === j ? u * u : 0))),
        )
      : null,
    condition,
  }
}

/**
 * True means of the regions of an image, by `solveTransfer`, and what the correction does to its noise.
 *
 * @param values the image, one number per voxel of the matrix' grid
 * @throws InputError `gtm.singular`, `gtm.not-finite`, `gtm.uncertainties`
 */
export function gtmCorrect(
  gtm: GeometricTransferMatrix,
  values: Float32Array | Float64Array,
  { standardUncertainties }: GtmOptions = {},
): GtmMeans {
  const { names, matrix, weights, overlapMl } = gtm
  const measured = weights.map((region) => weightedMean(region, values))
  const lost = measured.findIndex((mean) => !Number.isFinite(mean))
  if (lost >= 0)
    throw new InputError(
      'gtm.not-finite',
      `The image has a voxel in "${names[lost] ?? ''}" that is not a finite number.`,
      'Look at the image; export it again.',
    )
  const { corrected, inverse, covariance, condition } = solveTransfer(matrix, measured, standardUncertainties)
  const noise = whiteNoise(gtm)
  return {
    names,
    measured,
    corrected,
    covariance,
    noiseAmplification: inverse.map((row, i) => Math.sqrt(quadraticForm(noise, row) / noise[i]![i]!)),
    condition,
    remarks:
      overlapMl > OVERLAP_TOLD_ML
        ? [`Structures overlap by ${overlapMl.toPrecision(2)} mL in all: these voxels were shared between them.`]
        : [],
  }
}

/**
 * `geometricTransferMatrix` and `gtmCorrect` in one, with the uncertainty by the width of the point spread function: half the difference
 * of the means with widths one standard deviation above and below. Where structures touch an edge of the image, that by the edge is the
 * difference to structures that end there over √3: anything up to it is taken as equally likely (JCGM 100:2008, 4.3.7).
 *
 * @throws InputError as these do
 */
export function gtmPartialVolume(
  grid: ImageGrid,
  structures: readonly GtmStructure[],
  values: Float32Array | Float64Array,
  { fwhmMm }: GaussianPsf,
  { fwhmRelativeUncertainty, ...options }: GtmOptions & { readonly fwhmRelativeUncertainty: number },
): GtmResult {
  const correctedWith = (
    factor: number,
    beyond?: StructureBeyondEdge,
  ): GtmMeans & Pick<GeometricTransferMatrix, 'cut'> => {
    const scaled = fwhmMm.map((width) => width * factor) as unknown as Vec3
    const { isCancelled } = options
    const gtm = geometricTransferMatrix(
      grid,
      structures,
      { fwhmMm: scaled },
      {
        ...(isCancelled ? { isCancelled } : {}),
        ...(beyond ? { beyond } : {}),
      },
    )
    return { ...gtmCorrect(gtm, values, options), cut: gtm.cut }
  }
  const { cut, ...found } = correctedWith(1)
  const none = found.corrected.map(() => 0)
  const ended = cut.length > 0 ? correctedWith(1, 'ends').corrected : found.corrected
  const middle = {
    ...found,
    edgeStandardUncertainty: found.corrected.map((mean, n) => Math.abs(mean - ended[n]!) / Math.sqrt(3)),
    remarks: [
      ...found.remarks,
      ...cut.flatMap((name) => {
        const at = structures.findIndex((structure) => structure.name === name)
        const change = ended[at]! / found.corrected[at]! - 1
        if (!(Math.abs(change) > EDGE_TOLD)) return []
        return `"${name}" touches the edge of the image: it is taken to go on beyond it as it is cut there; were it to end there, its mean would be ${(100 * Math.abs(change)).toFixed(1)} % ${change < 0 ? 'lower' : 'higher'}.`
      }),
    ],
  }
  if (fwhmRelativeUncertainty === 0) return { ...middle, psfStandardUncertainty: none }
  const narrow = correctedWith(1 - fwhmRelativeUncertainty)
  const wide = correctedWith(1 + fwhmRelativeUncertainty)
  return {
    ...middle,
    psfStandardUncertainty: middle.corrected.map((_, n) => Math.abs(wide.corrected[n]! - narrow.corrected[n]!) / 2),
  }
}

function inverseOf(matrix: readonly (readonly number[])[]): number[][] {
  const columns = matrix.map(
    (_, k) =>
      solveLeastSquares(
        matrix,
        matrix.map((_, i) => (i === k ? 1 : 0)),
      ).x,
  )
  return matrix.map((_, row) => columns.map((column) => column[row]!))
}

/** Covariance of the measured means for independent voxels of variance one. */
function whiteNoise({ grid, weights }: GeometricTransferMatrix): number[][] {
  const dense = new Float64Array(grid.dimensions[0] * grid.dimensions[1] * grid.dimensions[2])
  return weights.map((region) => {
    region.voxels.forEach((voxel, n) => (dense[voxel] = region.weights[n]!))
    const row = weights.map((other) => weightedMean(other, dense) / region.total)
    for (const voxel of region.voxels) dense[voxel] = 0
    return row
  })
}
