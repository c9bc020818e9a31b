/**
 * What the use cases ask of a reader of DICOM folders. Implemented by adapters/dicom; nothing here knows of files formats.
 */
import type { Deformation, ImageGrid, Mat4, StructureShape } from '../../../native-core/imaging/types.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type {
  ImageCamera,
  ImageQuantity,
  Instant,
  PatientIdentity,
  Radiopharmaceutical,
} from '../../contracts/domain.ts'
import type { StructureMethod, StructureReview } from '../../contracts/structures.ts'

export interface SourceFile {
  /** Absolute path of the readable file (for a zip: of the unpacked temporary copy). */
  readonly path: string
  /** The name to show: relative to what the user chose, for a zip `archive.zip!inner/name`. */
  readonly displayPath: string
  readonly sizeBytes: number
  /** Lower-case hex SHA-256 of the whole file. */
  readonly sha256: string
  readonly sopInstanceUid: string
  readonly sopClassUid: string
}

export interface ScannedObject {
  readonly patientKey: string
  readonly studyUid: string
  readonly studyDescription: string
  readonly seriesUid: string
  readonly seriesDescription: string
  readonly manufacturer: string
  readonly frameOfReferenceUid: string | null
  readonly files: readonly SourceFile[]
}

/** A volume on a regular grid, assembled from the slices or frames of (a part of) one series. */
export interface ScannedImage extends ScannedObject {
  /** Unique in the scan; the series UID, with a suffix where one series holds several volumes. */
  readonly key: string
  readonly modality: 'CT' | 'NM' | 'PT' | 'MR' | 'RTDOSE'
  readonly grid: ImageGrid
  readonly quantity: ImageQuantity
  readonly acquisitionStart: Instant | null
  readonly acquisitionDurationS: number | null
  readonly radiopharmaceutical: Radiopharmaceutical | null
  readonly lossyCompressed: boolean
  /** Of SPECT and PET; null for other images, and for those of a store that was written before it was kept. */
  readonly camera: ImageCamera | null
  /** 'ask' means a question in `problems` must be answered before the image's numbers may be used. */
  readonly verdict: 'accept' | 'warn' | 'ask'
}

export interface ScannedStructure {
  readonly number: number
  readonly name: string
  /** RT ROI interpreted type or segmented property, as in the file; '' if none. */
  readonly type: string
  readonly colourRgb: readonly [number, number, number] | null
  readonly shape: StructureShape
  /** What is known beyond the file of one that a person or a tool made here; left out for what a scan found. */
  readonly made?: {
    readonly method: StructureMethod
    readonly review: StructureReview
    readonly identity: string | null
  }
}

/** An RTSTRUCT or SEG object, or what was drawn or computed here. */
export interface ScannedStructureSet extends ScannedObject {
  readonly key: string
  readonly origin: 'RTSTRUCT' | 'SEG' | 'drawn' | 'computed'
  readonly label: string
  readonly referencedSeriesUid: string | null
  readonly structures: readonly ScannedStructure[]
}

/** Each transform maps coordinates of `fromFrameOfReferenceUid` to those of `toFrameOfReferenceUid` (DICOM PS3.3 C.20.2). */
export interface ScannedRegistration extends ScannedObject {
  readonly key: string
  /** Where it comes from and who accepted it, in words; left out for what a scan found. */
  readonly provenance?: string
  readonly transforms: readonly {
    readonly fromFrameOfReferenceUid: string
    readonly toFrameOfReferenceUid: string
    readonly type: 'RIGID' | 'RIGID_SCALE' | 'AFFINE'
    readonly matrix: Mat4
  }[]
  /** "from" is the moving images' frame of reference, "to" the fixed ones', in which the grid lies (C.20.3). */
  readonly deformations: readonly {
    readonly fromFrameOfReferenceUid: string
    readonly toFrameOfReferenceUid: string
    readonly deformation: Deformation
  }[]
}

/** A deformable registration that a person has accepted; its displacements stay in the store. */
export interface AcceptedDeformation {
  readonly registrationId: string
  readonly fieldId: string
  /** "from" is the frame of reference of the moving images, "to" that of the fixed ones. */
  readonly fromFrameOfReferenceUid: string
  readonly toFrameOfReferenceUid: string
  /** Its linear part, from → to. */
  readonly matrix: Mat4
  /** What it is and who accepted it, in words. */
  readonly provenance: string
}

/** A registration that came in a file and that nobody has accepted or rejected. */
export interface UnjudgedRegistration {
  /** In the store; the key of one that a scan found. */
  readonly registrationId: string
  /** What it is and where it comes from, in words. */
  readonly name: string
  readonly isDeformable: boolean
  readonly fromFrameOfReferenceUid: string
  readonly toFrameOfReferenceUid: string
}

/** Objects that are recognised and kept unchanged, but not computed with yet (planar NM, whole-body sweeps, reports, …). */
export interface ScannedKept extends ScannedObject {
  readonly key: string
  readonly modality: string
  readonly reason: string
}

export interface ScannedPatient {
  readonly patient: PatientIdentity
  readonly images: readonly ScannedImage[]
  readonly structureSets: readonly ScannedStructureSet[]
  /** Those that count. */
  readonly registrations: readonly ScannedRegistration[]
  /** They count nowhere, but are asked about where one is needed; left out: none. */
  readonly unjudgedRegistrations?: readonly UnjudgedRegistration[]
  /** The newest first; left out for what a scan found, which nobody has accepted. */
  readonly acceptedDeformations?: readonly AcceptedDeformation[]
  readonly kept: readonly ScannedKept[]
}

export interface ScannedFolder {
  readonly filesSeen: number
  readonly bytesSeen: number
  readonly patients: readonly ScannedPatient[]
  readonly problems: readonly ImportProblem[]
}

export interface ProgressSink {
  /** `fraction` 0 to 1; `what` is a short phrase for the job bar ("Reading headers", …). */
  (fraction: number, what: string): void
}

export interface DicomSource {
  /**
   * Reads every file below the given folders, files and zip archives. Refused and ignored items are in `problems`; only a path
   * that does not exist, or a cancelled scan, throws (InputError, CancelledError).
   */
  scan(paths: readonly string[], options: { progress?: ProgressSink; signal?: AbortSignal }): Promise<ScannedFolder>
  /**
   * Voxel values in the unit of `image.quantity` (HU; Bq/mL at acquisition start; counts; Gy), x fastest, on SharedArrayBuffer.
   * Throws InputError where pixel data is missing, truncated or cannot be decoded.
   */
  loadVoxels(image: ScannedImage, signal?: AbortSignal): Promise<Float32Array>
  close(): Promise<void>
}
