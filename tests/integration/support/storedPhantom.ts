/** A phantom case in a real store on disk, for tests of use cases. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../../db/index.ts'
import { createWorkbench } from '../../../electron/backend/compose.ts'
import type { Workbench } from '../../../electron/backend/compose.ts'
import type { CourseDraft } from '../../../electron/services/course/index.ts'
import { importScan, loadStoredPatient } from '../../../electron/services/import/index.ts'
import type { StoredPatient } from '../../../electron/services/import/index.ts'
import { courseOf } from '../../../electron/services/patients/index.ts'
import type { Store } from '../../../electron/services/ports/store.ts'
import { makePhantomCase } from '../../phantoms/index.ts'
import type { PhantomOptions, PhantomTruth } from '../../phantoms/index.ts'

export interface StoredPhantom {
  readonly bench: Workbench
  readonly store: Store
  readonly patientId: string
  readonly truth: PhantomTruth
  /** As stored now. */
  now(): Promise<{ readonly patient: StoredPatient; readonly course: CourseDraft }>
  close(): Promise<void>
}

/** The actor of the store is "anna"; she accepts the registrations of the files where that is said. */
export async function storedPhantom(
  options: Partial<PhantomOptions> & { readonly seed: number },
  { acceptsRegistrations = false }: { readonly acceptsRegistrations?: boolean } = {},
): Promise<StoredPhantom> {
  const root = mkdtempSync(join(tmpdir(), 'theratwin-phantom-'))
  const { truth } = await makePhantomCase({ ...options, outDir: join(root, 'case') })
  const bench = createWorkbench({ threads: 2 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(5) } as const
  const store = await openStore(join(root, 'store'), key, { actor: 'anna', programVersion: 'test' })
  const scan = await bench.source.scan([join(root, 'case')], {})
  const how = { store, source: bench.source, readFile: bench.readFile, programVersion: 'test', sources: ['case'] }
  const accepting = acceptsRegistrations ? { acceptRegistrations: { by: null } } : {}
  const patientId = (await importScan(scan, { ...how, ...accepting })).patients[0]?.patientId ?? ''
  return {
    bench,
    store,
    patientId,
    truth,
    now: async () => {
      const patient = await loadStoredPatient(store, patientId)
      return { patient, course: courseOf(store, patient, bench.data) }
    },
    close: async () => {
      store.close()
      await bench.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
