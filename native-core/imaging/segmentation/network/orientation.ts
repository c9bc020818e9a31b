/** Images turned to the axes of a network, without interpolation. */
import { indexToPatient, voxelCount } from '../../grid.ts'
import type { ImageGrid, Mat3, Vec3 } from '../../types.ts'
import { AXIS_OF } from './description.ts'
import type { NetworkDescription, PatientDirection, PerTensorAxis } from './types.ts'

/** From tensor order (slowest axis first) to that of a grid (x fastest), and back. */
export const reversed = <T>([a, b, c]: readonly [T, T, T]): readonly [T, T, T] => [c, b, a]

/** Which index axis of an image becomes each index axis (x, y, z) of the turned one, and which of those run backwards. */
export interface Turn {
  readonly from: Vec3
  readonly isBackwards: readonly [boolean, boolean, boolean]
  /** Largest angle between an axis of the network and that of the image, degrees: 0 for images along the axes of the patient. */
  readonly obliquityDegrees: number
}

const SIGN_OF: Readonly<Record<PatientDirection, 1 | -1>> = { L: 1, R: -1, P: 1, A: -1, S: 1, I: -1 }

/**
 * How the voxels of a grid are to be permuted and mirrored so that its index axes run in the directions of the network's as well as they can; of all
 * permutations the one with the largest sum of cosines. The grid may be oblique: it is not rotated.
 */
export function turnTo(axes: NetworkDescription['axes'], { direction }: ImageGrid): Turn {
  const wanted = reversed(axes)
  // Component along the wanted patient direction of each image axis.
  const along = (image: number, target: number): number => {
    const letter = wanted[target as 0 | 1 | 2]
    return SIGN_OF[letter] * direction[3 * AXIS_OF[letter] + image]!
  }
  const orders: Vec3[] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]
  const score = (order: Vec3): number => order.reduce((sum, image, target) => sum + Math.abs(along(image, target)), 0)
  const from = orders.reduce((best, order) => (score(order) > score(best) + 1e-9 ? order : best))
  const cosines = from.map((image, target) => along(image, target))
  const smallest = Math.min(...cosines.map(Math.abs))
  return {
    from,
    isBackwards: [cosines[0]! < 0, cosines[1]! < 0, cosines[2]! < 0],
    obliquityDegrees: (Math.acos(Math.min(1, smallest)) * 180) / Math.PI,
  }
}

/** The grid of the same voxels in the order of the turn. */
export function turnedGrid(grid: ImageGrid, { from, isBackwards }: Turn): ImageGrid {
  const pick = (values: Vec3): Vec3 => [values[from[0]]!, values[from[1]]!, values[from[2]]!]
  const dimensions = pick(grid.dimensions)
  const first: [number, number, number] = [0, 0, 0]
  const direction = [0, 1, 2].flatMap((row) =>
    from.map((image, target) => (isBackwards[target] ? -1 : 1) * grid.direction[3 * row + image]!),
  )
  from.forEach((image, target) => {
    if (isBackwards[target]) first[image as 0 | 1 | 2] = grid.dimensions[image]! - 1
  })
  return {
    dimensions,
    spacingMm: pick(grid.spacingMm),
    originMm: indexToPatient(grid, first),
    direction: direction as unknown as Mat3,
  }
}

/** The voxels of an image in the order of the turn. */
export function turnedValues(values: Float32Array, grid: ImageGrid, { from, isBackwards }: Turn): Float32Array {
  const [nx, ny] = grid.dimensions
  const strides: PerTensorAxis = [1, nx, nx * ny]
  const sizes = from.map((image) => grid.dimensions[image]!)
  const steps = from.map((image, target) => (isBackwards[target] ? -1 : 1) * strides[image]!)
  const start = from.reduce(
    (sum, image, target) => sum + (isBackwards[target] ? (grid.dimensions[image]! - 1) * strides[image]! : 0),
    0,
  )
  const out = new Float32Array(voxelCount(grid))
  let n = 0
  for (let k = 0; k < sizes[2]!; k++) {
    for (let j = 0; j < sizes[1]!; j++) {
      let voxel = start + k * steps[2]! + j * steps[1]!
      for (let i = 0; i < sizes[0]!; i++, voxel += steps[0]!) out[n++] = values[voxel]!
    }
  }
  return out
}
