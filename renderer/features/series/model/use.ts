/** What of a patient's series counts, and how. */
import type {
  ActivitySeries,
  MeasuredSeriesEntry,
  MeasuredSeriesView,
  Protocol,
  SeriesUse,
} from '../../../../electron/contracts/index.ts'
import { sameStructure } from '../../../structureNames.ts'

/** A series in the list: stored, or only copied in the protocol (retired since, or given in it). */
export interface SeriesRow {
  readonly key: string
  readonly content: ActivitySeries
  /** The stored object; null where there is none any longer. */
  readonly stored: { readonly seriesId: string; readonly addedAt: string; readonly addedBy: string } | null
  /** The entry of the protocol; null where it does not count. */
  readonly entry: MeasuredSeriesEntry | null
}

export const USE_WORDS: Readonly<Record<SeriesUse, string>> = {
  'instead-of-images': 'instead of images',
  'scaled-to-images': 'scaled to images',
  'together-with-images': 'together with images',
}

/** The activity series of the list with what the protocol says of each, then those that only the protocol holds. */
export function seriesRows(views: readonly MeasuredSeriesView[], { measuredSeries = [] }: Protocol): SeriesRow[] {
  const stored = views.flatMap(({ seriesId, addedAt, addedBy, content }): SeriesRow[] =>
    content.kind === 'activity'
      ? [
          {
            ...{ key: seriesId, content, stored: { seriesId, addedAt, addedBy } },
            entry: measuredSeries.find(({ series }) => series.seriesId === seriesId) ?? null,
          },
        ]
      : [],
  )
  const copied = measuredSeries
    .filter(({ series }) => !stored.some(({ key }) => key === series.seriesId))
    .map((entry): SeriesRow => ({
      key: `protocol ${entry.cycle} ${entry.structure}`,
      content: entry.series.content,
      stored: null,
      entry,
    }))
  return [...stored, ...copied]
}

/** Relative values have a size by images only. */
export const usesOf = ({ curve }: ActivitySeries): readonly SeriesUse[] =>
  curve.quantity === 'relative'
    ? ['scaled-to-images']
    : ['instead-of-images', 'scaled-to-images', 'together-with-images']

/** The protocol with an entry used in another way, or with null not at all. Points that were left out stay so. */
export function withEntry(
  protocol: Protocol,
  { cycle, structure }: Pick<MeasuredSeriesEntry, 'cycle' | 'structure'>,
  how: { readonly use: SeriesUse; readonly toleranceH?: number } | null,
): Protocol {
  const { measuredSeries = [], ...rest } = protocol
  const left = measuredSeries.flatMap((entry) => {
    if (entry.cycle !== cycle || !sameStructure(entry.structure, structure)) return [entry]
    return how ? [{ ...entry, ...how }] : []
  })
  return left.length === 0 ? rest : { ...rest, measuredSeries: left }
}
