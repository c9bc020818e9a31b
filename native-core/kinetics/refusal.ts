/** Why a fit may not be relied on. */
import { LARGEST_SHARE_BEFORE_FIRST, LARGEST_TIA_UNCERTAINTY } from './defaults.ts'
import type { ModelFit } from './modelFit.ts'

export const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`

/** Why the automatic choice may not take a fit; null if it may. */
export function refusalOf(fit: ModelFit): string | null {
  const relative = fit.tiaUncertaintyBqS / fit.tiaBqS
  return (
    objectionOf(fit) ??
    (relative > LARGEST_TIA_UNCERTAINTY ? `its integral is uncertain by ${percent(relative)}` : null)
  )
}

/** Why a fit is no answer at all; null if it is one, however uncertain. */
export function objectionOf(fit: ModelFit): string | null {
  if (!fit.converged) return 'the fit did not converge'
  if (fit.shareBefore > LARGEST_SHARE_BEFORE_FIRST) {
    return `${percent(fit.shareBefore)} of its integral lies before the first point`
  }
  const last = fit.points[fit.points.length - 1]
  if (!(fit.tiaBqS > 0) || !last || !(last.fittedBq > 0)) return 'the curve is not positive'
  if (startsBelowZero(fit)) return 'the curve starts below zero'
  if (endsBelowZero(fit)) return 'the curve falls below zero after the last point'
  return fit.objection
}

/** The sum of the amplitudes of a bolus is the activity at time zero. */
function startsBelowZero({ terms, ends }: ModelFit): boolean {
  if (terms.length === 0 || ends.before !== 'model') return false
  const sum = terms.reduce((s, x) => s + x.amplitudeBq, 0)
  const size = terms.reduce((s, x) => s + Math.abs(x.amplitudeBq), 0)
  return sum < -1e-9 * size
}

/** In the end the slowest phase is all that is left. */
function endsBelowZero({ terms, ends }: ModelFit): boolean {
  const slowest = terms[0]
  if (!slowest || ends.after !== null) return false
  const alike = terms.filter((x) => x.effectiveRatePerS <= slowest.effectiveRatePerS * (1 + 1e-9))
  return alike.reduce((s, x) => s + x.amplitudeBq, 0) < 0
}
