/** An activity that only decays: T/ln 2 of the evaluated half-life, whatever it is fitted with. */
import { describe, expect, it } from 'vitest'
import { fitTimeActivity } from '../../native-core/kinetics/index.ts'
import type { FitRequest } from '../../native-core/kinetics/index.ts'

const HOUR = 3600
/** Lu-177: 6.647 d (ENDF/B-VIII.1, DDEP); its mean life is 230.15 h. */
const HALF_LIFE_S = 6.647 * 24 * HOUR
const HOURS = [4, 24, 72, 168]

describe('Lu-177 left to decay has a TIA coefficient of 230.15 h within 0.1 % (closed form T/ln 2)', () => {
  const options: readonly (readonly [string, Partial<FitRequest>])[] = [
    ['automatic choice', {}],
    ['mono-exponential', { model: 'mono-exponential' }],
    ['mono-exponential by the general fit', { model: 'mono-exponential', start: {} }],
    ['mono-exponential by its TIA', { model: 'mono-exponential-area' }],
    ['a share washes out', { model: 'hardiansyah-2021-shares' }],
    ['trapezoid with physical decay on both sides', { model: 'trapezoid', afterLastPoint: 'physical-decay' }],
    ['trapezoid with the last two points', { model: 'trapezoid' }],
    [
      'head and tail of physical decay',
      { model: 'mono-exponential', beforeFirstPoint: 'physical-decay-back', afterLastPoint: 'physical-decay' },
    ],
    ['Huber loss', { model: 'mono-exponential', loss: { kind: 'huber', limit: 1.345 } }],
    ['average', { model: 'average', candidates: ['mono-exponential', 'hardiansyah-2021-shares'] }],
  ]
  it.each(options)('%s', (_, more) => {
    const fit = fitTimeActivity({
      label: 'x',
      timesS: HOURS.map((h) => h * HOUR),
      activityBq: HOURS.map((h) => 2 ** ((-h * HOUR) / HALF_LIFE_S)),
      physicalHalfLifeS: HALF_LIFE_S,
      ...more,
    })
    expect(Math.abs(fit.tiaBqS / HOUR / 230.15 - 1)).toBeLessThan(1e-3)
    expect(Number.isFinite(fit.tiaUncertaintyBqS)).toBe(true)
  })
})
