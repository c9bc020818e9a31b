/** One model fitted to checked points, in Bq and s: what all kinds of fits have in common. */
import { conditionNumber, correlationOf, quadraticForm, solveLeastSquares } from '../statistics/index.ts'
import type { CheckedPoints } from './check.ts'
import { curveFunctions } from './curve.ts'
import { LARGEST_CORRELATION, LARGEST_CV } from './defaults.ts'
import type { ParametricCurve } from './parametric/types.ts'
import type {
  CovarianceScaling,
  CurveEnds,
  CurveShape,
  EarlyPhasePrior,
  ExponentialTerm,
  FitGates,
  FittedParameter,
  FittedPhase,
  FittedPoint,
  FittedShape,
} from './types.ts'

export interface ModelFit {
  readonly id: string
  readonly title: string
  readonly formula: string
  readonly prior: EarlyPhasePrior | null
  readonly terms: readonly ExponentialTerm[]
  readonly shape: CurveShape
  readonly ends: CurveEnds
  readonly phases: readonly FittedPhase[]
  readonly parameters: readonly FittedParameter[]
  readonly covariance: readonly (readonly number[])[]
  /** What `covariance` has been multiplied by. */
  readonly covarianceFactor: number
  /** ∂(parameters)/∂(activity of each point). */
  readonly influence: readonly (readonly number[])[]
  readonly correlation: readonly (readonly number[])[]
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
  /** Why this is no answer, where the fit itself knows; null otherwise. */
  readonly objection: string | null
  /** What was assumed in this fit beyond what holds for all, in sentences. */
  readonly notes: readonly string[]
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** The whole of a curve is the fitted one. */
export const modelEnds = (points: CheckedPoints, physicalHalfLifeS: number): CurveEnds => ({
  firstS: at(points.timesS, 0),
  lastS: at(points.timesS, points.timesS.length - 1),
  before: 'model',
  after: null,
  physicalRatePerS: Math.LN2 / physicalHalfLifeS,
})

/**
 * (JᵀWJ)⁻¹ over the free parameters, zero for the others; one that the points do not touch, or do not tell from the ones before it by
 * `smallest` of its column, is left out. `free` on return says which took part.
 */
export function inverseInformation(
  jacobian: readonly (readonly number[])[],
  wanted: readonly boolean[],
  smallest?: number,
): { covariance: number[][]; free: readonly boolean[] } {
  const free = [...wanted]
  for (;;) {
    const columns = free.flatMap((isFree, j) => (isFree ? [j] : []))
    const { inverseNormal: inverse, usable } =
      columns.length === 0
        ? { inverseNormal: [], usable: [] }
        : solveLeastSquares(
            jacobian.map((row) => columns.map((j) => row[j] as number)),
            jacobian.map(() => 0),
            true,
            smallest,
          )
    if (inverse) {
      const covariance = free.map(() => new Array<number>(free.length).fill(0))
      columns.forEach((j, a) => columns.forEach((l, b) => ((covariance[j] as number[])[l] = inverse[a]?.[b] as number)))
      return { covariance, free }
    }
    columns.forEach((j, a) => (free[j] = usable[a] === true))
  }
}

export function scalingFactor(scaling: CovarianceScaling, chiSquare: number, dof: number): number {
  if (scaling === 'none' || dof <= 0) return 1
  const reduced = chiSquare / dof
  return scaling === 'larger' ? Math.max(1, reduced) : reduced
}

/** AIC with known sigmas, and its small-sample form where it exists. */
export function informationOf(
  cost: number,
  effective: number,
  k: number,
  n: number,
): { aic: number; aicc: number | null } {
  const aic = cost + 2 * effective
  return { aic, aicc: n - k - 1 > 0 ? aic + (2 * k * (k + 1)) / (n - k - 1) : null }
}

/** Shares of the integral before the first and after the last point. */
export function extrapolatedShares(
  fit: FittedShape,
  tiaBqS: number,
  formula?: ParametricCurve,
): { shareBefore: number; shareAfter: number } {
  const { integral } = curveFunctions(fit, formula)
  const clamp = (share: number): number => Math.max(0, Math.min(1, share))
  return {
    shareBefore: clamp(integral(0, fit.ends.firstS) / tiaBqS),
    shareAfter: clamp(integral(fit.ends.lastS, Infinity) / tiaBqS),
  }
}

export function fittedPoints(
  points: CheckedPoints,
  value: (timeS: number) => number,
  weights?: readonly number[],
): FittedPoint[] {
  return points.timesS.map((timeS, i) => {
    const fittedBq = value(timeS)
    const residualBq = at(points.activityBq, i) - fittedBq
    const sigmaBq = at(points.sigmaBq, i)
    return {
      timeS,
      activityBq: at(points.activityBq, i),
      sigmaBq,
      fittedBq,
      residualBq,
      standardisedResidual: residualBq / sigmaBq,
      weight: weights?.[i] ?? 1,
    }
  })
}

/** A phase for each term, slowest first; the uncertainty of its half-life from the covariance of the parameters. */
export function phasesOf(
  shape: Extract<CurveShape, { kind: 'exponentials' }>,
  covariance: readonly (readonly number[])[],
  physicalHalfLifeS: number,
): FittedPhase[] {
  return shape.terms.map((term, k) => {
    const slope = shape.termGradient[shape.terms.length + k] as readonly number[]
    return phaseOf(term, Math.sqrt(Math.max(0, quadraticForm(covariance, slope))), physicalHalfLifeS)
  })
}

export function phaseOf(term: ExponentialTerm, rateError: number, physicalHalfLifeS: number): FittedPhase {
  const rate = term.effectiveRatePerS
  const biological = rate - Math.LN2 / physicalHalfLifeS
  return {
    amplitudeBq: term.amplitudeBq,
    effectiveHalfLifeS: Math.LN2 / rate,
    effectiveHalfLifeUncertaintyS: (Math.LN2 / rate ** 2) * rateError,
    biologicalHalfLifeS: biological > 1e-9 * rate ? Math.LN2 / biological : null,
  }
}

/** Correlation, its condition number and the gates of parameters with a covariance. */
export function goodnessOf(
  parameters: readonly FittedParameter[],
  covariance: readonly (readonly number[])[],
): { correlation: number[][]; conditionNumber: number; gates: FitGates } {
  const correlation = correlationOf(covariance)
  return {
    correlation,
    conditionNumber: Math.min(conditionNumber(correlation), Number.MAX_VALUE),
    gates: describeGates(parameters, correlation),
  }
}

function describeGates(parameters: readonly FittedParameter[], correlation: readonly number[][]): FitGates {
  const cvs = parameters.flatMap((p) => (p.cv === null ? [] : [p.cv]))
  const largestCv = cvs.length < parameters.length ? null : Math.max(0, ...cvs)
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
