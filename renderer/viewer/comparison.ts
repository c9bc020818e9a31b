/** Two images in one slice, to judge their registration: blended, as a checkerboard, as their difference. Pure. */
import { showsFirst } from '../../native-core/imaging/registrationQuality/index.ts'
import { dot, type SlicePlane } from './planes.ts'

export type ComparisonMode =
  /** 0 shows the first image alone, 1 the second. */
  | { readonly kind: 'blend'; readonly share: number }
  | { readonly kind: 'checkerboard'; readonly cellMm: number }
  /** second − first, of CT or emission, in the stored unit; `reach` is the difference at both ends of the colours. */
  | { readonly kind: 'difference'; readonly of: 'ct' | 'emission'; readonly reach: number }

/** Which of the two images a mode needs. */
export function needed(mode: ComparisonMode): { readonly first: boolean; readonly second: boolean } {
  if (mode.kind !== 'blend') return { first: true, second: true }
  return { first: mode.share < 1, second: mode.share > 0 }
}

/** Mixes the second picture (RGBA) into the first, in place. */
export function mixInto(first: Uint8ClampedArray, second: Uint8ClampedArray, share: number): void {
  for (let at = 0; at < first.length; at++)
    first[at] = (first[at] as number) + ((second[at] as number) - (first[at] as number)) * share
}

/**
 * Puts the second picture (RGBA) into every other square of the first, in place. The squares are those of patient space, from its origin, so
 * that they stay on the anatomy while a view is moved.
 */
export function checkerInto(
  first: Uint8ClampedArray,
  second: Uint8ClampedArray,
  plane: SlicePlane,
  cellMm: number,
): void {
  const from = new Uint32Array(second.buffer, second.byteOffset, plane.width * plane.height)
  const to = new Uint32Array(first.buffer, first.byteOffset, plane.width * plane.height)
  const right = alongStep(plane.originMm, plane.stepRightMm)
  const down = alongStep(plane.originMm, plane.stepDownMm)
  for (let row = 0, at = 0; row < plane.height; row++)
    for (let column = 0; column < plane.width; column++, at++)
      if (!showsFirst(right.start + column * right.step, down.start + row * down.step, cellMm))
        to[at] = from[at] as number
}

/** Position of the first pixel along a direction of the slice, and the distance between two, mm. */
export function alongStep(origin: SlicePlane['originMm'], step: SlicePlane['stepRightMm']) {
  const length = Math.hypot(...step)
  return { start: dot(origin, step) / length, step: length }
}

/** second − first at each pixel, NaN where one of them has no value. Throws RangeError for slices of different sizes. */
export function differenceOf(first: Float32Array, second: Float32Array): Float32Array {
  if (first.length !== second.length) throw new RangeError(`${first.length} and ${second.length} pixels`)
  return first.map((value, at) => (second[at] as number) - value)
}
