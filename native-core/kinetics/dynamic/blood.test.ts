import { describe, expect, it } from 'vitest'
import { BLOOD_AS_PLASMA, imageDerivedInput, inputFromSamples, overTime } from './blood.ts'
import { fitBolus } from './bolusFit.ts'
import { frameCurve } from './convolution.ts'
import { bolus, hourOfFrames } from './testCurves.ts'
import { valueAt } from './timeCurve.ts'

describe('blood to input', () => {
  it('ratio and parent fraction over time', () => {
    const table = { kind: 'table', timesS: [60, 600], values: [1, 0.5] } as const
    expect([0, 60, 330, 600, 9000].map((t) => overTime(table, 'x', t))).toEqual([1, 1, 0.75, 0.5, 0.5])
    const hill = { kind: 'hill', finalFraction: 0.2, halfTimeS: 1200, exponent: 2 } as const
    expect(overTime(hill, 'x', 0)).toBe(1)
    expect(overTime(hill, 'x', 1200)).toBeCloseTo(0.6, 12)
    expect(overTime(hill, 'x', 1e9)).toBeCloseTo(0.2, 9)
    expect(() => overTime({ ...hill, exponent: 0 }, 'The parent fraction', 1)).toThrow(/parent fraction/)
    expect(() => overTime({ ...table, timesS: [60, 60] }, 'x', 1)).toThrow(/no share/)
  })

  it('plasma from blood and from plasma samples; what was assumed is said', () => {
    const blood = { timesS: [0, 60, 3600], concentrationBqPerMl: [0, 1000, 100] }
    const half = {
      plasmaToBlood: { kind: 'constant', value: 1.5 },
      parentFraction: { kind: 'constant', value: 0.8 },
    } as const
    expect(valueAt(inputFromSamples(blood, null, half).plasma, 60)).toBeCloseTo(1200, 9)
    const counted = { timesS: [0, 60, 3600], concentrationBqPerMl: [0, 1600, 100] }
    const own = inputFromSamples(blood, counted, half)
    expect(valueAt(own.plasma, 60)).toBeCloseTo(1280, 9)
    expect(valueAt(own.wholeBlood, 60)).toBeCloseTo(1000, 9)
    expect(own.plasma.remarks).toEqual([])
    const schedule = { frames: hourOfFrames, halfLifeS: Infinity }
    const pool = { label: 'aorta', schedule, concentrationBqPerMl: hourOfFrames.map(() => 500) }
    const derived = imageDerivedInput(pool, BLOOD_AS_PLASMA)
    expect(valueAt(derived.plasma, 1800)).toBeCloseTo(500, 9)
    expect(derived.plasma.remarks).toHaveLength(2)
    const formula = bolus(12)
    const timesS = [5, 10, 14, 18, 22, 26, 30, 36, 44, 55, 70, 90, 120, 180, 300, 600, 1200, 2400, 3600]
    const samples = { timesS, concentrationBqPerMl: timesS.map((t) => valueAt(formula, t)) }
    const fitted = inputFromSamples(samples, null, half, { form: 'bolus-model' })
    expect(valueAt(fitted.plasma, 1000) / valueAt(formula, 1000)).toBeCloseTo(1.2, 6)
  })
})

describe('a bolus formula', () => {
  it('is found in samples and in frames of its own', () => {
    const truth = bolus(12)
    const samples = [5, 10, 14, 18, 22, 26, 30, 36, 44, 55, 70, 90, 120, 180, 300, 600, 1200, 2400, 3600]
    const bySamples = fitBolus(
      samples.map((startS) => ({ startS, durationS: 0 })),
      samples.map((t) => valueAt(truth, t)),
    )
    expect(bySamples.converged).toBe(true)
    expect(bySamples.startS.value).toBeCloseTo(12, 6)
    expect(bySamples.ratesPerS[0] * 60).toBeCloseTo(4.1, 6)
    const schedule = { frames: hourOfFrames, halfLifeS: Infinity }
    const byFrames = fitBolus(hourOfFrames, [...frameCurve(truth, schedule).average])
    expect(byFrames.startS.value).toBeCloseTo(12, 5)
    expect(byFrames.ratesPerS[2] * 60).toBeCloseTo(0.0104, 7)
    for (const t of [15, 30, 100, 2000]) expect(valueAt(byFrames.curve, t) / valueAt(truth, t)).toBeCloseTo(1, 5)
  })

  it('with few values is refused', () => {
    expect(() => fitBolus(hourOfFrames.slice(0, 5), [1, 2, 3, 2, 1])).toThrow(/seven parameters/)
  })
})
