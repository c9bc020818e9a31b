import { describe, expect, it } from 'vitest'
import { integrateCourse, scaledCourse, scaledCurve } from '../doseRate/index.ts'
import type { DoseRateCourse } from '../doseRate/index.ts'
import type { RepairModel } from '../repair/index.ts'
import { scheduleOutcome } from './index.ts'
import type { Clone } from './index.ts'

const DAY_S = 86400
const lambda = Math.LN2 / DAY_S
const repair: RepairModel = { kind: 'exponential', components: [{ halfTimeS: 3600, fraction: 1 }] }
const cycle = (doseGy: number): DoseRateCourse => [
  { kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: doseGy * lambda, decayPerS: lambda }] },
]
const growthPerS = Math.LN2 / (20 * DAY_S)
const sensitive: Clone = {
  name: 'sensitive',
  cells: 1e6,
  birthPerS: growthPerS / 0.6,
  deathPerS: (0.4 * growthPerS) / 0.6,
  alphaPerGy: 0.3,
  alphaBetaGy: 10,
  mutation: 0,
}
const weekly = (days: number): number[] => Array.from({ length: days + 1 }, (_, k) => k * DAY_S)

describe('the outcome of a schedule', () => {
  it('has the time of regrowth of the closed form, α·BED over the rate of growth, to 3 %', () => {
    const outcome = scheduleOutcome([sensitive], cycle(12), repair, weekly(250), { seed: 3, runs: 40 })
    const { doseGy, pairGy2 } = integrateCourse(cycle(12), Math.LN2 / 3600)
    const expectedS = (0.3 * (doseGy + pairGy2 / 10)) / growthPerS
    expect(Math.abs((outcome.medianRegrowthS ?? NaN) / expectedS - 1)).toBeLessThan(0.03)
    expect(outcome.regrownShare).toBe(1)
    expect(outcome.eradication).toBeLessThan(1e-6)
    expect(outcome.cells[0]?.median).toBe(1e6)
  })

  it('eradicates in the share of histories that the branching process says, and resistant cells are what comes back', () => {
    const few = { ...sensitive, cells: 300 }
    const alone = scheduleOutcome([few], cycle(16), repair, weekly(200), { seed: 4, runs: 150, stepShare: 0.05 })
    // Whoever is not eradicated by then has grown back: 10 doublings are far more than 300 cells.
    const spread = Math.sqrt((alone.eradication * (1 - alone.eradication)) / 150)
    expect(alone.eradication).toBeGreaterThan(0.1)
    expect(alone.eradication).toBeLessThan(0.9)
    expect(Math.abs(1 - alone.regrownShare - alone.eradication)).toBeLessThan(4 * spread + 0.01)
    const resistant = { ...sensitive, name: 'resistant', cells: 10, alphaPerGy: 0.03 }
    const both = scheduleOutcome([{ ...sensitive, cells: 1000 }, resistant], cycle(40), repair, weekly(250), {
      seed: 5,
      runs: 20,
      stepShare: 0.05,
    })
    const end = both.cells.at(-1)
    expect(end?.medianOfOthers).toBe(end?.median)
    expect(both.eradication).toBeLessThan(0.2)
  })

  it('is better with more dose', () => {
    const at = (dose: number): number =>
      scheduleOutcome([{ ...sensitive, cells: 300 }], cycle(dose), repair, weekly(60), { seed: 6, runs: 2 }).eradication
    expect(at(18)).toBeGreaterThan(at(14))
  })
})

describe('dose rates that are as others were', () => {
  it('scales dose by the factor and pairs by its square, and moves in time', () => {
    const base = integrateCourse(cycle(10), Math.LN2 / 3600)
    const twice = integrateCourse(scaledCourse(cycle(10), 2), Math.LN2 / 3600)
    expect(twice.doseGy).toBeCloseTo(2 * base.doseGy, 9)
    expect(twice.pairGy2).toBeCloseTo(4 * base.pairGy2, 9)
    const sampled = { kind: 'sampled', timesS: [0, 10], rateGyPerS: [1, 3], tailDecayPerS: null } as const
    expect(scaledCurve(sampled, 2, 5)).toEqual({ ...sampled, timesS: [5, 15], rateGyPerS: [2, 6] })
  })
})
