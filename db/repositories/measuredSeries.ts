import type { MeasuredSeriesRecord, StoreReader, StoreWriter } from '../../electron/services/ports/store.ts'
import { canonicalJson, hashOfJson } from '../canonicalJson.ts'
import type { ReadContext, WriteContext } from '../context.ts'
import { entityId } from '../ids.ts'
import { anyRow, liveRow, saveRow } from '../rows.ts'
import { measuredSeriesSchema, validated } from '../validate.ts'

type Reader = Pick<StoreReader, 'measuredSeriesOfPatient' | 'measuredSeries'>
type Writer = Pick<StoreWriter, 'addMeasuredSeries'>

interface Row {
  readonly id: string
  readonly patient_id: string
  readonly kind: MeasuredSeriesRecord['kind']
  readonly content: string
  readonly added_at: string
  readonly added_by: string
  readonly content_hash: string
}

export function measuredSeriesReader(context: ReadContext): Reader {
  return {
    measuredSeriesOfPatient: (patientId) =>
      context
        .statement<[string], Row>(
          'SELECT * FROM measured_series WHERE patient_id = ? AND retired_at IS NULL ORDER BY added_at, id',
        )
        .all(patientId)
        .map(fromRow),
    measuredSeries(id) {
      const row = liveRow<Row>(context, 'measured-series', id)
      return row === undefined ? null : fromRow(row)
    },
  }
}

export function measuredSeriesWriter(context: WriteContext): Writer {
  return {
    addMeasuredSeries(given) {
      const input = validated(measuredSeriesSchema, given, 'measured series')
      const { patientId, kind, content } = input
      const id = entityId('measured-series', patientId, kind, hashOfJson(content))
      return saveRow(context, {
        entity: 'measured-series',
        id,
        input,
        substance: { kind, content },
        columns: {
          patient_id: patientId,
          kind,
          content: canonicalJson(content),
          added_at: context.now,
          added_by: context.actor,
        },
        stored: () => {
          const stored = fromRow(anyRow(context, 'measured-series', id))
          return { patientId: stored.patientId, kind: stored.kind, content: stored.content }
        },
      })
    },
  }
}

function fromRow(row: Row): MeasuredSeriesRecord {
  return {
    id: row.id,
    patientId: row.patient_id,
    kind: row.kind,
    content: JSON.parse(row.content) as unknown,
    addedAt: row.added_at,
    addedBy: row.added_by,
    contentHash: row.content_hash,
  }
}
