/** Quantile of values in ascending order, linear between the order statistics (Hyndman & Fan 1996, type 7); NaN of none. */
export function sortedQuantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1)
  const below = sorted[Math.floor(at)] ?? NaN
  const above = sorted[Math.ceil(at)] ?? below
  return below + (above - below) * (at - Math.floor(at))
}

/** The smallest of values in ascending order that at least the share p do not exceed: none between two that occurred (type 1); NaN of none. */
export const orderStatistic = (sorted: readonly number[], p: number): number =>
  sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN
