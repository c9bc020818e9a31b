/** Unique identifiers that follow from a name: the same case gets the same UIDs again. */
import { uidFromText } from '../uids.ts'

export function uidFromName(name: string): string {
  return uidFromText(`theratwin demonstration ${name}`)
}
