/**
 * Union, intersection and difference of fractional masks on one grid.
 *
 * Two fractions of a voxel do not say where in the voxel the parts lie. These functions take the parts as nested (the smaller
 * inside the larger), which is what a lesion inside an organ is: shared part = min, union = max, difference = a − min. So
 * volumes obey |A ∪ B| = |A| + |B| − |A ∩ B| and |A ∖ B| = |A| − |A ∩ B| exactly.
 */
import { InputError } from '../errors/index.ts'
import { isSameGrid, voxelCount, voxelVolumeMl } from './grid.ts'
import type { FractionalMask, Vec3, VoxelBox } from './types.ts'

/**
 * `a` without what it shares with `b`. Outside the grid nothing is known voxel by voxel: `volumeOutsideMl` stays that of `a`.
 * Throws InputError `geometry.grids-differ`.
 */
export function subtractMask(a: FractionalMask, b: FractionalMask): FractionalMask {
  return combine(a, b, a.box, (p, q) => (p > q ? p - q : 0), a.volumeOutsideMl)
}

/** What `a` and `b` share; `volumeOutsideMl` is 0 (not known). Throws InputError `geometry.grids-differ`. */
export function intersectMasks(a: FractionalMask, b: FractionalMask): FractionalMask {
  return combine(a, b, sharedBox(a.box, b.box), Math.min, 0)
}

/** `a` and `b` together; `volumeOutsideMl` is the larger of both (nested). Throws InputError `geometry.grids-differ`. */
export function uniteMasks(a: FractionalMask, b: FractionalMask): FractionalMask {
  return combine(a, b, unitedBox(a.box, b.box), Math.max, Math.max(a.volumeOutsideMl, b.volumeOutsideMl))
}

/**
 * The volume in mL that `a` and `b` are sure to share: Σ max(0, a + b − 1) · voxel volume. Neighbours that only touch share
 * nothing by this measure, though they meet in the same voxels. Throws InputError `geometry.grids-differ`.
 */
export function intersectionVolumeMl(a: FractionalMask, b: FractionalMask): number {
  const shared = combine(a, b, sharedBox(a.box, b.box), (p, q) => Math.max(0, p + q - 1), 0)
  return shared.fractions.reduce((sum, fraction) => sum + fraction, 0) * voxelVolumeMl(a.grid)
}

function combine(
  a: FractionalMask,
  b: FractionalMask,
  box: VoxelBox,
  rule: (p: number, q: number) => number,
  volumeOutsideMl: number,
): FractionalMask {
  if (!isSameGrid(a.grid, b.grid)) {
    throw new InputError(
      'geometry.grids-differ',
      'Two structures cannot be combined: they are rasterised on different grids.',
      'Rasterise both on the same grid.',
    )
  }
  const fractions = new Float32Array(box.size[0] * box.size[1] * box.size[2])
  let n = 0
  for (let k = box.start[2]; k < box.start[2] + box.size[2]; k++) {
    for (let j = box.start[1]; j < box.start[1] + box.size[1]; j++) {
      for (let i = box.start[0]; i < box.start[0] + box.size[0]; i++, n++) {
        fractions[n] = rule(fractionAt(a, i, j, k), fractionAt(b, i, j, k))
      }
    }
  }
  return { grid: a.grid, box, fractions, volumeOutsideMl }
}

/** The fractions of every voxel of the mask's grid, x fastest: 0 outside its box. */
export function wholeFractions({ grid, box, fractions }: FractionalMask): Float32Array {
  const values = new Float32Array(voxelCount(grid))
  const [nx, ny] = grid.dimensions
  for (let k = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++) {
      const from = box.size[0] * (j + box.size[1] * k)
      const to = box.start[0] + nx * (j + box.start[1] + ny * (k + box.start[2]))
      values.set(fractions.subarray(from, from + box.size[0]), to)
    }
  return values
}

/** Fraction of voxel (i, j, k) of the mask's grid; 0 outside its box. */
export function fractionAt(mask: FractionalMask, i: number, j: number, k: number): number {
  const { start, size } = mask.box
  const x = i - start[0]
  const y = j - start[1]
  const z = k - start[2]
  if (x < 0 || y < 0 || z < 0 || x >= size[0] || y >= size[1] || z >= size[2]) return 0
  return mask.fractions[x + size[0] * (y + size[1] * z)]!
}

function sharedBox(a: VoxelBox, b: VoxelBox): VoxelBox {
  const start = a.start.map((s, axis) => Math.max(s, b.start[axis]!))
  const size = start.map((s, axis) => Math.min(a.start[axis]! + a.size[axis]!, b.start[axis]! + b.size[axis]!) - s)
  if (size.some((n) => n <= 0)) return { start: [0, 0, 0], size: [0, 0, 0] }
  return { start: asVec3(start), size: asVec3(size) }
}

function unitedBox(a: VoxelBox, b: VoxelBox): VoxelBox {
  if (a.size.includes(0)) return b
  if (b.size.includes(0)) return a
  const start = a.start.map((s, axis) => Math.min(s, b.start[axis]!))
  const size = start.map((s, axis) => Math.max(a.start[axis]! + a.size[axis]!, b.start[axis]! + b.size[axis]!) - s)
  return { start: asVec3(start), size: asVec3(size) }
}

function asVec3(v: readonly number[]): Vec3 {
  return [v[0]!, v[1]!, v[2]!]
}
