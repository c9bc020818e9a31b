/** From the margins of a structure on a network's grid to the part of each voxel of the image that lies inside. */
import { boxCorners, indexToPatientMatrix, patientToIndexMatrix } from '../../grid.ts'
import { applyMat4, multiplyMat4 } from '../../transform.ts'
import type { FractionalMask, ImageGrid, Mat4, Vec3, VoxelBox } from '../../types.ts'
import { coverageOfMask, largestIsland } from '../manual/index.ts'
import { LevelCoverage } from '../manual/levelCoverage.ts'
import { MARGIN_UNIT } from './margins.ts'
import type { MarginField } from './margins.ts'

/**
 * The mask of a structure: margins interpolated trilinearly between the voxel centres of `networkGrid` at those of `imageGrid`, and the plane of margin zero cut
 * through each voxel (`LevelCoverage`). Outside the network's grid there is nothing of it. null where nothing remains in the image.
 */
export function structureMask(
  field: MarginField,
  networkGrid: ImageGrid,
  imageGrid: ImageGrid,
  largestOnly: boolean,
): FractionalMask | null {
  const box = boxOnImage(field.box, networkGrid, imageGrid)
  if (box.size.some((n) => n < 1)) return null
  const margins = sampled(field, networkGrid, imageGrid, box)
  const coverage = new LevelCoverage(margins, box.size, imageGrid.spacingMm)
  const fractions = new Float32Array(margins.length)
  const [nx, ny] = box.size
  for (let n = 0; n < margins.length; n++) {
    // Far from the boundary there is nothing to cut.
    if (isFlat(margins, n, 1) && isFlat(margins, n, nx) && isFlat(margins, n, nx * ny)) {
      fractions[n] = margins[n]! > 0 ? 1 : 0
      continue
    }
    const fraction = coverage.above(n, 0)
    fractions[n] = fraction
  }
  if (!fractions.some((fraction) => fraction > 0)) return null
  const mask: FractionalMask = { grid: imageGrid, box, fractions, volumeOutsideMl: 0 }
  return largestOnly ? largestPiece(mask) : mask
}

/** Whether a voxel and its two neighbours along an axis (or what lies there in memory) all have the same margin. */
const isFlat = (margins: Float32Array, n: number, stride: number): boolean =>
  margins[n - stride] === margins[n] && margins[n] === margins[n + stride]

/** The voxels of the largest piece of a mask, as far as they are covered in it. */
function largestPiece(mask: FractionalMask): FractionalMask {
  const { box, coverage } = largestIsland(mask.grid, coverageOfMask(mask))
  const [nx, ny] = mask.box.size
  const fractions = new Float32Array(mask.fractions.length)
  let n = 0
  for (let k = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++)
      for (let i = 0; i < box.size[0]; i++, n++) {
        if (coverage[n] === 0) continue
        const [x, y, z] = [i, j, k].map((index, axis) => index + box.start[axis]! - mask.box.start[axis]!)
        const voxel = x! + nx * (y! + ny * z!)
        fractions[voxel] = mask.fractions[voxel]!
      }
  return { ...mask, fractions }
}

/** The voxels of the image that the field can reach, and one more around. */
function boxOnImage({ start, size }: VoxelBox, networkGrid: ImageGrid, imageGrid: ImageGrid): VoxelBox {
  const toImage = multiplyMat4(patientToIndexMatrix(imageGrid), indexToPatientMatrix(networkGrid))
  const end: Vec3 = [start[0] + size[0], start[1] + size[1], start[2] + size[2]]
  const corners = boxCorners([start[0] - 1, start[1] - 1, start[2] - 1], end).map((corner) =>
    applyMat4(toImage, corner),
  )
  const low = (axis: 0 | 1 | 2): number => Math.max(0, Math.floor(Math.min(...corners.map((c) => c[axis]))) - 1)
  const high = (axis: 0 | 1 | 2): number =>
    Math.min(imageGrid.dimensions[axis] - 1, Math.ceil(Math.max(...corners.map((c) => c[axis]))) + 1)
  const first: Vec3 = [low(0), low(1), low(2)]
  return { start: first, size: [high(0) - first[0] + 1, high(1) - first[1] + 1, high(2) - first[2] + 1] }
}

/** Grace beyond the outer faces for rounding, in voxels. */
const EDGE_GRACE = 1e-6

/** Where the voxels along one axis of the image lie along an axis of the field. */
interface Steps {
  /** Offset in the field of the voxel centre below, and of the next; −1 where the field has none. */
  readonly low: Int32Array
  readonly high: Int32Array
  /** Part of the way to the next. */
  readonly part: Float64Array
}

function sampled(
  { box, margins }: MarginField,
  networkGrid: ImageGrid,
  imageGrid: ImageGrid,
  target: VoxelBox,
): Float32Array {
  const toNetwork = multiplyMat4(patientToIndexMatrix(networkGrid), indexToPatientMatrix(imageGrid))
  const along = (axis: 0 | 1 | 2): Steps => stepsAlong(axis, toNetwork, networkGrid, box, target)
  const [us, vs, ws] = [along(0), along(1), along(2)]
  const [nu, nv, nw] = target.size
  const out = new Float32Array(nu * nv * nw).fill(-1)
  const at = (u: number, v: number, w: number): number => (u < 0 || v < 0 || w < 0 ? -MARGIN_UNIT : margins[u + v + w]!)
  let n = 0
  for (let k = 0; k < nw; k++) {
    const [w0, w1, tw] = [ws.low[k]!, ws.high[k]!, ws.part[k]!]
    for (let j = 0; j < nv; j++) {
      const [v0, v1, tv] = [vs.low[j]!, vs.high[j]!, vs.part[j]!]
      if ((w0 < 0 && w1 < 0) || (v0 < 0 && v1 < 0)) {
        n += nu
        continue
      }
      for (let i = 0; i < nu; i++, n++) {
        const [u0, u1, tu] = [us.low[i]!, us.high[i]!, us.part[i]!]
        if (u0 < 0 && u1 < 0) continue
        const near = (1 - tv) * ((1 - tu) * at(u0, v0, w0) + tu * at(u1, v0, w0))
        const nearUp = tv * ((1 - tu) * at(u0, v1, w0) + tu * at(u1, v1, w0))
        const far = (1 - tv) * ((1 - tu) * at(u0, v0, w1) + tu * at(u1, v0, w1))
        const farUp = tv * ((1 - tu) * at(u0, v1, w1) + tu * at(u1, v1, w1))
        out[n] = ((1 - tw) * (near + nearUp) + tw * (far + farUp)) / MARGIN_UNIT
      }
    }
  }
  return out
}

/**
 * Both grids have the same axes in another order, so that a place along one axis of the image is a place along one of the network's. Places in the outer half voxels of the
 * network's grid count as at its outermost centres; rounding off whole places is taken away.
 */
function stepsAlong(
  axis: 0 | 1 | 2,
  toNetwork: Mat4,
  { dimensions }: ImageGrid,
  box: VoxelBox,
  target: VoxelBox,
): Steps {
  const slope = (row: number): number => Math.abs(toNetwork[4 * row + axis]!)
  const row = ([0, 1, 2] as const).reduce<0 | 1 | 2>((best, other) => (slope(other) > slope(best) ? other : best), 0)
  const stride = [1, box.size[0], box.size[0] * box.size[1]][row]!
  const count = dimensions[row]
  const offset = (index: number): number => {
    const inBox = index - box.start[row]
    return inBox < 0 || inBox >= box.size[row] ? -1 : inBox * stride
  }
  const length = target.size[axis]
  const steps = { low: new Int32Array(length), high: new Int32Array(length), part: new Float64Array(length) }
  for (let n = 0; n < length; n++) {
    const place = toNetwork[4 * row + axis]! * (n + target.start[axis]) + toNetwork[4 * row + 3]!
    const isBeyond = place < -0.5 - EDGE_GRACE || place > count - 0.5 + EDGE_GRACE
    const clamped = Math.min(count - 1, Math.max(0, place))
    const nearest = Math.round(clamped)
    const isWhole = Math.abs(clamped - nearest) < EDGE_GRACE
    const low = isWhole ? nearest : Math.floor(clamped)
    steps.low[n] = isBeyond ? -1 : offset(low)
    steps.high[n] = isBeyond ? -1 : isWhole ? offset(low) : offset(low + 1)
    steps.part[n] = isWhole ? 0 : clamped - low
  }
  return steps
}
