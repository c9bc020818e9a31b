/** Interpolation in tables that span decades. */

/** Index of the interval that holds x, 0 … n − 2; ends are extended. */
export function intervalOf(xs: readonly number[], x: number): number {
  let low = 0
  let high = xs.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((xs[middle] as number) <= x) low = middle
    else high = middle
  }
  return low
}

/** Linear in the logarithms of both; linear in y where a value is not positive. Beyond the ends the last interval goes on. */
export function logLog(xs: readonly number[], ys: ArrayLike<number>, x: number): number {
  const i = intervalOf(xs, x)
  const x0 = xs[i] as number
  const x1 = xs[i + 1] as number
  const y0 = ys[i] as number
  const y1 = ys[i + 1] as number
  const f = Math.log(x / x0) / Math.log(x1 / x0)
  return y0 > 0 && y1 > 0 ? Math.exp(Math.log(y0) + f * Math.log(y1 / y0)) : y0 + f * (y1 - y0)
}

/** n energies from min to max in equal ratios. */
export function logGrid(min: number, max: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => min * (max / min) ** (i / (n - 1)))
}

/** A value on a grid made by `logGrid`, log-log. */
export function onLogGrid(
  values: ArrayLike<number>,
  row: number,
  n: number,
  min: number,
  max: number,
  x: number,
): number {
  const place = Math.min(Math.max(Math.log(x / min) / Math.log(max / min), 0), 1) * (n - 1)
  const i = Math.min(Math.floor(place), n - 2)
  const f = place - i
  const a = values[row * n + i] as number
  const b = values[row * n + i + 1] as number
  return a > 0 && b > 0 ? Math.exp(Math.log(a) + f * Math.log(b / a)) : a + f * (b - a)
}
