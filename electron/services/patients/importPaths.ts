import type { ImportSummary } from '../../contracts/requests.ts'
import type { AnalysisPorts } from '../analysis/index.ts'
import { importScan, loadStoredPatient } from '../import/index.ts'
import type { ImportOptions } from '../import/index.ts'
import type { ScannedFolder } from '../ports/dicomSource.ts'
import { courseOf } from './patientView.ts'
import { settleCourse } from './settleCourse.ts'

export interface ImportPathsOptions extends Omit<ImportOptions, 'sources'> {
  readonly data: Pick<AnalysisPorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations'>
}

/** Share of the progress that scanning takes. */
const SCANNING = 0.4

/** Scans folders, files and archives, imports what they hold, and settles the course of every patient touched. Errors as of both. */
export async function importPaths(
  paths: readonly string[],
  { data, progress, ...options }: ImportPathsOptions,
): Promise<{ readonly scan: ScannedFolder; readonly summary: ImportSummary }> {
  const { store, source, signal } = options
  const scan = await source.scan(paths, {
    progress: (fraction, what) => progress?.(SCANNING * fraction, what),
    ...(signal ? { signal } : {}),
  })
  const summary = await importScan(scan, {
    ...options,
    sources: paths.map((path) => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path),
    progress: (fraction, what) => progress?.(SCANNING + (1 - SCANNING) * fraction, what),
  })
  for (const { patientId } of summary.patients) {
    const patient = await loadStoredPatient(store, patientId)
    settleCourse(store, patient, courseOf(store, patient, data))
  }
  return { scan, summary }
}
