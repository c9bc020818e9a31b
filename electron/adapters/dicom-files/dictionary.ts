/** Value representations by tag: needed where a file does not carry them (implicit VR, UN). */
import dictionary from './vrDictionary.json' with { type: 'json' }

/** VRs whose explicit length has 16 bits. */
export const SHORT_VRS: ReadonlySet<string> = new Set([
  'AE',
  'AS',
  'AT',
  'CS',
  'DA',
  'DS',
  'DT',
  'FL',
  'FD',
  'IS',
  'LO',
  'LT',
  'PN',
  'SH',
  'SL',
  'SS',
  'ST',
  'TM',
  'UI',
  'UL',
  'US',
])

/** VRs whose explicit length has 32 bits, after two reserved bytes. */
export const LONG_VRS: ReadonlySet<string> = new Set([
  'OB',
  'OD',
  'OF',
  'OL',
  'OV',
  'OW',
  'SQ',
  'SV',
  'UC',
  'UN',
  'UR',
  'UT',
  'UV',
])

const vrs = new Map<number, string>()
for (const [vr, groups] of Object.entries(dictionary.tags as { [vr: string]: { [group: string]: string } })) {
  for (const [group, elements] of Object.entries(groups)) {
    const high = parseInt(group, 16) * 0x10000
    for (const element of elements.split(' ')) vrs.set(high + parseInt(element, 16), vr)
  }
}

/** Repeating groups of overlays (60xx) and the old curves (50xx): read by the first group of each. */
const OVERLAY: { readonly [element: number]: string } = {
  0x0010: 'US',
  0x0011: 'US',
  0x0012: 'US',
  0x0015: 'IS',
  0x0022: 'LO',
  0x0040: 'CS',
  0x0045: 'LO',
  0x0050: 'SS',
  0x0051: 'US',
  0x0100: 'US',
  0x0102: 'US',
  0x1001: 'CS',
  0x1100: 'US',
  0x1101: 'US',
  0x1102: 'US',
  0x1103: 'US',
  0x1301: 'IS',
  0x1302: 'DS',
  0x1303: 'DS',
  0x1500: 'LO',
  0x3000: 'OW',
  0x4000: 'LT',
}

/**
 * The VR of a tag by PS3.6, with 'xs' for "US or SS" (by Pixel Representation) and 'OW' wherever OW is one of several; 'UL' for group
 * lengths, 'LO' for private creators, 'UN' for what is private or not known.
 */
export function vrOfTag(group: number, element: number): string {
  if (element === 0) return 'UL'
  if (group & 1) return element >= 0x10 && element <= 0xff ? 'LO' : 'UN'
  const known = vrs.get(group * 0x10000 + element)
  if (known) return known
  if (group >= 0x6000 && group <= 0x60ff) return OVERLAY[element] ?? 'UN'
  return 'UN'
}
