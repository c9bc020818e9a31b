import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/index.ts'
import {
  activityAt,
  fittedCurve,
  fitTimeActivity,
  integrateCurve,
  parametricCurve,
  workingParameters,
} from './index.ts'
import type { Administration, FitRequest, TacFit } from './index.ts'

const HOUR = 3600
const LU_177_S = 574300.8
const PHYSICAL = Math.LN2 / LU_177_S
const TIMES = [1, 4, 24, 48, 96, 168].map((h) => h * HOUR)
const SLOW = Math.LN2 / (60 * HOUR)
const FAST = Math.LN2 / (3 * HOUR)
const mono = (t: number): number => 1e8 * Math.exp(-SLOW * t)
const uptake = (t: number): number => 1e8 * (Math.exp(-SLOW * t) - Math.exp(-FAST * t))

const request = (curve: (t: number) => number, more: Partial<FitRequest> = {}): FitRequest => ({
  label: 'Kidney left',
  timesS: TIMES,
  activityBq: TIMES.map(curve),
  sigmaBq: TIMES.map((t) => 0.03 * curve(t)),
  physicalHalfLifeS: LU_177_S,
  ...more,
})
const close = (found: number | undefined, expected: number, tolerance: number): void =>
  expect(Math.abs((found ?? NaN) / expected - 1)).toBeLessThan(tolerance)
const refusal = (wrong: FitRequest): InputError => {
  try {
    fitTimeActivity(wrong)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('not refused')
}

/** √Σ(∂TIA/∂y·σ)² by fitting again with each point a little higher and lower: no matrix of the program is in it. */
function byRefitting(base: FitRequest): number {
  const sigma = base.sigmaBq as readonly number[]
  const moved = (i: number, step: number): number =>
    fitTimeActivity({ ...base, activityBq: base.activityBq.map((v, j) => (i === j ? v * (1 + step) : v)) }).tiaBqS
  return Math.hypot(
    ...base.activityBq.map((v, i) => ((moved(i, 1e-4) - moved(i, -1e-4)) / (2e-4 * v)) * (sigma[i] as number)),
  )
}

describe('infusion and several administrations', () => {
  const administration: Administration = [
    { startS: 0, durationS: 2 * HOUR, share: 0.75 },
    { startS: 10 * HOUR, durationS: 0, share: 0.25 },
  ]
  const response = (id: string, natural: readonly number[]): ((t: number) => number) => {
    const curve = parametricCurve(id, { physicalRatePerS: PHYSICAL, administration })
    const phi = workingParameters(curve, natural)
    return (t) => curve.value(phi, t)
  }
  it.each([
    ['mono-exponential', [1e8, SLOW - PHYSICAL], 1e8 / SLOW],
    ['uptake-washout', [1e8, SLOW - PHYSICAL, FAST - PHYSICAL], 1e8 / SLOW - 1e8 / FAST],
    ['bi-exponential', [1e8, SLOW - PHYSICAL, 7e7, FAST - PHYSICAL], 1e8 / SLOW + 7e7 / FAST],
  ] as const)(
    '%s: TIA to 1e-8 as after a bolus, by blocks and by the general fit alike, and so its uncertainty',
    (model, natural, tia) => {
      const base = request(response(model, natural), { model, administration })
      const blocks = fitTimeActivity(base)
      const general = fitTimeActivity({ ...base, start: {} })
      close(blocks.tiaBqS, tia, 1e-8)
      close(general.tiaBqS, tia, 1e-8)
      close(general.tiaUncertaintyBqS, blocks.tiaUncertaintyBqS, 1e-5)
      close(blocks.tiaUncertaintyBqS, byRefitting(base), 1e-4)
      for (const t of [HOUR, 5 * HOUR, 12 * HOUR, 80 * HOUR]) {
        close(activityAt(blocks, t), response(model, natural)(t), 1e-6)
        close(activityAt(general, t), response(model, natural)(t), 1e-6)
      }
      expect(blocks.assumptions.join()).toMatch(/75 % as an infusion of 2 h, 25 % as a bolus at 10 h/)
      // Taken for a bolus, the same points give another curve.
      const { administration: _, ...bolus } = base
      expect(Math.abs(fitTimeActivity(bolus).tiaBqS / tia - 1)).toBeGreaterThan(1e-3)
    },
  )

  it('the automatic choice goes with it, and parts before, between and after the points sum to the TIA', () => {
    const fit = fitTimeActivity(
      request(response('uptake-washout', [1e8, SLOW - PHYSICAL, FAST - PHYSICAL]), { administration }),
    )
    expect(fit.model).toBe('uptake-washout')
    const between = integrateCurve(fit, HOUR, 168 * HOUR) / fit.tiaBqS
    expect(fit.tiaShareBeforeFirstPoint + between + fit.tiaShareAfterLastPoint).toBeCloseTo(1, 10)
  })
})

describe('stated head and tail', () => {
  const [first, last] = [HOUR, 168 * HOUR]
  const middle = (mono(first) - mono(last)) / SLOW
  it.each([
    ['constant', mono(first) * first],
    ['linear-from-zero', (mono(first) * first) / 2],
    ['physical-decay-back', (mono(first) * Math.expm1(PHYSICAL * first)) / PHYSICAL],
    ['model', (1e8 - mono(first)) / SLOW],
  ] as const)('%s before, physical decay after: closed form, uncertainty as by refitting', (beforeFirstPoint, head) => {
    const base = request(mono, { model: 'mono-exponential', beforeFirstPoint, afterLastPoint: 'physical-decay' })
    const fit = fitTimeActivity(base)
    close(fit.tiaBqS, head + middle + mono(last) / PHYSICAL, 1e-9)
    close(fit.tiaUncertaintyBqS, byRefitting(base), 1e-5)
    expect(fit.assumptions.join()).toMatch(/physical decay only/)
    close(activityAt(fit, last + LU_177_S), mono(last) / 2, 1e-9)
  })

  it('a tail by the last points is the effective half-life of these, with its own uncertainty and correlation', () => {
    const bent = (t: number): number =>
      t <= 48 * HOUR ? mono(t) : mono(48 * HOUR) * Math.exp((-(t - 48 * HOUR) * Math.LN2) / (90 * HOUR))
    const base = request(bent, { model: 'mono-exponential', afterLastPoint: { lastPoints: 2 } })
    const fit = fitTimeActivity(base)
    const tail = fit.parameters.find((p) => p.name === 'lambdaTail')
    close(tail?.value, Math.LN2 / (90 * HOUR), 1e-9)
    // ln(y1/y2)/(t2 − t1) of two points with 3 % each.
    close(tail?.standardError, (0.03 * Math.SQRT2) / (72 * HOUR), 1e-9)
    const after = integrateCurve(fit, last) / activityAt(fit, last)
    close(after, (90 * HOUR) / Math.LN2, 1e-9)
    close(fit.tiaUncertaintyBqS, byRefitting(base), 0.02)
  })

  it('is refused where there are fewer points than the tail wants', () => {
    const error = refusal(request(mono, { model: 'mono-exponential', afterLastPoint: { lastPoints: 9 } }))
    expect(error.code).toBe('kinetics.ends')
    expect(error.message).toMatch(/last 9 points .* 6 points/)
  })
})

describe('trapezoidal rule', () => {
  it('linear: the sum of trapezoids by hand, head and tail as stated, uncertainty as by hand', () => {
    const fit = fitTimeActivity({
      label: 'x',
      timesS: [2 * HOUR, 10 * HOUR, 50 * HOUR],
      activityBq: [4e6, 10e6, 6e6],
      sigmaBq: [1e5, 2e5, 3e5],
      physicalHalfLifeS: LU_177_S,
      model: 'trapezoid',
      trapezoidRule: 'linear',
      beforeFirstPoint: 'linear-from-zero',
      afterLastPoint: 'physical-decay',
    })
    const tail = 1 / PHYSICAL / HOUR
    close(fit.tiaBqS / HOUR, 4e6 + 8 * 7e6 + 40 * 8e6 + 6e6 * tail, 1e-12)
    close(fit.tiaUncertaintyBqS / HOUR, Math.hypot(1e5 * (1 + 4), 2e5 * (4 + 20), 3e5 * (20 + tail)), 1e-12)
    close(activityAt(fit, 6 * HOUR), 7e6, 1e-12)
    close(activityAt(fit, HOUR), 2e6, 1e-12)
    expect(fit.terms).toEqual([])
    expect(JSON.parse(JSON.stringify(fit))).toEqual(fit)
  })

  it('logarithmic where it falls: exact for an exponential, and Lu-177 left to decay gives 230.15 h within 0.1 %', () => {
    const fit = fitTimeActivity(request((t) => Math.exp(-PHYSICAL * t), { model: 'trapezoid' }))
    close(fit.tiaBqS / HOUR, 230.15, 1e-3)
    close(fit.tiaBqS, 1 / PHYSICAL, 1e-12)
    const falling = fitTimeActivity(request(mono, { model: 'trapezoid', beforeFirstPoint: 'constant' }))
    close(falling.tiaBqS, mono(HOUR) * HOUR + mono(HOUR) / SLOW, 1e-12)
    close(falling.phases[0]?.effectiveHalfLifeS, 60 * HOUR, 1e-12)
  })

  it('has the uncertainty that refitting gives, with a tail from the last three points', () => {
    const base = request(uptake, { model: 'trapezoid', afterLastPoint: { lastPoints: 3 } })
    close(fitTimeActivity(base).tiaUncertaintyBqS, byRefitting(base), 1e-5)
  })

  it('takes a single point with physical decay on both sides; wants its ends stated, and no options of a fit', () => {
    const one = { ...request(mono), timesS: [24 * HOUR], activityBq: [1e8], sigmaBq: [3e6], model: 'trapezoid' }
    const fit = fitTimeActivity({ ...one, afterLastPoint: 'physical-decay' })
    close(fit.tiaBqS, (1e8 * Math.exp(PHYSICAL * 24 * HOUR)) / PHYSICAL, 1e-12)
    expect(refusal(one).code).toBe('kinetics.ends')
    expect(refusal(request(mono, { model: 'trapezoid', beforeFirstPoint: 'model' })).code).toBe('kinetics.ends')
    expect(refusal(request(mono, { model: 'trapezoid', fixed: { A1: 1 } })).code).toBe('kinetics.trapezoid')
  })
})

describe('robust loss', () => {
  const spoilt = (loss?: FitRequest['loss']): TacFit =>
    fitTimeActivity(
      request(mono, {
        model: 'mono-exponential',
        activityBq: TIMES.map((t, i) => mono(t) * (i === 2 ? 1.6 : 1)),
        ...(loss ? { loss } : {}),
      }),
    )
  it('Tukey leaves a gross outlier out: the truth comes back; Huber lies between that and squares', () => {
    const truth = 1e8 / SLOW
    const [squares, huber, tukey] = [
      spoilt(),
      spoilt({ kind: 'huber', limit: 1.345 }),
      spoilt({ kind: 'tukey', limit: 4.685 }),
    ]
    close(tukey.tiaBqS, truth, 1e-8)
    expect(tukey.points[2]?.weight).toBe(0)
    expect(Math.abs(huber.tiaBqS - truth)).toBeLessThan(Math.abs(squares.tiaBqS - truth) / 3)
    expect(huber.points[2]?.weight).toBeLessThan(0.2)
    expect(huber.converged).toBe(true)
    expect(huber.assumptions.join()).toMatch(/iteratively reweighted/)
    expect(refusal(request(mono, { loss: { kind: 'huber', limit: 0 } })).code).toBe('kinetics.loss')
  })
})

describe('held parameters and priors', () => {
  it('a held rate leaves a linear problem: A = Σye/σ² / Σe²/σ², u(A) = 1/√Σe²/σ²', () => {
    const rate = Math.LN2 / (50 * HOUR)
    const base = request(mono, { model: 'mono-exponential', fixed: { lambdaBiol1: rate - PHYSICAL } })
    const fit = fitTimeActivity(base)
    const sigma = base.sigmaBq as readonly number[]
    const e = TIMES.map((t) => Math.exp(-rate * t))
    const below = e.reduce((s, v, i) => s + (v / (sigma[i] as number)) ** 2, 0)
    const above = e.reduce((s, v, i) => s + (v * mono(TIMES[i] as number)) / (sigma[i] as number) ** 2, 0)
    expect(fit.parameters.map((p) => p.name)).toEqual(['A1'])
    close(fit.parameters[0]?.value, above / below, 1e-10)
    close(fit.parameters[0]?.standardError, 1 / Math.sqrt(below), 1e-9)
    close(fit.tiaBqS, above / below / rate, 1e-10)
    expect(fit.assumptions.join()).toMatch(/Held and not fitted: lambdaBiol1/)
  })

  it('a prior lets one point be fitted, and then gives the uncertainty; a wide one gives way to the points', () => {
    const prior = { parameters: { lambdaBiol1: { geometricMean: SLOW - PHYSICAL, geometricStandardDeviation: 1.3 } } }
    const one = fitTimeActivity({
      ...request(mono, { model: 'mono-exponential', prior }),
      timesS: [24 * HOUR],
      activityBq: [mono(24 * HOUR)],
      sigmaBq: [0.03 * mono(24 * HOUR)],
    })
    close(one.tiaBqS, 1e8 / SLOW, 1e-8)
    const rate = one.parameters.find((p) => p.name === 'lambdaBiol1')
    close(rate?.standardError, Math.log(1.3) * (SLOW - PHYSICAL), 1e-6)
    const wrong = { parameters: { lambdaBiol1: { geometricMean: 5 * SLOW, geometricStandardDeviation: 1e4 } } }
    close(fitTimeActivity(request(mono, { model: 'mono-exponential', prior: wrong })).tiaBqS, 1e8 / SLOW, 1e-5)
    expect(one.candidates[0]?.effectiveParameterCount).toBeCloseTo(1, 6)
  })

  it.each([
    ['kinetics.unknown-parameter', { fixed: { lambda9: 1 } }, /lambda9.*Mono-exponential/],
    ['kinetics.parameter-range', { fixed: { A1: -1 } }, /A1 .* positive/],
    [
      'kinetics.prior',
      { prior: { parameters: { A1: { geometricMean: 1, geometricStandardDeviation: 0.5 } } } },
      /A1 is 0.5/,
    ],
    ['kinetics.prior', { prior: { mean: [1], covariance: [[1]] } }, /1 means/],
    [
      'kinetics.prior',
      {
        prior: {
          parameters: { A1: { mean: 18, standardDeviation: 1 } },
          correlations: [{ between: ['A1', 'lambdaBiol1'], correlation: 0.5 }],
        },
      },
      /correlation 0.5/,
    ],
    ['kinetics.candidates', { model: 'auto', fixed: { A1: 1 } }, /belong to one model/],
    ['kinetics.candidates', { model: 'auto', candidates: ['trapezoid'] }, /no AIC/],
    ['kinetics.formula', { model: 'formula' }, /no formula/],
    ['kinetics.unknown-model', { model: 'quadratic' }, /quadratic/],
    ['kinetics.curve-input', { model: 'hardiansyah-2021-f2e' }, /administered activity/],
  ] as const)('%s: %o', (code, more, message) => {
    const error = refusal(request(mono, { model: 'mono-exponential', ...(more as Partial<FitRequest>) }))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    expect(error.hint.length).toBeGreaterThan(10)
  })

  it('two points for three parameters: the best simpler alternative is named for each function of the library', () => {
    const two = {
      ...request(mono),
      timesS: [24 * HOUR, 96 * HOUR],
      activityBq: [mono(24 * HOUR), mono(96 * HOUR)],
      sigmaBq: [1e6, 1e6],
    }
    const error = refusal({ ...two, model: 'hardiansyah-2021-f3a' })
    expect(error.code).toBe('kinetics.too-few-points')
    expect(error.hint).toContain('mono-exponential')
    expect(error.hint).toContain((1e8 / SLOW / 3.6e9).toPrecision(4))
  })
})

describe('average over models', () => {
  const noisy = request(uptake, { activityBq: TIMES.map((t, i) => uptake(t) * (1 + (i % 2 === 0 ? 0.02 : -0.02))) })
  it('by Akaike weights of chosen candidates: mean and variance by hand, the curve is the mean of the curves', () => {
    const candidates = ['uptake-washout', 'bi-exponential', 'circulation-washout']
    const fit = fitTimeActivity({ ...noisy, model: 'average', candidates })
    expect(fit.candidates.map((c) => c.model).sort()).toEqual([...candidates].sort())
    const least = Math.min(...fit.candidates.map((c) => c.aic))
    const raw = fit.candidates.map((c) => (c.refusal === null ? Math.exp((least - c.aic) / 2) : 0))
    const total = raw.reduce((s, w) => s + w, 0)
    const mean = fit.candidates.reduce((s, c, i) => s + ((raw[i] as number) / total) * c.tiaBqS, 0)
    const variance = fit.candidates.reduce(
      (s, c, i) => s + ((raw[i] as number) / total) * (c.tiaUncertaintyBqS ** 2 + (c.tiaBqS - mean) ** 2),
      0,
    )
    close(fit.tiaBqS, mean, 1e-12)
    close(fit.tiaUncertaintyBqS, Math.sqrt(variance), 1e-12)
    const t = 30 * HOUR
    const value = fit.candidates.reduce((s, c, i) => s + ((raw[i] as number) / total) * activityAt(c.fit, t), 0)
    close(fittedCurve(fit, [t]).activityBq[0], value, 1e-12)
    close(integrateCurve(fit), mean, 1e-9)
    expect(fit.model).toBe('average')
    expect(JSON.parse(JSON.stringify(fit))).toEqual(fit)
  })

  it('by given weights, the trapezoid among them', () => {
    const modelWeights = { 'uptake-washout': 3, trapezoid: 1 }
    const fit = fitTimeActivity({ ...noisy, model: 'average', modelWeights })
    const tia = (model: string): number => fitTimeActivity({ ...noisy, model }).tiaBqS
    close(fit.tiaBqS, 0.75 * tia('uptake-washout') + 0.25 * tia('trapezoid'), 1e-9)
    expect(refusal({ ...noisy, model: 'average', modelWeights: { 'uptake-washout': 0 } }).code).toBe(
      'kinetics.model-weights',
    )
  })
})

describe('prediction band', () => {
  it('holds the scatter of a point beside the uncertainty of the curve, and is wider by exactly that', () => {
    const rule = { fraction: 0.05, absoluteBq: 1e5 }
    const { sigmaBq: _, ...base } = request(mono, { model: 'mono-exponential', covarianceScaling: 'none' })
    const band = fittedCurve(fitTimeActivity({ ...base, sigmaBq: rule }), [30 * HOUR])
    const [value, confidence, prediction] = [band.activityBq, band.upperBq, band.upperPredictionBq].map(
      (v) => v[0] as number,
    ) as [number, number, number]
    const z = 1.959963984540054
    const scatter = Math.hypot(0.05 * value, 1e5)
    close(((prediction - value) / z) ** 2 - ((confidence - value) / z) ** 2, scatter ** 2, 1e-9)
  })
})

const HUBER = { kind: 'huber', limit: 1.345 } as const

describe('curves that are no activity', () => {
  it('a bi-exponential whose slow phase is negative is not taken and not silent', () => {
    const falling = (t: number): number => 1e8 * (1.2 * Math.exp(-SLOW * t) - 0.2 * Math.exp((-SLOW * t) / 1.9))
    const fit = fitTimeActivity(request(falling, { model: 'bi-exponential', start: {} }))
    expect(fit.terms[0]?.amplitudeBq).toBeLessThan(0)
    expect(fit.warnings.map((w) => w.message).join()).toMatch(/below zero/)
    const auto = fitTimeActivity(request(falling, { candidates: ['bi-exponential', 'mono-exponential'], loss: HUBER }))
    expect(auto.terms[0]?.amplitudeBq).toBeGreaterThan(0)
  })

  it('weights of models do not touch a fit that is no average; a prior of the early phase is not passed over', () => {
    const weighted = request(mono, { model: 'mono-exponential', modelWeights: { trapezoid: 1 } })
    close(fitTimeActivity(weighted).tiaBqS, 1e8 / SLOW, 1e-8)
    const early = { biologicalHalfLifeS: 2 * HOUR, geometricStandardDeviation: 1.5 }
    const robust = { model: 'bi-exponential', loss: { kind: 'huber', limit: 1.5 }, earlyPhasePrior: early } as const
    expect(refusal(request(mono, robust)).code).toBe('kinetics.prior')
    expect(refusal(request(mono, { model: 'average', modelWeights: { 'mono-exponential': -1 } })).code).toBe(
      'kinetics.model-weights',
    )
  })
})
