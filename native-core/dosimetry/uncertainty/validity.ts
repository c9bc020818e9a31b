/** Whether the law of propagation may be used: the chain's second order, measured. */
import type { CurveSensitivity } from './curveSensitivity.ts'
import { sumsBySource } from './between.ts'
import type { LinearValidity, SourceLoading } from './types.ts'

/** The bar of agreement with Monte Carlo. */
const LARGEST_DIFFERENCE = 0.05
/** From here on ±2 standard uncertainties are no interval of 95 %. Designed for this program. */
const LARGEST_SKEWNESS = 1

/**
 * Factors of a product are taken as log-normal of mean 1, as `monteCarloBudget` samples them: a source of loading l has the second moment exp(l²) and
 * the third exp(3l²). The TIA adds up from its points, whose variances and third moments were measured (`CurveSensitivity`). Moments of independent
 * factors multiply: E[Dⁿ] = Π E[fⁿ].
 */
export function linearValidity(loadings: readonly SourceLoading[], curve: CurveSensitivity | null): LinearValidity {
  const factors = [
    ...sumsBySource(
      loadings.filter(({ term }) => !isPoint(term)),
      'dose',
    ).values(),
  ]
  const pointLoadings = loadings.filter(({ term }) => isPoint(term))
  const linear = Math.hypot(...sumsBySource(loadings, 'dose').values())
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const pointVariance = curve
    ? sum(curve.points.map(({ variance }) => variance))
    : sum(pointLoadings.map(({ dose }) => dose * dose))
  const pointThird = curve ? sum(curve.points.map(({ thirdMoment }) => thirdMoment)) : 0
  let second = 1 + pointVariance
  let third = 1 + 3 * pointVariance + pointThird
  for (const dose of factors) {
    const growth = Math.exp(dose * dose)
    second *= growth
    third *= growth ** 3
  }
  const variance = second - 1
  const skewness = variance > 0 ? (third - 3 * second + 2) / variance ** 1.5 : 0
  const nonlinearRatio = linear > 0 ? Math.sqrt(Math.max(0, variance)) / linear : 1
  const reasons = [
    ...(Math.abs(nonlinearRatio - 1) > LARGEST_DIFFERENCE
      ? [
          `The chain is not linear over these uncertainties: its curvature changes the standard uncertainty by ${percent(nonlinearRatio - 1)}.`,
        ]
      : []),
    ...(Math.abs(skewness) > LARGEST_SKEWNESS
      ? [`The dose is skewed (${skewness.toFixed(2)}): two standard uncertainties up and down are no interval of 95 %.`]
      : []),
  ]
  const curveReasons = [
    ...(curve?.problems ?? []),
    ...(curve?.fit.parameters.some(({ atBound }) => atBound)
      ? ['A parameter of the curve is at its bound, where the fit does not follow the points evenly up and down.']
      : []),
    ...(curve && !curve.fit.converged ? ['The fit of the curve did not converge.'] : []),
  ]
  return { isValid: reasons.length + curveReasons.length === 0, nonlinearRatio, skewness, reasons, curveReasons }
}

const isPoint = (term: SourceLoading['term']): boolean =>
  term === 'counts' || term === 'registration' || term === 'points'

const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
