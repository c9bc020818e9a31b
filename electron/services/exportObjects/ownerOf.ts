import type { PatientIdentity } from '../../contracts/domain.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { ObjectOwner } from './context.ts'

/** Whose the objects are that belong to an image: of its study, dated by its acquisition. */
export function ownerOf(image: ScannedImage, patient: PatientIdentity): ObjectOwner {
  return {
    patient,
    studyUid: image.studyUid,
    studyDescription: image.studyDescription,
    frameOfReferenceUid: image.frameOfReferenceUid ?? '',
    createdAt: image.acquisitionStart?.local ?? null,
  }
}
