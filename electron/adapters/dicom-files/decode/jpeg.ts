/** JPEG frames: lossless, baseline, extended and progressive. */
import { checkShape, undecodable } from './frame.ts'
import type { DecodedFrame, FrameShape } from './frame.ts'
import { DctImage } from './jpegDct.ts'
import { decodeLosslessScan } from './jpegLossless.ts'
import { readJpeg } from './jpegStream.ts'

/**
 * Decodes a JPEG codestream of the given size. Colour comes as RGB where the codestream or `photometricInterpretation` says that it is
 * YCbCr. Throws InputError where it cannot be decoded completely.
 */
export function decodeJpeg(bytes: Uint8Array, expected: FrameShape, photometricInterpretation: string): DecodedFrame {
  let dct: DctImage | null = null
  let lossless: Uint16Array | null = null
  let scanned = 0
  const { frame, adobeTransform } = readJpeg(bytes, {
    onFrame(found) {
      checkShape({ rows: found.rows, columns: found.columns, components: found.components.length }, expected)
      if (found.process === 3) lossless = new Uint16Array(found.rows * found.columns * found.components.length)
      else dct = new DctImage(found)
    },
    onScan(found, scan, quantisation) {
      for (const component of scan.components) scanned |= 1 << component.index
      if (lossless) return decodeLosslessScan(bytes, found, scan, lossless)
      return dct!.decodeScan(bytes, scan, quantisation)
    },
  })
  if (scanned !== (1 << frame.components.length) - 1) throw undecodable('a component of the JPEG image has no scan')
  const image = dct as DctImage | null
  const values = image ? image.finish() : lossless!
  const isYbr = adobeTransform === null ? /^YBR_FULL/.test(photometricInterpretation) : adobeTransform === 1
  if (image && frame.components.length === 3 && isYbr) toRgb(values, frame.precision)
  return { ...expected, precision: frame.precision, signed: false, values }
}

/** YCbCr by ITU-R BT.601 (JFIF) to RGB, in place. */
function toRgb(values: Uint8Array | Uint16Array, precision: number): void {
  const most = (1 << precision) - 1
  const middle = 1 << (precision - 1)
  const clamp = (value: number): number => Math.min(most, Math.max(0, Math.round(value)))
  for (let i = 0; i + 2 < values.length; i += 3) {
    const luma = values[i]!
    const blue = values[i + 1]! - middle
    const red = values[i + 2]! - middle
    values[i] = clamp(luma + 1.402 * red)
    values[i + 1] = clamp(luma - 0.344136286 * blue - 0.714136286 * red)
    values[i + 2] = clamp(luma + 1.772 * blue)
  }
}
