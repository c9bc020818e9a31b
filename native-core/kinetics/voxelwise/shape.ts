/**
 * The three simplest shapes of a voxel's curve (`sumShape.ts` has all): value(t) = B·s(t; ψ), with the size B ≥ 0 apart. Working parameters
 * ψ are ln λ1, ln δ (δ = λ2 − λ1) and the logit of g, the share of A(0) in A(0) + A1:
 *
 *   mono-exponential  s = e^(−λ1 t)
 *   uptake–wash-out   s = e^(−λ1 t) − e^(−λ2 t)
 *   bi-exponential    s = (1 − g)·(e^(−λ1 t) − e^(−λ2 t)) + g·e^(−λ2 t)
 *
 * The last is A1·e^(−λ1 t) + A2·e^(−λ2 t) with A1 = B(1 − g), A2 = B(2g − 1): every curve with A1 ≥ 0 and A1 + A2 ≥ 0, as in `models/`.
 */

/** g, the share of A(0) in A(0) + A1; 0 for shapes without it. */
export const shareOf = (parameters: 1 | 2 | 3, psi: Float64Array): number =>
  parameters === 3 ? 1 / (1 + Math.exp(-(psi[2] as number))) : 0

/**
 * s at each time into `value`, ∂s/∂ψk into `slope` (parameter by parameter). Times and rates in any one reciprocal pair of units. One
 * exponential for each time and phase.
 */
export function evaluateShape(
  parameters: 1 | 2 | 3,
  psi: Float64Array,
  times: Float64Array,
  value: Float64Array,
  slope: Float64Array,
): void {
  const n = times.length
  const rate = Math.exp(psi[0] as number)
  if (parameters === 1) {
    for (let i = 0; i < n; i++) {
      const x = rate * (times[i] as number)
      const s = Math.exp(-x)
      value[i] = s
      slope[i] = -x * s
    }
    return
  }
  const difference = Math.exp(psi[1] as number)
  const share = shareOf(parameters, psi)
  const shareSlope = share * (1 - share)
  for (let i = 0; i < n; i++) {
    const t = times[i] as number
    const slow = Math.exp(-rate * t)
    const risen = -Math.expm1(-difference * t)
    const left = 1 - risen
    const s = slow * ((1 - share) * risen + share * left)
    value[i] = s
    slope[i] = -rate * t * s
    slope[n + i] = slow * difference * t * left * (1 - 2 * share)
    if (parameters === 3) slope[2 * n + i] = shareSlope * slow * (left - risen)
  }
}

/** ∫ s dt from zero to infinity, with ∂/∂ψk into `slope`. */
export function integrateShape(parameters: 1 | 2 | 3, psi: Float64Array, slope: Float64Array): number {
  const rate = Math.exp(psi[0] as number)
  if (parameters === 1) {
    slope[0] = -1 / rate
    return 1 / rate
  }
  const difference = Math.exp(psi[1] as number)
  const fast = rate + difference
  const share = shareOf(parameters, psi)
  const pair = difference / (rate * fast)
  slope[0] = (1 - share) * (rate / fast ** 2 - 1 / rate) - (share * rate) / fast ** 2
  slope[1] = ((1 - 2 * share) * difference) / fast ** 2
  if (parameters === 3) slope[2] = share * (1 - share) * (1 / fast - pair)
  return (1 - share) * pair + share / fast
}

/** ∫ s dt from zero to `time`. */
export function integrateShapeTo(parameters: 1 | 2 | 3, psi: Float64Array, time: number): number {
  const rate = Math.exp(psi[0] as number)
  const slow = -Math.expm1(-rate * time) / rate
  if (parameters === 1) return slow
  const fast = rate + Math.exp(psi[1] as number)
  const share = shareOf(parameters, psi)
  return (1 - share) * slow + ((1 - 2 * share) * Math.expm1(-fast * time)) / fast
}
