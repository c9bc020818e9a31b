import { InputError } from '../../errors/index.ts'
import type { SuborganEvidence, SuborganResult, SuborganTable } from './types.ts'

type Json = Readonly<Record<string, unknown>>

const HINT = 'Correct the table; native-core/dosimetry/suborgan/types.ts says what it holds.'
const bad = (where: string, what: string): InputError =>
  new InputError('dose.suborgan-table', `The table of substructures is wrong at ${where}: ${what}.`, HINT)

const EVIDENCE: readonly SuborganEvidence[] = ['verified', 'transcribed', 'designed', 'unverified']
/** Rounded fractions of a published table may add up to a little more than 1. */
const SUM_TOLERANCE = 1e-6

function object(value: unknown, where: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(where, 'an object is expected')
  return value as Json
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw bad(where, 'a text is expected')
  return value
}

function list(value: unknown, where: string): Json[] {
  if (!Array.isArray(value) || value.length === 0) throw bad(where, 'a list with entries is expected')
  return value.map((entry, i) => object(entry, `${where}[${i}]`))
}

function number(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw bad(where, `${String(value)} is not a number of zero or more`)
  return value
}

/**
 * Reads and checks a user's table (JSON, schema `theratwin.suborgan/1`): fractions of the organ's decays, S values between its parts.
 *
 * @throws InputError `dose.suborgan-table` naming the place: unknown or repeated parts, negative numbers, fractions beyond 1, a part with
 * activity and without S values.
 */
export function parseSuborganTable(json: unknown): SuborganTable {
  const root = object(json, 'the root')
  if (root.schema !== 'theratwin.suborgan/1') throw bad('schema', `"${String(root.schema)}" is not known`)
  const about = object(root.provenance, 'provenance')
  const evidence = EVIDENCE.find((e) => e === about.evidence)
  if (!evidence) throw bad('provenance.evidence', `"${String(about.evidence)}" is none of ${EVIDENCE.join(', ')}`)
  const parts = list(root.parts, 'parts').map((part, i) => {
    const massKg = part.massKg === undefined || part.massKg === null ? null : number(part.massKg, `parts[${i}].massKg`)
    if (massKg === 0) throw bad(`parts[${i}].massKg`, 'a mass of zero')
    return { name: text(part.name, `parts[${i}].name`), massKg }
  })
  const names = new Set(parts.map((p) => p.name))
  if (names.size !== parts.length) throw bad('parts', 'a name is there twice')
  const known = (value: unknown, where: string): string => {
    const name = text(value, where)
    if (!names.has(name)) throw bad(where, `"${name}" is not among the parts`)
    return name
  }
  const fractions = list(root.fractions, 'fractions').map((f, i) => ({
    part: known(f.part, `fractions[${i}].part`),
    fraction: number(f.fraction, `fractions[${i}].fraction`),
  }))
  if (new Set(fractions.map((f) => f.part)).size !== fractions.length) throw bad('fractions', 'a part is there twice')
  const sum = fractions.reduce((s, f) => s + f.fraction, 0)
  if (sum > 1 + SUM_TOLERANCE) throw bad('fractions', `they add up to ${sum}`)
  const sValues = list(root.sValues, 'sValues').map((s, i) => ({
    target: known(s.target, `sValues[${i}].target`),
    source: known(s.source, `sValues[${i}].source`),
    sGyPerBqS: number(s.sGyPerBqS, `sValues[${i}].sGyPerBqS`),
  }))
  if (new Set(sValues.map((s) => JSON.stringify([s.target, s.source]))).size !== sValues.length)
    throw bad('sValues', 'a pair is there twice')
  for (const { part, fraction } of fractions)
    if (fraction > 0 && !sValues.some((s) => s.source === part))
      throw bad('sValues', `"${part}" has activity and no S value as a source`)
  return {
    schema: 'theratwin.suborgan/1',
    name: text(root.name, 'name'),
    organ: text(root.organ, 'organ'),
    nuclide: text(root.nuclide, 'nuclide'),
    provenance: {
      source: text(about.source, 'provenance.source'),
      citation: text(about.citation, 'provenance.citation'),
      evidence,
    },
    parts,
    fractions,
    sValues,
  }
}

/**
 * Doses of an organ's parts, Gy: D_t = Ã·Σ_s f_s·S(t ← s) for the organ's decays Ã (Bq·s) (MIRD Pamphlet 19, Bouchet et al., J. Nucl. Med.
 * 44 (2003) 1113, for the kidney; Hobbs et al., Phys. Med. Biol. 57 (2012) 4403, for the nephron). Pairs that the table lacks count as no
 * dose and are named in the remarks.
 *
 * @throws InputError `dose.tia`.
 */
export function suborganDoses(tiaBqS: number, table: SuborganTable): SuborganResult {
  if (!(tiaBqS >= 0 && Number.isFinite(tiaBqS)))
    throw new InputError(
      'dose.tia',
      `${table.organ}: the time-integrated activity is ${tiaBqS} Bq·s.`,
      'Fit the curve first; the TIA must be zero or positive.',
    )
  const sources = table.fractions.filter((f) => f.fraction > 0)
  const missing: string[] = []
  const doses = table.parts.map(({ name, massKg }) => {
    const given = sources.flatMap(({ part, fraction }): [string, number][] => {
      const s = table.sValues.find((v) => v.target === name && v.source === part)
      if (!s) missing.push(`${name} ← ${part}`)
      return s ? [[part, tiaBqS * fraction * s.sGyPerBqS]] : []
    })
    return {
      part: name,
      massKg,
      doseGy: given.reduce((sum, [, dose]) => sum + dose, 0),
      bySourceGy: Object.fromEntries(given),
    }
  })
  const unassignedFraction = Math.max(0, 1 - table.fractions.reduce((s, f) => s + f.fraction, 0))
  const remarks = [
    `S values and fractions: ${table.name} (${table.provenance.citation}; ${table.provenance.evidence}).`,
    ...(missing.length > 0 ? [`The table has no S value of ${missing.join(', ')}: taken as no dose.`] : []),
    ...(unassignedFraction > SUM_TOLERANCE
      ? [
          `${(unassignedFraction * 100).toPrecision(3)} % of the decays of ${table.organ} are in none of its parts and not counted.`,
        ]
      : []),
  ]
  return { doses, unassignedFraction, remarks }
}
