import { describe, expect, it } from 'vitest'
import { maskVolumeMl } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../../../native-core/imaging/index.ts'
import { hollowMasks, namesStructure, policyMasks } from './policyMasks.ts'

const grid: ImageGrid = {
  dimensions: [20, 4, 4],
  spacingMm: [10, 10, 10],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const box = (x: number, size: number): FractionalMask => {
  const of: Vec3 = [size, 4, 4]
  return {
    grid,
    box: { start: [x, 0, 0], size: of },
    fractions: new Float32Array(16 * size).fill(1),
    volumeOutsideMl: 0,
  }
}
const structures = [
  { name: 'LIVER', kind: 'organ' as const },
  { name: 'KIDNEY_R', kind: 'organ' as const },
  { name: 'TUMOUR', kind: 'lesion' as const },
]
// Voxels of 1 mL, 16 a column: the liver has 10 columns, the kidney 6 of which 2 are the liver's, the tumour 3 in the liver.
const masks = [box(0, 10), box(8, 6), box(4, 3)]
const volumes = ({ masks: after }: { masks: readonly FractionalMask[] }): number[] => after.map(maskVolumeMl)

describe('policyMasks', () => {
  it('takes lesions out of organs and leaves organs that overlap as they are, but names them', () => {
    const found = policyMasks(structures, masks, { lesionsInOrgans: 'exclude' })
    expect(volumes(found)).toEqual([7 * 16, 6 * 16, 3 * 16])
    expect(found.withoutLesions).toEqual([[2], [], []])
    expect(found.overlaps).toEqual([{ first: 0, second: 1, volumeMl: 32, shareOfSmaller: 32 / 96 }])
  })

  it('gives shared voxels to the higher organ, by name or by regular expression', () => {
    const found = policyMasks(structures, masks, { lesionsInOrgans: 'exclude', overlapPriority: ['kidney_.'] })
    expect(volumes(found)).toEqual([5 * 16, 6 * 16, 3 * 16])
    expect(found.withoutHigher).toEqual([[1], [], []])
    expect(found.overlaps).toEqual([])
    const other = policyMasks(structures, masks, { lesionsInOrgans: 'exclude', overlapPriority: ['LIVER', 'KIDNEY_R'] })
    expect(volumes(other)).toEqual([7 * 16, 4 * 16, 3 * 16])
  })

  it('leaves lesions in their organ where the policy includes them, whatever the ranks', () => {
    const found = policyMasks(structures, masks, { lesionsInOrgans: 'include', overlapPriority: ['TUMOUR', 'LIVER'] })
    expect(volumes(found)).toEqual([10 * 16, 4 * 16, 3 * 16])
  })

  it('says nothing of an organ and the outline of its own wall', () => {
    const named = [
      { name: 'STOMACH', kind: 'organ' as const },
      { name: 'STOMACH_WALL', kind: 'organ' as const },
    ]
    const both = [box(0, 10), box(8, 2)]
    const hollowOrgans = { stomach: { wallStructure: 'stomach_wall', source: '' } }
    const rules = { lesionsInOrgans: 'exclude' as const, hollowOrgans }
    expect(policyMasks(named, both, rules).overlaps).toEqual([])
    const parts = hollowMasks(named, 0, both, both, rules)
    expect([parts?.wall, parts?.content].map((mask) => mask && maskVolumeMl(mask))).toEqual([32, 128])
    expect(hollowMasks(named, 1, both, both, rules)).toBeNull()
    expect(() => hollowMasks(named.slice(0, 1), 0, both.slice(0, 1), both.slice(0, 1), rules)).toThrow(
      expect.objectContaining({ code: 'structures.part-missing' }),
    )
  })
})

describe('namesStructure', () => {
  it('is a name in any case, or a regular expression of the whole name', () => {
    expect(namesStructure(' liver ', 'LIVER')).toBe(true)
    expect(namesStructure('kidney.*', 'KIDNEY_L')).toBe(true)
    expect(namesStructure('KIDNEY', 'KIDNEY_L')).toBe(false)
    expect(namesStructure('PTV (1)', 'PTV (1)')).toBe(true)
    expect(namesStructure('(', 'LIVER')).toBe(false)
  })
})
