/**
 * What a use case asks of a writer of DICOM files. Implemented by adapters/dicom-write; here is only what the objects mean.
 * Every UID comes from the caller, so that objects can refer to each other and the same case gives the same files.
 */
import type { ImageGrid, Mat4, PlanarContour } from '../../../native-core/imaging/types.ts'
import type { ObjectContext } from './dicomObjects.ts'

/** What all objects of one visit share. Times are local ISO strings without a zone. */
export interface DicomVisit {
  readonly patient: {
    /** DICOM PN, "Family^Given". */
    readonly name: string
    readonly id: string
    /** YYYYMMDD. */
    readonly birthDate: string
    readonly sex: 'M' | 'F' | 'O'
    readonly weightKg: number
    readonly heightM: number
  }
  readonly study: {
    readonly uid: string
    readonly id: string
    readonly accession: string
    readonly description: string
    readonly start: string
  }
  readonly frameOfReferenceUid: string
  /** "+0100", or null to leave it out. */
  readonly timezoneOffset: string | null
  readonly patientPosition: 'HFS' | 'FFS' | 'HFP' | 'FFP'
  readonly bodyPart: string
  readonly equipment: {
    readonly manufacturer: string
    readonly model: string
    readonly institution: string
    readonly station: string
    readonly serialNumber: string
    readonly software: string
  }
}

export interface DicomSeries {
  readonly uid: string
  readonly number: number
  readonly description: string
  readonly start: string
}

export interface CtToWrite {
  readonly series: DicomSeries
  readonly grid: ImageGrid
  /** HU, x fastest, −1024 to 3071. */
  readonly hounsfield: Int16Array
  /** One a slice. */
  readonly instanceUids: readonly string[]
  readonly kvp: number
}

export interface RadiopharmaceuticalToWrite {
  readonly agent: string
  readonly agentCode: { readonly value: string; readonly meaning: string } | null
  readonly nuclideCode: { readonly value: string; readonly meaning: string }
  readonly halfLifeS: number
  readonly positronFraction: number
  readonly administeredActivityBq: number
  readonly volumeMl: number
  readonly start: string
  readonly stop: string
}

/** Reconstructed SPECT as one multi-frame NM object. */
export interface NmToWrite {
  readonly series: DicomSeries
  readonly instanceUid: string
  /** Frames run along the third axis, as stored; its direction may be against the normal of the frames. */
  readonly grid: ImageGrid
  readonly stored: Uint16Array
  /** Factor from stored values to Bq/mL at acquisition start, and how the object says it; null for counts. */
  readonly scale: { readonly bqPerMlPerUnit: number; readonly byMapping: boolean; readonly byRescale: boolean } | null
  readonly radiopharmaceutical: RadiopharmaceuticalToWrite
  readonly acquisitionS: number
  readonly countsTotal: number
  /** Photopeak in keV and full width of the window as a fraction. */
  readonly energyWindow: { readonly keV: number; readonly width: number; readonly name: string }
}

export interface PtToWrite {
  readonly series: DicomSeries
  readonly instanceUids: readonly string[]
  readonly grid: ImageGrid
  /** Bq/mL as the decay correction says; every slice gets its own slope. */
  readonly concentrationBqPerMl: Float32Array
  readonly decayCorrection: 'START' | 'ADMIN' | 'NONE'
  /** Factor that the correction multiplied the measured concentration by. */
  readonly decayFactor: number
  readonly radiopharmaceutical: RadiopharmaceuticalToWrite
  readonly acquisitionS: number
}

/** The images that another object is about. */
export interface ReferencedSeries {
  readonly studyUid: string
  readonly seriesUid: string
  readonly frameOfReferenceUid: string
  readonly sopClass: 'CT'
  readonly instanceUids: readonly string[]
}

export interface RtStructToWrite {
  readonly series: DicomSeries
  readonly instanceUid: string
  readonly label: string
  readonly reference: ReferencedSeries
  readonly structures: readonly {
    readonly number: number
    readonly name: string
    readonly type: 'GTV' | 'ORGAN' | 'EXTERNAL'
    readonly colourRgb: readonly [number, number, number]
    /** Each with the index of the referenced slice. */
    readonly contours: readonly { readonly contour: PlanarContour; readonly slice: number }[]
  }[]
}

export interface SegToWrite {
  readonly series: DicomSeries
  readonly instanceUid: string
  readonly label: string
  readonly reference: ReferencedSeries
  readonly grid: ImageGrid
  readonly segments: readonly {
    readonly number: number
    readonly name: string
    readonly colourRgb: readonly [number, number, number]
    /** SNOMED CT. */
    readonly category: { readonly value: string; readonly meaning: string }
    readonly property: { readonly value: string; readonly meaning: string }
    /** 1 inside, 0 outside, x fastest. */
    readonly voxels: Uint8Array
  }[]
}

export interface RegToWrite {
  readonly series: DicomSeries
  readonly instanceUid: string
  readonly label: string
  /** Images whose frame of reference stays; listed with the identity. */
  readonly fixed: ReferencedSeries
  readonly moving: ReferencedSeries
  /** Takes coordinates of the moving frame of reference to the fixed one. */
  readonly movingToFixed: Mat4
}

/** A dose grid, or the statistical uncertainty of one. What is not known is '' or null, as for a dose that no DICOM image led to. */
export interface DoseToWrite extends Pick<
  ObjectContext,
  'patient' | 'study' | 'series' | 'instanceUid' | 'frameOfReferenceUid'
> {
  /** The plan that the dose belongs to. */
  readonly planInstanceUid: string
  readonly equipment: Omit<ObjectContext['equipment'], 'serialNumber'>
  readonly grid: ImageGrid
  /** Absorbed dose, a dose that biological effect was reckoned into, or standard deviation: Gy, finite, not negative; x fastest. */
  readonly values: Float32Array
  readonly kind: 'physical' | 'effective' | 'error'
  /** At most 64 characters. */
  readonly comment: string
  /** What does not fit there, for a person; left out: nothing. */
  readonly description?: string
}

/** Each call writes its files below `folder` (made if missing) and answers with their paths. */
export interface DicomWriter {
  writeCt(visit: DicomVisit, image: CtToWrite, folder: string): Promise<string[]>
  writeNm(visit: DicomVisit, image: NmToWrite, folder: string): Promise<string[]>
  writePt(visit: DicomVisit, image: PtToWrite, folder: string): Promise<string[]>
  writeRtStruct(visit: DicomVisit, structures: RtStructToWrite, folder: string): Promise<string[]>
  writeSeg(visit: DicomVisit, segmentation: SegToWrite, folder: string): Promise<string[]>
  writeReg(visit: DicomVisit, registration: RegToWrite, folder: string): Promise<string[]>
  /** One file, `name` in `folder`; answers with its path. */
  writeDose(dose: DoseToWrite, folder: string, name: string): Promise<string>
}
