/** Another name for a lesion that a person has identified. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { LesionsRename } from '../../contracts/lesions.ts'
import type { CourseDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Store } from '../ports/store.ts'
import { identifyLesions } from './lesionReview.ts'
import { storedSet } from './storedSet.ts'

/**
 * Stores a new set, the same to the bit but for the identity, for each time point of the course whose structures in use hold the lesion; answers with
 * them in the order of time. None where no structure in use has the identity: what the program proposes is not stored.
 *
 * @throws InputError `lesions.identity-taken` where another lesion has the new name at any time point: two lesions would become one.
 */
export async function renameLesion(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  { patientId, identity, newIdentity, use }: LesionsRename,
): Promise<{ timePointId: string; setId: string }[]> {
  if (identity === newIdentity) return []
  const inUse = course.cycles
    .flatMap(({ timePoints }) => timePoints)
    .filter(({ structureSet }) => structureSet !== null)
    .map((timePoint) => ({ timePointId: timePoint.id, record: storedSet(store, patient, timePoint, null).record }))
  if (inUse.some(({ record }) => record.structures.some((one) => one.identity === newIdentity)))
    throw new InputError(
      'lesions.identity-taken',
      `Another lesion is called "${newIdentity}" already.`,
      'Choose another name. If they are the same lesion, identify them as one in the table over time.',
    )
  const sets = inUse.flatMap(({ timePointId, record }) => {
    const identities = record.structures
      .filter((one) => one.identity === identity)
      .map(({ id }) => ({ structureId: id, identity: newIdentity }))
    return identities.length === 0 ? [] : [{ timePointId, setId: record.id, identities }]
  })
  if (sets.length === 0) return []
  const label = `Lesion "${identity}" renamed`.slice(0, 200)
  return identifyLesions(store, patient, course, { patientId, sets, label, use })
}
