/**
 * The colours of structures. Eight hues that people with the common colour-vision deficiencies tell apart (Okabe and Ito,
 * "Color Universal Design", 2008, its blue and its black exchanged for tints that are seen on a black image), each as
 * one shade for dark surfaces and images and one for light surfaces. After eight structures the line is dashed, after sixteen dotted:
 * colour is never the only sign.
 */
export interface StructureStyle {
  /** On images and dark surfaces. */
  readonly onDark: string
  /** On light surfaces. */
  readonly onLight: string
  /** Canvas line dash in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[]
}

const hues: readonly (readonly [string, string])[] = [
  ['#e69f00', '#9a6a00'],
  ['#56b4e9', '#1b6fa3'],
  ['#00b386', '#00755a'],
  ['#f0e442', '#7d7400'],
  ['#7f9bff', '#3346c2'],
  ['#ff7a33', '#b84300'],
  ['#e08fc0', '#9c3f77'],
  ['#d0d4d8', '#4d545b'],
]

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3]]

/** The style of the structure that stands at `index` in the patient's list of structures. */
export function structureStyle(index: number): StructureStyle {
  const place = Math.max(0, index)
  const [onDark, onLight] = hues[place % hues.length] as readonly [string, string]
  return { onDark, onLight, dash: dashes[Math.floor(place / hues.length) % dashes.length] as readonly number[] }
}

/** A style with the colour that the file states, for both surfaces. */
export function fileStyle(rgb: readonly [number, number, number], index: number): StructureStyle {
  const colour = `rgb(${rgb.map((part) => Math.round(Math.min(255, Math.max(0, part)))).join(' ')})`
  return { onDark: colour, onLight: colour, dash: structureStyle(index).dash }
}
