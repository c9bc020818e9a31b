/** What reading a DICOM file gives, before anyone asks what it means. Everything here survives structured cloning. */

/** Arrays of numbers as they come out of large elements. */
export type NumericArray =
  Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array | BigInt64Array | BigUint64Array

/**
 * One element. Exactly one of `values`, `items`, `bytes`, `array` is there if the element has a value that was kept:
 * - `values`: text (decoded to Unicode, trailing padding cut) and numbers; AT as 'ggggeeee'; SV and UV beyond 2^53 as text; DS and IS
 *   as the text of the file. An empty element has no `values`. An empty component of several is ''.
 * - `items`: VR SQ.
 * - `bytes`: OB, OW, UN of less than 64 kB; words are little-endian whatever the file's byte order was.
 * - `array`: numbers of elements with more than 16 of them (DS and IS included, if each component is a number), and OF, OD, OL, OV.
 * - `omittedBytes`: the element is there, with that many bytes, and was left out (pixel data, large OB, OW, UN).
 */
export interface DicomElement {
  readonly vr: string
  readonly values?: readonly (string | number)[]
  readonly items?: readonly DicomDataSet[]
  readonly bytes?: Uint8Array
  readonly array?: NumericArray
  readonly omittedBytes?: number
}

/** A data set or a sequence item. Keys are 'ggggeeee' in lower-case hex. Group 0002 elements stand in the root data set too. */
export interface DicomDataSet {
  readonly elements: { readonly [tag: string]: DicomElement }
}

/** Something that was not as the standard says and was read by a stated rule all the same. */
export interface DicomNote {
  /** Stable dotted word: 'charset.undeclared', 'encoding.no-preamble', 'length.odd' … */
  readonly code: string
  readonly message: string
}

/** The data set of one file without its bulk pixel data. */
export interface DicomHeader extends DicomDataSet {
  /** As used for reading; where the file names none or a wrong one, what the bytes show (a note says so). */
  readonly transferSyntaxUid: string
  /** Specific Character Set as used: the file's terms joined by '\', 'ISO_IR 6' where there is none. */
  readonly charset: string
  readonly notes: readonly DicomNote[]
}

/** What the header says of the pixels of a file, checked against the bytes that are there. */
export interface PixelDescriptor {
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly samplesPerPixel: number
  /** 1, 8, 16 or 32 for integers; 32 for Float, 64 for Double Float Pixel Data. */
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  /** '7fe00010' integers, '7fe00008' Float Pixel Data, '7fe00009' Double Float Pixel Data. */
  readonly tag: '7fe00010' | '7fe00008' | '7fe00009'
  /** '' if the file does not say. */
  readonly photometricInterpretation: string
  readonly planarConfiguration: 0 | 1
  readonly encapsulated: boolean
  /** The voxels are not what the scanner wrote: by the transfer syntax, the codestream or Lossy Image Compression (0028,2110). */
  readonly lossy: boolean
}

/** Why a file that lies in the folder is none of ours. */
export type NotDicomKind =
  'empty' | 'dicomdir' | 'zip-inside-zip' | 'archive' | 'image' | 'document' | 'text' | 'special' | 'other'

export type ReadOutcome =
  | { readonly kind: 'dicom'; readonly header: DicomHeader; readonly pixel: PixelDescriptor | null }
  | { readonly kind: 'not-dicom'; readonly what: NotDicomKind; readonly message: string }
  | { readonly kind: 'broken'; readonly code: string; readonly message: string; readonly hint: string }

/** One file (or archive, or folder that cannot be read) of a scan. */
export interface ReadFile {
  /** The name to show: relative to what the user chose, for a zip `archive.zip!inner/name`. */
  readonly displayPath: string
  /** Absolute path of the readable file; for a DICOM file of a zip, of its unpacked copy, which is there until `close()`, for others of
   * the archive. */
  readonly path: string
  readonly sizeBytes: number
  /** Lower-case hex SHA-256 of the whole file; '' for what is not DICOM or could not be read to its end. */
  readonly sha256: string
  readonly outcome: ReadOutcome
}

/** The type of the voxels: as stored, after masking to Bits Stored and sign extension; signed 8-bit values come as Int16Array. */
export type PixelArray =
  | Uint8Array<SharedArrayBuffer>
  | Int16Array<SharedArrayBuffer>
  | Uint16Array<SharedArrayBuffer>
  | Int32Array<SharedArrayBuffer>
  | Uint32Array<SharedArrayBuffer>
  | Float32Array<SharedArrayBuffer>
  | Float64Array<SharedArrayBuffer>

/** The stored values (no rescale applied) of all frames of one file, on shared memory. */
export interface LoadedPixels {
  readonly frames: number
  readonly rows: number
  readonly columns: number
  readonly samplesPerPixel: number
  /** frames × rows × columns × samplesPerPixel values: column fastest, the samples of a pixel side by side. */
  readonly data: PixelArray
  readonly lossy: boolean
  readonly notes: readonly DicomNote[]
}

export interface ScanOptions {
  /** `fraction` 0 to 1 by bytes, never falling; `what` is a short phrase for the job bar. */
  readonly progress?: (fraction: number, what: string) => void
  readonly signal?: AbortSignal
  /** Worker threads; as many as processors, at most 4, if left out. */
  readonly threads?: number
}

export interface LoadOptions {
  readonly progress?: (fraction: number, what: string) => void
  readonly signal?: AbortSignal
}

/** A reader with worker threads and a temporary folder of its own: `close()` ends both. */
export interface DicomFiles {
  /**
   * Reads the header of every file below the given folders, files and zip archives, each once, in worker threads.
   * One entry for each file found, in walking order. Throws InputError only where a given path does not exist, CancelledError on `signal`.
   */
  scanFiles(paths: readonly string[], options?: ScanOptions): Promise<ReadFile[]>
  /**
   * Stored values of all frames. Throws InputError where the file has no pixel data, has changed since the scan, or cannot be
   * decoded completely; CancelledError on `signal`.
   */
  loadPixels(file: ReadFile, signal?: AbortSignal): Promise<LoadedPixels>
  /** The same for many files, in their order; the first failure ends it, naming the file. */
  loadManyPixels(files: readonly ReadFile[], options?: LoadOptions): Promise<LoadedPixels[]>
  /** Ends the worker threads and removes unpacked archives. Files of zip archives cannot be read afterwards. */
  close(): Promise<void>
}

export interface DicomFilesOptions {
  /** Worker threads of the pool; as many as processors, at most 4, if left out. */
  readonly threads?: number
  /** Where to make the temporary folder for archives; the system's if left out. */
  readonly temporaryRoot?: string
  /**
   * After this long in one file, and the time that reading it from a slow medium takes (20 MB/s), its worker is ended and the file
   * counts as broken; 10 s if left out.
   */
  readonly fileTimeLimitMs?: number
}
