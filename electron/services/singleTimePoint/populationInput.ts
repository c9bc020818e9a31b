/** A population as a person or a script gives it: the id of one that is known, or its numbers. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import type {
  CurvePopulation,
  KineticPopulation,
  LogNormal,
} from '../../../native-core/kinetics/singleTimePoint/index.ts'
import { nuclideNameOf } from '../../../native-core/physics/index.ts'
import { hoursToSeconds, mbqToBq } from '../../../native-core/units/index.ts'
import type { Resources } from '../ports/resources.ts'
import { sizedCurves } from './populationCurves.ts'
import { findPopulation, readPopulations } from './populationTable.ts'
import type { Evidence } from './populationTable.ts'

const logNormal = (unit: string, description: string) =>
  z
    .strictObject({
      median: z.number().positive().meta({ unit }),
      geometricStandardDeviation: z.number().min(1).max(100).meta({ unit: '1' }),
    })
    .meta({ description })

export const populationFields = z.union([
  z.string().min(1).max(80),
  z.strictObject({
    shape: z
      .enum(['mono-exponential', 'uptake-washout', 'bi-exponential'])
      .meta({ description: 'A e^(−kt); A (e^(−kt) − e^(−mt)); A (e^(−kt) + r e^(−mt))' }),
    effectiveHalfLifeH: logNormal('h', 'Of the late phase, log-normal and cut off at the physical half-life'),
    earlyHalfLifeH: logNormal('h', 'Of the early phase relative to the late one: m = k + ln 2/T').optional(),
    earlyShare: logNormal('1', 'r: amplitude of the early over that of the late phase').optional(),
    uptake: logNormal('1', 'A over the administered activity; left out: nothing is known of the size').optional(),
    correlation: z
      .array(z.array(z.number().min(-1).max(1)))
      .optional()
      .meta({ description: 'Of the logarithms: uptake (always there), late half-life, early half-life, early share' }),
  }),
])

export type PopulationInput = z.output<typeof populationFields>

export interface NamedPopulation {
  readonly population: CurvePopulation
  readonly evidence: Evidence | 'given'
  readonly sources: readonly string[]
}

/**
 * The population with the physical half-life in use. Without the administered activity its uptake cannot be used, and of the size nothing
 * is known.
 *
 * @throws InputError `kinetics.population-unknown`, `kinetics.population-nuclide`, `kinetics.population`
 */
export function populationOf(
  input: PopulationInput,
  nuclide: string | undefined,
  physicalHalfLifeS: number,
  administeredMbq: number | undefined,
  resources: Resources,
): NamedPopulation {
  const administeredBq = administeredMbq === undefined ? null : mbqToBq(administeredMbq)
  if (typeof input !== 'string')
    return { population: sizedCurves(given(input, physicalHalfLifeS), administeredBq), evidence: 'given', sources: [] }
  const entry = findPopulation(readPopulations(resources), input)
  if (nuclide !== undefined && nuclideNameOf(nuclide) !== entry.nuclide)
    throw new InputError(
      'kinetics.population-nuclide',
      `The population "${entry.id}" is of ${entry.nuclide}, not of ${nuclide}.`,
      'Choose a population of the same nuclide, or give its numbers.',
    )
  return {
    population: entry.curves(physicalHalfLifeS, administeredBq),
    evidence: entry.evidence,
    sources: entry.sources,
  }
}

function given(input: Exclude<PopulationInput, string>, physicalHalfLifeS: number): KineticPopulation {
  const { shape, effectiveHalfLifeH, earlyHalfLifeH, earlyShare, uptake, correlation } = input
  return {
    id: 'given',
    title: 'as given',
    shape,
    physicalHalfLifeS,
    effectiveHalfLifeS: inSeconds(effectiveHalfLifeH),
    ...(earlyHalfLifeH ? { earlyHalfLifeS: inSeconds(earlyHalfLifeH) } : {}),
    ...(earlyShare ? { earlyShare } : {}),
    ...(uptake ? { uptake } : {}),
    ...(correlation ? { correlation } : {}),
  }
}

const inSeconds = ({ median, geometricStandardDeviation }: LogNormal): LogNormal => ({
  median: hoursToSeconds(median),
  geometricStandardDeviation,
})
