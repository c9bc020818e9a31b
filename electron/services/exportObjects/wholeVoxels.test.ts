import { describe, expect, it } from 'vitest'
import type { FractionalMask } from '../../../native-core/imaging/types.ts'
import { wholeVoxelRemarks } from './wholeVoxels.ts'

/** Voxels of 1 mL with these parts inside. */
const mask = (fractions: readonly number[]): FractionalMask => ({
  grid: {
    dimensions: [fractions.length, 1, 1],
    spacingMm: [10, 10, 10],
    originMm: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  },
  box: { start: [0, 0, 0], size: [fractions.length, 1, 1] },
  fractions: Float32Array.from(fractions),
  volumeOutsideMl: 0,
})

describe('what a binary segmentation makes of structures', () => {
  it('says which are lost and whose volume changes, and nothing of those that keep it', () => {
    const remarks = wholeVoxelRemarks([
      { name: 'TINY', mask: mask([0.4, 0.3]) },
      { name: 'EDGE', mask: mask([1, 1, 0.5]) },
      { name: 'THIN', mask: mask([1, 1, 1, 0.48]) },
      { name: 'EVEN', mask: mask([0, 1, 1]) },
      { name: 'NEARLY', mask: mask([1, 0.995]) },
    ])
    expect(remarks).toHaveLength(3)
    expect(remarks[0]).toBe('"TINY" (0.7 mL) fills no voxel by half: the binary segmentation has nothing of it.')
    expect(remarks[1]).toContain('"EDGE" has 3 mL in whole voxels instead of 2.5 mL (+20.0 %)')
    expect(remarks[2]).toContain('"THIN" has 3 mL in whole voxels instead of 3.48 mL (−13.8 %)')
  })
})
