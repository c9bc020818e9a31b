import { normalCdf } from './normal.ts'

/** Coefficients of Acklam's rational approximation (relative error 1.15e-9), the start of the iteration below. */
const A = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
]
const B = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
]
const C = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1]
const TAIL = 0.02425

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, c) => sum * x + c, 0)

/**
 * Φ⁻¹(p): the value below which a standard normal number lies with probability p (0 < p < 1); −∞ at 0, ∞ at 1, NaN elsewhere. Start by
 * Acklam (2003), then Halley's iteration on Φ(x) = p, to full double precision.
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0
  // The lower half keeps its digits: 1 − p of a p near to one has none.
  if (p > 0.5 && p < 1) return -lowerQuantile(1 - p)
  if (p > 0 && p < 0.5) return lowerQuantile(p)
  return p === 0 ? -Infinity : p === 1 ? Infinity : NaN
}

function lowerQuantile(p: number): number {
  let x = start(p)
  for (let n = 0; n < 2; n++) {
    const u = (normalCdf(x) - p) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2)
    x -= u / (1 + (x * u) / 2)
  }
  return x
}

function start(p: number): number {
  if (p < TAIL) {
    const q = Math.sqrt(-2 * Math.log(p))
    return polynomial(C, q) / polynomial(D, q)
  }
  const q = p - 0.5
  return (polynomial(A, q * q) * q) / polynomial(B, q * q)
}
