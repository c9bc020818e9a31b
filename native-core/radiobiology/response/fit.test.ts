import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { courseHistory } from '../doseRate/index.ts'
import type { DoseRateCourse } from '../doseRate/index.ts'
import type { ExponentialRepair } from '../repair/index.ts'
import { RandomStream } from '../../statistics/index.ts'
import { fitTumourModels, fitTumourResponse, predictResponse, tumourResponse } from './index.ts'
import type { MeasuredVolume, ResponseFitProblem, TumourModel } from './index.ts'

const DAY_S = 86400
const lambda = Math.LN2 / (51 * 3600)
const cycle = (doseGy: number, startS: number): DoseRateCourse[number] => ({
  kind: 'exponentials',
  startS,
  terms: [{ rateGyPerS: doseGy * lambda, decayPerS: lambda }],
})
const course: DoseRateCourse = [cycle(14, 0), cycle(9, 56 * DAY_S), cycle(7, 112 * DAY_S)]
const repair: ExponentialRepair = { kind: 'exponential', components: [{ halfTimeS: 2 * 3600, fraction: 1 }] }
const base: TumourModel = {
  growth: { kind: 'exponential', doublingTimeS: 60 * DAY_S },
  alphaPerGy: 0.1,
  alphaBetaGy: 10,
  repair,
  clearanceHalfTimeS: 0,
}
const days = [0, 20, 50, 80, 108, 140, 170]
const valueOf = (fit: ReturnType<typeof fitTumourResponse>, name: string): number =>
  fit.parameters.find((one) => one.name === name)?.value ?? NaN

/** ln V by the closed form of exponential growth and LQ kill: ln 2·t/Td − α·(D + pairs/(α/β)). */
function closedForm(alpha: number, doublingDays: number, initial: number, atDays = days): MeasuredVolume[] {
  const timesS = atDays.map((day) => day * DAY_S)
  const history = courseHistory(course, Math.LN2 / (2 * 3600), timesS)
  return timesS.map((timeS, i) => {
    const { doseGy, pairGy2 } = history[i] ?? { doseGy: NaN, pairGy2: NaN }
    const log = (Math.LN2 * timeS) / (doublingDays * DAY_S) - alpha * (doseGy + pairGy2 / 10)
    return { timeS, volume: initial * Math.exp(log), relativeUncertainty: 0.1 }
  })
}

const problemOf = (
  volumes: readonly MeasuredVolume[],
  free: ResponseFitProblem['free'],
  model: TumourModel = base,
  initialVolume = 20,
): ResponseFitProblem => ({ model, initialVolume, startS: 0, free, volumes })

describe('a response fitted to volumes', () => {
  it('finds α, doubling time and initial volume of noise-free volumes of the closed form to 1e-5', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.03, max: 0.3, noNaN: true }),
        fc.double({ min: 20, max: 200, noNaN: true }),
        fc.double({ min: 5, max: 60, noNaN: true }),
        (alpha, doubling, initial) => {
          const fit = fitTumourResponse(
            problemOf(closedForm(alpha, doubling, initial), [
              { name: 'alphaPerGy' },
              { name: 'doublingTimeS' },
              { name: 'initialVolume' },
            ]),
            course,
          )
          expect(Math.abs(valueOf(fit, 'alphaPerGy') / alpha - 1)).toBeLessThan(1e-5)
          expect(Math.abs(valueOf(fit, 'doublingTimeS') / (doubling * DAY_S) - 1)).toBeLessThan(1e-5)
          expect(Math.abs(valueOf(fit, 'initialVolume') / initial - 1)).toBeLessThan(1e-5)
          expect(fit.converged).toBe(true)
        },
      ),
      { numRuns: 6 },
    )
  })

  it('finds rate, clearance and hypoxic fraction of Gompertz tumours of the forward model to 1e-5', () => {
    const truth: TumourModel = {
      ...base,
      growth: { kind: 'gompertz', ratePerS: 0.02 / DAY_S, capacity: 400 },
      alphaPerGy: 0.16,
      clearanceHalfTimeS: 12 * DAY_S,
      hypoxia: { fraction: 0.2, oerAlpha: 2.5, oerBeta: 2.5, reoxygenationHalfTimeS: null },
    }
    const timesS = [0, 7, 14, 28, 50, 70, 100, 125, 160, 200].map((day) => day * DAY_S)
    const volumes = tumourResponse(truth, course, 30, timesS).map(({ timeS, volume }) => ({
      timeS,
      volume,
      relativeUncertainty: 0.05,
    }))
    const start: TumourModel = {
      ...truth,
      growth: { kind: 'gompertz', ratePerS: 0.01 / DAY_S, capacity: 400 },
      alphaPerGy: 0.1,
      clearanceHalfTimeS: 20 * DAY_S,
      hypoxia: { fraction: 0.1, oerAlpha: 2.5, oerBeta: 2.5, reoxygenationHalfTimeS: null },
    }
    const fit = fitTumourResponse(
      problemOf(
        volumes,
        [
          { name: 'alphaPerGy' },
          { name: 'growthRatePerS' },
          { name: 'clearanceHalfTimeS' },
          { name: 'hypoxicFraction' },
        ],
        start,
        30,
      ),
      course,
    )
    expect(Math.abs(valueOf(fit, 'alphaPerGy') / 0.16 - 1)).toBeLessThan(1e-5)
    expect(Math.abs((valueOf(fit, 'growthRatePerS') * DAY_S) / 0.02 - 1)).toBeLessThan(1e-5)
    expect(Math.abs(valueOf(fit, 'clearanceHalfTimeS') / (12 * DAY_S) - 1)).toBeLessThan(1e-5)
    expect(Math.abs(valueOf(fit, 'hypoxicFraction') / 0.2 - 1)).toBeLessThan(1e-5)
  })

  it('with held growth is linear regression: estimate, covariance and prior by hand', () => {
    // ln V − growth − ln V0 = −α·E, E the effect for α = 1: α is one slope through the origin in ln V, here fitted in ln α.
    const volumes = closedForm(0.1, 60, 20, [20, 50, 80]).map((one, i) => ({
      ...one,
      volume: one.volume * Math.exp([0.08, -0.05, 0.03][i] ?? 0),
    }))
    const effect = closedForm(1, 60, 20, [20, 50, 80]).map(
      ({ timeS, volume }) => (Math.LN2 * timeS) / (60 * DAY_S) - Math.log(volume / 20),
    )
    const y = volumes.map(({ timeS, volume }) => (Math.LN2 * timeS) / (60 * DAY_S) - Math.log(volume / 20))
    const sxx = effect.reduce((sum, e) => sum + e * e, 0)
    const slope = effect.reduce((sum, e, i) => sum + e * (y[i] ?? 0), 0) / sxx
    const plain = fitTumourResponse(problemOf(volumes, [{ name: 'alphaPerGy' }]), course)
    expect(valueOf(plain, 'alphaPerGy')).toBeCloseTo(slope, 7)
    expect(plain.parameters[0]?.standardUncertainty).toBeCloseTo(0.1 / Math.sqrt(sxx), 6)
    const chiSquare = y.reduce((sum, v, i) => sum + ((v - slope * (effect[i] ?? 0)) / 0.1) ** 2, 0)
    expect(plain.chiSquare).toBeCloseTo(chiSquare, 6)
    expect(plain.aicc).toBeCloseTo(chiSquare + 2 + 4 / (3 - 1 - 1), 6)
    // The mode with a prior solves (y − aE)·E·a/σ² = ln(a/m)/s².
    const prior = { median: 0.2, sdOfLog: 0.1 }
    const mode = fitTumourResponse(problemOf(volumes, [{ name: 'alphaPerGy', prior }]), course)
    const a = valueOf(mode, 'alphaPerGy')
    const left = effect.reduce((sum, e, i) => sum + ((y[i] ?? 0) - a * e) * e * a, 0) / 0.01
    expect(left - Math.log(a / 0.2) / 0.01).toBeCloseTo(0, 2)
    expect(a).toBeGreaterThan(slope)
    expect(a).toBeLessThan(0.2)
  })

  it('states uncertainties that cover the truth: 95 % intervals of α hold it in 95 % of 60 noisy sets, within 3.5 SD', () => {
    const exact = closedForm(0.12, 60, 20, [20, 50, 80, 110])
    let covered = 0
    for (let run = 0; run < 60; run++) {
      const random = new RandomStream(11, run)
      const volumes = exact.map((one) => ({ ...one, volume: one.volume * Math.exp(0.1 * random.normal()) }))
      const { interval } = fitTumourResponse(problemOf(volumes, [{ name: 'alphaPerGy' }]), course).parameters[0] ?? {}
      if (interval && interval[0] <= 0.12 && 0.12 <= interval[1]) covered++
    }
    expect(Math.abs(covered / 60 - 0.95)).toBeLessThan(3.5 * Math.sqrt((0.95 * 0.05) / 60))
  })

  it('refuses two volumes for three parameters and names the best fit of fewer', () => {
    const volumes = closedForm(0.12, 60, 20, [50, 108])
    const free = [{ name: 'alphaPerGy' }, { name: 'doublingTimeS' }, { name: 'clearanceHalfTimeS' }] as const
    const slow = { ...base, clearanceHalfTimeS: 5 * DAY_S }
    let hint = ''
    expect(() => {
      try {
        fitTumourResponse(problemOf(volumes, free, slow), course)
      } catch (error) {
        hint = (error as { hint: string }).hint
        throw error
      }
    }).toThrow(/2 informative volumes for 3 free parameters \(α, the doubling time, the clearance half-time\)/)
    expect(hint).toMatch(/hold the \w+.*: the fit of .*α \(/)
  })

  it('does not count the volume at the start where the initial volume is held', () => {
    const volumes = closedForm(0.12, 60, 20, [0, 50])
    expect(() =>
      fitTumourResponse(problemOf(volumes, [{ name: 'alphaPerGy' }, { name: 'doublingTimeS' }]), course),
    ).toThrow(/1 informative volume for 2/)
  })

  it('leaves that volume out of χ² and AICc too, and still tells its residual', () => {
    const volumes = closedForm(0.12, 60, 20, [0, 20, 50, 80])
    const off = volumes.map((one, i) => (i === 0 ? { ...one, volume: 26 } : one))
    const fit = fitTumourResponse(problemOf(off, [{ name: 'alphaPerGy' }]), course)
    expect(fit.informative).toBe(3)
    expect(fit.chiSquare).toBeLessThan(1e-6)
    expect(fit.aicc).toBeCloseTo(2 + 4 / (3 - 1 - 1), 5)
    expect(fit.residuals[0]).toBeCloseTo(Math.log(26 / 20) / 0.1, 9)
  })

  it('refuses what the volumes say nothing about', () => {
    const volumes = closedForm(0.12, 60, 20, [10, 30, 50])
    expect(() => fitTumourResponse(problemOf(volumes, [{ name: 'alphaPerGy' }]), [])).toThrow(/do not depend on α/)
    expect(() => fitTumourResponse(problemOf(volumes, [{ name: 'capacity' }, { name: 'alphaPerGy' }]), course)).toThrow(
      /The capacity is free, but the model \(exponential growth, no hypoxia\) has none/,
    )
    // All dose lies before all scans: more volume at the start and more kill look the same.
    const late = [100, 130, 160].map((day) => ({ timeS: day * DAY_S, volume: 10, relativeUncertainty: 0.1 }))
    const both = problemOf(late, [{ name: 'alphaPerGy' }, { name: 'initialVolume' }])
    expect(() => fitTumourResponse(both, course.slice(0, 1))).toThrow(/only a combination of α, the initial volume/)
    expect(() => fitTumourResponse(problemOf(volumes, []), course)).toThrow(/Nothing is free/)
    const wrong = [{ timeS: 10, volume: 0, relativeUncertainty: 0.1 }]
    expect(() => fitTumourResponse(problemOf(wrong, [{ name: 'alphaPerGy' }]), course)).toThrow(/Volume 1 is 0/)
  })
})

describe('models of the same volumes', () => {
  const truth: TumourModel = { ...base, growth: { kind: 'gompertz', ratePerS: 0.03 / DAY_S, capacity: 100 } }
  const timesS = [0, 10, 20, 40, 60, 90, 120, 160].map((day) => day * DAY_S)
  const volumes = tumourResponse(truth, [], 5, timesS).map(({ timeS, volume }) => ({
    timeS,
    volume,
    relativeUncertainty: 0.05,
  }))

  it('are ranked by AICc: the Gompertz tumour is told from an exponential one', () => {
    const ranked = fitTumourModels(
      [
        {
          name: 'exponential',
          problem: problemOf(volumes, [{ name: 'doublingTimeS' }, { name: 'initialVolume' }], base, 5),
        },
        {
          name: 'gompertz',
          problem: problemOf(
            volumes,
            [{ name: 'growthRatePerS' }, { name: 'capacity' }, { name: 'initialVolume' }],
            { ...truth, growth: { kind: 'gompertz', ratePerS: 0.01 / DAY_S, capacity: 200 } },
            5,
          ),
        },
        { name: 'no dose', problem: problemOf(volumes, [{ name: 'alphaPerGy' }], base, 5) },
      ],
      [],
    )
    expect(ranked.map(({ name }) => name)).toEqual(['gompertz', 'exponential', 'no dose'])
    expect(ranked[0]?.weight).toBeCloseTo(1, 6)
    expect(ranked[0]?.fit?.parameters[1]?.value).toBeCloseTo(100, 2)
    expect(ranked[2]?.problem).toMatch(/do not depend on α/)
  })

  it('predict with bands: at the data those of linear regression, wider with the scan’s own uncertainty', () => {
    const few = closedForm(0.12, 60, 20, [20, 50, 80])
    const fit = fitTumourResponse(problemOf(few, [{ name: 'alphaPerGy' }]), course)
    const [next] = predictResponse(fit, course, [150 * DAY_S], 0.1)
    const [expected] = closedForm(0.12, 60, 20, [150])
    expect((next?.volume ?? NaN) / (expected?.volume ?? NaN)).toBeCloseTo(1, 5)
    const effectAt = (day: number): number => {
      const [one] = closedForm(1, 60, 20, [day])
      return (Math.LN2 * day) / 60 - Math.log((one?.volume ?? NaN) / 20)
    }
    const sd = (effectAt(150) * 0.1) / Math.hypot(effectAt(20), effectAt(50), effectAt(80))
    expect(Math.log((next?.high ?? NaN) / (next?.volume ?? NaN)) / (1.959964 * sd)).toBeCloseTo(1, 4)
    expect(Math.log((next?.scanHigh ?? NaN) / (next?.volume ?? NaN)) / (1.959964 * Math.hypot(sd, 0.1))).toBeCloseTo(
      1,
      4,
    )
  })
})
