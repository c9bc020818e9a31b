/** Two images of one grid looked at together: difference and checkerboard. */

export interface ImageDifference {
  /** second − first; NaN where one has no value. */
  readonly values: Float32Array
  /** Over the voxels where both have one; NaN where there is none. */
  readonly mean: number
  readonly rms: number
  /** Pearson's correlation coefficient. */
  readonly correlation: number
  readonly voxels: number
}

/** Throws RangeError for images of different sizes (a bug of the caller). */
export function differenceImage(first: Float32Array, second: Float32Array): ImageDifference {
  if (first.length !== second.length) throw new RangeError(`${first.length} and ${second.length} voxels`)
  const values = new Float32Array(first.length)
  let [voxels, sumA, sumB] = [0, 0, 0]
  for (let n = 0; n < values.length; n++) {
    values[n] = second[n]! - first[n]!
    if (Number.isNaN(values[n]!)) continue
    voxels++
    sumA += first[n]!
    sumB += second[n]!
  }
  const [meanA, meanB] = [sumA / voxels, sumB / voxels]
  let [aa, bb, ab, squares] = [0, 0, 0, 0]
  for (let n = 0; n < values.length; n++) {
    if (Number.isNaN(values[n]!)) continue
    const [a, b] = [first[n]! - meanA, second[n]! - meanB]
    aa += a * a
    bb += b * b
    ab += a * b
    squares += values[n]! ** 2
  }
  return {
    values,
    mean: meanB - meanA,
    rms: Math.sqrt(squares / voxels),
    correlation: ab / Math.sqrt(aa * bb),
    voxels,
  }
}

/** Whether the place (u, v) of a plane shows the first of two images; squares of side `square`, in the same unit, the first at (0, 0). */
export function showsFirst(u: number, v: number, square: number): boolean {
  return (Math.floor(u / square) + Math.floor(v / square)) % 2 === 0
}

/**
 * Two pictures of one plane as a checkerboard, row by row, `channels` numbers a pixel (4 for RGBA); `square` is a side in pixels along
 * columns and rows (two numbers where pixels are not square).
 */
export function checkerboard<T extends Float32Array | Uint8ClampedArray | Uint8Array>(
  first: T,
  second: T,
  columns: number,
  square: readonly [number, number],
  channels = 1,
): T {
  if (first.length !== second.length || first.length % (columns * channels) !== 0)
    throw new RangeError(`${first.length} and ${second.length} numbers in rows of ${columns} × ${channels}`)
  const out = first.slice() as T
  for (let pixel = 0; pixel < first.length / channels; pixel++) {
    const [column, row] = [pixel % columns, Math.floor(pixel / columns)]
    if (showsFirst(column / square[0], row / square[1], 1)) continue
    for (let c = pixel * channels; c < (pixel + 1) * channels; c++) out[c] = second[c]!
  }
  return out
}
