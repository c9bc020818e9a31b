/** Which curve a population follows. */
import { InputError } from '../../errors/index.ts'
import type { PopulationFit } from './types.ts'

export interface CurveCandidate {
  readonly curveId: string
  readonly parameterCount: number
  readonly minusTwoLogLikelihood: number
  readonly aicc: number | null
  /** AICc less the smallest; null where the curve could not take part. */
  readonly difference: number | null
  /** Akaike weight; 0 where the curve could not take part. */
  readonly weight: number
  /** Why it could not take part. */
  readonly refusal: string | null
}

export interface CurveSelection {
  readonly selected: string
  /** Best first. */
  readonly candidates: readonly CurveCandidate[]
  /** Weights of the curves that took part, by id: for the average over models of one patient (`modelWeights` of `fitTimeActivity`). */
  readonly modelWeights: Readonly<Record<string, number>>
}

/**
 * Population-based model selection (Hardiansyah et al. 2023, PBMS-NLME): the curve with the smallest AICc of the whole population, where
 * one patient's few points could not tell curves apart, and Akaike weights exp(−Δ/2)/Σ (Burnham & Anderson 2002, section 2.9). K counts
 * means, variances, covariances and residual errors, n the points. A fit that did not converge does not take part.
 *
 * @throws InputError `population.selection` where the fits are not of the same patients, points and method, a curve comes twice, or none
 *   can take part
 */
export function selectPopulationCurve(fits: readonly PopulationFit[]): CurveSelection {
  const first = fits[0]
  const isSame = fits.every(
    (fit) =>
      fit.algorithm.method === first?.algorithm.method &&
      fit.pointCount === first.pointCount &&
      fit.subjects.length === first.subjects.length &&
      fit.subjects.every(({ label }, i) => label === first.subjects[i]?.label),
  )
  if (!isSame || new Set(fits.map((fit) => fit.curveId)).size !== fits.length)
    throw new InputError(
      'population.selection',
      'The fits to choose among are not of different curves to the same patients and points by the same method.',
      'Fit each curve once to the same patients.',
    )
  const refusalOf = ({ converged, aicc }: PopulationFit): string | null =>
    converged ? (aicc === null ? 'there are too few points for its unknowns' : null) : 'the fit did not converge'
  const smallest = Math.min(...fits.flatMap((fit) => (refusalOf(fit) === null ? (fit.aicc ?? []) : [])))
  if (!Number.isFinite(smallest))
    throw new InputError(
      'population.selection',
      'None of the curves could be fitted to the population.',
      'Gather more patients or points, or offer a curve of fewer parameters.',
    )
  const raw = (fit: PopulationFit): number =>
    refusalOf(fit) === null && fit.aicc !== null ? Math.exp(-(fit.aicc - smallest) / 2) : 0
  const total = fits.reduce((s, fit) => s + raw(fit), 0)
  const candidates = fits
    .map((fit) => {
      const { curveId, parameterCount, minusTwoLogLikelihood, aicc } = fit
      const refusal = refusalOf(fit)
      const difference = refusal === null && aicc !== null ? aicc - smallest : null
      return { curveId, parameterCount, minusTwoLogLikelihood, aicc, difference, weight: raw(fit) / total, refusal }
    })
    .sort((a, b) => (a.difference ?? Infinity) - (b.difference ?? Infinity))
  return {
    selected: candidates[0]?.curveId ?? '',
    candidates,
    modelWeights: Object.fromEntries(candidates.flatMap((c) => (c.refusal === null ? [[c.curveId, c.weight]] : []))),
  }
}
