import type { ImageGrid } from '../../../native-core/imaging/types.ts'

/** A volume in LPS mm; values x fastest. */
export interface NiftiImage {
  readonly grid: ImageGrid
  readonly values: Float32Array
}

export interface NiftiReading extends NiftiImage {
  /** What the file left open and how it was understood, in sentences. */
  readonly remarks: readonly string[]
}
