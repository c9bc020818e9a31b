/** Colours of segments: CIELab under D50 (PS3.3 C.10.7.1.1) as sRGB. */

/** D50 white, CIE 1931 2°. */
const WHITE = [0.96422, 1, 0.82521] as const
/** XYZ (D50, Bradford-adapted) to linear sRGB; Lindbloom, "RGB/XYZ matrices". */
const TO_SRGB = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
] as const

/** Three unsigned 16-bit numbers as in Recommended Display CIELab Value, to 0–255; null if they are not three. */
export function cieLabToRgb(values: readonly number[] | null): readonly [number, number, number] | null {
  if (values?.length !== 3) return null
  const [l, a, b] = [(values[0]! / 65535) * 100, (values[1]! / 65535) * 255 - 128, (values[2]! / 65535) * 255 - 128]
  const fy = (l + 16) / 116
  const xyz = [fy + a / 500, fy, fy - b / 200].map(
    (f, i) => WHITE[i]! * (f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29)),
  )
  const rgb = TO_SRGB.map((row) => row.reduce((sum, weight, i) => sum + weight * xyz[i]!, 0)).map((linear) => {
    const clipped = Math.max(0, Math.min(1, linear))
    return Math.round(255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055))
  })
  return [rgb[0]!, rgb[1]!, rgb[2]!]
}
