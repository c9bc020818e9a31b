/** Modules that all objects share: patient, study, series, frame of reference, equipment, SOP common. */
import type {
  DicomSeries,
  DicomVisit,
  RadiopharmaceuticalToWrite,
  ReferencedSeries,
} from '../../services/ports/dicomWriter.ts'
import type { Dataset } from './dataset.ts'
import { code, da, ds, dt, tm } from './values.ts'

export const SOP_CLASS = {
  CT: '1.2.840.10008.5.1.4.1.1.2',
  NM: '1.2.840.10008.5.1.4.1.1.20',
  PT: '1.2.840.10008.5.1.4.1.1.128',
  RTSTRUCT: '1.2.840.10008.5.1.4.1.1.481.3',
  SEG: '1.2.840.10008.5.1.4.1.1.66.4',
  REG: '1.2.840.10008.5.1.4.1.1.66.1',
  DEFORMABLE_REG: '1.2.840.10008.5.1.4.1.1.66.3',
  PARAMETRIC_MAP: '1.2.840.10008.5.1.4.1.1.30',
  RTDOSE: '1.2.840.10008.5.1.4.1.1.481.2',
  RTPLAN: '1.2.840.10008.5.1.4.1.1.481.5',
} as const

/** Age on a day in full years, as AS. */
function age(birthDate: string, day: string): string {
  const years = Math.floor((Number(day) - Number(birthDate)) / 10000)
  return `${String(years).padStart(3, '0')}Y`
}

/** SOP common, patient, study, series, equipment and frame of reference of one instance. */
export function commonModules(
  modality: keyof typeof SOP_CLASS,
  visit: DicomVisit,
  series: DicomSeries,
  instanceUid: string,
): Dataset {
  const { patient, study, equipment } = visit
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    InstanceCreationDate: da(series.start),
    InstanceCreationTime: tm(series.start),
    SOPClassUID: SOP_CLASS[modality],
    SOPInstanceUID: instanceUid,
    ...(visit.timezoneOffset === null ? {} : { TimezoneOffsetFromUTC: visit.timezoneOffset }),
    StudyDate: da(study.start),
    StudyTime: tm(study.start),
    SeriesDate: da(series.start),
    SeriesTime: tm(series.start),
    AccessionNumber: study.accession,
    Modality: modality,
    Manufacturer: equipment.manufacturer,
    InstitutionName: equipment.institution,
    ReferringPhysicianName: '',
    StationName: equipment.station,
    StudyDescription: study.description,
    SeriesDescription: series.description,
    ManufacturerModelName: equipment.model,
    PatientName: patient.name,
    PatientID: patient.id,
    PatientBirthDate: patient.birthDate,
    PatientSex: patient.sex,
    PatientAge: age(patient.birthDate, da(study.start)),
    PatientSize: ds(patient.heightM),
    PatientWeight: ds(patient.weightKg),
    DeviceSerialNumber: equipment.serialNumber,
    SoftwareVersions: equipment.software,
    StudyInstanceUID: study.uid,
    SeriesInstanceUID: series.uid,
    StudyID: study.id,
    SeriesNumber: String(series.number),
    FrameOfReferenceUID: visit.frameOfReferenceUid,
    PositionReferenceIndicator: '',
  }
}

/** Acquisition and content times of an image. */
export function acquisitionTimes(start: string): Dataset {
  return { AcquisitionDate: da(start), AcquisitionTime: tm(start), ContentDate: da(start), ContentTime: tm(start) }
}

/** NM/PET patient orientation: recumbent, on the back or front, head or feet first. */
export function patientOrientation(position: DicomVisit['patientPosition']): Dataset {
  return {
    PatientOrientationCodeSequence: [
      {
        ...code('102538003', 'SCT', 'recumbent'),
        PatientOrientationModifierCodeSequence: [
          position.endsWith('S') ? code('40199007', 'SCT', 'supine') : code('1240000', 'SCT', 'prone'),
        ],
      },
    ],
    PatientGantryRelationshipCodeSequence: [
      position.startsWith('H') ? code('102540008', 'SCT', 'headfirst') : code('102541007', 'SCT', 'feet-first'),
    ],
  }
}

/** Radiopharmaceutical information of NM (activity in MBq, PS3.3 C.8.4.10) or PT (in Bq, C.8.9.2). */
export function radiopharmaceutical(
  modality: 'NM' | 'PT',
  r: RadiopharmaceuticalToWrite,
  timezoneOffset: string | null,
): Dataset {
  return {
    RadiopharmaceuticalInformationSequence: [
      {
        Radiopharmaceutical: r.agent,
        RadiopharmaceuticalRoute: 'Intravenous route',
        RadiopharmaceuticalVolume: ds(r.volumeMl),
        RadiopharmaceuticalStartTime: tm(r.start),
        RadiopharmaceuticalStopTime: tm(r.stop),
        RadionuclideTotalDose: ds(modality === 'NM' ? r.administeredActivityBq / 1e6 : r.administeredActivityBq),
        RadionuclideHalfLife: ds(r.halfLifeS),
        ...(modality === 'PT' ? { RadionuclidePositronFraction: ds(r.positronFraction) } : {}),
        RadiopharmaceuticalStartDateTime: dt(r.start, timezoneOffset),
        RadiopharmaceuticalStopDateTime: dt(r.stop, timezoneOffset),
        RadionuclideCodeSequence: [code(r.nuclideCode.value, 'SCT', r.nuclideCode.meaning)],
        AdministrationRouteCodeSequence: [code('47625008', 'SCT', 'Intravenous route')],
        ...(r.agentCode
          ? { RadiopharmaceuticalCodeSequence: [code(r.agentCode.value, 'SCT', r.agentCode.meaning)] }
          : {}),
      },
    ],
  }
}

/** References to all instances of a series. */
export function instanceReferences(reference: ReferencedSeries): Dataset[] {
  return reference.instanceUids.map((uid) => ({
    ReferencedSOPClassUID: SOP_CLASS[reference.sopClass],
    ReferencedSOPInstanceUID: uid,
  }))
}
