/** Unique identifiers that follow from a text: the same text gets the same UID again. */
import { createHash } from 'node:crypto'

/**
 * A UID under 2.25 (DICOM PS3.5 B.2: the decimal form of a UUID) whose UUID is made of the text: version 8 of RFC 9562, filled with
 * the first bits of the text's SHA-256. At most 44 characters.
 */
export function uidFromText(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}
