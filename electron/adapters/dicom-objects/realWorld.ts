/** Choosing the real-world value mapping that gives activity concentration, and comparing it with the rescale. */
import { hasRealWorldTable } from './rescale.ts'
import type { RealWorldMapping } from './rescale.ts'
import { activityConcentrationFactor, isCountsUnit } from './physicalUnits.ts'
import { question, refused, shortList } from './problems.ts'
import type { Finding } from './problems.ts'
import { times } from './quantity.ts'
import type { Scaling } from './quantity.ts'
import type { Slice } from './slices.ts'

/** Relative difference of two slopes that is rounding (DS has up to 16 characters, but some writers use six digits). */
const SAME_SLOPE = 1e-4

export type MappingReading =
  | {
      readonly kind: 'mapped'
      readonly scalings: readonly Scaling[]
      readonly unit: string
      readonly findings: readonly Finding[]
    }
  /** No mapping to activity; `units` are those of other mappings. */
  | { readonly kind: 'none'; readonly units: readonly string[] }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }

/** The mapping to Bq/mL of every slice. All or none: a series with some slices mapped is refused. */
export function activityMapping(slices: readonly Pick<Slice, 'realWorld' | 'file'>[]): MappingReading {
  const chosen = slices.map((slice) => activityMappings(slice.realWorld))
  const with_ = chosen.filter((mappings) => mappings.length > 0).length
  if (with_ === 0) {
    const table = slices.find((slice) => hasRealWorldTable(slice.file.header))
    if (table)
      return refuse(
        'quantity.real-world-table',
        'The real-world values of the series are given as a table (Real World Value LUT Data), which is not supported.',
        'Export the series with slope and intercept.',
      )
    return { kind: 'none', units: [...new Set(slices.flatMap((slice) => slice.realWorld.map(({ unit }) => unit)))] }
  }
  if (with_ < slices.length)
    return refuse(
      'quantity.slope-missing',
      `${slices.length - with_} of ${slices.length} slices lack the real-world value mapping that the others have.`,
      'Export the series again from the scanner.',
    )
  const several = chosen.find((mappings) => distinct(mappings))
  const findings: Finding[] = several ? [ambiguous(several)] : []
  const first = chosen.map((mappings) => mappings[0]!)
  const scalings = first.map((mapping) => times(mapping, activityConcentrationFactor(mapping.unit)!))
  return { kind: 'mapped', scalings, unit: first[0]!.unit, findings }
}

function activityMappings(mappings: readonly RealWorldMapping[]): RealWorldMapping[] {
  return mappings.filter(({ unit }) => activityConcentrationFactor(unit) !== null)
}

function distinct(mappings: readonly RealWorldMapping[]): boolean {
  const [first, ...rest] = mappings.map((mapping) => times(mapping, activityConcentrationFactor(mapping.unit)!))
  return rest.some((other) => !sameScaling(first!, other))
}

function ambiguous(mappings: readonly RealWorldMapping[]): Finding {
  const shown = mappings.map(({ label, slope, unit, firstStored, lastStored }) => {
    const range = firstStored === null || lastStored === null ? '' : ` for stored ${firstStored} to ${lastStored}`
    return `"${label}": ${slope} ${unit}${range}`
  })
  return question(
    'activity.several-mappings',
    `The file has several real-world value mappings to activity that differ: ${shortList(shown, 4)}. The first one was used.`,
    'Check which one is meant; accept the first, or import a file with one mapping.',
  )
}

/** Whether a mapping says that values are counts. */
export function mapsToCounts(units: readonly string[]): boolean {
  return units.some(isCountsUnit)
}

/**
 * The contradiction between the real-world value mapping and the rescale of a file, both to Bq/mL, side by side; nothing where they agree.
 * `rescaleUnit` is the unit that the rescale claims, '' if it claims none.
 */
export function disagreement(mapped: readonly Scaling[], rescaled: readonly Scaling[], rescaleUnit: string): Finding[] {
  const at = mapped.findIndex((scaling, i) => !sameScaling(scaling, rescaled[i]!))
  if (at < 0) return []
  const [real, plain] = [mapped[at]!, rescaled[at]!]
  return [
    question(
      'activity.contradictory-scale',
      `The file gives two scales: real-world value mapping ${say(real)} Bq/mL, Rescale ${say(plain)} Bq/mL (${rescaleUnit === '' ? 'without a stated unit' : `its unit by the file: ${rescaleUnit}`}). ` +
        `They differ by the factor ${(real.slope / plain.slope).toPrecision(6)}. The real-world value mapping was used.`,
      'Find out which is right (export again, or compare with a known activity); accept it if the real-world value mapping is.',
    ),
  ]
}

function say({ slope, intercept }: Scaling): string {
  return `stored × ${slope}${intercept === 0 ? '' : ` + ${intercept}`}`
}

function sameScaling(a: Scaling, b: Scaling): boolean {
  const close = (x: number, y: number, size: number): boolean => Math.abs(x - y) <= SAME_SLOPE * size
  return (
    close(a.slope, b.slope, Math.abs(a.slope)) &&
    close(a.intercept, b.intercept, Math.max(Math.abs(a.slope), Math.abs(a.intercept)))
  )
}

function refuse(code: string, message: string, hint: string): MappingReading {
  return { kind: 'refused', findings: [refused(code, message, hint)] }
}
