/** Elements of makers that public ones do not replace (PS3.5 section 7.8.1). */
import { str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'

/**
 * Tag of a private element: `offset` within the block that `creator` reserved in odd `group` (hex, "7053"). Null where the file has no
 * such block: without its creator a private element means nothing.
 */
export function privateTag(root: DicomDataSet, group: string, creator: string, offset: string): string | null {
  for (let block = 0x10; block <= 0xff; block++) {
    const hex = block.toString(16).padStart(2, '0')
    if (str(root, `${group}00${hex}`)?.toLowerCase() === creator.toLowerCase()) return `${group}${hex}${offset}`
  }
  return null
}
