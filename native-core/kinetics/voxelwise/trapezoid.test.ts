import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { integrateVoxels } from './index.ts'

const DAY = 86_400
const RATE = Math.LN2 / (6.647 * DAY)
const TIMES = [4, 24, 72, 168].map((hours) => hours * 3600)

/** One image a time: the values of the voxels there. */
const images = (curves: readonly ((timeS: number) => number)[], times = TIMES): Float32Array[] =>
  times.map((time) => Float32Array.from(curves, (curve) => curve(time)))
const all = { negligibleShare: 0 }

describe('voxelwise time-integrated activity', () => {
  it('is exact for activity that only decays', () => {
    const { tiaPerMl } = integrateVoxels({
      timesS: TIMES,
      activityPerMl: images([(t) => 5e4 * Math.exp(-RATE * t)]),
      physicalRatePerS: RATE,
      options: all,
    })
    expect((tiaPerMl[0] as number) / (5e4 / RATE)).toBeCloseTo(1, 6)
  })

  it('is exact for a single exponential from the first image on, with physical decay before it', () => {
    const rate = Math.LN2 / (50 * 3600)
    const first = TIMES[0] as number
    const { tiaPerMl, shareBefore, shareAfter } = integrateVoxels({
      timesS: TIMES,
      activityPerMl: images([(t) => 1e5 * Math.exp(-rate * t)]),
      physicalRatePerS: RATE,
      options: all,
    })
    const atFirst = 1e5 * Math.exp(-rate * first)
    const before = (atFirst * Math.expm1(RATE * first)) / RATE
    const total = before + atFirst / rate
    expect((tiaPerMl[0] as number) / total).toBeCloseTo(1, 6)
    expect(shareBefore).toBeCloseTo(before / total, 6)
    expect(shareAfter).toBeCloseTo((1e5 * Math.exp(-rate * (TIMES[3] as number))) / rate / total, 6)
  })

  it('rises in a straight line from the injection where that is chosen', () => {
    const { tiaPerMl } = integrateVoxels({
      timesS: [3600],
      activityPerMl: [Float32Array.of(100)],
      physicalRatePerS: RATE,
      options: { ...all, beforeFirst: 'linear-rise' },
    })
    expect(tiaPerMl[0]).toBeCloseTo(100 * 1800 + 100 / RATE, -3)
  })

  it('never decays slower than the nuclide after the last image, and never faster than the stated fall', () => {
    const [a, b] = [10 * 3600, 30 * 3600]
    const { tiaPerMl } = integrateVoxels({
      timesS: [a, b],
      activityPerMl: [Float32Array.of(100, 100), Float32Array.of(200, 1)],
      physicalRatePerS: RATE,
      options: { ...all, beforeFirst: 'linear-rise', steepestFall: 10 },
    })
    const rising = 100 * (a / 2) + 150 * (b - a) + 200 / RATE
    const steep = 100 * (a / 2) + (99 * (b - a)) / Math.log(100) + (b - a) / Math.log(10)
    expect((tiaPerMl[0] as number) / rising).toBeCloseTo(1, 6)
    expect((tiaPerMl[1] as number) / steep).toBeCloseTo(1, 6)
  })

  it('passes over the images that do not hold a voxel', () => {
    const curve = (t: number): number => 5e4 * Math.exp(-RATE * t)
    const maps = images([curve, curve, () => NaN])
    for (const [at, map] of maps.entries()) if (at === 0 || at === 2) map[1] = NaN
    const { tiaPerMl, unseenVoxels } = integrateVoxels({
      timesS: TIMES,
      activityPerMl: maps,
      physicalRatePerS: RATE,
      options: all,
    })
    expect((tiaPerMl[1] as number) / (tiaPerMl[0] as number)).toBeCloseTo(1, 6)
    expect(tiaPerMl[2]).toBe(0)
    expect(unseenVoxels).toBe(1)
  })

  it('gives noise around nothing the shape of the whole image, so that its sum is that of its mean', () => {
    const hot = (t: number): number => 1e6 * Math.exp(-RATE * t)
    const noise = [900, -800, 700, -600, 500, -500, 800, -400]
    const maps = TIMES.map((time, at) =>
      Float32Array.from([
        ...Array.from({ length: 40 }, () => hot(time)),
        ...noise.map((_, v) => noise[(v + at) % 8] as number),
      ]),
    )
    const { negligibleVoxels, negativeVoxels, tiaPerMl, wholeImageShapeS } = integrateVoxels({
      timesS: TIMES,
      activityPerMl: maps,
      physicalRatePerS: RATE,
    })
    expect(negligibleVoxels).toBe(8)
    for (const [v, tia] of tiaPerMl.subarray(40).entries()) {
      const sum = maps.reduce((s, map) => s + (map[40 + v] as number), 0)
      expect(tia).toBeCloseTo(Math.max(0, sum * wholeImageShapeS), -4)
    }
    expect(negativeVoxels).toBe(tiaPerMl.subarray(40).filter((tia) => tia === 0).length)
    expect(wholeImageShapeS).toBeCloseTo(1e6 / RATE / TIMES.reduce((s, t) => s + hot(t), 0), -3)
  })

  it('grows in proportion to the activity', () => {
    const curve = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(
        fc.array(curve, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (curves, factor) => {
          const maps = TIMES.map((_, at) => Float32Array.from(curves, (one) => one[at] as number))
          const run = (scale: number): Float32Array =>
            integrateVoxels({
              timesS: TIMES,
              activityPerMl: maps.map((map) => map.map((value) => scale * value)),
              physicalRatePerS: RATE,
              options: all,
            }).tiaPerMl
          const once = run(1)
          const more = run(factor)
          once.forEach((tia, v) => {
            if (tia > 0) expect((more[v] as number) / (tia * factor)).toBeCloseTo(1, 4)
          })
        },
      ),
    )
  })

  it('refuses times and maps that cannot be integrated', () => {
    const map = Float32Array.of(1)
    const of = (timesS: number[], activityPerMl: Float32Array[]) => () =>
      integrateVoxels({ timesS, activityPerMl, physicalRatePerS: RATE })
    expect(of([], [])).toThrow(/none/)
    expect(of([0], [map])).toThrow(/are 0 s/)
    expect(of([5, 5], [map, map])).toThrow(/times/)
    expect(of([5], [map, map])).toThrow(/activity maps/)
    expect(of([5, 6], [map, Float32Array.of(1, 2)])).toThrow(/activity maps/)
    expect(of([5], [Float32Array.of(Infinity)])).toThrow(/infinite/)
    expect(() =>
      integrateVoxels({ timesS: [5], activityPerMl: [map], physicalRatePerS: RATE, progress: () => false }),
    ).toThrow(/cancel/i)
  })
})
