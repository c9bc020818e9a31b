import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { vrOfTag } from './dictionary.ts'

interface Entry {
  readonly tag: string
  readonly vr: string
  readonly version: string
}

interface Dcmjs {
  readonly data: { readonly DicomMetaDictionary: { readonly nameMap: { readonly [name: string]: Entry } } }
}

/** Where dcmjs 0.52.2 differs from PS3.6 itself (2024e, tables 6-1 and 7-1), with the VR of the standard. */
const WRONG_IN_DCMJS: { readonly [tag: string]: string } = {
  '00660040': 'OL',
  '00660041': 'OL',
  '00660042': 'OL',
  '00660043': 'OL',
  '006862f0': 'SQ',
  '0070150c': 'UL',
  '00760034': 'SQ',
}
/** Its shorthand for "OB or OW", lookup table data and offsets, as this dictionary has them. */
const SHORTHAND: { readonly [vr: string]: string } = { ox: 'OW', lt: 'OW', up: 'UL' }

describe('value representations by tag', () => {
  it('are those of the dictionary of dcmjs, but for its known mistakes', () => {
    const { nameMap } = (createRequire(import.meta.url)('dcmjs') as Dcmjs).data.DicomMetaDictionary
    let compared = 0
    for (const { tag, vr, version } of Object.values(nameMap)) {
      const hex = tag.replace(/[(),]/g, '').toLowerCase()
      if (
        version !== 'DICOM' ||
        !/^[0-9a-f]{8}$/.test(hex) ||
        hex.startsWith('fffe') ||
        parseInt(hex[3]!, 16) % 2 === 1
      )
        continue
      const expected = WRONG_IN_DCMJS[hex] ?? SHORTHAND[vr] ?? vr
      expect(vrOfTag(parseInt(hex.slice(0, 4), 16), parseInt(hex.slice(4), 16)), tag).toBe(
        hex.endsWith('0000') ? 'UL' : expected,
      )
      compared += 1
    }
    expect(compared).toBeGreaterThan(4500)
  })

  it.each([
    [0x0009, 0x0010, 'LO'],
    [0x0009, 0x1001, 'UN'],
    [0x0028, 0x0000, 'UL'],
    [0x6000, 0x3000, 'OW'],
    [0x6002, 0x0010, 'US'],
    [0x0028, 0x9999, 'UN'],
    [0x0054, 0x0016, 'SQ'],
    [0x0028, 0x0106, 'xs'],
  ])('%#x %#x', (group, tag, vr) => expect(vrOfTag(group, tag)).toBe(vr))
})
