/** How residuals count: squared, or with less weight where they are large. */

/**
 * `squares`: r². `huber`: squared up to `limit`, linear beyond (Huber, Ann. Math. Stat. 35 (1964) 73). `tukey`: the biweight, which leaves
 * residuals beyond `limit` out (Beaton & Tukey, Technometrics 16 (1974) 147). r is the residual over its standard uncertainty.
 */
export type Loss = { readonly kind: 'squares' } | { readonly kind: 'huber' | 'tukey'; readonly limit: number }

/** Limits with 95 % efficiency for Gaussian residuals (Holland & Welsch, Commun. Stat. A 6 (1977) 813; from memory, unverified). */
export const DEFAULT_LIMITS = { huber: 1.345, tukey: 4.685 } as const

/** ρ(r), which equals r² for small r. */
export function lossOf(loss: Loss, r: number): number {
  const size = Math.abs(r)
  if (loss.kind === 'squares') return r * r
  const { limit } = loss
  if (loss.kind === 'huber') return size <= limit ? r * r : limit * (2 * size - limit)
  return size >= limit ? limit ** 2 / 3 : (limit ** 2 / 3) * (1 - (1 - (r / limit) ** 2) ** 3)
}

/** Weight of the squared residual in iteratively reweighted least squares: ρ'(r)/(2r). */
export function weightOf(loss: Loss, r: number): number {
  const size = Math.abs(r)
  if (loss.kind === 'squares') return 1
  const { limit } = loss
  if (loss.kind === 'huber') return size <= limit ? 1 : limit / size
  return size >= limit ? 0 : (1 - (r / limit) ** 2) ** 2
}
