/**
 * Percentile of the positive ones of `count` values, by a histogram: to a thousandth of the largest, which is fine enough for a
 * threshold. NaN and what is not positive is passed over; 0 where nothing is positive.
 */
export function positivePercentile(valueOf: (index: number) => number, count: number, share: number): number {
  let largest = 0
  for (let index = 0; index < count; index++) {
    const value = valueOf(index)
    if (value > largest) largest = value
  }
  if (largest === 0) return 0
  const bins = new Uint32Array(1001)
  let positive = 0
  for (let index = 0; index < count; index++) {
    const value = valueOf(index)
    if (!(value > 0)) continue
    positive++
    ;(bins[Math.floor((1000 * value) / largest)] as number)++
  }
  let below = 0
  for (let bin = 0; bin < bins.length; bin++) {
    below += bins[bin] as number
    if (below >= share * positive) return (largest * (bin + 1)) / 1000
  }
  return largest
}
