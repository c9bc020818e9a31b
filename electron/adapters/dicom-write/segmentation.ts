import { InputError } from '../../../native-core/errors/index.ts'
import type { FractionalMask } from '../../../native-core/imaging/types.ts'
import type { CodedConcept, SegmentationToWrite } from '../../services/ports/dicomObjects.ts'
import type { Dataset } from './dataset.ts'
import {
  BY_POSITION,
  BY_SEGMENT,
  derivedFrom,
  dimensions,
  packedBits,
  segmentationPixels,
  sharedGeometry,
  slicePlane,
  slicesAlongNormal,
} from './frames.ts'
import { commonReferences, contentIdentification, objectModules } from './objectModules.ts'
import { cieLab, code, shortened } from './values.ts'

/** The largest stored part of a voxel. */
const WHOLE = 255

const concept = ({ value, scheme, meaning }: CodedConcept): Record<string, string> => code(value, scheme, meaning)

/**
 * Segmentation Storage (PS3.3 A.51, C.8.20): frames of each segment where it has voxels, along the normal of the slices. Segments may
 * overlap. Masks are cut to what lies inside the grid of the object.
 *
 * @throws InputError `dicom.empty` where no segment has a voxel.
 */
export function segmentationDataset(object: SegmentationToWrite): Dataset {
  const { grid, context, segments } = object
  const [columns, rows] = grid.dimensions
  const perFrame = rows * columns
  const isBinary = object.kind === 'binary'
  const frames: {
    readonly segment: number
    readonly slice: number
    readonly place: number
    readonly bytes: Uint8Array
  }[] = []
  for (const { number, mask } of segments)
    slicesAlongNormal(grid).forEach((slice, place) => {
      const bytes = frameOf(mask, slice, isBinary)
      if (bytes.some((byte) => byte > 0)) frames.push({ segment: number, slice, place, bytes })
    })
  if (frames.length === 0)
    throw new InputError(
      'dicom.empty',
      'The segmentation would have no voxels: nothing of the structures lies inside the image.',
      'Choose structures that lie inside the image.',
    )
  return {
    ...objectModules('SEG', 'SEG', context),
    ImageType: ['DERIVED', 'PRIMARY'],
    ...commonReferences(context.study.uid, [object.references]),
    ...dimensions(context.instanceUid, [BY_SEGMENT, BY_POSITION]),
    ...segmentationPixels(columns, rows, frames.length, isBinary),
    ...(isBinary ? {} : { SegmentationFractionalType: 'OCCUPANCY', MaximumFractionalValue: WHOLE }),
    SegmentsOverlap: segments.length === 1 ? 'NO' : 'UNDEFINED',
    ...contentIdentification(object.label, context.series.description),
    SegmentSequence: segments.map((segment) => ({
      SegmentNumber: segment.number,
      SegmentLabel: shortened(segment.name, 64),
      SegmentAlgorithmType: segment.algorithm.type,
      ...(segment.algorithm.type === 'MANUAL' ? {} : { SegmentAlgorithmName: shortened(segment.algorithm.name, 64) }),
      ...(segment.colourRgb ? { RecommendedDisplayCIELabValue: cieLab(segment.colourRgb) } : {}),
      SegmentedPropertyCategoryCodeSequence: [concept(segment.category)],
      SegmentedPropertyTypeCodeSequence: [concept(segment.property)],
      ...(segment.tracking ? { TrackingID: segment.tracking.id, TrackingUID: segment.tracking.uid } : {}),
    })),
    SharedFunctionalGroupsSequence: [
      { ...sharedGeometry(grid), ...derivedFrom(object.references, code('113076', 'DCM', 'Segmentation')) },
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ segment, slice, place }) => ({
      FrameContentSequence: [{ DimensionIndexValues: [segment, place + 1] }],
      ...slicePlane(grid, slice),
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
    })),
    PixelData: (isBinary ? packedBits(frames.map(({ bytes }) => bytes)) : joined(frames, perFrame))
      .buffer as ArrayBuffer,
    _vrMap: { PixelData: 'OB' },
  }
}

/** Stored values of one slice of the grid: parts of 255, or 0 and 1. */
function frameOf({ grid, box, fractions }: FractionalMask, slice: number, isBinary: boolean): Uint8Array {
  const [columns, rows] = grid.dimensions
  const bytes = new Uint8Array(columns * rows)
  const k = slice - box.start[2]
  if (k < 0 || k >= box.size[2]) return bytes
  for (let j = 0; j < box.size[1]; j++)
    for (let i = 0; i < box.size[0]; i++) {
      const fraction = fractions[i + box.size[0] * (j + box.size[1] * k)]!
      bytes[(j + box.start[1]) * columns + i + box.start[0]] = isBinary
        ? Number(fraction >= 0.5)
        : Math.round(Math.min(1, Math.max(0, fraction)) * WHOLE)
    }
  return bytes
}

function joined(frames: readonly { readonly bytes: Uint8Array }[], perFrame: number): Uint8Array {
  const bytes = new Uint8Array(2 * Math.ceil((frames.length * perFrame) / 2))
  frames.forEach((frame, n) => bytes.set(frame.bytes, n * perFrame))
  return bytes
}
