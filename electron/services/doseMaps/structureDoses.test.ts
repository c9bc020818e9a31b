import { describe, expect, it } from 'vitest'
import { finerGrid, gridExtentMm } from '../../../native-core/imaging/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import type { StructureDosesTask } from '../ports/compute.ts'
import { movedGrid } from './doseMap.ts'
import { structureDoses } from './structureDoses.ts'

const grid: ImageGrid = {
  dimensions: [12, 10, 8],
  spacingMm: [6, 5, 2],
  originMm: [-30, 10, 100],
  direction: [0, -1, 0, 1, 0, 0, 0, 0, 1],
}
/** Voxels 2–9, 2–7, 1–6 wholly inside. */
const box = {
  name: 'ORGAN',
  kind: 'organ' as const,
  shape: {
    kind: 'voxels' as const,
    mask: {
      grid,
      box: { start: [2, 2, 1] as const, size: [8, 6, 6] as const },
      fractions: new Float32Array(8 * 6 * 6).fill(1),
      volumeOutsideMl: 0,
    },
  },
}
const task = (
  dose: (i: number) => number,
  relativeUncertainty: number | null,
  sd: number | null = null,
): StructureDosesTask => ({
  grid,
  doseGy: Float32Array.from({ length: 960 }, (_, voxel) => dose(voxel % 12)),
  statisticalSdGy: sd === null ? null : new Float32Array(960).fill(sd),
  structures: [{ ...box, relativeUncertainty }],
  shapeToReference: null,
  lesionsInOrgans: 'exclude',
  sliceThicknessMm: 2,
})
const at = (doses: readonly number[], values: readonly number[] | null | undefined, dose: number): number =>
  values?.[doses.findIndex((one) => one >= dose - 1e-9)] ?? NaN

describe('structures of a dose map', () => {
  it('have the one dose of a uniform map everywhere, and a band that is its uncertainty', () => {
    const [found] = structureDoses(task(() => 4, 0.1))
    expect(found).toMatchObject({ minimumGy: 4, maximumGy: 4, d98Gy: 4, d50Gy: 4, d2Gy: 4, homogeneity: 0 })
    expect(found?.volumeMl).toBeCloseTo(8 * 6 * 6 * 0.06, 6)
    const { doseGy = [], cumulative, lower, upper } = found?.histogram ?? {}
    expect([at(doseGy, cumulative, 3.9), at(doseGy, cumulative, 4.1)]).toEqual([1, 0])
    // 4 Gy ± 19.6 %: surely below 3.2, surely none above 4.8.
    expect([at(doseGy, lower, 3.2), at(doseGy, lower, 3.3)]).toEqual([1, 0])
    expect([at(doseGy, upper, 4.7), at(doseGy, upper, 4.8)]).toEqual([1, 0])
  })

  it('have the quantiles of a dose that rises along an axis', () => {
    const [found] = structureDoses(task((i) => 1 + i, null))
    // From the face of index 2 to that of index 9: 2.5 to 10.5 Gy, evenly.
    expect(found?.d50Gy).toBeCloseTo(6.5, 1)
    expect(found?.d98Gy).toBeCloseTo(2.5 + 0.02 * 8, 0)
    expect(found?.d2Gy).toBeCloseTo(10.5 - 0.02 * 8, 0)
    const { doseGy = [], cumulative, lower, differentialPerGy } = found?.histogram ?? {}
    expect(at(doseGy, cumulative, 8.5)).toBeCloseTo(0.25, 1)
    expect(lower).toBeNull()
    const width = (doseGy[1] ?? 0) - (doseGy[0] ?? 0)
    expect((differentialPerGy ?? []).reduce((sum, one) => sum + one * width, 0)).toBeCloseTo(1, 6)
  })

  it('have a wider band where the map is noisy', () => {
    const [quiet] = structureDoses(task((i) => 1 + i, 0.01))
    const [noisy] = structureDoses(task((i) => 1 + i, 0.01, 1))
    const width = (of: typeof quiet): number => {
      const { doseGy = [], lower, upper } = of?.histogram ?? {}
      return at(doseGy, upper, 6.5) - at(doseGy, lower, 6.5)
    }
    expect(width(noisy)).toBeGreaterThan(width(quiet) + 0.01)
  })

  it('are null where they lie outside the map', () => {
    const away = [1, 0, 0, 5000, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    expect(structureDoses({ ...task(() => 1, null), shapeToReference: away })).toEqual([null])
  })
})

describe('grids', () => {
  it('are divided into whole parts of the same box', () => {
    const fine = finerGrid(grid, 2.5)
    expect(fine.dimensions).toEqual([36, 20, 8])
    const [whole, parts] = [gridExtentMm(grid), gridExtentMm(fine)]
    for (const axis of [0, 1, 2] as const) {
      expect(parts.low[axis]).toBeCloseTo(whole.low[axis], 9)
      expect(parts.high[axis]).toBeCloseTo(whole.high[axis], 9)
    }
  })

  it('move with a rigid motion, voxel by voxel', () => {
    // A quarter turn about z, then 7 mm along x.
    const moved = movedGrid(grid, [0, -1, 0, 7, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    expect(moved.originMm).toEqual([-10 + 7, -30, 100])
    expect(moved.direction.map((one) => one + 0)).toEqual([-1, 0, 0, 0, -1, 0, 0, 0, 1])
  })
})
