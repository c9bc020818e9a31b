/** Sensitivities and tolerances as data: each parameter with its source and evidence. */
import { InputError } from '../errors/index.ts'

export type Evidence = 'verified' | 'transcribed' | 'designed' | 'unverified'

export interface BiologyParameter {
  readonly value: number
  readonly unit: string
  readonly source: string
  readonly evidence: Evidence
  readonly standardUncertainty?: number
}

/** Those of the data tables, and formulas of a person, which no table holds. */
export type BiologyModel =
  | 'linear-quadratic'
  | 'limit'
  | 'lkb'
  | 'logit'
  | 'relative-seriality'
  | 'parallel'
  | 'tcp'
  | 'ntcp-formula'
  | 'tcp-formula'

export interface BiologySet {
  readonly id: string
  readonly title: string
  readonly tissue: string
  readonly kind: 'organ' | 'tumour'
  readonly model: BiologyModel
  /** Of a limit: whether it holds for one administration or for all together. */
  readonly scope?: 'cycle' | 'total'
  /** What the doses of this set are: absorbed dose, BED, EQD2, EQD1.5. */
  readonly quantity: string
  readonly endpoint: string
  readonly population: string
  readonly validity: string
  readonly parameters: Readonly<Record<string, BiologyParameter>>
}

const MODELS: readonly BiologyModel[] = [
  'linear-quadratic',
  'limit',
  'lkb',
  'logit',
  'relative-seriality',
  'parallel',
  'tcp',
]
/** Models of complication that sets of the tables may have. */
export const COMPLICATION_MODELS = ['lkb', 'logit', 'relative-seriality', 'parallel'] as const

const EVIDENCE: readonly Evidence[] = ['verified', 'transcribed', 'designed', 'unverified']

const object = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null

/** Reads one table of `resources/models/biology`. @throws InputError `biology.sets` naming the set and what is wrong with it. */
export function parseBiologySets(table: unknown): BiologySet[] {
  const bad = (what: string): InputError =>
    new InputError(
      'biology.sets',
      `The table of tolerances is damaged: ${what}.`,
      'Install the program again, or mend the table.',
    )
  const root = object(table)
  if (root?.['schema'] !== 'theratwin.biology-sets/1' || !Array.isArray(root['sets'])) throw bad('it is not one')
  const seen = new Set<string>()
  return root['sets'].map((entry, at) => {
    const set = object(entry)
    const id = set?.['id']
    if (!set || typeof id !== 'string' || id === '' || seen.has(id)) throw bad(`set ${at + 1} has no id of its own`)
    seen.add(id)
    for (const key of ['title', 'tissue', 'quantity', 'endpoint', 'population', 'validity'])
      if (typeof set[key] !== 'string') throw bad(`"${id}" has no ${key}`)
    if (!MODELS.includes(set['model'] as BiologyModel)) throw bad(`"${id}" has an unknown model`)
    if (set['model'] === 'limit' && set['scope'] !== 'cycle' && set['scope'] !== 'total')
      throw bad(`the limit "${id}" is neither for a cycle nor for the total`)
    if (set['kind'] !== 'organ' && set['kind'] !== 'tumour') throw bad(`"${id}" is neither organ nor tumour`)
    for (const [name, given] of Object.entries(object(set['parameters']) ?? {})) {
      const parameter = object(given)
      if (!parameter || typeof parameter['value'] !== 'number' || !Number.isFinite(parameter['value']))
        throw bad(`"${id}" has no number for ${name}`)
      if (typeof parameter['unit'] !== 'string' || typeof parameter['source'] !== 'string')
        throw bad(`${name} of "${id}" has no unit or no source`)
      if (!EVIDENCE.includes(parameter['evidence'] as Evidence)) throw bad(`${name} of "${id}" has no evidence`)
    }
    return entry as BiologySet
  })
}

/** @throws InputError `biology.set` for an id that is none, with those there are. */
export function findBiologySet(sets: readonly BiologySet[], id: string): BiologySet {
  const set = sets.find((one) => one.id === id)
  if (!set)
    throw new InputError(
      'biology.set',
      `There is no set of parameters "${id}".`,
      `Choose one of: ${sets.map((one) => one.id).join(', ')}.`,
    )
  return set
}

/** The value of a parameter that the set must have. @throws InputError `biology.set` */
export function setValue(set: BiologySet, name: string): number {
  const parameter = set.parameters[name]
  if (!parameter)
    throw new InputError(
      'biology.set',
      `"${set.id}" has no ${name}.`,
      'Choose another set, or give the parameters one by one.',
    )
  return parameter.value
}

/** The weakest evidence among the parameters of a set: what a result that rests on it may claim. */
export function weakestEvidence(parameters: Readonly<Record<string, BiologyParameter>>): Evidence {
  const worst = Math.max(...Object.values(parameters).map(({ evidence }) => EVIDENCE.indexOf(evidence)), 0)
  return EVIDENCE[worst] as Evidence
}
