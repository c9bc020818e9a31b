/** A population that the site fitted, used for one scan. */
import { describe, expect, it } from 'vitest'
import { estimateFewScans } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import { RandomStream } from '../../../native-core/statistics/index.ts'
import { priorContent, runPopulationTask } from '../populations/index.ts'
import type { PopulationTask } from '../populations/index.ts'
import type { PopulationRecord, Store } from '../ports/store.ts'
import { storedPopulations } from './index.ts'

const HOUR = 3600
const LU177_S = 159.528 * HOUR
const GIVEN_BQ = 7.4e9

/** Mono-exponential curves of 2 % of what was given, effective half-lives about 52 h within 15 %. */
function task(normalisation: PopulationTask['normalisation'], perKg: number): PopulationTask {
  const random = new RandomStream(9)
  return {
    normalisation,
    physicalHalfLifeS: LU177_S,
    curveIds: ['mono-exponential'],
    subjects: Array.from({ length: 12 }, (_, i) => {
      const size = (0.02 * Math.exp(0.3 * random.normal())) / perKg
      const halfLifeS = 52 * HOUR * Math.exp(0.15 * random.normal())
      const timesS = [24, 72, 168].map((h) => h * HOUR)
      return {
        label: `patient ${i + 1}`,
        timesS,
        values: timesS.map((t) => size * 2 ** (-t / halfLifeS) * (1 + 0.03 * random.normal())),
      }
    }),
    residual: 'proportional',
    omega: 'diagonal',
    covariates: [],
    algorithm: 'foce-interaction',
    starts: 1,
    seed: 1,
  }
}

function stored(own: PopulationTask): Pick<Store, 'read'> {
  const content = priorContent(runPopulationTask(own), own, {
    agent: '177Lu-DOTATATE',
    nuclide: 'Lu-177',
    structure: 'kidney',
    patientCount: 12,
    dataHash: 'x',
    evidence: 'site',
    source: 'simulated',
    from: [],
    note: '',
  })
  const record = {
    id: 'p1',
    name: 'Kidneys',
    version: 2,
    kind: 'population/1',
    content,
    addedAt: '2026-01-01T00:00:00Z',
    addedBy: 'x',
  } as unknown as PopulationRecord
  return { read: { populations: () => [record] } } as unknown as Pick<Store, 'read'>
}

describe('a population of the site', () => {
  const estimate = (own: PopulationTask, administeredBq: number | null, massKg?: number) => {
    const [population] = storedPopulations(stored(own))
    if (!population) throw new Error('no population')
    expect(population.fits({ agent: '177Lu-DOTATATE', nuclide: 'Lu-177' }, 'kidney', false)).toBe(false)
    return estimateFewScans({
      label: 'Kidney',
      method: 'population-map',
      timesS: [72 * HOUR],
      activityBq: [0.02 * GIVEN_BQ * 2 ** (-72 / 52)],
      sigmaBq: [0.03 * 0.02 * GIVEN_BQ * 2 ** (-72 / 52)],
      physicalHalfLifeS: LU177_S,
      population: population.curves(LU177_S, administeredBq, massKg),
    })
  }
  const truth = (0.02 * GIVEN_BQ * 52 * HOUR) / Math.LN2

  it('gives the TIA of a typical patient within its uncertainty, and is named by its id', () => {
    const { tiaBqS, tiaUncertaintyBqS, populationId, expectedError } = estimate(task('administered', 1), GIVEN_BQ)
    expect(Math.abs(tiaBqS - truth)).toBeLessThan(2 * tiaUncertaintyBqS)
    expect(tiaUncertaintyBqS / tiaBqS).toBeLessThan(0.1)
    expect(populationId).toBe('p1')
    expect(expectedError?.rms).toBeLessThan(0.1)
  })

  it('per kilogram it takes the mass; without the administered activity nothing of its size is used', () => {
    const perKg = estimate(task('administered-per-kg', 0.15), GIVEN_BQ, 0.15)
    expect(perKg.tiaBqS / estimate(task('administered', 1), GIVEN_BQ).tiaBqS).toBeCloseTo(1, 3)
    expect(() => estimate(task('administered-per-kg', 0.15), GIVEN_BQ)).toThrow('mass')
    const sizeless = estimate(task('administered', 1), null)
    expect(Math.abs(sizeless.tiaBqS - truth)).toBeLessThan(2 * sizeless.tiaUncertaintyBqS)
  })
})
