import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../statistics/index.ts'
import { estimateIndividual } from '../population/index.ts'
import { fastMode } from './fastMode.ts'
import { curvePopulation, scanTimeAdvice } from './index.ts'
import type { KineticPopulation, ScanTimeRequest } from './index.ts'
import { expectedError, weightedPercentiles } from './weighted.ts'

const HOUR = 3600
const LU177_S = 159.528 * HOUR

const mono = (halfLifeH: number, gsd: number): KineticPopulation => ({
  id: 'mono',
  title: 'mono-exponential',
  shape: 'mono-exponential',
  physicalHalfLifeS: LU177_S,
  effectiveHalfLifeS: { median: halfLifeH * HOUR, geometricStandardDeviation: gsd },
})
const advice = (population: KineticPopulation, more: Partial<ScanTimeRequest> = {}) =>
  scanTimeAdvice({
    population: curvePopulation(population, 1),
    physicalHalfLifeS: LU177_S,
    method: 'madsen',
    timesS: Array.from({ length: 80 }, (_, i) => (i + 1) * 2 * HOUR),
    noise: 0.05,
    scans: 1,
    ...more,
  })

describe('the best time of one scan', () => {
  it('is T_eff/ln 2 in the limit of a small spread, where d/dk of e^{kt}/k is zero (closed form)', () => {
    for (const halfLifeH of [33, 50, 70]) {
      const { best, windows } = advice(mono(halfLifeH, 1.05), { noise: 0 })
      expect(Math.abs((best.timesS[0] ?? 0) / HOUR - halfLifeH / Math.LN2)).toBeLessThanOrEqual(2)
      expect(windows[0]?.fromS).toBeLessThanOrEqual(best.timesS[0] ?? 0)
      expect(windows[0]?.toS).toBeGreaterThanOrEqual(best.timesS[0] ?? 0)
    }
  })

  it('errors of the rule agree with a count over drawn half-lives: at 24 h and at 120 h', () => {
    const stream = new RandomStream(5)
    const halfLives = Array.from({ length: 40_000 }, () => 50 * HOUR * Math.exp(Math.log(1.2) * stream.normal()))
    for (const timeS of [24 * HOUR, 120 * HOUR]) {
      const ratio = (T: number): number => (2 ** (timeS / T) * T) / Math.LN2
      const errors = halfLives.map((T) => (ratio(50 * HOUR) / ratio(T)) * (1 + 0.05 * stream.normal()) - 1)
      const { error } = advice(mono(50, 1.2), { timesS: [timeS] }).best
      const mean = errors.reduce((s, e) => s + e, 0) / errors.length
      const rms = Math.sqrt(errors.reduce((s, e) => s + e * e, 0) / errors.length)
      const over = errors.filter((e) => Math.abs(e) > 0.1).length / errors.length
      expect(Math.abs(error.bias - mean)).toBeLessThan(4 * (rms / 200))
      expect(error.rms / rms).toBeCloseTo(1, 1)
      expect(Math.abs(error.shareOver10 - over)).toBeLessThan(0.012)
    }
  })

  it('more noise makes every time worse and never better', () => {
    const [quiet, loud] = [0.02, 0.1].map((noise) => advice(mono(50, 1.3), { noise }).entries)
    quiet?.forEach((entry, i) => expect(loud?.[i]?.error.rms).toBeGreaterThan(entry.error.rms))
  })
})

describe('the best pair of scans', () => {
  const timesS = [4, 24, 48, 96, 168].map((h) => h * HOUR)

  it('two scans of mono-exponential curves are better than one, and far apart better than close', () => {
    const pair = advice(mono(50, 1.3), { scans: 2, method: 'mono-exponential', timesS, patients: 200 })
    expect(pair.entries).toHaveLength(10)
    const rms = (a: number, b: number): number =>
      pair.entries.find((e) => e.timesS[0] === a * HOUR && e.timesS[1] === b * HOUR)?.error.rms ?? NaN
    expect(rms(24, 168)).toBeLessThan(rms(24, 48))
    expect(pair.patients).toBe(200)
    expect(pair.windows).toHaveLength(2)
  })

  it('without noise the curve through two points of a mono-exponential is exact', () => {
    const pair = advice(mono(50, 1.3), { scans: 2, method: 'mono-exponential', timesS, noise: 0, patients: 100 })
    for (const { error } of pair.entries) expect(error.rms).toBeLessThan(1e-9)
  })

  it('the prior helps: the most probable curve has no larger error than the curve through the points', () => {
    const of = (method: 'mono-exponential' | 'population-map') =>
      advice(mono(50, 1.2), { scans: 2, method, timesS, noise: 0.1, patients: 300 })
    const [free, map] = [of('mono-exponential'), of('population-map')]
    map.entries.forEach((entry, i) => expect(entry.error.rms).toBeLessThan((free.entries[i]?.error.rms ?? 0) * 1.02))
  })
})

describe('the quick posterior mode', () => {
  it('is that of the individual estimate, whose noise is normal, within a tenth of its standard uncertainty', () => {
    const population = curvePopulation(
      {
        ...mono(50, 1.25),
        shape: 'bi-exponential',
        earlyHalfLifeS: { median: 3 * HOUR, geometricStandardDeviation: 1.5 },
        earlyShare: { median: 0.5, geometricStandardDeviation: 1.6 },
        uptake: { median: 0.015, geometricStandardDeviation: 1.35 },
      },
      7.4e9,
    )
    const { curve, prior } = population
    const stream = new RandomStream(11)
    for (let n = 0; n < 20; n++) {
      const truth = prior.mean.map((m, i) => m + Math.sqrt(prior.covariance[i]?.[i] ?? 0) * stream.normal())
      const timesS = n % 2 === 0 ? [90 * HOUR] : [24 * HOUR, 120 * HOUR]
      const values = timesS.map((t) => curve.value(truth, t))
      const full = estimateIndividual({
        label: 'K',
        curve,
        prior,
        residual: { additive: 0, proportional: 0.03 },
        timesS,
        values,
        sigma: values.map((v) => 0.03 * v),
      })
      const quick = curve.integral(fastMode(population, prior, timesS, values.map(Math.log), 0.03))
      expect(Math.abs(quick - full.tiaBqS)).toBeLessThan(0.1 * full.tiaUncertaintyBqS)
    }
  })
})

describe('weighted numbers', () => {
  it('percentiles of equal weights are the sorted values; shares over a limit are counted', () => {
    const four = { values: [4, 1, 3, 2], weights: [0.25, 0.25, 0.25, 0.25] }
    expect(weightedPercentiles(four, [0.125, 0.5, 1])).toEqual([1, 2.5, 4])
    const error = expectedError({ values: [0.75, 1, 1.15, 1], weights: [0.25, 0.25, 0.25, 0.25] }, 0)
    expect(error.shareOver10).toBe(0.5)
    expect(error.shareOver20).toBe(0.25)
    expect(error.bias).toBeCloseTo(-0.025, 12)
    expect(error.rms).toBeCloseTo(Math.sqrt((0.0625 + 0.0225) / 4), 12)
  })
})

it.each<[string, Partial<ScanTimeRequest>]>([
  ['two scans', { method: 'mono-exponential' }],
  ['one scan', { scans: 2 }],
  ['ascending', { timesS: [5, 4] }],
  ['noise', { noise: 1 }],
  ['sample', { patients: 3 }],
  ['0 times', { timesS: [] }],
])('advice is refused: %s', (what, wrong) => {
  expect(() => advice(mono(50, 1.2), wrong)).toThrow(what)
})
