import { describe, expect, it } from 'vitest'
import { fitSchema } from '../../contracts/analysis.ts'
import { fitTimeActivity } from '../../../native-core/kinetics/index.ts'
import { fitAlternatives, fitResult } from './fitResult.ts'

const HOUR = 3600

function fitOf(curve: (hours: number) => number, hours: readonly number[]) {
  return fitTimeActivity({
    label: 'KIDNEY',
    timesS: hours.map((h) => h * HOUR),
    activityBq: hours.map((h) => curve(h) * 1e6),
    sigmaBq: hours.map((h) => curve(h) * 3e4),
    physicalHalfLifeS: 159.528 * HOUR,
    model: 'mono-exponential',
  })
}

describe('fitResult', () => {
  const curve = (hours: number): number => 100 * 2 ** (-hours / 50)
  const fit = fitOf(curve, [4, 24, 72, 168])

  it('keeps the curve, fits its schema and adds the uncertainties that all points share', () => {
    const plain = fitSchema.parse(fitResult(fit, 7.4e9, 0, 0))
    const shared = fitResult(fit, 7.4e9, 0.03, 0.05)
    expect(plain.tiaBqS.value).toBeCloseTo((100e6 * 50 * HOUR) / Math.LN2, -6)
    const relative = plain.tiaBqS.standardUncertainty / plain.tiaBqS.value
    expect(shared.tiaBqS.standardUncertainty / shared.tiaBqS.value).toBeCloseTo(Math.hypot(relative, 0.05), 10)
    expect(shared.tiaCoefficientS.standardUncertainty / shared.tiaCoefficientS.value).toBeCloseTo(
      Math.hypot(relative, 0.05, 0.03),
      10,
    )
    expect(plain.curve.timeS[0]).toBe(0)
    expect(plain.curve.activityBq[0]).toBeCloseTo(100e6, -3)
    expect(plain.rSquared).toBeCloseTo(1, 6)
  })

  it('says when most of the result was not measured', () => {
    expect(fitResult(fit, 7.4e9, 0, 0).warnings.join()).not.toMatch(/before the first|after the last/)
    const late = fitResult(fitOf(curve, [40, 60, 80]), 7.4e9, 0, 0)
    expect(late.warnings.join()).toMatch(/43 % .* before the first scan/)
    const early = fitResult(fitOf(curve, [1, 10, 20]), 7.4e9, 0, 0)
    expect(early.warnings.join()).toMatch(/76 % .* after the last scan/)
  })

  it('names the other candidates', () => {
    const auto = fitTimeActivity({
      label: 'KIDNEY',
      timesS: [4, 24, 72, 168].map((h) => h * HOUR),
      activityBq: [4, 24, 72, 168].map((h) => curve(h) * 1e6),
      physicalHalfLifeS: 159.528 * HOUR,
    })
    const models = fitAlternatives(auto).map((alternative) => alternative.model)
    expect(models).not.toContain(auto.model)
    expect(models.length).toBeGreaterThan(0)
  })
})
