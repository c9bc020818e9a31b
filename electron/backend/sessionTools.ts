import type { AnswerOf, EventName, RequestName } from '../contracts/index.ts'
import type { CourseDraft } from '../services/course/index.ts'
import type { StoredPatient } from '../services/import/index.ts'
import { loadStoredPatient } from '../services/import/index.ts'
import { courseOf } from '../services/patients/index.ts'
import type { Store } from '../services/ports/store.ts'
import type { Workbench } from './compose.ts'
import type { JobRunner } from './jobs.ts'

/** What the handlers of requests work with. */
export interface SessionTools {
  readonly store: Store
  readonly bench: Workbench
  readonly jobs: JobRunner
  readonly emit: (name: EventName, event: unknown) => void
}

/** A patient of the store with the course that its images show. @throws InputError `patient.unknown`. */
export async function patientAndCourse(
  { store, bench }: SessionTools,
  patientId: string,
): Promise<{ readonly patient: StoredPatient; readonly course: CourseDraft }> {
  const patient = await loadStoredPatient(store, patientId)
  return { patient, course: courseOf(store, patient, bench.data) }
}

/** A handler for each request of a part of the contract; the asks are checked before. */
export type HandlersOf<N extends RequestName> = {
  readonly [K in N]: (ask: never) => AnswerOf<K> | Promise<AnswerOf<K>>
}
