import { describe, expect, it } from 'vitest'
import { courseHistory } from '../doseRate/index.ts'
import type { DoseRateCourse } from '../doseRate/index.ts'
import { drawResponses, fitTumourResponse, predictResponse, responseBand } from './index.ts'
import type { ResponseFitProblem, TumourModel } from './index.ts'

const DAY_S = 86400
const lambda = Math.LN2 / (51 * 3600)
const course: DoseRateCourse = [
  { kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: 14 * lambda, decayPerS: lambda }] },
]
const model: TumourModel = {
  growth: { kind: 'exponential', doublingTimeS: 60 * DAY_S },
  alphaPerGy: 0.12,
  alphaBetaGy: 10,
  repair: { kind: 'exponential', components: [{ halfTimeS: 7200, fraction: 1 }] },
  clearanceHalfTimeS: 0,
}
const problem = { model, initialVolume: 20, startS: 0 }
const atS = 40 * DAY_S
const bandOf = (spread: Omit<Parameters<typeof drawResponses>[0], 'problem'>, draws = 1500) =>
  responseBand(drawResponses({ problem, ...spread }, { seed: 5, draws }), course, 0, [0, atS], 0).band[1]

/** ln V at `atS` by the closed form: growth − α·(D·f + f²·pairs/(α/β)). */
function logVolume(alpha: number, factor = 1, initial = 20): number {
  const [, end] = courseHistory(course, Math.LN2 / 7200, [0, atS])
  const bed = factor * (end?.doseGy ?? NaN) + (factor * factor * (end?.pairGy2 ?? NaN)) / 10
  return Math.log(initial) + (Math.LN2 * 40) / 60 - alpha * bed
}

describe('a response drawn over what is not known', () => {
  it('has the quantiles of the closed form where α is log-normal, to 4 % of the band', () => {
    const band = bandOf({ fit: null, held: [{ name: 'alphaPerGy', sdOfLog: 0.2 }], doseSdOfLog: 0 })
    const exact = [1.959964, 0, -1.959964].map((z) => logVolume(0.12 * Math.exp(0.2 * z)))
    const width = (exact[2] ?? NaN) - (exact[0] ?? NaN)
    for (const [i, found] of [band?.low, band?.median, band?.high].entries())
      expect(Math.abs(Math.log(found ?? NaN) - (exact[i] ?? NaN))).toBeLessThan(0.04 * width)
  })

  it('has those of a dose that all cycles share, and of the first volume', () => {
    const dose = bandOf({ fit: null, held: [], doseSdOfLog: 0.1 })
    expect(Math.log(dose?.low ?? NaN)).toBeCloseTo(logVolume(0.12, Math.exp(0.196)), 1)
    const volume = bandOf({ fit: null, held: [{ name: 'initialVolume', sdOfLog: 0.15 }], doseSdOfLog: 0 })
    expect(Math.log((volume?.high ?? NaN) / (volume?.low ?? NaN))).toBeCloseTo(2 * 1.96 * 0.15, 1)
    // Four standard errors of the median of 1500 draws, 1.25·σ/√n each.
    expect(Math.abs(Math.log(volume?.median ?? NaN) - logVolume(0.12))).toBeLessThan(
      (4 * 1.25 * 0.15) / Math.sqrt(1500),
    )
  })

  it('agrees with linear propagation where a fit is sharp, and repeats itself for the same seed', () => {
    const days = [0, 10, 25, 40, 60, 90]
    const sharp: ResponseFitProblem = {
      ...problem,
      free: [{ name: 'alphaPerGy' }, { name: 'doublingTimeS' }, { name: 'initialVolume' }],
      volumes: days.map((day) => {
        const timeS = day * DAY_S
        const { doseGy = 0, pairGy2 = 0 } = (day > 0 ? courseHistory(course, Math.LN2 / 7200, [timeS])[0] : null) ?? {}
        const log = Math.log(20) + (Math.LN2 * day) / 60 - 0.12 * (doseGy + pairGy2 / 10)
        return { timeS, volume: Math.exp(log), relativeUncertainty: 0.02 }
      }),
    }
    const fit = fitTumourResponse(sharp, course)
    const [linear] = predictResponse(fit, course, [120 * DAY_S], 0.05)
    const spread = { problem: sharp, fit, held: [], doseSdOfLog: 0 }
    const draws = drawResponses(spread, { seed: 9, draws: 1500 })
    const { band, left } = responseBand(draws, course, 0, [120 * DAY_S], 0.05)
    expect(left).toBe(0)
    const widthOf = (low?: number, high?: number): number => Math.log((high ?? NaN) / (low ?? NaN))
    expect(widthOf(band[0]?.low, band[0]?.high) / widthOf(linear?.low, linear?.high)).toBeCloseTo(1, 1)
    expect(widthOf(band[0]?.scanLow, band[0]?.scanHigh) / widthOf(linear?.scanLow, linear?.scanHigh)).toBeCloseTo(1, 1)
    expect(drawResponses(spread, { seed: 9, draws: 3 })).toEqual(draws.slice(0, 3))
    expect(drawResponses(spread, { seed: 10, draws: 3 })).not.toEqual(draws.slice(0, 3))
  })

  it('refuses spreads that cannot be', () => {
    expect(() => drawResponses({ problem, fit: null, held: [], doseSdOfLog: -1 }, { seed: 1, draws: 3 })).toThrow(
      /spread of the dose of -1/,
    )
  })
})
