import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { parseHuDensityTable, voxelCount, voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import { gridAround, rotation } from '../../../native-core/imaging/testShapes.ts'
import { allowMainThread, kernelsPath } from '../../../native-core/kernels/index.ts'
import { parseMedia } from '../../../native-core/physics/media/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { activityUse } from './activityUse.ts'
import { computingGrid } from './computingGrid.ts'
import { activityOnGrid, matterOnGrid, waterOnGrid } from './maps.ts'

const isBuilt = ((): boolean => {
  try {
    return existsSync(kernelsPath())
  } catch {
    return false
  }
})()
const resources = fileResources()
const tables = {
  huDensity: parseHuDensityTable(resources.huDensityTable()),
  media: parseMedia(resources.materialTable('media')),
}
const LARGE = 1e12

function refusal(work: () => unknown): InputError {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return error as InputError
  }
  throw new Error('it was not refused')
}
const filled = (grid: ImageGrid, value: (n: number) => number) => ({
  grid,
  values: Float32Array.from({ length: voxelCount(grid) }, (_, n) => value(n)),
})
const total = (values: Float32Array, grid: ImageGrid): number =>
  values.reduce((sum, value) => sum + value, 0) * voxelVolumeMl(grid)

describe('computing grid', () => {
  const activity = gridAround(50, [4, 5, 6], [7, 8, 9], rotation(0.2, 0.1, 0.4))
  const ct = gridAround(60, [2, 2, 2])

  it('is that of the activity, of the CT, or given', () => {
    expect(computingGrid('activity', activity, ct, LARGE)).toBe(activity)
    expect(computingGrid('ct', activity, ct, LARGE)).toBe(ct)
    expect(computingGrid(ct, activity, null, LARGE)).toBe(ct)
    expect(refusal(() => computingGrid('ct', activity, null, LARGE)).code).toBe('dose.grid-choice')
  })

  it('of cubes covers the activity about the same centre', () => {
    const even: ImageGrid = {
      dimensions: [10, 10, 10],
      spacingMm: [3, 3, 3],
      originMm: [1, 2, 3],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    }
    expect(computingGrid(2, even, null, LARGE)).toEqual({
      ...even,
      dimensions: [15, 15, 15],
      spacingMm: [2, 2, 2],
      originMm: [0.5, 1.5, 2.5],
    })
    expect(computingGrid(4, even, null, LARGE)).toEqual({
      ...even,
      dimensions: [8, 8, 8],
      spacingMm: [4, 4, 4],
      originMm: [0.5, 1.5, 2.5],
    })
    const cubes = computingGrid(3, activity, null, LARGE)
    expect(cubes.direction).toBe(activity.direction)
    cubes.dimensions.forEach((n, axis) =>
      expect(n * 3).toBeGreaterThanOrEqual(activity.dimensions[axis]! * activity.spacingMm[axis]! - 1e-5),
    )
  })

  it('is refused where it cannot be or is too large', () => {
    for (const mm of [0, -1, NaN, 0.1, 60])
      expect(refusal(() => computingGrid(mm, activity, ct, LARGE)).code).toBe('dose.grid-choice')
    expect(refusal(() => computingGrid(0.2, activity, ct, 1e9)).code).toBe('dose.too-large')
  })
})

describe('what an activity image means', () => {
  const physicalHalfLifeS = 6.647 * 86400

  it('a half-life gives A·T/ln 2, a residence time A·τ', () => {
    const half = activityUse({ image: 'Bq/mL', effectiveHalfLifeHours: 50, physicalHalfLifeS })
    expect(half.quantity).toBe('dose')
    expect(half.factor).toBeCloseTo((50 * 3600) / Math.log(2), 6)
    expect(activityUse({ image: 'without-unit', residenceHours: 2, physicalHalfLifeS }).factor).toBe(7200)
  })

  it('Bq/mL alone is a dose rate; without a unit it is decays per mL unless a rate is asked for', () => {
    expect(activityUse({ image: 'Bq/mL', physicalHalfLifeS })).toMatchObject({ quantity: 'dose-rate', factor: 1 })
    expect(activityUse({ image: 'without-unit', physicalHalfLifeS })).toMatchObject({ quantity: 'dose', factor: 1 })
    expect(activityUse({ image: 'without-unit', quantity: 'dose-rate', physicalHalfLifeS }).quantity).toBe('dose-rate')
  })

  it.each([
    [{ image: 'Bq/mL', quantity: 'dose' }, /dose rate/],
    [{ image: 'Bq/mL', effectiveHalfLifeHours: 10, residenceHours: 3 }, /both/],
    [{ image: 'Bq/mL', quantity: 'dose-rate', residenceHours: 3 }, /neither/],
    [{ image: 'Bq/mL', effectiveHalfLifeHours: 300 }, /longer than the physical one of 159\.5 h/],
    [{ image: 'Bq/mL', effectiveHalfLifeHours: 0 }, /0 h/],
    [{ image: 'without-unit', residenceHours: NaN }, /NaN/],
  ] as const)('refuses %j', (wish, message) => {
    const error = refusal(() => activityUse({ ...wish, physicalHalfLifeS }))
    expect(error.code).toBe('dose.quantity')
    expect(error.message).toMatch(message)
  })
})

describe.skipIf(!isBuilt)('maps on the computing grid (skipped where the native kernels are not built)', () => {
  beforeAll(() => allowMainThread())
  const inner = gridAround(30, [6, 7, 8])
  const outer = gridAround(60, [3, 3, 4], [1, 2, 3])

  it('keep mass: a CT of any pattern weighs the same on any grid of the same extent', () => {
    const cube = (dimensions: readonly [number, number, number]): ImageGrid => {
      const spacingMm = dimensions.map((n) => 24 / n) as unknown as typeof dimensions
      const originMm = spacingMm.map((mm) => mm / 2) as unknown as typeof dimensions
      return { dimensions, spacingMm, originMm, direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] }
    }
    const size = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 3000 }), { minLength: 60, maxLength: 60 }),
        size,
        size,
        size,
        (hu, x, y, z) => {
          const ct = filled(cube([5, 4, 3]), (n) => hu[n]!)
          const other = cube([x, y, z])
          const { densityGPerMl, outsideCt } = matterOnGrid(ct, other, tables, 1)
          expect(outsideCt).toBeNull()
          const mass = total(matterOnGrid(ct, ct.grid, tables, 1).densityGPerMl, ct.grid)
          expect(Math.abs(total(densityGPerMl, other) / mass - 1)).toBeLessThan(1e-5)
        },
      ),
    )
  })

  it('uniform matter stays as it is on every grid, beyond the CT there is air', () => {
    const ct = filled(inner, () => 40)
    const [density] = matterOnGrid(
      filled(gridAround(4, [4, 4, 4]), () => 40),
      gridAround(4, [4, 4, 4]),
      tables,
      1,
    ).densityGPerMl
    const turned = gridAround(55, [5, 5, 5], [2, 1, 0], rotation(0.3, 0.2, -0.5))
    const matter = matterOnGrid(ct, turned, tables, 1)
    let inside = 0
    matter.densityGPerMl.forEach((value, n) => {
      if (matter.outsideCt![n]) expect(value).toBeLessThan(0.002)
      else {
        inside++
        expect(value).toBeCloseTo(density!, 4)
      }
    })
    expect((inside * 125) / 1000 / (voxelCount(inner) * voxelVolumeMl(inner))).toBeCloseTo(1, 1)
    expect(matter.media[matter.mediumIndex[matter.outsideCt!.indexOf(1)]!]!.name.toLowerCase()).toContain('air')
    expect(
      matterOnGrid(
        filled(outer, () => 40),
        inner,
        tables,
        1,
      ).outsideCt,
    ).toBeNull()
  })

  it('a voxel of half bone, half water has the mean density', () => {
    const pair: ImageGrid = {
      dimensions: [2, 2, 2],
      spacingMm: [2, 4, 4],
      originMm: [0, 0, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    }
    const one: ImageGrid = { ...pair, dimensions: [1, 1, 1], spacingMm: [4, 8, 8], originMm: [1, 2, 2] }
    const ct = filled(pair, (n) => (n % 2 ? 1200 : 0))
    const fine = matterOnGrid(ct, pair, tables, 1).densityGPerMl
    expect(matterOnGrid(ct, one, tables, 1).densityGPerMl[0]).toBeCloseTo((fine[0]! + fine[1]!) / 2, 5)
  })

  it('padding is air and metal is told of; numbers that are none are refused', () => {
    const ct = filled(inner, (n) => (n === 0 ? -3024 : n === 1 ? 20000 : 0))
    const { densityGPerMl, remarks } = matterOnGrid(ct, inner, tables, 1)
    expect(densityGPerMl[0]).toBeLessThan(0.002)
    expect(remarks.join()).toContain('1 voxels of the CT lie above 3071 HU')
    expect(
      matterOnGrid(
        filled(inner, () => 0),
        inner,
        tables,
        1,
      ).remarks.join(),
    ).toContain('below 0 HU')
    expect(
      refusal(() =>
        matterOnGrid(
          filled(inner, (n) => (n === 5 ? NaN : 0)),
          inner,
          tables,
          1,
        ),
      ).code,
    ).toBe('dose.ct-voxel')
  })

  it('activity beyond the grid or the CT is told of, and refused where it is much', () => {
    const activity = filled(inner, () => 5)
    const slightly = { ...inner, originMm: [inner.originMm[0] + 0.2, inner.originMm[1], inner.originMm[2]] as const }
    const { activityPerMl, remarks } = activityOnGrid(activity, slightly, null, 1)
    expect(remarks.join()).toMatch(/0\.\d+ % of the activity lies beyond the computing grid/)
    expect(total(activityPerMl, slightly) / total(activity.values, inner)).toBeCloseTo(
      1 - 0.2 / (6 * inner.dimensions[0]),
      4,
    )
    const far = gridAround(30, [6, 7, 8], [40, 0, 0])
    expect(refusal(() => activityOnGrid(activity, far, null, 1)).code).toBe('dose.activity-outside')
    const outside = new Uint8Array(voxelCount(inner))
    outside[3] = 1
    expect(activityOnGrid(activity, inner, outside, 1).activityPerMl[3]).toBe(0)
    expect(refusal(() => activityOnGrid(activity, inner, outside.fill(1), 1)).message).toContain('100 %')
    expect(
      refusal(() =>
        activityOnGrid(
          filled(inner, (n) => (n === 9 ? NaN : 1)),
          far,
          null,
          1,
        ),
      ).code,
    ).toBe('dose.activity-voxel')
  })

  it('water is water', () => {
    const matter = waterOnGrid(inner, tables.media)
    expect(matter.media[matter.mediumIndex[0]!]!.id).toContain('water')
    expect(new Set(matter.densityGPerMl)).toEqual(new Set([1]))
  })
})
