/**
 * Objects that a use case writes for any patient: segmentations, structure sets, registrations, activity maps. Implemented by
 * adapters/dicom-write. What is not known of a patient or a study is '' or null.
 */
import type { Deformation, FractionalMask, ImageGrid, Mat4, PlanarContour } from '../../../native-core/imaging/types.ts'

/** What an object belongs to and what made it. */
export interface ObjectContext {
  readonly patient: {
    /** DICOM PN. */
    readonly name: string
    readonly id: string
    /** YYYYMMDD. */
    readonly birthDate: string
    readonly sex: 'M' | 'F' | 'O' | ''
  }
  readonly study: {
    readonly uid: string
    readonly id: string
    readonly description: string
    /** Local ISO time without a zone. */
    readonly start: string | null
  }
  readonly series: { readonly uid: string; readonly number: number; readonly description: string }
  readonly instanceUid: string
  /** Of the object itself: that of its images, for a registration that of the fixed ones. */
  readonly frameOfReferenceUid: string
  readonly equipment: {
    readonly manufacturer: string
    readonly model: string
    readonly software: string
    readonly serialNumber: string
  }
  /** Local ISO time without a zone: the same content at the same time gives the same bytes. */
  readonly createdAt: string
}

/** The images that an object is about: instances of one series. */
export interface ReferencedImages {
  readonly studyUid: string
  readonly seriesUid: string
  readonly frameOfReferenceUid: string
  readonly instances: readonly { readonly sopClassUid: string; readonly sopInstanceUid: string }[]
}

export interface CodedConcept {
  readonly value: string
  readonly scheme: string
  readonly meaning: string
}

export interface SegmentToWrite {
  /** 1, 2, 3, … */
  readonly number: number
  readonly name: string
  readonly colourRgb: readonly [number, number, number] | null
  readonly algorithm: { readonly type: 'MANUAL' | 'SEMIAUTOMATIC' | 'AUTOMATIC'; readonly name: string }
  readonly category: CodedConcept
  readonly property: CodedConcept
  /** The same for what is the same lesion in every object; null where it is not followed. */
  readonly tracking: { readonly id: string; readonly uid: string } | null
  /** On the grid of the object. */
  readonly mask: FractionalMask
}

export interface SegmentationToWrite {
  readonly context: ObjectContext
  readonly label: string
  readonly references: ReferencedImages | null
  readonly grid: ImageGrid
  /** fractional: occupancy in steps of 1/255. binary: voxels at least half of which lie inside. */
  readonly kind: 'binary' | 'fractional'
  readonly segments: readonly SegmentToWrite[]
}

export interface RoiToWrite {
  readonly number: number
  readonly name: string
  /** RT ROI interpreted type, '' for none. */
  readonly type: string
  readonly colourRgb: readonly [number, number, number] | null
  readonly generation: 'MANUAL' | 'SEMIAUTOMATIC' | 'AUTOMATIC' | ''
  /** Closed and planar; what lies inside an even number of them is outside. */
  readonly contours: readonly PlanarContour[]
}

export interface StructureSetToWrite {
  readonly context: ObjectContext
  readonly label: string
  readonly references: ReferencedImages
  readonly structures: readonly RoiToWrite[]
}

export interface RegistrationToWrite {
  readonly context: ObjectContext
  readonly label: string
  readonly fixed: ReferencedImages
  readonly moving: ReferencedImages
  readonly type: 'RIGID' | 'RIGID_SCALE' | 'AFFINE'
  readonly movingToFixed: Mat4
  /** In words, shortened to 64 characters in the object. */
  readonly comment: string
}

export interface DeformationToWrite extends Omit<RegistrationToWrite, 'type' | 'movingToFixed'> {
  readonly deformation: Deformation
}

/** Activity concentration at the start of the acquisition. */
export interface ActivityMapToWrite {
  readonly context: ObjectContext
  readonly label: string
  readonly modality: 'NM' | 'PT'
  readonly references: ReferencedImages | null
  readonly grid: ImageGrid
  /** Bq/mL, finite, x fastest. */
  readonly concentrationBqPerMl: Float32Array
  /** Local ISO times without a zone; null where not known. */
  readonly acquisitionStart: string | null
  /** What was done to the values, in words. */
  readonly derivation: string
}

/** Each call writes one file, `name` in `folder` (made if missing), and answers with its path. */
export interface DicomObjectWriter {
  /** @throws InputError `dicom.empty` where no segment has a voxel. */
  writeSegmentation(object: SegmentationToWrite, folder: string, name: string): Promise<string>
  /** @throws InputError `dicom.contour-too-long` for a contour that no DICOM element can hold. */
  writeStructureSet(object: StructureSetToWrite, folder: string, name: string): Promise<string>
  writeRegistration(object: RegistrationToWrite, folder: string, name: string): Promise<string>
  writeDeformation(object: DeformationToWrite, folder: string, name: string): Promise<string>
  writeActivityMap(object: ActivityMapToWrite, folder: string, name: string): Promise<string>
}
