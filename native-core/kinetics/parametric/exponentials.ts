/**
 * Sums of exponentials as `ParametricCurve`s. A form says for each term how its weight follows from the parameters (a constant plus
 * multiples of them) and which biological rate it has; the physical decay constant is added to every rate. One parameter may scale the
 * whole: as an amplitude, or as the integral of the curve, so that it is the time-integrated activity itself.
 */
import { InputError } from '../../errors/index.ts'
import type { ExponentialTerm } from '../types.ts'
import { BOLUS, exponentialResponse } from './response.ts'
import type { Administration } from './response.ts'
import { naturalOf, naturalSlope, workingOf } from './scale.ts'
import { exponentialStarts } from './starts.ts'
import type { CurveParameter, ParametricCurve } from './types.ts'

/** What a curve needs beside its parameters. */
export interface CurveContext {
  readonly physicalRatePerS: number
  /** Fixed biological rate of what the circulation brings, 1/s: for the forms that hold it. */
  readonly circulationRatePerS?: number
  /** For the forms whose amplitude is the administered activity. */
  readonly administeredBq?: number
  readonly administration?: Administration
}

export interface FormTerm {
  /** Multiples of parameters by name; `constant` and `administered` (times the administered activity) stand for themselves. */
  readonly weight: Readonly<Record<string, number>>
  /** Name of the parameter that is the biological rate; `physical`: none; `circulation`: the fixed one. */
  readonly rate: string
}

export interface ExponentialForm {
  readonly id: string
  readonly title: string
  readonly formula: string
  /** Where the function was published, and whether it has been compared with the source. */
  readonly source: string
  readonly evidence: 'verified' | 'transcribed' | 'designed' | 'unverified'
  readonly parameters: readonly CurveParameter[]
  /** The parameter that multiplies all terms: their amplitude, or the integral of the sum. */
  readonly scale: { readonly parameter: string; readonly as: 'amplitude' | 'integral' } | null
  readonly terms: readonly FormTerm[]
  /** Phases that can change places without changing the curve. */
  readonly exchanges?: readonly Exchange[]
}

/** Two rates that change places together with pairs of parameters; `complement` becomes one less itself. */
export interface Exchange {
  readonly rates: readonly [string, string]
  readonly pairs?: readonly (readonly [string, string])[]
  readonly complement?: string
}

/** Amplitudes and effective rates at natural parameters, with their derivatives with respect to them (rows: terms). */
export interface TermState {
  readonly amplitudes: readonly number[]
  readonly rates: readonly number[]
  readonly amplitudeSlopes: readonly (readonly number[])[]
  readonly rateSlopes: readonly (readonly number[])[]
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

function needed(form: ExponentialForm, value: number | undefined, what: string): number {
  if (value !== undefined && value > 0 && Number.isFinite(value)) return value
  throw new InputError(
    'kinetics.curve-input',
    `The function "${form.title}" needs ${what}, a positive number.`,
    'Give it, or choose a function without it.',
  )
}

/** A form with its names resolved: what is evaluated often must not look names up. */
export interface CompiledForm {
  /** Amplitudes and effective rates at natural parameters. */
  readonly terms: (natural: ArrayLike<number>) => {
    readonly amplitudes: readonly number[]
    readonly rates: readonly number[]
  }
  /** The same with derivatives. */
  readonly state: (natural: ArrayLike<number>) => TermState
}

interface CompiledTerm {
  readonly constant: number
  /** Index of a parameter and its multiple. */
  readonly multiples: readonly (readonly [index: number, factor: number])[]
  readonly fixedRate: number
  /** Index of the biological rate; −1: none. */
  readonly rate: number
}

function compileTerm(form: ExponentialForm, context: CurveContext, { weight, rate }: FormTerm): CompiledTerm {
  const index = (name: string): number => form.parameters.findIndex((p) => p.name === name)
  const { constant = 0, administered = 0, ...others } = weight
  const given =
    administered === 0 ? 0 : administered * needed(form, context.administeredBq, 'the administered activity')
  const circulation =
    rate === 'circulation' ? needed(form, context.circulationRatePerS, 'the rate of the circulation') : 0
  return {
    constant: constant + given,
    multiples: Object.entries(others).map(([name, factor]) => [index(name), factor] as const),
    fixedRate: context.physicalRatePerS + circulation,
    rate: rate === 'physical' || rate === 'circulation' ? -1 : index(rate),
  }
}

/**
 * Resolves the names of a form.
 *
 * @throws InputError `kinetics.curve-input` where the form needs the administered activity or the rate of the circulation.
 */
export function compileForm(form: ExponentialForm, context: CurveContext): CompiledForm {
  const compiled = form.terms.map((term) => compileTerm(form, context, term))
  const count = form.parameters.length
  const scaled = form.scale ? form.parameters.findIndex((p) => p.name === form.scale?.parameter) : -1
  const isArea = form.scale?.as === 'integral'
  const weightsAndRates = (natural: ArrayLike<number>): { weights: number[]; rates: number[]; area: number } => {
    const weights: number[] = []
    const rates: number[] = []
    let area = 0
    for (const { constant, multiples, fixedRate, rate } of compiled) {
      let weight = constant
      for (const [index, factor] of multiples) weight += factor * at(natural, index)
      const effective = rate < 0 ? fixedRate : fixedRate + at(natural, rate)
      weights.push(weight)
      rates.push(effective)
      area += weight / effective
    }
    return { weights, rates, area }
  }
  const factorOf = (natural: ArrayLike<number>, area: number): number =>
    scaled < 0 ? 1 : isArea ? at(natural, scaled) / area : at(natural, scaled)
  return {
    terms: (natural) => {
      const { weights, rates, area } = weightsAndRates(natural)
      const factor = factorOf(natural, area)
      return { amplitudes: weights.map((w) => factor * w), rates }
    },
    state: (natural) => {
      const { weights, rates, area } = weightsAndRates(natural)
      const factor = factorOf(natural, area)
      const weightSlopes = compiled.map(() => new Array<number>(count).fill(0))
      const rateSlopes = compiled.map(() => new Array<number>(count).fill(0))
      const areaSlope = new Array<number>(count).fill(0)
      compiled.forEach(({ multiples, rate }, k) => {
        for (const [index, multiple] of multiples) {
          ;(weightSlopes[k] as number[])[index] = multiple
          areaSlope[index] = at(areaSlope, index) + multiple / at(rates, k)
        }
        if (rate < 0) return
        ;(rateSlopes[k] as number[])[rate] = 1
        areaSlope[rate] = at(areaSlope, rate) - at(weights, k) / at(rates, k) ** 2
      })
      const amplitudeSlopes = weightSlopes.map((row, k) =>
        row.map((v, j) => {
          const w = at(weights, k)
          if (j === scaled) return isArea ? w / area : w
          return factor * (isArea ? v - (w * at(areaSlope, j)) / area : v)
        }),
      )
      return { amplitudes: weights.map((w) => factor * w), rates, amplitudeSlopes, rateSlopes }
    },
  }
}

/** Interchangeable phases put in order, slowest first, as far as the ranges of the parameters allow. */
function orderedPhases(form: ExponentialForm, phi: readonly number[]): readonly number[] {
  const index = (name: string): number => form.parameters.findIndex((p) => p.name === name)
  let natural = form.parameters.map((p, j) => naturalOf(p.scale, at(phi, j)))
  let changed = false
  // Neighbours change places, so that as many rounds as phases suffice.
  for (let round = 0; round < form.terms.length; round++) {
    for (const { rates, pairs = [], complement } of form.exchanges ?? []) {
      const [first, second] = rates.map(index) as [number, number]
      if (at(natural, first) <= at(natural, second)) continue
      const next = [...natural]
      for (const [a, b] of [rates, ...pairs]) {
        next[index(a)] = at(natural, index(b))
        next[index(b)] = at(natural, index(a))
      }
      if (complement !== undefined) next[index(complement)] = 1 - at(natural, index(complement))
      if (form.parameters.some((p, j) => p.scale === 'log' && !(at(next, j) > 0))) continue
      natural = next
      changed = true
    }
  }
  return changed ? form.parameters.map((p, j) => workingOf(p, at(natural, j))) : phi
}

/**
 * The curve of a form. Value: activity in Bq at a time in s; gradient and terms with respect to the working parameters φ. The terms are
 * those after a bolus; the value follows `administration`, which leaves the integral from zero to infinity as it is.
 *
 * @throws InputError `kinetics.curve-input` where the form needs the administered activity or the rate of the circulation.
 */
export function exponentialCurve(form: ExponentialForm, context: CurveContext): ParametricCurve {
  const administration = context.administration ?? BOLUS
  const compiled = compileForm(form, context)
  const naturalAt = (phi: ArrayLike<number>): number[] => form.parameters.map((p, j) => naturalOf(p.scale, at(phi, j)))
  const slopesAt = (phi: ArrayLike<number>): number[] =>
    form.parameters.map((p, j) => naturalSlope(p.scale, at(phi, j)))
  /** Σ over the terms of amplitude·f(rate), f with its derivative, and the gradient with respect to φ. */
  const sum = (
    phi: ArrayLike<number>,
    f: (rate: number) => { value: number; slope: number },
    gradient?: Float64Array,
  ): number => {
    if (!gradient) {
      const { amplitudes, rates } = compiled.terms(naturalAt(phi))
      return rates.reduce((s, rate, k) => s + at(amplitudes, k) * f(rate).value, 0)
    }
    const { amplitudes, rates, amplitudeSlopes, rateSlopes } = compiled.state(naturalAt(phi))
    const parts = rates.map(f)
    slopesAt(phi).forEach((dp, j) => {
      gradient[j] =
        dp *
        parts.reduce(
          (s, { value, slope }, k) =>
            s +
            at(amplitudeSlopes[k] as number[], j) * value +
            at(amplitudes, k) * slope * at(rateSlopes[k] as number[], j),
          0,
        )
    })
    return parts.reduce((s, { value }, k) => s + at(amplitudes, k) * value, 0)
  }
  const slowestFirst = (rates: readonly number[]): number[] =>
    rates.map((_, k) => k).sort((a, b) => at(rates, a) - at(rates, b))
  const area = form.scale?.as === 'integral' ? form.parameters.findIndex((p) => p.name === form.scale?.parameter) : -1
  return {
    id: form.id,
    title: form.title,
    formula: form.formula,
    parameters: form.parameters,
    value: (phi, timeS, gradient) => sum(phi, (rate) => exponentialResponse(rate, timeS, administration), gradient),
    integral: (phi, gradient) => {
      if (area < 0) return sum(phi, (rate) => ({ value: 1 / rate, slope: -1 / rate ** 2 }), gradient)
      const scale = (form.parameters[area] as CurveParameter).scale
      gradient?.fill(0)
      if (gradient) gradient[area] = naturalSlope(scale, at(phi, area))
      return naturalOf(scale, at(phi, area))
    },
    terms: (phi) => {
      const { amplitudes, rates } = compiled.terms(naturalAt(phi))
      return slowestFirst(rates).map((k): ExponentialTerm => ({
        amplitudeBq: at(amplitudes, k),
        effectiveRatePerS: at(rates, k),
      }))
    },
    termGradient: (phi) => {
      const { rates, amplitudeSlopes, rateSlopes } = compiled.state(naturalAt(phi))
      const slopes = slopesAt(phi)
      const order = slowestFirst(rates)
      return [...order.map((k) => amplitudeSlopes[k]), ...order.map((k) => rateSlopes[k])].map((row) =>
        slopes.map((dp, j) => dp * at(row as number[], j)),
      )
    },
    ...(form.exchanges ? { ordered: (phi: readonly number[]) => orderedPhases(form, phi) } : {}),
    starts: (points, fixed) => exponentialStarts(form, context, points, fixed),
  }
}
