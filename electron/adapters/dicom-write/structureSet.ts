import { InputError } from '../../../native-core/errors/index.ts'
import type { RoiToWrite, StructureSetToWrite } from '../../services/ports/dicomObjects.ts'
import type { Dataset } from './dataset.ts'
import { instancesOf, objectModules } from './objectModules.ts'
import { da, dsMm, tm, shortened } from './values.ts'

const STUDY_COMPONENT_MANAGEMENT = '1.2.840.10008.3.1.2.3.1'
/** An explicit DS value holds at most 65534 bytes. */
const LONGEST_VALUE_BYTES = 65534

/** RT Structure Set Storage with closed planar contours. @throws InputError `dicom.contour-too-long`. */
export function structureSetDataset(object: StructureSetToWrite): Dataset {
  const { context, references, structures } = object
  return {
    ...objectModules('RTSTRUCT', 'RTSTRUCT', context),
    OperatorsName: '',
    StructureSetLabel: shortened(object.label, 16),
    StructureSetName: shortened(context.series.description, 64),
    StructureSetDate: da(context.createdAt),
    StructureSetTime: tm(context.createdAt),
    ReferencedFrameOfReferenceSequence: [
      {
        FrameOfReferenceUID: references.frameOfReferenceUid,
        RTReferencedStudySequence: [
          {
            ReferencedSOPClassUID: STUDY_COMPONENT_MANAGEMENT,
            ReferencedSOPInstanceUID: references.studyUid,
            RTReferencedSeriesSequence: [
              { SeriesInstanceUID: references.seriesUid, ContourImageSequence: instancesOf(references) },
            ],
          },
        ],
      },
    ],
    StructureSetROISequence: structures.map((roi) => ({
      ROINumber: String(roi.number),
      ReferencedFrameOfReferenceUID: references.frameOfReferenceUid,
      ROIName: shortened(roi.name, 64),
      ROIGenerationAlgorithm: roi.generation,
    })),
    ROIContourSequence: structures.map((roi) => ({
      ...(roi.colourRgb ? { ROIDisplayColor: roi.colourRgb.map(String) } : {}),
      ReferencedROINumber: String(roi.number),
      ...(roi.contours.length > 0 ? { ContourSequence: roi.contours.map((contour) => contourItem(roi, contour)) } : {}),
    })),
    RTROIObservationsSequence: structures.map((roi) => ({
      ObservationNumber: String(roi.number),
      ReferencedROINumber: String(roi.number),
      ROIObservationLabel: shortened(roi.name, 16),
      RTROIInterpretedType: shortened(roi.type, 16),
      ROIInterpreter: '',
    })),
    ApprovalStatus: 'UNAPPROVED',
  }
}

function contourItem({ name }: RoiToWrite, { pointsMm }: RoiToWrite['contours'][number]): Dataset {
  const ContourData = Array.from(pointsMm, dsMm)
  const bytes = ContourData.reduce((sum, value) => sum + value.length + 1, 0)
  if (bytes > LONGEST_VALUE_BYTES)
    throw new InputError(
      'dicom.contour-too-long',
      `A contour of "${name}" has ${pointsMm.length / 3} points: more than a DICOM element can hold.`,
      'Write the structures as a segmentation (SEG), or on a coarser grid.',
    )
  return {
    ContourGeometricType: 'CLOSED_PLANAR',
    NumberOfContourPoints: String(pointsMm.length / 3),
    ContourData,
  }
}
