import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { voxelVolumeMl } from '../grid.ts'
import type { Vec3 } from '../types.ts'
import { FWHM_PER_SIGMA } from '../../statistics/index.ts'
import {
  NEMA_SPHERES,
  combinedRelative,
  gaussianBlur,
  meanDuringAcquisition,
  pointSourceFactor,
  spherePhantomFactor,
  uniformPhantomFactor,
} from './index.ts'
import { cylinderMask, countsIn } from './regions.ts'
import { wholeFractions } from '../maskAlgebra.ts'
import { cubicGrid, sphereImage } from './testPhantom.ts'

const HALF_LIFE = 574300.8
const source = {
  activityRelativeUncertainty: 0.03,
  assayToStartS: 7200,
  halfLifeS: HALF_LIFE,
  halfLifeUncertaintyS: 345.6,
  repeatabilityRelative: 0.01,
}
const durationS = 1800
const lambda = Math.LN2 / HALF_LIFE
/** Mean over the acquisition, by the closed form. */
const mean = (value: number): number =>
  (value * Math.exp(-lambda * 7200) * (1 - Math.exp(-lambda * 1800))) / (lambda * 1800)
const K = 9.2e-6

describe('decay to and during an acquisition', () => {
  it('is the integral over it, with the uncertainty of the half-life by differences', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 600, max: 1e6, noNaN: true }),
        fc.double({ min: -1e5, max: 1e6, noNaN: true }),
        fc.double({ min: 1, max: 1e4, noNaN: true }),
        (halfLifeS, assayToStartS, seconds) => {
          fc.pre(Math.abs(assayToStartS / halfLifeS) < 40)
          const at = (t: number) =>
            meanDuringAcquisition({
              value: 5,
              assayToStartS,
              durationS: seconds,
              halfLifeS: t,
              halfLifeUncertaintyS: 0.01 * t,
            })
          const rate = Math.LN2 / halfLifeS
          const integral =
            (5 * (Math.exp(-rate * assayToStartS) - Math.exp(-rate * (assayToStartS + seconds)))) / (rate * seconds)
          expect(at(halfLifeS).value / integral).toBeCloseTo(1, 6)
          const slope =
            (Math.log(at(halfLifeS * 1.0001).value) - Math.log(at(halfLifeS / 1.0001).value)) / (2 * Math.log(1.0001))
          expect(at(halfLifeS).halfLifeRelativeUncertainty).toBeCloseTo(Math.abs(slope) * 0.01, 6)
        },
      ),
    )
    expect(() =>
      meanDuringAcquisition({ value: 0, assayToStartS: 0, durationS: 1, halfLifeS: 1, halfLifeUncertaintyS: 0 }),
    ).toThrow(/not usable/)
  })
})

describe('uniform phantom', () => {
  const grid = cubicGrid([56, 56, 50], 4.8, [-132, -132, -117.6])
  const whole = cylinderMask(grid, [0, 0, 0], 100, 180)
  const { volumeMl } = countsIn(whole, wholeFractions(whole))
  const phantom = { ...source, activityBq: 500e6, volumeMl, volumeRelativeUncertainty: 0.005 }
  const perMl = K * durationS * mean(phantom.activityBq / volumeMl)
  const values = gaussianBlur(wholeFractions(whole), grid.dimensions, grid.spacingMm, [12, 12, 12]).map(
    (part) => part * perMl * voxelVolumeMl(grid),
  )
  const image = { grid, values, durationS }

  it('has a cylinder of its volume', () => {
    expect(volumeMl / (Math.PI * 10 ** 2 * 18)).toBeCloseTo(1, 3)
  })

  it('gives the factor well inside, and from all counts', () => {
    const inside = uniformPhantomFactor(image, phantom, { kind: 'inside', radiusMm: 60, lengthMm: 100 })
    expect(inside.countsPerBqS / K).toBeCloseTo(1, 4)
    inside.centreMm.forEach((x) => expect(x).toBeCloseTo(0, 3))
    const all = uniformPhantomFactor(image, phantom, {
      kind: 'whole',
      radiusMm: 125,
      lengthMm: 230,
      centreMm: [0, 0, 0],
    })
    expect(all.countsPerBqS / K).toBeCloseTo(1, 4)
    // A region that reaches the edge loses counts there.
    expect(
      uniformPhantomFactor(image, phantom, { kind: 'inside', radiusMm: 100, lengthMm: 180 }).countsPerBqS / K,
    ).toBeLessThan(0.95)
  })

  it('has a budget whose root of squares is its uncertainty; the volume counts only inside', () => {
    const inside = uniformPhantomFactor(image, phantom, { kind: 'inside', radiusMm: 60, lengthMm: 100 })
    const item = (name: string): number =>
      inside.budget.find((entry) => entry.name === name)?.relativeStandardUncertainty ?? NaN
    expect(item('activity meter')).toBe(0.03)
    expect(item('volume')).toBe(0.005)
    expect(item('repeatability')).toBe(0.01)
    expect(item('counting statistics')).toBeCloseTo(1 / Math.sqrt(inside.counts), 6)
    expect(inside.relativeUncertainty).toBeCloseTo(
      Math.hypot(0.03, 0.005, 0.01, item('counting statistics'), item('half-life')),
      12,
    )
    expect(inside.relativeUncertainty).toBe(combinedRelative(inside.budget))
    const all = uniformPhantomFactor(image, phantom, { kind: 'whole', radiusMm: 125, lengthMm: 230 })
    expect(all.budget.find((entry) => entry.name === 'volume')?.relativeStandardUncertainty).toBe(0)
  })

  it('tells of an image that is not uniform, and takes its spread for the counting uncertainty', () => {
    const tilted = values.map((value, n) => value * (1 + 0.02 * ((n % 56) - 28)))
    const found = uniformPhantomFactor({ ...image, values: tilted }, phantom, {
      kind: 'inside',
      radiusMm: 60,
      lengthMm: 100,
      centreMm: [0, 0, 0],
    })
    expect(found.remarks.join()).toMatch(/parts of the region differ/)
    expect(found.budget[0]!.note).toMatch(/16 parts/)
  })

  it('refuses regions that leave the image and images that are none', () => {
    expect(() => uniformPhantomFactor(image, phantom, { kind: 'inside', radiusMm: 300, lengthMm: 10 })).toThrow(
      /leaves the image/,
    )
    expect(() =>
      uniformPhantomFactor({ ...image, durationS: 0 }, phantom, { kind: 'inside', radiusMm: 60, lengthMm: 100 }),
    ).toThrow(/duration/)
    expect(() =>
      uniformPhantomFactor({ ...image, values: new Float64Array(values.length) }, phantom, {
        kind: 'inside',
        radiusMm: 60,
        lengthMm: 100,
      }),
    ).toThrow(/no counts/)
    expect(() =>
      uniformPhantomFactor(
        image,
        { ...phantom, activityRelativeUncertainty: -1 },
        { kind: 'inside', radiusMm: 60, lengthMm: 100 },
      ),
    ).toThrow(/"activity meter"/)
  })
})

describe('point source', () => {
  const grid = cubicGrid([48, 48, 48], 4)
  const place: Vec3 = [101.3, 94.2, 90.8]
  const counts = K * durationS * mean(40e6)
  const s = 10 / FWHM_PER_SIGMA
  const values = sphereImage(grid, [], 1).map((_, n) => {
    const d = [n % 48, Math.floor(n / 48) % 48, Math.floor(n / 2304)].map((i, axis) => 4 * i - place[axis]!)
    return (
      counts * 64 * ((2 * Math.PI) ** -1.5 / s ** 3) * Math.exp(-(d[0]! ** 2 + d[1]! ** 2 + d[2]! ** 2) / 2 / s ** 2)
    )
  })

  it('is found, and gives the factor with the background taken out', () => {
    const noisy = values.map((value) => value + 0.5)
    const found = pointSourceFactor(
      { grid, values: noisy, durationS },
      { ...source, activityBq: 40e6 },
      { radiusMm: 40, shellOuterMm: 70 },
    )
    expect(found.countsPerBqS / K).toBeCloseTo(1, 3)
    found.centreMm.forEach((x, axis) => expect(Math.abs(x - place[axis]!)).toBeLessThan(0.2))
    expect(found.remarks).toEqual([])
    expect(found.budget[0]!.relativeStandardUncertainty).toBeGreaterThan(1 / Math.sqrt(counts))
  })

  it('tells of a sphere that is too small and of a background that was left in', () => {
    const found = pointSourceFactor(
      { grid, values, durationS },
      { ...source, activityBq: 40e6 },
      { radiusMm: 10, shellOuterMm: null },
    )
    expect(found.countsPerBqS / K).toBeLessThan(0.95)
    expect(found.remarks.join()).toMatch(/not all counts.*No background/)
    expect(() =>
      pointSourceFactor({ grid, values, durationS }, { ...source, activityBq: 4e7 }, { radiusMm: 10, shellOuterMm: 5 }),
    ).toThrow(/not larger/)
    expect(() =>
      pointSourceFactor(
        { grid, values, durationS },
        { ...source, activityBq: 4e7 },
        { radiusMm: 150, shellOuterMm: null },
      ),
    ).toThrow(/leaves the image/)
  })
})

describe('hot spheres', () => {
  const grid = cubicGrid([64, 64, 36], 3)
  const spheres = NEMA_SPHERES.diametersMm.map((innerDiameterMm, n) => ({
    innerDiameterMm,
    centreMm: [94.5 + 57.2 * Math.cos((n * Math.PI) / 3), 94.5 + 57.2 * Math.sin((n * Math.PI) / 3), 52] as Vec3,
  }))
  const phantom = { ...source, concentrationBqPerMl: 500e3, backgroundBqPerMl: 50e3, volumeRelativeUncertainty: 0.01 }
  const perVoxel = K * durationS * voxelVolumeMl(grid)
  const values = sphereImage(
    grid,
    spheres.map(({ centreMm, innerDiameterMm }) => ({ centreMm, radiusMm: innerDiameterMm / 2, value: mean(500e3) })),
    11,
    mean(50e3),
  ).map((value) => value * perVoxel)
  const image = { grid, values, durationS }

  it('give factor and width together', () => {
    const found = spherePhantomFactor(image, phantom, spheres, { kind: 'all' })
    expect(found.countsPerBqS / K).toBeCloseTo(1, 2)
    expect(Math.abs(found.countsPerBqS / K - 1)).toBeLessThan(0.01)
    expect(found.recovery.parameters[0]! / 11).toBeCloseTo(1, 1)
    expect(found.relativeUncertainty).toBeGreaterThan(0.03)
  })

  it('give the factor by the largest one with a curve that is known', () => {
    const recovery = {
      form: 'gaussian-sphere',
      parameters: [11],
      covariance: [[0.25]],
      volumeRangeMl: [0.5, 30],
    } as const
    const found = spherePhantomFactor(image, phantom, spheres, { kind: 'largest', recovery })
    expect(Math.abs(found.countsPerBqS / K - 1)).toBeLessThan(0.01)
    expect(found.budget.map(({ name }) => name)).toContain('recovery')
    expect(found.remarks).toEqual([])
  })

  it('are refused where they hold nothing or are too few', () => {
    expect(() => spherePhantomFactor(image, phantom, [], { kind: 'all' })).toThrow(/no sphere/)
    expect(() => spherePhantomFactor(image, phantom, spheres.slice(0, 1), { kind: 'all' })).toThrow(
      /cannot determine 2/,
    )
  })
})
