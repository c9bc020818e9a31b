/**
 * Principal branch W₀ of Lambert's function for −1/e ≤ x ≤ 0: the solution w ≥ −1 of w·eʷ = x (Corless et al., Adv Comput Math 5 (1996)
 * 329; start by their expansion about the branch point, then Halley's steps). Relative accuracy about 1e-14, near −1/e about 1e-8.
 *
 * NaN outside the range.
 */
export function lambertW0(x: number): number {
  if (x === 0) return 0
  if (!(x >= -Math.exp(-1) && x < 0)) return NaN
  const p = Math.sqrt(Math.max(0, 2 * (Math.E * x + 1)))
  let w = x > -0.05 ? x * (1 - x) : -1 + p - (p * p) / 3 + (11 / 72) * p ** 3
  for (let step = 0; step < 50; step++) {
    const e = Math.exp(w)
    const f = w * e - x
    const slope = e * (w + 1)
    if (slope <= 0) return -1
    const change = f / (slope - (f * (w + 2)) / (2 * (w + 1)))
    w -= change
    if (Math.abs(change) <= 1e-15 * Math.abs(w)) break
  }
  return w
}
