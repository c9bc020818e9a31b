import type { Deformation, Mat4 } from '../../../native-core/imaging/types.ts'
import { isRigidTransform } from '../../../native-core/imaging/index.ts'
import type { PatientIdentity } from '../../contracts/domain.ts'
import type { DeformationToWrite, ReferencedImages, RegistrationToWrite } from '../ports/dicomObjects.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { contextOf, referenceText } from './context.ts'

/** The images of a series as other objects refer to them; null where they say no frame of reference. */
export function referencedImages(image: ScannedImage): ReferencedImages | null {
  if (image.frameOfReferenceUid === null) return null
  return {
    studyUid: image.studyUid,
    seriesUid: image.seriesUid,
    frameOfReferenceUid: image.frameOfReferenceUid,
    instances: image.files.map(({ sopClassUid, sopInstanceUid }) => ({ sopClassUid, sopInstanceUid })),
  }
}

export interface RegisteredImages {
  readonly patient: PatientIdentity
  readonly fixed: ReferencedImages
  readonly moving: ReferencedImages
  readonly studyDescription: string
  /** Local ISO time without a zone. */
  readonly createdAt: string | null
  readonly description: string
  readonly software?: string
}

/** A registration as Spatial Registration, and as Deformable Spatial Registration where it deforms. */
export function registrationObjects(
  images: RegisteredImages,
  result: { readonly movingToFixed: Mat4; readonly deformation: Deformation | null },
): { readonly linear: RegistrationToWrite; readonly deformable: DeformationToWrite | null } {
  const { patient, fixed, moving, studyDescription, createdAt, description, software = 'Theratwin' } = images
  const owner = {
    patient,
    studyUid: fixed.studyUid,
    studyDescription,
    frameOfReferenceUid: fixed.frameOfReferenceUid,
    createdAt,
  }
  const references = [referenceText(fixed), referenceText(moving)]
  const common = { label: 'REGISTRATION', fixed, moving, comment: description }
  const { movingToFixed, deformation } = result
  return {
    linear: {
      ...common,
      context: contextOf(owner, 'REG', 'Registration', [...references, JSON.stringify(movingToFixed)], software),
      type: isRigidTransform(movingToFixed) ? 'RIGID' : 'AFFINE',
      movingToFixed,
    },
    deformable: deformation
      ? {
          ...common,
          context: contextOf(
            owner,
            'DEFORMABLE_REG',
            'Deformable registration',
            [...references, JSON.stringify([deformation.grid, deformation.fixedToMoving]), deformation.displacementMm],
            software,
          ),
          deformation,
        }
      : null,
  }
}
