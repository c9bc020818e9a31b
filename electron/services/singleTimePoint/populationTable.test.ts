import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { runCalc } from '../calc/index.ts'
import { findPopulation, readPopulations } from './index.ts'

const HOUR = 3600
const resources = fileResources()
const populations = readPopulations(resources)

describe('populations of kinetics', () => {
  it('are read, each with a source and evidence for every number, and make curves that are not slower than decay', () => {
    expect(populations.length).toBeGreaterThan(10)
    for (const entry of populations) {
      expect(entry.sources.length, entry.id).toBeGreaterThan(0)
      const { curve, prior } = entry.curves(159.5 * HOUR, null)
      for (const score of [-2, 0, 2]) {
        const phi = prior.mean.map((m, i) => (i === 1 ? score : m))
        const slowest = Math.min(...(curve.terms(phi) ?? []).map((term) => term.effectiveRatePerS))
        expect(slowest, entry.id).toBeGreaterThanOrEqual((Math.LN2 / (159.5 * HOUR)) * (1 - 1e-12))
      }
    }
  })

  it('a number that was not found in a source is marked so', () => {
    expect(findPopulation(populations, 'dotatate-kidney').evidence).toBe('unverified')
    expect(findPopulation(populations, 'psma-617-whole-body').evidence).toBe('transcribed')
    expect(findPopulation(populations, 'psma-617-kidney').evidence).toBe('designed')
  })

  it('the whole body of Kurth 2018 has its mean and standard deviation again: 40.5 ± 9.6 h', () => {
    const { curve, prior } = findPopulation(populations, 'psma-617-whole-body').curves(159.5 * HOUR, null)
    // Gauss–Hermite by hand would do; the middles of 20 000 equal steps of the score are an oracle without it.
    let [weight, first, second] = [0, 0, 0]
    for (let z = -6; z <= 6; z += 0.0006) {
      const rate = curve.terms([prior.mean[0] ?? 0, z])?.[0]?.effectiveRatePerS ?? NaN
      const own = Math.exp((-z * z) / 2)
      weight += own
      first += own * (Math.LN2 / rate / HOUR)
      second += own * (Math.LN2 / rate / HOUR) ** 2
    }
    expect(first / weight).toBeCloseTo(40.5, 1)
    expect(Math.sqrt(second / weight - (first / weight) ** 2)).toBeCloseTo(9.6, 1)
  })

  it.each([
    ['177Lu-DOTATATE', 'Lu-177', 'Kidney_L', false, 'dotatate-kidney'],
    ['177Lu-DOTATATE', 'Lu-177', 'SOMETHING', true, 'dotatate-lesion'],
    ['177Lu-PSMA-617', 'Lu-177', 'PAROTID_R', false, 'psma-617-parotid'],
    ['Pluvicto', '177Lu', 'spleen', false, 'psma-617-spleen'],
    ['90Y-DOTATATE', 'Y-90', 'Kidney', false, undefined],
    ['177Lu-DOTATATE', 'Lu-177', 'bladder', false, undefined],
  ])('%s, %s: %s takes %s', (agent, nuclide, structure, isLesion, id) => {
    expect(populations.find((entry) => entry.fits({ agent, nuclide }, structure, isLesion))?.id).toBe(id)
  })

  it('a damaged table and two of one id are refused', () => {
    const [table] = resources.kineticPopulations()
    expect(() => readPopulations({ kineticPopulations: () => [{ schema: 'x' }] })).toThrow(InputError)
    expect(() => readPopulations({ kineticPopulations: () => [table, table] })).toThrow('Two populations')
    expect(() => findPopulation(populations, 'x')).toThrow('no population "x"')
  })
})

describe('calculations', () => {
  const run = <T>(name: string, input: unknown): T => runCalc(name, input, resources) as T
  const points = [{ timeH: 72, activityMbq: 30, sigmaMbq: 1 }]

  it('single-time-point: 30 MBq at 72 h by Madsen’s rule with 50 h is 30·2^1.44·50/ln 2 MBq·h', () => {
    const answer = run<{ tiaMbqH: number; tiaUncertaintyMbqH: number; parts: { relative: number }[]; source: string }>(
      'single-time-point',
      { nuclide: 'Lu-177', method: 'madsen', population: 'dotatate-kidney', points },
    )
    expect(answer.tiaMbqH).toBeCloseTo((30 * 2 ** 1.44 * 50) / Math.LN2, 6)
    expect(answer.tiaUncertaintyMbqH / answer.tiaMbqH).toBeCloseTo(
      Math.hypot(...answer.parts.map((p) => p.relative)),
      10,
    )
  })

  it('single-time-point: an earlier cycle needs its curve, a population its nuclide', () => {
    const priorCycle = { terms: [{ amplitudeMbq: 80, effectiveHalfLifeH: 60 }] }
    const answer = run<{ tiaMbqH: number; curve: { activityMbq: number[] } }>('single-time-point', {
      nuclide: 'Lu-177',
      method: 'prior-cycles',
      priorCycle,
      points,
      curveTimesH: [72],
    })
    expect(answer.tiaMbqH).toBeCloseTo((30 * 2 ** 1.2 * 60) / Math.LN2, 6)
    expect(answer.curve.activityMbq[0]).toBeCloseTo(30, 8)
    const refused =
      (more: object): (() => unknown) =>
      () =>
        run('single-time-point', { nuclide: 'Lu-177', method: 'madsen', points, ...more })
    expect(refused({ method: 'prior-cycles' })).toThrow('no earlier cycle')
    expect(refused({ priorCycle, population: 'dotatate-kidney' })).toThrow('earlier cycle')
    expect(refused({ nuclide: 'Y-90', population: 'dotatate-kidney' })).toThrow('of Lu-177')
    expect(refused({})).toThrow('needs a population')
  })

  it('scan-time: the best time is that of the publication, about 72 h for kidneys after DOTATATE (Hou 2021)', () => {
    const answer = run<{
      methods: { method: string; best: { timesH: number[] }; windows: { fromH: number; toH: number }[] }[]
    }>('scan-time', {
      nuclide: 'Lu-177',
      population: 'dotatate-kidney',
      methods: ['madsen', 'population-half-life', 'hanscheid'],
    })
    for (const { windows } of answer.methods) {
      expect(windows[0]?.fromH).toBeLessThanOrEqual(72)
      expect(windows[0]?.toH).toBeGreaterThanOrEqual(72)
    }
  })

  it('scan-time: and about 48 h after PSMA-617, also for a pair from given times', () => {
    const population = 'psma-617-kidney-narrow'
    const one = run<{ methods: { windows: { fromH: number; toH: number }[] }[] }>('scan-time', {
      nuclide: 'Lu-177',
      population,
      methods: ['madsen', 'population-half-life'],
    })
    for (const { windows } of one.methods) {
      expect(windows[0]?.fromH).toBeLessThanOrEqual(48)
      expect(windows[0]?.toH).toBeGreaterThanOrEqual(48)
    }
    const two = run<{ methods: { entries: unknown[]; patients: number | null }[] }>('scan-time', {
      nuclide: 'Lu-177',
      population: { shape: 'mono-exponential', effectiveHalfLifeH: { median: 35, geometricStandardDeviation: 1.3 } },
      scans: 2,
      timesH: [4, 24, 72],
    })
    expect(two.methods.map(({ entries, patients }) => [entries.length, patients])).toEqual([
      [3, 300],
      [3, 300],
    ])
  })
})
