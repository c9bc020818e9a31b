import { describe, expect, it } from 'vitest'
import type { DoseRateCourse } from '../doseRate/index.ts'
import type { ExponentialRepair } from '../repair/index.ts'
import { fitTumourResponse, simulateClones, tumourResponse } from './index.ts'
import type { Clone, GrowthLaw, TumourModel } from './index.ts'

const DAY_S = 86400
const lambda = Math.LN2 / (51 * 3600)
const course: DoseRateCourse = [14, 9].map((doseGy, at) => ({
  kind: 'exponentials',
  startS: 56 * at * DAY_S,
  terms: [{ rateGyPerS: doseGy * lambda, decayPerS: lambda }],
}))
const repair: ExponentialRepair = { kind: 'exponential', components: [{ halfTimeS: 2 * 3600, fraction: 1 }] }
const base = { alphaPerGy: 0.1, alphaBetaGy: 10, repair, clearanceHalfTimeS: 0 }

describe('growth by a function of one’s own', () => {
  const timesS = [0, 30, 90, 180].map((day) => day * DAY_S)
  const own = (perS: (volume: number) => number): TumourModel => ({
    ...base,
    growth: { kind: 'own', title: 'mine', perS },
  })

  it('gives what the built-in law gives', () => {
    const rate = 0.02 / DAY_S
    const built = tumourResponse(
      { ...base, growth: { kind: 'logistic', ratePerS: rate, capacity: 100 } },
      course,
      20,
      timesS,
    )
    const mine = tumourResponse(
      own((volume) => rate * (1 - volume / 100)),
      course,
      20,
      timesS,
    )
    mine.forEach(({ volume }, i) => expect(volume / (built[i]?.volume ?? NaN)).toBeCloseTo(1, 9))
  })

  it('has its parameters fitted as those of the built-in law are, with the same uncertainty, and refuses names that it has not', () => {
    const rate = 0.02 / DAY_S
    const law: GrowthLaw = {
      ...{ kind: 'own', title: 'mine', names: ['K', 'r'], values: [100, 2 * rate] },
      perS: (volume, [capacity = NaN, r = NaN]) => r * (1 - volume / capacity),
    }
    const logistic: TumourModel = { ...base, growth: { kind: 'logistic', ratePerS: rate, capacity: 100 } }
    const volumes = tumourResponse(logistic, course, 20, timesS).map(({ timeS, volume }) => ({
      ...{ timeS, volume, relativeUncertainty: 0.05 },
    }))
    const problem = { initialVolume: 20, startS: 0, volumes }
    const built = fitTumourResponse(
      { ...problem, model: logistic, free: [{ name: 'initialVolume' }, { name: 'growthRatePerS' }] },
      course,
    )
    const model: TumourModel = { ...base, growth: law }
    const mine = fitTumourResponse({ ...problem, model, free: [{ name: 'initialVolume' }, { name: 'own:r' }] }, course)
    expect(mine.parameters[1]).toMatchObject({ name: 'own:r', unit: 'own' })
    expect((mine.parameters[1]?.value ?? NaN) / rate).toBeCloseTo(1, 5)
    expect(mine.parameters[1]?.cv ?? NaN).toBeCloseTo(built.parameters[1]?.cv ?? NaN, 4)
    expect(() => fitTumourResponse({ ...problem, model, free: [{ name: 'own:s' }] }, course)).toThrow(
      /parameter s is free/,
    )
    expect(() => tumourResponse({ ...base, growth: { ...law, values: [100] } }, course, 20, timesS)).toThrow(
      /names the parameters K, r/,
    )
  })

  it('is refused where it is no number', () => {
    expect(() =>
      tumourResponse(
        own((volume) => Math.log(10 - volume)),
        [],
        20,
        timesS,
      ),
    ).toThrow(/"mine" is NaN 1\/s at a volume of 20/)
  })
})

describe('clones that grow by the number of all cells', () => {
  const clone = (birthPerS: number, deathPerS: number): Clone => ({
    ...{ name: 'one', cells: 1e4, birthPerS, deathPerS, alphaPerGy: 0.1, alphaBetaGy: 10, mutation: 0 },
  })
  const timesS = [0, 20, 60, 120, 400].map((day) => day * DAY_S)
  const runs = { seed: 3, runs: 40 }
  const hardlyAny: DoseRateCourse = [
    { kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: 1e-18, decayPerS: lambda }] },
  ]

  it('have the same histories as those of constant births and deaths where the growth is constant', () => {
    const birth = 0.02 / DAY_S
    const plain = simulateClones([clone(birth, 0.25 * birth)], course, repair, timesS, runs)
    const growth = { perS: () => 0.75 * birth, cellLoss: 0.25 }
    expect(simulateClones([clone(0, 0)], course, repair, timesS, { ...runs, growth })).toEqual(plain)
  })

  it('stay at the capacity of a logistic growth, with the spread of births and deaths, and die out where it is negative', () => {
    const growth = { perS: (cells: number) => (0.05 / DAY_S) * (1 - cells / 3e4), cellLoss: 0.5 }
    const { runs: found } = simulateClones([clone(0, 0)], hardlyAny, repair, timesS, { ...runs, growth })
    const last = found.map(({ cells }) => cells.at(-1)?.[0] ?? NaN)
    const mean = last.reduce((sum, n) => sum + n, 0) / last.length
    expect(Math.abs(mean / 3e4 - 1)).toBeLessThan(0.01)
    const falling = { perS: () => -0.1 / DAY_S, cellLoss: 0 }
    const { eradicatedShare } = simulateClones([clone(0, 0)], hardlyAny, repair, timesS, { ...runs, growth: falling })
    expect(eradicatedShare).toBe(1)
  })

  it('refuse a cell loss of one', () => {
    const growth = { perS: () => 0, cellLoss: 1 }
    expect(() => simulateClones([clone(0, 0)], course, repair, timesS, { ...runs, growth })).toThrow(/cell loss is 1/)
  })
})
