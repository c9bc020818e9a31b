/** Any `ParametricCurve` fitted to checked points: robust loss, prior of the parameters and held parameters included. */
import { InputError } from '../errors/index.ts'
import { propagateCovariance, quadraticForm } from '../statistics/index.ts'
import { influenceOf } from './candidate.ts'
import type { CheckedPoints } from './check.ts'
import {
  extrapolatedShares,
  fittedPoints,
  goodnessOf,
  informationOf,
  inverseInformation,
  modelEnds,
  phasesOf,
  scalingFactor,
} from './modelFit.ts'
import type { ModelFit } from './modelFit.ts'
import { minimise } from './parametric/leastSquares.ts'
import type { CurveProblem, CurveSolution } from './parametric/leastSquares.ts'
import type { Loss } from './parametric/loss.ts'
import { whitenedPrior } from './parametric/prior.ts'
import { BOLUS, isBolus } from './parametric/response.ts'
import { naturalParameters, naturalSlope, workingOf } from './parametric/scale.ts'
import { terminalPhase } from './terminalPhase.ts'
import type { CurveParameter, ParametricCurve } from './parametric/types.ts'
import type { CovarianceScaling, CurveShape, FitRequest, FittedParameter, FittedShape } from './types.ts'

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** `curve`: that of a formula after a bolus, where the one to fit is its response to `administration`. */
export type ParametricOptions = Pick<FitRequest, 'prior' | 'fixed' | 'start' | 'loss' | 'administration' | 'curve'>

/** φ by parameter from natural values by name; null where none is given. */
function byParameter(curve: ParametricCurve, given: Readonly<Record<string, number>>, what: string): (number | null)[] {
  const names = curve.parameters.map((p) => p.name)
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new InputError(
      'kinetics.unknown-parameter',
      `${what} names ${unknown}, which is no parameter of "${curve.title}".`,
      `Its parameters are ${names.join(', ')}.`,
    )
  }
  return curve.parameters.map((p) => {
    const value = given[p.name]
    return value === undefined ? null : workingOf(p, value)
  })
}

/** Number of parameters that the points must determine. */
export function freeParameterCount(curve: ParametricCurve, fixed: FitRequest['fixed']): number {
  return byParameter(curve, fixed ?? {}, 'The list of held values').filter((v) => v === null).length
}

/**
 * Bounds of φ. Biological rates of exponentials: from a millionth of the physical one, from where on nothing leaves, to what falls by e⁵⁰
 * until the first point; shares: 10⁻⁶ from 0 and 1.
 */
function boundsOf(curve: ParametricCurve, points: CheckedPoints, physicalRatePerS: number): [number[], number[]] {
  const first = points.timesS.find((t) => t > 0) ?? 1 / physicalRatePerS
  const largest = Math.log(Math.max(50 / first, 100 * physicalRatePerS))
  const ofParameter = (p: CurveParameter): [number, number] => {
    if (p.scale === 'logit') return [-13.8, 13.8]
    if (p.scale === 'log' && p.unit === '1/s' && curve.termGradient) return [Math.log(1e-6 * physicalRatePerS), largest]
    return [-Infinity, Infinity]
  }
  const bounds = curve.parameters.map(ofParameter)
  return [bounds.map(([low]) => low), bounds.map(([, high]) => high)]
}

/**
 * A parameter that moves the curve independently of the others by less than this share is not determined: in gᵀCg the digits that are left
 * would cancel.
 */
const SMALLEST_INDEPENDENT_SHARE = 1e-6

/** Covariance over the parameters that are free; a rate near zero stays so. `merged`: those that the points do not tell from others. */
function covarianceOf(
  solution: CurveSolution,
  problem: CurveProblem,
): { covariance: number[][]; free: readonly boolean[]; merged: readonly string[] } {
  const wanted = solution.bound.map((bound, j) => {
    const rateNearZero = bound === 'lower' && problem.curve.parameters[j]?.unit === '1/s'
    return problem.fixed[j] === null && (bound === 'none' || rateNearZero)
  })
  const found = inverseInformation(solution.jacobian, wanted, SMALLEST_INDEPENDENT_SHARE)
  const merged = problem.curve.parameters.filter((_, j) => wanted[j] && !found.free[j] && solution.bound[j] === 'none')
  return { ...found, merged: merged.map(({ name }) => name) }
}

/** Why a fit is none, by its parameters: null where there is nothing against it. */
function objectionTo(merged: readonly string[], inUse: number, k: number, hasPrior: boolean): string | null {
  if (inUse < k && !hasPrior) return `the robust loss leaves ${inUse} points for ${k} parameters`
  if (merged.length === 0) return null
  return `the points do not tell ${merged.join(' and ')} from the other parameters; take a function with fewer phases`
}

/**
 * Fits the curve by weighted least squares on its working parameters: (JᵀWJ + Ω⁻¹)⁻¹ is the covariance, Ω that of a prior, W with the
 * weights of a robust loss. K counts the parameters that are not held, less what the prior supplies: the trace of the prior's share of the
 * information.
 *
 * @throws InputError `kinetics.unknown-parameter`, `kinetics.parameter-range`, `kinetics.prior`, `kinetics.start`.
 */
export function fitParametric(
  curve: ParametricCurve,
  points: CheckedPoints,
  physicalHalfLifeS: number,
  scaling: CovarianceScaling,
  options: ParametricOptions,
): ModelFit {
  const physicalRatePerS = Math.LN2 / physicalHalfLifeS
  const fixed = byParameter(curve, options.fixed ?? {}, 'The list of held values')
  const prior = options.prior ? whitenedPrior(curve, options.prior) : null
  const loss: Loss = options.loss ?? { kind: 'squares' }
  const [lower, upper] = boundsOf(curve, points, physicalRatePerS)
  const problem: CurveProblem = { curve, points, fixed, lower, upper, prior, loss }
  const found = minimise(problem, startsOf(problem, options))
  if (!found) {
    throw new InputError(
      'kinetics.start',
      `"${curve.title}" has no finite value at its starting values.`,
      'Give other starting values, or correct the formula.',
    )
  }
  const solution = inOrder(problem, found)
  const { phi } = solution
  const { covariance: unscaled, free, merged } = covarianceOf(solution, problem)
  const n = points.timesS.length
  const k = fixed.filter((v) => v === null).length
  const fromPrior = (prior?.rows ?? []).reduce((s, row) => s + quadraticForm(unscaled, row), 0)
  const dof = n - k
  const factor = scalingFactor(scaling, solution.chiSquare, dof)
  const covariance = unscaled.map((row) => row.map((v) => v * factor))
  const natural = naturalParameters(curve, phi)
  const kept = fixed.flatMap((v, j) => (v === null ? [j] : []))
  const naturalJacobian = kept.map((j) =>
    phi.map((v, i) => (i === j ? naturalSlope((curve.parameters[j] as CurveParameter).scale, v) : 0)),
  )
  const naturalCovariance = propagateCovariance(naturalJacobian, covariance)
  const parameters = kept.map((j, row): FittedParameter => {
    const parameter = curve.parameters[j] as CurveParameter
    const value = at(natural, j)
    const standardError = Math.sqrt(Math.max(0, at(naturalCovariance[row] as number[], row)))
    return {
      name: parameter.name,
      title: parameter.title,
      value,
      unit: parameter.unit,
      standardError,
      cv: value !== 0 ? standardError / Math.abs(value) : null,
      atBound: solution.bound[j] !== 'none' || !free[j],
    }
  })
  const shape = shapeOf(curve, phi, natural, kept, options)
  const ends = modelEnds(points, physicalHalfLifeS)
  const fitted: FittedShape = { shape, ends, parameters, covariance: naturalCovariance }
  const bolus = shape.kind === 'function' ? (options.curve ?? curve) : curve
  const end = shape.kind === 'exponentials' ? null : terminalPhase(fitted, bolus, physicalHalfLifeS)
  const inUse = solution.weights.filter((weight) => weight > 0).length
  const gradient = new Float64Array(phi.length)
  const tiaBqS = curve.integral(phi, gradient)
  return {
    id: curve.id,
    title: curve.title,
    formula: curve.formula,
    prior: null,
    terms: shape.kind === 'exponentials' ? shape.terms : [],
    ...fitted,
    phases:
      shape.kind === 'exponentials' ? phasesOf(shape, naturalCovariance, physicalHalfLifeS) : end ? [end.phase] : [],
    covarianceFactor: factor,
    influence: influenceOf(
      naturalJacobian,
      unscaled,
      solution.jacobian.map((row, i) => row.map((v) => v * Math.sqrt(solution.weights[i] ?? 1))),
      points.sigmaBq,
    ),
    ...goodnessOf(parameters, naturalCovariance),
    tiaBqS,
    tiaUncertaintyBqS: Math.sqrt(Math.max(0, quadraticForm(covariance, Array.from(gradient)))),
    ...extrapolatedShares(fitted, tiaBqS, bolus),
    points: fittedPoints(points, (timeS) => curve.value(phi, timeS), solution.weights),
    chiSquare: solution.chiSquare,
    penalisedChiSquare: solution.cost,
    parameterCount: k,
    effectiveParameterCount: k - fromPrior,
    degreesOfFreedom: dof,
    ...informationOf(solution.cost, k - fromPrior, k, n),
    converged: solution.converged,
    atPhysicalBound: curve.parameters.some((p, j) => p.unit === '1/s' && solution.bound[j] === 'lower'),
    objection: end?.objection ?? objectionTo(merged, inUse, k, prior !== null),
    notes: notesOf(curve, natural, fixed, loss, options, shape),
  }
}

/** With interchangeable phases slowest first, where nothing that was held or believed tells them apart. */
function inOrder(problem: CurveProblem, found: CurveSolution): CurveSolution {
  if (problem.prior || problem.fixed.some((v) => v !== null)) return found
  const phi = problem.curve.ordered?.(found.phi) ?? found.phi
  return phi === found.phi ? found : (minimise(problem, [phi]) ?? found)
}

function startsOf(problem: CurveProblem, { start }: ParametricOptions): (readonly number[])[] {
  const { curve, points, fixed, prior } = problem
  const given = byParameter(curve, start ?? {}, 'The list of starting values')
  const own = curve.starts?.(points, fixed) ?? []
  const believed = curve.parameters.map((_, j) =>
    prior?.rows.some((row) => at(row, j) !== 0) ? at(prior.mean, j) : null,
  )
  const first = own[0]
  const starts = [...own]
  const among = (wanted: readonly (number | null)[]): number[] | null => {
    const whole = wanted.map((v, j) => fixed[j] ?? v ?? first?.[j])
    return whole.every((v) => v !== undefined) ? whole : null
  }
  for (const wanted of [given, believed]) {
    const whole = wanted.some((v) => v !== null) ? among(wanted) : null
    if (whole) starts.unshift(whole)
  }
  if (starts.length > 0) return starts
  const missing = curve.parameters.filter((_, j) => fixed[j] === null && given[j] === null).map((p) => p.name)
  throw new InputError(
    'kinetics.start',
    `"${curve.title}" has no starting values for ${missing.join(', ') || 'its parameters'}.`,
    'Give a starting value for each parameter, in its unit.',
  )
}

function shapeOf(
  curve: ParametricCurve,
  phi: readonly number[],
  natural: readonly number[],
  kept: readonly number[],
  options: ParametricOptions,
): CurveShape {
  const terms = curve.terms(phi)
  const rows = curve.termGradient?.(phi)
  const { administration = BOLUS } = options
  if (!terms || !rows) {
    const infused = isBolus(administration) ? {} : { administration }
    return { kind: 'function', parameterIndices: kept, natural, ...infused }
  }
  const slopes = curve.parameters.map((p, j) => naturalSlope(p.scale, at(phi, j)))
  return {
    kind: 'exponentials',
    terms,
    termGradient: rows.map((row) => kept.map((j) => at(row, j) / at(slopes, j))),
    administration,
  }
}

function notesOf(
  curve: ParametricCurve,
  natural: readonly number[],
  fixed: readonly (number | null)[],
  loss: Loss,
  options: ParametricOptions,
  shape: CurveShape,
): string[] {
  const held = curve.parameters.flatMap((p, j) =>
    fixed[j] === null ? [] : [`${p.name} = ${Number(at(natural, j).toPrecision(6))} ${p.unit}`],
  )
  return [
    ...(held.length > 0 ? [`Held and not fitted: ${held.join(', ')}.`] : []),
    ...(shape.kind === 'function' && shape.administration
      ? ['The response of the formula to the administration is found by adaptive quadrature, to 1e-11 of its size.']
      : []),
    ...(options.prior
      ? [
          'Maximum a posteriori: the parameters have a Gaussian prior on their working scale, which the points may override.',
        ]
      : []),
    ...(loss.kind === 'squares'
      ? []
      : [
          `Robust loss (${loss.kind}, limit ${loss.limit} standard uncertainties) by iteratively reweighted least squares; the covariance has the weights.`,
        ]),
  ]
}
