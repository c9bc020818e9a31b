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

/** What frames are told apart by: an element of each frame, inside a functional group. */
interface Dimension {
  readonly pointer: number
  readonly group: number
  readonly label: string
}
export const BY_SEGMENT: Dimension = { pointer: 0x0062000b, group: 0x0062000a, label: 'Segment' }
export const BY_POSITION: Dimension = { pointer: 0x00200032, group: 0x00209113, label: 'Position' }

/** Multi-frame Dimension module (PS3.3 C.7.6.17). */
export function dimensions(instanceUid: string, by: readonly Dimension[]): Dataset {
  const organization = `${instanceUid.slice(0, 60)}.1`
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: organization }],
    DimensionIndexSequence: by.map(({ pointer, group, label }) => ({
      DimensionOrganizationUID: organization,
      DimensionIndexPointer: [pointer],
      FunctionalGroupPointer: [group],
      DimensionDescriptionLabel: label,
    })),
  }
}

/** Frames of ones and zeros, equally long, as bits that follow each other without padding between frames (PS3.5 8.1.1). */
export function packedBits(frames: readonly Uint8Array[]): Uint8Array {
  const perFrame = frames[0]?.length ?? 0
  const bits = new Uint8Array(2 * Math.ceil((frames.length * perFrame) / 16))
  frames.forEach((bytes, frame) => {
    for (let n = 0; n < perFrame; n++) {
      if (bytes[n] !== 1) continue
      const bit = frame * perFrame + n
      bits[bit >> 3]! |= 1 << (bit & 7)
    }
  })
  return bits
}

/** Pixels of a segmentation (PS3.3 C.8.20.2): a bit for each voxel, or its part of a byte. */
export function segmentationPixels(columns: number, rows: number, frameCount: number, isBinary: boolean): Dataset {
  const bits = isBinary ? 1 : 8
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: String(frameCount),
    Rows: rows,
    Columns: columns,
    BitsAllocated: bits,
    BitsStored: bits,
    HighBit: bits - 1,
    PixelRepresentation: 0,
    LossyImageCompression: '00',
    SegmentationType: isBinary ? 'BINARY' : 'FRACTIONAL',
  }
}
