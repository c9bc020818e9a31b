/** Coded concepts (PS3.3 section 8.8). */
import { has, seq, str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { TAG } from './tags.ts'

export interface Code {
  readonly value: string
  readonly scheme: string
  readonly meaning: string
}

/** Long Code Value and URN Code Value: where the value does not fit the short element. */
const LONG_CODE_VALUE = '00080119'
const URN_CODE_VALUE = '00080120'

/** The first item of a code sequence; null where the sequence is missing or empty. */
export function codeOf(dataSet: DicomDataSet, sequenceTag: string): Code | null {
  const item = seq(dataSet, sequenceTag)[0]
  if (!item) return null
  const value =
    [TAG.codeValue, LONG_CODE_VALUE, URN_CODE_VALUE].filter((tag) => has(item, tag)).map((tag) => str(item, tag))[0] ??
    ''
  const code = { value, scheme: str(item, TAG.codingScheme) ?? '', meaning: str(item, TAG.codeMeaning) ?? '' }
  return code.value === '' && code.meaning === '' ? null : code
}

/** "^177^Lutetium (SCT 447553000)" for messages. */
export function showCode(code: Code): string {
  const formal = [code.scheme, code.value].filter((part) => part !== '').join(' ')
  return code.meaning === '' ? formal : formal === '' ? code.meaning : `${code.meaning} (${formal})`
}
