/**
 * Colour maps for emission images, computed, not copied: a path through the OKLab colour space (Ottosson, "A perceptual color
 * space for image processing", 2020) whose lightness rises evenly from black, so that equal steps of activity look equal,
 * also to colour-blind eyes and in print. No rainbow.
 */
export type SequentialMapName = 'ember' | 'lagoon' | 'grey' | 'grey-inverted'
/** `difference`: blue below, dark in the middle, orange above; for values around 0. */
export type ColourMapName = SequentialMapName | 'difference'

export const colourMapLabels: Readonly<Record<SequentialMapName, string>> = {
  ember: 'Ember',
  lagoon: 'Lagoon',
  'grey-inverted': 'Inverted grey',
  grey: 'Grey',
}

const toByte = (linear: number): number => {
  const clipped = Math.min(1, Math.max(0, linear))
  const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055
  return Math.round(encoded * 255)
}

/** OKLab to linear sRGB, not clipped. */
function okLabToLinear(L: number, a: number, b: number): [number, number, number] {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** OKLab lightness of an sRGB colour (bytes). */
export function okLightness(r: number, g: number, b: number): number {
  const [x, y, z] = [r, g, b].map((byte) => {
    const part = byte / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  const l = Math.cbrt(0.4122214708 * x + 0.5363325363 * y + 0.0514459929 * z)
  const m = Math.cbrt(0.2119034982 * x + 0.6806995451 * y + 0.1073969566 * z)
  const s = Math.cbrt(0.0883024619 * x + 0.2817188376 * y + 0.6299787005 * z)
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s
}

const inGamut = (rgb: readonly number[]): boolean => rgb.every((part) => part >= -1e-4 && part <= 1 + 1e-4)

/** The strongest chroma up to `wanted` that a screen can show at this lightness and hue. */
function chromaWithin(L: number, hue: number, wanted: number): number {
  let low = 0
  let high = wanted
  if (inGamut(okLabToLinear(L, wanted * Math.cos(hue), wanted * Math.sin(hue)))) return wanted
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2
    if (inGamut(okLabToLinear(L, middle * Math.cos(hue), middle * Math.sin(hue)))) low = middle
    else high = middle
  }
  return low
}

/** 256 RGB triples; `hues` in degrees from dark to light. */
function hueSweep(from: number, to: number, lastLightness: number, chroma: number): Uint8Array {
  const table = new Uint8Array(256 * 3)
  for (let i = 0; i < 256; i++) {
    const t = i / 255
    const L = lastLightness * t
    const hue = ((from + (to - from) * t) * Math.PI) / 180
    // Black has no hue; the gamut's tolerance would give it one.
    const c = i === 0 ? 0 : chromaWithin(L, hue, chroma * Math.sin(Math.PI * Math.min(1, 0.08 + 0.92 * t)) ** 0.6)
    okLabToLinear(L, c * Math.cos(hue), c * Math.sin(hue)).forEach(
      (part, channel) => (table[i * 3 + channel] = toByte(part)),
    )
  }
  return table
}

/** Two hues that colour-blind eyes tell apart, lightness rising evenly to both sides of a dark middle. */
function twoSided(below: number, above: number, chroma: number): Uint8Array {
  const table = new Uint8Array(256 * 3)
  for (let i = 0; i < 256; i++) {
    const t = Math.abs(2 * (i / 255) - 1)
    const L = 0.18 + 0.67 * t
    const hue = ((i < 128 ? below : above) * Math.PI) / 180
    const c = chromaWithin(L, hue, chroma * Math.sqrt(t))
    okLabToLinear(L, c * Math.cos(hue), c * Math.sin(hue)).forEach(
      (part, channel) => (table[i * 3 + channel] = toByte(part)),
    )
  }
  return table
}

function grey(inverted: boolean): Uint8Array {
  return Uint8Array.from({ length: 256 * 3 }, (_, at) => {
    const level = Math.floor(at / 3)
    return inverted ? 255 - level : level
  })
}

const tables = new Map<ColourMapName, Uint8Array>()

/** A map as 256 RGB triples, made once. */
export function colourMap(name: ColourMapName): Uint8Array {
  let table = tables.get(name)
  if (!table) {
    if (name === 'ember') table = hueSweep(-60, 105, 0.98, 0.21)
    else if (name === 'lagoon') table = hueSweep(310, 110, 0.96, 0.17)
    else if (name === 'difference') table = twoSided(245, 65, 0.17)
    else table = grey(name === 'grey-inverted')
    tables.set(name, table)
  }
  return table
}
