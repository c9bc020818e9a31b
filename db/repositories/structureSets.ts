import type {
  StoreReader,
  StoreWriter,
  StructureInput,
  StructureRecord,
  StructureSetInput,
  StructureSetRecord,
} from '../../electron/services/ports/store.ts'
import type { StructureMethod, StructureReview } from '../../electron/contracts/structures.ts'
import { canonicalJson, hashOfJson } from '../canonicalJson.ts'
import { referToVolume, type ReadContext, type SqlRow, type WriteContext } from '../context.ts'
import { entityId } from '../ids.ts'
import { anyRow, insertRow, liveRow, replaceLinks, saveRow, updateRow } from '../rows.ts'
import { structureSetSchema, validated } from '../validate.ts'

type Reader = Pick<StoreReader, 'structureSetsOfPatient' | 'structureSet' | 'structure'>
type Writer = Pick<StoreWriter, 'addStructureSet'>

interface SetRow {
  readonly id: string
  readonly patient_id: string
  readonly series_id: string | null
  readonly key: string
  readonly origin: StructureSetInput['origin']
  readonly label: string
  readonly frame_of_reference_uid: string | null
  readonly referenced_series_uid: string | null
  readonly content_hash: string
}

interface StructureRow {
  readonly id: string
  readonly structure_set_id: string
  readonly number: number
  readonly name: string
  readonly type: string
  readonly colour_rgb: string | null
  readonly geometry_sha256: string
  readonly method: string | null
  readonly review: StructureReview
  readonly identity: string | null
  readonly content_hash: string
}

export function structureSetReader(context: ReadContext): Reader {
  return {
    structureSetsOfPatient: (patientId) =>
      context
        .statement<[string], SetRow>(
          'SELECT * FROM structure_sets WHERE patient_id = ? AND retired_at IS NULL ORDER BY key',
        )
        .all(patientId)
        .map((row) => setFromRow(context, row)),
    structureSet(id) {
      const row = liveRow<SetRow>(context, 'structure-set', id)
      return row === undefined ? null : setFromRow(context, row)
    },
    structure(id) {
      const row = liveRow<StructureRow>(context, 'structure', id)
      if (row === undefined || liveRow(context, 'structure-set', row.structure_set_id) === undefined) return null
      return structureFromRow(row)
    },
  }
}

export function structureSetWriter(context: WriteContext): Writer {
  return {
    addStructureSet(given, options) {
      const checked = validated(structureSetSchema, given, 'structure set')
      const input: StructureSetInput = {
        ...checked,
        sourceSha256s: [...checked.sourceSha256s].sort(),
        structures: [...checked.structures].sort((a, b) => a.number - b.number),
      }
      const id = entityId('structure-set', input.patientId, input.key)
      const { frameOfReferenceUid } = input
      const hashes = input.structures.map((one) => structureHash(one, frameOfReferenceUid))
      const result = saveRow(
        context,
        {
          entity: 'structure-set',
          id,
          input,
          substance: { frameOfReferenceUid, referencedSeriesUid: input.referencedSeriesUid, structures: hashes },
          columns: {
            patient_id: input.patientId,
            series_id: input.seriesId,
            key: input.key,
            origin: input.origin,
            label: input.label,
            frame_of_reference_uid: frameOfReferenceUid,
            referenced_series_uid: input.referencedSeriesUid,
          },
          stored: () => inputOf(setFromRow(context, anyRow(context, 'structure-set', id))),
          writeLinks: () => {
            const links = input.sourceSha256s.map((sha256) => ({ sha256 }))
            replaceLinks(context, 'structure_set_sources', 'structure_set_id', id, links)
            writeStructures(context, id, input)
          },
        },
        options,
      )
      return { ...result, structureIds: checked.structures.map((one) => entityId('structure', id, one.number)) }
    },
  }
}

/** A structure that the new content does not have any more is retired; its row may be an input of an artifact. */
function writeStructures(context: WriteContext, setId: string, input: StructureSetInput): void {
  context
    .statement<[string, string]>(
      'UPDATE structures SET retired_at = ? WHERE structure_set_id = ? AND retired_at IS NULL',
    )
    .run(context.now, setId)
  for (const structure of input.structures) {
    referToVolume(context, structure.geometryVolumeId)
    const id = entityId('structure', setId, structure.number)
    const columns: SqlRow = {
      structure_set_id: setId,
      number: structure.number,
      name: structure.name,
      type: structure.type,
      colour_rgb: structure.colourRgb === null ? null : canonicalJson(structure.colourRgb),
      geometry_sha256: structure.geometryVolumeId,
      method: structure.method === null ? null : canonicalJson(structure.method),
      review: structure.review,
      identity: structure.identity,
      content_hash: structureHash(structure, input.frameOfReferenceUid),
      retired_at: null,
    }
    const there = context.statement<[string]>('SELECT 1 FROM structures WHERE id = ?').get(id)
    if (there === undefined) insertRow(context, 'structures', { id, ...columns })
    else updateRow(context, 'structures', id, columns)
  }
}

/** The name counts: what a structure is called decides which organ it is taken for. */
function structureHash({ name, type, geometryVolumeId }: StructureInput, frameOfReferenceUid: string | null): string {
  return hashOfJson({ name, type, geometryVolumeId, frameOfReferenceUid })
}

function inputOf(record: StructureSetRecord): StructureSetInput {
  const { patientId, seriesId, key, origin, label, frameOfReferenceUid, referencedSeriesUid, sourceSha256s } = record
  const structures = record.structures.map(({ id: _id, contentHash: _hash, structureSetId: _set, ...input }) => input)
  return {
    patientId,
    seriesId,
    key,
    origin,
    label,
    frameOfReferenceUid,
    referencedSeriesUid,
    sourceSha256s,
    structures,
  }
}

function setFromRow(context: ReadContext, row: SetRow): StructureSetRecord {
  return {
    id: row.id,
    patientId: row.patient_id,
    seriesId: row.series_id,
    key: row.key,
    origin: row.origin,
    label: row.label,
    frameOfReferenceUid: row.frame_of_reference_uid,
    referencedSeriesUid: row.referenced_series_uid,
    sourceSha256s: context
      .statement<[string], string>(
        'SELECT sha256 FROM structure_set_sources WHERE structure_set_id = ? ORDER BY sha256',
      )
      .pluck()
      .all(row.id),
    structures: context
      .statement<[string], StructureRow>(
        'SELECT * FROM structures WHERE structure_set_id = ? AND retired_at IS NULL ORDER BY number',
      )
      .all(row.id)
      .map(structureFromRow),
    contentHash: row.content_hash,
  }
}

function structureFromRow(row: StructureRow): StructureRecord {
  return {
    id: row.id,
    structureSetId: row.structure_set_id,
    number: row.number,
    name: row.name,
    type: row.type,
    colourRgb: row.colour_rgb === null ? null : (JSON.parse(row.colour_rgb) as [number, number, number]),
    geometryVolumeId: row.geometry_sha256,
    method: row.method === null ? null : (JSON.parse(row.method) as StructureMethod),
    review: row.review,
    identity: row.identity,
    contentHash: row.content_hash,
  }
}
