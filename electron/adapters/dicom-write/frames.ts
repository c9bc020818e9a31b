/** Multi-frame functional groups: the geometry of slices of a grid. */
import type { ImageGrid } from '../../../native-core/imaging/types.ts'
import type { ReferencedImages } from '../../services/ports/dicomObjects.ts'
import type { Dataset } from './dataset.ts'
import { imageOrientation, imagePosition, pixelSpacing, stepAlongNormalMm } from './geometry.ts'
import { instancesOf } from './objectModules.ts'
import { code, ds } from './values.ts'

/** Pixel measures and plane orientation, which all frames share. */
export function sharedGeometry(grid: ImageGrid): Dataset {
  return {
    PixelMeasuresSequence: [
      {
        SliceThickness: ds(grid.spacingMm[2]),
        SpacingBetweenSlices: ds(grid.spacingMm[2]),
        PixelSpacing: pixelSpacing(grid),
      },
    ],
    PlaneOrientationSequence: [{ ImageOrientationPatient: imageOrientation(grid) }],
  }
}

/** Where the frame of a slice lies. */
export function slicePlane(grid: ImageGrid, slice: number): Dataset {
  return { PlanePositionSequence: [{ ImagePositionPatient: imagePosition(grid, slice) }] }
}

/** The slices of a grid in the order of their normal, as readers expect frames to follow each other. */
export function slicesAlongNormal(grid: ImageGrid): number[] {
  const slices = Array.from({ length: grid.dimensions[2] }, (_, slice) => slice)
  return stepAlongNormalMm(grid) < 0 ? slices.reverse() : slices
}

/** From which images all frames were made; nothing where no images are known. */
export function derivedFrom(images: ReferencedImages | null, how: Readonly<Record<string, string>>): Dataset {
  if (!images || images.instances.length === 0) return {}
  const purpose = code('121322', 'DCM', 'Source image for image processing operation')
  return {
    DerivationImageSequence: [
      {
        DerivationCodeSequence: [how],
        SourceImageSequence: instancesOf(images).map((item) => ({
          ...item,
          PurposeOfReferenceCodeSequence: [purpose],
        })),
      },
    ],
  }
}
