import { InputError } from '../errors/index.ts'
import type { DecayEnergyMev, DecayMode, Nuclide, NuclideTable } from './types.ts'

const ENERGY_KINDS = [
  'betaMinus',
  'betaPlus',
  'conversionElectron',
  'auger',
  'alpha',
  'alphaRecoil',
  'gamma',
  'xray',
  'annihilation',
] as const

type Json = Readonly<Record<string, unknown>>

const bad = (where: string, what: string): InputError =>
  new InputError(
    'nuclides.table',
    `The nuclide table is wrong at ${where}: ${what}.`,
    'Restore the data file of the program.',
  )

function object(value: unknown, where: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(where, 'an object is expected')
  return value as Json
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw bad(where, 'a text is expected')
  return value
}

function positive(value: unknown, where: string, orZero = false): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || (value === 0 && !orZero)) {
    throw bad(where, `${String(value)} is not a ${orZero ? 'non-negative' : 'positive'} number`)
  }
  return value
}

function readMode(value: unknown, where: string): DecayMode {
  const mode = object(value, where)
  return {
    mode: text(mode.mode, `${where}.mode`),
    daughter: mode.daughter === null ? null : text(mode.daughter, `${where}.daughter`),
    branch: positive(mode.branch, `${where}.branch`, true),
    qMev: positive(mode.qMev, `${where}.qMev`, true),
  }
}

function readNuclide(name: string, value: unknown): Nuclide {
  const entry = object(value, name)
  const energy = object(entry.energyMev, `${name}.energyMev`)
  const unknownKind = Object.keys(energy).find((key) => !(ENERGY_KINDS as readonly string[]).includes(key))
  if (unknownKind !== undefined) throw bad(`${name}.energyMev`, `"${unknownKind}" is no kind of radiation`)
  if (!Array.isArray(entry.modes)) throw bad(`${name}.modes`, 'a list is expected')
  const modes = entry.modes.map((mode, i) => readMode(mode, `${name}.modes[${i}]`))
  const branches = modes.reduce((s, m) => s + m.branch, 0)
  if (Math.abs(branches - 1) > 1e-3) throw bad(`${name}.modes`, `the branches sum to ${branches}`)
  const energyMev = Object.fromEntries(
    ENERGY_KINDS.map((kind) => [kind, positive(energy[kind] ?? 0, `${name}.energyMev.${kind}`, true)]),
  ) as unknown as DecayEnergyMev
  return {
    name,
    z: positive(entry.z, `${name}.z`),
    a: positive(entry.a, `${name}.a`),
    level: positive(entry.level, `${name}.level`, true),
    halfLifeS: positive(entry.halfLifeS, `${name}.halfLifeS`),
    halfLifeUncertaintyS: positive(entry.halfLifeUncertaintyS, `${name}.halfLifeUncertaintyS`, true),
    modes,
    energyMev,
    positronYield: positive(entry.positronYield ?? 0, `${name}.positronYield`, true),
    note: entry.note === undefined ? '' : text(entry.note, `${name}.note`),
  }
}

/**
 * Reads and checks a nuclide table (the JSON of `resources/nuclides`). Half-lives in s, energies in MeV per decay.
 *
 * @throws InputError `nuclides.table` naming the place that is wrong.
 */
export function parseNuclideTable(json: unknown): NuclideTable {
  const root = object(json, 'the root')
  if (root.schema !== 'theratwin.nuclide-table/1') throw bad('schema', `"${String(root.schema)}" is not known`)
  const provenance = object(root.provenance, 'provenance')
  const evidence = text(provenance.evidence, 'provenance.evidence')
  if (evidence !== 'verified' && evidence !== 'transcribed' && evidence !== 'designed' && evidence !== 'unverified') {
    throw bad('provenance.evidence', `"${evidence}" is not known`)
  }
  const nuclides = new Map<string, Nuclide>()
  for (const [name, value] of Object.entries(object(root.nuclides, 'nuclides')))
    nuclides.set(name, readNuclide(name, value))
  if (nuclides.size === 0) throw bad('nuclides', 'it is empty')
  return {
    name: text(root.name, 'name'),
    version: text(root.version, 'version'),
    provenance: {
      source: text(provenance.source, 'provenance.source'),
      citation: text(provenance.citation, 'provenance.citation'),
      evidence,
      note: text(provenance.note ?? '', 'provenance.note'),
    },
    nuclides,
  }
}

/**
 * "Lu-177" from the ways in which people and files write it: Lu-177, Lu177, 177Lu, ^177^Lu, "LU 177", "99mTc", "Tc-99m".
 * null where the text holds no such name.
 */
export function canonicalNuclideName(input: string): string | null {
  const plain = input.trim().replace(/[\^\s_[\]()-]/g, '')
  const massFirst = /^(\d{1,3})(m?\d?)([A-Za-z]{1,2})$/.exec(plain)
  const massLast = /^([A-Za-z]{1,2})(\d{1,3})(m?\d?)$/i.exec(plain)
  const [symbol, mass, isomer] = massLast
    ? [massLast[1], massLast[2], massLast[3]]
    : massFirst
      ? [massFirst[3], massFirst[1], massFirst[2]]
      : []
  if (symbol === undefined || mass === undefined) return null
  return `${symbol[0]?.toUpperCase() ?? ''}${symbol.slice(1).toLowerCase()}-${mass}${(isomer ?? '').toLowerCase()}`
}

/** As `canonicalNuclideName`; the text itself, trimmed, where it holds no such name: an error then names what was written. */
export const nuclideNameOf = (input: string): string => canonicalNuclideName(input) ?? input.trim()

/**
 * The nuclide of that name in any usual spelling.
 *
 * @throws InputError `nuclide.unknown` naming what is near.
 */
export function findNuclide(table: NuclideTable, name: string): Nuclide {
  const canonical = canonicalNuclideName(name)
  const found = canonical === null ? undefined : table.nuclides.get(canonical)
  if (found) return found
  const symbol = canonical?.split('-')[0]
  const near = symbol === undefined ? [] : [...table.nuclides.keys()].filter((known) => known.startsWith(`${symbol}-`))
  throw new InputError(
    'nuclide.unknown',
    `There are no decay data for "${name}" in "${table.name}" ${table.version}.`,
    near.length > 0
      ? `Of this element there are: ${near.join(', ')}.`
      : 'Write element and mass number, for instance "Lu-177"; `theratwin calc nuclide-info` lists what is known.',
  )
}
