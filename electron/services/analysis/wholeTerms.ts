/** Whether the exponentials of a fit are its whole curve. */
import type { FitResult } from '../../contracts/analysis.ts'

/**
 * True where the sum of the terms, from the start of the administration on, has the TIA of the fit and is the curve that was drawn, each to
 * `tolerance` (of the TIA, and of the largest activity drawn). False with a head or tail of another kind, another shape, or an infusion: the terms
 * are then those after a bolus, which have the TIA too but not the curve.
 */
export function areTermsWhole({ terms, tiaBqS, curve }: FitResult, tolerance: number): boolean {
  if (terms.length === 0) return false
  const integral = terms.reduce((sum, { coefficientBq, ratePerS }) => sum + coefficientBq / ratePerS, 0)
  if (!(Math.abs(integral / tiaBqS.value - 1) < tolerance)) return false
  const largest = curve.activityBq.reduce((most, activity) => Math.max(most, activity), 0)
  return curve.timeS.every((timeS, k) => {
    const own = terms.reduce((sum, { coefficientBq, ratePerS }) => sum + coefficientBq * Math.exp(-ratePerS * timeS), 0)
    return Math.abs(own - (curve.activityBq[k] ?? Number.NaN)) <= tolerance * largest
  })
}
