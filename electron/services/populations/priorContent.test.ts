import { describe, expect, it } from 'vitest'
import { populationPriorSchema } from '../../contracts/populations.ts'
import type { PopulationPrior } from '../../contracts/populations.ts'
import { CALC_EXAMPLES } from '../calc/examples.ts'
import { patientPrior } from './index.ts'

const { population } = CALC_EXAMPLES['individual-fit'] as { readonly population: unknown }
const content = populationPriorSchema.parse(population)
const estimated = (value: number) => ({ value, standardError: null })
const patient = { administeredBq: 7.4e9 }

describe('patientPrior', () => {
  it('brings a stored population to the activity of a patient: the size moves, nothing else', () => {
    const { curve, prior, residual } = patientPrior(content, patient)
    expect(curve.id).toBe('mono-exponential')
    expect(prior.mean[0]).toBeCloseTo(-4.1 + Math.log(7.4e9), 10)
    expect(prior.mean[1]).toBe(-12.7)
    expect(prior.covariance).toEqual(content.omega)
    expect(residual).toMatchObject({ additive: 0, proportional: 0.05 })
  })

  it.each<[string, string, Partial<PopulationPrior>]>([
    ['other order of the parameters', 'population.prior', { parameters: [...content.parameters].reverse() }],
    [
      'another unit',
      'population.prior',
      { parameters: content.parameters.map((one) => ({ ...one, unit: one.unit === '1/s' ? '1/h' : one.unit })) },
    ],
    [
      'another scale',
      'population.prior',
      { parameters: content.parameters.map((one) => ({ ...one, scale: 'linear' as const })) },
    ],
    [
      'a covariance that is none',
      'population.prior',
      {
        omega: [
          [1, 2],
          [2, 1],
        ],
      },
    ],
    ['a mean too few', 'population.prior', { mu: content.mu.slice(1) }],
    [
      'a covariate of a parameter that is not there',
      'population.prior',
      { covariateEffects: [{ parameter: 2, covariate: 'weight', reference: 70, value: 0.01, standardError: null }] },
    ],
    [
      'a part that its form does not have',
      'population.residual',
      { residual: { form: 'proportional', additive: estimated(1), proportional: estimated(0.05) } },
    ],
    [
      'no residual error',
      'population.residual',
      { residual: { form: 'combined', additive: estimated(0), proportional: estimated(0) } },
    ],
    [
      'a negative residual error',
      'population.residual',
      { residual: { form: 'combined', additive: estimated(-1), proportional: estimated(2) } },
    ],
  ])('refuses a population with %s', (_, code, change) => {
    const covariates = { weight: 80 }
    expect(() => patientPrior({ ...content, ...change }, { ...patient, covariates })).toThrow(
      expect.objectContaining({ code }),
    )
  })
})
