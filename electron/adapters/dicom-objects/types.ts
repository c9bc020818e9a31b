/** What passes between the steps that turn read files into patients, images, structures and registrations. */
import type { DicomHeader, PixelDescriptor, ReadFile } from '../dicom-files/index.ts'
import type { ImageGrid, Vec3 } from '../../../native-core/imaging/types.ts'
import type { ScannedImage, ScannedObject, SourceFile } from '../../services/ports/dicomSource.ts'
import type { Finding } from './problems.ts'

/** A file that was read as DICOM and names its object. */
export interface DicomFile {
  readonly read: ReadFile
  readonly header: DicomHeader
  readonly pixel: PixelDescriptor | null
  readonly source: SourceFile
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly modality: string
  readonly seriesUid: string
  readonly studyUid: string
}

/** One slice of the grid, in the order of its third axis: physical value = stored value · slope + intercept. */
export interface RecipeSlice {
  readonly file: DicomFile
  readonly frame: number
  readonly slope: number
  readonly intercept: number
}

/** How the voxels of an image come out of its files. */
export interface VoxelRecipe {
  readonly grid: ImageGrid
  readonly slices: readonly RecipeSlice[]
}

/** An image before the checks that look at several images. */
export interface ImageDraft {
  image: Omit<ScannedImage, 'verdict'>
  recipe: VoxelRecipe
  readonly findings: Finding[]
  /** Set where the file's slice direction is what many writers get wrong; see nmDirection.ts. */
  readonly directionDoubt: DirectionDoubt | null
}

/** Both readings of a stack whose direction may be written wrongly. */
export interface DirectionDoubt {
  /** Unit vector along which the file's statements stack the slices. */
  readonly direction: Vec3
  /** Spacing Between Slices is negative: the slices run against the normal of their orientation. */
  readonly isAgainstNormal: boolean
  readonly firstPositionMm: Vec3
  /** From the first slice centre to the last. */
  readonly lengthMm: number
  /** The volume would lie closer to the origin of its frame of reference if the slices ran the other way. */
  readonly otherReadingIsCentral: boolean
}

/** What a reader of one series gives back. */
export interface SeriesResult {
  readonly images: readonly ImageDraft[]
  /** Recognised, kept unchanged, not computed with. */
  readonly kept: readonly {
    readonly files: readonly DicomFile[]
    readonly keySuffix: string
    readonly reason: string
  }[]
  /** On the series as a whole, or on parts that were refused. */
  readonly findings: readonly Finding[]
}

export type ObjectBase = Omit<ScannedObject, 'files' | 'patientKey'>
