/** A serum marker's response fitted to values that were measured over the cycles. */
import { InputError } from '../../errors/index.ts'
import { correlationOf, NORMAL_975 } from '../../statistics/index.ts'
import { covarianceOf, curveWithSpread } from './fitCovariance.ts'
import { boundAt, costOf, descend, lowestOf } from './fitSolver.ts'
import type { Residuals } from './fitSolver.ts'
import { markerResponse } from './marker.ts'
import type { MarkerModel } from './marker.ts'

export const MARKER_PARAMETERS = ['growthPerS', 'directPerBqS', 'delayedPerBqS', 'effectPerS', 'baseline'] as const
export type MarkerParameterName = (typeof MARKER_PARAMETERS)[number]

const WORDS: Readonly<Record<MarkerParameterName, string>> = {
  growthPerS: 'the growth rate',
  directPerBqS: 'the direct effect',
  delayedPerBqS: 'the delayed effect',
  effectPerS: 'the rate of the delayed effect',
  baseline: 'the baseline',
}

/** One measured value: `relativeUncertainty` is its standard uncertainty over its value, taken as that of its logarithm. */
export interface MarkerValue {
  readonly timeS: number
  readonly value: number
  readonly relativeUncertainty: number
}

export interface MarkerFitProblem {
  /** Values of what is held; of what is free, where the search starts. */
  readonly model: MarkerModel
  /** At the first value's time. */
  readonly baseline: number
  readonly free: readonly MarkerParameterName[]
  /** Ascending in time. */
  readonly values: readonly MarkerValue[]
}

export interface MarkerFit {
  readonly model: MarkerModel
  readonly baseline: number
  readonly free: readonly MarkerParameterName[]
  readonly parameters: readonly {
    readonly name: MarkerParameterName
    readonly value: number
    readonly cv: number
    /** The search ended at the end of its range: the values do not tell this one, and its uncertainty means nothing. */
    readonly atBound: boolean
    /** 95 %, symmetric in the logarithm. */
    readonly interval: readonly [number, number]
  }[]
  /** Of the logarithms, in the order of `parameters`. */
  readonly covariance: readonly (readonly number[])[]
  readonly correlation: readonly (readonly number[])[]
  readonly chiSquare: number
  readonly degreesOfFreedom: number
  /** (ln value − ln model)/σ of each value. */
  readonly residuals: readonly number[]
  readonly converged: boolean
}

/** A working parameter stays within a factor of e^±RANGE of its start. Designed. */
const RANGE = 6

const withValues = (
  { model, baseline, free }: Pick<MarkerFitProblem, 'model' | 'baseline' | 'free'>,
  values: readonly number[],
): { readonly model: MarkerModel; readonly baseline: number } => {
  const own = Object.fromEntries(free.map((name, j) => [name, values[j] as number]))
  const { baseline: start = baseline, ...rates } = own
  return { model: { ...model, ...rates }, baseline: start }
}

/**
 * Least squares of (ln value − ln model)/σ over the logarithms of the free parameters of `markerResponse`, Levenberg–Marquardt from the given start and from those with
 * the rates three times larger and smaller. Uncertainties are those that the values state: covariance (JᵀJ)⁻¹.
 *
 * @param tumourActivityBq as for `markerResponse`, on the clock of the values
 * @throws InputError `biology.marker-data` for values that are wrong or fewer than the parameters, `biology.marker` for a model that cannot be,
 *   `biology.fit-undetermined` where the values tell only a combination of the parameters.
 */
export function fitMarker(
  problem: MarkerFitProblem,
  tumourActivityBq: (timeS: number) => number,
  breaksS: readonly number[],
): MarkerFit {
  check(problem)
  const { free, values } = problem
  const timesS = values.map(({ timeS }) => timeS)
  const logs = (model: MarkerModel, baseline: number): number[] =>
    markerResponse(model, baseline, tumourActivityBq, breaksS, timesS).map(({ marker }) => Math.log(marker))
  const start = free.map((name) => Math.log(name === 'baseline' ? problem.baseline : problem.model[name]))
  // Uncaught: what is wrong with the model itself has to be told.
  logs(problem.model, problem.baseline)
  const residuals: Residuals = {
    bounds: start.map((value) => [value - RANGE, value + RANGE]),
    at: (working) => {
      const { model, baseline } = withValues(problem, working.map(Math.exp))
      try {
        const found = logs(model, baseline)
        return values.map(
          ({ value, relativeUncertainty }, i) => ((found[i] as number) - Math.log(value)) / relativeUncertainty,
        )
      } catch {
        // Far from the values a model may be too stiff to integrate: the search goes elsewhere.
        return null
      }
    },
  }
  const starts = [0, Math.log(3), -Math.log(3)].map((shift) =>
    start.map((value, j) => (free[j] === 'baseline' ? value : value + shift)),
  )
  const best = lowestOf(starts.flatMap((one) => descend(residuals, one) ?? []))
  if (!best)
    throw new InputError(
      'biology.marker-data',
      'The marker cannot be computed near where the fit starts.',
      'Start from other values of the free parameters.',
    )
  const { covariance } = covarianceOf(best.jacobian, free.length)
  if (!covariance)
    throw new InputError(
      'biology.fit-undetermined',
      `The values do not determine ${free.map((name) => WORDS[name]).join(', ')} together.`,
      'Hold one of them: growth shows before the therapy, the effects after each administration.',
    )
  return {
    ...withValues(problem, best.working.map(Math.exp)),
    free,
    parameters: free.map((name, j) => {
      const sd = Math.sqrt(covariance[j]?.[j] as number)
      const working = best.working[j] as number
      return {
        name,
        value: Math.exp(working),
        cv: sd,
        atBound: boundAt(residuals, best.working, j) !== 'none',
        interval: [Math.exp(working - NORMAL_975 * sd), Math.exp(working + NORMAL_975 * sd)] as const,
      }
    }),
    covariance,
    correlation: correlationOf(covariance),
    chiSquare: costOf(best.residuals),
    degreesOfFreedom: values.length - free.length,
    residuals: best.residuals.map((r) => -r),
    converged: best.converged,
  }
}

/** Marker at ascending times from the first value on, with 95 % by the covariance of the fit (carried to the logarithm by differences). */
export function predictMarker(
  fit: MarkerFit,
  tumourActivityBq: (timeS: number) => number,
  breaksS: readonly number[],
  timesS: readonly number[],
): { readonly timeS: number; readonly marker: number; readonly low: number; readonly high: number }[] {
  const logsAt = (working: readonly number[]): number[] => {
    const { model, baseline } = withValues(fit, working.map(Math.exp))
    return markerResponse(model, baseline, tumourActivityBq, breaksS, timesS).map(({ marker }) => Math.log(marker))
  }
  const best = fit.parameters.map(({ value }) => Math.log(value))
  return curveWithSpread(logsAt, best, fit.covariance).map(({ value: log, sd }, i) => ({
    timeS: timesS[i] as number,
    marker: Math.exp(log),
    low: Math.exp(log - NORMAL_975 * sd),
    high: Math.exp(log + NORMAL_975 * sd),
  }))
}

function check({ model, baseline, free, values }: MarkerFitProblem): void {
  values.forEach(({ timeS, value, relativeUncertainty }, at) => {
    const isFine = value > 0 && relativeUncertainty > 0 && relativeUncertainty <= 1 && Number.isFinite(timeS + value)
    const before = at > 0 ? (values[at - 1]?.timeS ?? -Infinity) : -Infinity
    if (!isFine || timeS <= before)
      throw new InputError(
        'biology.marker-data',
        `Value ${at + 1} of the marker is ${value} with a relative uncertainty of ${relativeUncertainty}, at ${timeS} s.`,
        'Values are positive and in ascending order of time, with a relative uncertainty above 0 and up to 1.',
      )
  })
  if (free.length === 0 || values.length < free.length || values.length < 2)
    throw new InputError(
      'biology.marker-data',
      `There are ${values.length} values of the marker for ${free.length} free parameters.`,
      free.length === 0 ? 'Name at least one free parameter.' : 'Hold more parameters, or measure more values.',
    )
  const wrong = free.find((name) => !((name === 'baseline' ? baseline : model[name]) > 0))
  if (wrong !== undefined)
    throw new InputError(
      'biology.marker-data',
      `The search for ${WORDS[wrong]} starts from a value that is not positive.`,
      'Start from a positive number.',
    )
}
