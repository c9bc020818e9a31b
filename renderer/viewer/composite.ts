/** From sampled values to the colours of one fused slice. */

export interface Window {
  /** Value shown at the dark end and at the light end of the map. */
  readonly low: number
  readonly high: number
}

/** Opacity of the emission: at low blends only uptake covers the CT, towards 1 all of it does. */
export function emissionOpacity(blend: number, level: number): number {
  const uptake = Math.min(1, level / 0.15)
  const everywhere = Math.max(0, 2 * blend - 1)
  return blend * (everywhere + (1 - everywhere) * uptake)
}

/** Place of a value in its window, 0 to 1. */
function levelOf(value: number, low: number, scale: number): number {
  const level = (value - low) * scale
  return level < 0 ? 0 : level > 1 ? 1 : level
}

const scaleOf = ({ low, high }: Window): number => 1 / Math.max(high - low, Number.MIN_VALUE)

/**
 * Writes opaque RGBA for each pixel: CT in grey, the emission above it through its table with `blend` 0 to 1. Either may be
 * null. NaN (outside an image) is black, or the other image alone. `signed`: the emission is a difference, whose middle covers least.
 */
export function composite(
  ct: Float32Array | null,
  ctWindow: Window,
  emission: Float32Array | null,
  emissionWindow: Window,
  table: Uint8Array,
  blend: number,
  out: Uint8ClampedArray,
  signed = false,
): void {
  const pixels = out.length / 4
  const ctScale = scaleOf(ctWindow)
  const emissionScale = scaleOf(emissionWindow)
  const opacity = Float32Array.from({ length: 256 }, (_, level) =>
    ct === null ? 1 : emissionOpacity(blend, signed ? Math.abs((2 * level) / 255 - 1) : level / 255),
  )
  for (let at = 0, o = 0; at < pixels; at++, o += 4) {
    let r = 0
    let g = 0
    let b = 0
    const hu = ct === null ? NaN : (ct[at] as number)
    const hasCt = hu === hu
    if (hasCt) r = g = b = levelOf(hu, ctWindow.low, ctScale) * 255
    const value = emission === null ? NaN : (emission[at] as number)
    if (value === value) {
      const level = Math.round(levelOf(value, emissionWindow.low, emissionScale) * 255)
      const cover = hasCt ? (opacity[level] as number) : blend > 0 || ct === null ? 1 : 0
      r += ((table[level * 3] as number) - r) * cover
      g += ((table[level * 3 + 1] as number) - g) * cover
      b += ((table[level * 3 + 2] as number) - b) * cover
    }
    out[o] = r
    out[o + 1] = g
    out[o + 2] = b
    out[o + 3] = 255
  }
}
