import type { Mat4 } from '../../../native-core/imaging/types.ts'
import type { DeformationToWrite, ReferencedImages, RegistrationToWrite } from '../../services/ports/dicomObjects.ts'
import type { Dataset } from './dataset.ts'
import { imageOrientation, imagePosition, matrixItem } from './geometry.ts'
import { commonReferences, contentIdentification, instancesOf, objectModules } from './objectModules.ts'
import { code, shortened } from './values.ts'

const IDENTITY: Mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
const IMAGE_CONTENT = code('125024', 'DCM', 'Image Content-based Alignment')

/**
 * Spatial Registration Storage. The frame of reference of the object is that of the fixed images; each item's matrix takes the
 * coordinates of its images to it (PS3.3 C.20.2.1.1).
 */
export function registrationDataset(object: RegistrationToWrite): Dataset {
  const item = (images: ReferencedImages, type: RegistrationToWrite['type'], matrix: Mat4): Dataset => ({
    ...(images.instances.length > 0 ? { ReferencedImageSequence: instancesOf(images) } : {}),
    FrameOfReferenceUID: images.frameOfReferenceUid,
    MatrixRegistrationSequence: [
      {
        FrameOfReferenceTransformationComment: shortened(object.comment, 64),
        MatrixSequence: [matrixItem(type, matrix)],
        RegistrationTypeCodeSequence: [IMAGE_CONTENT],
      },
    ],
  })
  return {
    ...head(object),
    RegistrationSequence: [
      item(object.fixed, 'RIGID', IDENTITY),
      item(object.moving, object.type, object.movingToFixed),
    ],
  }
}

/**
 * Deformable Spatial Registration Storage (PS3.3 A.39.2, C.20.3): a point of the fixed images' frame of reference, plus the offset of the
 * grid there, times the matrix after the deformation, is the point of the moving images' (C.20.3.1.1). Offsets are single precision.
 */
export function deformationDataset(object: DeformationToWrite): Dataset {
  const { grid, displacementMm, fixedToMoving } = object.deformation
  const { direction: d } = grid
  // The third axis of the grid is the cross product of the other two by definition: a left-handed grid is written the other way round.
  const handedness =
    (d[3] * d[7] - d[6] * d[4]) * d[2] + (d[6] * d[1] - d[0] * d[7]) * d[5] + (d[0] * d[4] - d[3] * d[1]) * d[8]
  const isReversed = handedness < 0
  const vectors = new Float32Array(displacementMm)
  const plane = 3 * grid.dimensions[0] * grid.dimensions[1]
  if (isReversed)
    for (let slice = 0; slice < grid.dimensions[2]; slice++) {
      const from = (grid.dimensions[2] - 1 - slice) * plane
      vectors.set(displacementMm.subarray(from, from + plane), slice * plane)
    }
  return {
    ...head(object),
    DeformableRegistrationSequence: [
      {
        ...(object.moving.instances.length > 0 ? { ReferencedImageSequence: instancesOf(object.moving) } : {}),
        SourceFrameOfReferenceUID: object.moving.frameOfReferenceUid,
        FrameOfReferenceTransformationComment: shortened(object.comment, 64),
        RegistrationTypeCodeSequence: [IMAGE_CONTENT],
        PostDeformationMatrixRegistrationSequence: [matrixItem('AFFINE', fixedToMoving)],
        DeformableRegistrationGridSequence: [
          {
            ImageOrientationPatient: imageOrientation(grid),
            ImagePositionPatient: imagePosition(grid, isReversed ? grid.dimensions[2] - 1 : 0),
            GridDimensions: [...grid.dimensions],
            GridResolution: [...grid.spacingMm],
            VectorGridData: vectors.buffer,
          },
        ],
      },
    ],
  }
}

function head(object: Omit<RegistrationToWrite, 'type' | 'movingToFixed'> | RegistrationToWrite): Dataset {
  const { context } = object
  const isDeformable = 'deformation' in object
  return {
    ...objectModules(isDeformable ? 'DEFORMABLE_REG' : 'REG', 'REG', context),
    Laterality: '',
    ...commonReferences(context.study.uid, [object.fixed, object.moving]),
    ...contentIdentification(object.label, context.series.description),
  }
}
