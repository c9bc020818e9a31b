/** What every decoder of compressed frames gives, and the error that it throws. */
import { InputError } from '../../../../native-core/errors/index.ts'

export interface DecodedFrame {
  readonly rows: number
  readonly columns: number
  readonly components: number
  /** Bits of a value in the codestream. */
  readonly precision: number
  /** Whether the codestream's values have a sign. */
  readonly signed: boolean
  /** rows × columns × components values, the components of a pixel side by side. */
  readonly values: Uint8Array | Int8Array | Uint16Array | Int16Array
}

/** The size that a frame must have by the header; checked before anything is allocated by what a codestream claims. */
export interface FrameShape {
  readonly rows: number
  readonly columns: number
  readonly components: number
}

/** Compressed data that cannot be decoded completely. */
export function undecodable(what: string): InputError {
  return new InputError(
    'pixel.undecodable',
    `The compressed pixel data cannot be decoded: ${what}.`,
    'Copy the file again, or export the image uncompressed.',
  )
}

/** Throws unless a codestream's size is the header's. */
export function checkShape(found: FrameShape, expected: FrameShape): void {
  if (found.rows !== expected.rows || found.columns !== expected.columns || found.components !== expected.components) {
    throw undecodable(
      `the codestream has ${found.rows} rows, ${found.columns} columns and ${found.components} components, ` +
        `and the header says ${expected.rows}, ${expected.columns} and ${expected.components}`,
    )
  }
}
