/**
 * Thresholds inside a box around a point, for drawing: quick enough to be previewed while a slider moves. The image is sampled at the voxels of the
 * edited grid and the boundary lies between voxels, where the sampled image has the threshold.
 */
import { InputError } from '../../../errors/index.ts'
import { indexToPatientMatrix, patientToIndex, patientToIndexMatrix } from '../../grid.ts'
import { applyMat4, multiplyMat4 } from '../../transform.ts'
import type { ImageGrid, Vec3, VoxelBox } from '../../types.ts'
import { boxBetween, boxLength, cropped, placeIn, reachesFace } from './boxes.ts'
import { islandAt } from './islands.ts'
import { LevelCoverage } from './levelCoverage.ts'
import { FULL, type CoverageBox } from './types.ts'

/** In the image's own units. `relative`: a part of the largest value in the box; `near`: within `tolerance` of the value at the point. */
export type ThresholdRule =
  | { readonly kind: 'fixed'; readonly low: number; readonly high: number | null }
  | { readonly kind: 'relative'; readonly part: number }
  | { readonly kind: 'near'; readonly tolerance: number }

export interface BoxThreshold {
  readonly image: ImageGrid
  /** One number a voxel of `image`, x fastest. */
  readonly values: ArrayLike<number>
  readonly pointMm: Vec3
  /** Half the box's side; the box lies along the axes of the edited grid. */
  readonly halfSideMm: number
  readonly rule: ThresholdRule
  /** Only the piece at the point (for `relative`: at the largest value in the box). */
  readonly isConnected: boolean
}

export interface ThresholdFound {
  readonly content: CoverageBox
  /** The largest value in the box. */
  readonly maximum: number
  /** What was applied: from `low` up to `high` (null: no upper end). */
  readonly low: number
  readonly high: number | null
  /** It goes on beyond the box: what was found is cut off there. */
  readonly isCut: boolean
}

/**
 * The part of the box where the image's value meets the rule. Throws InputError `segmentation.outside-image` where the point is not in the
 * edited grid or the image has no voxel in the box, and `segmentation.threshold` for a rule without sense.
 */
export function thresholdInBox(grid: ImageGrid, ask: BoxThreshold): ThresholdFound {
  const at = patientToIndex(grid, ask.pointMm)
  const isIn = at.every((place, axis) => place >= -0.5 && place <= grid.dimensions[axis]! - 0.5)
  const reach = grid.spacingMm.map((s) => ask.halfSideMm / s)
  const box = boxBetween(
    grid,
    at.map((place, axis) => Math.round(place - reach[axis]!)) as unknown as Vec3,
    at.map((place, axis) => Math.round(place + reach[axis]!)) as unknown as Vec3,
  )
  const values = isIn ? sampled(grid, box, ask.image, ask.values) : null
  const peak = values === null ? -1 : indexOfLargest(values)
  if (values === null || peak < 0) {
    throw new InputError(
      'segmentation.outside-image',
      'There are no voxels of the image around this point.',
      'Click inside the image.',
    )
  }
  const nearest = at.map((place, axis) => Math.min(grid.dimensions[axis]! - 1, Math.max(0, Math.round(place))))
  const clicked = placeIn(box, nearest)
  const { low, high } = limitsOf(ask.rule, values[peak]!, values[clicked]!)
  const field = new LevelCoverage(values, box.size, grid.spacingMm)
  const coverage = new Uint8Array(values.length)
  for (let n = 0; n < values.length; n++) {
    if (Number.isNaN(values[n])) continue
    const slope = field.slopeAt(n)
    const part = field.above(n, low, slope) - (high === null ? 0 : field.above(n, high, slope))
    coverage[n] = Math.round(FULL * Math.max(0, part))
  }
  const all = { box, coverage }
  const from = ask.rule.kind === 'relative' ? peak : clicked
  const content = ask.isConnected ? islandAt(grid, all, from) : cropped(all)
  return {
    content,
    isCut: reachesFace(grid, box, content.box),
    maximum: values[peak]!,
    low,
    high,
  }
}

function limitsOf(rule: ThresholdRule, maximum: number, here: number): { low: number; high: number | null } {
  const refuse = (why: string): never => {
    throw new InputError('segmentation.threshold', why, 'Choose another threshold or another place.')
  }
  if (rule.kind === 'fixed') {
    if (!Number.isFinite(rule.low) || (rule.high !== null && !(rule.high > rule.low))) {
      refuse('The upper threshold must lie above the lower one.')
    }
    return rule
  }
  if (rule.kind === 'relative') {
    if (!(rule.part > 0 && rule.part < 1)) refuse('A relative threshold lies between 0 and 100 % of the maximum.')
    if (!(maximum > 0)) refuse('The image has no value above 0 in the box: there is nothing to take a part of.')
    return { low: rule.part * maximum, high: null }
  }
  if (!(rule.tolerance > 0)) refuse('The tolerance must be more than 0.')
  if (!Number.isFinite(here)) refuse('The image has no value at this point.')
  return { low: here - rule.tolerance, high: here + rule.tolerance }
}

/** The image at the centres of the box's voxels, trilinear; NaN beyond its outermost voxel centres' half voxels. */
function sampled(grid: ImageGrid, box: VoxelBox, image: ImageGrid, values: ArrayLike<number>): Float32Array {
  const toImage = multiplyMat4(patientToIndexMatrix(image), indexToPatientMatrix(grid))
  const out = new Float32Array(boxLength(box)).fill(NaN)
  const n = image.dimensions
  let at = 0
  for (let z = 0; z < box.size[2]; z++) {
    for (let y = 0; y < box.size[1]; y++) {
      for (let x = 0; x < box.size[0]; x++, at++) {
        const p = applyMat4(toImage, [box.start[0] + x, box.start[1] + y, box.start[2] + z])
        const isIn = p.every((place, axis) => place > -0.5 - 1e-6 && place < n[axis]! - 0.5 + 1e-6)
        if (isIn) out[at] = trilinear(values, n, p)
      }
    }
  }
  return out
}

function trilinear(values: ArrayLike<number>, n: Vec3, p: Vec3): number {
  const low = p.map((place, axis) => Math.min(Math.max(0, n[axis]! - 2), Math.max(0, Math.floor(place))))
  const part = p.map((place, axis) => Math.min(1, Math.max(0, place - low[axis]!)))
  let sum = 0
  for (let corner = 0; corner < 8; corner++) {
    let weight = 1
    const index = [0, 1, 2].map((axis) => {
      const up = (corner >> axis) & 1
      weight *= up === 1 ? part[axis]! : 1 - part[axis]!
      return Math.min(n[axis]! - 1, low[axis]! + up)
    })
    if (weight > 0) sum += weight * values[index[0]! + n[0] * (index[1]! + n[1] * index[2]!)]!
  }
  return sum
}

function indexOfLargest(values: Float32Array): number {
  let best = -1
  for (let n = 0; n < values.length; n++) if (values[n]! > (best < 0 ? -Infinity : values[best]!)) best = n
  return best
}
