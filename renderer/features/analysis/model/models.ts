import { tacModelSchema } from '../../../../electron/contracts/index.ts'
import type { Protocol } from '../../../../electron/contracts/index.ts'

export type TacModel = Protocol['timeActivityModel']

/** A model's name as it is written in text. */
const labels: Readonly<Record<TacModel, string>> = {
  auto: 'automatic',
  'mono-exponential': 'mono-exponential',
  'uptake-washout': 'uptake–washout',
  'bi-exponential': 'bi-exponential',
  'tri-exponential': 'tri-exponential',
  'mono-exponential-area': 'mono-exponential by its TIA',
  'uptake-washout-area': 'uptake–washout by its TIA',
  'circulation-washout': 'circulation and washout',
  'bi-exponential-washout': 'two washout phases',
  'bi-exponential-area': 'two washout phases by their TIA',
  'hardiansyah-2021-f2a': 'Hardiansyah 2021 f2a',
  'hardiansyah-2021-f2d': 'Hardiansyah 2021 f2d',
  'hardiansyah-2021-f2e': 'Hardiansyah 2021 f2e',
  'hardiansyah-2021-f3a': 'Hardiansyah 2021 f3a',
  'hardiansyah-2021-shares': 'Hardiansyah 2021, shares',
  'hardiansyah-2023-f4d': 'Hardiansyah 2023 f4d',
  'uptake-two-phase-washout': 'uptake and two washout phases',
  trapezoid: 'trapezoid',
  average: 'average over models',
  formula: 'own formula',
}
export const modelLabel = (model: TacModel): string => labels[model]

/** All models of the contract, the automatic choice first. */
export const modelOptions: readonly { value: TacModel; label: string }[] = tacModelSchema.options.map((value) => ({
  value,
  label: modelLabel(value),
}))

const isSame = (a: string, b: string): boolean => a.trim().toUpperCase() === b.trim().toUpperCase()

/** The model that was chosen for one structure, whatever the case of its name; null where the protocol's for all counts. */
export function ownModel(protocol: Protocol, structure: string): TacModel | null {
  const entry = Object.entries(protocol.timeActivityModelByStructure).find(([name]) => isSame(name, structure))
  return entry?.[1] ?? null
}

/** The protocol with this model for one structure; null takes the structure's own choice away. */
export function withModel(protocol: Protocol, structure: string, model: TacModel | null): Protocol {
  const others = Object.fromEntries(
    Object.entries(protocol.timeActivityModelByStructure).filter(([name]) => !isSame(name, structure)),
  )
  return { ...protocol, timeActivityModelByStructure: model === null ? others : { ...others, [structure]: model } }
}

/** Whether a person's own formula is there to be fitted to a structure's points. */
export function hasFormula(protocol: Protocol, structure: string): boolean {
  const own = Object.entries(protocol.timeActivityFitByStructure).find(([name]) => isSame(name, structure))?.[1]
  return (own ?? protocol.timeActivityFit).formula !== null
}
