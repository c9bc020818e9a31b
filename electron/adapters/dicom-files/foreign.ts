/** What a file is that is not DICOM, by its first bytes: only to tell the person why it was left out. */
import type { NotDicomKind } from './types.ts'

interface Signature {
  readonly bytes: readonly number[]
  readonly what: NotDicomKind
  readonly name: string
}

const SIGNATURES: readonly Signature[] = [
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: 'image', name: 'a PNG picture' },
  { bytes: [0xff, 0xd8, 0xff], what: 'image', name: 'a JPEG picture' },
  { bytes: [0x47, 0x49, 0x46, 0x38], what: 'image', name: 'a GIF picture' },
  { bytes: [0x49, 0x49, 0x2a, 0x00], what: 'image', name: 'a TIFF picture' },
  { bytes: [0x4d, 0x4d, 0x00, 0x2a], what: 'image', name: 'a TIFF picture' },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: 'document', name: 'a PDF document' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'document', name: 'an Office document' },
  { bytes: [0x1f, 0x8b], what: 'archive', name: 'a gzip archive' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], what: 'archive', name: 'a 7z archive' },
  { bytes: [0x52, 0x61, 0x72, 0x21], what: 'archive', name: 'a RAR archive' },
  { bytes: [0x42, 0x5a, 0x68], what: 'archive', name: 'a bzip2 archive' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], what: 'archive', name: 'an xz archive' },
]

/** The kind of a file, and a sentence for the list of what was left out. */
export function describeForeign(head: Uint8Array): { what: NotDicomKind; message: string } {
  if (head.length === 0) return { what: 'empty', message: 'The file is empty.' }
  for (const { bytes, what, name } of SIGNATURES) {
    if (bytes.every((byte, i) => head[i] === byte)) {
      const advice = what === 'archive' ? ' Unpack it first: only zip archives are opened.' : ''
      return { what, message: `The file is ${name}, not DICOM.${advice}` }
    }
  }
  if (isZip(head)) return { what: 'archive', message: 'The file is a zip-based document, not DICOM.' }
  if (Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar') {
    return {
      what: 'archive',
      message: 'The file is a tar archive, not DICOM. Unpack it first: only zip archives are opened.',
    }
  }
  const text = head.subarray(0, 2048)
  const isText = text.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13 || byte === 12)
  if (isText) return { what: 'text', message: 'The file is plain text, not DICOM.' }
  return { what: 'other', message: 'The file is not DICOM: nothing in it reads as elements.' }
}

/** Whether bytes are the beginning of a zip archive (or of an empty one). */
export function isZip(head: Uint8Array): boolean {
  if (head[0] !== 0x50 || head[1] !== 0x4b) return false
  return (head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6)
}
