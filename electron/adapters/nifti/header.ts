/** The NIfTI-1 header (348 bytes): offsets of the fields that are used, sizes of the data types. R. Cox et al., nifti1.h (2004, 2007). */

export const HEADER_BYTES = 348
/** Header and the four bytes that say whether extensions follow: where the data of a single file may begin. */
export const SINGLE_FILE_OFFSET = 352
/** `sizeof_hdr` of NIfTI-2, to tell it from damage. */
export const NIFTI2_HEADER_BYTES = 540

export const FIELD = {
  dim: 40,
  intentCode: 68,
  datatype: 70,
  bitpix: 72,
  pixdim: 76,
  voxOffset: 108,
  sclSlope: 112,
  sclInter: 116,
  xyztUnits: 123,
  descrip: 148,
  qformCode: 252,
  sformCode: 254,
  quatern: 256,
  qoffset: 268,
  srow: 280,
  magic: 344,
} as const

export const FLOAT32_CODE = 16

/** How one stored number is read, by datatype code. */
export interface StoredType {
  readonly bytes: number
  readonly read: (view: DataView, offset: number, littleEndian: boolean) => number
}

export const STORED_TYPES: ReadonlyMap<number, StoredType> = new Map([
  [2, { bytes: 1, read: (view, at) => view.getUint8(at) }],
  [4, { bytes: 2, read: (view, at, little) => view.getInt16(at, little) }],
  [8, { bytes: 4, read: (view, at, little) => view.getInt32(at, little) }],
  [FLOAT32_CODE, { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) }],
  [64, { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) }],
  [256, { bytes: 1, read: (view, at) => view.getInt8(at) }],
  [512, { bytes: 2, read: (view, at, little) => view.getUint16(at, little) }],
  [768, { bytes: 4, read: (view, at, little) => view.getUint32(at, little) }],
  [1024, { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) }],
  [1280, { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) }],
] satisfies [number, StoredType][])

/** Names of the types that are refused, for the message. */
export const OTHER_TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'single bits'],
  [32, 'complex numbers'],
  [128, 'RGB colours'],
  [1536, '128-bit floats'],
  [1792, 'complex numbers'],
  [2048, 'complex numbers'],
  [2304, 'RGBA colours'],
])

/** Millimetres of the spatial unit code (lowest three bits of xyzt_units); null for one that the standard does not know. */
export function millimetresPerUnit(xyztUnits: number): number | null {
  return ({ 0: 1, 1: 1000, 2: 1, 3: 1e-3 } as Readonly<Record<number, number>>)[xyztUnits & 7] ?? null
}
