/** Recognising radionuclides in text, as people and scanners write them. */
import { CODED_NUCLIDES } from './nuclideCodes.ts'

/** Elements of the nuclides that occur in nuclear medicine: symbol, and names in lower case. */
const ELEMENTS: readonly (readonly [string, ...string[]])[] = [
  ['C', 'carbon'],
  ['N', 'nitrogen'],
  ['O', 'oxygen'],
  ['F', 'fluorine', 'fluor'],
  ['Na', 'sodium'],
  ['P', 'phosphorus'],
  ['K', 'potassium'],
  ['Sc', 'scandium'],
  ['Ti', 'titanium'],
  ['Cr', 'chromium'],
  ['Mn', 'manganese'],
  ['Fe', 'iron'],
  ['Co', 'cobalt'],
  ['Cu', 'copper'],
  ['Zn', 'zinc'],
  ['Ga', 'gallium'],
  ['Ge', 'germanium'],
  ['As', 'arsenic'],
  ['Se', 'selenium'],
  ['Br', 'bromine'],
  ['Kr', 'krypton'],
  ['Rb', 'rubidium'],
  ['Sr', 'strontium'],
  ['Y', 'yttrium'],
  ['Zr', 'zirconium'],
  ['Nb', 'niobium'],
  ['Mo', 'molybdenum'],
  ['Tc', 'technetium'],
  ['Ru', 'ruthenium'],
  ['Rh', 'rhodium'],
  ['Pd', 'palladium'],
  ['Ag', 'silver'],
  ['In', 'indium'],
  ['Sn', 'tin'],
  ['Sb', 'antimony'],
  ['I', 'iodine', 'iodide'],
  ['Xe', 'xenon'],
  ['Cs', 'cesium', 'caesium'],
  ['Ba', 'barium'],
  ['La', 'lanthanum'],
  ['Ce', 'cerium'],
  ['Pr', 'praseodymium'],
  ['Pm', 'promethium'],
  ['Sm', 'samarium'],
  ['Gd', 'gadolinium'],
  ['Tb', 'terbium'],
  ['Dy', 'dysprosium'],
  ['Ho', 'holmium'],
  ['Er', 'erbium'],
  ['Tm', 'thulium'],
  ['Yb', 'ytterbium'],
  ['Lu', 'lutetium', 'lutecium'],
  ['Ta', 'tantalum'],
  ['Re', 'rhenium'],
  ['Ir', 'iridium'],
  ['Pt', 'platinum'],
  ['Au', 'gold'],
  ['Hg', 'mercury'],
  ['Tl', 'thallium'],
  ['Pb', 'lead'],
  ['Bi', 'bismuth'],
  ['At', 'astatine'],
  ['Ra', 'radium'],
  ['Ac', 'actinium'],
  ['Th', 'thorium'],
  ['U', 'uranium'],
  ['Fm', 'fermium'],
]

/** Nuclides beyond the DICOM context groups that are given to patients or seen in their images. */
const MORE_NUCLIDES = [
  'P-33',
  'Sc-47',
  'Co-55',
  'Zr-90m',
  'Y-90m',
  'Mo-99',
  'Rh-105',
  'Pd-103',
  'Ag-111',
  'Sn-117m',
  'Sb-119',
  'Cs-131',
  'Cs-137',
  'La-133',
  'La-135',
  'Ce-134',
  'Pr-142',
  'Pm-149',
  'Gd-149',
  'Tb-149',
  'Tb-155',
  'Tb-161',
  'Dy-166',
  'Ho-166',
  'Er-165',
  'Er-169',
  'Tm-170',
  'Yb-175',
  'Lu-177m',
  'Pt-195m',
  'Ir-192',
  'Hg-197',
  'Hg-197m',
  'At-211',
  'Bi-212',
  'Bi-213',
  'Pb-212',
  'Ra-224',
  'Ra-225',
  'Ra-226',
  'Ac-225',
  'Ac-227',
  'Th-226',
  'Th-227',
  'U-230',
  'Fm-255',
  'Rb-81',
  'Sc-44m',
  'Sb-117',
  'Ba-131',
  'La-132',
  'Ho-166m',
]

const known = new Set([...CODED_NUCLIDES, ...MORE_NUCLIDES])

const symbolOf = new Map<string, string>()
for (const [symbol, ...names] of ELEMENTS) {
  symbolOf.set(symbol.toLowerCase(), symbol)
  for (const name of names) symbolOf.set(name, symbol)
}

const WORD = [...symbolOf.keys()].sort((a, b) => b.length - a.length).join('|')
/** "Lu-177", "Lu177", "Lutetium^177^", "Technetium Tc 99m", "Tc99m". */
const ELEMENT_FIRST = new RegExp(`(?<![a-z0-9])(${WORD})[\\s\\-_^[({]*(\\d{1,3})(m[12]?)?(?![0-9]|[a-z])`, 'gi')
/** "177Lu", "^177^Lutetium", "[177Lu]", "99m-Tc", "177-Lu-PSMA". */
const MASS_FIRST = new RegExp(`(?<![a-z0-9.,])(\\d{1,3})(m[12]?)?[\\s\\-_^)\\]}]*(${WORD})(?![a-z0-9])`, 'gi')
/** Old German and French way: "99Tcm". */
const MASS_FIRST_M_LAST = new RegExp(`(?<![a-z0-9.,])(\\d{1,3})[\\s\\-_^]*(${WORD})[\\s\\-_]*m(?![a-z0-9])`, 'gi')

/** Medicines whose name alone says the nuclide. */
const PRODUCTS: readonly (readonly [RegExp, string])[] = [
  [/\b(lutathera|pluvicto)\b/i, 'Lu-177'],
  [/\bxofigo\b/i, 'Ra-223'],
  [/\b(zevalin|therasphere|sir-?spheres?)\b/i, 'Y-90'],
  [/\b(azedra)\b/i, 'I-131'],
  [/\bquadramet\b/i, 'Sm-153'],
  [/\bmetastron\b/i, 'Sr-89'],
  [/\bquiremspheres?\b/i, 'Ho-166'],
]

/**
 * Every nuclide that a text names, in the form "Lu-177", in order of appearance, each once. Only nuclides that are used in nuclear
 * medicine count, so that "B31s", "C7" or "PSMA-617" are not read as nuclides.
 */
export function nuclidesInText(text: string): string[] {
  const found: { at: number; nuclide: string }[] = []
  const note = (at: number, word: string, mass: string, meta: string): void => {
    const symbol = symbolOf.get(word.toLowerCase())
    const nuclide = `${symbol}-${Number(mass)}${meta.toLowerCase().startsWith('m') ? 'm' : ''}`
    if (symbol !== undefined && known.has(nuclide)) found.push({ at, nuclide })
  }
  for (const match of text.matchAll(ELEMENT_FIRST)) note(match.index, match[1]!, match[2]!, match[3] ?? '')
  for (const match of text.matchAll(MASS_FIRST)) note(match.index, match[3]!, match[1]!, match[2] ?? '')
  for (const match of text.matchAll(MASS_FIRST_M_LAST)) note(match.index, match[2]!, match[1]!, 'm')
  for (const [pattern, nuclide] of PRODUCTS) {
    const at = text.search(pattern)
    if (at >= 0) found.push({ at, nuclide })
  }
  found.sort((a, b) => a.at - b.at)
  return [...new Set(found.map(({ nuclide }) => nuclide))]
}

/** The nuclide of a text that names exactly one; null where it names none or several. */
export function nuclideOfText(text: string): string | null {
  const found = nuclidesInText(text)
  return found.length === 1 ? found[0]! : null
}
