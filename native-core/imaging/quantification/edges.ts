/** An image made larger on its sides. */
import type { Vec3 } from '../types.ts'

/** Planes to add before the first and after the last one along each axis. */
export interface Margins {
  readonly before: Vec3
  readonly after: Vec3
}

export interface Enlarged {
  readonly values: Float64Array
  readonly dimensions: Vec3
}

/** The image (x fastest) with its outermost planes repeated on each side. */
export function continued(values: Float32Array | Float64Array, dimensions: Vec3, { before, after }: Margins): Enlarged {
  const size = dimensions.map((n, axis) => n + before[axis]! + after[axis]!) as unknown as Vec3
  const within = (index: number, axis: 0 | 1 | 2): number =>
    Math.min(dimensions[axis] - 1, Math.max(0, index - before[axis]))
  const larger = new Float64Array(size[0] * size[1] * size[2])
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      const row = (within(k, 2) * dimensions[1] + within(j, 1)) * dimensions[0]
      for (let i = 0; i < size[0]; i++, n++) larger[n] = values[row + within(i, 0)]!
    }
  return { values: larger, dimensions: size }
}

/** The part of an enlarged image that has the dimensions it was made from. */
export function cropped({ values, dimensions }: Enlarged, { before, after }: Margins): Float64Array {
  const size = dimensions.map((n, axis) => n - before[axis]! - after[axis]!)
  const part = new Float64Array(size[0]! * size[1]! * size[2]!)
  for (let k = 0, n = 0; k < size[2]!; k++)
    for (let j = 0; j < size[1]!; j++, n += size[0]!) {
      const row = ((k + before[2]) * dimensions[1] + j + before[1]) * dimensions[0] + before[0]
      part.set(values.subarray(row, row + size[0]!), n)
    }
  return part
}

/** The image in an enlarged one that is zero around it: the adjoint of `cropped`. */
export function embedded(
  values: Float64Array,
  { dimensions }: Pick<Enlarged, 'dimensions'>,
  { before, after }: Margins,
): Float64Array {
  const size = dimensions.map((n, axis) => n - before[axis]! - after[axis]!)
  const larger = new Float64Array(dimensions[0] * dimensions[1] * dimensions[2])
  for (let k = 0, n = 0; k < size[2]!; k++)
    for (let j = 0; j < size[1]!; j++, n += size[0]!) {
      const row = ((k + before[2]) * dimensions[1] + j + before[1]) * dimensions[0] + before[0]
      larger.set(values.subarray(n, n + size[0]!), row)
    }
  return larger
}
