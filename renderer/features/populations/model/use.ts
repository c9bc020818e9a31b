/** A population in the estimates from few scans of the open patient: which structures it is for, and the protocol that names it. */
import type { Analysis, FewScans, PopulationView, Protocol } from '../../../../electron/contracts/index.ts'
import { sameStructure } from '../../../structureNames.ts'
import { asRead, matches } from './pattern.ts'

export type FewScansMethod = FewScans['byStructure'][string]['method']

/** Methods that take a population, with what they do of one in a line. */
export const METHODS: readonly {
  readonly value: Extract<FewScansMethod, 'population-map' | 'population-half-life'>
  readonly label: string
  readonly hint: string
}[] = [
  {
    value: 'population-map',
    label: 'Most probable curve (MAP)',
    hint: 'The curve of the population that the patient’s points make most probable; for one scan or more.',
  },
  {
    value: 'population-half-life',
    label: 'Population half-life',
    hint: 'The typical patient’s curve through the one point that there is.',
  },
]

/** Why a population cannot be used for a course, or what one has to know; '' for neither. */
export function fitOfCourse(
  { content }: PopulationView,
  course: Pick<Analysis['course'], 'agent' | 'nuclide'>,
): { readonly refused: string; readonly warning: string } {
  if (content.nuclide !== course.nuclide)
    return { refused: `It is of ${content.nuclide}, and the patient had ${course.nuclide}.`, warning: '' }
  const warning = matches(content.agent, course.agent)
    ? ''
    : `It was fitted to patients with ${asRead(content.agent)}; this one had ${course.agent || 'an agent that is not named'}.`
  return { refused: '', warning }
}

/** Structures whose name the population was fitted to. */
export const meantStructures = ({ content }: PopulationView, names: readonly string[]): string[] =>
  names.filter((name) => matches(content.structure, name))

/** Structures of the patient that are estimated with it; null stands for all without a choice of their own. */
export function usesIn({ fewScans }: Protocol, populationId: string): (string | null)[] {
  const own = Object.entries(fewScans.byStructure).filter(
    ([, choice]) => choice.method !== 'none' && choice.population === populationId,
  )
  const all = fewScans.method !== 'none' && fewScans.population === populationId ? [null] : []
  return [...all, ...own.map(([name]) => name)]
}

/** The protocol with this population for these structures. */
export function withPopulation(
  protocol: Protocol,
  population: string,
  names: readonly string[],
  { method, upToScans }: { readonly method: FewScansMethod; readonly upToScans: number },
): Protocol {
  const others = Object.entries(protocol.fewScans.byStructure).filter(
    ([name]) => !names.some((own) => sameStructure(own, name)),
  )
  const chosen = names.map((name) => [name, { method, population }] as const)
  const byStructure = Object.fromEntries([...others, ...chosen])
  return { ...protocol, fewScans: { ...protocol.fewScans, upToScans, byStructure } }
}

/** The protocol without this population: its structures follow what is chosen for all again, which falls back to none where it named it. */
export function withoutPopulation(protocol: Protocol, population: string): Protocol {
  const { fewScans } = protocol
  const byStructure = Object.fromEntries(
    Object.entries(fewScans.byStructure).filter(([, choice]) => choice.population !== population),
  )
  const all = fewScans.population === population ? { method: 'none' as const, population: null } : {}
  return { ...protocol, fewScans: { ...fewScans, ...all, byStructure } }
}
