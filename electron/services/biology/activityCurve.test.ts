import { describe, expect, it } from 'vitest'
import { fitTimeActivity } from '../../../native-core/kinetics/index.ts'
import { doseRateAt, integrateCourse } from '../../../native-core/radiobiology/index.ts'
import type { FitResult } from '../../contracts/analysis.ts'
import { fitResult } from '../analysis/fitResult.ts'
import { activityCurve } from './activityCurve.ts'

const H = 3600
const HOURS = [24, 48, 96, 168]
const RATE = Math.LN2 / (50 * H)

/** Of a mono-exponential curve whose activity is given as the parts say. */
function fitOf(administration?: readonly { startS: number; durationS: number; share: number }[]): FitResult {
  const activityBq = HOURS.map((h) => 1e8 * Math.exp(-RATE * h * H))
  const fit = fitTimeActivity({
    ...{ label: 'KIDNEY', timesS: HOURS.map((h) => h * H), activityBq, sigmaBq: activityBq.map((a) => 0.03 * a) },
    ...{ physicalHalfLifeS: 574_300, model: 'mono-exponential' as const },
    ...(administration ? { administration } : {}),
  })
  return fitResult(fit, 7.4e9, 0, 0)
}

describe('activityCurve', () => {
  it('is the terms of a curve after a bolus', () => {
    expect(activityCurve(fitOf())).toMatchObject({
      kind: 'exponentials',
      terms: [{ decayPerS: expect.closeTo(RATE, 9) }],
    })
  })

  it('is the drawn curve after an infusion, whose terms have its TIA and are not the curve', () => {
    const fit = fitOf([{ startS: 0, durationS: 20 * H, share: 1 }])
    const [term] = fit.terms
    expect((term?.coefficientBq ?? NaN) / (term?.ratePerS ?? NaN) / fit.tiaBqS.value).toBeCloseTo(1, 9)
    const curve = activityCurve(fit)
    if (!curve) throw new Error('there is a curve')
    expect(curve.kind).toBe('sampled')
    // Convolution with a constant rate: (1 − e^(−λt))/(λT) of the bolus' size while it runs.
    const size = term?.coefficientBq ?? NaN
    for (const hours of [2, 10, 18])
      expect(doseRateAt([curve], hours * H) / ((size * -Math.expm1(-RATE * hours * H)) / (RATE * 20 * H))).toBeCloseTo(
        1,
        2,
      )
    expect(integrateCourse([curve], 1e-4).doseGy / fit.tiaBqS.value).toBeCloseTo(1, 6)
  })
})
