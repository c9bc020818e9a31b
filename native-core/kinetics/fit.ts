/** Fitting of a time–activity curve: forced models and the automatic choice. */
import { InputError } from '../errors/index.ts'
import { fitModel } from './candidate.ts'
import type { ModelFit } from './candidate.ts'
import { checkPoints } from './check.ts'
import type { CheckedPoints } from './check.ts'
import {
  DEFAULT_EARLY_PHASE_PRIOR,
  FIT_VERSION,
  LARGEST_SHARE_BEFORE_FIRST,
  LARGEST_TIA_UNCERTAINTY,
  LATE_FIRST_POINT_S,
} from './defaults.ts'
import { parameterCount, TAC_MODELS, tacModel } from './models/index.ts'
import type { TacModel } from './models/index.ts'
import type { CovarianceScaling, EarlyPhasePrior, FitCandidate, FitRequest, FitWarning, TacFit } from './types.ts'

const hours = (timeS: number): string => `${Number((timeS / 3600).toPrecision(3))} h`
const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`

/**
 * Fits a time–activity curve A(t), t from the start of administration, by weighted least squares with the physical decay constant
 * as lower bound of every effective rate, and integrates it from zero to infinity in closed form: TIA = Σ Ai/λi.
 *
 * Covariance C = (JᵀWJ)⁻¹ with W = 1/σ² (absolute sigmas), scaled as asked; u²(TIA) = gᵀCg. The automatic choice takes the smallest
 * AIC = χ² + 2K: the sigmas are known, so no parameter is spent on them and the correction of AICc, which pays for estimating
 * sigma, is not due (Burnham & Anderson 2002, sections 2.2 and 2.4). AICc is given beside it where n − K − 1 > 0.
 *
 * Throws InputError for points that cannot be fitted, naming structure and point, with the best simpler alternative as hint.
 */
export function fitTimeActivity(request: FitRequest): TacFit {
  const points = checkPoints(request)
  const scaling = request.covarianceScaling ?? (points.sigmasGiven ? 'none' : 'larger')
  const choice = request.model ?? 'auto'
  const n = points.timesS.length
  if (choice !== 'auto') {
    const model = tacModel(choice)
    const needed = parameterCount(model)
    if (n < needed) throw tooFewPoints(request, points, model)
    const fit = fitModel(model, points, request.physicalHalfLifeS, checkPrior(request.earlyPhasePrior ?? null), scaling)
    return assemble(request, points, scaling, fit, [fit], 'user')
  }
  if (n < 2) throw tooFewPoints(request, points, TAC_MODELS[0] as TacModel)
  const prior = request.earlyPhasePrior === undefined ? DEFAULT_EARLY_PHASE_PRIOR : checkPrior(request.earlyPhasePrior)
  const fits: ModelFit[] = []
  for (const model of TAC_MODELS) {
    const k = parameterCount(model)
    if (model.rateCount === 2 && !model.tiedAmplitudes && prior && n >= k - 1) {
      fits.push(fitModel(model, points, request.physicalHalfLifeS, prior, scaling))
    }
    if (n >= (model.rateCount === 3 ? k + 2 : k)) {
      fits.push(fitModel(model, points, request.physicalHalfLifeS, null, scaling))
    }
  }
  keepBestVariant(fits)
  fits.sort((a, b) => a.aic - b.aic)
  const eligible = fits.filter((f) => refusalOf(f) === null)
  const best = eligible[0] ?? fits.find((f) => objectionOf(f) === null) ?? fits[0]
  if (!best) throw new Error('no model for two points or more')
  return assemble(request, points, scaling, best, fits, 'automatic')
}

/** Of the same model with and without prior the one with the smaller AIC stays: two near copies would share a weight. */
function keepBestVariant(fits: ModelFit[]): void {
  for (const withPrior of fits.filter((f) => f.prior !== null)) {
    const without = fits.find((f) => f.prior === null && f.model === withPrior.model)
    if (!without) continue
    const loser = refusalOf(without) !== null || withPrior.aic <= without.aic ? without : withPrior
    fits.splice(fits.indexOf(loser), 1)
  }
}

function checkPrior(prior: EarlyPhasePrior | null): EarlyPhasePrior | null {
  if (prior && !(prior.biologicalHalfLifeS > 0 && prior.geometricStandardDeviation > 1)) {
    throw new InputError(
      'kinetics.prior',
      'The prior of the early phase needs a positive half-life and a geometric standard deviation above 1.',
      'Give for instance 2 h and 1.5, or null for no prior.',
    )
  }
  return prior
}

function tooFewPoints(request: FitRequest, points: CheckedPoints, model: TacModel): InputError {
  const n = points.timesS.length
  return new InputError(
    'kinetics.too-few-points',
    `${request.label}: ${n} point${n === 1 ? '' : 's'} cannot determine the ${parameterCount(model)} parameters of "${model.title}".`,
    n >= 2 ? simplerAlternative(request) : singlePointHint(request, points),
  )
}

/** What the automatic choice makes of the same points, as a hint. */
function simplerAlternative(request: FitRequest): string {
  try {
    const { model: _, ...rest } = request
    const fit = fitTimeActivity({ ...rest, model: 'auto' })
    const tia = (fit.tiaBqS / 3.6e9).toPrecision(4)
    return `Add time points, or take the best simpler alternative for these points: "${fit.model}", TIA ${tia} MBq·h.`
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.hint
  }
}

function singlePointHint(request: FitRequest, points: CheckedPoints): string {
  const activity = points.activityBq[0] as number
  const most = (activity * request.physicalHalfLifeS) / Math.LN2 / 3.6e9
  return (
    `Add a time point. With one point, at ${hours(points.timesS[0] as number)}, a single-time-point method with a population half-life ` +
    `is the best simpler alternative; were there only physical decay after it, that part would be ${most.toPrecision(4)} MBq·h.`
  )
}

/** Why the automatic choice may not take a fit; null if it may. */
function refusalOf(fit: ModelFit): string | null {
  const relative = fit.tiaUncertaintyBqS / fit.tiaBqS
  return (
    objectionOf(fit) ??
    (relative > LARGEST_TIA_UNCERTAINTY ? `its integral is uncertain by ${percent(relative)}` : null)
  )
}

/** Why a fit is no answer at all; null if it is one, however uncertain. */
function objectionOf(fit: ModelFit): string | null {
  if (!fit.converged) return 'the fit did not converge'
  if (fit.shareBefore > LARGEST_SHARE_BEFORE_FIRST) {
    return `${percent(fit.shareBefore)} of its integral lies before the first point`
  }
  const last = fit.points[fit.points.length - 1]
  if (!(fit.tiaBqS > 0) || !last || !(last.fittedBq > 0)) return 'the curve is not positive'
  return null
}

function toCandidate(fit: ModelFit, weight: number): FitCandidate {
  return {
    model: fit.model.id,
    title: fit.model.title + (fit.prior ? ', early phase with prior' : ''),
    earlyPhasePrior: fit.prior,
    parameterCount: fit.parameterCount,
    effectiveParameterCount: fit.effectiveParameterCount,
    chiSquare: fit.chiSquare,
    penalisedChiSquare: fit.penalisedChiSquare,
    aic: fit.aic,
    aicc: fit.aicc,
    weight,
    tiaBqS: fit.tiaBqS,
    tiaUncertaintyBqS: fit.tiaUncertaintyBqS,
    terms: fit.terms,
    converged: fit.converged,
    gates: fit.gates,
    refusal: refusalOf(fit),
  }
}

function assemble(
  request: FitRequest,
  points: CheckedPoints,
  scaling: CovarianceScaling,
  best: ModelFit,
  fits: readonly ModelFit[],
  chosenBy: 'user' | 'automatic',
): TacFit {
  if (best.shareBefore > LARGEST_SHARE_BEFORE_FIRST) {
    throw new InputError(
      'kinetics.points-in-tail',
      `${request.label}: all points lie in the tail of the curve: ${percent(best.shareBefore)} of the integral would lie before the first one, at ${hours(points.timesS[0] as number)}.`,
      'Add an earlier time point. The best simpler alternative is a single-time-point method with a population half-life, at the earliest point.',
    )
  }
  const usable = fits.filter((f) => refusalOf(f) === null)
  const reference = Math.min(...usable.map((f) => f.aic), best.aic)
  const raw = fits.map((f) => (f === best || usable.includes(f) ? Math.exp(-(f.aic - reference) / 2) : 0))
  const total = raw.reduce((s, w) => s + w, 0)
  const weights = raw.map((w) => w / total)
  const mean = fits.reduce((s, f, i) => s + (weights[i] as number) * f.tiaBqS, 0)
  const variance = fits.reduce(
    (s, f, i) => s + (weights[i] as number) * (f.tiaUncertaintyBqS ** 2 + (f.tiaBqS - mean) ** 2),
    0,
  )
  return {
    algorithm: { name: 'theratwin.fit-time-activity', version: FIT_VERSION },
    label: request.label,
    model: best.model.id,
    modelTitle: toCandidate(best, 1).title,
    formula: best.model.formula,
    earlyPhasePrior: best.prior,
    chosenBy,
    reason: reasonOf(best, fits, weights, chosenBy),
    physicalHalfLifeS: request.physicalHalfLifeS,
    errorModel: points.errorModel,
    covarianceScaling: scaling,
    terms: best.terms,
    phases: best.phases,
    parameters: best.parameters,
    covariance: best.covariance,
    correlation: best.correlation,
    conditionNumber: best.conditionNumber,
    tiaBqS: best.tiaBqS,
    tiaUncertaintyBqS: best.tiaUncertaintyBqS,
    tiaShareBeforeFirstPoint: best.shareBefore,
    tiaShareAfterLastPoint: best.shareAfter,
    points: best.points,
    chiSquare: best.chiSquare,
    degreesOfFreedom: best.degreesOfFreedom,
    aic: best.aic,
    aicc: best.aicc,
    converged: best.converged,
    gates: best.gates,
    candidates: fits.map((f, i) => toCandidate(f, weights[i] as number)),
    averaged: { tiaBqS: mean, tiaUncertaintyBqS: Math.sqrt(variance) },
    assumptions: assumptionsOf(best, points, scaling),
    warnings: warningsOf(best),
  }
}

function reasonOf(
  best: ModelFit,
  fits: readonly ModelFit[],
  weights: readonly number[],
  chosenBy: 'user' | 'automatic',
): string {
  if (chosenBy === 'user') return 'Chosen by the user.'
  if (refusalOf(best) !== null)
    return `No model could be taken without objection; this one has the smallest AIC (${refusalOf(best)}).`
  const weight = weights[fits.indexOf(best)] as number
  const rule = 'AIC = χ² + 2K with known sigmas'
  const among = fits[0] === best ? '' : ', apart from those that were refused,'
  return `Smallest ${rule}${among} of ${fits.length} candidate${fits.length === 1 ? '' : 's'} (weight ${weight.toFixed(2)}).`
}

function assumptionsOf(fit: ModelFit, points: CheckedPoints, scaling: CovarianceScaling): string[] {
  const list = [
    'Time zero is the start of administration, which is taken as instantaneous.',
    'After the last point the fitted slowest phase goes on to infinity; no effective rate is below the physical decay constant.',
    `Standard uncertainty of the points: ${points.errorModel}.`,
  ]
  if (scaling === 'larger')
    list.push('Where χ² exceeds its degrees of freedom, the covariance is multiplied by their ratio.')
  if (scaling === 'reduced-chi-square') list.push('The covariance is multiplied by χ²/degrees of freedom.')
  if (fit.prior) {
    list.push(
      `The biological half-life of the fast phase has a log-normal prior of ${hours(fit.prior.biologicalHalfLifeS)} with geometric standard deviation ${fit.prior.geometricStandardDeviation} (designed), which the points may override.`,
    )
  }
  return list
}

function warningsOf(fit: ModelFit): FitWarning[] {
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
