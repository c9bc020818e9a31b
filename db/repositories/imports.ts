import type { ImportProblem, ProblemSeverity } from '../../electron/contracts/problems.ts'
import type { ImportBatchRecord, StoreReader, StoreWriter } from '../../electron/services/ports/store.ts'
import { canonicalJson, hashOfJson } from '../canonicalJson.ts'
import type { ReadContext, WriteContext } from '../context.ts'
import { entityId } from '../ids.ts'
import { insertRow } from '../rows.ts'
import { importBatchSchema, validated } from '../validate.ts'

type Reader = Pick<StoreReader, 'importBatches' | 'problemsOfBatch' | 'problemsOfPatient'>
type Writer = Pick<StoreWriter, 'recordImport'>

interface BatchRow {
  readonly id: string
  readonly imported_at: string
  readonly sources: string
  readonly program_version: string
  readonly files_seen: number
  readonly bytes_seen: number
}

interface ProblemRow {
  readonly severity: ProblemSeverity
  readonly code: string
  readonly item: string
  readonly message: string
  readonly hint: string
  readonly series_uid: string | null
  readonly file_paths: string
}

const problemColumns = 'severity, code, item, message, hint, series_uid, file_paths'

export function importReader(context: ReadContext): Reader {
  return {
    importBatches: () =>
      context.statement<[], BatchRow>('SELECT * FROM import_batches ORDER BY ordinal DESC').all().map(batchFromRow),
    problemsOfBatch: (batchId) =>
      context
        .statement<[string], ProblemRow>(
          `SELECT ${problemColumns} FROM import_problems WHERE batch_id = ? ORDER BY position`,
        )
        .all(batchId)
        .map(problemFromRow),
    problemsOfPatient: (patientId) =>
      context
        .statement<[string], ProblemRow>(
          `SELECT ${problemColumns} FROM import_problems JOIN import_batches ON import_batches.id = batch_id
           WHERE patient_id = ? ORDER BY ordinal, position`,
        )
        .all(patientId)
        .map(problemFromRow),
  }
}

export function importWriter(context: WriteContext): Writer {
  return {
    recordImport(given) {
      if (context.changes.length === 0) return null
      const batch = validated(importBatchSchema, given, 'import')
      const ordinal =
        context.statement<[], number>('SELECT coalesce(max(ordinal), 0) + 1 FROM import_batches').pluck().get() ?? 1
      const id = entityId('import-batch', ordinal, context.now)
      insertRow(context, 'import_batches', {
        id,
        ordinal,
        imported_at: context.now,
        sources: canonicalJson(batch.sources),
        program_version: batch.programVersion,
        files_seen: batch.filesSeen,
        bytes_seen: batch.bytesSeen,
      })
      batch.problems.forEach(({ patientId, problem }, position) => {
        insertRow(context, 'import_problems', {
          batch_id: id,
          position,
          patient_id: patientId,
          severity: problem.severity,
          code: problem.code,
          item: problem.item,
          message: problem.message,
          hint: problem.hint,
          series_uid: problem.seriesUid,
          file_paths: canonicalJson(problem.filePaths),
        })
      })
      context.changes.push({ entity: 'import-batch', id, change: 'added', contentHash: hashOfJson(batch) })
      return id
    },
  }
}

function batchFromRow(row: BatchRow): ImportBatchRecord {
  return {
    id: row.id,
    importedAt: row.imported_at,
    sources: JSON.parse(row.sources) as string[],
    programVersion: row.program_version,
    filesSeen: row.files_seen,
    bytesSeen: row.bytes_seen,
  }
}

function problemFromRow(row: ProblemRow): ImportProblem {
  return {
    severity: row.severity,
    code: row.code,
    item: row.item,
    message: row.message,
    hint: row.hint,
    seriesUid: row.series_uid,
    filePaths: JSON.parse(row.file_paths) as string[],
  }
}
