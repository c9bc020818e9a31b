/** Left and right: what a structure's name says, and whether the structure lies there. */
import { wordsOfName } from './words.ts'
import type { Vec3 } from '../types.ts'

const LEFT = [
  'left',
  'l',
  'lt',
  'li',
  'links',
  'linke',
  'linker',
  'linkes',
  'gauche',
  'g',
  'sin',
  'sinister',
  'sinistra',
]
const RIGHT = [
  'right',
  'r',
  'rt',
  're',
  'rechts',
  'rechte',
  'rechter',
  'rechtes',
  'droite',
  'droit',
  'd',
  'dex',
  'dexter',
]
const SIDES = new Map<string, 'left' | 'right'>([
  ...[...LEFT, 'sinistro', 'izq', 'izquierdo', 'izquierda', 'sx'].map((word) => [word, 'left'] as const),
  ...[...RIGHT, 'destra', 'destro', 'derecho', 'derecha', 'dx'].map((word) => [word, 'right'] as const),
])

/** Organs that come in two, one at each side, with the beginnings of their words; those of longer names first. */
const PAIRED: readonly (readonly [plural: string, stems: readonly string[]])[] = [
  ['adrenals', ['adrenal', 'suprarenal', 'surrenal', 'nebenniere']],
  ['kidneys', ['kidney', 'niere', 'renal', 'rein', 'rinon', 'rene', 'ren']],
  ['parotid glands', ['parotid', 'parotis', 'ohrspeichel']],
  ['submandibular glands', ['submandibul', 'unterkieferspeichel', 'smg']],
  ['lacrimal glands', ['lacrimal', 'lachrymal', 'lakrimal', 'tranendruse']],
  ['lungs', ['lung', 'lunge', 'poumon', 'pulmo', 'pulmon', 'polmone']],
  ['testes', ['testis', 'testic', 'hoden']],
  ['ovaries', ['ovar', 'eierstock', 'ovaire']],
  ['eyes', ['eye', 'auge', 'oeil']],
  ['breasts', ['breast', 'mamma', 'brust']],
]

export interface NamedSide {
  readonly side: 'left' | 'right'
  /** What is left of the name without its side: equal for the two of a pair. */
  readonly base: string
  /** Both together: "kidneys", or "kidneys (cortex)". */
  readonly pairName: string
}

/** The side that the name of a paired organ says; null for any other name. */
export function sideOfName(name: string): NamedSide | null {
  const words = wordsOfName(name)
  const organ = PAIRED.find(([, stems]) => words.some((word) => matches(word, stems)))
  const marks = words.filter((word) => SIDES.has(word))
  const side = SIDES.get(marks[0] ?? '')
  if (!organ || !side || marks.some((word) => SIDES.get(word) !== side)) return null
  const numbers = name.match(/\d+/g) ?? []
  const others = [...words.filter((word) => !SIDES.has(word) && !matches(word, organ[1])), ...numbers]
  const extra = others.filter((word) => !/^(gland|druse)s?$/.test(word))
  return {
    side,
    base: [organ[0], ...extra].join(' '),
    pairName: extra.length > 0 ? `${organ[0]} (${extra.join(' ')})` : organ[0],
  }
}

/** Short stems are whole words only: "ren" is a kidney, "rennin" is none. */
function matches(word: string, stems: readonly string[]): boolean {
  return stems.some((stem) => (stem.length > 4 ? word.startsWith(stem) : word === stem || word === `${stem}s`))
}

export interface SidePair {
  readonly name: string
  readonly left: string
  readonly right: string
}

/** The pairs among names: one left and one right structure of the same organ. Where several share a side there is no pair. */
export function pairsOf(names: readonly string[]): readonly SidePair[] {
  const sided = names.flatMap((name) => {
    const found = sideOfName(name)
    return found ? [{ name, ...found }] : []
  })
  return [...new Set(sided.map(({ base }) => base))].flatMap((base): SidePair[] => {
    const of = (side: 'left' | 'right') => sided.filter((one) => one.base === base && one.side === side)
    const [left, right] = [of('left'), of('right')]
    const [one, other] = [left[0], right[0]]
    return one && other && left.length === 1 && right.length === 1
      ? [{ name: one.pairName, left: one.name, right: other.name }]
      : []
  })
}

/** Nearer to the middle than this an organ is on no side (designed: body outlines with one arm shift the middle by as much). */
const BESIDE_MM = 20

export interface SideCheck {
  readonly names: readonly string[]
  /** For a person: what is wrong. */
  readonly message: string
}

/**
 * Structures that do not lie where their names say. Of a pair the left one must lie further to the patient's left (LPS: larger x) than the right
 * one; a single one must not lie clearly beyond the body's middle, where that is known.
 */
export function swappedSides(
  structures: readonly { readonly name: string; readonly centroidMm: Vec3 | null }[],
  midlineMm: number | null,
): readonly SideCheck[] {
  const x = new Map(structures.flatMap(({ name, centroidMm }) => (centroidMm ? [[name, centroidMm[0]] as const] : [])))
  const pairs = pairsOf([...x.keys()])
  const inPairs = new Set(pairs.flatMap(({ left, right }) => [left, right]))
  const swapped = pairs.flatMap(({ left, right }): SideCheck[] => {
    const apart = (x.get(left) ?? 0) - (x.get(right) ?? 0)
    return apart > 0
      ? []
      : [
          {
            names: [left, right],
            message: `"${left}" lies ${(-apart).toFixed(0)} mm to the right of "${right}" in the patient.`,
          },
        ]
  })
  const alone = [...x].flatMap(([name, at]): SideCheck[] => {
    const said = sideOfName(name)
    if (!said || inPairs.has(name) || midlineMm === null) return []
    const beyond = said.side === 'left' ? midlineMm - at : at - midlineMm
    return beyond > BESIDE_MM
      ? [
          {
            names: [name],
            message: `"${name}" lies ${beyond.toFixed(0)} mm on the other side of the body's middle.`,
          },
        ]
      : []
  })
  return [...swapped, ...alone]
}
