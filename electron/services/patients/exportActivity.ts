/** The emission image of a time point as activity concentration that other programs read. */
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import type { Exported } from '../../contracts/exports.ts'
import type { CourseDraft } from '../course/index.ts'
import { activityMapObject, ownerOf, referencedImages } from '../exportObjects/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Store } from '../ports/store.ts'
import { nameOf } from './acceptedRegistration.ts'
import type { ObjectPorts } from './exportStructures.ts'
import { finishedFiles, namePart } from './finishedFiles.ts'
import { imageQuantification } from './imageQuantification.ts'
import { concentrationBqPerMl } from './lesionSearch.ts'
import { timePointOf } from './timePointOf.ts'

/**
 * Writes a parametric map in Bq/mL at the start of the acquisition, which tells how the image became activity.
 *
 * @throws InputError `time-point.unknown`, those of `imageQuantification`, `export.cannot-write`.
 */
export async function exportActivity(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  timePointId: string,
  folder: string,
  { objects, programVersion, nuclides }: ObjectPorts & { readonly nuclides: NuclideTable },
): Promise<Exported> {
  const timePoint = timePointOf(course, timePointId)
  const { emission } = timePoint
  const values = await concentrationBqPerMl(store, patient, course, timePoint, nuclides)
  const { words } = imageQuantification(store, patient, course, timePoint, nuclides)
  const object = activityMapObject(
    ownerOf(emission, patient.patient),
    { grid: emission.grid, concentrationBqPerMl: values },
    {
      modality: emission.modality === 'PT' ? 'PT' : 'NM',
      references: referencedImages(emission),
      acquisitionStart: emission.acquisitionStart?.local ?? null,
      derivation: words,
      software: programVersion,
    },
  )
  const name = `${['theratwin', patient.record.mrn, nameOf(course, timePoint), 'activity'].map(namePart).join('-')}.dcm`
  const refusal = { code: 'export.cannot-write', subject: 'The activity map' }
  const savedTo = await finishedFiles(folder, refusal, (finish) =>
    finish(name, (temporary) => objects.writeActivityMap(object, folder, temporary)),
  )
  return { savedTo, remarks: [] }
}
