/** Modules that objects for any patient share. */
import type { ObjectContext, ReferencedImages } from '../../services/ports/dicomObjects.ts'
import type { Dataset } from './dataset.ts'
import { SOP_CLASS } from './modules.ts'
import { da, tm, shortened } from './values.ts'

/** SOP common, patient, study, series, equipment and frame of reference of one instance. */
export function objectModules(sopClass: keyof typeof SOP_CLASS, modality: string, context: ObjectContext): Dataset {
  const { patient, study, series, equipment, createdAt } = context
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    InstanceCreationDate: da(createdAt),
    InstanceCreationTime: tm(createdAt),
    SOPClassUID: SOP_CLASS[sopClass],
    SOPInstanceUID: context.instanceUid,
    StudyDate: study.start === null ? '' : da(study.start),
    StudyTime: study.start === null ? '' : tm(study.start),
    SeriesDate: da(createdAt),
    SeriesTime: tm(createdAt),
    ContentDate: da(createdAt),
    ContentTime: tm(createdAt),
    AccessionNumber: '',
    Modality: modality,
    Manufacturer: equipment.manufacturer,
    ReferringPhysicianName: '',
    StudyDescription: study.description,
    SeriesDescription: series.description,
    ManufacturerModelName: equipment.model,
    DeviceSerialNumber: equipment.serialNumber,
    SoftwareVersions: equipment.software,
    PatientName: patient.name,
    PatientID: patient.id,
    PatientBirthDate: patient.birthDate,
    PatientSex: patient.sex,
    StudyInstanceUID: study.uid,
    SeriesInstanceUID: series.uid,
    StudyID: study.id,
    SeriesNumber: String(series.number),
    InstanceNumber: '1',
    FrameOfReferenceUID: context.frameOfReferenceUid,
    PositionReferenceIndicator: '',
  }
}

/** What the object is called by whoever made it (PS3.3 table 10-12). */
export function contentIdentification(label: string, description: string): Dataset {
  return { ContentLabel: codeString(label), ContentDescription: shortened(description, 64), ContentCreatorName: '' }
}

/** A text as CS: capitals, digits, space and underscore, at most 16. */
export function codeString(text: string): string {
  const plain = text
    .toUpperCase()
    .replace(/[^A-Z0-9 _]+/g, '_')
    .slice(0, 16)
    .trim()
  return plain === '' ? 'UNNAMED' : plain
}

/** Items that refer to the instances. */
export function instancesOf(images: ReferencedImages): Dataset[] {
  return images.instances.map(({ sopClassUid, sopInstanceUid }) => ({
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
  }))
}

/** Common Instance Reference (PS3.3 C.12.2): series of the object's own study, and of other studies. */
export function commonReferences(studyUid: string, series: readonly (ReferencedImages | null)[]): Dataset {
  const given = series.filter((images): images is ReferencedImages => images !== null && images.instances.length > 0)
  const item = (images: ReferencedImages): Dataset => ({
    SeriesInstanceUID: images.seriesUid,
    ReferencedInstanceSequence: instancesOf(images),
  })
  const here = given.filter((images) => images.studyUid === studyUid)
  const elsewhere = given.filter((images) => images.studyUid !== studyUid)
  return {
    ...(here.length > 0 ? { ReferencedSeriesSequence: here.map(item) } : {}),
    ...(elsewhere.length > 0
      ? {
          StudiesContainingOtherReferencedInstancesSequence: [
            ...new Set(elsewhere.map(({ studyUid: uid }) => uid)),
          ].map((uid) => ({
            StudyInstanceUID: uid,
            ReferencedSeriesSequence: elsewhere.filter((images) => images.studyUid === uid).map(item),
          })),
        }
      : {}),
  }
}
