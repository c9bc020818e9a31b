import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridAround, rotation, sphereVolumeMl } from '../../testShapes.ts'
import { indexToPatient, voxelCount } from '../../grid.ts'
import { rasteriseShape } from '../../structure.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../../types.ts'
import { findLesions } from './findLesions.ts'
import { blurredBall, imageOfBalls, integralWithin, radiusAtLevel } from './testSpheres.ts'
import type { LesionAsk, NamedRegion } from './types.ts'

const SIGMA = 8 / 2.3548
const ask: LesionAsk = {
  threshold: { kind: 'fixed', value: 20 },
  physiologic: [],
  marginMm: 0,
  physiologicShare: 0.5,
  minimumVolumeMl: 0,
  splitDepth: 0.2,
  localPart: null,
}

/** A ball on a fine grid of its own. */
function ballRegion(name: string, centreMm: Vec3, radiusMm: number): NamedRegion {
  const grid = gridAround(radiusMm + 2, [1, 1, 1], centreMm)
  const [nx, ny] = grid.dimensions
  const fractions = Float32Array.from({ length: voxelCount(grid) }, (_, n) => {
    const p = indexToPatient(grid, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))])
    const off = radiusMm - Math.hypot(p[0] - centreMm[0], p[1] - centreMm[1], p[2] - centreMm[2])
    return Math.min(1, Math.max(0, off + 0.5))
  })
  const box = { start: [0, 0, 0] as Vec3, size: grid.dimensions }
  return { name, shape: { kind: 'voxels', mask: { grid, box, fractions, volumeOutsideMl: 0 } } }
}

describe('blurred balls of known place and size', () => {
  // `within`: a flat boundary inside a voxel makes a body that bends across it too large, the more the fewer voxels it has.
  const balls = [
    { centreMm: [-38.3, 5.1, 12.7] as Vec3, radiusMm: 14, value: 100, within: 0.015 },
    { centreMm: [31.2, -22.4, -18.9] as Vec3, radiusMm: 9, value: 140, within: 0.03 },
    { centreMm: [8.6, 34.8, 33.1] as Vec3, radiusMm: 6, value: 90, within: 0.05 },
  ]
  const grids: [string, ImageGrid][] = [
    ['cubes of 3 mm', gridAround(66, [3, 3, 3])],
    ['boxes of 2.6 × 2.6 × 4 mm, turned', gridAround(72, [2.6, 2.6, 4], [1, -2, 3], rotation(0.3, -0.2, 0.5))],
  ]
  it.each(grids)(
    'are found one by one, volume within 0.015 (28 mm across) to 0.05 (12 mm) and place within 0.3 mm of the closed form: %s',
    (_, grid) => {
      const { candidates, tooSmall } = findLesions({ grid, values: imageOfBalls(grid, balls, SIGMA) }, ask)
      expect(candidates).toHaveLength(3)
      expect(tooSmall).toEqual({ count: 0, volumeMl: 0 })
      expect(candidates.map(({ total }) => total)).toEqual(candidates.map(({ total }) => total).sort((a, b) => b - a))
      for (const ball of balls) {
        const found = candidates.reduce((best, one) =>
          off(one.centreMm, ball.centreMm) < off(best.centreMm, ball.centreMm) ? one : best,
        )
        const r = radiusAtLevel(ball.radiusMm, SIGMA, 20 / ball.value)
        const total = ball.value * integralWithin(ball.radiusMm, SIGMA, r)
        expect(off(found.centreMm, ball.centreMm)).toBeLessThan(0.3)
        expect(Math.abs(found.volumeMl / sphereVolumeMl(r) - 1)).toBeLessThan(ball.within)
        expect(Math.abs(found.total / total - 1)).toBeLessThan(0.02)
        expect(found.mean).toBeCloseTo(found.total / found.volumeMl, 6)
        // No voxel centre lies at the top, and none is above it.
        const top = ball.value * blurredBall(ball.radiusMm, SIGMA, 0)
        expect(found.maximum).toBeLessThanOrEqual(top * 1.0001)
        expect(found.maximum).toBeGreaterThan(0.93 * top)
        // The mean of the ball of 1 mL about the centre, less what the nearest voxel centre is off and voxels are coarse.
        const peak = ball.value * integralWithin(ball.radiusMm, SIGMA, 6.2035)
        expect(found.peak! / peak).toBeLessThan(1.005)
        expect(found.peak! / peak).toBeGreaterThan(0.88)
        expect(found).toMatchObject({ review: 'to-review', flags: [], threshold: 20 })
      }
    },
  )

  it('have with a local part the volume at that part of their own maximum', () => {
    const [, grid] = grids[0]!
    const values = imageOfBalls(grid, balls, SIGMA)
    for (const one of findLesions({ grid, values }, { ...ask, localPart: 0.5 }).candidates) {
      const ball = balls.find(({ centreMm }) => off(centreMm, one.centreMm) < 3)!
      const r = radiusAtLevel(ball.radiusMm, SIGMA, (0.5 * one.maximum) / ball.value)
      expect(one.threshold).toBeCloseTo(0.5 * one.maximum, 6)
      expect(Math.abs(one.volumeMl / sphereVolumeMl(r) - 1)).toBeLessThan(ball.within)
    }
    // A threshold of the search above half of a maximum: outlined below it, and told.
    const low = findLesions({ grid, values }, { ...ask, threshold: { kind: 'fixed', value: 60 }, localPart: 0.5 })
    expect(low.candidates.some(({ flags }) => flags.includes('local-below-threshold'))).toBe(true)
  })

  it('are left out below the smallest volume, and counted', () => {
    const [, grid] = grids[0]!
    const all = findLesions({ grid, values: imageOfBalls(grid, balls, SIGMA) }, ask).candidates
    const least = Math.min(...all.map(({ volumeMl }) => volumeMl))
    const fewer = findLesions(
      { grid, values: imageOfBalls(grid, balls, SIGMA) },
      { ...ask, minimumVolumeMl: 1.01 * least },
    )
    expect(fewer.candidates).toHaveLength(2)
    expect(fewer.tooSmall).toEqual({ count: 1, volumeMl: least })
  })
})

describe('two equal balls', () => {
  const grid: ImageGrid = { ...gridAround(20, [2, 2, 2]), dimensions: [51, 21, 21], originMm: [-50, -20, -20] }
  const radiusMm = 8
  const cases = [14, 16, 18, 19, 22, 30, 50].map((apartMm) => {
    const both = (x: number) =>
      100 *
      (blurredBall(radiusMm, SIGMA, Math.abs(x - apartMm / 2)) +
        blurredBall(radiusMm, SIGMA, Math.abs(x + apartMm / 2)))
    let height = 0
    for (let x = 0; x <= apartMm; x += 0.01) height = Math.max(height, both(x))
    return { apartMm, saddle: both(0), depth: (height - both(0)) / height }
  })
  const values = (apartMm: number) =>
    imageOfBalls(
      grid,
      [-1, 1].map((side) => ({ centreMm: [(side * apartMm) / 2, 0, 0], radiusMm, value: 100 })),
      SIGMA,
    )

  it.each(cases)(
    '$apartMm mm apart are two where the saddle is deeper than asked, or below the threshold',
    ({ apartMm, saddle, depth }) => {
      const image = { grid, values: values(apartMm) }
      for (const splitDepth of [0.1, 0.3, 0.6, 1]) {
        // The voxels do not know the depth better than this.
        if (Math.abs(depth - splitDepth) < 0.03) continue
        const { candidates } = findLesions(image, { ...ask, splitDepth })
        const isTwo = depth > splitDepth || saddle < 20
        expect([apartMm, splitDepth, candidates.length]).toEqual([apartMm, splitDepth, isTwo ? 2 : 1])
        if (!isTwo) continue
        // The layer of voxels in the middle goes to one of them.
        expect(Math.abs(candidates[0]!.volumeMl / candidates[1]!.volumeMl - 1)).toBeLessThan(0.2)
        const touching = saddle > 21
        if (touching) expect(candidates.every(({ flags }) => flags.includes('split'))).toBe(true)
      }
    },
  )

  it('have together the volume that they have as one', () => {
    const one = findLesions({ grid, values: values(18) }, { ...ask, splitDepth: 1 }).candidates
    const two = findLesions({ grid, values: values(18) }, { ...ask, splitDepth: 0.1 }).candidates
    expect([one.length, two.length]).toEqual([1, 2])
    expect(two[0]!.volumeMl + two[1]!.volumeMl).toBeCloseTo(one[0]!.volumeMl, 5)
  })
})

describe('physiologic uptake', () => {
  const grid = gridAround(60, [3, 3, 3])
  const organ = { centreMm: [-25, 0, 0] as Vec3, radiusMm: 15, value: 100 }
  const lesion = { centreMm: [30, 10, 20] as Vec3, radiusMm: 8, value: 100 }
  const values = imageOfBalls(grid, [organ, lesion], SIGMA)
  const liver = ballRegion('LIVER', organ.centreMm, organ.radiusMm)

  it('is flagged where its structure is, and stays in the list; the lesion says where it lies', () => {
    const { candidates } = findLesions({ grid, values }, { ...ask, physiologic: [liver], marginMm: 6 })
    expect(candidates).toHaveLength(2)
    const [inside, outside] = candidates
    expect(inside).toMatchObject({
      flags: ['physiologic'],
      place: { structure: 'LIVER', distanceMm: 0, words: 'in LIVER' },
    })
    expect(inside!.reasons[0]).toContain('LIVER (')
    expect(inside!.physiologicShare).toBeGreaterThan(0.95)
    expect(outside).toMatchObject({ flags: [], physiologicShare: 0 })
    // From the ball's surface: distance of the centres less the radius, to a voxel.
    expect(Math.abs(outside!.place!.distanceMm - (Math.hypot(55, 10, 20) - 15))).toBeLessThan(3)
    expect(outside!.place!.words).toMatch(/^4\d mm from LIVER, left(, above)?$/)
    expect(candidates.map(({ side }) => side)).toEqual([null, null])
    const sides = (x: number) =>
      findLesions({ grid, values }, { ...ask, bodyMidlineXMm: x }).candidates.map(({ side }) => side)
    expect(sides(0)).toEqual(['right', 'left'])
    expect(sides(27)).toEqual(['right', 'middle'])
  })

  it('is widened by the margin: the share of spilled-out uptake follows the closed form', () => {
    // Uptake reaches to r; the structure holds a ball of 15 mm, widened by the margin.
    const r = radiusAtLevel(15, SIGMA, 0.2)
    for (const marginMm of [0, 1.5]) {
      const { candidates } = findLesions({ grid, values }, { ...ask, physiologic: [liver], marginMm })
      const share = ((15 + marginMm) / r) ** 3
      expect(Math.abs(candidates[0]!.physiologicShare / share - 1)).toBeLessThan(0.03)
    }
    const told = findLesions(
      { grid, values },
      { ...ask, physiologic: [liver], physiologicShare: 0.3, minimumVolumeMl: 0.5 },
    )
    expect(told.candidates[0]!.flags).toEqual(['physiologic', 'beyond-physiologic'])
  })

  it('gives a threshold: factors times mean and deviation of a reference region', () => {
    const flat = Float32Array.from(values, (value, n) => 10 + (n % 2) + value)
    const region = ballRegion('BLOOD', [25, -30, -30], 12)
    const { threshold, reference } = findLesions(
      { grid, values: flat },
      { ...ask, threshold: { kind: 'reference', region, meanFactor: 1.5, sdFactor: 2, shrinkMm: 2 } },
    )
    // Alternately 10 and 11: mean 10.5, deviation 0.5.
    expect(reference!.mean).toBeCloseTo(10.5, 1)
    expect(reference!.sd).toBeCloseTo(0.5, 2)
    expect(Math.abs(reference!.volumeMl / sphereVolumeMl(10) - 1)).toBeLessThan(0.05)
    expect(threshold).toBeCloseTo(1.5 * reference!.mean + 2 * reference!.sd, 10)
  })
})

describe('laws', () => {
  const dimensions: Vec3 = [9, 8, 7]
  const grid: ImageGrid = {
    dimensions,
    spacingMm: [4, 4, 5],
    originMm: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const image = fc
    .array(fc.integer({ min: 0, max: 12 }), { minLength: 504, maxLength: 504 })
    .map((numbers) => Float32Array.from(numbers))
  const withValue = (value: number, more: Partial<LesionAsk> = {}) => ({
    ...ask,
    threshold: { kind: 'fixed', value } as const,
    ...more,
  })
  const volume = (found: { readonly candidates: readonly { readonly volumeMl: number }[] }): number =>
    found.candidates.reduce((sum, { volumeMl }) => sum + volumeMl, 0)

  it('splitting shares out the same volume, and never makes fewer regions', () => {
    fc.assert(
      fc.property(
        image,
        fc.integer({ min: 3, max: 11 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, at, splitDepth) => {
          const whole = findLesions({ grid, values }, withValue(at, { splitDepth: 1 }))
          const parted = findLesions({ grid, values }, withValue(at, { splitDepth }))
          expect(volume(parted)).toBeCloseTo(volume(whole), 4)
          expect(parted.candidates.length).toBeGreaterThanOrEqual(whole.candidates.length)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('the unit of the image does not matter, and a higher threshold finds no more volume', () => {
    fc.assert(
      fc.property(image, fc.integer({ min: 3, max: 11 }), fc.constantFrom(0.25, 8, 1024), (values, at, factor) => {
        const found = findLesions({ grid, values }, withValue(at))
        const scaled = findLesions({ grid, values: values.map((value) => factor * value) }, withValue(factor * at))
        expect(scaled.candidates.map(({ volumeMl }) => volumeMl)).toEqual(
          found.candidates.map(({ volumeMl }) => volumeMl),
        )
        expect(volume(findLesions({ grid, values }, withValue(at + 0.5)))).toBeLessThanOrEqual(volume(found) + 1e-9)
      }),
      { numRuns: 25 },
    )
  })

  it('a voxel belongs to one candidate only', () => {
    fc.assert(
      fc.property(
        image,
        fc.integer({ min: 3, max: 11 }),
        fc.option(fc.constantFrom(0.4, 0.7)),
        (values, at, localPart) => {
          const { candidates } = findLesions({ grid, values }, withValue(at, { splitDepth: 0.1, localPart }))
          const sum = new Float32Array(voxelCount(grid))
          for (const { mask } of candidates) addTo(sum, mask)
          for (const part of sum) expect(part).toBeLessThanOrEqual(1 + 1e-6)
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('bad input', () => {
  const grid = gridAround(10, [4, 4, 4])
  const values = new Float32Array(voxelCount(grid)).fill(1)
  const code =
    (more: Partial<LesionAsk>, image = values) =>
    () =>
      findLesions({ grid, values: image }, { ...ask, ...more })

  it('is refused by name', () => {
    const refused = (run: () => unknown, expected: string): void =>
      expect(run).toThrow(expect.objectContaining({ name: 'InputError', code: expected }))
    refused(code({ threshold: { kind: 'fixed', value: 0 } }), 'lesions.threshold')
    refused(code({ threshold: { kind: 'fixed', value: NaN } }), 'lesions.threshold')
    refused(code({ marginMm: -1 }), 'lesions.ask')
    refused(code({ physiologicShare: 1.2 }), 'lesions.ask')
    refused(code({ minimumVolumeMl: NaN }), 'lesions.ask')
    refused(code({ splitDepth: -0.1 }), 'lesions.ask')
    refused(code({ localPart: 1 }), 'lesions.ask')
    refused(code({}, values.with(5, NaN)), 'image.not-finite')
    refused(code({}, values.slice(1)), 'geometry.size-mismatch')
    const far = ballRegion('LIVER', [500, 0, 0], 10)
    refused(
      code({ threshold: { kind: 'reference', region: far, meanFactor: 1, sdFactor: 0, shrinkMm: 0 } }),
      'lesions.reference-empty',
    )
    expect(() => findLesions({ grid, values }, ask, { progress: () => false })).toThrow('cancelled')
  })

  it('finds nothing where nothing reaches the threshold', () => {
    expect(findLesions({ grid, values }, ask)).toMatchObject({ candidates: [], threshold: 20 })
  })

  it('tells of a region at the edge of the image', () => {
    const { candidates } = findLesions({ grid, values: values.map(() => 50) }, ask)
    expect(candidates).toHaveLength(1)
    expect(candidates[0]!.flags).toEqual(['cut-by-image'])
    expect(candidates[0]!.peak).toBeCloseTo(50, 4)
  })
})

function off(a: Vec3, b: Vec3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

function addTo(sum: Float32Array, mask: FractionalMask): void {
  const whole = rasteriseShape({ kind: 'voxels', mask }, mask.grid)
  const [nx, ny] = mask.grid.dimensions
  const { start, size } = whole.box
  whole.fractions.forEach((fraction, n) => {
    const x = start[0] + (n % size[0])
    const y = start[1] + (Math.floor(n / size[0]) % size[1])
    const z = start[2] + Math.floor(n / (size[0] * size[1]))
    sum[x + nx * (y + ny * z)]! += fraction
  })
}
