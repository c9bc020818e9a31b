import { describe, expect, it } from 'vitest'
import { protraction } from '../../../native-core/radiobiology/index.ts'
import { voxelBed } from './bed.ts'

const tissue = { alphaBetaGy: 2.6, repairHalfTimeS: 10_080 }

describe('BED of the curves of voxels', () => {
  const terms = [
    { amplitude: Float32Array.of(3e-5, 5e-5, 0), ratePerS: Float32Array.of(4e-6, 6e-6, 0) },
    { amplitude: Float32Array.of(-1e-5, -5e-5, 0), ratePerS: Float32Array.of(2e-4, 1e-4, 0) },
  ]

  it('is that of the course of each voxel, its means are those of the structures, and no activity is no dose', () => {
    const found = voxelBed({ terms }, Uint8Array.of(1, 1, 0), ['kidney'], tissue)
    const expected = [0, 1].map((voxel) => {
      const { doseGy, pairGy2 } = protraction(
        [
          {
            kind: 'exponentials',
            startS: 0,
            terms: terms.map(({ amplitude, ratePerS }) => ({
              rateGyPerS: amplitude[voxel] as number,
              decayPerS: ratePerS[voxel] as number,
            })),
          },
        ],
        { kind: 'exponential', components: [{ halfTimeS: 10_080, fraction: 1 }] },
      )
      return doseGy + pairGy2 / 2.6
    })
    expect(found.bed[0]).toBeCloseTo(expected[0] as number, 4)
    expect(found.bed[1]).toBeCloseTo(expected[1] as number, 4)
    expect([found.bed[2], found.g[2], found.eqd2[2]]).toEqual([0, 0, 0])
    const mean = ((expected[0] as number) + (expected[1] as number)) / 2
    expect(found.structures[1]?.meanBedGy).toBeCloseTo(mean, 4)
    expect(found.structures[1]?.meanEqd2Gy).toBeCloseTo(mean / (1 + 2 / 2.6), 4)
    expect(found.structures[0]?.meanBedGy).toBeCloseTo((2 * mean) / 3, 4)
  })

  it('counts uptake and wash-out that cancel to rounding as no dose, and needs the curves', () => {
    const equal = [
      { amplitude: Float32Array.of(1), ratePerS: Float32Array.of(1e-5) },
      { amplitude: Float32Array.of(-1), ratePerS: Float32Array.of(9.999999e-6) },
    ]
    expect([...voxelBed({ terms: equal }, Uint8Array.of(0), [], tissue).bed]).toEqual([0])
    expect(() => voxelBed({ terms: null }, Uint8Array.of(0), [], tissue)).toThrow(/not kept/)
  })
})
