import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RandomStream, FWHM_PER_SIGMA } from '../../../statistics/index.ts'
import { wholeBox } from '../../grid.ts'
import { wholeFractions } from '../../maskAlgebra.ts'
import { maskVolumeMl } from '../../maskStatistics.ts'
import { gridAround, sphereRadiusMm, sphereVolumeMl } from '../../testShapes.ts'
import type { ImageGrid } from '../../types.ts'
import { maskOfCoverage } from '../manual/boxes.ts'
import { cover } from '../manual/cover.ts'
import { capsule } from '../manual/solids.ts'
import { blurredSphere, steepestPlace } from './blurredSphere.ts'
import { segmentRegion } from './index.ts'
import { blurredBall, gridsAround, imageOf, sharpBall, voxelsWhere } from './testPhantoms.ts'
import type { SegmentationAsk, SegmentationImage } from './types.ts'

type Asked = SegmentationAsk extends infer A ? (A extends unknown ? Omit<A, 'box' | 'seedMm'> : never) : never
const find = (image: SegmentationImage, ask: Asked) =>
  segmentRegion(image, { seedMm: [0, 0, 0], box: wholeBox(image.grid), ...ask })
const volumeMl = (image: SegmentationImage, ask: Asked): number => maskVolumeMl(find(image, ask).mask)
const off = (found: number, truth: number): number => Math.abs(found / truth - 1)

/** Normal noise, the same every time. */
function noise(sd: number): () => number {
  const stream = new RandomStream(7, 1)
  return () => sd * stream.normal()
}

describe('the steepest edge', () => {
  it.each(gridsAround(42))(
    'with the resolution gives balls their volume: 1 percent at 2.5 FWHM radius, 5 percent at 1.5, on %s',
    (_, grid) => {
      const ask = { method: 'gradient', smoothingSdMm: 3 } as const
      expect(off(volumeMl(blurredBall(grid, 25, 10), { ...ask, fwhmMm: 10 }), sphereVolumeMl(25))).toBeLessThan(0.012)
      expect(off(volumeMl(blurredBall(grid, 15, 10), { ...ask, fwhmMm: 10 }), sphereVolumeMl(15))).toBeLessThan(0.05)
    },
  )

  it('without it, and without smoothing, lies where the image is steepest, within 3 %', () => {
    const grid = gridAround(42, [2.5, 2.5, 2.5])
    const { distanceMm } = steepestPlace(20, 10 / FWHM_PER_SIGMA)
    const found = find(blurredBall(grid, 20, 10), { method: 'gradient', smoothingSdMm: 0, fwhmMm: null })
    expect(off(maskVolumeMl(found.mask), sphereVolumeMl(distanceMm))).toBeLessThan(0.03)
    expect(found.remarks.join()).toMatch(/too small/)
  })

  it('finds a sharp ball in noise within 3 %, and keeps out of a hotter neighbour', () => {
    const grid = gridAround(30, [2, 2, 2])
    expect(
      off(
        volumeMl(sharpBall(grid, 15, noise(20)), { method: 'gradient', smoothingSdMm: 2, fwhmMm: null }),
        sphereVolumeMl(15),
      ),
    ).toBeLessThan(0.03)
    const wide = gridAround(70, [4, 4, 4])
    const s = 10 / FWHM_PER_SIGMA
    const two = imageOf(
      wide,
      ([x, y, z]) =>
        1 + 8 * blurredSphere(20, s, Math.hypot(x, y, z)) + 16 * blurredSphere(15, s, Math.hypot(x - 45, y, z)),
    )
    expect(off(volumeMl(two, { method: 'gradient', smoothingSdMm: 3, fwhmMm: 10 }), sphereVolumeMl(20))).toBeLessThan(
      0.1,
    )
  })

  it('refuses a cold seed, a flat image and a seed at the face', () => {
    const grid = gridAround(30, [4, 4, 4])
    const ask = { method: 'gradient', smoothingSdMm: 3, fwhmMm: null } as const
    expect(() =>
      find(
        imageOf(grid, (p) => Math.hypot(...p)),
        ask,
      ),
    ).toThrow(/cold structure|below that of the edge/)
    expect(() =>
      find(
        imageOf(grid, () => 3),
        ask,
      ),
    ).toThrow(/no edge/)
    expect(() => segmentRegion(blurredBall(grid, 10, 10), { ...ask, seedMm: [30, 0, 0], box: wholeBox(grid) })).toThrow(
      /face of the box/,
    )
    expect(() => find(blurredBall(grid, 10, 10), { ...ask, smoothingSdMm: -1 })).toThrow(/no sense/)
  })
})

describe('the random walker', () => {
  const marks = (grid: ImageGrid, inMm: number, outMm: number) => ({
    inside: voxelsWhere(grid, (mm) => mm < inMm),
    outside: voxelsWhere(grid, (mm) => mm > outMm),
  })

  it('halves an even image half-way between flat marks, whatever the spacing', () => {
    const grid = { ...gridAround(20, [1, 2, 4]), originMm: [0, 0, 0] as const }
    const [nx, ny, nz] = grid.dimensions
    const all = Array.from({ length: nx * ny * nz }, (_, n) => n)
    const flat = { ...imageOf(grid, ([x]) => (x === 0 ? 1 : 0)) }
    // β so small that the one step in the image does not count.
    const found = find(flat, {
      method: 'random-walker',
      inside: all.filter((n) => n % nx === 0),
      outside: all.filter((n) => n % nx === nx - 1),
      beta: 1e-9,
      edgeLengthMm: 1,
    })
    expect(off(maskVolumeMl(found.mask), ((nx / 2) * ny * nz * 8) / 1000)).toBeLessThan(1e-3)
  })

  it('finds a sharp ball from marks well inside and outside within 2 %, any grid; in noise within 3 %', () => {
    for (const [name, grid] of [
      ['cubes of 2 mm', gridAround(30, [2, 2, 2], [0.3, 0.2, -0.4])],
      ...gridsAround(30).filter(([what]) => what.includes('bricks')),
    ] as const) {
      const ask = { method: 'random-walker', ...marks(grid, 6, 24), beta: 90, edgeLengthMm: 2 } as const
      expect(off(volumeMl(sharpBall(grid, 15), ask), sphereVolumeMl(15)), name).toBeLessThan(
        name.includes('bricks') ? 0.03 : 0.02,
      )
    }
    const grid = gridAround(30, [2, 2, 2])
    const ask = { method: 'random-walker', ...marks(grid, 6, 24), beta: 90, edgeLengthMm: 2 } as const
    const noisy = find(sharpBall(grid, 15, noise(20)), ask)
    expect(noisy.parameters['converged']).toBe(true)
    expect(off(maskVolumeMl(noisy.mask), sphereVolumeMl(15))).toBeLessThan(0.03)
  })

  it('has its boundary near the steepest place of a blurred ball, within 1 mm, and the same one on all grids within 3 %', () => {
    const volumes = gridsAround(45).map(([, grid]) =>
      volumeMl(blurredBall(grid, 25, 10), {
        method: 'random-walker',
        ...marks(grid, 12, 39),
        beta: 90,
        edgeLengthMm: 4,
      }),
    )
    const { distanceMm } = steepestPlace(25, 10 / FWHM_PER_SIGMA)
    for (const found of volumes) expect(Math.abs(sphereRadiusMm(found) - distanceMm)).toBeLessThan(1)
    expect(Math.max(...volumes) / Math.min(...volumes)).toBeLessThan(1.03)
  })

  it('refuses marks of one kind only, on one voxel, off the image, and without contrast', () => {
    const grid = gridAround(30, [4, 4, 4])
    const image = sharpBall(grid, 15)
    const good = { method: 'random-walker', ...marks(grid, 6, 24), beta: 90, edgeLengthMm: null } as const
    expect(find(image, good).remarks.join()).toMatch(/depends on the spacing/)
    expect(() => find(image, { ...good, outside: [] })).toThrow(/marked as outside/)
    expect(() => find(image, { ...good, outside: good.inside })).toThrow(/both as inside and as outside/)
    expect(() => find(image, { ...good, inside: [-1] })).toThrow(/no voxel of the image/)
    expect(() =>
      find(
        imageOf(grid, () => 1),
        good,
      ),
    ).toThrow(/same mean/)
    expect(() => find(image, { ...good, beta: 0 })).toThrow(/more than 0/)
  })
})

describe('the level set', () => {
  const twoMeans = { method: 'level-set', startRadiusMm: 5, curvatureMm: 0.5, data: { kind: 'two-means' } } as const

  it('between two means finds a sharp ball within 1.5 %, any grid, and in noise within 2.5 %', () => {
    for (const grid of [
      gridAround(30, [2, 2, 2], [0.3, 0.2, -0.4]),
      ...gridsAround(30)
        .slice(3)
        .map(([, one]) => one),
    ]) {
      const found = find(sharpBall(grid, 15), twoMeans)
      expect(found.parameters['converged']).toBe(true)
      expect(off(maskVolumeMl(found.mask), sphereVolumeMl(15))).toBeLessThan(0.015)
    }
    const noisy = find(sharpBall(gridAround(30, [2, 2, 2]), 15, noise(20)), twoMeans)
    expect(off(maskVolumeMl(noisy.mask), sphereVolumeMl(15))).toBeLessThan(0.025)
  })

  /** Where the image is at the begin of the range: a ball's own curvature moves nothing. */
  const [from, to] = [5000, 15_000]
  function restRadiusMm(radiusMm: number): number {
    let r = radiusMm / 2
    while (1000 + 8000 * blurredSphere(radiusMm, 10 / FWHM_PER_SIGMA, r) > from) r += 0.001
    return r
  }
  const inRange = (grid: ImageGrid, radiusMm: number, curvatureMm: number): number =>
    volumeMl(blurredBall(grid, radiusMm, 10), {
      method: 'level-set',
      startRadiusMm: 8,
      curvatureMm,
      data: { kind: 'range', from, to },
    })

  it('in a range comes to rest where the range begins, within 1 % of the volume on any grid for ℓ of 1 mm', () => {
    for (const [name, grid] of gridsAround(36))
      expect(off(inRange(grid, 20, 1), sphereVolumeMl(restRadiusMm(20))), name).toBeLessThan(0.01)
  })

  it('does so within 1 % on cubes of 2.5 to 5 mm, wherever they lie, for any ℓ to 2 mm and balls of 15 to 25 mm', () => {
    const shift = fc.double({ min: -2.5, max: 2.5, noNaN: true })
    fc.assert(
      fc.property(
        fc.double({ min: 15, max: 25, noNaN: true }),
        fc.double({ min: 2.5, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.tuple(shift, shift, shift),
        (radiusMm, mm, curvatureMm, at) => {
          const found = inRange(gridAround(radiusMm + 14, [mm, mm, mm], at), radiusMm, curvatureMm)
          expect(off(found, sphereVolumeMl(restRadiusMm(radiusMm)))).toBeLessThan(0.01)
        },
      ),
      { numRuns: 6 },
    )
  })

  it('takes nothing from a small body by its curvature: balls of 12 and 15 mm, ℓ of 1 and 2 mm', () => {
    for (const [radiusMm, curvatureMm, mm] of [
      [12, 1, 2],
      [12, 1, 4],
      [15, 2, 2],
      [15, 2, 5],
    ] as const) {
      const grid = gridAround(radiusMm + 14, [mm, mm, mm], [0.3 * mm, 0.2 * mm, -0.4 * mm])
      const words = `${radiusMm} mm, ℓ ${curvatureMm} mm, cubes of ${mm} mm`
      expect(off(inRange(grid, radiusMm, curvatureMm), sphereVolumeMl(restRadiusMm(radiusMm))), words).toBeLessThan(
        0.01,
      )
    }
  })

  it('nor from one with sharp edges: what is left is the half level of a curved edge in voxels of h, h²/(12R) inside', () => {
    for (const [radiusMm, curvatureMm, mm] of [
      [12, 1, 2],
      [12, 1, 4],
      [15, 2, 4],
    ] as const) {
      const image = sharpBall(gridAround(radiusMm + 12, [mm, mm, mm], [0.3 * mm, 0.2 * mm, -0.4 * mm]), radiusMm)
      const restMm = radiusMm - mm ** 2 / (12 * radiusMm)
      for (const data of [{ kind: 'two-means' }, { kind: 'range', from: -20, to: 140 }] as const) {
        const { mask, parameters, remarks } = find(image, { ...twoMeans, curvatureMm, data })
        const words = `${radiusMm} mm, ℓ ${curvatureMm} mm, cubes of ${mm} mm, ${data.kind}`
        expect(off(maskVolumeMl(mask), sphereVolumeMl(restMm)), words).toBeLessThan(0.01)
        expect(
          Math.abs(Number(parameters.expectedChangeByVoxels) - ((restMm / radiusMm) ** 3 - 1)),
          words,
        ).toBeLessThan(0.003)
        expect(remarks.some((remark) => /% too small: voxels of 4 × 4 × 4 mm/.test(remark))).toBe(mm === 4)
      }
    }
  })

  it('and keeps the volume of a longish one to 1.5 %', () => {
    const halfLengthMm = 20
    const radiusMm = 10
    const grid = gridAround(44, [2, 2, 2], [0.6, 0.4, -0.8])
    const rod = maskOfCoverage(grid, cover(grid, capsule(grid, [0, 0, -halfLengthMm], [0, 0, halfLengthMm], radiusMm)))
    const image = { grid, values: wholeFractions(rod).map((part) => -100 + 160 * part), unit: 'HU' }
    const trueMl = (2 * Math.PI * radiusMm ** 2 * halfLengthMm) / 1000 + sphereVolumeMl(radiusMm)
    expect(off(volumeMl(image, { ...twoMeans, curvatureMm: 2 }), trueMl)).toBeLessThan(0.015)
  })

  it('says where it did not come to rest or vanished, and refuses what has no sense', () => {
    const grid = gridAround(30, [3, 3, 3])
    expect(() => find(sharpBall(grid, 15), { ...twoMeans, data: { kind: 'range', from: 500, to: 900 } })).toThrow(
      /vanished/,
    )
    expect(() =>
      find(
        imageOf(grid, () => 3),
        twoMeans,
      ),
    ).toThrow(/same mean/)
    expect(() => find(sharpBall(grid, 15), { ...twoMeans, startRadiusMm: 0 })).toThrow(/start radius/)
    expect(() => find(sharpBall(grid, 15), { ...twoMeans, data: { kind: 'range', from: 9, to: 8 } })).toThrow(
      /above its begin|end above/,
    )
    expect(() => find(sharpBall(grid, 15), { ...twoMeans, startRadiusMm: 90 })).toThrow(/fills the box/)
  })
})

describe('growing', () => {
  it('with a tolerance finds a sharp ball within 2.5 %; by statistics one in noise within half a voxel of its boundary', () => {
    const grid = gridAround(30, [2, 2, 2], [0.3, 0.2, -0.4])
    const tolerance = { method: 'region-growing', rule: { kind: 'tolerance', tolerance: 80 } } as const
    expect(off(volumeMl(sharpBall(grid, 15), tolerance), sphereVolumeMl(15))).toBeLessThan(0.025)
    const statistics = {
      method: 'region-growing',
      rule: { kind: 'statistics', standardDeviations: 2.5, startRadiusMm: 5 },
    } as const
    const found = find(sharpBall(grid, 15, noise(20)), statistics)
    expect(found.parameters['settled']).toBe(true)
    expect(Math.abs(sphereRadiusMm(maskVolumeMl(found.mask)) - 15)).toBeLessThan(1)
    expect(Math.abs(Number(found.parameters['mean']) - 60)).toBeLessThan(6)
  })

  it('refuses to grow by statistics where nothing varies, and numbers without sense', () => {
    const image = sharpBall(gridAround(30, [3, 3, 3]), 15)
    const rule = { kind: 'statistics', standardDeviations: 2.5, startRadiusMm: 5 } as const
    expect(() => find(image, { method: 'region-growing', rule })).toThrow(/all the same/)
    expect(() => find(image, { method: 'region-growing', rule: { ...rule, standardDeviations: 0 } })).toThrow(
      /more than 0/,
    )
    expect(() => find(image, { method: 'region-growing', rule: { kind: 'tolerance', tolerance: -1 } })).toThrow(
      /more than 0/,
    )
  })

  it('of any kind gives the same bits again', () => {
    const image = sharpBall(gridAround(25, [3, 3, 3]), 12, noise(10))
    for (const ask of [twoMeansAgain, { method: 'gradient', smoothingSdMm: 2, fwhmMm: null }] as const)
      expect(find(image, ask).mask.fractions).toEqual(find(image, ask).mask.fractions)
  })
})

const twoMeansAgain = { method: 'level-set', startRadiusMm: 5, curvatureMm: 0.5, data: { kind: 'two-means' } } as const
