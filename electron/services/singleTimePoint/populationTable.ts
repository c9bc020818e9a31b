/** The populations of `resources/models/kinetics`: how the activity of a structure moves in patients with an agent. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import type { CurvePopulation, LogNormal } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import { nuclideNameOf } from '../../../native-core/physics/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import type { Resources } from '../ports/resources.ts'
import { populationCurves } from './populationCurves.ts'
import type { PopulationDefinition } from './populationCurves.ts'

export type Evidence = z.infer<typeof evidenceSchema>

const evidenceSchema = z.enum(['verified', 'transcribed', 'designed', 'unverified'])
const numberIn = <U extends string>(unit: U) =>
  z.strictObject({
    value: z.number().positive(),
    unit: z.literal(unit),
    source: z.string().min(1),
    evidence: evidenceSchema,
  })
const logNormalIn = <U extends string>(unit: U) =>
  z.strictObject({ median: numberIn(unit), geometricStandardDeviation: numberIn('1') })

const entrySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/),
  title: z.string().min(1),
  /** Names that it is for; a lesion's is for whatever the protocol calls one. */
  structures: z.string().min(1),
  isLesion: z.boolean().optional(),
  shape: z.enum(['mono-exponential', 'uptake-washout', 'bi-exponential']),
  patients: z.int().positive().nullable(),
  parameters: z.strictObject({
    effectiveHalfLifeH: logNormalIn('h'),
    earlyHalfLifeH: logNormalIn('h').optional(),
    earlyShare: logNormalIn('1').optional(),
    uptake: logNormalIn('1').optional(),
  }),
  correlation: z.array(z.array(z.number())).optional(),
  note: z.string(),
})

const tableSchema = z.strictObject({
  schema: z.literal('theratwin-kinetic-populations/1'),
  version: z.string().min(1),
  agent: z.string().min(1),
  agents: z.string().min(1),
  nuclide: z.string().min(1),
  provenance: z.strictObject({ source: z.string(), evidence: z.string(), note: z.string() }),
  populations: z.array(entrySchema).min(1),
})

type Entry = z.infer<typeof entrySchema>
type Distribution = z.infer<ReturnType<typeof logNormalIn<'h' | '1'>>>

/** A population that the program has or that the site has made. */
export interface KnownPopulation {
  readonly id: string
  readonly title: string
  readonly agent: string
  readonly nuclide: string
  readonly patients: number | null
  /** The weakest of its numbers. */
  readonly evidence: Evidence | 'site' | 'imported'
  readonly sources: readonly string[]
  readonly note: string
  /** Name and version of its table, for the hash of a result; null where the id says all. */
  readonly version: string | null
  /** What `curves` makes its curves of, as plain data. */
  readonly definition: PopulationDefinition
  /** A structure that the protocol calls a lesion takes the populations of lesions, whatever its name. */
  readonly fits: (
    course: { readonly agent: string; readonly nuclide: string },
    structure: string,
    isLesion: boolean,
  ) => boolean
  /**
   * With the physical half-life of the decay data in use, s; `administeredBq` null: its uptake, if it has one, is not used. `massKg` of the
   * structure, for a population of activity per kilogram.
   *
   * @throws InputError where it cannot be brought to the patient
   */
  readonly curves: (physicalHalfLifeS: number, administeredBq: number | null, massKg?: number) => CurvePopulation
}

/** One of the program's tables. */
export interface PopulationEntry extends KnownPopulation {
  readonly evidence: Evidence
}

/**
 * All populations, in the order of their files.
 *
 * @throws InputError `resources.damaged` for a table that is none, or two populations of one id
 */
export function readPopulations(resources: Pick<Resources, 'kineticPopulations'>): readonly PopulationEntry[] {
  const all = resources.kineticPopulations().flatMap((json) => {
    const parsed = tableSchema.safeParse(json)
    if (!parsed.success) throw damaged(parsed.error.issues[0])
    return parsed.data.populations.map((entry) => entryOf(parsed.data, entry))
  })
  const twice = all.find(({ id }, i) => all.findIndex((other) => other.id === id) !== i)
  if (twice)
    throw new InputError(
      'resources.damaged',
      `Two populations of kinetics have the id "${twice.id}".`,
      'Install the program again.',
    )
  return all
}

/** @throws InputError `kinetics.population-unknown` with those that there are */
export function findPopulation<P extends KnownPopulation>(populations: readonly P[], id: string): P {
  const found = populations.find((entry) => entry.id === id)
  if (found) return found
  throw new InputError(
    'kinetics.population-unknown',
    `There is no population "${id}".`,
    `There are: ${populations.map((entry) => entry.id).join(', ')}.`,
  )
}

function entryOf(table: z.infer<typeof tableSchema>, entry: Entry): PopulationEntry {
  const { parameters } = entry
  const distributions: readonly Distribution[] = Object.values(parameters).filter((p) => p !== undefined)
  const numbers = distributions.flatMap((d) => [d.median, d.geometricStandardDeviation])
  const agents = new RegExp(table.agents, 'i')
  const structures = new RegExp(entry.structures, 'i')
  const nuclide = nuclideNameOf(table.nuclide)
  const definition = { kind: 'table', population: populationIn(entry) } as const
  return {
    id: entry.id,
    title: entry.title,
    agent: table.agent,
    nuclide,
    patients: entry.patients,
    evidence: weakest(numbers.map(({ evidence }) => evidence)),
    sources: [...new Set(numbers.map(({ source }) => source))],
    note: entry.note,
    version: `${table.agent} ${table.version}`,
    definition,
    fits: (course, structure, isLesion) =>
      agents.test(course.agent) &&
      nuclideNameOf(course.nuclide) === nuclide &&
      (isLesion ? entry.isLesion === true : structures.test(structure)),
    curves: (physicalHalfLifeS, administeredBq) => populationCurves(definition, { physicalHalfLifeS, administeredBq }),
  }
}

function populationIn(entry: Entry): Extract<PopulationDefinition, { kind: 'table' }>['population'] {
  const { parameters, correlation } = entry
  return {
    id: entry.id,
    title: entry.title,
    shape: entry.shape,
    effectiveHalfLifeS: inSeconds(parameters.effectiveHalfLifeH),
    ...(parameters.earlyHalfLifeH ? { earlyHalfLifeS: inSeconds(parameters.earlyHalfLifeH) } : {}),
    ...(parameters.earlyShare ? { earlyShare: plain(parameters.earlyShare) } : {}),
    ...(parameters.uptake ? { uptake: plain(parameters.uptake) } : {}),
    ...(correlation ? { correlation } : {}),
  }
}

const plain = ({ median, geometricStandardDeviation }: Distribution): LogNormal => ({
  median: median.value,
  geometricStandardDeviation: geometricStandardDeviation.value,
})

const inSeconds = (distribution: Distribution): LogNormal => {
  const { median, geometricStandardDeviation } = plain(distribution)
  return { median: hoursToSeconds(median), geometricStandardDeviation }
}

const STRENGTH: readonly Evidence[] = ['unverified', 'designed', 'transcribed', 'verified']

const weakest = (all: readonly Evidence[]): Evidence =>
  STRENGTH.find((evidence) => all.includes(evidence)) ?? 'unverified'

const damaged = (issue: z.core.$ZodIssue | undefined): InputError =>
  new InputError(
    'resources.damaged',
    `A table of kinetic populations is damaged: ${issue ? `${issue.path.join('.')}: ${issue.message}` : 'unreadable'}.`,
    'Install the program again, or correct the table.',
  )
