import type { DicomVisit, SegToWrite } from '../../services/ports/dicomWriter.ts'
import type { Dataset } from './dataset.ts'
import {
  BY_POSITION,
  BY_SEGMENT,
  dimensions,
  packedBits,
  segmentationPixels,
  sharedGeometry,
  slicePlane,
} from './frames.ts'
import { commonModules, instanceReferences, SOP_CLASS } from './modules.ts'
import { cieLab, code, da, tm } from './values.ts'

/** Segmentation Storage, BINARY: one bit a voxel, frames of each segment where it has voxels, in slice order. */
export function segDataset(visit: DicomVisit, seg: SegToWrite): Dataset {
  const { grid, reference } = seg
  const [nx, ny, nz] = grid.dimensions
  const perSlice = nx * ny
  const frames: { segment: number; slice: number }[] = []
  seg.segments.forEach((s, index) => {
    for (let k = 0; k < nz; k++) {
      if (s.voxels.subarray(k * perSlice, (k + 1) * perSlice).includes(1)) frames.push({ segment: index, slice: k })
    }
  })
  if (frames.length === 0) throw new RangeError('A segmentation needs at least one voxel')
  const bits = packedBits(
    frames.map(({ segment, slice }) =>
      seg.segments[segment]!.voxels.subarray(slice * perSlice, (slice + 1) * perSlice),
    ),
  )
  return {
    ...commonModules('SEG', visit, seg.series, seg.instanceUid),
    ImageType: ['DERIVED', 'PRIMARY'],
    ContentDate: da(seg.series.start),
    ContentTime: tm(seg.series.start),
    InstanceNumber: '1',
    ReferencedSeriesSequence: [
      { SeriesInstanceUID: reference.seriesUid, ReferencedInstanceSequence: instanceReferences(reference) },
    ],
    ...dimensions(seg.instanceUid, [BY_SEGMENT, BY_POSITION]),
    ...segmentationPixels(nx, ny, frames.length, true),
    ContentLabel: seg.label,
    ContentDescription: seg.series.description,
    ContentCreatorName: '',
    SegmentSequence: seg.segments.map((s) => ({
      SegmentNumber: s.number,
      SegmentLabel: s.name,
      SegmentAlgorithmType: 'AUTOMATIC',
      SegmentAlgorithmName: visit.equipment.software,
      RecommendedDisplayCIELabValue: cieLab(s.colourRgb),
      SegmentedPropertyCategoryCodeSequence: [code(s.category.value, 'SCT', s.category.meaning)],
      SegmentedPropertyTypeCodeSequence: [code(s.property.value, 'SCT', s.property.meaning)],
    })),
    SharedFunctionalGroupsSequence: [sharedGeometry(grid)],
    PerFrameFunctionalGroupsSequence: frames.map(({ segment, slice }) => ({
      DerivationImageSequence: [
        {
          DerivationCodeSequence: [code('113076', 'DCM', 'Segmentation')],
          SourceImageSequence: [
            {
              ReferencedSOPClassUID: SOP_CLASS[reference.sopClass],
              ReferencedSOPInstanceUID: reference.instanceUids[slice]!,
              PurposeOfReferenceCodeSequence: [code('121322', 'DCM', 'Source image for image processing operation')],
            },
          ],
        },
      ],
      FrameContentSequence: [{ DimensionIndexValues: [seg.segments[segment]!.number, slice + 1] }],
      ...slicePlane(grid, slice),
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: seg.segments[segment]!.number }],
    })),
    PixelData: bits.buffer as ArrayBuffer,
    _vrMap: { PixelData: 'OB' },
  }
}
