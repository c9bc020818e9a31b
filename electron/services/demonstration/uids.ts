/** Unique identifiers that follow from a name: the same case gets the same UIDs again. */
import { createHash } from 'node:crypto'

/**
 * A UID under 2.25 (DICOM PS3.5 B.2: the decimal form of a UUID) whose UUID is made of the name: version 8 of RFC 9562, filled with
 * the first bits of the name's SHA-256. At most 44 characters.
 */
export function uidFromName(name: string): string {
  const bytes = createHash('sha256').update(`theratwin demonstration ${name}`).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}
