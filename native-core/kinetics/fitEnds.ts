/** Stated heads and tails instead of those of the fitted curve. */
import { InputError } from '../errors/index.ts'
import { quadraticForm } from '../statistics/index.ts'
import type { CheckedPoints } from './check.ts'
import { curveFunctions } from './curve.ts'
import { extrapolatedShares, goodnessOf } from './modelFit.ts'
import type { ModelFit } from './modelFit.ts'
import type { ParametricCurve } from './parametric/types.ts'
import type { AfterLastPoint, BeforeFirstPoint, CurveEnds, FittedParameter } from './types.ts'

export interface EndsChoice {
  readonly label: string
  readonly before: BeforeFirstPoint
  readonly after: AfterLastPoint
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

const BEFORE_WORDS: Record<Exclude<BeforeFirstPoint, 'model'>, string> = {
  constant: 'the activity is that at the first point',
  'linear-from-zero': 'the activity rises from nothing in a straight line',
  'physical-decay-back': 'nothing moves: the activity at the first point, decay-corrected',
}

interface TailRate {
  readonly ratePerS: number
  /** ∂rate/∂(activity of each point). */
  readonly slope: readonly number[]
}

/** Weighted straight line through the logarithms of the last points; not slower than physical decay. */
function tailRate(points: CheckedPoints, count: number, physicalRatePerS: number, label: string): TailRate {
  const n = points.timesS.length
  if (!Number.isInteger(count) || count < 2 || count > n) {
    throw new InputError(
      'kinetics.ends',
      `${label}: a tail from the last ${count} points was asked for; there ${n === 1 ? 'is 1 point' : `are ${n} points`}.`,
      n < 2
        ? 'Add a time point, or take physical decay after the last point.'
        : `Ask for 2 to ${n} points, or take physical decay after the last point.`,
    )
  }
  const used = Array.from({ length: count }, (_, i) => n - count + i)
  const weight = used.map((i) => (at(points.activityBq, i) / at(points.sigmaBq, i)) ** 2)
  const total = weight.reduce((s, w) => s + w, 0)
  const mean = used.reduce((s, i, k) => s + at(weight, k) * at(points.timesS, i), 0) / total
  const spread = used.reduce((s, i, k) => s + at(weight, k) * (at(points.timesS, i) - mean) ** 2, 0)
  const slope = new Array<number>(n).fill(0)
  let rate = 0
  used.forEach((i, k) => {
    const share = (-at(weight, k) * (at(points.timesS, i) - mean)) / spread
    rate += share * Math.log(at(points.activityBq, i))
    slope[i] = share / at(points.activityBq, i)
  })
  return { ratePerS: Math.max(rate, physicalRatePerS), slope }
}

/**
 * The fit with the stated head and tail; TIA, uncertainty and shares follow. The rate of a tail from the last points becomes a parameter
 * (`lambdaTail`), with its covariance with the others by way of the points. A rate at the physical bound keeps the uncertainty of the line.
 *
 * @throws InputError `kinetics.ends`.
 */
export function withChosenEnds(
  fit: ModelFit,
  points: CheckedPoints,
  choice: EndsChoice,
  physicalHalfLifeS: number,
  formula?: ParametricCurve,
): ModelFit {
  const { label, before, after } = choice
  if (before === 'model' && after === 'fitted' && fit.shape.kind !== 'trapezoid') return fit
  if (fit.shape.kind === 'trapezoid' && (before === 'model' || after === 'fitted')) {
    throw new InputError(
      'kinetics.ends',
      `${label}: the trapezoidal rule has no fitted curve before the first or after the last point.`,
      'State what happens there: constant, linear-from-zero or physical-decay-back before; physical-decay or the last points after.',
    )
  }
  const physicalRatePerS = Math.LN2 / physicalHalfLifeS
  const line = typeof after === 'object' ? tailRate(points, after.lastPoints, physicalRatePerS, label) : null
  const extended = line ? withTailParameter(fit, points, line, physicalRatePerS) : fit
  const ends: CurveEnds = {
    ...fit.ends,
    before,
    after:
      after === 'fitted'
        ? null
        : {
            ratePerS: line?.ratePerS ?? physicalRatePerS,
            parameter: line ? extended.parameters.length - 1 : null,
          },
  }
  const ended = { ...extended, ends }
  const gradient = ended.parameters.map(() => 0)
  const tiaBqS = curveFunctions(ended, formula).integral(0, Infinity, gradient)
  return {
    ...ended,
    tiaBqS,
    tiaUncertaintyBqS: Math.sqrt(Math.max(0, quadraticForm(ended.covariance, gradient))),
    ...extrapolatedShares(ended, tiaBqS, formula),
    atPhysicalBound: fit.atPhysicalBound || line?.ratePerS === physicalRatePerS,
    notes: [
      ...fit.notes,
      ...(before === 'model' ? [] : [`Before the first point ${BEFORE_WORDS[before]}.`]),
      ...(after === 'fitted'
        ? []
        : line
          ? [
              `After the last point the activity falls with the rate of the last ${typeof after === 'object' ? after.lastPoints : ''} points, not slower than physical decay.`,
            ]
          : ['After the last point there is physical decay only.']),
    ],
  }
}

function withTailParameter(fit: ModelFit, points: CheckedPoints, line: TailRate, physicalRatePerS: number): ModelFit {
  const variance = points.sigmaBq.map((sigma) => sigma ** 2 * fit.covarianceFactor)
  const shared = fit.influence.map((row) => row.reduce((s, v, i) => s + v * at(line.slope, i) * at(variance, i), 0))
  const own = line.slope.reduce((s, v, i) => s + v * v * at(variance, i), 0)
  const covariance = [...fit.covariance.map((row, i) => [...row, at(shared, i)]), [...shared, own]]
  const standardError = Math.sqrt(own)
  const tail: FittedParameter = {
    name: 'lambdaTail',
    title: 'effective rate after the last point',
    value: line.ratePerS,
    unit: '1/s',
    standardError,
    cv: standardError / line.ratePerS,
    atBound: line.ratePerS === physicalRatePerS,
  }
  const parameters = [...fit.parameters, tail]
  return {
    ...fit,
    parameters,
    covariance,
    influence: [...fit.influence, line.slope],
    ...goodnessOf(parameters, covariance),
  }
}
