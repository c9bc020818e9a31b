import type {
  StoreReader,
  StoreWriter,
  TimePointImageRole,
  TimePointInput,
  TimePointRecord,
} from '../../electron/services/ports/store.ts'
import type { ReadContext, WriteContext } from '../context.ts'
import { entityId } from '../ids.ts'
import { anyRow, liveRow, replaceLinks, saveRow } from '../rows.ts'
import { timePointSchema, validated } from '../validate.ts'
import { instantColumns, instantFrom } from './instants.ts'

type Reader = Pick<StoreReader, 'timePointsOfCycle' | 'timePoint'>
type Writer = Pick<StoreWriter, 'addTimePoint'>

interface Row {
  readonly id: string
  readonly cycle_id: string
  readonly key: string
  readonly label: string
  readonly acquisition_start_local: string | null
  readonly acquisition_start_utc_offset_min: number | null
  readonly content_hash: string
}

export function timePointReader(context: ReadContext): Reader {
  return {
    timePointsOfCycle: (cycleId) =>
      context
        .statement<[string], Row>(
          `SELECT * FROM time_points WHERE cycle_id = ? AND retired_at IS NULL
           ORDER BY acquisition_start_local IS NULL, acquisition_start_local, key`,
        )
        .all(cycleId)
        .map((row) => fromRow(context, row)),
    timePoint(id) {
      const row = liveRow<Row>(context, 'time-point', id)
      return row === undefined ? null : fromRow(context, row)
    },
  }
}

export function timePointWriter(context: WriteContext): Writer {
  return {
    addTimePoint(given, options) {
      const checked = validated(timePointSchema, given, 'time point')
      const images = [...checked.images].sort((a, b) => (a.imageId < b.imageId ? -1 : 1))
      const input: TimePointInput = { ...checked, images }
      const id = entityId('time-point', input.cycleId, input.key)
      return saveRow(
        context,
        {
          entity: 'time-point',
          id,
          input,
          substance: { acquisitionStart: input.acquisitionStart, images },
          columns: {
            cycle_id: input.cycleId,
            key: input.key,
            label: input.label,
            ...instantColumns('acquisition_start', input.acquisitionStart),
          },
          stored: () => inputOf(fromRow(context, anyRow(context, 'time-point', id))),
          writeLinks: () => {
            const links = images.map(({ imageId, role }) => ({ image_id: imageId, role }))
            replaceLinks(context, 'time_point_images', 'time_point_id', id, links)
          },
        },
        options,
      )
    },
  }
}

function inputOf({ cycleId, key, label, acquisitionStart, images }: TimePointRecord): TimePointInput {
  return { cycleId, key, label, acquisitionStart, images }
}

function fromRow(context: ReadContext, row: Row): TimePointRecord {
  const images = context
    .statement<[string], { imageId: string; role: TimePointImageRole }>(
      'SELECT image_id AS imageId, role FROM time_point_images WHERE time_point_id = ? ORDER BY image_id',
    )
    .all(row.id)
  return {
    id: row.id,
    cycleId: row.cycle_id,
    key: row.key,
    label: row.label,
    acquisitionStart: instantFrom(row.acquisition_start_local, row.acquisition_start_utc_offset_min),
    images,
    contentHash: row.content_hash,
  }
}
