import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../statistics/index.ts'
import { parametricCurve } from '../parametric/index.ts'
import { fitPopulation, selectPopulationCurve } from './index.ts'
import type { PopulationFit, PopulationRequest, PopulationSubject } from './index.ts'
import { monoexponential } from './testCurves.ts'

const H = 3600
const physicalRatePerS = Math.LN2 / (159.5 * H)

/** Patients of a mono-exponential with log-normal amplitude and rate and proportional errors. */
function cohort(patients: number, seed: number, times = [4, 24, 72, 168], error = 0.05): PopulationSubject[] {
  const random = new RandomStream(seed)
  return Array.from({ length: patients }, (_, i) => {
    const amplitude = 0.03 * Math.exp(0.4 * random.normal())
    const rate = (Math.LN2 / (50 * H)) * Math.exp(0.25 * random.normal())
    const timesS = times.map((t) => t * H)
    const values = timesS.map((t) => amplitude * Math.exp(-rate * t) * (1 + error * random.normal()))
    return { label: `patient ${i + 1}`, timesS, values, covariates: { mass: 0.3 } }
  })
}

const request: PopulationRequest = { curve: monoexponential, subjects: cohort(12, 1), residual: 'proportional' }

const strip = ({ iterations: _, startsMinusTwoLogLikelihood: __, ...fit }: PopulationFit) => fit

describe('fitPopulation', () => {
  const fit = fitPopulation(request)

  it('finds what the patients were drawn from, with standard errors, and says that it converged', () => {
    expect(fit.converged).toBe(true)
    const truth = [Math.log(0.03), Math.log(Math.LN2 / (50 * H))]
    fit.mu.forEach(({ value, standardError }, k) =>
      expect(Math.abs(value - (truth[k] ?? NaN))).toBeLessThan(3 * (standardError ?? 0)),
    )
    // Of a mean over 12 patients: about ω/√12.
    expect(fit.mu[0]?.standardError).toBeCloseTo(Math.sqrt(fit.omega[0]?.[0] ?? NaN) / Math.sqrt(12), 2)
    expect(Math.abs(fit.residual.proportional.value - 0.05)).toBeLessThan(
      3 * (fit.residual.proportional.standardError ?? 0),
    )
    expect(fit.residual.additive).toEqual({ value: 0, standardError: null })
    expect(fit.omegaStandardErrors[0]?.[1]).toBeNull()
    expect(fit.conditionNumber).toBeGreaterThan(1)
    expect(fit.parameterCount).toBe(5)
    expect(fit.aic).toBeCloseTo(fit.minusTwoLogLikelihood + 10, 9)
    expect(fit.bic).toBeCloseTo(fit.minusTwoLogLikelihood + 5 * Math.log(48), 9)
    expect(fit.aicc).toBeCloseTo(fit.aic + 60 / 42, 9)
  })

  it('gives each patient a curve near his own', () => {
    fit.subjects.forEach(({ phi, tiaBqS, tiaUncertaintyBqS }) => {
      expect(tiaBqS).toBeCloseTo(Math.exp((phi[0] ?? 0) - (phi[1] ?? 0)), 6)
      expect(tiaUncertaintyBqS).toBeGreaterThan(0)
    })
    fit.shrinkage.forEach((v) => expect(v ?? 1).toBeLessThan(0.2))
  })

  it('is the same whatever the order of patients, and twice', () => {
    const again = fitPopulation(request)
    expect(again).toEqual(fit)
    const reversed = fitPopulation({ ...request, subjects: [...request.subjects].reverse() })
    expect(reversed.minusTwoLogLikelihood).toBeCloseTo(fit.minusTwoLogLikelihood, 5)
    reversed.mu.forEach(({ value }, k) => expect(value).toBeCloseTo(fit.mu[k]?.value ?? NaN, 4))
  })

  it('law: a change of the unit of activity shifts the mean amplitude and the likelihood, and nothing else', () => {
    const scaled = fitPopulation({
      ...request,
      subjects: request.subjects.map((s) => ({ ...s, values: s.values.map((v) => v * 1e6) })),
    })
    expect(scaled.minusTwoLogLikelihood).toBeCloseTo(fit.minusTwoLogLikelihood + 2 * 48 * Math.log(1e6), 4)
    expect(scaled.mu[0]?.value).toBeCloseTo((fit.mu[0]?.value ?? NaN) + Math.log(1e6), 4)
    expect(scaled.mu[1]?.value).toBeCloseTo(fit.mu[1]?.value ?? NaN, 4)
  })

  it('finds the effect of a covariate', () => {
    const subjects = cohort(12, 5).map((s, i) => {
      const mass = 0.2 + 0.02 * i
      return { ...s, values: s.values.map((v) => v * Math.exp(4 * (mass - 0.3))), covariates: { mass } }
    })
    const own = fitPopulation({
      ...request,
      subjects,
      covariates: [{ parameter: 0, covariate: 'mass', reference: 0.3 }],
    })
    const effect = own.covariateEffects[0]
    expect(own.converged).toBe(true)
    expect(Math.abs((effect?.value ?? NaN) - 4)).toBeLessThan(2.5 * (effect?.standardError ?? 0))
    expect(own.minusTwoLogLikelihood).toBeLessThan(fitPopulation({ ...request, subjects }).minusTwoLogLikelihood)
  })

  it('says where patients do not differ', () => {
    const random = new RandomStream(3)
    const subjects = cohort(8, 3).map((s) => ({
      ...s,
      values: s.timesS.map((t) => 0.03 * Math.exp((-Math.LN2 / (50 * H)) * t) * (1 + 0.05 * random.normal())),
    }))
    const own = fitPopulation({ ...request, subjects })
    expect(own.warnings.map((w) => w.code)).toContain('population.no-spread')
    expect(own.shrinkage).toContain(null)
  })

  it('tells progress and can be cancelled', () => {
    const told: number[] = []
    fitPopulation({ ...request, progress: (share) => told.push(share) })
    expect(told.at(-1)).toBe(1)
    expect(told.every((v, i) => i === 0 || v >= (told[i - 1] ?? 0))).toBe(true)
    expect(() => fitPopulation({ ...request, cancelled: () => true })).toThrow('cancelled')
  })

  it.each([
    ['population.too-few', { subjects: cohort(2, 1) }],
    ['population.too-few', { subjects: cohort(4, 1, [24]) }],
    ['population.points', { subjects: cohort(4, 1).map((s, i) => (i === 2 ? { ...s, values: [0, 0, 0, 0] } : s)) }],
    ['population.omega', { omega: { blocks: [[0, 0]] } }],
    ['population.omega', { omega: { blocks: [[2]] } }],
    ['population.covariate', { covariates: [{ parameter: 0, covariate: 'age', reference: 60 }] }],
    ['population.residual', { algorithm: 'lindstrom-bates' }],
    ['population.start', { start: [1] }],
  ] as [string, Partial<PopulationRequest>][])('refuses with %s', (code, change) => {
    expect(() => fitPopulation({ ...request, ...change })).toThrow(expect.objectContaining({ code }))
  })
})

describe('selectPopulationCurve', () => {
  const fitsOf = (ids: readonly string[], subjects: readonly PopulationSubject[]): PopulationFit[] =>
    ids.map((id) =>
      fitPopulation({
        curve: parametricCurve(id, { physicalRatePerS }),
        subjects,
        residual: 'proportional',
        starts: 1,
      }),
    )

  it('takes the curve that the patients were drawn from', () => {
    const mono = selectPopulationCurve(fitsOf(['uptake-washout', 'mono-exponential'], cohort(8, 8)))
    expect(mono.selected).toBe('mono-exponential')
    const two = cohort(8, 8, [1, 4, 24, 72, 168]).map((s) => ({
      ...s,
      values: s.values.map((v, j) => v + 0.03 * Math.exp((-Math.LN2 / (3 * H)) * (s.timesS[j] ?? 0))),
    }))
    const selection = selectPopulationCurve(fitsOf(['mono-exponential', 'bi-exponential-washout'], two))
    expect(selection.selected).toBe('bi-exponential-washout')
    expect(Object.values(selection.modelWeights).reduce((s, w) => s + w, 0)).toBeCloseTo(1, 12)
    expect(selection.candidates[0]?.difference).toBe(0)
  })

  it('has the Akaike weights of the differences, leaves out what did not converge, and refuses what cannot be compared', () => {
    const fit = strip(fitPopulation(request)) as PopulationFit
    const other = (curveId: string, more: number, converged = true): PopulationFit => ({
      ...fit,
      curveId,
      converged,
      aicc: (fit.aicc ?? NaN) + more,
    })
    const { candidates, modelWeights } = selectPopulationCurve([other('b', 2), other('a', 0), other('c', -50, false)])
    expect(candidates.map((c) => c.curveId)).toEqual(['a', 'b', 'c'])
    expect(modelWeights).toEqual({
      a: expect.closeTo(1 / (1 + Math.exp(-1)), 12),
      b: expect.closeTo(1 / (1 + Math.E), 12),
    })
    expect(candidates[2]?.refusal).toMatch('converge')
    const refused = expect.objectContaining({ code: 'population.selection' })
    expect(() => selectPopulationCurve([fit, fit])).toThrow(refused)
    expect(() => selectPopulationCurve([fit, { ...other('b', 1), pointCount: 3 }])).toThrow(refused)
    expect(() => selectPopulationCurve([other('c', 0, false)])).toThrow(refused)
    expect(() => selectPopulationCurve([])).toThrow(refused)
  })
})
