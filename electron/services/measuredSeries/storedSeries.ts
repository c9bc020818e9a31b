/** Measured series in the store: list, add, take out of use, copy into the patient's protocol. */
import { InputError } from '../../../native-core/errors/index.ts'
import { measuredSeriesEntrySchema, measuredSeriesSchema } from '../../contracts/measuredSeries.ts'
import type { MeasuredSeries, MeasuredSeriesView, SeriesUse } from '../../contracts/measuredSeries.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { sameStructure } from '../analysis/structures.ts'
import type { MeasuredSeriesRecord, Store } from '../ports/store.ts'
import { checkSeries, seriesWords } from './checkSeries.ts'

/**
 * Those in use of a patient: activities by structure and cycle, then markers, the newest first. What another version of the program wrote and this one
 * cannot read is left out.
 *
 * @param protocol of the patient, which says what is used
 */
export function listSeries(store: Pick<Store, 'read'>, patientId: string, protocol: Protocol): MeasuredSeriesView[] {
  return store.read
    .measuredSeriesOfPatient(patientId)
    .flatMap((record) => viewOf(record, protocol) ?? [])
    .sort((a, b) => order(a.content).localeCompare(order(b.content)) || b.addedAt.localeCompare(a.addedAt))
}

const order = (content: MeasuredSeries): string =>
  content.kind === 'marker'
    ? `marker|${content.marker}`
    : `activity|${content.structure}|${String(content.cycle).padStart(4, '0')}`

function viewOf(record: MeasuredSeriesRecord, { measuredSeries = [] }: Protocol): MeasuredSeriesView | null {
  const parsed = measuredSeriesSchema.safeParse(record.content)
  if (!parsed.success) return null
  const { id, patientId, addedAt, addedBy, contentHash } = record
  const inUse = measuredSeries.some(({ series }) => series.seriesId === id)
  return { seriesId: id, patientId, addedAt, addedBy, contentHash, inUse, content: parsed.data }
}

/**
 * Stores a series beside those that are there; the same content again is the same series.
 *
 * @throws InputError `series.patient` for a patient who is not there, those of `checkSeries`, `series.retired` where the same was taken out of use
 */
export function addSeries(store: Store, patientId: string, content: MeasuredSeries): string {
  if (!store.read.patient(patientId))
    throw new InputError('series.patient', 'There is no such patient.', 'Open the list of patients again.')
  checkSeries(content)
  const { id } = store.transaction({ action: 'measured-series.add' }, (write) =>
    write.addMeasuredSeries({ patientId, kind: content.kind, content }),
  )
  if (!store.read.measuredSeries(id))
    throw new InputError(
      'series.retired',
      `${seriesWords(content)} is there with the same content and was taken out of use.`,
      'Say in its remarks why it is to be used again, and store it so.',
    )
  return id
}

/** Takes one out of use; protocols keep their copies. @throws InputError `series.unknown`. */
export function retireSeries(
  store: Store,
  patientId: string,
  seriesId: string,
  protocol: Protocol,
): MeasuredSeriesView[] {
  seriesOf(store, patientId, seriesId, protocol)
  store.transaction({ action: 'measured-series.retire' }, (write) =>
    write.retire({ entity: 'measured-series', id: seriesId }),
  )
  return listSeries(store, patientId, protocol)
}

/** @throws InputError `series.unknown`, `series.unreadable`. */
export function seriesOf(
  store: Pick<Store, 'read'>,
  patientId: string,
  seriesId: string,
  protocol: Protocol,
): MeasuredSeriesView {
  const record = store.read.measuredSeries(seriesId)
  if (!record || record.patientId !== patientId)
    throw new InputError(
      'series.unknown',
      'The patient has no such measured series, or it was taken out of use.',
      'Open the list of measured series again.',
    )
  const view = viewOf(record, protocol)
  if (view) return view
  throw new InputError(
    'series.unreadable',
    'The measured series was written by another version of the program.',
    'Update the program, or measure the series again.',
  )
}

/**
 * A protocol that uses a series for its structure and cycle, in the place of the one that it used there; the object is copied whole, with its id.
 * Of the same series, used in another way, the points that a person left out stay so, and its tolerance unless another one is given.
 *
 * @throws InputError `series.marker` for a marker, which is no part of kinetics, `protocol.series-relative` for relative values not scaled to images
 */
export function withSeriesUse(
  protocol: Protocol,
  { seriesId, content }: Pick<MeasuredSeriesView, 'seriesId' | 'content'>,
  use: SeriesUse,
  toleranceH?: number,
): Protocol {
  if (content.kind === 'marker')
    throw new InputError(
      'series.marker',
      `${seriesWords(content)} is no activity of a structure.`,
      'Use it where the response is shown.',
    )
  if (content.curve.quantity === 'relative' && use !== 'scaled-to-images')
    throw new InputError(
      'protocol.series-relative',
      `${seriesWords(content)} holds relative values: they are no activities.`,
      'Use it scaled to images.',
    )
  const { cycle, structure } = content
  const present = protocol.measuredSeries ?? []
  const others = present.filter((one) => one.cycle !== cycle || !sameStructure(one.structure, structure))
  const before = present.find(({ series }) => series.seriesId === seriesId)
  const given = {
    cycle,
    structure,
    series: { seriesId, content: withoutRequest(content) },
    use,
    ...(before ? { pointsLeftOut: before.pointsLeftOut, toleranceH: before.toleranceH } : {}),
    ...(toleranceH === undefined ? {} : { toleranceH }),
  }
  return { ...protocol, measuredSeries: [...others, measuredSeriesEntrySchema.parse(given)] }
}

/** Without the request that planar images were measured by: results are handed on, and it names folders of this computer. */
function withoutRequest<Content extends MeasuredSeriesView['content']>(content: Content): Content {
  const { planar: _kept, ...origin } = content.origin
  return { ...content, origin }
}

/** A protocol that does not use the series. */
export function withoutSeries(protocol: Protocol, seriesId: string): Protocol {
  const { measuredSeries = [], ...rest } = protocol
  const left = measuredSeries.filter(({ series }) => series.seriesId !== seriesId)
  return left.length === 0 ? rest : { ...rest, measuredSeries: left }
}
