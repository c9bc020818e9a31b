/** A stored registration as DICOM objects. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { Exported } from '../../contracts/exports.ts'
import type { CourseDraft } from '../course/index.ts'
import { referencedImages, registrationObjects } from '../exportObjects/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { ReferencedImages } from '../ports/dicomObjects.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { Store } from '../ports/store.ts'
import type { ObjectPorts } from './exportStructures.ts'
import { finishedFiles, namePart } from './finishedFiles.ts'
import { registrationOf } from './registrations.ts'

/**
 * Writes a Spatial Registration of the images in the two frames of reference (CT before emission), and a Deformable Spatial
 * Registration where it deforms. One that nobody has accepted says so in its comment; a rejected one is refused.
 *
 * @throws InputError `registration.unknown`, `export.rejected`, `export.no-image`, `export.cannot-write`.
 */
export async function exportRegistration(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  registrationId: string,
  folder: string,
  { objects, programVersion }: Pick<ObjectPorts, 'objects' | 'programVersion'>,
): Promise<Exported> {
  const record = registrationOf(store, patient.record.id, registrationId)
  if (record.status === 'rejected')
    throw new InputError(
      'export.rejected',
      'This registration was rejected by a person.',
      'Choose another one, or accept it first.',
    )
  const fixed = imageIn(patient, course, record.toFrameOfReferenceUid)
  const moving = imageIn(patient, course, record.fromFrameOfReferenceUid)
  const { deformation: stored } = record
  const deformation = stored && {
    grid: stored.grid,
    fixedToMoving: stored.fixedToMoving,
    displacementMm: await store.voxels.get(stored.displacementVolumeId),
  }
  const isAccepted = record.status === 'accepted'
  const how = record.method?.description ?? record.origin
  const { linear, deformable } = registrationObjects(
    {
      patient: patient.patient,
      fixed: fixed.references,
      moving: moving.references,
      studyDescription: fixed.image.studyDescription,
      createdAt: fixed.image.acquisitionStart?.local ?? null,
      description: isAccepted ? how : `Not accepted. ${how}`,
      software: programVersion,
    },
    { movingToFixed: record.matrix, deformation },
  )
  const stem = `theratwin-${namePart(patient.record.mrn)}-registration-${record.id.slice(0, 8)}`
  const refusal = { code: 'export.cannot-write', subject: 'The registration' }
  const savedTo = await finishedFiles(folder, refusal, async (finish) => {
    await finish(`${stem}-reg.dcm`, (name) => objects.writeRegistration(linear, folder, name))
    if (deformable)
      await finish(`${stem}-deformable-reg.dcm`, (name) => objects.writeDeformation(deformable, folder, name))
  })
  return { savedTo, remarks: isAccepted ? [] : ['Nobody has accepted this registration: its comment says so.'] }
}

/** The first image of the course in a frame of reference, CT before emission, else any image of the patient. */
function imageIn(
  patient: StoredPatient,
  course: CourseDraft,
  frame: string,
): { readonly image: ScannedImage; readonly references: ReferencedImages } {
  const timePoints = course.cycles.flatMap((cycle) => cycle.timePoints)
  const inOrder = [...timePoints.flatMap(({ ct, emission }) => (ct ? [ct, emission] : [emission])), ...patient.images]
  for (const image of inOrder) {
    const references = image.frameOfReferenceUid === frame ? referencedImages(image) : null
    if (references) return { image, references }
  }
  throw new InputError(
    'export.no-image',
    'No image of this patient is in a frame of reference of the registration: the object could not refer to one.',
    'Import the images that the registration is of.',
  )
}
