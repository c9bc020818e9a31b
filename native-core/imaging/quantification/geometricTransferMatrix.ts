/** Partial-volume correction of the means of structures by their geometry. */
import { CancelledError, InputError } from '../../errors/index.ts'
import { symmetricEigenvalues } from '../../statistics/index.ts'
import { maskVolumeMl } from '../maskStatistics.ts'
import { voxelCount, voxelVolumeMl } from '../grid.ts'
import type { FractionalMask, ImageGrid } from '../types.ts'
import type { GaussianPsf } from './gaussianBlur.ts'
import { maskVoxels } from './maskVoxels.ts'
import { blurSparse } from './sparseBlur.ts'
import type { StructureBeyondEdge } from './sparseBlur.ts'

export const BACKGROUND = 'background'

/** The background is measured where the blurred structures still have this share: about one FWHM around them (Φ(−2.3) = 1 %). */
const NEAR_SHARE = 0.01

export interface GtmStructure {
  readonly name: string
  readonly mask: FractionalMask
}

export interface GeometricTransferMatrix {
  readonly grid: ImageGrid
  /** Structures in the order given, then 'background'. */
  readonly names: readonly string[]
  /** Row i: mean seen in region i of a concentration of one in region j. */
  readonly matrix: readonly (readonly number[])[]
  /** What each region's mean is taken with: weights by voxel of the grid, in its box. */
  readonly weights: readonly Weights[]
  readonly volumesMl: readonly number[]
  /** Volume that more than one structure claims; its voxels are shared. */
  readonly overlapMl: number
  /** Names of structures that touch an edge of the image. */
  readonly cut: readonly string[]
}

export interface Weights {
  readonly voxels: Int32Array
  readonly weights: Float64Array
  readonly total: number
}

/**
 * The geometric transfer matrix of structures and what is around them (Rousset, Ma & Evans, J Nucl Med 39 (1998) 904): each region's
 * fractions of voxels are blurred by the point spread function, and averaged over each region.
 *
 * All that is no structure is one region of one concentration, the background, which is measured within about one FWHM of the structures:
 * only from there it spills in. Structures that overlap share the voxels' parts beyond one. Structures have to lie on one grid, that of
 * the image; one without any voxel is refused.
 *
 * The image shows a part of what is there: activity near an edge is blurred over it and is lost to the image, and what lies beyond is seen
 * inside. What is beyond the edge is not known; the matrix takes it to be background, but for structures that touch the edge, which go on
 * there with the cross-section they have at it, or end (`beyond`).
 *
 * @param isCancelled asked between structures
 * @throws InputError `gtm.no-structure`, `gtm.outside`, `gtm.grid`, `psf.width`
 */
export function geometricTransferMatrix(
  grid: ImageGrid,
  structures: readonly GtmStructure[],
  { fwhmMm }: GaussianPsf,
  options: { readonly isCancelled?: () => boolean; readonly beyond?: StructureBeyondEdge } = {},
): GeometricTransferMatrix {
  if (structures.length === 0)
    throw new InputError('gtm.no-structure', 'There is no structure to correct.', 'Give at least one structure.')
  const { fractions, claimed, overlapMl } = shares(grid, structures)
  const blurredSum = new Float64Array(voxelCount(grid))
  const blurred = fractions.map((weights) => {
    if (options.isCancelled?.()) throw new CancelledError('The partial-volume correction')
    const sparse = blurSparse(weights, grid, fwhmMm, options.beyond)
    for (let n = 0; n < sparse.voxels.length; n++) blurredSum[sparse.voxels[n]!]! += sparse.values[n]!
    return sparse
  })
  const background = backgroundWeights(claimed, blurredSum)
  const regions = [...fractions, background]
  const dense = new Float64Array(voxelCount(grid))
  const columns = blurred.map((sparse) => {
    for (let n = 0; n < sparse.voxels.length; n++) dense[sparse.voxels[n]!] = sparse.values[n]!
    const column = regions.map((region) => weightedMean(region, dense))
    for (const voxel of sparse.voxels) dense[voxel] = 0
    return column
  })
  // Blur keeps a uniform image: what the structures do not send to a region comes from the background.
  const matrix = regions.map((_, row) => {
    const fromStructures = columns.map((column) => column[row]!)
    return [...fromStructures, 1 - fromStructures.reduce((sum, share) => sum + share, 0)]
  })
  const unit = voxelVolumeMl(grid)
  return {
    grid,
    names: [...structures.map(({ name }) => name), BACKGROUND],
    matrix,
    weights: regions,
    volumesMl: regions.map(({ total }) => total * unit),
    overlapMl,
    cut: structures.flatMap(({ name }, n) => (touchesEdge(fractions[n]!, grid) ? [name] : [])),
  }
}

/** Σ w·value / Σ w. */
export function weightedMean({ voxels, weights, total }: Weights, values: Float32Array | Float64Array): number {
  let sum = 0
  for (let n = 0; n < voxels.length; n++) sum += weights[n]! * values[voxels[n]!]!
  return sum / total
}

/** Ratio of the largest to the smallest singular value. */
export function conditionOf(matrix: readonly (readonly number[])[]): number {
  const normal = matrix.map((_, p) => matrix.map((_, q) => matrix.reduce((sum, row) => sum + row[p]! * row[q]!, 0)))
  const values = symmetricEigenvalues(normal)
  const smallest = values[0] ?? 0
  return smallest > 0 ? Math.sqrt((values[values.length - 1] ?? 0) / smallest) : Infinity
}

function shares(
  grid: ImageGrid,
  structures: readonly GtmStructure[],
): { readonly fractions: Weights[]; readonly claimed: Float64Array; readonly overlapMl: number } {
  const claimed = new Float64Array(voxelCount(grid))
  const lists = structures.map(({ name, mask }) => {
    if (mask.grid.dimensions.some((n, axis) => n !== grid.dimensions[axis]))
      throw new InputError(
        'gtm.grid',
        `"${name}" lies on another grid than the image.`,
        'Rasterise it on the grid of the image.',
      )
    const list = maskVoxels(mask)
    if (list.voxels.length === 0 || maskVolumeMl(mask) <= 0)
      throw new InputError(
        'gtm.outside',
        `"${name}" has no part in the image.`,
        'Leave it out, or check its registration to the image.',
      )
    for (let n = 0; n < list.voxels.length; n++) claimed[list.voxels[n]!]! += list.weights[n]!
    return list
  })
  let overlap = 0
  for (const sum of claimed) if (sum > 1) overlap += sum - 1
  const fractions = lists.map(({ voxels, weights }): Weights => {
    const shared = weights.map((weight, n) => weight / Math.max(1, claimed[voxels[n]!]!))
    return { voxels, weights: shared, total: shared.reduce((sum, weight) => sum + weight, 0) }
  })
  return { fractions, claimed, overlapMl: overlap * voxelVolumeMl(grid) }
}

/** An axis of one voxel has no edge to be cut at: the image says nothing along it. */
function touchesEdge({ voxels }: Weights, { dimensions: [columns, rows, slices] }: ImageGrid): boolean {
  const isEnd = (index: number, length: number): boolean => length > 1 && (index === 0 || index === length - 1)
  return voxels.some(
    (voxel) =>
      isEnd(voxel % columns, columns) ||
      isEnd(Math.floor(voxel / columns) % rows, rows) ||
      isEnd(Math.floor(voxel / (columns * rows)), slices),
  )
}

function backgroundWeights(claimed: Float64Array, blurredSum: Float64Array): Weights {
  const voxels: number[] = []
  const weights: number[] = []
  for (let voxel = 0; voxel < claimed.length; voxel++) {
    const rest = 1 - claimed[voxel]!
    if (rest <= 0 || blurredSum[voxel]! < NEAR_SHARE) continue
    voxels.push(voxel)
    weights.push(rest)
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total < 1)
    throw new InputError(
      'gtm.no-background',
      'The structures leave nothing around them in the image, or the point spread function is narrower than a voxel.',
      'Leave the outline of the body out, and give the FWHM of the reconstructed image in mm.',
    )
  return { voxels: Int32Array.from(voxels), weights: Float64Array.from(weights), total }
}
