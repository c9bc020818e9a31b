/** Fits of compartment models to one structure's curve. */
import { InputError } from '../../errors/index.ts'
import { correlationOf, solveLeastSquares } from '../../statistics/index.ts'
import { COMPARTMENT_MODELS, frameInput, modelCurve } from './compartments.ts'
import type { CompartmentModelId, FramedInput, RateConstants } from './compartments.ts'
import { derivedOf } from './compartmentDerived.ts'
import { checkCurve, fitQuality } from './fitQuality.ts'
import type { FitQuality } from './fitQuality.ts'
import { bestOfStarts } from './leastSquares.ts'
import type { Bounds, Residuals } from './leastSquares.ts'
import type { ArterialInput, Estimate, FrameCurve, FrameWeighting } from './types.ts'
import { frameWeights } from './weights.ts'

export interface CompartmentOptions {
  readonly weighting: FrameWeighting
  /** Share of the structure's volume that is blood: given, or fitted from 0 to 1. */
  readonly bloodFraction: { readonly kind: 'fixed'; readonly value: number } | { readonly kind: 'fitted' }
  /** When the input arrives in the tissue after the time it is given for, s: given, or fitted within ± a bound. */
  readonly delay:
    { readonly kind: 'fixed'; readonly delayS: number } | { readonly kind: 'fitted'; readonly largestS: number }
}

export const DEFAULT_COMPARTMENT_OPTIONS: CompartmentOptions = {
  weighting: { kind: 'counts' },
  bloodFraction: { kind: 'fitted' },
  delay: { kind: 'fixed', delayS: 0 },
}

export interface CompartmentFit extends FitQuality {
  readonly model: CompartmentModelId
  readonly title: string
  readonly formula: string
  /** K1, k2 …, V_b and the delay as the model and the options have them. */
  readonly parameters: readonly Estimate[]
  /** Covariance and correlation of `parameters`, zero where one has no standard error; null where the data do not tell them apart. */
  readonly covariance: readonly (readonly number[])[] | null
  readonly correlation: readonly (readonly number[])[] | null
  /** V_T, K_i, BP_ND as the model has them. */
  readonly derived: readonly Estimate[]
}

/** Rate constants are sought within these, 1/s (0.0001 to 20 /min). Designed: wider than any physiology a PET frame can see. */
export const RATE_RANGE_PER_S = [1e-4 / 60, 20 / 60] as const

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/**
 * Weighted least squares of a compartment model to frame averages, from several starts. Rate constants are fitted as logarithms. The
 * covariance is s²(JᵀWJ)⁻¹ with s² = χ²/(n − p) where weights are relative, (JᵀWJ)⁻¹ where standard deviations were given.
 *
 * @throws InputError `dynamic.few-frames` for fewer frames than parameters and one, `dynamic.curve` for a curve that is no curve,
 * `dynamic.blood-fraction`, and those of the input.
 */
export function fitCompartments(
  curve: FrameCurve,
  input: ArterialInput,
  model: CompartmentModelId,
  options: Partial<CompartmentOptions> = {},
): CompartmentFit {
  const { weighting, bloodFraction, delay } = { ...DEFAULT_COMPARTMENT_OPTIONS, ...options }
  const definition = definitionOf(model)
  const names = [
    ...definition.rates,
    ...(bloodFraction.kind === 'fitted' ? (['V_b'] as const) : []),
    ...(delay.kind === 'fitted' ? (['delay'] as const) : []),
  ]
  checkCurve(curve, names.length)
  checkBloodFraction(bloodFraction)
  const { inverseSigma, isAbsolute } = frameWeights(curve, weighting)
  const y = curve.concentrationBqPerMl
  const fixedDelay = delay.kind === 'fixed' ? delay.delayS : null
  const framedAt = framedInputs(curve, input)
  const rateCount = definition.rates.length
  const bloodAt = names.indexOf('V_b')
  const delayAt = names.indexOf('delay')
  const read = (theta: readonly number[]) => ({
    rates: ratesOf(theta.slice(0, rateCount).map(Math.exp)),
    blood: bloodFraction.kind === 'fixed' ? bloodFraction.value : at(theta, bloodAt),
    delayS: fixedDelay ?? at(theta, delayAt),
  })
  const predicted = (theta: readonly number[]) => {
    const { rates, blood, delayS } = read(theta)
    return modelCurve(framedAt(delayS), rates, blood)
  }
  const evaluate = (theta: readonly number[]): Residuals => {
    const { value, gradient } = predicted(theta)
    return {
      residual: value.map((v, i) => (at(y, i) - v) * at(inverseSigma, i)),
      jacobian: gradient.map((row, i) =>
        names.map((name, j) => {
          const w = at(inverseSigma, i)
          return j < rateCount ? at(row, j) * Math.exp(at(theta, j)) * w : at(row, name === 'V_b' ? 4 : 5) * w
        }),
      ),
    }
  }
  const scale = Math.sqrt(y.reduce((s, v, i) => s + (v * at(inverseSigma, i)) ** 2, 0))
  const starts = startsOf(framedAt(fixedDelay ?? 0), y, inverseSigma, definition.rates.length, bloodFraction)
  const fit = bestOfStarts(
    evaluate,
    starts.map((start) => [...start, ...(delay.kind === 'fitted' ? [0] : [])]),
    boundsOf(names, delay.kind === 'fitted' ? delay.largestS : 0),
    scale,
  )
  const quality = fitQuality(curve, predicted(fit.theta).value, inverseSigma, isAbsolute, names.length, fit)
  const covariance = fit.inverseNormal?.map((row) => row.map((v) => v * quality.varianceScale)) ?? null
  const { rates, blood, delayS } = read(fit.theta)
  const natural = names.map((_, j) => (j < rateCount ? Math.exp(at(fit.theta, j)) : at(fit.theta, j)))
  const jacobian = names.map((_, j) => (j < rateCount ? at(natural, j) : 1))
  const naturalCovariance =
    covariance?.map((row, i) => row.map((v, j) => v * at(jacobian, i) * at(jacobian, j))) ?? null
  const parameters = names.map((name, j): Estimate => ({
    ...PARAMETERS[name],
    name,
    value: at(natural, j),
    standardError:
      naturalCovariance && !fit.atBound[j] ? Math.sqrt(Math.max(0, at(naturalCovariance[j] ?? [], j))) : null,
    atBound: fit.atBound[j] === true,
  }))
  return {
    model,
    title: definition.title,
    formula: definition.formula,
    parameters: [
      ...parameters,
      ...(bloodFraction.kind === 'fixed' ? [given('V_b', blood)] : []),
      ...(delay.kind === 'fixed' ? [given('delay', delayS)] : []),
    ],
    covariance: naturalCovariance,
    correlation: naturalCovariance && correlationOf(naturalCovariance),
    derived: derivedOf(model, rates, covariance, fit.atBound),
    ...quality,
    remarks: [
      ...quality.remarks,
      ...parameters
        .filter(({ atBound }) => atBound)
        .map(
          ({ name, value }) =>
            `${name} lies on the edge of its range (${Number(value.toPrecision(3))}); it has no standard error.`,
        ),
      ...(covariance ? [] : ['The frames do not tell the parameters apart; there are no standard errors.']),
    ],
  }
}

/** Titles and units of what is fitted. */
export const PARAMETERS = {
  K1: { title: 'Influx from plasma', unit: 'mL/(mL·s)' },
  k2: { title: 'Efflux to plasma', unit: '1/s' },
  k3: { title: 'Binding or trapping', unit: '1/s' },
  k4: { title: 'Release', unit: '1/s' },
  V_b: { title: 'Blood in the structure', unit: '1' },
  delay: { title: 'Delay of the input', unit: 's' },
} as const

const given = (name: keyof typeof PARAMETERS, value: number): Estimate => ({
  ...PARAMETERS[name],
  name,
  value,
  standardError: null,
  atBound: false,
})

function definitionOf(model: CompartmentModelId) {
  const definition = COMPARTMENT_MODELS.find(({ id }) => id === model)
  if (!definition) throw new RangeError(`no compartment model ${model}`)
  return definition
}

const ratesOf = ([k1 = 0, k2 = 0, k3 = 0, k4 = 0]: readonly number[]): RateConstants => ({ k1, k2, k3, k4 })

/** @throws InputError `dynamic.blood-fraction`. */
export function checkBloodFraction(given: CompartmentOptions['bloodFraction']): void {
  if (given.kind === 'fitted' || (given.value >= 0 && given.value < 1)) return
  throw new InputError(
    'dynamic.blood-fraction',
    `The blood fraction is ${given.value}.`,
    'Give a share from 0 to below 1, or let it be fitted.',
  )
}

/** Inputs by delay; the last one is kept, for a fixed delay needs one only. */
function framedInputs({ schedule }: FrameCurve, input: ArterialInput): (delayS: number) => FramedInput {
  let last: { readonly delayS: number; readonly framed: FramedInput } | null = null
  return (delayS) => {
    if (last?.delayS !== delayS) last = { delayS, framed: frameInput(input, schedule, delayS) }
    return last.framed
  }
}

function boundsOf(names: readonly string[], largestDelayS: number): Bounds {
  const [low, high] = RATE_RANGE_PER_S.map(Math.log) as [number, number]
  const bounds = names.map((name) =>
    name === 'V_b' ? [0, 1] : name === 'delay' ? [-largestDelayS, largestDelayS] : [low, high],
  )
  return { lower: bounds.map(([v]) => v ?? NaN), upper: bounds.map(([, v]) => v ?? NaN) }
}

/** Shapes k2, k3, k4 on a coarse grid, /min, K1 and V_b by linear least squares: the best few are starts. */
const GRID_PER_MIN = { k2: [0.02, 0.1, 0.4, 1.2], k3: [0.005, 0.03, 0.12], k4: [0.005, 0.03, 0.12] } as const
const STARTS = 5

function startsOf(
  input: FramedInput,
  y: readonly number[],
  inverseSigma: readonly number[],
  rateCount: number,
  bloodFraction: CompartmentOptions['bloodFraction'],
): number[][] {
  const shapes = GRID_PER_MIN.k2.flatMap((k2) =>
    (rateCount > 2 ? GRID_PER_MIN.k3 : [0]).flatMap((k3) =>
      (rateCount > 3 ? GRID_PER_MIN.k4 : [0]).map((k4) => [k2, k3, k4].map((k) => k / 60)),
    ),
  )
  const blood = Array.from(input.wholeBlood.average)
  const weighted = (values: readonly number[]): number[] => values.map((v, i) => v * at(inverseSigma, i))
  const candidates = shapes.map((shape) => {
    const tissue = modelCurve(input, ratesOf([1, ...shape]), 0).value
    const fixed = bloodFraction.kind === 'fixed' ? bloodFraction.value : null
    const columns = fixed === null ? [tissue, blood] : [tissue.map((v) => v * (1 - fixed))]
    const target = weighted(fixed === null ? y : y.map((v, i) => v - fixed * at(blood, i)))
    const rows = weightedRows(columns.map(weighted))
    const { x } = solveLeastSquares(rows, target)
    const vb = fixed ?? Math.min(0.5, Math.max(0.01, at(x, 1)))
    const k1 = fixed === null ? at(x, 0) / (1 - vb) : at(x, 0)
    const cost = rows.reduce((s, row, i) => s + (at(target, i) - row.reduce((q, v, j) => q + v * at(x, j), 0)) ** 2, 0)
    const rates = [Math.max(k1, RATE_RANGE_PER_S[0] * 2), ...shape.slice(0, rateCount - 1)]
    return { cost, start: [...rates.map(Math.log), ...(fixed === null ? [vb] : [])] }
  })
  return candidates
    .sort((a, b) => a.cost - b.cost)
    .slice(0, STARTS)
    .map(({ start }) => start)
}

const weightedRows = (columns: readonly (readonly number[])[]): number[][] =>
  (columns[0] ?? []).map((_, i) => columns.map((column) => at(column, i)))
