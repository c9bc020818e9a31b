import { describe, expect, it } from 'vitest'
import { bedOf } from '../../../native-core/radiobiology/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import type { VoxelTissue } from '../../../native-core/radiobiology/index.ts'
import type { BedMapTask } from '../ports/computeBed.ts'
import { bedMaps } from './bedMapTask.ts'

const grid: ImageGrid = {
  dimensions: [12, 10, 8],
  spacingMm: [4, 4, 4],
  originMm: [-20, 10, 100],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const VOXELS = 960
/** Columns of voxels from `from` on, wholly inside, in all rows and slices but the outermost. */
const box = (name: string, from: number, columns: number) => ({
  name,
  kind: 'organ' as const,
  shape: {
    kind: 'voxels' as const,
    mask: {
      grid,
      box: { start: [from, 1, 1] as const, size: [columns, 8, 6] as const },
      fractions: new Float32Array(columns * 48).fill(1),
      volumeOutsideMl: 0,
    },
  },
})
const tissue = (alphaBetaGy: number, g: number | null): VoxelTissue => ({
  alphaBetaGy,
  repair: { kind: 'exponential', components: [{ halfTimeS: 7200, fraction: 1 }] },
  g,
})
const late = tissue(2.5, 0.1)
const early = tissue(10, 0.02)
const task = (change: Partial<BedMapTask> = {}): BedMapTask => ({
  grid,
  doseGy: new Float32Array(VOXELS).fill(20),
  statisticalSdGy: null,
  terms: null,
  structures: [
    { ...box('LATE', 1, 4), tissue: late, alphaPerGy: null, relativeUncertainty: 0.1 },
    { ...box('EARLY', 5, 4), tissue: early, alphaPerGy: 0.3, relativeUncertainty: null },
    { ...box('UNKNOWN', 9, 2), tissue: null, alphaPerGy: null, relativeUncertainty: 0.1 },
  ],
  elsewhere: null,
  shapeToReference: null,
  sliceThicknessMm: 4,
  lesionsInOrgans: 'exclude',
  ...change,
})
const [ofLate, ofEarly] = [bedOf(20, 0.1, 2.5), bedOf(20, 0.02, 10)]

describe('BED maps of structures', () => {
  it('have in an even dose the one BED of each tissue up to its edge, whatever lies beside it', () => {
    const { structures, voxels, bedGy } = bedMaps(task())
    const [first, second, third] = structures
    for (const [found, expected] of [
      [first, ofLate],
      [second, ofEarly],
    ] as const)
      for (const value of [found?.minimumGy, found?.d98Gy, found?.d50Gy, found?.meanGy, found?.maximumGy])
        expect((value ?? NaN) / expected).toBeCloseTo(1, 6)
    expect(second?.eubedGy).toBeCloseTo(ofEarly, 5)
    expect(third).toBeNull()
    expect(new Set(bedGy)).toEqual(new Set([0, Math.fround(ofLate), Math.fround(ofEarly)]))
    expect(voxels).toEqual({ all: VOXELS, withBed: 8 * 48, ownCurve: 0, unknown: VOXELS - 8 * 48 })
  })

  it('carry the uncertainty of the dose through: 1 + 2G·D/(α/β) times it in the mean, the stretched dose in the band', () => {
    const [first, second] = bedMaps(task()).structures
    expect(first?.dependenceOnDose).toBeCloseTo(0.1 * 20 * (1 + (2 * 0.1 * 20) / 2.5), 4)
    expect(second?.dependenceOnDose).toBeNull()
    expect(second?.histogram.lower).toBeNull()
    const { doseGy = [], lower, upper } = first?.histogram ?? {}
    const at = (values: readonly number[] | null | undefined, bed: number) =>
      values?.[doseGy.findIndex((one) => one >= bed)]
    const [low, high] = [1 - 0.196, 1 + 0.196].map((factor) => bedOf(20 * factor, 0.1, 2.5))
    expect([at(lower, 0.97 * (low ?? 0)), at(lower, 1.03 * (low ?? 0))]).toEqual([1, 0])
    expect(at(upper, 0.97 * (high ?? 0))).toBe(1)
    expect(doseGy.at(-1)).toBeGreaterThan(0.99 * (high ?? 0))
  })

  it('give all that no structure has parameters for those of elsewhere, and leave the others as they were', () => {
    const { structures, voxels, bedGy } = bedMaps(task({ elsewhere: tissue(3, 0.05) }))
    expect(structures[2]?.meanGy).toBeCloseTo(bedOf(20, 0.05, 3), 4)
    expect(bedGy[0]).toBeCloseTo(bedOf(20, 0.05, 3), 4)
    expect(voxels.unknown).toBe(0)
    expect(structures[0]).toEqual(bedMaps(task()).structures[0])
  })

  it('follow the curve of each voxel where there are some, and state nothing of a structure that voxels without a curve would belong to', () => {
    const decayPerS = 2e-6
    const g = 7200 / (7200 + Math.LN2 / decayPerS)
    const terms = [
      { rateGyPerS: new Float32Array(VOXELS).fill(1), decayPerS: new Float32Array(VOXELS).fill(decayPerS) },
    ]
    const { structures, voxels } = bedMaps(task({ terms }))
    expect(structures[0]?.meanGy).toBeCloseTo(bedOf(20, g, 2.5), 3)
    expect(voxels.ownCurve).toBe(voxels.withBed)
    const without = { ...box('LATE', 1, 4), tissue: tissue(2.5, null), alphaPerGy: null, relativeUncertainty: null }
    expect(bedMaps(task({ structures: [without] })).structures).toEqual([null])
  })

  it('make statistical noise wider by 1 + 2G·D/(α/β), and can be cancelled', () => {
    const statisticalSdGy = new Float32Array(VOXELS).fill(2)
    const { structures } = task()
    const [first] = bedMaps(task({ statisticalSdGy, structures: structures.slice(0, 1) })).structures
    const [still] = bedMaps(task()).structures
    const places = (first?.histogram.lower ?? []).flatMap((share, at) => (share < 1 && share > 0 ? [at] : []))
    expect(places.length).toBeGreaterThan(0)
    expect(first?.meanGy).toBe(still?.meanGy)
    expect(() => bedMaps(task(), (fraction) => fraction < 0.5)).toThrow(/cancelled/)
  })
})
