/** Rows of the parameter inspector: what counts for a structure, where from, and whether a person chose it. */
import type {
  BiologyParameterView,
  BiologySetView,
  StructureBiology,
  StructureEffect,
} from '../../../../electron/contracts/index.ts'
import { HOUR_S } from '../../../units.ts'
import { parameterText } from './words.ts'

/** Parameters that a person may give, with the limits of the contract in the unit of the screen. */
export const GIVEN = {
  alphaBetaGy: { title: 'α/β', unit: 'Gy', least: 0.1, largest: 1000, parameter: 'alphaBetaGy', perUnit: 1 },
  repairHalfTimeH: {
    title: 'Repair half-time',
    unit: 'h',
    least: 0.01,
    largest: 10000,
    parameter: 'repairHalfTimeS',
    perUnit: HOUR_S,
  },
  alphaPerGy: { title: 'α', unit: '1/Gy', least: 0.0001, largest: 10, parameter: 'alphaPerGy', perUnit: 1 },
  clonogens: { title: 'Clonogenic cells', unit: '', least: 1, largest: 1e15, parameter: 'clonogens', perUnit: 1 },
} as const
export type GivenName = keyof typeof GIVEN

/** The value that counts now, in the unit of the screen; null where none is known. */
export function valueInUse(effect: StructureEffect, name: GivenName): number | null {
  const { parameter, perUnit } = GIVEN[name]
  const from = name === 'clonogens' ? (effect.control?.parameters ?? []) : effect.parameters
  const found = from.find((one) => one.name === parameter)
  return found ? found.value / perUnit : null
}

/** Clonogens count in a model of control only, α of its own in a structure that has one. */
export const fieldsOf = (effect: StructureEffect): GivenName[] =>
  effect.kind === 'lesion'
    ? ['alphaBetaGy', 'repairHalfTimeH', 'alphaPerGy', ...(effect.control ? (['clonogens'] as const) : [])]
    : ['alphaBetaGy', 'repairHalfTimeH']

export interface ParameterRow {
  readonly key: string
  /** What it belongs to: "Sensitivity", the title of a limit or a model. */
  readonly group: string
  readonly title: string
  readonly value: string
  readonly source: string
  readonly evidence: BiologyParameterView['evidence']
}

/** Parameters that a model of complication or control is computed with: repair is always that of the structure, also where its set names one. */
export const usedByModel = (parameters: readonly BiologyParameterView[]): readonly BiologyParameterView[] =>
  parameters.filter(({ name }) => name !== 'repairHalfTimeS')

/** Every parameter behind a structure's numbers, with source and evidence. */
export function parameterRows(effect: StructureEffect, sets: readonly BiologySetView[]): ParameterRow[] {
  const rows = (group: string, key: string, parameters: readonly BiologyParameterView[]): ParameterRow[] =>
    parameters.map((one) => ({
      key: `${key} ${one.name}`,
      group,
      title: one.title,
      value: parameterText(one),
      source: one.source,
      evidence: one.evidence,
    }))
  const limits = effect.limits.flatMap(({ set, title }) =>
    rows(title, set, sets.find((one) => one.id === set)?.parameters ?? []),
  )
  const models = [effect.complication, effect.control].flatMap((one) =>
    one ? rows(one.title, one.set, usedByModel(one.parameters)) : [],
  )
  return [...rows('Sensitivity', 'sensitivity', effect.parameters), ...limits, ...models]
}

/** Whether a person chose anything for the structure. */
export const isOwn = (own: StructureBiology | undefined, name: keyof StructureBiology): boolean =>
  own?.[name] !== undefined
