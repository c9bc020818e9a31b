/** Times at which the curves of a response are drawn. */

const POINTS = 140

/** Evenly, and at the start of each cycle. */
export function plotTimes(fromS: number, toS: number, startsS: readonly number[]): number[] {
  const even = Array.from({ length: POINTS + 1 }, (_, k) => fromS + ((toS - fromS) * k) / POINTS)
  return [...new Set([...even, ...startsS.filter((start) => start > fromS && start < toS)])].sort((a, b) => a - b)
}
