/**
 * Reading values out of a data set. A `path` is a tag ('00100010'), or tags with sequences on the way:
 * '00540016.00181074' goes through the first item, '52009230[3].00209113.00200032' through the fourth. Hex is lower-case.
 */
import type { DicomDataSet, DicomElement } from './types.ts'

const STEP = /^([0-9a-f]{8})(?:\[(\d+)\])?$/

/** The element at a path; undefined where any step of it is missing. Throws a plain Error (a bug) on a path that is none. */
export function at(dataSet: DicomDataSet, path: string): DicomElement | undefined {
  if (path.length === 8) return dataSet.elements[path]
  const steps = path.split('.')
  let current: DicomDataSet | undefined = dataSet
  for (let i = 0; i < steps.length; i++) {
    const match = STEP.exec(steps[i]!)
    if (!match) throw new Error(`Not a DICOM path: "${path}"`)
    const element: DicomElement | undefined = current?.elements[match[1]!]
    if (i === steps.length - 1) return element
    current = element?.items?.[Number(match[2] ?? 0)]
  }
  return undefined
}

/** Whether the element is there, with or without a value. */
export function has(dataSet: DicomDataSet, path: string): boolean {
  return at(dataSet, path) !== undefined
}

/** The items of a sequence; none where it is missing, empty or not a sequence. */
export function seq(dataSet: DicomDataSet, path: string): readonly DicomDataSet[] {
  return at(dataSet, path)?.items ?? []
}

/** All components as text, trimmed; none where the element is missing or empty. */
export function strs(dataSet: DicomDataSet, path: string): string[] {
  const element = at(dataSet, path)
  if (element?.values) return element.values.map((value) => cleanText(String(value)))
  if (element?.array) return Array.from(element.array as ArrayLike<number | bigint>, String)
  return []
}

/** The first component as text, trimmed; null where the element is missing or that component is empty. */
export function str(dataSet: DicomDataSet, path: string): string | null {
  const element = at(dataSet, path)
  if (element?.array) return element.array.length > 0 ? String(element.array[0]) : null
  const first = element?.values?.[0]
  if (first === undefined) return null
  const text = cleanText(String(first))
  return text === '' ? null : text
}

/** The first component as a finite number; null where it is missing, empty or no number (look at `str` to tell these apart). */
export function num(dataSet: DicomDataSet, path: string): number | null {
  const element = at(dataSet, path)
  if (element?.array) return element.array.length > 0 ? finite(Number(element.array[0])) : null
  const first = element?.values?.[0]
  if (first === undefined) return null
  return typeof first === 'number' ? finite(first) : parseNumber(first)
}

/**
 * All components as finite numbers; null where any of them is no number, so that an index never shifts. An element that is missing
 * or empty gives [].
 */
export function nums(dataSet: DicomDataSet, path: string): number[] | null {
  const element = at(dataSet, path)
  if (element?.array) {
    const numbers = Array.from(element.array as ArrayLike<number | bigint>, Number)
    return numbers.every(Number.isFinite) ? numbers : null
  }
  const result: number[] = []
  for (const value of element?.values ?? []) {
    const number = typeof value === 'number' ? finite(value) : parseNumber(value)
    if (number === null) return null
    result.push(number)
  }
  return result
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const COMMA_NUMBER = /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/

/**
 * A DS or IS component as a finite number, else null. Blanks and NULs around it and a comma for the point are allowed; nothing is
 * cut off a text that goes on after the number ("12 mm" is no number).
 */
export function parseNumber(text: string): number | null {
  let clean = cleanText(text)
  if (COMMA_NUMBER.test(clean)) clean = clean.replace(',', '.')
  if (!NUMBER.test(clean)) return null
  return finite(Number(clean))
}

/** Whether a DS or IS component is a number only because a comma is read as its decimal point. */
export function hasDecimalComma(text: string): boolean {
  return COMMA_NUMBER.test(cleanText(text))
}

/** Without the blanks and NULs around it. */
export function cleanText(text: string): string {
  return text.replace(/^[\s\0]+|[\s\0]+$/g, '')
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
