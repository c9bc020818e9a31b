/** Model fits put together into the answer: weights, the average over models, words. */
import { InputError } from '../errors/index.ts'
import type { CheckedPoints } from './check.ts'
import { FIT_VERSION, LARGEST_SHARE_BEFORE_FIRST } from './defaults.ts'
import type { ModelFit } from './modelFit.ts'
import type { Administration } from './parametric/response.ts'
import { percent, refusalOf } from './refusal.ts'
import { assumptionsOf, hours, reasonOf, warningsOf } from './words.ts'
import type { CovarianceScaling, ErrorModel, FitCandidate, FitRequest, FittedShape, TacFit } from './types.ts'

export interface Assembly {
  readonly request: FitRequest
  readonly points: CheckedPoints
  readonly scaling: CovarianceScaling
  readonly administration: Administration
  readonly best: ModelFit
  readonly fits: readonly ModelFit[]
  readonly chosenBy: TacFit['chosenBy']
}

const titleOf = (fit: ModelFit): string => fit.title + (fit.prior ? ', early phase with prior' : '')

const shapeOnly = ({ shape, ends, parameters, covariance }: FittedShape): FittedShape => ({
  shape,
  ends,
  parameters,
  covariance,
})

function toCandidate(fit: ModelFit, weight: number): FitCandidate {
  return {
    model: fit.id,
    title: titleOf(fit),
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
    fit: shapeOnly(fit),
    converged: fit.converged,
    gates: fit.gates,
    refusal: refusalOf(fit),
  }
}

/** Akaike weights from AIC among what may be used and the chosen one; of an average those that the request gives. */
function weightsOf({ request, best, fits, chosenBy }: Assembly): number[] {
  const usable = fits.filter((f) => f === best || refusalOf(f) === null)
  const reference = Math.min(...usable.map((f) => f.aic))
  const given = chosenBy === 'average' ? request.modelWeights : undefined
  const raw = fits.map((f) => {
    if (!usable.includes(f)) return 0
    return given ? (given[f.id] ?? 0) : Math.exp(-(f.aic - reference) / 2)
  })
  const total = raw.reduce((s, w) => s + w, 0)
  if (!(total > 0)) {
    throw new InputError(
      'kinetics.model-weights',
      `${request.label}: none of the models with a weight gave a fit that can be used.`,
      'Add models, give weights to others, or leave the weights out to take those of Akaike.',
    )
  }
  return raw.map((w) => w / total)
}

/** Mean over the models, Var = Σw·(Var_i + (TIA_i − mean)²) (Burnham & Anderson 2002, section 4.3.2, as the variance of a mixture). */
function averageOf(fits: readonly ModelFit[], weights: readonly number[]): TacFit['averaged'] {
  const mean = fits.reduce((s, f, i) => s + (weights[i] as number) * f.tiaBqS, 0)
  const variance = fits.reduce(
    (s, f, i) => s + (weights[i] as number) * (f.tiaUncertaintyBqS ** 2 + (f.tiaBqS - mean) ** 2),
    0,
  )
  return { tiaBqS: mean, tiaUncertaintyBqS: Math.sqrt(variance) }
}

/** The scatter of one more point: the error model, or the mean relative sigma of points that have their own; as scaled as the covariance. */
function scatterOf({ points, best }: Assembly): ErrorModel {
  const factor = Math.sqrt(best.covarianceFactor)
  const n = points.timesS.length
  const rule = points.rule ?? {
    fraction: Math.sqrt(
      points.sigmaBq.reduce((s, sigma, i) => s + (sigma / (points.activityBq[i] as number)) ** 2, 0) / n,
    ),
    absoluteBq: 0,
  }
  return { fraction: rule.fraction * factor, absoluteBq: rule.absoluteBq * factor }
}

/**
 * The answer from the chosen fit and its rivals.
 *
 * @throws InputError `kinetics.points-in-tail` where nearly all of the integral would lie before the first point, or so far from it that it is no
 * number.
 */
export function assemble(assembly: Assembly): TacFit {
  const { request, points, scaling, administration, best, fits, chosenBy } = assembly
  const isNumber = [best.tiaBqS, best.tiaUncertaintyBqS, best.shareBefore].every(Number.isFinite)
  if (!isNumber || !(best.shareBefore <= LARGEST_SHARE_BEFORE_FIRST)) {
    const share = isNumber ? `${percent(best.shareBefore)} of the integral` : 'more than any number can say'
    throw new InputError(
      'kinetics.points-in-tail',
      `${request.label}: all points lie in the tail of the curve: ${share} would lie before the first one, at ${hours(points.timesS[0] as number)}.`,
      'Check the unit of the times, or add an earlier time point. The best simpler alternative is a single-time-point method with a population half-life, at the earliest point.',
    )
  }
  const weights = weightsOf(assembly)
  const averaged = averageOf(fits, weights)
  const fit: TacFit = {
    algorithm: { name: 'theratwin.fit-time-activity', version: FIT_VERSION },
    label: request.label,
    model: best.id,
    modelTitle: titleOf(best),
    formula: best.formula,
    earlyPhasePrior: best.prior,
    chosenBy,
    reason: reasonOf(best, fits, weights, chosenBy),
    physicalHalfLifeS: request.physicalHalfLifeS,
    errorModel: points.errorModel,
    covarianceScaling: scaling,
    shape: best.shape,
    ends: best.ends,
    pointScatter: scatterOf(assembly),
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
    averaged,
    assumptions: assumptionsOf(best, points, scaling, administration),
    warnings: warningsOf(best),
  }
  return chosenBy === 'average' ? asAverage(fit, assembly, weights) : fit
}

/** The mixture of the models in place of the best one, of which parameters, phases and goodness remain. */
function asAverage(fit: TacFit, { request, fits }: Assembly, weights: readonly number[]): TacFit {
  const members = fits.flatMap((f, i) => {
    const weight = weights[i] as number
    return weight > 0 ? [{ model: f.id, weight, fit: shapeOnly(f), of: f }] : []
  })
  const { tiaBqS, tiaUncertaintyBqS } = fit.averaged
  const share = (of: (f: ModelFit) => number): number =>
    members.reduce((s, m) => s + m.weight * of(m.of) * m.of.tiaBqS, 0) / tiaBqS
  const named = members.map((m) => `${m.of.title} ${m.weight.toFixed(2)}`).join(', ')
  return {
    ...fit,
    model: 'average',
    modelTitle: 'Average over models',
    formula: 'A(t) = Σ weight·A_model(t)',
    reason: `Average over models with ${request.modelWeights ? 'the given weights' : 'Akaike weights'}: ${named}.`,
    shape: {
      kind: 'average',
      members: members.map(({ model, weight, fit: member }) => ({ model, weight, fit: member })),
    },
    terms: [],
    tiaBqS,
    tiaUncertaintyBqS,
    tiaShareBeforeFirstPoint: share((f) => f.shareBefore),
    tiaShareAfterLastPoint: share((f) => f.shareAfter),
    assumptions: [
      ...fit.assumptions,
      `Parameters, half-lives and goodness are those of the best model, "${fit.modelTitle}"; the TIA is the average.`,
    ],
  }
}
