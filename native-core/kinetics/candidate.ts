/** A model of blocks fitted to checked points: estimates, uncertainties and marks of goodness, in Bq and s. */
import { propagateCovariance, quadraticForm } from '../statistics/index.ts'
import type { CheckedPoints } from './check.ts'
import {
  extrapolatedShares,
  fittedPoints,
  goodnessOf,
  informationOf,
  modelEnds,
  phasesOf,
  scalingFactor,
  inverseInformation,
} from './modelFit.ts'
import type { ModelFit } from './modelFit.ts'
import { evaluateCurve, integralWithGradient, parameterCount, plainParameters } from './models/index.ts'
import type { TacModel } from './models/index.ts'
import { BOLUS, inTimeUnit } from './parametric/response.ts'
import type { Administration } from './parametric/response.ts'
import { percent } from './refusal.ts'
import { buildSystem, solve } from './solver.ts'
import type { FitProblem, FitSolution } from './solver.ts'
import type { CovarianceScaling, CurveShape, EarlyPhasePrior, ExponentialTerm, FittedParameter } from './types.ts'

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** Fits `model` to the points. Activity is scaled by its maximum and time by the last point, so results do not depend on units. */
export function fitModel(
  model: TacModel,
  points: CheckedPoints,
  physicalHalfLifeS: number,
  prior: EarlyPhasePrior | null,
  scaling: CovarianceScaling,
  administration: Administration = BOLUS,
): ModelFit {
  const timeScale = Math.max(...points.timesS)
  const activityScale = Math.max(...points.activityBq)
  const scale = timeScale > 0 ? timeScale : physicalHalfLifeS
  const firstPositive = points.timesS.find((t) => t > 0) ?? scale
  const physicalRate = (Math.LN2 / physicalHalfLifeS) * scale
  const problem: FitProblem = {
    model,
    t: points.timesS.map((t) => t / scale),
    y: points.activityBq.map((a) => a / activityScale),
    sigma: points.sigmaBq.map((s) => s / activityScale),
    physicalRate,
    // Beyond this a phase has fallen by e¹² at the first point after zero: the points say nothing about it.
    largestRate: Math.max((12 * scale) / firstPositive, physicalRate * 2),
    smallestDifference: 1e-3,
    administration: inTimeUnit(administration, scale),
    prior:
      prior && model.rateCount === 2
        ? {
            mean: Math.log((Math.LN2 / prior.biologicalHalfLifeS) * scale),
            sd: Math.log(prior.geometricStandardDeviation),
          }
        : null,
  }
  const solution = solve(problem)
  const system = buildSystem(problem, solution.theta)
  const { covariance: unscaled, free } = covarianceOf(problem, solution, system.jacobian)
  const n = points.timesS.length
  const k = parameterCount(model)
  const effective = problem.prior ? k - quadraticForm(unscaled, system.jacobian[n] as number[]) : k
  const dof = n - k
  const factor = scalingFactor(scaling, solution.chiSquare, dof)
  const theta = solution.theta
  const covariance = unscaled.map((row) => row.map((v) => v * factor))
  const integral = integralWithGradient(model, theta)
  const plain = plainParameters(model, theta)
  const unitScale = plain.jacobian.map((_, i) => (i < model.rateCount ? activityScale : 1 / scale))
  const jacobian = plain.jacobian.map((row, i) => row.map((v) => v * at(unitScale, i)))
  const kept = model.tiedAmplitudes
    ? [0, ...Array.from({ length: model.rateCount }, (_, j) => model.rateCount + j)]
    : jacobian.map((_, i) => i)
  const plainCovariance = propagateCovariance(
    kept.map((i) => jacobian[i] as number[]),
    covariance,
  )
  const terms = plain.amplitudes.map((a, j) => ({
    amplitudeBq: a * activityScale,
    effectiveRatePerS: at(plain.rates, j) / scale,
  }))
  const tiaBqS = integral.value * activityScale * scale
  const parameters = describeParameters(model, terms, plainCovariance, kept, solution, free)
  const shape: Extract<CurveShape, { kind: 'exponentials' }> = {
    kind: 'exponentials',
    terms,
    termGradient: termGradientOf(model),
    administration,
  }
  const ends = modelEnds(points, physicalHalfLifeS)
  const tiaUncertaintyBqS = Math.sqrt(Math.max(0, quadraticForm(covariance, integral.gradient))) * activityScale * scale
  return {
    id: model.id,
    title: model.title,
    formula: model.formula,
    prior: problem.prior ? prior : null,
    terms,
    shape,
    ends,
    phases: phasesOf(shape, plainCovariance, physicalHalfLifeS),
    parameters,
    covariance: plainCovariance,
    covarianceFactor: factor,
    influence: influenceOf(
      kept.map((i) => jacobian[i] as number[]),
      unscaled,
      system.jacobian,
      points.sigmaBq,
    ),
    ...goodnessOf(parameters, plainCovariance),
    tiaBqS,
    tiaUncertaintyBqS,
    ...extrapolatedShares({ shape, ends, parameters, covariance: plainCovariance }, tiaBqS),
    points: fittedPoints(
      points,
      (timeS) => evaluateCurve(model, theta, timeS / scale, problem.administration) * activityScale,
    ),
    chiSquare: solution.chiSquare,
    penalisedChiSquare: solution.cost,
    parameterCount: k,
    effectiveParameterCount: effective,
    degreesOfFreedom: dof,
    ...informationOf(solution.cost, effective, k, n),
    converged: solution.converged,
    atPhysicalBound: solution.bound[model.blocks.length] === 'lower',
    objection: objectionTo(model, terms, solution, free, { tiaBqS, tiaUncertaintyBqS }),
    notes: [],
  }
}

/**
 * A fast phase whose rate the points do not tell is held at the end of its range. Nothing is wrong with that while its share of the integral is within the
 * uncertainty of it; beyond, the integral is as arbitrary as the range.
 */
function objectionTo(
  model: TacModel,
  terms: readonly ExponentialTerm[],
  solution: FitSolution,
  free: readonly boolean[],
  { tiaBqS, tiaUncertaintyBqS }: Pick<ModelFit, 'tiaBqS' | 'tiaUncertaintyBqS'>,
): string | null {
  for (const [j, { amplitudeBq, effectiveRatePerS }] of terms.entries()) {
    const source = model.blocks.length + j
    const bound = solution.bound[source]
    const areaBqS = Math.abs(amplitudeBq) / effectiveRatePerS
    if (j === 0 || bound === 'lower' || (bound === 'none' && free[source]) || areaBqS <= tiaUncertaintyBqS) continue
    return `the points do not tell lambda${j + 1}, whose phase makes ${percent(areaBqS / tiaBqS)} of the integral; take a function with fewer phases`
  }
  return null
}

/** ∂(A…, λ…)/∂(reported parameters): the identity, but for tied amplitudes, where A2 = −A1. */
function termGradientOf(model: TacModel): number[][] {
  const m = model.rateCount
  const unit = (size: number, index: number, value = 1): number[] =>
    Array.from({ length: size }, (_, i) => (i === index ? value : 0))
  if (!model.tiedAmplitudes) return Array.from({ length: 2 * m }, (_, i) => unit(2 * m, i))
  return [unit(m + 1, 0), unit(m + 1, 0, -1), ...Array.from({ length: m }, (_, j) => unit(m + 1, j + 1))]
}

/** ∂p/∂y = (∂p/∂θ)·C·Jᵀ·W^½: how the estimates follow the points, to first order. */
export function influenceOf(
  parameterJacobian: readonly (readonly number[])[],
  covariance: readonly (readonly number[])[],
  jacobian: readonly (readonly number[])[],
  sigmaBq: readonly number[],
): number[][] {
  return parameterJacobian.map((row) => {
    const left = covariance.map((_, j) => row.reduce((s, v, i) => s + v * at(covariance[i] as number[], j), 0))
    return sigmaBq.map((sigma, i) => left.reduce((s, v, j) => s + v * at(jacobian[i] as number[], j), 0) / sigma)
  })
}

/**
 * (JᵀWJ)⁻¹ over the free parameters. A coefficient at zero and a rate at a numerical bound are fixed; λ1 at the physical decay
 * constant stays free, so that a physical bound never makes a result look more certain. Parameters the data do not touch are left
 * out one by one, fastest phase first.
 */
function covarianceOf(
  problem: FitProblem,
  solution: FitSolution,
  jacobian: readonly number[][],
): { covariance: number[][]; free: readonly boolean[] } {
  const blocks = problem.model.blocks.length
  return inverseInformation(
    jacobian,
    solution.bound.map((b, j) => b === 'none' || (j === blocks && b === 'lower')),
  )
}

function describeParameters(
  model: TacModel,
  terms: readonly ExponentialTerm[],
  covariance: readonly number[][],
  kept: readonly number[],
  solution: FitSolution,
  free: readonly boolean[],
): FittedParameter[] {
  const m = model.rateCount
  const blocks = model.blocks.length
  return kept.map((index, row) => {
    const isRate = index >= m
    const j = isRate ? index - m : index
    const term = terms[j] as ExponentialTerm
    const value = isRate ? term.effectiveRatePerS : term.amplitudeBq
    const standardError = Math.sqrt(Math.max(0, at(covariance[row] as number[], row)))
    const source = isRate ? blocks + j : Math.min(j, blocks - 1)
    return {
      name: `${isRate ? 'lambda' : 'A'}${j + 1}`,
      title: isRate
        ? `effective rate of phase ${j + 1} (biological + physical)`
        : `amplitude of phase ${j + 1} at time zero`,
      value,
      unit: isRate ? ('1/s' as const) : ('Bq' as const),
      standardError,
      cv: value !== 0 ? standardError / Math.abs(value) : null,
      atBound: solution.bound[source] !== 'none' || !free[source],
    }
  })
}
