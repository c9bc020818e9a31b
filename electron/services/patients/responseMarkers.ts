/** Markers of a stored patient as a response is fitted to them. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { MarkerSettings, ResponsePatient } from '../../contracts/biologyResponse.ts'
import { markerSeriesSchema } from '../../contracts/measuredSeries.ts'
import type { Instant } from '../../contracts/domain.ts'
import { secondsAfter } from '../biology/index.ts'
import type { Store } from '../ports/store.ts'

type Markers = ResponsePatient['markers']

interface Found {
  readonly marker: string
  readonly unit: string
  readonly byDate: Map<string, Markers[number]['values'][number]>
}

/**
 * Markers by name and unit over all stored series; of a day with two values the one that was stored last. What does not count is told of: values of
 * 0, which have no logarithm, and series that this version of the program cannot read.
 */
export function markersOf(
  store: { readonly read: Pick<Store['read'], 'measuredSeriesOfPatient'> },
  patientId: string,
  first: Instant,
): { readonly markers: Markers; readonly remarks: readonly string[] } {
  const found = new Map<string, Found>()
  const remarks: string[] = []
  for (const { kind, content: stored, addedAt } of store.read.measuredSeriesOfPatient(patientId)) {
    if (kind !== 'marker') continue
    const parsed = markerSeriesSchema.safeParse(stored)
    if (!parsed.success) {
      remarks.push(
        `A marker series stored on ${addedAt.slice(0, 10)} was written by another version of the program and does not count.`,
      )
      continue
    }
    const { marker, unit, points } = parsed.data
    const key = `${marker} ${unit}`
    const one: Found = found.get(key) ?? { marker, unit, byDate: new Map() }
    for (const { date, value, standardUncertainty } of points) {
      if (value > 0)
        one.byDate.set(date, {
          at: date,
          timeS: secondsAfter(first, date),
          value,
          relativeUncertainty: standardUncertainty === null ? null : Math.min(1, standardUncertainty / value),
        })
      else remarks.push(`${marker} of ${date} is ${value} ${unit}: the model is of logarithms, so it does not count.`)
    }
    found.set(key, one)
  }
  return {
    markers: [...found.values()].map(({ marker, unit, byDate }) => ({
      marker,
      unit,
      values: [...byDate.values()].sort((a, b) => a.timeS - b.timeS),
    })),
    remarks,
  }
}

/** The values that settings name. @throws InputError `biology.marker-data` for a marker that is not stored, or stored in several units. */
export function markerOf(markers: Markers, { marker: name }: Pick<MarkerSettings, 'marker'>): Markers[number] {
  const named = markers.filter(({ marker }) => marker === name)
  const [only] = named
  if (only && named.length === 1) return only
  throw new InputError(
    'biology.marker-data',
    only
      ? `Values of "${name}" are stored in ${named.map(({ unit }) => unit).join(' and ')}: they are no one series.`
      : `No values of "${name}" are stored.`,
    only
      ? 'Store them all in one unit, and take those in the other out of use.'
      : 'Add them as a measured series of the kind marker.',
  )
}
