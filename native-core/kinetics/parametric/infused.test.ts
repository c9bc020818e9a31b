import { describe, expect, it } from 'vitest'
import { functionCurve } from './functionCurve.ts'
import { infusedCurve } from './infused.ts'
import { parametricCurve } from './library.ts'
import type { Administration } from './response.ts'
import type { CurveParameter } from './types.ts'

const RATE = Math.LN2 / 574300
const PARAMETERS: readonly CurveParameter[] = [
  { name: 'A', title: 'A', unit: 'Bq', scale: 'log' },
  { name: 'k', title: 'k', unit: '1/s', scale: 'log' },
]
const natural = [2e8, 3e-6]
const phi = natural.map(Math.log)
/** The mono-exponential by its value alone. */
const bolus = functionCurve(
  {
    id: 'formula',
    title: 'Own formula',
    formula: 'A e^(−kt)',
    parameters: PARAMETERS,
    physicalRatePerS: RATE,
    start: natural,
    value: ([a = 0, k = 0], t, gradient) => {
      const decay = Math.exp(-(k + RATE) * t)
      if (gradient) gradient.set([decay, -t * a * decay])
      return a * decay
    },
  },
  phi,
)
const administration: Administration = [
  { startS: 0, durationS: 14400, share: 0.7 },
  { startS: 43200, durationS: 0, share: 0.3 },
]
const closed = parametricCurve('mono-exponential', { physicalRatePerS: RATE, administration })
const infused = infusedCurve(bolus, administration)

describe('the response of a function of time to an administration', () => {
  it.each([0, 1800, 14400, 20000, 43199, 43200, 600000])(
    'value and gradient at %d s are the closed form of the exponential, 1e-10',
    (timeS) => {
      const [found, expected] = [new Float64Array(2), new Float64Array(2)]
      const scale = natural[0] as number
      expect(Math.abs(infused.value(phi, timeS, found) - closed.value(phi, timeS, expected)) / scale).toBeLessThan(
        1e-10,
      )
      found.forEach((v, j) => expect(Math.abs(v - (expected[j] ?? NaN)) / scale).toBeLessThan(1e-10))
    },
  )

  it('its integral to infinity is that of the bolus; parts of it add up, over kink and jump', () => {
    const partial = infused.partialIntegral
    if (!partial) throw new Error('a function of time has partial integrals')
    const whole = bolus.integral(phi)
    expect(infused.integral(phi) / whole).toBeCloseTo(1, 12)
    const [first, rest] = [new Float64Array(2), new Float64Array(2)]
    const sum = partial(phi, 0, 50000, first) + partial(phi, 50000, Infinity, rest)
    expect(sum / whole).toBeCloseTo(1, 11)
    const gradient = new Float64Array(2)
    bolus.integral(phi, gradient)
    gradient.forEach((v, j) => expect(((first[j] ?? NaN) + (rest[j] ?? NaN)) / v).toBeCloseTo(1, 10))
  })

  it('a bolus leaves the curve as it is', () => {
    expect(infusedCurve(bolus, [{ startS: 0, durationS: 0, share: 1 }])).toBe(bolus)
  })
})
