import type { Mat4 } from '../../../native-core/imaging/types.ts'
import type { DicomVisit, ReferencedSeries, RegToWrite } from '../../services/ports/dicomWriter.ts'
import type { Dataset } from './dataset.ts'
import { matrixItem } from './geometry.ts'
import { commonModules, instanceReferences } from './modules.ts'
import { code, da, tm } from './values.ts'

const IDENTITY: Mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/**
 * Spatial Registration Storage. The frame of reference of the object is that of the fixed images; each item's matrix takes the
 * coordinates of its images to it (PS3.3 C.20.2.1.1).
 */
export function regDataset(visit: DicomVisit, reg: RegToWrite): Dataset {
  const item = (images: ReferencedSeries, matrix: Mat4): Dataset => ({
    ReferencedImageSequence: instanceReferences(images),
    FrameOfReferenceUID: images.frameOfReferenceUid,
    MatrixRegistrationSequence: [
      {
        MatrixSequence: [matrixItem('RIGID', matrix)],
        RegistrationTypeCodeSequence: [code('125024', 'DCM', 'Image Content-based Alignment')],
      },
    ],
  })
  const seriesReference = (r: ReferencedSeries): Dataset => ({
    SeriesInstanceUID: r.seriesUid,
    ReferencedInstanceSequence: instanceReferences(r),
  })
  const inStudy = [reg.moving, reg.fixed].filter((r) => r.studyUid === visit.study.uid)
  const elsewhere = [reg.moving, reg.fixed].filter((r) => r.studyUid !== visit.study.uid)
  return {
    ...commonModules('REG', visit, reg.series, reg.instanceUid),
    FrameOfReferenceUID: reg.fixed.frameOfReferenceUid,
    BodyPartExamined: visit.bodyPart,
    ContentDate: da(reg.series.start),
    ContentTime: tm(reg.series.start),
    InstanceNumber: '1',
    ...(inStudy.length > 0 ? { ReferencedSeriesSequence: inStudy.map(seriesReference) } : {}),
    ...(elsewhere.length > 0
      ? {
          StudiesContainingOtherReferencedInstancesSequence: elsewhere.map((r) => ({
            StudyInstanceUID: r.studyUid,
            ReferencedSeriesSequence: [seriesReference(r)],
          })),
        }
      : {}),
    ContentLabel: reg.label,
    ContentDescription: reg.series.description,
    ContentCreatorName: '',
    RegistrationSequence: [item(reg.fixed, IDENTITY), item(reg.moving, reg.movingToFixed)],
  }
}
