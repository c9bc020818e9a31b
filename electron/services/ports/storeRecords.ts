/** What the patient store holds: patients, courses, cycles, images, structures, registrations, imports, decisions, settings. */
import type { ImageGrid, Mat4 } from '../../../native-core/imaging/types.ts'
import type {
  ImageCamera,
  ImageQuantity,
  Instant,
  PatientIdentity,
  Radiopharmaceutical,
} from '../../contracts/domain.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { RegistrationQuality } from '../../contracts/registrations.ts'
import type { StructureMethod, StructureReview } from '../../contracts/structures.ts'
import type { VolumeId } from './volumeStore.ts'

export type EntityName =
  | 'patient'
  | 'course'
  | 'cycle'
  | 'time-point'
  | 'study'
  | 'series'
  | 'source-file'
  | 'image'
  | 'structure-set'
  | 'structure'
  | 'registration'
  | 'calibration'
  | 'population'
  | 'measured-series'
  | 'decision'
  | 'setting'
  | 'artifact'
  | 'import-batch'
  | 'data-set'

/**
 * Points at one record. For 'decision' the id is `decisionSlot(subject, code)`, for 'setting' its name, for 'artifact' its key, for
 * 'source-file' its SHA-256. 'data-set' is not a record but a data file of resources/ (see `fixedInput`).
 */
export interface EntityRef {
  readonly entity: EntityName
  readonly id: string
}

/**
 * Every stored record says what it is (`id`) and what it says: `contentHash` is the SHA-256 of the canonical JSON of all that a number may
 * depend on. Texts that only people read (labels, descriptions, a patient's name) and ids are left out of it.
 */
export interface Stored {
  readonly id: string
  readonly contentHash: string
}

// ---------------------------------------------------------------- patients, courses, cycles

export interface PatientRecord extends PatientIdentity, Stored {}

export interface CourseInput {
  readonly patientId: string
  /** Natural key within the patient; by custom `<nuclide>|<agent>`, with a number behind it for a second course of the same. */
  readonly key: string
  /** As the user should read it, e.g. "177Lu-PSMA-617". */
  readonly agent: string
  /** "Lu-177"; null while unknown. */
  readonly nuclide: string | null
}
export interface CourseRecord extends CourseInput, Stored {}

/** One administration. What the files leave open is null until a person answers. */
export interface CycleInput {
  readonly courseId: string
  /** Natural key within the course: stays the same when the time or activity is corrected later. By custom the first injection date. */
  readonly key: string
  /** 1, 2, … in the order of administration; unique in its course. */
  readonly number: number
  /** Administered minus residual, at administration start. 1e4 to 1e12 Bq. */
  readonly netActivityBq: number | null
  readonly administrationStart: Instant | null
  readonly administrationStop: Instant | null
  /** Total amount of ligand, labelled and unlabelled, in mol. Below 1e-3 mol. */
  readonly ligandAmountMol: number | null
}
export interface CycleRecord extends CycleInput, Stored {}

export type TimePointImageRole = 'emission' | 'anatomy' | 'other'

export interface TimePointInput {
  readonly cycleId: string
  /** Natural key within the cycle; by custom the key of its emission image. */
  readonly key: string
  /** As shown, e.g. "24 h". */
  readonly label: string
  /** Start of the emission acquisition; hours p.i. are computed from it, never stored. */
  readonly acquisitionStart: Instant | null
  /** Kept in the order of their ids. */
  readonly images: readonly { readonly imageId: string; readonly role: TimePointImageRole }[]
}
export interface TimePointRecord extends TimePointInput, Stored {}

// ---------------------------------------------------------------- studies, series, files, images

export interface StudyInput {
  readonly patientId: string
  readonly studyUid: string
  readonly description: string
}
export interface StudyRecord extends StudyInput, Stored {}

export interface SeriesInput {
  readonly studyId: string
  readonly seriesUid: string
  /** DICOM modality as in the file: CT, NM, PT, MR, RTSTRUCT, SEG, REG, RTDOSE, or another that is kept. */
  readonly modality: string
  readonly description: string
  readonly manufacturer: string
  readonly frameOfReferenceUid: string | null
  /** Why nothing is computed with this series yet ("planar acquisition"); null for a series that is used. */
  readonly keptBecause: string | null
}
export interface SeriesRecord extends SeriesInput, Stored {}

/** An original file, unchanged. Its bytes are the volume with id `sha256`. */
export interface SourceFileInput {
  readonly seriesId: string
  /** SHA-256 of the whole file; put the bytes into `store.volumes` first, the id is this. */
  readonly sha256: string
  readonly sopInstanceUid: string
  readonly sopClassUid: string
  /** File name to show, relative to what the user chose. Kept from the first import; not part of the content. */
  readonly displayPath: string
}
export interface SourceFileRecord extends SourceFileInput {
  readonly sizeBytes: number
}

export interface ImageInput {
  readonly seriesId: string
  /** Unique in the patient: the series UID, with a suffix where one series holds several volumes (ScannedImage.key). */
  readonly key: string
  readonly modality: 'CT' | 'NM' | 'PT' | 'MR' | 'RTDOSE'
  readonly grid: ImageGrid
  readonly quantity: ImageQuantity
  readonly frameOfReferenceUid: string | null
  readonly acquisitionStart: Instant | null
  readonly acquisitionDurationS: number | null
  readonly radiopharmaceutical: Radiopharmaceutical | null
  readonly lossyCompressed: boolean
  /**
   * Of SPECT and PET; null for other images, and for those that were stored before it was kept. Not part of the content hash; an image without one
   * gets it when it is added again.
   */
  readonly camera: ImageCamera | null
  readonly verdict: 'accept' | 'warn' | 'ask'
  /** Voxels as little-endian float32, x fastest (`store.voxels.put`). Its size must be 4 × the product of the dimensions. */
  readonly voxelsVolumeId: VolumeId
  /** The files it was made from, as SHA-256, kept sorted; each must have been added before (`addSourceFile`). */
  readonly sourceSha256s: readonly string[]
}
export interface ImageRecord extends ImageInput, Stored {
  readonly patientId: string
  readonly studyUid: string
  readonly seriesUid: string
  readonly seriesDescription: string
  readonly manufacturer: string
}

// ---------------------------------------------------------------- structures, registrations

export interface StructureInput {
  /** ROI or segment number in its set; unique in the set. */
  readonly number: number
  readonly name: string
  /** RT ROI interpreted type or segmented property; '' if none. */
  readonly type: string
  readonly colourRgb: readonly [number, number, number] | null
  /** `store.shapes.put(shape)`. */
  readonly geometryVolumeId: VolumeId
  /** How it was made; null for one that came in a file. Not part of the content hash, as `review` and `identity` are not. */
  readonly method: StructureMethod | null
  readonly review: StructureReview
  /** The same text for what is the same lesion at other time points and in other cycles; null where it is not followed. */
  readonly identity: string | null
}

export interface StructureSetInput {
  readonly patientId: string
  /** The DICOM series it came in; null for one that was drawn or computed here. */
  readonly seriesId: string | null
  /** Unique in the patient (ScannedStructureSet.key, or made by the tool that drew it). */
  readonly key: string
  readonly origin: 'RTSTRUCT' | 'SEG' | 'drawn' | 'computed'
  readonly label: string
  readonly frameOfReferenceUid: string | null
  readonly referencedSeriesUid: string | null
  readonly sourceSha256s: readonly string[]
  readonly structures: readonly StructureInput[]
}
export interface StructureRecord extends StructureInput, Stored {
  readonly structureSetId: string
}
export interface StructureSetRecord extends Omit<StructureSetInput, 'structures'>, Stored {
  readonly structures: readonly StructureRecord[]
}

export interface RegistrationInput {
  readonly patientId: string
  /** Unique in the patient: ScannedRegistration.key with the number of the transform, or made by what computed it. */
  readonly key: string
  readonly fromFrameOfReferenceUid: string
  readonly toFrameOfReferenceUid: string
  /** DEFORMABLE exactly where `deformation` is given. */
  readonly type: 'RIGID' | 'RIGID_SCALE' | 'AFFINE' | 'DEFORMABLE'
  /** 4×4, row-major, patient LPS mm to patient LPS mm; last row 0 0 0 1. Of a deformable one the linear part. */
  readonly matrix: Mat4
  readonly deformation: StoredDeformation | null
  readonly origin: 'REG' | 'same-frame-of-reference' | 'computed' | 'manual'
  /** How it was made and how well it fits; null for one that came in a file. Not part of the content hash. */
  readonly method: RegistrationMethod | null
  readonly sourceSha256s: readonly string[]
}
/** A `Deformation` of native-core: "to" is its fixed image, "from" its moving one. */
export interface StoredDeformation {
  readonly grid: ImageGrid
  readonly fixedToMoving: Mat4
  /** x, y, z in mm for each voxel of the grid (`store.voxels.put`). */
  readonly displacementVolumeId: VolumeId
}
export interface RegistrationMethod {
  /** In words, with the settings. */
  readonly description: string
  readonly remarks: readonly string[]
  readonly quality: RegistrationQuality | null
}
export type RegistrationStatus = 'proposed' | 'accepted' | 'rejected'
export interface RegistrationRecord extends RegistrationInput, Stored {
  readonly status: RegistrationStatus
  /** Who accepted or rejected it and when (ISO 8601 UTC); null while proposed. */
  readonly decidedBy: string | null
  readonly decidedAt: string | null
}

// ---------------------------------------------------------------- calibrations of cameras

/** Of the site, not of a patient. A calibration is never changed: a better one is added, an old one retired. */
export interface CalibrationInput {
  /** Unique in the store. */
  readonly key: string
  /** What `content` is, with the version of its schema: contracts/calibrations.ts. */
  readonly kind: string
  /** Plain JSON, units in the names. */
  readonly content: unknown
}
export interface CalibrationRecord extends CalibrationInput, Stored {
  /** ISO 8601 UTC. */
  readonly addedAt: string
  readonly addedBy: string
}

// ---------------------------------------------------------------- populations

/** Of the site, not of a patient. A population is never changed: a new version of its name is added, an old one retired. */
export interface PopulationInput {
  /** Unique in the store together with the version. */
  readonly name: string
  /** 1, 2, 3, … */
  readonly version: number
  /** What `content` is, with the version of its schema: contracts/populations.ts. */
  readonly kind: string
  /** Plain JSON, units in the names. */
  readonly content: unknown
}
export interface PopulationRecord extends PopulationInput, Stored {
  /** ISO 8601 UTC. */
  readonly addedAt: string
  readonly addedBy: string
}

// ---------------------------------------------------------------- measured series

/** Of a patient. A series is never changed; another one stands beside it, an old one is retired. */
export interface MeasuredSeriesInput {
  readonly patientId: string
  readonly kind: 'activity' | 'marker'
  /** Of contracts/measuredSeries.ts, by its kind. */
  readonly content: unknown
}
export interface MeasuredSeriesRecord extends MeasuredSeriesInput, Stored {
  /** ISO 8601 UTC. */
  readonly addedAt: string
  readonly addedBy: string
}

// ---------------------------------------------------------------- import, decisions, settings

export interface ImportBatchInput {
  /** What the user chose, as shown (folder or archive names). */
  readonly sources: readonly string[]
  readonly programVersion: string
  readonly filesSeen: number
  readonly bytesSeen: number
  readonly problems: readonly { readonly patientId: string | null; readonly problem: ImportProblem }[]
}
export interface ImportBatchRecord extends Omit<ImportBatchInput, 'problems'> {
  readonly id: string
  /** ISO 8601 UTC. */
  readonly importedAt: string
}

/**
 * A person's answer to a question (calibration factor, injection time, nuclide choice, lesion policy, …). Answers are never
 * overwritten; the newest answer to (subject, code) counts, earlier ones stay readable.
 */
export interface DecisionInput {
  readonly subject: EntityRef
  /** Usually the code of the problem it answers: 'activity.needs-calibration', 'time.injection', 'policy.lesions-in-organ', … */
  readonly code: string
  /** Plain JSON, units in the names: { "factorCpsPerMBq": 9.2, "relativeUncertainty": 0.03, … }. null withdraws the answer. */
  readonly value: unknown
  /** Free text reason; '' if none. */
  readonly reason: string
}
export interface DecisionRecord extends DecisionInput {
  readonly sequence: number
  readonly decidedBy: string
  /** ISO 8601 UTC. */
  readonly decidedAt: string
}

export interface SettingRecord {
  readonly name: string
  readonly value: unknown
  readonly contentHash: string
}

/** The id that a decision has as an artifact input. */
export function decisionSlot(subject: EntityRef, code: string): string {
  return `${subject.entity}/${subject.id}/${code}`
}
