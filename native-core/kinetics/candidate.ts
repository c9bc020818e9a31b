/** One model fitted to checked points: estimates, uncertainties and marks of goodness, in Bq and s. */
import {
  conditionNumber,
  correlationOf,
  propagateCovariance,
  quadraticForm,
  solveLeastSquares,
} from '../statistics/index.ts'
import type { CheckedPoints } from './check.ts'
import { LARGEST_CORRELATION, LARGEST_CV } from './defaults.ts'
import { evaluateCurve, integralWithGradient, parameterCount, plainParameters } from './models/index.ts'
import type { TacModel } from './models/index.ts'
import { buildSystem, solve } from './solver.ts'
import type { FitProblem, FitSolution } from './solver.ts'
import type {
  CovarianceScaling,
  EarlyPhasePrior,
  ExponentialTerm,
  FitGates,
  FittedParameter,
  FittedPhase,
  FittedPoint,
} from './types.ts'

export interface ModelFit {
  readonly model: TacModel
  readonly prior: EarlyPhasePrior | null
  readonly terms: readonly ExponentialTerm[]
  readonly phases: readonly FittedPhase[]
  readonly parameters: readonly FittedParameter[]
  readonly covariance: number[][]
  readonly correlation: number[][]
  readonly conditionNumber: number
  readonly tiaBqS: number
  readonly tiaUncertaintyBqS: number
  readonly shareBefore: number
  readonly shareAfter: number
  readonly points: readonly FittedPoint[]
  readonly chiSquare: number
  readonly penalisedChiSquare: number
  readonly parameterCount: number
  readonly effectiveParameterCount: number
  readonly degreesOfFreedom: number
  readonly aic: number
  readonly aicc: number | null
  readonly converged: boolean
  readonly gates: FitGates
  readonly atPhysicalBound: boolean
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** Fits `model` to the points. Activity is scaled by its maximum and time by the last point, so results do not depend on units. */
export function fitModel(
  model: TacModel,
  points: CheckedPoints,
  physicalHalfLifeS: number,
  prior: EarlyPhasePrior | null,
  scaling: CovarianceScaling,
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
  const correlation = correlationOf(plainCovariance)
  const aic = solution.cost + 2 * effective
  return {
    model,
    prior: problem.prior ? prior : null,
    terms,
    phases: terms.map((term, j) =>
      describePhase(term, plainCovariance, kept.indexOf(model.rateCount + j), physicalHalfLifeS),
    ),
    parameters,
    covariance: plainCovariance,
    correlation,
    conditionNumber: Math.min(conditionNumber(correlation), Number.MAX_VALUE),
    tiaBqS,
    tiaUncertaintyBqS: Math.sqrt(Math.max(0, quadraticForm(covariance, integral.gradient))) * activityScale * scale,
    shareBefore: clampShare(
      terms.reduce(
        (s, x) => s + (x.amplitudeBq * -Math.expm1(-x.effectiveRatePerS * at(points.timesS, 0))) / x.effectiveRatePerS,
        0,
      ) / tiaBqS,
    ),
    shareAfter: clampShare(
      terms.reduce(
        (s, x) => s + (x.amplitudeBq * Math.exp(-x.effectiveRatePerS * at(points.timesS, n - 1))) / x.effectiveRatePerS,
        0,
      ) / tiaBqS,
    ),
    points: points.timesS.map((timeS, i) => {
      const fittedBq = evaluateCurve(model, theta, timeS / scale) * activityScale
      const residualBq = at(points.activityBq, i) - fittedBq
      const sigmaBq = at(points.sigmaBq, i)
      return {
        timeS,
        activityBq: at(points.activityBq, i),
        sigmaBq,
        fittedBq,
        residualBq,
        standardisedResidual: residualBq / sigmaBq,
      }
    }),
    chiSquare: solution.chiSquare,
    penalisedChiSquare: solution.cost,
    parameterCount: k,
    effectiveParameterCount: effective,
    degreesOfFreedom: dof,
    aic,
    aicc: n - k - 1 > 0 ? aic + (2 * k * (k + 1)) / (n - k - 1) : null,
    converged: solution.converged,
    gates: describeGates(parameters, correlation),
    atPhysicalBound: solution.bound[model.blocks.length] === 'lower',
  }
}

const clampShare = (share: number): number => Math.max(0, Math.min(1, share))

function scalingFactor(scaling: CovarianceScaling, chiSquare: number, dof: number): number {
  if (scaling === 'none' || dof <= 0) return 1
  const reduced = chiSquare / dof
  return scaling === 'larger' ? Math.max(1, reduced) : reduced
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
  const size = solution.theta.length
  const free = solution.bound.map((b, j) => b === 'none' || (j === blocks && b === 'lower'))
  for (;;) {
    const columns = free.flatMap((isFree, j) => (isFree ? [j] : []))
    const inverse =
      columns.length > 0
        ? solveLeastSquares(
            jacobian.map((row) => columns.map((j) => at(row, j))),
            jacobian.map(() => 0),
            true,
          ).inverseNormal
        : []
    if (inverse) {
      const covariance = Array.from({ length: size }, () => new Array<number>(size).fill(0))
      columns.forEach((j, a) =>
        columns.forEach((l, b) => ((covariance[j] as number[])[l] = at(inverse[a] as number[], b))),
      )
      return { covariance, free }
    }
    free[columns[columns.length - 1] as number] = false
  }
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

function describePhase(
  term: ExponentialTerm,
  covariance: readonly number[][],
  row: number,
  physicalHalfLifeS: number,
): FittedPhase {
  const rate = term.effectiveRatePerS
  const biological = rate - Math.LN2 / physicalHalfLifeS
  const rateError = row < 0 ? 0 : Math.sqrt(Math.max(0, at(covariance[row] as number[], row)))
  return {
    amplitudeBq: term.amplitudeBq,
    effectiveHalfLifeS: Math.LN2 / rate,
    effectiveHalfLifeUncertaintyS: (Math.LN2 / rate ** 2) * rateError,
    biologicalHalfLifeS: biological > 1e-9 * rate ? Math.LN2 / biological : null,
  }
}

function describeGates(parameters: readonly FittedParameter[], correlation: readonly number[][]): FitGates {
  const cvs = parameters.map((p) => p.cv)
  const largestCv = cvs.includes(null) ? null : Math.max(...(cvs as number[]))
  let largestCorrelation: number | null = null
  correlation.forEach((row, i) =>
    row.forEach((v, j) => {
      if (i !== j) largestCorrelation = Math.max(largestCorrelation ?? 0, Math.abs(v))
    }),
  )
  return {
    cvBelowHalf: largestCv !== null && largestCv < LARGEST_CV,
    correlationBelow08: (largestCorrelation ?? 0) < LARGEST_CORRELATION,
    insideBounds: parameters.every((p) => !p.atBound),
    largestCv,
    largestCorrelation,
  }
}
