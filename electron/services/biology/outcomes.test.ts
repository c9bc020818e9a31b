import { describe, expect, it } from 'vitest'
import { parseBiologySets, uniform } from '../../../native-core/radiobiology/index.ts'
import { normalCdf } from '../../../native-core/statistics/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { complicationOf } from './outcomes.ts'
import type { Received } from './quantities.ts'

const sets = fileResources().biologySets().flatMap(parseBiologySets)
const setOf = (id: string) => {
  const found = sets.find((one) => one.id === id)
  if (!found) throw new Error(`there is no ${id}`)
  return found
}
const even = (doseGy: number): Received => ({
  ...{ doseGy, pairGy2: 0, externalBeam: [], spread: uniform(1) },
})
const doses = [
  { doseGy: 0.5, fraction: 0.5 },
  { doseGy: 1.5, fraction: 0.5 },
]
const halves = (doseGy: number): Received => ({
  ...even(doseGy),
  spread: { doseGy: doses.map((one) => one.doseGy), fraction: doses.map((one) => one.fraction) },
})
/** EQD2 of a dose without pairs of lesions (G = 0). */
const eqd2 = (doseGy: number, alphaBetaGy: number): number => doseGy / (1 + 2 / alphaBetaGy)

describe('complication by sets of the tables', () => {
  it('is the log-logistic of the gEUD, in an even dose and in two halves', () => {
    const set = setOf('kidney-gay-logit')
    const logit = (gy: number): number => 1 / (1 + (28 / gy) ** 12)
    const one = complicationOf(set, even(40), 0.1)
    expect(one.doseGy).toBeCloseTo(eqd2(40, 2.6), 10)
    expect(one.probability).toBeCloseTo(logit(eqd2(40, 2.6)), 10)
    // a = 1: the mean.
    expect(complicationOf(set, halves(40), 0.1).probability).toBeCloseTo(one.probability, 10)
    expect(one.low).toBeLessThan(one.probability)
    expect(one.high).toBeGreaterThan(one.probability)
  })

  it('is that of relative seriality, with the even dose of the same probability', () => {
    const set = setOf('lung-gagliardi-seriality')
    const even50 = (gy: number): number => 2 ** -Math.exp(Math.E * 0.97 * (1 - gy / 30.1))
    const one = complicationOf(set, even(50), 0)
    expect(one.probability).toBeCloseTo(even50(eqd2(50, 3)), 10)
    expect(one.doseGy).toBeCloseTo(eqd2(50, 3), 8)
    const both = complicationOf(set, halves(50), 0)
    const product = [25, 75].reduce((left, gy) => left * (1 - even50(eqd2(gy, 3)) ** 0.01) ** 0.5, 1)
    expect(both.probability).toBeCloseTo((1 - product) ** 100, 8)
    expect(even50(both.doseGy)).toBeCloseTo(both.probability, 10)
  })

  it('is that of the parallel model with the published fit to the liver, by the lost share of subunits', () => {
    const set = setOf('liver-cheng-parallel-noncarriers')
    const lost = (gy: number): number => 1 / (1 + (25 / gy) ** 59.8)
    const both = complicationOf(set, halves(40), 0)
    const share = 0.5 * lost(eqd2(20, 2.5)) + 0.5 * lost(eqd2(60, 2.5))
    expect(both.probability).toBeCloseTo(normalCdf((share - 0.59) / 0.12), 8)
    expect(lost(both.doseGy)).toBeCloseTo(share, 8)
    expect(both.evidence).toBe('unverified')
    expect(both.parameters.filter(({ evidence }) => evidence === 'verified')).toHaveLength(4)
    expect(both.validity).toMatch(/external-beam fractions/)
  })

  it('says of every set for a probability of complication that comes from external beam that it does', () => {
    const beam = sets.filter(
      ({ model, population }) =>
        ['logit', 'parallel', 'relative-seriality'].includes(model) && /external beam/.test(population),
    )
    expect(beam).toHaveLength(7)
    for (const { validity } of beam) expect(validity).toMatch(/Fitted to external-beam fractions/)
  })
})
