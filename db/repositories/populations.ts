import type { PopulationRecord, StoreReader, StoreWriter } from '../../electron/services/ports/store.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { ReadContext, WriteContext } from '../context.ts'
import { entityId } from '../ids.ts'
import { anyRow, liveRow, saveRow } from '../rows.ts'
import { populationSchema, validated } from '../validate.ts'

type Reader = Pick<StoreReader, 'populations' | 'population' | 'latestPopulationVersion'>
type Writer = Pick<StoreWriter, 'addPopulation'>

interface Row {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly kind: string
  readonly content: string
  readonly added_at: string
  readonly added_by: string
  readonly content_hash: string
}

export function populationReader(context: ReadContext): Reader {
  return {
    populations: () =>
      context
        .statement<[], Row>('SELECT * FROM populations WHERE retired_at IS NULL ORDER BY name, version')
        .all()
        .map(fromRow),
    population(id) {
      const row = liveRow<Row>(context, 'population', id)
      return row === undefined ? null : fromRow(row)
    },
    latestPopulationVersion: (name) =>
      context
        .statement<[string], { readonly latest: number }>(
          'SELECT coalesce(max(version), 0) AS latest FROM populations WHERE name = ?',
        )
        .get(name)?.latest ?? 0,
  }
}

export function populationWriter(context: WriteContext): Writer {
  return {
    addPopulation(given) {
      const input = validated(populationSchema, given, 'population')
      const id = entityId('population', input.name, input.version)
      return saveRow(context, {
        entity: 'population',
        id,
        input,
        substance: { kind: input.kind, content: input.content },
        columns: {
          name: input.name,
          version: input.version,
          kind: input.kind,
          content: canonicalJson(input.content),
          added_at: context.now,
          added_by: context.actor,
        },
        stored: () => {
          const { name, version, kind, content } = fromRow(anyRow(context, 'population', id))
          return { name, version, kind, content }
        },
      })
    },
  }
}

function fromRow(row: Row): PopulationRecord {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    kind: row.kind,
    content: JSON.parse(row.content) as unknown,
    addedAt: row.added_at,
    addedBy: row.added_by,
    contentHash: row.content_hash,
  }
}
