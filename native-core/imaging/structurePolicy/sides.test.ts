import { describe, expect, it } from 'vitest'
import { bodyMidlineMm, maskCentroidMm, pairsOf, sideOfName, swappedSides } from './index.ts'
import type { ImageGrid } from '../types.ts'

describe('sideOfName', () => {
  it.each([
    ['KIDNEY_L', 'left', 'kidneys'],
    ['Right Kidney', 'right', 'kidneys'],
    ['Niere_li', 'left', 'kidneys'],
    ['rechte Niere', 'right', 'kidneys'],
    ['KidneyLeft', 'left', 'kidneys'],
    ['Rein D', 'right', 'kidneys'],
    ['kidney cortex (R)', 'right', 'kidneys (cortex)'],
    ['PAROTID_LT', 'left', 'parotid glands'],
    ['Glandula submandibularis sin.', 'left', 'submandibular glands (glandula)'],
    ['Tränendrüse rechts', 'right', 'lacrimal glands'],
    ['LUNG_RIGHT', 'right', 'lungs'],
  ])('%s is the %s of %s', (name, side, pairName) => expect(sideOfName(name)).toMatchObject({ side, pairName }))

  it.each([
    'KIDNEYS',
    'LIVER_LEFT',
    'TUMOUR_L',
    'LESION_R',
    'left ventricle',
    'kidney left and right',
    'Rinde der Niere',
  ])('%s has none', (name) => expect(sideOfName(name)).toBeNull())
})

describe('pairsOf', () => {
  it('pairs what has one base, and nothing where a side is there twice', () => {
    expect(pairsOf(['KIDNEY_R', 'LIVER', 'KIDNEY_L', 'LUNG_L'])).toEqual([
      { name: 'kidneys', left: 'KIDNEY_L', right: 'KIDNEY_R' },
    ])
    expect(pairsOf(['KIDNEY_R', 'KIDNEY_L', 'left kidney'])).toEqual([])
    expect(pairsOf(['KIDNEY_CORTEX_R', 'KIDNEY_L'])).toEqual([])
  })
})

describe('swappedSides', () => {
  const at = (name: string, x: number) => ({ name, centroidMm: [x, 0, 0] as const })

  it('says nothing where the left one lies further to the left (LPS: larger x), wherever the origin is', () => {
    expect(swappedSides([at('KIDNEY_L', 60), at('KIDNEY_R', -60)], 0)).toEqual([])
    expect(swappedSides([at('KIDNEY_L', -100), at('KIDNEY_R', -220)], -160)).toEqual([])
  })

  it('names a pair whose sides are swapped, and a single one beyond the middle', () => {
    expect(swappedSides([at('KIDNEY_L', -60), at('KIDNEY_R', 55)], 0)).toEqual([
      { names: ['KIDNEY_L', 'KIDNEY_R'], message: '"KIDNEY_L" lies 115 mm to the right of "KIDNEY_R" in the patient.' },
    ])
    expect(swappedSides([at('KIDNEY_L', -60)], 0)[0]?.message).toContain('60 mm on the other side')
    expect(swappedSides([at('KIDNEY_L', -10)], 0)).toEqual([])
    expect(swappedSides([at('KIDNEY_L', -60)], null)).toEqual([])
  })
})

describe('places', () => {
  const grid: ImageGrid = {
    dimensions: [8, 4, 2],
    spacingMm: [10, 10, 10],
    originMm: [100, 0, 0],
    direction: [-1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  it('finds the centre of mass of a mask in patient coordinates', () => {
    const mask = {
      grid,
      box: { start: [2, 1, 0], size: [2, 1, 1] },
      fractions: Float32Array.of(1, 0.5),
      volumeOutsideMl: 0,
    } as const
    const centre = maskCentroidMm(mask)
    expect(centre?.[0]).toBeCloseTo(100 - 20 - 10 / 3, 9)
    expect(centre?.[1]).toBeCloseTo(10, 9)
    expect(maskCentroidMm({ ...mask, fractions: new Float32Array(2) })).toBeNull()
  })

  it('finds the middle of a body, and none in air', () => {
    const values = new Float32Array(64).fill(-1000)
    for (let n = 0; n < 64; n++) if (n % 8 >= 2 && n % 8 <= 5) values[n] = 40
    expect(bodyMidlineMm(grid, values)).toBeCloseTo(100 - 35, 9)
    expect(bodyMidlineMm(grid, new Float32Array(64).fill(-1000))).toBeNull()
  })
})
