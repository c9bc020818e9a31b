/** The trapezoidal rule as a fit: its parameters are the measured activities themselves. */
import type { CheckedPoints } from './check.ts'
import { curveFunctions } from './curve.ts'
import { fittedPoints, goodnessOf, modelEnds, phaseOf } from './modelFit.ts'
import type { ModelFit } from './modelFit.ts'
import { withChosenEnds } from './fitEnds.ts'
import type { EndsChoice } from './fitEnds.ts'
import type { CurveShape, FittedParameter, TrapezoidRule } from './types.ts'

const TITLES: Record<TrapezoidRule, string> = {
  linear: 'Trapezoidal rule, linear',
  'linear-log': 'Trapezoidal rule, linear where it rises and logarithmic where it falls',
}

/**
 * TIA by the trapezoidal rule (logarithmic where activity falls: Purves, J. Pharmacokinet. Biopharm. 20 (1992) 211) with the head and tail that
 * `ends` states; its uncertainty from those of the points, taken as independent. There is nothing to fit and no χ².
 *
 * @throws InputError `kinetics.ends` for ends that only a fitted curve has, or a tail from more points than there are.
 */
export function fitTrapezoid(
  points: CheckedPoints,
  physicalHalfLifeS: number,
  rule: TrapezoidRule,
  choice: EndsChoice,
): ModelFit {
  const n = points.timesS.length
  const parameters = points.activityBq.map((value, i): FittedParameter => {
    const standardError = points.sigmaBq[i] as number
    return {
      name: `activity${i + 1}`,
      title: `activity at ${Number(((points.timesS[i] as number) / 3600).toPrecision(4))} h`,
      value,
      unit: 'Bq',
      standardError,
      cv: standardError / value,
      atBound: false,
    }
  })
  const unit = points.sigmaBq.map((_, i) => points.sigmaBq.map((_, j) => Number(i === j)))
  const covariance = unit.map((row, i) => row.map((v) => v * (points.sigmaBq[i] as number) ** 2))
  const shape: CurveShape = { kind: 'trapezoid', rule, timesS: points.timesS }
  const bare: ModelFit = {
    id: 'trapezoid',
    title: TITLES[rule],
    formula: 'A(t) through the points',
    prior: null,
    terms: [],
    shape,
    ends: modelEnds(points, physicalHalfLifeS),
    phases: [],
    parameters,
    covariance,
    covarianceFactor: 1,
    influence: unit,
    ...goodnessOf(parameters, covariance),
    tiaBqS: 0,
    tiaUncertaintyBqS: 0,
    shareBefore: 0,
    shareAfter: 0,
    points: [],
    chiSquare: 0,
    penalisedChiSquare: 0,
    parameterCount: n,
    effectiveParameterCount: n,
    degreesOfFreedom: 0,
    aic: 2 * n,
    aicc: null,
    converged: true,
    atPhysicalBound: false,
    objection: null,
    notes: [],
  }
  const fit = withChosenEnds(bare, points, choice, physicalHalfLifeS)
  const last = fit.ends.lastS
  const rate = fit.ends.after?.ratePerS ?? fit.ends.physicalRatePerS
  const row = fit.ends.after?.parameter ?? null
  const rateError = row === null ? 0 : Math.sqrt(Math.max(0, fit.covariance[row]?.[row] ?? 0))
  const value = (timeS: number): number => curveFunctions(fit).value(timeS)
  return {
    ...fit,
    phases: [
      phaseOf(
        { amplitudeBq: value(last) * Math.exp(rate * last), effectiveRatePerS: rate },
        rateError,
        physicalHalfLifeS,
      ),
    ],
    points: fittedPoints(points, value),
  }
}
