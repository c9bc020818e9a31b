import { InputError } from '../../errors/index.ts'
import { gramsToKg } from '../../units/index.ts'

/** Specific absorbed fractions of one radiation: 1/kg at ascending energies (MeV) for pairs of regions. */
export interface SafTable {
  readonly energiesMev: Float64Array
  /** 1/kg; null: the table has no such pair. */
  readonly safPerKg: (source: string, target: string) => Float64Array | null
}

export interface OrganRegion {
  readonly name: string
  readonly massKg: number
}

/**
 * A reference person as a set of source and target regions. Electrons and alphas have tables of their own (ICRP 133), or null: then they
 * are absorbed where they are emitted, after the rules of `charged.ts`.
 */
export interface OrganPhantom {
  readonly name: string
  readonly version: string
  readonly citation: string
  readonly sources: ReadonlyMap<string, OrganRegion>
  readonly targets: ReadonlyMap<string, OrganRegion>
  readonly photon: SafTable
  readonly electron: SafTable | null
  readonly alpha: SafTable | null
}

/** Contents whose wall is a target: the wall gets half of the dose in the contents from what does not penetrate. */
export const WALL_OF_CONTENTS: ReadonlyMap<string, string> = new Map([
  ['Gallbladder contents', 'Gallbladder wall'],
  ['Heart contents', 'Heart wall'],
  ['Lower large intestine contents', 'Lower large intestine wall'],
  ['Small intestine contents', 'Small intestine'],
  ['Stomach contents', 'Stomach wall'],
  ['Upper large intestine contents', 'Upper large intestine wall'],
  ['Urinary bladder contents', 'Urinary bladder wall'],
])

/** Activity on the surfaces of bone: its photons are those of the bone itself, its electrons and alphas are not (`charged.ts`). */
export const SURFACES_OF_BONE: ReadonlyMap<string, string> = new Map([
  ['Trabecular bone surfaces', 'Trabecular bone'],
  ['Cortical bone surfaces', 'Cortical bone'],
])

export const TOTAL_BODY = 'Total body'
export const REMAINDER = 'Remainder of body'
export const RED_MARROW = 'Red marrow'
export const BONE_SURFACES = 'Bone surfaces'

const bad = (where: string, what: string): InputError =>
  new InputError(
    'dose.organ-table',
    `The organ table is wrong at ${where}: ${what}.`,
    'Restore the data file of the program.',
  )

type Json = Readonly<Record<string, unknown>>
function object(value: unknown, where: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(where, 'an object is expected')
  return value as Json
}

function numbers(value: unknown, where: string): Float64Array {
  if (
    !Array.isArray(value) ||
    value.length < 2 ||
    value.some((v) => typeof v !== 'number' || !(v >= 0) || v === Infinity)
  )
    throw bad(where, 'a list of non-negative numbers is expected')
  return Float64Array.from(value as number[])
}

function table(json: Json, schema: string): { name: string; version: string; citation: string } {
  if (json.schema !== schema) throw bad('schema', `"${String(json.schema)}" is not ${schema}`)
  const provenance = object(json.provenance, 'provenance')
  return { name: String(json.name), version: String(json.version), citation: String(provenance.citation) }
}

function masses(json: unknown): Map<string, number> {
  const root = object(json, 'the masses')
  table(root, 'theratwin.organ-masses/1')
  return new Map(
    Object.entries(object(root.masses, 'masses')).map(([name, entry]) => {
      const { massG } = object(entry, `masses.${name}`)
      if (typeof massG !== 'number' || !(massG > 0) || massG === Infinity)
        throw bad(`masses.${name}`, 'no positive mass')
      return [name, gramsToKg(massG)]
    }),
  )
}

/**
 * A phantom from its photon specific absorbed fractions (1/g in the file) and its masses (g), the JSON of
 * `resources/dosimetry/organ-saf-*.json` and `organ-masses-*.json`.
 *
 * @throws InputError `dose.organ-table` naming the place that is wrong.
 */
export function parseOrganPhantom(safJson: unknown, massJson: unknown): OrganPhantom {
  const root = object(safJson, 'the root')
  const about = table(root, 'theratwin.organ-saf/1')
  const massKg = masses(massJson)
  const energiesMev = numbers(root.energiesMev, 'energiesMev')
  for (let i = 1; i < energiesMev.length; i++)
    if (!(energiesMev[i]! > energiesMev[i - 1]!)) throw bad('energiesMev', 'the energies do not ascend')
  if (!(energiesMev[0]! > 0)) throw bad('energiesMev', 'the first energy is zero')
  const region = (name: string): OrganRegion => {
    const mass = massKg.get(name)
    if (mass === undefined) throw bad(`masses.${name}`, 'there is no mass')
    return { name, massKg: mass }
  }
  const pairs = new Map<string, Map<string, Float64Array>>()
  for (const [source, row] of Object.entries(object(root.saf, 'saf'))) {
    const targets = new Map<string, Float64Array>()
    for (const [target, values] of Object.entries(object(row, `saf.${source}`))) {
      const perG = numbers(values, `saf.${source}.${target}`)
      if (perG.length !== energiesMev.length) throw bad(`saf.${source}.${target}`, 'values are missing')
      targets.set(
        target,
        perG.map((v) => v * 1e3),
      )
    }
    pairs.set(source, targets)
  }
  const [first] = pairs.values()
  if (!first) throw bad('saf', 'it is empty')
  const sources = new Map([...pairs.keys()].map((name) => [name, region(name)]))
  for (const [surface, bone] of SURFACES_OF_BONE) {
    const of = sources.get(bone)
    if (of) sources.set(surface, { name: surface, massKg: of.massKg })
  }
  return {
    ...about,
    sources,
    targets: new Map([...first.keys()].map((name) => [name, region(name)])),
    photon: {
      energiesMev,
      safPerKg: (source, target) => pairs.get(SURFACES_OF_BONE.get(source) ?? source)?.get(target) ?? null,
    },
    electron: null,
    alpha: null,
  }
}

/** @throws InputError `dose.region` naming the regions there are. */
export function regionOf(regions: ReadonlyMap<string, OrganRegion>, name: string, phantom: string): OrganRegion {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '')
  const found = regions.get(name) ?? [...regions.values()].find((r) => plain(r.name) === plain(name))
  if (found) return found
  throw new InputError(
    'dose.region',
    `"${name}" is no region of "${phantom}".`,
    `There are: ${[...regions.keys()].join(', ')}.`,
  )
}
