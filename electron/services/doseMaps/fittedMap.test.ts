import { describe, expect, it } from 'vitest'
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/index.ts'
import { DEFAULT_VOXEL_TRAPEZOID, fitVoxels } from '../../../native-core/kinetics/voxelwise/index.ts'
import { drawVoxels, integralOf, KIDNEY, LU177_RATE } from '../../../native-core/kinetics/voxelwise/testVoxels.ts'
import type { VoxelDoseAnswer } from '../ports/compute.ts'
import { doseOfRates } from './doseRateCurves.ts'
import { fittedMap } from './fittedMap.ts'
import { labelsOf } from './labels.ts'

const grid: ImageGrid = {
  dimensions: [6, 5, 4],
  spacingMm: [2, 2, 2.5],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const VOXELS = 120
const mask = (start: [number, number, number], size: [number, number, number], fraction = 1): FractionalMask => ({
  grid,
  box: { start, size },
  fractions: new Float32Array(size[0] * size[1] * size[2]).fill(fraction),
  volumeOutsideMl: 0,
})
const drawn = drawVoxels(KIDNEY, [4, 24, 72, 168], VOXELS, { fraction: 0, absolute: 0 })
const fitted = (terms: boolean) =>
  fitVoxels(
    {
      model: 'mono-exponential',
      timesS: drawn.timesS,
      values: drawn.values,
      physicalRatePerS: LU177_RATE,
      options: { regularisation: 'none', negligibleShare: 0 },
    },
    { terms },
  )
const structure = {
  name: 'Box',
  kind: 'organ',
  shape: { kind: 'voxels', mask: mask([0, 0, 0], [6, 5, 2]) },
  expectedPerMl: 3e9,
} as const
const source = mask([0, 0, 0], [6, 5, 2])

describe('the label of a voxel', () => {
  it('is the structure that holds most of it, at least half, the first of equal ones', () => {
    const labels = labelsOf([mask([0, 0, 0], [2, 1, 1], 0.6), null, mask([1, 0, 0], [3, 1, 1], 0.6)], grid)
    expect([...labels.subarray(0, 5)]).toEqual([1, 1, 3, 3, 0])
    expect([...labelsOf([mask([1, 2, 3], [1, 1, 1], 0.49)], grid)].every((label) => label === 0)).toBe(true)
    expect(labelsOf([mask([1, 2, 3], [1, 1, 1], 0.5)], grid)[1 + 6 * (2 + 5 * 3)]).toBe(1)
  })

  it('has room for more than 255 structures', () => {
    const labels = labelsOf(
      Array.from({ length: 300 }, (_, at) => mask([at % 6, 0, 0], [1, 1, 1])),
      grid,
    )
    expect(labels).toBeInstanceOf(Uint16Array)
    expect([...labels.subarray(0, 6)]).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('an activity map of fitted voxels', () => {
  const map = (matchStructures: boolean) =>
    fittedMap({
      grid,
      structures: [structure],
      matchStructures,
      images: { masks: [{ source, target: source }], carried: [] },
      fit: fitted(true),
    })

  it('holds the integrals, their total and the shares outside the images', () => {
    const { activityPerMl, total, shareBefore, shareAfter, structures } = map(false)
    drawn.integral.forEach((truth, voxel) => expect((activityPerMl[voxel] as number) / truth).toBeCloseTo(1, 5))
    // Voxels of 0.01 mL.
    expect(total / (0.01 * drawn.integral.reduce((sum, one) => sum + one, 0))).toBeCloseTo(1, 5)
    const part = (from: number, to: number): number =>
      drawn.terms.reduce(
        (sum, [term]) =>
          sum +
          integralOf(term ? [term] : []) *
            (Math.exp(-(term?.effectiveRatePerS ?? NaN) * from) - Math.exp(-(term?.effectiveRatePerS ?? NaN) * to)),
        0,
      ) / drawn.integral.reduce((sum, one) => sum + one, 0)
    expect(shareBefore).toBeCloseTo(part(0, 4 * 3600), 5)
    expect(shareAfter).toBeCloseTo(part(168 * 3600, Infinity), 5)
    const truth = drawn.integral.slice(0, 60).reduce((sum, one) => sum + one, 0) / 60
    expect((structures[0]?.mapPerMl ?? NaN) / truth).toBeCloseTo(1, 5)
  })

  it('scales the uncertainty of a voxel with its activity where structures are matched', () => {
    const [as, matched] = [map(false), map(true)]
    expect(matched.structures[0]?.agreement).toBeCloseTo(1, 4)
    for (const voxel of [0, 31, 59, 60, 119]) {
      const factor = (matched.activityPerMl[voxel] as number) / (as.activityPerMl[voxel] as number)
      expect(voxel < 60 ? Math.abs(factor - 1) > 0.01 : factor === 1).toBe(true)
      const [before, after] = [as, matched].map(({ fit }) => fit?.uncertaintyPerMl[voxel] as number)
      expect((after as number) / (before as number) / factor).toBeCloseTo(1, 5)
    }
  })

  it('is cancelled', () => {
    const task = { grid, structures: [], matchStructures: false, images: { masks: [], carried: [] }, fit: fitted(true) }
    expect(() => fittedMap(task, () => false)).toThrow(/cancel/)
  })
})

describe('a dose of dose rates', () => {
  const density = Float32Array.from({ length: VOXELS }, (_, voxel) => 1 + 0.01 * voxel)
  const rate = (image: number): VoxelDoseAnswer => ({
    densityGPerMl: density,
    dose: {
      quantity: 'dose-rate',
      doseGy: (drawn.values[image] as Float32Array).map((value) => 1e-10 * value),
      byRadiationGy: {},
      statisticalSdGy: null,
      structures: [
        {
          name: 'Box',
          massKg: 1,
          doseGy: 1,
          statisticalSdGy: null,
          byRadiationGy: {},
          volumeMl: 0.6,
          minimumGy: 0,
          maximumGy: 0,
        },
      ],
      emittedJ: Math.exp(-LU177_RATE * (drawn.timesS[image] as number)),
      depositedJ: 0,
      facts: {},
      remarks: ['The same of every image.'],
    },
  })

  it('is the integral of each voxel, the mean by mass, and the energy over time', async () => {
    const { dose } = await doseOfRates(
      {
        grid,
        timesS: drawn.timesS,
        rates: drawn.timesS.map((_, image) => rate(image)),
        masks: [source],
        structures: [structure],
        physicalRatePerS: LU177_RATE,
        fit: {
          model: 'mono-exponential',
          regularisation: 'none',
          spread: { slowRate: 0, fastRate: 0, thirdRate: 0, startShare: 0, phaseShare: 0 },
          trapezoid: DEFAULT_VOXEL_TRAPEZOID,
          fixed: {},
          circulationRatePerS: null,
          noise: { fraction: 0.1, absoluteShare: 0.01, byCounts: true },
          order: 'dose-rate-first',
        },
        negligibleShare: 0,
      },
      { fitVoxels: (task) => Promise.resolve(fitVoxels(task)) },
      {},
    )
    const truth = drawn.integral.map((integral) => 1e-10 * integral)
    truth.forEach((one, voxel) => expect((dose.doseGy[voxel] as number) / one).toBeCloseTo(1, 5))
    const mass = density.slice(0, 60).reduce((sum, one) => sum + one, 0)
    const energy = truth.slice(0, 60).reduce((sum, one, voxel) => sum + one * (density[voxel] as number), 0)
    expect((dose.structures[0]?.doseGy ?? NaN) / (energy / mass)).toBeCloseTo(1, 5)
    expect((dose.structures[0]?.maximumGy ?? NaN) / Math.max(...truth.slice(0, 60))).toBeCloseTo(1, 5)
    // Emitted energy that only decays: 1 W at the injection.
    expect(dose.emittedJ * LU177_RATE).toBeCloseTo(1, 5)
    const whole = truth.reduce((sum, one, voxel) => sum + one * (density[voxel] as number), 0)
    expect(dose.depositedJ / (whole * 0.01 * 1e-3)).toBeCloseTo(1, 5)
    expect(dose.remarks.filter((remark) => remark === 'The same of every image.')).toHaveLength(1)
  })
})
