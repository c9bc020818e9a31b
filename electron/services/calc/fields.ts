/** Fields that several calculations share. Each number says its unit in its name and in the schema's `unit`. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { nuclideNameOf, findNuclide, parseEmissions, parseNuclideTable } from '../../../native-core/physics/index.ts'
import type { DaughterPolicy, EmissionTable, Nuclide, NuclideTable } from '../../../native-core/physics/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import type { Resources } from '../ports/resources.ts'

/** 1 Gy/(Bq·s) is 1e9 mGy/(MBq·s), the unit that tables of S values are printed in. */
export const MGY_PER_MBQ_S = 1e9

/** A finite number with a unit. */
export const quantity = (unit: string, description: string) => z.number().meta({ unit, description })
export const positiveQuantity = (unit: string, description: string) => z.number().positive().meta({ unit, description })
export const nonNegativeQuantity = (unit: string, description: string) =>
  z.number().nonnegative().meta({ unit, description })
/** A share or probability, 0 to 1. */
export const shareQuantity = (description: string) => z.number().min(0).max(1).meta({ unit: '1', description })

export const nuclideName = z
  .string()
  .min(1)
  .max(20)
  .meta({ description: 'Radionuclide, e.g. "Lu-177"', examples: ['Lu-177'] })

export const daughters = z
  .strictObject({
    count: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether daughters of shorter half-life than the parent decay in place' }),
    retainedFraction: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .meta({ unit: '1', description: 'Share of the first daughters that stay at the site' }),
    byNuclide: z
      .record(z.string(), z.number().min(0).max(1))
      .optional()
      .meta({ unit: '1', description: 'Share that stays of single nuclides of the chain, instead: { "Bi-213": 0.6 }' }),
  })
  .default({ count: true, retainedFraction: 1 })

/** @throws InputError `nuclide.retained` for a name that is none. */
export function daughterPolicy(given: z.output<typeof daughters>): DaughterPolicy {
  if (!given.count) return { kind: 'parent-only' }
  const { retainedFraction, byNuclide } = given
  return { kind: 'equilibrium', retainedFraction, ...(byNuclide ? { byNuclide: canonicalKeys(byNuclide) } : {}) }
}

/** { "213Bi": 0.6 } with names as the data have them. */
export const canonicalKeys = (byName: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(byName).map(([name, value]) => [nuclideNameOf(name), value]))

export function nuclides(resources: Resources): NuclideTable {
  return parseNuclideTable(resources.nuclideTable())
}

/** Lines and spectra; read once for each set of resources, for they are many. */
export function emissionsOf(resources: Resources): EmissionTable {
  const json = resources.nuclideEmissions() as object
  const known = parsed.get(json)
  if (known) return known
  const table = parseEmissions(json)
  parsed.set(json, table)
  return table
}

const parsed = new WeakMap<object, EmissionTable>()

export const nuclideOf = (name: string, resources: Resources): Nuclide => findNuclide(nuclides(resources), name)

/** Half-life in s from a nuclide's name or a half-life in h: exactly one of them. */
export function halfLifeS(
  given: { nuclide?: string | undefined; physicalHalfLifeH?: number | undefined },
  resources: Resources,
): number {
  if ((given.nuclide === undefined) === (given.physicalHalfLifeH === undefined)) {
    throw new InputError(
      'calc.half-life',
      given.nuclide === undefined
        ? 'There is neither a nuclide nor a physical half-life.'
        : 'There are both a nuclide and a physical half-life.',
      'Give either "nuclide" or "physicalHalfLifeH".',
    )
  }
  return given.nuclide === undefined
    ? hoursToSeconds(given.physicalHalfLifeH as number)
    : nuclideOf(given.nuclide, resources).halfLifeS
}
