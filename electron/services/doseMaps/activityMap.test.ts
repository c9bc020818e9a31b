import { describe, expect, it } from 'vitest'
import { maskStatistics, resampleTrilinearReference } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, StructureShape } from '../../../native-core/imaging/index.ts'
import { DEFAULT_VOXELWISE } from '../../../native-core/kinetics/index.ts'
import type { ActivityMapTask } from '../ports/compute.ts'
import { activityMap } from './activityMap.ts'
import { matchStructures } from './matchStructures.ts'

const grid: ImageGrid = {
  dimensions: [8, 8, 8],
  spacingMm: [5, 5, 5],
  originMm: [-17.5, -17.5, -17.5],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const RATE = Math.LN2 / (6.647 * 86_400)

/** A box of voxels of the grid, each inside by `fraction`. */
const box = (start: [number, number, number], size: [number, number, number], fraction = 1): FractionalMask => ({
  grid,
  box: { start, size },
  fractions: new Float32Array(size[0] * size[1] * size[2]).fill(fraction),
  volumeOutsideMl: 0,
})
const shape = (mask: FractionalMask): StructureShape => ({ kind: 'voxels', mask })

function image(timeS: number, perMl: (voxel: number) => number): ActivityMapTask['images'][number] {
  return {
    grid,
    values: Float32Array.from({ length: 512 }, (_, voxel) => perMl(voxel) / 2),
    factorToBqPerMl: 2,
    timeS,
    toReference: null,
  }
}

const task = (change: Partial<ActivityMapTask>): ActivityMapTask => ({
  grid,
  quantity: 'dose',
  images: [],
  physicalRatePerS: RATE,
  voxelwise: { ...DEFAULT_VOXELWISE, negligibleShare: 0 },
  structures: [],
  shapeToReference: null,
  lesionsInOrgans: 'exclude',
  sliceThicknessMm: 5,
  matchStructures: true,
  ...change,
})
const noCarry = (): never => {
  throw new Error('no image of these is carried')
}
const kernels = { resample: resampleTrilinearReference, carry: noCarry, control: null }
const run = (of: ActivityMapTask) => activityMap(of, kernels)

describe('activity map', () => {
  it('integrates a uniform, physically decaying source to A0/λ, with the calibration factor', () => {
    const map = run(task({ images: [6, 30, 100].map((h) => image(h * 3600, () => 1000 * Math.exp(-RATE * h * 3600))) }))
    for (const tia of map.activityPerMl) expect(tia / (1000 / RATE)).toBeCloseTo(1, 5)
    // 512 voxels of 0.125 mL.
    expect(map.total / ((1000 / RATE) * 64)).toBeCloseTo(1, 5)
    expect(map.voxels).toEqual({ all: 512, negligible: 0, unseen: 0, negative: 0 })
  })

  it('brings an image by its registration, and says which voxels it does not hold', () => {
    // The patient lay 10 mm further along x: what was at index 2 is at index 4 of the reference.
    const toReference = [1, 0, 0, 10, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    const one = { ...image(3600, (voxel) => 100 * (1 + (voxel % 8))), toReference }
    const map = run(task({ quantity: 'dose-rate', images: [one] }))
    expect(map.activityPerMl.slice(2, 8)).toEqual(Float32Array.of(100, 200, 300, 400, 500, 600))
    expect(map.activityPerMl.slice(0, 2)).toEqual(Float32Array.of(0, 0))
    expect(map.voxels.unseen).toBe(2 * 64)
  })

  it('counts negative voxels of a time point and sets them to zero', () => {
    const map = run(task({ quantity: 'dose-rate', images: [image(60, (voxel) => (voxel < 5 ? -3 : 3))] }))
    expect(map.voxels.negative).toBe(5)
    expect(map.activityPerMl.slice(3, 7)).toEqual(Float32Array.of(0, 0, 3, 3))
  })

  it('takes a lesion out of its organ before it compares them', () => {
    const lesion = box([2, 2, 2], [2, 2, 2])
    const inLesion = (voxel: number): boolean => maskStatistics(lesion, one(voxel)).sum > 0
    const one = (voxel: number): Float32Array => Float32Array.from({ length: 512 }, (_, at) => (at === voxel ? 1 : 0))
    const map = run(
      task({
        quantity: 'dose-rate',
        images: [image(60, (voxel) => (inLesion(voxel) ? 900 : 100))],
        structures: [
          { name: 'LIVER', kind: 'organ', shape: shape(box([1, 1, 1], [5, 5, 5])), expectedPerMl: 110 },
          { name: 'TUMOUR', kind: 'lesion', shape: shape(lesion), expectedPerMl: 1000 },
        ],
      }),
    )
    expect(map.structures.map(({ mapPerMl }) => mapPerMl)).toEqual([100, 900])
    expect(map.structures.map(({ agreement }) => agreement?.toFixed(3))).toEqual(['1.000', '1.000'])
  })

  it('refuses images that do not meet the grid', () => {
    const away = { ...image(60, () => 1), toReference: [1, 0, 0, 999, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] }
    expect(() => run(task({ images: [away] }))).toThrow(/No emission image/)
  })
})

describe('matching the map to the structures', () => {
  it('scales each structure to its own mean, also where they share voxels and are cut by them', () => {
    const map = new Float32Array(512).map((_, voxel) => 50 + (voxel % 7))
    const left = box([0, 0, 0], [4, 8, 8], 0.8)
    const right = box([3, 0, 0], [4, 8, 8], 0.7)
    const found = matchStructures(
      map,
      [
        { name: 'left', expectedPerMl: 70, mask: left },
        { name: 'right', expectedPerMl: 40, mask: right },
      ],
      true,
    )
    expect(maskStatistics(left, map).mean / 70).toBeCloseTo(1, 3)
    expect(maskStatistics(right, map).mean / 40).toBeCloseTo(1, 3)
    found.forEach(({ agreement }) => expect(agreement).toBeCloseTo(1, 3))
  })

  it('leaves voxels outside all structures, and everything where it is not asked to scale', () => {
    const map = new Float32Array(512).fill(50)
    const target = { name: 'organ', expectedPerMl: 60, mask: box([0, 0, 0], [2, 2, 2]) }
    expect(matchStructures(map, [target], false)[0]).toMatchObject({ mapPerMl: 50, agreement: 50 / 60, note: '' })
    expect(map.every((value) => value === 50)).toBe(true)
    matchStructures(map, [target], true)
    expect([map[0], map[1], map[2], map[511]]).toEqual([60, 60, 50, 50])
  })

  it('does not scale what is off by more than twofold, and names it', () => {
    const map = new Float32Array(512).fill(10)
    const [found] = matchStructures(map, [{ name: 'organ', expectedPerMl: 60, mask: box([0, 0, 0], [2, 2, 2]) }], true)
    expect(found?.note).toContain('16.7 %')
    expect(map.every((value) => value === 10)).toBe(true)
  })

  it('passes over structures that are not in the map or have no curve', () => {
    const map = new Float32Array(512).fill(10)
    const [outside, unfitted] = matchStructures(
      map,
      [
        { name: 'outside', expectedPerMl: 60, mask: null },
        { name: 'unfitted', expectedPerMl: null, mask: box([0, 0, 0], [2, 2, 2]) },
      ],
      true,
    )
    expect(outside).toMatchObject({ mapPerMl: null, agreement: null, note: '' })
    expect(unfitted).toMatchObject({ mapPerMl: 10, agreement: null, note: '' })
  })
})
