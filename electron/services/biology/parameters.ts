/** Sets of parameters with what a person changed in them, each value with its source. */
import { InputError } from '../../../native-core/errors/index.ts'
import { findBiologySet } from '../../../native-core/radiobiology/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import type { BiologyParameterView, BiologySetView, StructureBiology } from '../../contracts/biology.ts'
import type { DefaultBiology } from './defaults.ts'

export const PARAMETER_TITLES: Readonly<Record<string, string>> = {
  alphaBetaGy: 'α/β',
  repairHalfTimeS: 'Repair half-time',
  alphaPerGy: 'α',
  clonogens: 'Clonogenic cells',
  td50Gy: 'Dose with 50 % complications',
  limitGy: 'Limit',
  m: 'Slope m',
  n: 'Volume exponent n',
}

type Evidence = BiologyParameterView['evidence']
const ORDER: readonly (Evidence | 'fitted')[] = ['given', 'fitted', 'verified', 'transcribed', 'designed', 'unverified']

/** The weakest of several: what a result that rests on all of them may claim. */
export const weakest = <E extends Evidence | 'fitted'>(parameters: readonly { readonly evidence: E }[]): E | 'given' =>
  parameters.reduce<E | 'given'>(
    (worst, { evidence }) => (ORDER.indexOf(evidence) > ORDER.indexOf(worst) ? evidence : worst),
    'given',
  )

export const parametersOfSet = (set: BiologySet): BiologyParameterView[] =>
  Object.entries(set.parameters).map(([name, { value, unit, source, evidence }]) => ({
    name,
    title: PARAMETER_TITLES[name] ?? name,
    value,
    unit,
    source,
    evidence,
  }))

export const setView = (set: BiologySet): BiologySetView => {
  const parameters = parametersOfSet(set)
  const { id, title, tissue, kind, model, quantity, endpoint, population, validity } = set
  return {
    id,
    title,
    tissue,
    kind,
    model,
    quantity,
    endpoint,
    population,
    validity,
    evidence: weakest(parameters),
    parameters,
  }
}

/** α/β, repair half-time and α of a structure: from the set, a person's own values before it. Empty where nothing is known. */
export function sensitivityOf(
  own: StructureBiology | undefined,
  chosen: DefaultBiology,
  sets: readonly BiologySet[],
): BiologyParameterView[] {
  const set = chosen.sensitivity === null ? null : findBiologySet(sets, chosen.sensitivity)
  const byName = new Map((set ? parametersOfSet(set) : []).map((parameter) => [parameter.name, parameter]))
  const give = (name: string, value: number | undefined, unit: string): void => {
    if (value === undefined) return
    byName.set(name, {
      name,
      title: PARAMETER_TITLES[name] ?? name,
      value,
      unit,
      source: own?.reason ? `given: ${own.reason}` : 'given',
      evidence: 'given',
    })
  }
  give('alphaBetaGy', own?.alphaBetaGy, 'Gy')
  give('repairHalfTimeS', own?.repairHalfTimeH === undefined ? undefined : own.repairHalfTimeH * 3600, 's')
  give('alphaPerGy', own?.alphaPerGy, '1/Gy')
  return [...byName.values()]
}

export const valueOf = (parameters: readonly BiologyParameterView[], name: string): number | null =>
  parameters.find((parameter) => parameter.name === name)?.value ?? null

/** A set of one of the wanted models. @throws InputError `biology.set` for an id that is none, or is another model's. */
export function setOfModel(sets: readonly BiologySet[], id: string, models: readonly string[]): BiologySet {
  const set = findBiologySet(sets, id)
  if (!models.includes(set.model))
    throw new InputError(
      'biology.set',
      `"${set.title}" is a ${set.model} set and cannot be used here.`,
      `Choose one of: ${sets
        .filter((one) => models.includes(one.model))
        .map((one) => one.id)
        .join(', ')}.`,
    )
  return set
}
