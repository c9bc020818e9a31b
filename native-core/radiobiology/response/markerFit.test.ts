import { describe, expect, it } from 'vitest'
import { fitMarker, predictMarker } from './index.ts'
import type { MarkerFitProblem } from './index.ts'

const DAY_S = 86400
const lambda = Math.LN2 / (50 * 3600)
const startsS = [0, 42 * DAY_S]
const peakBq = 4e8
const activity = (timeS: number): number =>
  startsS.reduce((sum, start) => sum + (timeS >= start ? peakBq * Math.exp(-lambda * (timeS - start)) : 0), 0)
const truth = {
  growthPerS: 0.01 / DAY_S,
  directPerBqS: 3e-16,
  delayedPerBqS: 6e-16,
  effectPerS: Math.LN2 / (10 * DAY_S),
}

/** ln of the marker in closed form: growth − k_d·∫C − k_e·∫C_e with C_e = ke0·A/(ke0 − λ)·(e^(−λt) − e^(−ke0·t)). */
function logMarker(timeS: number): number {
  return startsS.reduce(
    (sum, start) => {
      const t = Math.max(0, timeS - start)
      const { directPerBqS, delayedPerBqS, effectPerS: k } = truth
      const direct = (peakBq * -Math.expm1(-lambda * t)) / lambda
      const delayed = ((k * peakBq) / (k - lambda)) * (-Math.expm1(-lambda * t) / lambda - -Math.expm1(-k * t) / k)
      return sum - directPerBqS * direct - delayedPerBqS * delayed
    },
    Math.log(80) + truth.growthPerS * (timeS + 14 * DAY_S),
  )
}

const days = [-14, 0, 7, 14, 28, 42, 49, 63, 90, 120]
const problem: MarkerFitProblem = {
  model: { ...truth, growthPerS: 2 * truth.growthPerS, directPerBqS: 1e-16, delayedPerBqS: 1e-15 },
  baseline: 70,
  free: ['growthPerS', 'directPerBqS', 'delayedPerBqS', 'baseline'],
  values: days.map((day) => ({
    timeS: day * DAY_S,
    value: Math.exp(logMarker(day * DAY_S)),
    relativeUncertainty: 0.05,
  })),
}

describe('a marker fitted to values over two cycles', () => {
  const fit = fitMarker(problem, activity, startsS)
  it('finds growth, both effects and the baseline of the closed form to 1e-6', () => {
    const value = (name: string): number => fit.parameters.find((one) => one.name === name)?.value ?? NaN
    expect(value('growthPerS') / truth.growthPerS).toBeCloseTo(1, 6)
    expect(value('directPerBqS') / truth.directPerBqS).toBeCloseTo(1, 6)
    expect(value('delayedPerBqS') / truth.delayedPerBqS).toBeCloseTo(1, 6)
    expect(value('baseline') / 80).toBeCloseTo(1, 6)
    expect(fit.chiSquare).toBeLessThan(1e-6)
    expect(fit.converged).toBe(true)
  })

  it('predicts the closed form later on, with a band that widens', () => {
    const [, near, far] = predictMarker(
      fit,
      activity,
      startsS,
      [-14, 121, 300].map((day) => day * DAY_S),
    )
    expect(Math.log(far?.marker ?? NaN)).toBeCloseTo(logMarker(300 * DAY_S), 6)
    const width = (one?: { low: number; high: number }): number => Math.log((one?.high ?? NaN) / (one?.low ?? NaN))
    expect(width(far)).toBeGreaterThan(width(near))
  })

  it('says of a parameter that it ran to the end of the range, as an effect of values that rise faster than the growth that is held', () => {
    const rising = days.map((day) => ({
      timeS: day * DAY_S,
      value: 80 * Math.exp(0.02 * day),
      relativeUncertainty: 0.05,
    }))
    const model = { ...truth, directPerBqS: 1e-15 }
    const found = fitMarker({ model, baseline: 60, free: ['directPerBqS'], values: rising }, activity, startsS)
    expect(found.parameters[0]).toMatchObject({ name: 'directPerBqS', atBound: true })
    expect(fit.parameters.every(({ atBound }) => !atBound)).toBe(true)
  })

  it('refuses too few values, values that are none, and parameters that the values say nothing of', () => {
    expect(() => fitMarker({ ...problem, values: problem.values.slice(0, 3) }, activity, startsS)).toThrow(
      /3 values of the marker for 4 free/,
    )
    const bad = [{ timeS: 0, value: -1, relativeUncertainty: 0.1 }, ...problem.values.slice(2)]
    expect(() => fitMarker({ ...problem, values: bad }, activity, startsS)).toThrow(/Value 1 of the marker is -1/)
    expect(() => fitMarker(problem, () => 0, [])).toThrow(/do not determine/)
  })
})
