/** The fitted activity of a structure as a curve of dose rates of 1 Gy/s for each Bq, to be scaled by an S value. */
import type { DoseRateCurve } from '../../../native-core/radiobiology/index.ts'
import type { FitResult } from '../../contracts/analysis.ts'
import { areTermsWhole } from '../analysis/wholeTerms.ts'

/** Terms agree with the TIA and with the drawn curve to so much where they are the whole curve. */
const WHOLE = 1e-6

/**
 * Activity from the administration on, Bq over s; null where there is none. The terms are the whole curve unless the protocol states an infusion, a head or
 * a tail of its own; then the drawn curve is taken, straight between its samples, with the slowest phase behind them, and scaled to the TIA.
 */
export function activityCurve(fit: FitResult): DoseRateCurve | null {
  const tiaBqS = fit.tiaBqS.value
  if (!(tiaBqS > 0)) return null
  if (areTermsWhole(fit, WHOLE))
    return {
      kind: 'exponentials',
      startS: 0,
      terms: fit.terms.map(({ coefficientBq, ratePerS }) => ({ rateGyPerS: coefficientBq, decayPerS: ratePerS })),
    }
  const timesS = fit.curve.timeS
  const drawnBq = fit.curve.activityBq.map((activity) => Math.max(0, activity))
  const tailDecayPerS = Math.LN2 / fit.effectiveHalfLifeS.value
  const drawnTia = drawnBq.reduce(
    (sum, activity, k) =>
      k === 0 ? sum : sum + ((timesS[k] ?? 0) - (timesS[k - 1] ?? 0)) * 0.5 * (activity + (drawnBq[k - 1] ?? 0)),
    (drawnBq.at(-1) ?? 0) / tailDecayPerS,
  )
  if (!(drawnTia > 0)) return null
  const rateGyPerS = drawnBq.map((activity) => (activity * tiaBqS) / drawnTia)
  return { kind: 'sampled', timesS, rateGyPerS, tailDecayPerS }
}
