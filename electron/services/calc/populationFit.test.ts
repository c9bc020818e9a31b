import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../native-core/statistics/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import type { PopulationPrior } from '../../contracts/populations.ts'
import { calcSchemas, runCalc } from './index.ts'

const resources = fileResources()

const SHARE = 0.02
const HALF_LIFE_H = 45
const effective = Math.LN2 / HALF_LIFE_H
const physical = Math.LN2 / 159.53

const random = new RandomStream(11)
const patients = Array.from({ length: 12 }, (_, i) => {
  const share = SHARE * Math.exp(0.3 * random.normal())
  const rate = physical + (effective - physical) * Math.exp(0.2 * random.normal())
  const administeredMbq = 7000 + 100 * i
  return {
    label: `P${i + 1}`,
    administeredMbq,
    massG: 150,
    points: [4, 24, 96].map((timeH) => ({
      timeH,
      activityMbq: administeredMbq * share * Math.exp(-rate * timeH) * (1 + 0.03 * random.normal()),
    })),
  }
})

interface FitAnswer {
  readonly prior: PopulationPrior
  readonly typical: readonly { unit: string; value: number; betweenPatients: number; relativeStandardError: number }[]
  readonly patients: readonly { tiaMbqH: number; tiaUncertaintyMbqH: number }[]
}
interface OneAnswer {
  readonly tiaMbqH: number
  readonly tiaUncertaintyMbqH: number
  readonly posterior: { tiaMbqH: number; lowerMbqH: number; upperMbqH: number } | null
  readonly parameters: readonly { unit: string; value: number; shrinkage: number }[]
  readonly terms: readonly { amplitudeMbq: number; effectiveRatePerH: number }[]
}

const input = { nuclide: 'Lu-177', patients, curves: ['mono-exponential'], starts: 1 }
const fit = runCalc('population-fit', input, resources) as FitAnswer
const individual = (more: object): OneAnswer =>
  runCalc(
    'individual-fit',
    { population: fit.prior, administeredMbq: 7400, samples: 0, ...more },
    resources,
  ) as OneAnswer

describe('calc population-fit', () => {
  it('finds what the patients were drawn from, in user units', () => {
    const [share, rate] = fit.typical
    expect(share).toMatchObject({ unit: '1' })
    expect(rate).toMatchObject({ unit: '1/h' })
    expect(Math.abs(Math.log((share?.value ?? NaN) / SHARE))).toBeLessThan(3 * (share?.relativeStandardError ?? 0))
    expect(Math.abs(Math.log((rate?.value ?? NaN) / (effective - physical)))).toBeLessThan(
      3 * (rate?.relativeStandardError ?? 0),
    )
    expect(fit.patients).toHaveLength(12)
    fit.patients.forEach(({ tiaMbqH, tiaUncertaintyMbqH }, i) => {
      const administered = patients[i]?.administeredMbq ?? NaN
      expect(tiaMbqH / administered).toBeGreaterThan(0.3)
      expect(tiaMbqH / administered).toBeLessThan(5)
      expect(tiaUncertaintyMbqH / tiaMbqH).toBeLessThan(0.1)
    })
  })

  it('normalises to the mass, which must then be given', () => {
    const perKg = runCalc('population-fit', { ...input, normalisation: 'administered-per-kg' }, resources) as FitAnswer
    expect(perKg.typical[0]?.unit).toBe('1/kg')
    expect((perKg.typical[0]?.value ?? NaN) / (fit.typical[0]?.value ?? NaN)).toBeCloseTo(1 / 0.15, 3)
    const without = patients.map(({ massG: _, ...rest }) => rest)
    expect(() =>
      runCalc('population-fit', { ...input, patients: without, normalisation: 'administered-per-kg' }, resources),
    ).toThrow(expect.objectContaining({ code: 'calc.mass' }))
  })

  it('refuses a covariate of a parameter that is not there, and prints its schemas', () => {
    const covariates = [{ parameter: 'A9', covariate: 'age', reference: 60 }]
    expect(() => runCalc('population-fit', { ...input, covariates }, resources)).toThrow(
      expect.objectContaining({ code: 'calc.covariate' }),
    )
    expect(calcSchemas('population-fit')).toMatchObject({ input: { type: 'object' }, output: { type: 'object' } })
    expect(calcSchemas('individual-fit')).toMatchObject({ input: { type: 'object' }, output: { type: 'object' } })
  })
})

describe('calc individual-fit', () => {
  const truth = (7400 * SHARE) / effective

  it('gives the TIA of a typical patient from one point, and less uncertainty with more', () => {
    const at = (timeH: number) => ({ timeH, activityMbq: 7400 * SHARE * Math.exp(-effective * timeH) })
    const one = individual({ points: [at(72)] })
    const two = individual({ points: [at(4), at(120)] })
    expect(Math.abs(one.tiaMbqH / truth - 1)).toBeLessThan(0.05)
    expect(Math.abs(two.tiaMbqH / truth - 1)).toBeLessThan(0.05)
    expect(individual({ points: [at(4)] }).tiaUncertaintyMbqH).toBeGreaterThan(2 * two.tiaUncertaintyMbqH)
    expect(one.parameters.map((p) => p.unit)).toEqual(['MBq', '1/h'])
    expect(one.terms[0]?.effectiveRatePerH).toBeGreaterThan(physical)
    expect((one.terms[0]?.amplitudeMbq ?? NaN) / (one.terms[0]?.effectiveRatePerH ?? NaN) / one.tiaMbqH).toBeCloseTo(
      1,
      9,
    )
    expect(one.posterior).toBeNull()
  })

  it('takes a document, gives the posterior, and the same for the same seed', () => {
    const population = {
      schema: 'theratwin-population/1',
      name: 'Kidneys',
      version: 2,
      exportedAt: '2026-01-01T00:00:00Z',
      content: fit.prior,
    }
    const more = { population, samples: 200, points: [{ timeH: 24, activityMbq: 100 }] }
    const own = individual(more)
    expect(own.posterior?.lowerMbqH).toBeLessThan(own.tiaMbqH)
    expect(own.posterior?.upperMbqH).toBeGreaterThan(own.tiaMbqH)
    expect(individual(more)).toEqual(own)
  })

  it('gives no samples of a posterior that is too thin for them', () => {
    const point = (relative: number) => [{ timeH: 60, activityMbq: 60, sigmaMbq: 60 * relative }]
    expect(individual({ samples: 50, points: point(1e-4) }).posterior).toBeNull()
    expect(individual({ samples: 50, points: point(0.05) }).posterior).not.toBeNull()
  })

  it('refuses sigmas of some points only, and a prior that does not fit its curve', () => {
    const points = [
      { timeH: 4, activityMbq: 100, sigmaMbq: 3 },
      { timeH: 24, activityMbq: 80 },
    ]
    expect(() => individual({ points })).toThrow(expect.objectContaining({ code: 'calc.sigmas' }))
    const population = { ...fit.prior, curve: { ...fit.prior.curve, id: 'bi-exponential' } }
    expect(() => individual({ population, points: [{ timeH: 4, activityMbq: 1 }] })).toThrow(
      expect.objectContaining({ code: 'population.prior' }),
    )
  })
})
