/** Which region of the reference phantom a structure of the patient stands for. */
import { InputError } from '../../../native-core/errors/index.ts'
import { RED_MARROW, regionOf, TOTAL_BODY, WALL_OF_CONTENTS } from '../../../native-core/dosimetry/organ/index.ts'
import type { OrganPhantom, OrganRegion } from '../../../native-core/dosimetry/organ/index.ts'
import { sideOfName } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { StructureResult } from '../../contracts/analysis.ts'
import type { BiologySettings } from '../../contracts/biology.ts'

export interface PhantomPlace {
  readonly structure: string
  readonly source: OrganRegion
  readonly target: OrganRegion | null
  /** One of the two that the region holds. */
  readonly isHalf: boolean
}

/** Names in English, German and Latin; the first that fits counts, so that narrower ones stand first. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/adrenal|suprarenal|nebenniere/i, 'Adrenals'],
  [/kidney|niere|\bren(es|al)?\b|\bren[ _]/i, 'Kidneys'],
  [/gall.?bladder|gallenblase/i, 'Gallbladder contents'],
  [/bladder|harnblase|vesica/i, 'Urinary bladder contents'],
  [/liver|leber|hepar/i, 'Liver'],
  [/spleen|milz|\blien/i, 'Spleen'],
  [/lung|pulmo/i, 'Lungs'],
  [/pancreas|pankreas/i, 'Pancreas'],
  [/parathyroid|nebenschilddrüse/i, ''],
  [/thyroid|schilddrüse/i, 'Thyroid'],
  [/thymus/i, 'Thymus'],
  [/brain.?stem|hirnstamm/i, ''],
  [/brain|gehirn/i, 'Brain'],
  [/marrow|knochenmark/i, RED_MARROW],
  [/stomach|magen|gaster/i, 'Stomach contents'],
  [/testis|testes|testic|hoden/i, 'Testes'],
  [/ovar/i, 'Ovaries'],
  [/uterus/i, 'Uterus'],
  [/whole.?body|total.?body|ganzkörper/i, TOTAL_BODY],
]

const PAIRED = new Set(['Kidneys', 'Lungs', 'Adrenals', 'Testes', 'Ovaries', 'Breasts'])

/**
 * The places of structures in the phantom, by a person's word or by name. Lesions have none unless a person says so.
 *
 * @throws InputError `dose.region` for a region that the phantom does not have; `biology.phantom-region` where two structures stand for the same one.
 */
export function phantomPlaces(
  structures: readonly Pick<StructureResult, 'name' | 'kind'>[],
  byStructure: BiologySettings['byStructure'],
  phantom: OrganPhantom,
): ReadonlyMap<string, PhantomPlace> {
  const places = structures.flatMap(({ name, kind }): PhantomPlace[] => {
    const given = byStructure[name]?.phantomRegion
    const called = given === undefined ? (kind === 'lesion' ? '' : nameInPhantom(name)) : (given ?? '')
    if (called === '') return []
    const source = regionOf(phantom.sources, called, phantom.name)
    const target = phantom.targets.get(WALL_OF_CONTENTS.get(source.name) ?? source.name) ?? null
    return [{ structure: name, source, target, isHalf: PAIRED.has(source.name) && sideOfName(name) !== null }]
  })
  for (const [at, place] of places.entries()) {
    const other = places.slice(0, at).find((one) => one.source.name === place.source.name && !areBothSides(one, place))
    if (other)
      throw new InputError(
        'biology.phantom-region',
        `"${other.structure}" and "${place.structure}" both stand for ${place.source.name.toLowerCase()} of the phantom: their activity would count twice.`,
        'Set phantomRegion of one of them to null in the settings of biology, or to another region.',
      )
  }
  return new Map(places.map((place) => [place.structure, place]))
}

function nameInPhantom(name: string): string {
  const words = name.replace(/[_\-.]+/g, ' ')
  return NAMES.find(([pattern]) => pattern.test(words))?.[1] ?? ''
}

function areBothSides(one: PhantomPlace, other: PhantomPlace): boolean {
  if (!one.isHalf || !other.isHalf) return false
  return sideOfName(one.structure)?.side !== sideOfName(other.structure)?.side
}
