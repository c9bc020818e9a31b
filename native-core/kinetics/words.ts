/** What a fit says of itself in sentences: why this model, what was assumed, what to be careful about. */
import type { CheckedPoints } from './check.ts'
import { LATE_FIRST_POINT_S } from './defaults.ts'
import type { ModelFit } from './modelFit.ts'
import { isBolus } from './parametric/response.ts'
import type { Administration } from './parametric/response.ts'
import { percent, refusalOf } from './refusal.ts'
import type { CovarianceScaling, FitWarning, TacFit } from './types.ts'

export const hours = (timeS: number): string => `${Number((timeS / 3600).toPrecision(3))} h`

export function reasonOf(
  best: ModelFit,
  fits: readonly ModelFit[],
  weights: readonly number[],
  chosenBy: TacFit['chosenBy'],
): string {
  if (chosenBy === 'user') return 'Chosen by the user.'
  if (refusalOf(best) !== null)
    return `No model could be taken without objection; this one has the smallest AIC (${refusalOf(best)}).`
  const weight = weights[fits.indexOf(best)] as number
  const among = fits[0] === best ? '' : ', apart from those that were refused,'
  return `Smallest AIC${among} of ${fits.length} candidate${fits.length === 1 ? '' : 's'} (weight ${weight.toFixed(2)}); AIC = χ² + 2K, as the points’ uncertainties are known.`
}

export function assumptionsOf(
  fit: ModelFit,
  points: CheckedPoints,
  scaling: CovarianceScaling,
  administration: Administration,
): string[] {
  const list = [
    isBolus(administration)
      ? 'Time zero is the start of administration, which is taken as instantaneous.'
      : fit.shape.kind === 'trapezoid'
        ? `Time zero is the start of administration, which is ${administrationWords(administration)}; the trapezoidal rule follows the points and not the administration.`
        : `Time zero is the start of administration, which is ${administrationWords(administration)}; the curve is the response to it.`,
    ...(fit.ends.after === null
      ? [
          'After the last point the fitted slowest phase goes on to infinity; no effective rate is below the physical decay constant.',
        ]
      : []),
    `Standard uncertainty of the points: ${points.errorModel}.`,
    ...fit.notes,
  ]
  if (scaling === 'larger')
    list.push('Where χ² exceeds its degrees of freedom, the covariance is multiplied by their ratio.')
  if (scaling === 'reduced-chi-square')
    list.push(
      fit.degreesOfFreedom > 0
        ? 'The covariance is multiplied by χ²/degrees of freedom.'
        : 'There are no degrees of freedom: the covariance is that of the points’ uncertainties, unscaled.',
    )
  if (fit.prior) {
    list.push(
      `The biological half-life of the fast phase has a log-normal prior of ${hours(fit.prior.biologicalHalfLifeS)} with geometric standard deviation ${fit.prior.geometricStandardDeviation} (designed), which the points may override.`,
    )
  }
  return list
}

function administrationWords(administration: Administration): string {
  return administration
    .map(({ startS, durationS, share }) => {
      const what = durationS === 0 ? 'a bolus' : `an infusion of ${hours(durationS)}`
      const part = administration.length > 1 ? `${percent(share)} as ` : ''
      return `${part}${what}${startS > 0 ? ` at ${hours(startS)}` : ''}`
    })
    .join(', ')
}

export function warningsOf(fit: ModelFit): FitWarning[] {
  const list: FitWarning[] = []
  const add = (code: string, message: string): void => {
    list.push({ code, message })
  }
  const refusal = refusalOf(fit)
  if (refusal) add('kinetics.refused', `Do not rely on this fit: ${refusal}.`)
  if (fit.shareBefore > 0.5) {
    add('kinetics.extrapolated-before', `${percent(fit.shareBefore)} of the integral lies before the first point.`)
  }
  const first = fit.points[0]
  if (first && first.timeS > LATE_FIRST_POINT_S && fit.terms.length === 1) {
    add(
      'kinetics.no-early-point',
      `The first point is at ${hours(first.timeS)}: uptake or a fast phase before it is not seen, and its share of the integral is not in the uncertainty.`,
    )
  }
  if (fit.shareAfter > 0.5) {
    add('kinetics.extrapolated-after', `${percent(fit.shareAfter)} of the integral lies after the last point.`)
  }
  if (fit.atPhysicalBound) {
    add(
      'kinetics.physical-bound',
      'The activity falls more slowly than by physical decay alone: the slow phase is held at the physical half-life.',
    )
  }
  if (fit.parameterCount === 0) {
    add('kinetics.nothing-fitted', 'Every parameter is held: no uncertainty of the points is in that of the integral.')
  }
  if (!fit.gates.cvBelowHalf) add('kinetics.cv', 'A parameter has a coefficient of variation of 50 % or more.')
  if (!fit.gates.correlationBelow08) add('kinetics.correlation', 'Two parameters are correlated by 0.8 or more.')
  const dof = fit.degreesOfFreedom
  if (dof > 0 && fit.chiSquare / dof > 4) {
    add(
      'kinetics.poor-fit',
      `χ² is ${fit.chiSquare.toFixed(1)} for ${dof} degree${dof === 1 ? '' : 's'} of freedom: the curve does not follow the points within their uncertainty.`,
    )
  }
  return list
}
