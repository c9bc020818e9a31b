import type { DicomVisit, RtStructToWrite } from '../../services/ports/dicomWriter.ts'
import type { Dataset } from './dataset.ts'
import { commonModules, instanceReferences, SOP_CLASS } from './modules.ts'
import { da, dsMm, tm } from './values.ts'

const STUDY_COMPONENT_MANAGEMENT = '1.2.840.10008.3.1.2.3.1'
/** An explicit DS value holds at most 65534 bytes; longer contours would be cut by readers or refused. */
const LONGEST_VALUE_BYTES = 65534

/** RT Structure Set Storage with closed planar contours, each tied to its CT slice. */
export function rtStructDataset(visit: DicomVisit, rt: RtStructToWrite): Dataset {
  const { reference } = rt
  const image = (slice: number): Dataset => ({
    ReferencedSOPClassUID: SOP_CLASS[reference.sopClass],
    ReferencedSOPInstanceUID: reference.instanceUids[slice]!,
  })
  return {
    ...commonModules('RTSTRUCT', visit, rt.series, rt.instanceUid),
    OperatorsName: '',
    InstanceNumber: '1',
    StructureSetLabel: rt.label,
    StructureSetName: rt.series.description,
    StructureSetDate: da(rt.series.start),
    StructureSetTime: tm(rt.series.start),
    ReferencedFrameOfReferenceSequence: [
      {
        FrameOfReferenceUID: reference.frameOfReferenceUid,
        RTReferencedStudySequence: [
          {
            ReferencedSOPClassUID: STUDY_COMPONENT_MANAGEMENT,
            ReferencedSOPInstanceUID: reference.studyUid,
            RTReferencedSeriesSequence: [
              { SeriesInstanceUID: reference.seriesUid, ContourImageSequence: instanceReferences(reference) },
            ],
          },
        ],
      },
    ],
    StructureSetROISequence: rt.structures.map((s) => ({
      ROINumber: String(s.number),
      ReferencedFrameOfReferenceUID: reference.frameOfReferenceUid,
      ROIName: s.name,
      ROIGenerationAlgorithm: 'AUTOMATIC',
    })),
    ROIContourSequence: rt.structures.map((s) => ({
      ROIDisplayColor: s.colourRgb.map(String),
      ReferencedROINumber: String(s.number),
      ContourSequence: s.contours.map(({ contour, slice }) => {
        const ContourData = Array.from(contour.pointsMm, dsMm)
        const bytes = ContourData.reduce((n, v) => n + v.length + 1, 0)
        if (bytes > LONGEST_VALUE_BYTES)
          throw new RangeError(`Contour of ${s.name} on slice ${slice} is too long for DICOM (${bytes} bytes)`)
        return {
          ContourImageSequence: [image(slice)],
          ContourGeometricType: 'CLOSED_PLANAR',
          NumberOfContourPoints: String(contour.pointsMm.length / 3),
          ContourData,
        }
      }),
    })),
    RTROIObservationsSequence: rt.structures.map((s) => ({
      ObservationNumber: String(s.number),
      ReferencedROINumber: String(s.number),
      ROIObservationLabel: s.name.slice(0, 16),
      RTROIInterpretedType: s.type,
      ROIInterpreter: '',
    })),
    ApprovalStatus: 'UNAPPROVED',
  }
}
