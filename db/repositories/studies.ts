import type {
  SeriesInput,
  SeriesRecord,
  SourceFileRecord,
  StoreReader,
  StoreWriter,
  StudyInput,
  StudyRecord,
} from '../../electron/services/ports/store.ts'
import { referToVolume, type ReadContext, type WriteContext } from '../context.ts'
import { entityId } from '../ids.ts'
import { anyRow, insertRow, liveRow, saveRow } from '../rows.ts'
import { seriesSchema, sourceFileSchema, studySchema, validated } from '../validate.ts'

type Reader = Pick<
  StoreReader,
  'studiesOfPatient' | 'seriesOfPatient' | 'series' | 'sourceFilesOfSeries' | 'sourceFile'
>
type Writer = Pick<StoreWriter, 'addStudy' | 'addSeries' | 'addSourceFile'>

interface StudyRow {
  readonly id: string
  readonly patient_id: string
  readonly study_uid: string
  readonly description: string
  readonly content_hash: string
}

interface SeriesRow {
  readonly id: string
  readonly study_id: string
  readonly series_uid: string
  readonly modality: string
  readonly description: string
  readonly manufacturer: string
  readonly frame_of_reference_uid: string | null
  readonly kept_because: string | null
  readonly content_hash: string
}

const sourceFileColumns = `source_files.sha256 AS sha256, series_id AS seriesId, sop_instance_uid AS sopInstanceUid,
  sop_class_uid AS sopClassUid, display_path AS displayPath, size_bytes AS sizeBytes`

export function studyReader(context: ReadContext): Reader {
  return {
    studiesOfPatient: (patientId) =>
      context
        .statement<[string], StudyRow>(
          'SELECT * FROM studies WHERE patient_id = ? AND retired_at IS NULL ORDER BY study_uid',
        )
        .all(patientId)
        .map(studyFromRow),
    seriesOfPatient: (patientId) =>
      context
        .statement<[string], SeriesRow>(
          `SELECT series.* FROM series JOIN studies ON studies.id = study_id
           WHERE patient_id = ? AND series.retired_at IS NULL ORDER BY study_uid, series_uid`,
        )
        .all(patientId)
        .map(seriesFromRow),
    series(id) {
      const row = liveRow<SeriesRow>(context, 'series', id)
      return row === undefined ? null : seriesFromRow(row)
    },
    sourceFilesOfSeries: (seriesId) =>
      context
        .statement<[string], SourceFileRecord>(
          `SELECT ${sourceFileColumns} FROM source_files JOIN volumes ON volumes.sha256 = source_files.sha256
           WHERE series_id = ? ORDER BY sop_instance_uid, source_files.sha256`,
        )
        .all(seriesId),
    sourceFile: (sha256) =>
      context
        .statement<[string], SourceFileRecord>(
          `SELECT ${sourceFileColumns} FROM source_files JOIN volumes ON volumes.sha256 = source_files.sha256
           WHERE source_files.sha256 = ?`,
        )
        .get(sha256) ?? null,
  }
}

export function studyWriter(context: WriteContext): Writer {
  return {
    addStudy(given, options) {
      const input = validated(studySchema, given, 'study')
      const id = entityId('study', input.patientId, input.studyUid)
      return saveRow(
        context,
        {
          entity: 'study',
          id,
          input,
          substance: { studyUid: input.studyUid },
          columns: { patient_id: input.patientId, study_uid: input.studyUid, description: input.description },
          stored: () => studyInput(studyFromRow(anyRow(context, 'study', id))),
        },
        options,
      )
    },

    addSeries(given, options) {
      const input = validated(seriesSchema, given, 'series')
      const id = entityId('series', input.studyId, input.seriesUid)
      return saveRow(
        context,
        {
          entity: 'series',
          id,
          input,
          substance: {
            seriesUid: input.seriesUid,
            modality: input.modality,
            frameOfReferenceUid: input.frameOfReferenceUid,
          },
          columns: {
            study_id: input.studyId,
            series_uid: input.seriesUid,
            modality: input.modality,
            description: input.description,
            manufacturer: input.manufacturer,
            frame_of_reference_uid: input.frameOfReferenceUid,
            kept_because: input.keptBecause,
          },
          stored: () => seriesInput(seriesFromRow(anyRow(context, 'series', id))),
        },
        options,
      )
    },

    addSourceFile(given) {
      const { seriesId, sha256, sopInstanceUid, sopClassUid, displayPath } = validated(
        sourceFileSchema,
        given,
        'original file',
      )
      const there = context.statement<[string]>('SELECT 1 FROM source_files WHERE sha256 = ?').get(sha256)
      if (there !== undefined) return { id: sha256, change: 'unchanged' }
      referToVolume(context, sha256)
      insertRow(context, 'source_files', {
        sha256,
        series_id: seriesId,
        sop_instance_uid: sopInstanceUid,
        sop_class_uid: sopClassUid,
        display_path: displayPath,
      })
      context.changes.push({ entity: 'source-file', id: sha256, change: 'added', contentHash: sha256 })
      return { id: sha256, change: 'added' }
    },
  }
}

function studyInput({ patientId, studyUid, description }: StudyRecord): StudyInput {
  return { patientId, studyUid, description }
}

function seriesInput(record: SeriesRecord): SeriesInput {
  const { studyId, seriesUid, modality, description, manufacturer, frameOfReferenceUid, keptBecause } = record
  return { studyId, seriesUid, modality, description, manufacturer, frameOfReferenceUid, keptBecause }
}

function studyFromRow(row: StudyRow): StudyRecord {
  return {
    id: row.id,
    patientId: row.patient_id,
    studyUid: row.study_uid,
    description: row.description,
    contentHash: row.content_hash,
  }
}

function seriesFromRow(row: SeriesRow): SeriesRecord {
  return {
    id: row.id,
    studyId: row.study_id,
    seriesUid: row.series_uid,
    modality: row.modality,
    description: row.description,
    manufacturer: row.manufacturer,
    frameOfReferenceUid: row.frame_of_reference_uid,
    keptBecause: row.kept_because,
    contentHash: row.content_hash,
  }
}
