/** Values as DICOM writes them. */

/**
 * A number as a decimal string (DS): the shortest text that gives the number back, or, if that has more than the 16 characters
 * that DS allows, as many digits as fit. Throws RangeError for what is not finite.
 */
export function ds(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a DICOM decimal string`)
  const plain = String(Object.is(value, -0) ? 0 : value)
  if (plain.length <= 16) return plain
  for (let digits = 16; digits > 0; digits--) {
    const fixed = String(Number(value.toPrecision(digits)))
    if (fixed.length <= 16) return fixed
    const exponential = value.toExponential(digits - 1)
    if (exponential.length <= 16) return exponential
  }
  throw new RangeError(`${value} does not fit a DICOM decimal string`)
}

/** A coordinate in mm with 4 decimals (0.1 µm), short enough for long contours. */
export function dsMm(value: number): string {
  return ds(Math.round(value * 1e4) / 1e4)
}

/** DA of a local ISO time. */
export function da(local: string): string {
  return local.slice(0, 10).replaceAll('-', '')
}

/** TM of a local ISO time. */
export function tm(local: string): string {
  return local.slice(11).replaceAll(':', '')
}

/** DT of a local ISO time, with the offset from UTC where there is one. */
export function dt(local: string, timezoneOffset: string | null): string {
  return `${da(local)}${tm(local)}${timezoneOffset ?? ''}`
}

/** A coded value. */
export function code(value: string, scheme: string, meaning: string): Record<string, string> {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning }
}

/** CIE L*a*b* of an sRGB colour as DICOM scales it to 16 bits (PS3.3 C.10.7.1.1; white point D50 by Bradford adaptation). */
export function cieLab([r8, g8, b8]: readonly [number, number, number]): [number, number, number] {
  const linear = (v: number): number => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)
  const [r, g, b] = [linear(r8), linear(g8), linear(b8)]
  const x = 0.4360747 * r + 0.3850649 * g + 0.1430804 * b
  const y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b
  const z = 0.0139322 * r + 0.0971045 * g + 0.7141733 * b
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116)
  const [fx, fy, fz] = [f(x / 0.9642956), f(y), f(z / 0.8251046)]
  const lab = [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
  const clamp = (v: number): number => Math.max(0, Math.min(65535, Math.round(v)))
  return [
    clamp((lab[0]! * 65535) / 100),
    clamp(((lab[1]! + 128) * 65535) / 255),
    clamp(((lab[2]! + 128) * 65535) / 255),
  ]
}

/** A text of at most `most` bytes in UTF-8: the standard counts characters, but not every reader does. */
export function shortened(text: string, most: number): string {
  let kept = text
  while (new TextEncoder().encode(kept).length > most) kept = kept.slice(0, -1)
  return kept.trimEnd()
}
