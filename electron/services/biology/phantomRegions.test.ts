import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { biologyDosimetry } from './index.ts'
import { phantomPlaces } from './phantomRegions.ts'

const phantom = biologyDosimetry(fileResources()).phantom()
const regionOf = (name: string): string | null =>
  phantomPlaces([{ name, kind: 'organ' }], {}, phantom).get(name)?.source.name ?? null

describe('phantomPlaces', () => {
  it('tells narrower names from the organ that their words hold', () => {
    expect(regionOf('Brain')).toBe('Brain')
    for (const none of ['Brainstem', 'BRAIN_STEM', 'Hirnstamm', 'Parathyroid_L', 'Nebenschilddrüse'])
      expect(regionOf(none)).toBeNull()
    expect(regionOf('Adrenal_R')).toBe('Adrenals')
    expect(regionOf('Gall bladder')).toBe('Gallbladder contents')
  })
})
