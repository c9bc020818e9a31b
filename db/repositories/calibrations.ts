import type { CalibrationRecord, StoreReader, StoreWriter } from '../../electron/services/ports/store.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { ReadContext, WriteContext } from '../context.ts'
import { entityId } from '../ids.ts'
import { anyRow, liveRow, saveRow } from '../rows.ts'
import { calibrationSchema, validated } from '../validate.ts'

type Reader = Pick<StoreReader, 'calibrations' | 'calibration'>
type Writer = Pick<StoreWriter, 'addCalibration'>

interface Row {
  readonly id: string
  readonly key: string
  readonly kind: string
  readonly content: string
  readonly added_at: string
  readonly added_by: string
  readonly content_hash: string
}

export function calibrationReader(context: ReadContext): Reader {
  return {
    calibrations: () =>
      context.statement<[], Row>('SELECT * FROM calibrations WHERE retired_at IS NULL ORDER BY key').all().map(fromRow),
    calibration(id) {
      const row = liveRow<Row>(context, 'calibration', id)
      return row === undefined ? null : fromRow(row)
    },
  }
}

export function calibrationWriter(context: WriteContext): Writer {
  return {
    addCalibration(given) {
      const input = validated(calibrationSchema, given, 'calibration')
      const id = entityId('calibration', input.key)
      return saveRow(context, {
        entity: 'calibration',
        id,
        input,
        substance: { kind: input.kind, content: input.content },
        columns: {
          key: input.key,
          kind: input.kind,
          content: canonicalJson(input.content),
          added_at: context.now,
          added_by: context.actor,
        },
        stored: () => {
          const { key, kind, content } = fromRow(anyRow(context, 'calibration', id))
          return { key, kind, content }
        },
      })
    },
  }
}

function fromRow(row: Row): CalibrationRecord {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind,
    content: JSON.parse(row.content) as unknown,
    addedAt: row.added_at,
    addedBy: row.added_by,
    contentHash: row.content_hash,
  }
}
