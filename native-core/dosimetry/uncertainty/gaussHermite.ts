/** Quadrature over a standard normal number. */

export interface Quadrature {
  readonly nodes: readonly number[]
  /** They add to one. */
  readonly weights: readonly number[]
}

/** Far outside the largest root, √(4n + 2) at most. */
const bound = (n: number): number => Math.sqrt(4 * n + 2)
const BISECTIONS = 60

/**
 * Gauss–Hermite rule with n nodes for the expectation over a standard normal number, exact for polynomials up to degree 2n − 1: the roots of He_n with
 * the weights n!/(n·He_{n−1})² (Abramowitz & Stegun 1964, 25.4.46, for the weight e^(−x²/2)/√(2π)). Roots of He_n lie between those of He_{n−1}, where they
 * are found by bisection.
 */
export function gaussHermite(n: number): Quadrature {
  let nodes: number[] = []
  for (let degree = 1; degree <= n; degree++) {
    const ends = [-bound(degree), ...nodes, bound(degree)]
    nodes = ends.slice(1).map((upper, i) => rootBetween(degree, ends[i] ?? 0, upper))
  }
  const raw = nodes.map((x) => 1 / hermite(n - 1, x) ** 2)
  const total = raw.reduce((sum, w) => sum + w, 0)
  return { nodes, weights: raw.map((w) => w / total) }
}

/** He_n(x) by He_{k+1} = x·He_k − k·He_{k−1}. */
function hermite(n: number, x: number): number {
  let [before, here] = [0, 1]
  for (let k = 0; k < n; k++) [before, here] = [here, x * here - k * before]
  return here
}

function rootBetween(degree: number, from: number, to: number): number {
  const sign = Math.sign(hermite(degree, from))
  let [low, high] = [from, to]
  for (let k = 0; k < BISECTIONS; k++) {
    const middle = (low + high) / 2
    if (Math.sign(hermite(degree, middle)) === sign) low = middle
    else high = middle
  }
  return (low + high) / 2
}
