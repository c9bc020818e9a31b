/** CT numbers to mass density. */
import { InputError } from '../errors/index.ts'
import { maskStatistics } from './maskStatistics.ts'
import type { FractionalMask } from './types.ts'

/** A stretch of the relation: density = interceptGPerMl + slopeGPerMlPerHu · HU for fromHu ≤ HU < toHu. */
export interface HuDensitySegment {
  readonly fromHu: number
  readonly toHu: number
  readonly interceptGPerMl: number
  readonly slopeGPerMlPerHu: number
}

/** A stepwise linear relation of CT number to mass density; segments join without gaps, in ascending order. */
export interface HuDensityTable {
  readonly name: string
  readonly version: string
  readonly source: string
  readonly evidence: string
  readonly segments: readonly HuDensitySegment[]
}

const TABLE_SCHEMA = 'theratwin.hu-density-table/1'

/**
 * Checks the parsed JSON of `resources/materials/hu-density.json` (or a table of a user's own scanner in the same form).
 * Throws InputError `materials.bad-hu-density` where it is not one: gaps, descending ranges, densities not positive.
 */
export function parseHuDensityTable(json: unknown): HuDensityTable {
  const fail = (why: string): never => {
    throw new InputError(
      'materials.bad-hu-density',
      `The table of CT number to density is not valid: ${why}.`,
      'Restore resources/materials/hu-density.json, or correct your own table.',
    )
  }
  const record = (value: unknown): Record<string, unknown> =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : fail('it is not an object')
  const root = record(json)
  const provenance = record(root['provenance'])
  const text = (value: unknown, name: string): string =>
    typeof value === 'string' ? value : fail(`${name} is missing`)
  if (root['schema'] !== TABLE_SCHEMA) fail(`schema is not ${TABLE_SCHEMA}`)
  const rows: readonly unknown[] = Array.isArray(root['segments']) ? root['segments'] : fail('segments are missing')
  const segments = rows.map((row): HuDensitySegment => {
    const fields = record(row)
    const number = (name: string): number => {
      const value = fields[name]
      return typeof value === 'number' && Number.isFinite(value) ? value : fail(`${name} is not a number`)
    }
    return {
      fromHu: number('fromHu'),
      toHu: number('toHu'),
      interceptGPerMl: number('interceptGPerMl'),
      slopeGPerMlPerHu: number('slopeGPerMlPerHu'),
    }
  })
  if (segments.length === 0) fail('it has no segments')
  segments.forEach((s, n) => {
    if (!(s.toHu > s.fromHu)) fail(`segment ${n + 1} does not ascend`)
    const next = segments[n + 1]
    if (next !== undefined && next.fromHu !== s.toHu) fail(`segments ${n + 1} and ${n + 2} do not join`)
    if (!(density(s, s.fromHu) > 0) || !(density(s, s.toHu) > 0))
      fail(`segment ${n + 1} has densities that are not positive`)
  })
  return {
    name: text(root['name'], 'name'),
    version: text(root['version'], 'version'),
    source: text(provenance['citation'], 'provenance.citation'),
    evidence: text(provenance['evidence'], 'provenance.evidence'),
    segments,
  }
}

function density(segment: HuDensitySegment, hu: number): number {
  return segment.interceptGPerMl + segment.slopeGPerMlPerHu * hu
}

/**
 * Mass density in g/mL for a CT number. Numbers below the table's range get the density of its lower end, numbers above that
 * of its upper end (metal); `densityInMask` counts both.
 */
export function densityFromHu(hu: number, table: HuDensityTable): number {
  const { segments } = table
  const first = segments[0]!
  const last = segments[segments.length - 1]!
  if (hu <= first.fromHu) return density(first, first.fromHu)
  if (hu >= last.toHu) return density(last, last.toHu)
  for (const segment of segments) if (hu < segment.toHu) return density(segment, hu)
  throw new Error(`CT number ${hu} is not a number.`)
}

export interface MaskDensity {
  /** Volume-weighted mean density, g/mL; NaN if no part of the structure lies in the CT. */
  readonly meanGPerMl: number
  /** Mass of the part of the structure inside the CT, g. */
  readonly massInsideG: number
  /** Part (0 to 1) of that volume whose CT number is outside the table and was clamped to its ends. */
  readonly clampedFraction: number
}

/**
 * Mean mass density of a structure on a CT. `values` are CT numbers in HU on the mask's grid. Errors as for `maskStatistics`.
 */
export function densityInMask(
  mask: FractionalMask,
  values: Float32Array | Float64Array | Int16Array,
  table: HuDensityTable,
): MaskDensity {
  const low = table.segments[0]!.fromHu
  const high = table.segments[table.segments.length - 1]!.toHu
  let clamped = 0
  // One voxel at a time: whole CT volumes of densities would be hundreds of megabytes.
  const statistics = maskStatistics(mask, values, (hu, fraction) => {
    if (hu < low || hu > high) clamped += fraction
    return densityFromHu(hu, table)
  })
  return {
    meanGPerMl: statistics.mean,
    massInsideG: statistics.integral,
    clampedFraction: statistics.weight > 0 ? clamped / statistics.weight : 0,
  }
}
