/** Fitting of a time–activity curve: forced models, the automatic choice and the average over models. */
import { InputError } from '../errors/index.ts'
import { assemble } from './assemble.ts'
import { fitModel } from './candidate.ts'
import { checkPoints } from './check.ts'
import type { CheckedPoints } from './check.ts'
import { DEFAULT_EARLY_PHASE_PRIOR } from './defaults.ts'
import { withChosenEnds } from './fitEnds.ts'
import type { EndsChoice } from './fitEnds.ts'
import type { ModelFit } from './modelFit.ts'
import { parameterCount, TAC_MODELS } from './models/index.ts'
import type { TacModel } from './models/index.ts'
import { infusedCurve } from './parametric/infused.ts'
import { EXPONENTIAL_FORMS, parametricCurve } from './parametric/library.ts'
import { DEFAULT_LIMITS } from './parametric/loss.ts'
import { BOLUS, checkAdministration } from './parametric/response.ts'
import type { Administration } from './parametric/response.ts'
import type { ParametricCurve } from './parametric/types.ts'
import { fitParametric, freeParameterCount } from './parametricFit.ts'
import { objectionOf, refusalOf } from './refusal.ts'
import { fitTrapezoid } from './trapezoidFit.ts'
import type { CovarianceScaling, EarlyPhasePrior, FitRequest, TacFit, TacModelId } from './types.ts'
import { hours } from './words.ts'

/** Everything a single model needs to be fitted. */
interface Job {
  readonly request: FitRequest
  readonly points: CheckedPoints
  readonly scaling: CovarianceScaling
  readonly administration: Administration
}

/**
 * Fits a time–activity curve A(t), t from the start of administration, by weighted least squares with the physical decay constant
 * as lower bound of every effective rate, and integrates it from zero to infinity: for sums of exponentials in closed form, TIA = Σ Ai/λi.
 *
 * Covariance C = (JᵀWJ)⁻¹ with W = 1/σ² (absolute sigmas), scaled as asked; u²(TIA) = gᵀCg. The automatic choice takes the smallest
 * AIC = χ² + 2K: the sigmas are known, so no parameter is spent on them and the correction of AICc, which pays for estimating
 * sigma, is not due (Burnham & Anderson 2002, sections 2.2 and 2.4). AICc is given beside it where n − K − 1 > 0.
 *
 * The models of `models/` are fitted as blocks over ordered rates; with a robust loss, a prior or held parameters, and for all other models,
 * the `ParametricCurve` of that id. `average` is the mean over the candidates by their weights. What was assumed, including head, tail
 * and administration, is said in `assumptions`.
 *
 * Throws InputError for points that cannot be fitted, naming structure and point, with the best simpler alternative as hint.
 */
export function fitTimeActivity(request: FitRequest): TacFit {
  const points = checkPoints(request)
  const scaling = request.covarianceScaling ?? (points.sigmasGiven ? 'none' : 'larger')
  const administration = checkAdministration(request.label, request.administration ?? BOLUS)
  const job: Job = { request, points, scaling, administration }
  checkLoss(request)
  const choice = request.model ?? 'auto'
  const answer = { request, points, scaling, administration }
  if (choice !== 'auto' && choice !== 'average') {
    const fit = fitOne(job, choice)
    return assemble({ ...answer, best: fit, fits: [fit], chosenBy: 'user' })
  }
  if (points.timesS.length < 2) throw tooFewPoints(job, 'Mono-exponential wash-out', 2)
  const fits = candidatesOf(job, choice)
  fits.sort((a, b) => a.aic - b.aic)
  const eligible = fits.filter((f) => refusalOf(f) === null)
  const best = eligible[0] ?? fits.find((f) => objectionOf(f) === null) ?? fits[0]
  if (!best) throw noCandidate(job)
  return assemble({ ...answer, best, fits, chosenBy: choice === 'auto' ? 'automatic' : 'average' })
}

/** What an option of the general fit needs: the curve as a `ParametricCurve`. */
const isGeneral = ({ loss, prior, fixed, start }: FitRequest): boolean =>
  (loss !== undefined && loss.kind !== 'squares') || prior !== undefined || fixed !== undefined || start !== undefined

function curveOf({ request, administration }: Job, id: TacModelId): ParametricCurve {
  if (id === 'formula') {
    if (!request.curve) {
      throw new InputError('kinetics.formula', `${request.label}: there is no formula.`, 'Give the formula to fit.')
    }
    return infusedCurve(request.curve, administration)
  }
  const { physicalHalfLifeS, administeredBq, circulationRatePerS } = request
  return parametricCurve(id, {
    physicalRatePerS: Math.LN2 / physicalHalfLifeS,
    administration,
    ...(administeredBq === undefined ? {} : { administeredBq }),
    ...(circulationRatePerS === undefined ? {} : { circulationRatePerS }),
  })
}

const blocksOf = (id: TacModelId): TacModel | undefined => TAC_MODELS.find((m) => m.id === id)

function endsOf({ label, beforeFirstPoint, afterLastPoint }: FitRequest, id: TacModelId): EndsChoice {
  const isTrapezoid = id === 'trapezoid'
  return {
    label,
    before: beforeFirstPoint ?? (isTrapezoid ? 'physical-decay-back' : 'model'),
    after: afterLastPoint ?? (isTrapezoid ? { lastPoints: 2 } : 'fitted'),
  }
}

/** One model, whatever the data say. */
function fitOne(job: Job, id: TacModelId): ModelFit {
  const { request, points, scaling, administration } = job
  const { physicalHalfLifeS } = request
  const ends = endsOf(request, id)
  if (id === 'trapezoid') {
    refuseGeneral(request)
    return fitTrapezoid(points, physicalHalfLifeS, request.trapezoidRule ?? 'linear-log', ends)
  }
  const blocks = blocksOf(id)
  if (blocks && !isGeneral(request)) {
    if (points.timesS.length < parameterCount(blocks)) throw tooFewPoints(job, blocks.title, parameterCount(blocks))
    const prior = checkPrior(request.earlyPhasePrior ?? null)
    return withChosenEnds(
      fitModel(blocks, points, physicalHalfLifeS, prior, scaling, administration),
      points,
      ends,
      physicalHalfLifeS,
    )
  }
  if (request.earlyPhasePrior) {
    throw new InputError(
      'kinetics.prior',
      `${request.label}: the prior of the early phase belongs to the plain fit of the bi-exponential.`,
      'Leave it out, or give a prior of the parameter itself (lambdaBiol2).',
    )
  }
  const curve = curveOf(job, id)
  const needed = freeParameterCount(curve, request.fixed)
  if (points.timesS.length < needed && !request.prior) throw tooFewPoints(job, curve.title, needed)
  const fit = fitParametric(curve, points, physicalHalfLifeS, scaling, { ...request, administration })
  return withChosenEnds(fit, points, ends, physicalHalfLifeS, request.curve)
}

/** Options that a rule without parameters has no use for are refused, not passed over. */
function refuseGeneral(request: FitRequest): void {
  if (!isGeneral(request)) return
  throw new InputError(
    'kinetics.trapezoid',
    `${request.label}: the trapezoidal rule has no parameters to hold, to start or to have a prior, and no loss.`,
    'Leave these options out, or choose a curve to fit.',
  )
}

/** The fits that an automatic choice or an average is made among. */
function candidatesOf(job: Job, choice: 'auto' | 'average'): ModelFit[] {
  const { request } = job
  if (request.prior || request.fixed || request.start) {
    throw new InputError(
      'kinetics.candidates',
      `${request.label}: a prior, held or starting values of parameters belong to one model.`,
      'Choose the model, or leave them out.',
    )
  }
  const { modelWeights } = request
  if (modelWeights && Object.values(modelWeights).some((weight) => !(weight >= 0) || !Number.isFinite(weight))) {
    throw new InputError(
      'kinetics.model-weights',
      `${request.label}: a weight of a model is not a number from 0 on.`,
      'Correct it; only the ratios of the weights count.',
    )
  }
  const ids = request.candidates ?? (choice === 'average' && modelWeights ? Object.keys(modelWeights) : null)
  if (!ids)
    return isGeneral(request)
      ? chosenCandidates(
          job,
          TAC_MODELS.map((m) => m.id),
        )
      : blockCandidates(job)
  if (ids.includes('trapezoid') && !(choice === 'average' && modelWeights)) {
    throw new InputError(
      'kinetics.candidates',
      `${request.label}: the trapezoidal rule goes through every point, so it has no AIC to be compared by.`,
      'Take it from the candidates, or average with given weights.',
    )
  }
  return chosenCandidates(job, ids)
}

/** The models that a person chose; those that need more points than there are left out. */
function chosenCandidates(job: Job, ids: readonly TacModelId[]): ModelFit[] {
  return ids.flatMap((id) => {
    try {
      return [fitOne(job, id)]
    } catch (error) {
      if (error instanceof InputError && error.code === 'kinetics.too-few-points') return []
      throw error
    }
  })
}

/** The models of `models/`, the bi-exponential also with the prior of its early phase. */
function blockCandidates({ request, points, scaling, administration }: Job): ModelFit[] {
  const n = points.timesS.length
  const { physicalHalfLifeS } = request
  const prior = request.earlyPhasePrior === undefined ? DEFAULT_EARLY_PHASE_PRIOR : checkPrior(request.earlyPhasePrior)
  const fits: ModelFit[] = []
  const add = (model: TacModel, variant: EarlyPhasePrior | null): void => {
    const fit = fitModel(model, points, physicalHalfLifeS, variant, scaling, administration)
    fits.push(withChosenEnds(fit, points, endsOf(request, model.id), physicalHalfLifeS))
  }
  for (const model of TAC_MODELS) {
    const k = parameterCount(model)
    if (model.rateCount === 2 && !model.tiedAmplitudes && prior && n >= k - 1) add(model, prior)
    if (n >= (model.rateCount === 3 ? k + 2 : k)) add(model, null)
  }
  keepBestVariant(fits)
  return fits
}

/** Of the same model with and without prior the one with the smaller AIC stays: two near copies would share a weight. */
function keepBestVariant(fits: ModelFit[]): void {
  for (const withPrior of fits.filter((f) => f.prior !== null)) {
    const without = fits.find((f) => f.prior === null && f.id === withPrior.id)
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

function checkLoss({ label, loss }: FitRequest): void {
  if (!loss || loss.kind === 'squares' || (loss.limit > 0 && Number.isFinite(loss.limit))) return
  throw new InputError(
    'kinetics.loss',
    `${label}: the limit of the robust loss is ${loss.limit}.`,
    `Give a positive number of standard uncertainties, for instance ${DEFAULT_LIMITS[loss.kind]}.`,
  )
}

function noCandidate({ request, points }: Job): InputError {
  return new InputError(
    'kinetics.too-few-points',
    `${request.label}: ${points.timesS.length} points are too few for each of the candidates.`,
    `Add time points, or a simpler candidate such as ${EXPONENTIAL_FORMS[0]?.id}.`,
  )
}

function tooFewPoints(job: Job, title: string, needed: number): InputError {
  const { request, points } = job
  const n = points.timesS.length
  return new InputError(
    'kinetics.too-few-points',
    `${request.label}: ${n} point${n === 1 ? '' : 's'} cannot determine the ${needed} parameters of "${title}".`,
    n >= 2 ? simplerAlternative(request) : singlePointHint(request, points),
  )
}

/** What the automatic choice makes of the same points, as a hint. */
function simplerAlternative(request: FitRequest): string {
  try {
    const { model: _, prior: _prior, fixed: _fixed, start: _start, candidates: _candidates, ...rest } = request
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
