import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { EXPONENTIAL_FORMS, fitTimeActivity } from '../../../native-core/kinetics/index.ts'
import { fitAlternativeSchema, fitSchema } from '../../contracts/analysis.ts'
import { curveModelSchema } from '../../contracts/curveFit.ts'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { ProtocolInput } from '../../contracts/protocol.ts'
import { parameterLines } from '../report/sections/kinetics.ts'
import { MODEL_NAMES } from '../report/sections/words.ts'
import { curveRequest } from './curveRequest.ts'
import { fitAlternatives, fitResult } from './fitResult.ts'

const HOUR = 3600
const LU_177_S = 574300.8
const HOURS = [0.5, 1, 3, 8, 24, 48, 96, 168]
const curve = (h: number): number => 1e8 * (0.7 * 2 ** (-h / 60) + 0.3 * 2 ** (-h / 9) - 2 ** (-h / 0.4))
const points = {
  label: 'Kidney left',
  timesS: HOURS.map((h) => h * HOUR),
  activityBq: HOURS.map((h, i) => curve(h) * (i % 2 === 0 ? 1.01 : 0.99)),
  sigmaBq: HOURS.map((h) => 0.03 * curve(h)),
  physicalHalfLifeS: LU_177_S,
}
const requestOf = (protocol: ProtocolInput) => curveRequest(points, protocolSchema.parse(protocol), 7e9)
const FORMULA = {
  expression: 'A1*(exp(-k1*t) - exp(-k2*t))',
  parameters: [
    { name: 'A1', unit: 'MBq', start: 50 },
    { name: 'k1', unit: '1/h', start: 0.01 },
    { name: 'k2', unit: '1/h', start: 2 },
  ],
  physicalDecay: 'multiplied' as const,
}

describe('the fit that a protocol asks for', () => {
  it('by default is that of the core, with nothing added but the administered activity', () => {
    const { trapezoidRule, administeredBq, ...rest } = requestOf({})
    expect(rest).toEqual({ ...points, model: 'auto' })
    expect([trapezoidRule, administeredBq]).toEqual(['linear-log', 7e9])
  })

  it('knows the functions of the core, no more and no less', () => {
    const others = ['trapezoid', 'average', 'formula']
    expect([...curveModelSchema.options].sort()).toEqual(
      [...EXPONENTIAL_FORMS.map((form) => form.id), ...others].sort(),
    )
  })

  it.each(curveModelSchema.options)(
    '%s: result and alternatives fit their contract, and the report prints its parameters',
    (model) => {
      const request = requestOf({ timeActivityModel: model, timeActivityFit: { formula: FORMULA } })
      const fit = fitTimeActivity(request)
      const result = fitSchema.parse(fitResult(fit, 7e9, 0.03, 0.05, request.curve))
      for (const one of fitAlternatives(fit, 0.05, request.curve)) fitAlternativeSchema.parse(one)
      expect(result.model).toBe(model)
      expect(MODEL_NAMES[result.model].length).toBeGreaterThan(3)
      expect(result.curve.activityBq.every(Number.isFinite)).toBe(true)
      expect(result.curve.upperPredictionBq?.every((v, i) => v >= (result.curve.upperBq[i] as number))).toBe(true)
      expect(parameterLines(result)).not.toMatch(/NaN|undefined|1\/s|Bq·s/)
      const share = fit.tiaUncertaintyBqS / fit.tiaBqS
      expect(result.tiaBqS.standardUncertainty / result.tiaBqS.value).toBeCloseTo(Math.hypot(share, 0.05), 10)
    },
  )

  it('of one structure takes the place of that of all, by its name without regard to case', () => {
    const request = requestOf({
      timeActivityModelByStructure: { 'KIDNEY LEFT': 'uptake-washout' },
      timeActivityFit: { afterLastPoint: 'physical-decay' },
      timeActivityFitByStructure: {
        'kidney left': {
          administration: [{ startS: 0, durationS: 1800, share: 1 }],
          fixed: { lambdaBiol2: 5e-4 },
          loss: { kind: 'huber' },
        },
      },
    })
    expect(request.model).toBe('uptake-washout')
    expect(request.afterLastPoint).toBeUndefined()
    expect(request.administration).toEqual([{ startS: 0, durationS: 1800, share: 1 }])
    expect(request.loss).toEqual({ kind: 'huber', limit: 1.345 })
    const fit = fitTimeActivity(request)
    expect(fit.parameters.map((p) => p.name)).toEqual(['A1', 'lambdaBiol1'])
    expect(fit.assumptions.join()).toMatch(/infusion of 0.5 h.*Held.*lambdaBiol2 = 0.0005 1\/s/)
  })

  it('with weights of its own is the average by these', () => {
    const modelWeights = { 'uptake-washout': 1, 'uptake-two-phase-washout': 3 } as const
    const fit = fitTimeActivity(requestOf({ timeActivityModel: 'average', timeActivityFit: { modelWeights } }))
    const weights = Object.fromEntries(fit.candidates.map((c) => [c.model, c.weight]))
    expect(weights['uptake-washout']).toBeCloseTo(0.25, 12)
    expect(weights['uptake-two-phase-washout']).toBeCloseTo(0.75, 12)
  })

  it('refuses a formula with its place', () => {
    const wrong = { ...FORMULA, expression: 'A1*exp(-k1*t) + k2' }
    expect(() => requestOf({ timeActivityFit: { formula: wrong } })).toThrow(InputError)
    expect(() => requestOf({ timeActivityFit: { formula: wrong } })).toThrow(/activity and 1\/time are added/)
  })
})
