import { describe, expect, it } from 'vitest'
import { coverageVolumeMl } from '../../../../native-core/imaging/segmentation/manual/index.ts'
import { blurredSphere } from '../../../../native-core/imaging/segmentation/semiautomatic/blurredSphere.ts'
import { RandomStream } from '../../../../native-core/statistics/index.ts'
import type { ImageGrid, Vec3 } from '../../../../native-core/imaging/types.ts'
import { DrawingSession } from './session.ts'
import { findTask, placed, search, type FindImage } from './find.ts'
import type { DrawnStructure, DrawRules, FindMethod } from './protocol.ts'

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const
const cube = (count: number, mm: number): ImageGrid => {
  const first = (-(count - 1) / 2) * mm
  return {
    dimensions: [count, count, count],
    spacingMm: [mm, mm, mm],
    originMm: [first, first, first],
    direction: IDENTITY,
  }
}
const emissionGrid = cube(40, 4)
const drawnGrid = cube(60, 2.5)
const RADIUS_MM = 20
const FWHM_MM = 9
const TRUE_ML = (4 / 3000) * Math.PI * RADIUS_MM ** 3
const CENTRE: Vec3 = [3, -2, 1]

/** A ball of 800 kBq/mL in 50 kBq/mL, seen with 9 mm FWHM, in Bq/mL. */
function ballImage(): FindImage {
  const [n] = emissionGrid.dimensions
  const [first] = emissionGrid.originMm
  const values = new Float32Array(n ** 3)
  const sdMm = FWHM_MM / Math.sqrt(8 * Math.LN2)
  for (let at = 0; at < values.length; at++) {
    const point = [at % n, Math.floor(at / n) % n, Math.floor(at / n / n)].map((index) => first + 4 * index)
    const fromCentre = Math.hypot(...point.map((mm, axis) => mm - CENTRE[axis]!))
    values[at] = 1000 * (50 + 750 * blurredSphere(RADIUS_MM, sdMm, fromCentre))
  }
  return { grid: emissionGrid, values, unit: 'kBq/mL', perUnit: 1000 }
}
const image = ballImage()
const find = (method: FindMethod, of = image) => {
  const operation = { kind: 'find', mode: 'add', image: 'emission', method, pointMm: CENTRE, halfSideMm: 44 } as const
  return placed(drawnGrid, of.grid, search(findTask(of, operation)))
}

/**
 * Where a level set by two means c₁ and c₂ in a cube comes to rest: I = (c₁ + c₂)/2, the means of what is further than a voxel from it.
 */
function restRadiusMm(halfSideMm: number, voxelMm: number): number {
  const sdMm = FWHM_MM / Math.sqrt(8 * Math.LN2)
  const places = Array.from({ length: 2 * halfSideMm + 1 }, (_, n) => n - halfSideMm)
  const radii = places.flatMap((x) => places.flatMap((y) => places.map((z) => Math.hypot(x, y, z))))
  const table = Float64Array.from({ length: 800 }, (_, n) => blurredSphere(RADIUS_MM, sdMm, n / 10))
  const profile = (radiusMm: number): number => table[Math.round(10 * radiusMm)]!
  let radiusMm = RADIUS_MM
  for (let round = 0; round < 30; round++) {
    const sums = [0, 0]
    const counts = [0, 0]
    for (const r of radii) {
      if (Math.abs(r - radiusMm) <= voxelMm) continue
      const side = Number(r > radiusMm)
      sums[side]! += profile(r)
      counts[side]!++
    }
    const [inside, outside] = [sums[0]! / counts[0]!, sums[1]! / counts[1]!]
    const level = (inside + outside) / 2
    radiusMm = table.findIndex((value) => value < level) / 10
  }
  return radiusMm
}

/** A sharp ball of 100 in 0 with noise of 15, as a CT has it. */
function sharpImage(): FindImage {
  const random = new RandomStream(7)
  const values = image.values.map((value) => (value > 450_000 ? 100 : 0) + 15 * random.normal())
  return { grid: emissionGrid, values, unit: 'HU', perUnit: 1 }
}

const free: DrawRules = { overlap: 'free', insideId: null, value: null }
const structure = (id: string): DrawnStructure => ({
  id,
  name: id.toUpperCase(),
  kind: 'lesion',
  type: '',
  colourRgb: null,
  origin: 'drawn here',
  method: { kind: 'drawn', description: 'drawn by hand', parameters: {} },
  review: 'none',
  identity: null,
  keptId: null,
})

describe('what is found in one image and drawn on the voxels of another', () => {
  it.each<[FindMethod, number]>([
    [{ kind: 'adaptive-threshold', fwhmMm: FWHM_MM }, 0.02],
    [{ kind: 'gradient', fwhmMm: FWHM_MM }, 0.02],
  ])('has the true volume of a blurred ball: %o within %d', (method, tolerance) => {
    const { content, region } = find(method)
    expect(Math.abs(coverageVolumeMl(drawnGrid, content) / TRUE_ML - 1)).toBeLessThan(tolerance)
    expect(region.isCut).toBe(false)
  })

  it('is told in the unit that is shown', () => {
    const { region } = find({ kind: 'adaptive-threshold', fwhmMm: FWHM_MM })
    expect(region.description).toContain('kBq/mL')
    expect(Number(region.parameters['background'])).toBeCloseTo(50, 0)
  })

  it('is, by the level set, where the image lies half-way between the means of its two sides', () => {
    const { content } = find({ kind: 'level-set', startRadiusMm: 8 })
    const expectedMl = (4 / 3000) * Math.PI * restRadiusMm(44, 4) ** 3
    expect(Math.abs(coverageVolumeMl(drawnGrid, content) / expectedMl - 1)).toBeLessThan(0.03)
  })

  it('grows by statistics through noise to a sharp edge, and no further', () => {
    const sharp = sharpImage()
    const { content } = find({ kind: 'statistics', standardDeviations: 2.5, startRadiusMm: 12 }, sharp)
    const insideMl = (sharp.values.filter((_, n) => image.values[n]! > 450_000).length * 4 ** 3) / 1000
    expect(Math.abs(coverageVolumeMl(drawnGrid, content) / insideMl - 1)).toBeLessThan(0.1)
  })

  it('becomes a step of the drawing with its method and parameters', () => {
    const session = new DrawingSession('ct', drawnGrid)
    session.setImage('emission', image)
    session.add(structure('a'))
    const operation = {
      kind: 'find',
      mode: 'add',
      image: 'emission',
      method: { kind: 'gradient', fwhmMm: FWHM_MM },
      pointMm: CENTRE,
      halfSideMm: 44,
    } as const
    expect(session.edit('a', operation, free, 'anew').pending!.afterMl).toBeGreaterThan(0.9 * TRUE_ML)
    const [made] = session.commit().structures
    expect(made!.method).toMatchObject({ kind: 'gradient', parameters: { method: 'gradient', fwhmMm: FWHM_MM } })
  })
})

describe('what the resolution does to it', () => {
  const operation = (kind: 'find' | 'threshold', fwhmMm: number | null) => {
    const common = { mode: 'add', image: 'emission', pointMm: CENTRE, halfSideMm: 44, fwhmMm } as const
    return kind === 'find'
      ? ({ ...common, kind, method: { kind: 'level-set', startRadiusMm: 8 } } as const)
      : ({ ...common, kind, rule: { kind: 'relative', part: 0.3 }, isConnected: true } as const)
  }
  const noteOf = (kind: 'find' | 'threshold', fwhmMm: number | null): string => {
    const session = new DrawingSession('ct', drawnGrid)
    session.setImage('emission', image)
    session.add(structure('a'))
    return session.edit('a', operation(kind, fwhmMm), free, 'anew').pending!.note
  }

  it('is said with the preview of a threshold and of what looks for an edge, or that it is not known', () => {
    // 30 % of the maximum of 800 in 50: 25 % of the contrast, where a ball of 20 mm seen with 9 mm FWHM is at 21.85 mm: 30 % (closed form).
    expect(noteOf('threshold', FWHM_MM)).toMatch(/about (29|3[01])(\.\d)? % too large/)
    // Half-way on a curved edge lies σ²/R = 0.7 mm inside it, less what the spill into the surroundings takes from the half.
    expect(noteOf('find', FWHM_MM)).toMatch(/about ([5-9]|10)(\.\d+)? % too small/)
    expect(noteOf('threshold', null)).toMatch(/\(FWHM\) is not known/)
  })
})

describe('a search in another worker', () => {
  it('leads to the same preview as one in place', () => {
    const operation = {
      kind: 'find',
      mode: 'add',
      image: 'emission',
      method: { kind: 'gradient', fwhmMm: FWHM_MM },
      pointMm: CENTRE,
      halfSideMm: 44,
      fwhmMm: FWHM_MM,
    } as const
    const session = new DrawingSession('ct', drawnGrid)
    session.setImage('emission', image)
    session.add(structure('a'))
    const here = session.edit('a', operation, free, 'anew').pending
    const task = structuredClone(session.search('a', operation))
    const there = session.edit('a', operation, free, 'anew', structuredClone(search(task))).pending
    expect(there).toEqual(here)
  })
})

describe('a random walker between strokes', () => {
  const stroke = (pointsMm: readonly Vec3[]) =>
    ({ kind: 'brush', mode: 'add', isBall: true, pointsMm, normal: [0, 0, 1], radiusMm: 5 }) as const
  function marked(): DrawingSession {
    const session = new DrawingSession('ct', drawnGrid)
    session.setImage('emission', image)
    session.add(structure('in'))
    session.add(structure('out'))
    session.edit('in', stroke([CENTRE, [CENTRE[0] + 6, CENTRE[1], CENTRE[2]]]), free, 'anew')
    session.commit()
    const around: Vec3[] = [...Array(25).keys()].map((n) => {
      const angle = (n / 24) * 2 * Math.PI
      return [CENTRE[0] + 40 * Math.cos(angle), CENTRE[1] + 40 * Math.sin(angle), CENTRE[2]]
    })
    session.edit('out', stroke(around), free, 'anew')
    session.commit()
    session.edit('out', stroke([[3, -2, 41]]), free, 'anew')
    session.commit()
    session.edit('out', stroke([[3, -2, -39]]), free, 'anew')
    session.commit()
    return session
  }
  const walk = { kind: 'walk', image: 'emission', outsideId: 'out', beta: 90 } as const

  it('finds the ball between them, and forgets the strokes', () => {
    const session = marked()
    session.edit('in', walk, free, 'anew')
    const [made] = session.commit().structures
    expect(Math.abs(made!.volumeMl / TRUE_ML - 1)).toBeLessThan(0.15)
    expect(made!.method.kind).toBe('random-walker')
  })

  it('asks for strokes where one kind is missing', () => {
    const session = new DrawingSession('ct', drawnGrid)
    session.setImage('emission', image)
    session.add(structure('in'))
    session.add(structure('out'))
    expect(() => session.edit('in', walk, free, 'anew')).toThrow(/marks the/)
  })
})
