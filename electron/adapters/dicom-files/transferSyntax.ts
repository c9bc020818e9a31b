/** Transfer syntaxes (PS3.5 section 10 and annex A): how a data set is encoded and what decodes its pixels. */

export type PixelCoding =
  'native' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k' | 'deflated-frames' | 'video' | 'jpeg-xl' | 'other'

export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  readonly explicit: boolean
  readonly bigEndian: boolean
  readonly deflated: boolean
  readonly coding: PixelCoding
  /** By the transfer syntax alone: 'always', 'never', or 'perhaps' (the codestream says). */
  readonly lossy: 'always' | 'never' | 'perhaps'
  /** The byte order of the pixel data where it is not the data set's. */
  readonly pixelBigEndian?: boolean
}

export const IMPLICIT_LE = '1.2.840.10008.1.2'
export const EXPLICIT_LE = '1.2.840.10008.1.2.1'
export const EXPLICIT_BE = '1.2.840.10008.1.2.2'

const table = new Map<string, TransferSyntax>()

function add(
  uid: string,
  name: string,
  coding: PixelCoding,
  lossy: TransferSyntax['lossy'],
  more?: Partial<TransferSyntax>,
) {
  table.set(uid, { uid, name, explicit: true, bigEndian: false, deflated: false, coding, lossy, ...more })
}

add(IMPLICIT_LE, 'Implicit VR Little Endian', 'native', 'never', { explicit: false })
add('1.2.840.113619.5.2', 'GE private: Implicit VR with big-endian pixels', 'native', 'never', {
  explicit: false,
  pixelBigEndian: true,
})
add('1.2.840.10008.1.20', 'Papyrus 3 Implicit VR Little Endian', 'native', 'never', { explicit: false })
add(EXPLICIT_LE, 'Explicit VR Little Endian', 'native', 'never')
add('1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'native', 'never')
add('1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', 'native', 'never', { deflated: true })
add(EXPLICIT_BE, 'Explicit VR Big Endian', 'native', 'never', { bigEndian: true })
add('1.2.840.10008.1.2.5', 'RLE Lossless', 'rle', 'never')
add('1.2.840.10008.1.2.8.1', 'Deflated Image Frame Compression', 'deflated-frames', 'never')
for (const [tail, name] of [
  ['50', 'JPEG Baseline'],
  ['51', 'JPEG Extended'],
  ['53', 'JPEG Spectral Selection'],
  ['55', 'JPEG Full Progression'],
]) {
  add(`1.2.840.10008.1.2.4.${tail}`, name!, 'jpeg', 'always')
}
for (const tail of ['57', '70']) add(`1.2.840.10008.1.2.4.${tail}`, 'JPEG Lossless', 'jpeg', 'never')
add('1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless', 'jpeg-ls', 'perhaps')
add('1.2.840.10008.1.2.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls', 'perhaps')
add('1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless', 'jpeg-2000', 'perhaps')
add('1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg-2000', 'perhaps')
add('1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Lossless', 'htj2k', 'perhaps')
add('1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 Lossless with RPCL', 'htj2k', 'perhaps')
add('1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000', 'htj2k', 'perhaps')
for (const tail of ['110', '111', '112']) add(`1.2.840.10008.1.2.4.${tail}`, 'JPEG XL', 'jpeg-xl', 'perhaps')
for (let tail = 100; tail <= 108; tail++) {
  add(`1.2.840.10008.1.2.4.${tail}`, 'MPEG or HEVC video', 'video', 'always')
  add(`1.2.840.10008.1.2.4.${tail}.1`, 'MPEG or HEVC video, fragmentable', 'video', 'always')
}

/** The transfer syntax of a UID; one we do not know counts as explicit little-endian with pixels that nothing here decodes. */
export function transferSyntax(uid: string): TransferSyntax {
  return (
    table.get(uid) ?? {
      uid,
      name: `transfer syntax ${uid}`,
      explicit: true,
      bigEndian: false,
      deflated: false,
      coding: 'other',
      lossy: 'perhaps',
    }
  )
}

export function isKnownTransferSyntax(uid: string): boolean {
  return table.has(uid)
}
