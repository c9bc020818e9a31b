import { describe, expect, it } from 'vitest'
import { wholeBox } from '../../grid.ts'
import { maskVolumeMl } from '../../maskStatistics.ts'
import { gridAround, sphereVolumeMl } from '../../testShapes.ts'
import { FWHM_PER_SIGMA } from '../../../statistics/index.ts'
import { blurredSphere, radiusOfSteepest, steepestPlace } from './blurredSphere.ts'
import { boxAroundPoint, boxOfCorners, PEAK_RADIUS_MM, peakIn, segmentRegion } from './index.ts'
import { blurredBall, blurredCuboid, gridsAround, imageOf } from './testPhantoms.ts'
import type { SegmentationAsk, SegmentationImage } from './types.ts'

type Asked = SegmentationAsk extends infer A ? (A extends unknown ? Omit<A, 'box' | 'seedMm'> : never) : never
const find = (image: SegmentationImage, ask: Asked) =>
  segmentRegion(image, { seedMm: null, box: wholeBox(image.grid), ...ask } as SegmentationAsk)
const volumeMl = (image: SegmentationImage, ask: Asked): number => maskVolumeMl(find(image, ask).mask)
/** Relative error of a volume. */
const off = (found: number, truth: number): number => Math.abs(found / truth - 1)
const shell = (fwhmMm: number) => ({ kind: 'shell', fromMm: fwhmMm, toMm: 2 * fwhmMm }) as const

describe('a ball seen with a Gaussian point spread', () => {
  it.each([
    [15, 4, 0],
    [15, 4, 13],
    [5, 4.5, 5],
    [5, 4.5, 12],
  ])('is the integral of the point spread over it (R %d, s %d, r %d mm)', (R, s, r) => {
    // Over the discs at z: the transverse Gaussian is in closed form, the one along z by the midpoint rule.
    const steps = 20_000
    let sum = 0
    for (let n = 0; n < steps; n++) {
      const z = -R + (2 * R * (n + 0.5)) / steps
      const along = Math.exp(-((z - r) ** 2) / (2 * s * s)) / (s * Math.sqrt(2 * Math.PI))
      sum += along * (1 - Math.exp(-(R * R - z * z) / (2 * s * s)))
    }
    expect(blurredSphere(R, s, r)).toBeCloseTo((sum * 2 * R) / steps, 7)
  })

  it('is steepest where it is steepest, and back', () => {
    const { distanceMm, slopePerMm } = steepestPlace(15, 4)
    // Inside the boundary by about s²/R.
    expect(15 - distanceMm).toBeGreaterThan(0.8)
    expect(15 - distanceMm).toBeLessThan(1.5)
    for (const r of [distanceMm - 0.5, distanceMm + 0.5])
      expect((blurredSphere(15, 4, r + 0.01) - blurredSphere(15, 4, r - 0.01)) / 0.02).toBeGreaterThan(slopePerMm)
    expect(radiusOfSteepest(distanceMm, 4)).toBeCloseTo(15, 2)
    expect(radiusOfSteepest(3.9, 4)).toBeNull()
  })
})

describe('a threshold', () => {
  it.each(gridsAround(32))('at the value of the boundary gives the volume within 1 percent on %s', (_, grid) => {
    const from = 1000 + 8000 * blurredSphere(15, 10 / FWHM_PER_SIGMA, 15)
    const image = blurredBall(grid, 15, 10)
    expect(
      off(volumeMl(image, { method: 'threshold', from, to: null, isConnected: true }), sphereVolumeMl(15)),
    ).toBeLessThan(0.01)
  })

  it('keeps what lies between two values, and one piece or all', () => {
    const grid = gridAround(60, [3, 3, 3])
    // Two cones: balls of radius 100 − T and 90 − T.
    const image = imageOf(grid, ([x, y, z]) => Math.max(100 - Math.hypot(x + 28, y, z), 90 - Math.hypot(x - 28, y, z)))
    const all = { method: 'threshold', from: 75, to: null, isConnected: false } as const
    expect(off(volumeMl(image, all), sphereVolumeMl(25) + sphereVolumeMl(15))).toBeLessThan(0.02)
    expect(off(volumeMl(image, { ...all, isConnected: true }), sphereVolumeMl(25))).toBeLessThan(0.02)
    expect(
      off(
        volumeMl(image, { ...all, to: 85 }),
        sphereVolumeMl(25) + sphereVolumeMl(15) - sphereVolumeMl(15) - sphereVolumeMl(5),
      ),
    ).toBeLessThan(0.03)
    const there = segmentRegion(image, { ...all, isConnected: true, seedMm: [30, 2, 0], box: wholeBox(grid) })
    expect(off(maskVolumeMl(there.mask), sphereVolumeMl(15))).toBeLessThan(0.02)
  })

  it('as a part of the maximum or the contrast is at the value that it says', () => {
    const image = blurredBall(gridAround(60, [3, 3, 3]), 25, 8)
    const plain = find(image, {
      method: 'relative-threshold',
      part: 0.41,
      of: 'maximum',
      background: null,
      isConnected: true,
    })
    expect(plain.parameters['threshold']).toBeCloseTo(0.41 * Math.max(...image.values), 3)
    const ask = { method: 'relative-threshold', part: 0.5, of: 'peak', isConnected: true } as const
    // The plateau is 9000; half-way to the background of 1000 is 5000.
    const given = find(image, { ...ask, background: { kind: 'given', value: 1000 } })
    expect(off(Number(given.parameters['threshold']), 5000)).toBeLessThan(1e-3)
    const measured = find(image, { ...ask, background: shell(8) })
    expect(off(Number(measured.parameters['threshold']), 5000)).toBeLessThan(2e-3)
    expect(measured.description).toMatch(
      /50 % of the contrast of the 1 mL peak of 9\d\d\d Bq\/mL to a background of 100\d Bq\/mL/,
    )
  })

  it('by contrast and coefficients is a · mean70 + b · background', () => {
    const image = blurredBall(gridAround(60, [3, 3, 3]), 25, 8)
    const { parameters, remarks } = find(image, { method: 'contrast-threshold', a: 0.5, b: 0.5, background: shell(8) })
    // Mean over the ball in which the image is above 70 % of its maximum, from the closed form.
    const s = 8 / FWHM_PER_SIGMA
    const value = (r: number): number => 1000 + 8000 * blurredSphere(25, s, r)
    let [sum, weight] = [0, 0]
    for (let r = 0.01; value(r) >= 0.7 * 9000; r += 0.02) {
      sum += value(r) * r * r
      weight += r * r
    }
    expect(off(Number(parameters['mean70']), sum / weight)).toBeLessThan(5e-3)
    expect(off(Number(parameters['threshold']), 0.5 * (sum / weight) + 500)).toBeLessThan(5e-3)
    expect(remarks.join()).toMatch(/coefficients hold for the camera/)
  })
})

describe('the adaptive threshold', () => {
  const ask = (fwhmMm: number, of: 'maximum' | 'peak') =>
    ({ method: 'adaptive-threshold', fwhmMm, of, background: shell(fwhmMm) }) as const

  it.each(gridsAround(45))(
    'gives balls of 1 to 1.8 FWHM radius their volume within 1 percent, any contrast, on %s',
    (_, grid) => {
      for (const [radiusMm, fwhmMm, contrast] of [
        [10, 10, 8000],
        [15, 8, 2000],
        [20, 12, 40_000],
      ] as const)
        for (const of of ['maximum', 'peak'] as const) {
          const found = volumeMl(blurredBall(grid, radiusMm, fwhmMm, { contrast }), ask(fwhmMm, of))
          expect(off(found, sphereVolumeMl(radiusMm)), `${radiusMm} mm, ${of}`).toBeLessThan(0.01)
        }
    },
  )

  it('gives one of 0.7 FWHM radius its volume within 5 %, where half of the contrast is off by a tenth and more', () => {
    for (const [name, grid] of gridsAround(32)) {
      const image = blurredBall(grid, 7, 10)
      expect(off(volumeMl(image, ask(10, 'peak')), sphereVolumeMl(7)), name).toBeLessThan(0.05)
    }
    const image = blurredBall(gridAround(40, [2.5, 2.5, 2.5]), 10, 10)
    const half = {
      method: 'relative-threshold',
      part: 0.5,
      of: 'maximum',
      background: shell(10),
      isConnected: true,
    } as const
    expect(off(volumeMl(image, half), sphereVolumeMl(10))).toBeGreaterThan(0.1)
  })

  it('goes to half of the contrast for what is large, and gives a long body its volume within 3 %', () => {
    const large = find(blurredBall(gridAround(85, [5, 5, 5]), 60, 8), ask(8, 'peak'))
    expect(large.parameters['partOfContrast']).toBeGreaterThan(0.47)
    expect(large.parameters['partOfContrast']).toBeLessThan(0.5)
    const long = blurredCuboid(gridAround(85, [4, 4, 4], [0.5, 1, -0.5]), [15, 15, 60], 10)
    expect(off(volumeMl(long, ask(10, 'peak')), (30 * 30 * 120) / 1000)).toBeLessThan(0.03)
  })

  it('refuses the image of a point, and what has no contrast or no room for a background', () => {
    const point = blurredBall(gridAround(40, [2.5, 2.5, 2.5]), 1.5, 10)
    expect(() => find(point, ask(10, 'maximum'))).toThrow(/looks like a point/)
    expect(() =>
      find(
        imageOf(gridAround(40, [4, 4, 4]), () => 5),
        ask(10, 'maximum'),
      ),
    ).toThrow(/no contrast|Only 0 voxels/)
    expect(() => find(blurredBall(gridAround(12, [4, 4, 4]), 10, 10), ask(10, 'maximum'))).toThrow(
      /voxels of the box lie in the shell/,
    )
  })
})

describe('the 1 mL peak', () => {
  it('is the mean of a ball of 1 mL about the hottest place', () => {
    expect((4 / 3) * Math.PI * PEAK_RADIUS_MM ** 3).toBeCloseTo(1000, 6)
    const grid = gridAround(30, [2, 2, 2])
    // A paraboloid: its mean over a ball of radius a about the top is the top less 3/5 a²; voxels spread it by h²/12 along each axis.
    const image = imageOf(grid, (p) => 1000 - p.reduce((sum, mm) => sum + mm * mm, 0))
    expect(off(peakIn(image, wholeBox(grid)).value, 1000 - 0.6 * PEAK_RADIUS_MM ** 2 - 3 * (4 / 12))).toBeLessThan(1e-3)
    expect(() =>
      peakIn(
        imageOf(gridAround(4, [4, 4, 4]), () => 1),
        wholeBox(gridAround(4, [4, 4, 4])),
      ),
    ).toThrow(/No ball of 1 mL/)
  })
})

describe('asking', () => {
  const grid = gridAround(40, [4, 4, 4])
  const image = blurredBall(grid, 15, 10)
  const half: SegmentationAsk = {
    method: 'threshold',
    from: 4000,
    to: null,
    isConnected: true,
    seedMm: null,
    box: wholeBox(grid),
  }

  it('tells that the box cuts off what was found, and not that the image does', () => {
    expect(segmentRegion(image, half).isCut).toBe(false)
    const tight = segmentRegion(image, { ...half, box: boxAroundPoint(grid, [0, 0, 0], 8) })
    expect(tight.isCut).toBe(true)
    expect(tight.remarks.join()).toMatch(/face of the box/)
    const all = segmentRegion(image, { ...half, from: 0 })
    expect(all.isCut).toBe(false)
    expect(all.remarks.join()).toMatch(/edge of the image/)
  })

  it('makes boxes of corners on oblique grids too', () => {
    for (const [, one] of gridsAround(40)) {
      const box = boxOfCorners(one, [-10, -10, -10], [10, 10, 10])
      const reach = box.size.map((count, axis) => count * one.spacingMm[axis]!)
      expect(Math.min(...reach)).toBeGreaterThan(15)
      expect(Math.max(...reach)).toBeLessThan(45)
    }
    expect(() => boxOfCorners(grid, [900, 900, 900], [950, 950, 950])).toThrow(/no voxel of the image/)
  })

  it('stops when told to, and tells how far it is', () => {
    const told: number[] = []
    segmentRegion(image, half, { progress: (fraction) => told.push(fraction) > 0 })
    expect(told.at(-1)).toBe(1)
    expect(() => segmentRegion(image, half, { progress: () => false })).toThrow(/was cancelled/)
  })

  it.each([
    ['a seed outside', { seedMm: [500, 0, 0] }, /outside the image/],
    ['a seed outside the box', { seedMm: [30, 0, 0], box: boxAroundPoint(grid, [0, 0, 0], 8) }, /outside the box/],
    ['a seed below the threshold', { seedMm: [30, 0, 0] }, /Nothing at the seed/],
    ['a box without voxels', { box: { start: [0, 0, 0], size: [0, 4, 4] } }, /no voxels/],
    ['thresholds in the wrong order', { to: 3 }, /above the lower/],
    ['a threshold above all', { from: 1e9 }, /Nothing/],
  ] as const)('refuses %s', (_, change, message) => {
    expect(() => segmentRegion(image, { ...half, ...change })).toThrow(message)
  })

  it('refuses an image with a voxel that is no number, but only where it looks', () => {
    const values = Float32Array.from(image.values)
    values[0] = NaN
    expect(() => segmentRegion({ ...image, values }, half)).toThrow(/not a finite number \(0, 0, 0\)/)
    expect(segmentRegion({ ...image, values }, { ...half, box: boxAroundPoint(grid, [0, 0, 0], 28) }).isCut).toBe(false)
    expect(() => segmentRegion({ ...image, values: values.subarray(1) }, half)).toThrow(/values for/)
  })
})
