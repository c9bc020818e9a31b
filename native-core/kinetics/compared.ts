/** A model that a person chose, beside those that the automatic choice would have tried on the same points. */
import { InputError } from '../errors/index.ts'
import { fitTimeActivity } from './fit.ts'
import type { FitCandidate, FitRequest, TacFit } from './types.ts'

/**
 * The same fit with all candidates of the automatic choice beside the chosen one, weighted together: Akaike weights from AIC among
 * those that may be used and the chosen one, and the average over them (Var = Σw·(Var_i + (TIA_i − mean)²), Burnham & Anderson 2002, section
 * 4.3.2). What was chosen stays as it is. The trapezoidal rule has no likelihood: it gets no weight and is not among the candidates.
 *
 * Head, tail, administration and loss are those of the request; held parameters, priors and starts belong to the chosen model alone. A fit
 * that was not chosen by a person, or on points that no other model can be fitted to, is given back unchanged.
 */
export function comparedFit(request: FitRequest, fit: TacFit): TacFit {
  if (fit.chosenBy !== 'user') return fit
  const others = otherCandidates(request, fit.model)
  if (others.length === 0) return fit
  const own = fit.shape.kind === 'trapezoid' ? [] : fit.candidates
  const all = [...own, ...others]
  const isUsable = (one: FitCandidate): boolean => own.includes(one) || one.refusal === null
  const smallest = Math.min(...all.filter(isUsable).map(({ aic }) => aic))
  const raw = all.map((one) => (isUsable(one) ? Math.exp(-(one.aic - smallest) / 2) : 0))
  const total = raw.reduce((sum, weight) => sum + weight, 0)
  if (!(total > 0)) return fit
  const candidates = all
    .map((one, index): FitCandidate => ({ ...one, weight: (raw[index] ?? 0) / total }))
    .sort((a, b) => a.aic - b.aic)
  const mean = candidates.reduce((sum, { weight, tiaBqS }) => sum + weight * tiaBqS, 0)
  const variance = candidates.reduce(
    (sum, { weight, tiaBqS, tiaUncertaintyBqS }) => sum + weight * (tiaUncertaintyBqS ** 2 + (tiaBqS - mean) ** 2),
    0,
  )
  return { ...fit, candidates, averaged: { tiaBqS: mean, tiaUncertaintyBqS: Math.sqrt(variance) } }
}

function otherCandidates(request: FitRequest, chosen: string): readonly FitCandidate[] {
  const { model: _, prior: __, fixed: ___, start: ____, ...common } = request
  try {
    return fitTimeActivity({ ...common, model: 'auto' }).candidates.filter(({ model }) => model !== chosen)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return []
  }
}
