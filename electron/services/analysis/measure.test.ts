import { describe, expect, it } from 'vitest'
import type { HuDensityTable, ImageGrid, PlanarContour } from '../../../native-core/imaging/index.ts'
import { measureStructures } from './measure.ts'
import type { MeasureStructure, MeasureTask } from '../ports/compute.ts'

const water: HuDensityTable = {
  name: 'water',
  version: '1',
  source: 'test',
  evidence: 'designed',
  segments: [{ fromHu: -1000, toHu: 3000, interceptGPerMl: 1, slopeGPerMlPerHu: 0.001 }],
}
const grid = (n: number, spacing: number): ImageGrid => ({
  dimensions: [n, n, n],
  spacingMm: [spacing, spacing, spacing],
  originMm: [-((n - 1) * spacing) / 2, -((n - 1) * spacing) / 2, -((n - 1) * spacing) / 2],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
})

function sphere(
  name: string,
  kind: 'organ' | 'lesion',
  centre: readonly [number, number, number],
  radiusMm: number,
): MeasureStructure {
  const contours: PlanarContour[] = []
  for (let z = -100; z <= 100; z += 2.5) {
    const r2 = radiusMm ** 2 - (z - centre[2]) ** 2
    if (r2 <= 0.5) continue
    const points = Array.from({ length: 90 }, (_, step) => {
      const angle = (step / 90) * 2 * Math.PI
      return [centre[0] + Math.sqrt(r2) * Math.cos(angle), centre[1] + Math.sqrt(r2) * Math.sin(angle), z]
    })
    contours.push({ pointsMm: Float64Array.from(points.flat()) })
  }
  return { name, kind, shape: { kind: 'contours', contours } }
}

const volumeMl = (radiusMm: number): number => ((4 / 3) * Math.PI * radiusMm ** 3) / 1000

function task(structures: readonly MeasureStructure[], change: Partial<MeasureTask> = {}): MeasureTask {
  const emission = grid(40, 5)
  const values = new Float32Array(40 ** 3)
  for (let k = 0, at = 0; k < 40; k++)
    for (let j = 0; j < 40; j++)
      for (let i = 0; i < 40; i++, at++) {
        const [x, y, z] = [i, j, k].map((index) => (index - 19.5) * 5) as [number, number, number]
        values[at] = Math.hypot(x - 20, y, z) < 30 ? 5000 : 1000
      }
  const ct = grid(100, 2.5)
  return {
    emission: { grid: emission, values, factorToBqPerMl: 2 },
    ct: { grid: ct, values: new Float32Array(100 ** 3).fill(50) },
    structures,
    shapeToImage: null,
    lesionsInOrgans: 'exclude',
    huDensity: water,
    sliceThicknessMm: 2.5,
    ...change,
  }
}

describe('measureStructures', () => {
  const organ = sphere('LIVER', 'organ', [0, 0, 0], 60)
  const lesion = sphere('LESION', 'lesion', [20, 0, 0], 15)

  it('gives volume, concentration and density of a sphere', () => {
    const [found] = measureStructures(task([lesion]))
    expect(found?.volumeMl).toBeCloseTo(volumeMl(15), 0)
    expect(Math.abs((found?.volumeMl ?? 0) / volumeMl(15) - 1)).toBeLessThan(0.01)
    expect(found?.meanBqPerMl).toBeCloseTo(10000, 6)
    expect(found?.densityGPerMl).toBeCloseTo(1.05, 6)
    expect(found?.problem).toBe('')
  })

  it('takes lesions out of their organ, or leaves them in, as the policy says', () => {
    const [without] = measureStructures(task([organ, lesion]))
    const [within] = measureStructures(task([organ, lesion], { lesionsInOrgans: 'include' }))
    expect(without?.withoutLesions).toEqual(['LESION'])
    expect(within?.withoutLesions).toEqual([])
    expect((within?.volumeMl ?? 0) - (without?.volumeMl ?? 0)).toBeCloseTo(volumeMl(15), 0)
    expect(without?.meanBqPerMl ?? 0).toBeLessThan(within?.meanBqPerMl ?? 0)
  })

  it('measures the same through a registration that moves outline and image apart', () => {
    const moved = sphere('LESION', 'lesion', [0, -10, 5], 15)
    const shapeToImage = [1, 0, 0, 20, 0, 1, 0, 10, 0, 0, 1, -5, 0, 0, 0, 1]
    const [found] = measureStructures(task([moved], { shapeToImage }))
    expect(found?.meanBqPerMl).toBeCloseTo(10000, 6)
  })

  it('names a structure outside the image and goes on with the others', () => {
    const [outside, inside] = measureStructures(task([sphere('FAR', 'organ', [400, 0, 0], 10), lesion]))
    expect(outside?.problem).toMatch(/FAR.*outside/)
    expect(inside?.problem).toBe('')
  })

  it('notices a structure that the images cut', () => {
    const [cut] = measureStructures(task([sphere('CUT', 'organ', [0, 0, 90], 40)]))
    expect(cut?.cutByFieldOfView).toBe(true)
    expect(measureStructures(task([lesion]))[0]?.cutByFieldOfView).toBe(false)
  })

  it('names voxels that are not numbers', () => {
    const broken = task([lesion])
    broken.emission.values.fill(NaN)
    expect(measureStructures(broken)[0]?.problem).toMatch(/LESION/)
  })

  it('gives the centre of a structure, and the middle of the body by the CT', () => {
    const [found] = measureStructures(task([lesion]))
    found?.centroidMm?.forEach((at, axis) => expect(at).toBeCloseTo([20, 0, 0][axis] ?? NaN, 1))
    expect(found?.bodyMidlineMm).toBeCloseTo(0, 6)
  })

  it('names organs that overlap, and gives what they share to the higher one', () => {
    const [a, b] = [sphere('A', 'organ', [-15, 0, 0], 30), sphere('B', 'organ', [15, 0, 0], 30)]
    const lens = (Math.PI * (4 * 30 + 30) * (2 * 30 - 30) ** 2) / 12 / 1000
    const [first] = measureStructures(task([a, b]))
    expect((first?.overlaps?.[0]?.volumeMl ?? 0) / lens).toBeCloseTo(1, 1)
    const [high, low] = measureStructures(task([a, b], { overlapPriority: ['A', 'B'] }))
    expect(high?.volumeMl).toBe(first?.volumeMl)
    expect(Math.abs((low?.volumeMl ?? 0) / (volumeMl(30) - lens) - 1)).toBeLessThan(0.01)
    expect(low?.withoutHigher).toEqual(['A'])
  })

  it('divides a hollow organ into wall and content', () => {
    const hollowOrgans = { LIVER: { wallThicknessMm: 5, source: '' } }
    const [found] = measureStructures(task([organ], { hollowOrgans }))
    expect(Math.abs((found?.hollow?.contentMl ?? 0) / volumeMl(55) - 1)).toBeLessThan(0.01)
    expect(found?.hollow?.contentDensityGPerMl).toBeCloseTo(1.05, 6)
    expect(measureStructures(task([organ]))[0]?.hollow).toBeUndefined()
  })

  it('stops when it is told to', () => {
    expect(() => measureStructures(task([lesion]), () => false)).toThrow(/cancelled/)
  })
})
