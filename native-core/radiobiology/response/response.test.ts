import { describe, expect, it } from 'vitest'
import { integrateCourse } from '../doseRate/index.ts'
import type { DoseRateCourse } from '../doseRate/index.ts'
import { zaiderMinerboTcp } from '../outcome/index.ts'
import type { ExponentialRepair } from '../repair/index.ts'
import { eradicationProbability, markerResponse, simulateClones, sublethalResponse, tumourResponse } from './index.ts'
import type { Clone, TumourModel } from './index.ts'

const HOUR_S = 3600
const DAY_S = 86400
const lambda = Math.LN2 / (51 * HOUR_S)
const uptake = Math.LN2 / (3 * HOUR_S)
const cycle = (doseGy: number, startS: number): DoseRateCourse[number] => {
  const rate = doseGy / (1 / lambda - 1 / uptake)
  return {
    kind: 'exponentials',
    startS,
    terms: [
      { rateGyPerS: rate, decayPerS: lambda },
      { rateGyPerS: -rate, decayPerS: uptake },
    ],
  }
}
const course: DoseRateCourse = [cycle(12, 0), cycle(9, 40 * DAY_S)]
const repair: ExponentialRepair = {
  kind: 'exponential',
  components: [
    { halfTimeS: 0.5 * HOUR_S, fraction: 0.4 },
    { halfTimeS: 4 * HOUR_S, fraction: 0.6 },
  ],
}
const days = [0, 1, 5, 20, 40, 41, 60, 90].map((day) => day * DAY_S)
const model: TumourModel = {
  growth: { kind: 'exponential', doublingTimeS: 30 * DAY_S },
  alphaPerGy: 0.2,
  alphaBetaGy: 5,
  repair,
  clearanceHalfTimeS: 0,
}
const killed = (timeS: number, alpha: number, alphaBeta: number): number =>
  timeS === 0
    ? 0
    : repair.components.reduce((sum, { halfTimeS, fraction }) => {
        const { doseGy, pairGy2 } = integrateCourse(course, Math.LN2 / halfTimeS, timeS)
        return sum + fraction * alpha * (doseGy + pairGy2 / alphaBeta)
      }, 0)

describe('a tumour that grows exponentially', () => {
  it('is N0·exp(ln 2·t/T_d − αD − βQ) at any time, to 1e-7', () => {
    for (const { timeS, living } of tumourResponse(model, course, 10, days)) {
      const expected = 10 * Math.exp((Math.LN2 * timeS) / (30 * DAY_S) - killed(timeS, 0.2, 5))
      expect(Math.abs(living / expected - 1)).toBeLessThan(1e-7)
    }
  })

  it('starts its clock where it is told to: a course in the past has done its work', () => {
    const later = tumourResponse(model, course, 1, [50 * DAY_S, 90 * DAY_S])
    const expected = (Math.LN2 * 40) / 30 - killed(90 * DAY_S, 0.2, 5) + killed(50 * DAY_S, 0.2, 5)
    expect(later[1]?.logSurvival).toBeCloseTo(expected, 7)
    expect(tumourResponse(model, [cycle(5, 100 * DAY_S)], 1, [0, 30 * DAY_S])[1]?.living).toBeCloseTo(2, 8)
    expect(tumourResponse(model, [], 1, [0, 30 * DAY_S])[1]?.living).toBeCloseTo(2, 8)
  })

  it('keeps its logarithm where the tissue is less than a cell', () => {
    const strong = tumourResponse({ ...model, alphaPerGy: 50, alphaBetaGy: Infinity }, course, 1, [0, 90 * DAY_S])
    const expected = (Math.LN2 * 90) / 30 - 50 * integrateCourse(course, 1, 90 * DAY_S).doseGy
    expect(strong[1]?.logSurvival).toBeCloseTo(expected, 5)
  })
})

describe('limited growth', () => {
  it('of Gompertz is linear in ln(V/K): y₀e^(−at) − α·∫R·e^(−a(t−s)) ds, to 1e-7', () => {
    const a = 1e-7
    const states = tumourResponse(
      { ...model, growth: { kind: 'gompertz', ratePerS: a, capacity: 100 }, alphaBetaGy: Infinity },
      course,
      10,
      days,
    )
    for (const { timeS, living } of states) {
      const y =
        Math.log(0.1) * Math.exp(-a * timeS) - (timeS > 0 ? 0.2 * integrateCourse(course, a, timeS).unrepairedGy : 0)
      expect(Math.abs(Math.log(living / 100) - y)).toBeLessThan(1e-7)
    }
  })

  it('of the logistic law is Bernoulli’s equation: N₀E/(1 + (r·N₀/K)·∫E), to 1e-5 with a trapezoidal integral', () => {
    const r = 4e-7
    const untilS = 60 * DAY_S
    const steps = 6000
    const e = (timeS: number): number => Math.exp(r * timeS - killed(timeS, 0.2, 5))
    let integral = 0
    for (let k = 0; k < steps; k++)
      integral += (untilS / steps) * ((e((k * untilS) / steps) + e(((k + 1) * untilS) / steps)) / 2)
    const state = tumourResponse({ ...model, growth: { kind: 'logistic', ratePerS: r, capacity: 100 } }, course, 10, [
      0,
      untilS,
    ])[1]
    expect(Math.abs((state?.living ?? 0) / ((10 * e(untilS)) / (1 + ((r * 10) / 100) * integral)) - 1)).toBeLessThan(
      1e-5,
    )
  })
})

describe('dying tissue and oxygen', () => {
  it('keeps the volume where nothing grows and nothing is cleared', () => {
    const still = { ...model, growth: { kind: 'exponential', doublingTimeS: 1e18 }, clearanceHalfTimeS: 1e18 } as const
    for (const { volume } of tumourResponse(still, course, 10, days)) expect(volume).toBeCloseTo(10, 6)
  })

  it('lags behind: what a scan sees lies above the living tissue, and nearer the quicker it goes', () => {
    const at = (clearanceDays: number) =>
      tumourResponse({ ...model, clearanceHalfTimeS: clearanceDays * DAY_S }, course, 10, days)[3]
    expect(at(14)?.volume).toBeGreaterThan((at(1)?.volume ?? 0) * 1.1)
    expect(at(1)?.volume).toBeGreaterThan(at(1)?.living ?? 0)
    expect(at(14)?.living).toBeCloseTo(at(1)?.living ?? 0, 6)
  })

  it('with enhancement ratios of 1 hypoxia changes nothing; with 2.5 more is left, less with reoxygenation', () => {
    const hypoxia: NonNullable<TumourModel['hypoxia']> = {
      fraction: 0.3,
      oerAlpha: 1,
      oerBeta: 1,
      reoxygenationHalfTimeS: null,
    }
    const end = (change: Partial<typeof hypoxia>): number =>
      tumourResponse({ ...model, hypoxia: { ...hypoxia, ...change } }, course, 10, days).at(-1)?.living ?? 0
    const plain = tumourResponse(model, course, 10, days).at(-1)?.living ?? 0
    expect(end({}) / plain).toBeCloseTo(1, 7)
    expect(end({ oerAlpha: 2.5, oerBeta: 2.5 })).toBeGreaterThan(plain)
    expect(end({ oerAlpha: 2.5, oerBeta: 2.5, reoxygenationHalfTimeS: 10 * DAY_S })).toBeLessThan(
      end({ oerAlpha: 2.5, oerBeta: 2.5 }),
    )
  })

  it('of the damage–repair model keeps its mass and leaves damaged tissue to be repaired', () => {
    const states = sublethalResponse(
      {
        growthPerS: 0,
        capacity: 11,
        alphaPerGy: 0.036,
        pPerGy: 0.61,
        epsilon: 0.11,
        repairPerS: 6.08e-3 / 60,
        clearancePerS: 0,
      },
      course,
      7,
      days,
    )
    for (const { volume } of states) expect(volume).toBeCloseTo(7, 7)
    expect(states[1]?.damaged).toBeGreaterThan(0.01)
    expect(states.at(-1)?.dying).toBeGreaterThan(states[3]?.dying ?? Infinity)
  })

  it('refuses times that do not ascend and negative capacities', () => {
    expect(() => tumourResponse(model, course, 10, [1, 0])).toThrow(/ascend/)
    expect(() =>
      tumourResponse({ ...model, growth: { kind: 'gompertz', ratePerS: 1e-7, capacity: -1 } }, course, 10, [0]),
    ).toThrow(/gompertz growth has 1e-7 and -1/)
  })
})

describe('a marker', () => {
  it('under constant activity is closed: C_e = C(1 − e^(−kt)), ln PSA linear in its integrals', () => {
    const m = { growthPerS: 1e-7, directPerBqS: 2e-16, delayedPerBqS: 3e-16, effectPerS: 4e-7 }
    const c = 1e9
    const t = 50 * DAY_S
    const [, end] = markerResponse(m, 140, () => c, [], [0, t])
    const delayed = c * (t + Math.expm1(-m.effectPerS * t) / m.effectPerS)
    const expected = Math.log(140) + m.growthPerS * t - m.directPerBqS * c * t - m.delayedPerBqS * delayed
    expect(Math.log(end?.marker ?? 0)).toBeCloseTo(expected, 8)
  })
})

describe('clones', () => {
  const sensitive: Clone = {
    name: 'sensitive',
    cells: 1e4,
    birthPerS: Math.LN2 / (5 * DAY_S),
    deathPerS: 0.4 * (Math.LN2 / (5 * DAY_S)),
    alphaPerGy: 0.45,
    alphaBetaGy: 10,
    mutation: 0,
  }
  const one: ExponentialRepair = { kind: 'exponential', components: [{ halfTimeS: 2 * HOUR_S, fraction: 1 }] }
  const endS = 60 * DAY_S
  const long: DoseRateCourse = [cycle(16, 0), cycle(11, 20 * DAY_S)]

  it('of one kind have Zaider and Minerbo’s TCP, to 1e-6', () => {
    const tcp = zaiderMinerboTcp(long, one, endS, {
      clonogens: 1e4,
      alphaPerGy: 0.45,
      alphaBetaGy: 10,
      doublingTimeS: 5 * DAY_S,
      cellLossFactor: 0.4,
    })
    expect(tcp).toBeGreaterThan(0.05)
    expect(tcp).toBeLessThan(0.95)
    expect(Math.abs(eradicationProbability([sensitive], long, one, endS) - tcp)).toBeLessThan(1e-6)
  })

  it('without mutation are independent; a mutation to a resistant clone lowers the probability', () => {
    const resistant: Clone = { ...sensitive, name: 'resistant', cells: 3, alphaPerGy: 0.3 }
    const apart =
      eradicationProbability([sensitive], long, one, endS) * eradicationProbability([resistant], long, one, endS)
    expect(eradicationProbability([sensitive, resistant], long, one, endS)).toBeCloseTo(apart, 8)
    expect(eradicationProbability([{ ...sensitive, mutation: 1e-2 }, resistant], long, one, endS)).toBeLessThan(apart)
  })

  it('drawn 400 times are eradicated as often as the backward equation says, within 3.5 standard deviations', () => {
    const clones: Clone[] = [
      { ...sensitive, cells: 300, mutation: 0.05 },
      { ...sensitive, name: 'resistant', cells: 0, alphaPerGy: 0.15 },
    ]
    const weak: DoseRateCourse = [cycle(11, 0), cycle(9, 15 * DAY_S)]
    const expected = eradicationProbability(clones, weak, one, endS)
    expect(expected).toBeGreaterThan(0.2)
    expect(expected).toBeLessThan(0.8)
    const found = simulateClones(clones, weak, one, [0, 10 * DAY_S, endS], { seed: 7, runs: 400 })
    expect(Math.abs(found.eradicatedShare - expected)).toBeLessThan(3.5 * Math.sqrt((expected * (1 - expected)) / 400))
    expect(found.runs[0]?.cells[0]).toEqual([300, 0])
    const again = simulateClones(clones, weak, one, [0, 10 * DAY_S, endS], { seed: 7, runs: 3 })
    expect(again.runs).toEqual(found.runs.slice(0, 3))
  })

  it('refuses a mutation of the last clone', () => {
    expect(() => eradicationProbability([{ ...sensitive, mutation: 0.1 }], long, one, endS)).toThrow(/mutation 0.1/)
  })
})
