/** Free parameters of a tumour model as working parameters, and back. */
import { InputError } from '../../errors/index.ts'
import type {
  FittedParameter,
  FreeParameter,
  FreeParameterName,
  ModelParameterName,
  OwnParameterName,
  ResponseFitProblem,
} from './fitTypes.ts'
import type { GrowthLaw } from './growth.ts'
import type { TumourModel } from './tumour.ts'

/**
 * Working parameters may leave their start by a factor of e^±LOG_RANGE, the clearance by less: a much faster one cannot be told from one at once and makes
 * the equations stiff. A logit lies within ±LOGIT_RANGE. Designed.
 */
const LOG_RANGE = 6
const CLEARANCE_RANGE = 3.5
const LOGIT_RANGE = 12

const OWN = 'own:'
const isOwn = (name: FreeParameterName): name is OwnParameterName => name.startsWith(OWN)
/** Its place among the parameters of a growth law of one's own; −1 where the law has none of the name. */
const placeIn = (growth: GrowthLaw, name: OwnParameterName): number =>
  growth.kind === 'own' ? (growth.names ?? []).indexOf(name.slice(OWN.length)) : -1

const PARAMETER_WORDS: Readonly<Record<ModelParameterName, string>> = {
  alphaPerGy: 'α',
  alphaBetaGy: 'α/β',
  initialVolume: 'the initial volume',
  doublingTimeS: 'the doubling time',
  growthRatePerS: 'the growth rate',
  capacity: 'the capacity',
  clearanceHalfTimeS: 'the clearance half-time',
  hypoxicFraction: 'the hypoxic fraction',
}

export const wordsOf = (name: FreeParameterName): string =>
  isOwn(name) ? `the parameter ${name.slice(OWN.length)}` : PARAMETER_WORDS[name]

/** The words at the start of a sentence; α stays α. */
export const atStart = (name: FreeParameterName): string => wordsOf(name).replace(/^the /, 'The ')

const UNITS: Readonly<Record<ModelParameterName, FittedParameter['unit']>> = {
  alphaPerGy: '1/Gy',
  alphaBetaGy: 'Gy',
  initialVolume: 'volume',
  doublingTimeS: 's',
  growthRatePerS: '1/s',
  capacity: 'volume',
  clearanceHalfTimeS: 's',
  hypoxicFraction: '1',
}
/** `own`: as the function of growth declares it. */
export const unitOf = (name: FreeParameterName): FittedParameter['unit'] => (isOwn(name) ? 'own' : UNITS[name])

/** Value of a parameter in the model; null where the model has none. */
export function valueIn(model: TumourModel, initialVolume: number, name: FreeParameterName): number | null {
  const { growth } = model
  if (isOwn(name)) return growth.kind === 'own' ? (growth.values?.[placeIn(growth, name)] ?? null) : null
  switch (name) {
    case 'alphaPerGy':
      return model.alphaPerGy
    case 'alphaBetaGy':
      return model.alphaBetaGy
    case 'initialVolume':
      return initialVolume
    case 'doublingTimeS':
      return growth.kind === 'exponential' ? growth.doublingTimeS : null
    case 'growthRatePerS':
      return 'ratePerS' in growth ? growth.ratePerS : null
    case 'capacity':
      return 'capacity' in growth ? growth.capacity : null
    case 'clearanceHalfTimeS':
      return model.clearanceHalfTimeS
    case 'hypoxicFraction':
      return model.hypoxia?.fraction ?? null
  }
}

const isLogit = (name: FreeParameterName): boolean => name === 'hypoxicFraction'

/** ln of a positive parameter, logit of a fraction. */
export const workingOf = (name: FreeParameterName, value: number): number =>
  isLogit(name) ? Math.log(value) - Math.log1p(-value) : Math.log(value)

export const naturalOf = (name: FreeParameterName, working: number): number =>
  isLogit(name) ? 1 / (1 + Math.exp(-working)) : Math.exp(working)

/** d ln(natural)/d(working). */
export const logSlope = (name: FreeParameterName, value: number): number => (isLogit(name) ? 1 - value : 1)

/** Range of the working parameter around its start. */
export function rangeOf(name: FreeParameterName, start: number): readonly [number, number] {
  if (isLogit(name)) return [-LOGIT_RANGE, LOGIT_RANGE]
  const range = name === 'clearanceHalfTimeS' ? CLEARANCE_RANGE : LOG_RANGE
  return [start - range, start + range]
}

function growthWith(growth: GrowthLaw, name: FreeParameterName, value: number): GrowthLaw {
  if (growth.kind === 'exponential') return name === 'doublingTimeS' ? { ...growth, doublingTimeS: value } : growth
  if (growth.kind === 'own') {
    const place = isOwn(name) ? placeIn(growth, name) : -1
    return place < 0 ? growth : { ...growth, values: (growth.values ?? []).with(place, value) }
  }
  if (name === 'growthRatePerS') return { ...growth, ratePerS: value }
  return name === 'capacity' ? { ...growth, capacity: value } : growth
}

/** The model and initial volume with the values of the free parameters. */
export function modelWith(
  { model, initialVolume, free }: Pick<ResponseFitProblem, 'model' | 'initialVolume' | 'free'>,
  values: readonly number[],
): { readonly model: TumourModel; readonly initialVolume: number } {
  let [changed, volume] = [model, initialVolume]
  free.forEach(({ name }, j) => {
    const value = values[j] as number
    if (name === 'initialVolume') volume = value
    else if (name === 'alphaPerGy') changed = { ...changed, alphaPerGy: value }
    else if (name === 'alphaBetaGy') changed = { ...changed, alphaBetaGy: value }
    else if (name === 'clearanceHalfTimeS') changed = { ...changed, clearanceHalfTimeS: value }
    else if (name === 'hypoxicFraction')
      changed = changed.hypoxia ? { ...changed, hypoxia: { ...changed.hypoxia, fraction: value } } : changed
    else changed = { ...changed, growth: growthWith(changed.growth, name, value) }
  })
  return { model: changed, initialVolume: volume }
}

/** @throws InputError `biology.fit-parameter` for a parameter that the model has not, is twice there, or starts outside its range. */
export function checkFree(problem: ResponseFitProblem): void {
  const fail = (message: string, hint: string): never => {
    throw new InputError('biology.fit-parameter', message, hint)
  }
  const { model, initialVolume, free } = problem
  if (free.length === 0) fail('Nothing is free in the fit.', 'Name at least one free parameter, such as α.')
  free.forEach(({ name, prior }: FreeParameter, at) => {
    const words = atStart(name)
    if (free.findIndex((one) => one.name === name) !== at) fail(`${words} is free twice.`, 'Name it once.')
    const value = valueIn(model, initialVolume, name)
    if (value === null)
      return fail(
        `${words} is free, but the model (${model.growth.kind} growth${model.hypoxia ? '' : ', no hypoxia'}) has none.`,
        'Hold it, or choose a model that has it: a doubling time is of exponential growth, rate and capacity of Gompertz and logistic growth.',
      )
    if (!(value > 0) || !Number.isFinite(value) || (isLogit(name) && value >= 1))
      fail(`${words} starts from ${value}.`, 'Start from a positive number, a fraction from below 1.')
    if (prior && !(prior.median > 0 && prior.sdOfLog > 0 && Number.isFinite(prior.median * prior.sdOfLog)))
      fail(
        `The prior of ${wordsOf(name)} has a median of ${prior.median} and a spread of ${prior.sdOfLog}.`,
        'Both are positive; the spread is the standard deviation of the logarithm.',
      )
  })
}
