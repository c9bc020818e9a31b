import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/index.ts'
import { activityAt, fitTimeActivity, fittedCurve, integrateTerms } from './index.ts'
import type { FitRequest, TacModelId } from './index.ts'

const HOUR = 3600
const LU_177_S = 574300.8
type Term = readonly [amplitudeBq: number, halfLifeH: number]

const curve = (terms: readonly Term[], tH: number): number =>
  terms.reduce((s, [a, half]) => s + a * 2 ** (-tH / half), 0)
const tiaOf = (terms: readonly Term[]): number => terms.reduce((s, [a, half]) => s + (a * half * HOUR) / Math.LN2, 0)

function request(terms: readonly Term[], timesH: readonly number[], more: Partial<FitRequest> = {}): FitRequest {
  return {
    label: 'Kidney left',
    timesS: timesH.map((t) => t * HOUR),
    activityBq: timesH.map((t) => curve(terms, t)),
    physicalHalfLifeS: LU_177_S,
    ...more,
  }
}

const MANY = [0.5, 1.5, 4, 8, 24, 48, 72, 120, 168]
const CLINIC = [4, 24, 72, 168]

const slow = fc.double({ min: 30, max: 150, noNaN: true })
const fast = fc.double({ min: 1.5, max: 8, noNaN: true })
const amplitude = fc.double({ min: 1e6, max: 1e10, noNaN: true })
const share = fc.double({ min: 0.2, max: 3, noNaN: true })

describe('noise-free points', () => {
  const recovered = (model: TacModelId, terms: readonly Term[], times = MANY): void => {
    const fit = fitTimeActivity(request(terms, times, { model }))
    expect(fit.converged).toBe(true)
    expect(Math.abs(fit.tiaBqS / tiaOf(terms) - 1)).toBeLessThan(1e-8)
    const found = fit.phases.map((p) => p.effectiveHalfLifeS / HOUR)
    terms.forEach(([, half], j) => expect(Math.abs((found[j] as number) / half - 1)).toBeLessThan(1e-7))
  }

  it('mono-exponential: TIA to 1e-8 (closed form A·T/ln 2)', () => {
    fc.assert(
      fc.property(amplitude, slow, (a, t) => recovered('mono-exponential', [[a, t]])),
      { numRuns: 60 },
    )
  })

  it('uptake–wash-out: TIA to 1e-8', () => {
    fc.assert(
      fc.property(amplitude, slow, fast, (a, t, u) =>
        recovered('uptake-washout', [
          [a, t],
          [-a, u],
        ]),
      ),
      { numRuns: 60 },
    )
  })

  it('bi-exponential with a fast wash-out or a partial uptake: TIA to 1e-8', () => {
    const partial = fc.oneof(share, fc.double({ min: -0.9, max: -0.2, noNaN: true }))
    fc.assert(
      fc.property(amplitude, slow, fast, partial, (a, t, u, k) =>
        recovered('bi-exponential', [
          [a, t],
          [k * a, u],
        ]),
      ),
      { numRuns: 80 },
    )
  })

  it('tri-exponential with well separated phases: TIA to 1e-8', () => {
    recovered(
      'tri-exponential',
      [
        [100e6, 110],
        [60e6, 14],
        [80e6, 1.2],
      ],
      [0.25, 0.5, 1, 2, 4, 8, 16, 30, 60, 120, 200],
    )
  })

  it('uptake and wash-out of equal rate (the curve B·t·exp(−λt)) has TIA B/λ²', () => {
    const rate = Math.LN2 / (40 * HOUR)
    const times = MANY.map((t) => t * HOUR)
    const fit = fitTimeActivity({
      label: 'x',
      timesS: times,
      activityBq: times.map((t) => 10 * t * Math.exp(-rate * t)),
      physicalHalfLifeS: LU_177_S,
      model: 'uptake-washout',
    })
    expect(Math.abs((fit.tiaBqS * rate * rate) / 10 - 1)).toBeLessThan(1e-4)
    expect(Number.isFinite(fit.tiaUncertaintyBqS)).toBe(true)
  })
})

describe('laws', () => {
  const noisy = fc.tuple(
    amplitude,
    slow,
    fast,
    share,
    fc.array(fc.double({ min: -0.03, max: 0.03, noNaN: true }), { minLength: 6, maxLength: 6 }),
  )
  const times = [1, 4, 24, 48, 96, 168]
  const points = ([a, t, u, k, noise]: readonly [number, number, number, number, readonly number[]]): FitRequest => {
    const base = request(
      [
        [a, t],
        [k * a, u],
      ],
      times,
    )
    return { ...base, activityBq: base.activityBq.map((v, i) => v * (1 + (noise[i] as number))) }
  }

  it('TIA and its uncertainty are linear in the activity', () => {
    fc.assert(
      fc.property(noisy, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (sample, factor) => {
        const base = points(sample)
        const one = fitTimeActivity(base)
        const many = fitTimeActivity({ ...base, activityBq: base.activityBq.map((v) => v * factor) })
        expect(Math.abs(many.tiaBqS / one.tiaBqS / factor - 1)).toBeLessThan(1e-7)
        expect(Math.abs(many.tiaUncertaintyBqS / one.tiaUncertaintyBqS / factor - 1)).toBeLessThan(1e-4)
        expect(many.model).toBe(one.model)
      }),
      { numRuns: 25 },
    )
  })

  it('does not depend on the unit of time', () => {
    fc.assert(
      fc.property(noisy, fc.double({ min: 1e-2, max: 1e2, noNaN: true }), (sample, factor) => {
        const base = { ...points(sample), earlyPhasePrior: null }
        const one = fitTimeActivity(base)
        const other = fitTimeActivity({
          ...base,
          timesS: base.timesS.map((t) => t * factor),
          physicalHalfLifeS: base.physicalHalfLifeS * factor,
        })
        expect(Math.abs(other.tiaBqS / one.tiaBqS / factor - 1)).toBeLessThan(1e-7)
      }),
      { numRuns: 25 },
    )
  })

  it('no rate falls below physical decay, TIA is positive, the order of the points does not matter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (activityBq) => {
          const timesS = CLINIC.map((t) => t * HOUR)
          const run = (order: readonly number[]) => {
            try {
              return fitTimeActivity({
                label: 'x',
                timesS: order.map((i) => timesS[i] as number),
                activityBq: order.map((i) => activityBq[i] as number),
                physicalHalfLifeS: LU_177_S,
              })
            } catch (error) {
              expect(error).toBeInstanceOf(InputError)
              return null
            }
          }
          const fit = run([0, 1, 2, 3])
          const mixed = run([2, 0, 3, 1])
          expect(mixed?.tiaBqS).toBe(fit?.tiaBqS)
          if (!fit) return
          expect(fit.tiaBqS).toBeGreaterThan(0)
          expect(Number.isFinite(fit.tiaUncertaintyBqS)).toBe(true)
          for (const term of fit.terms) {
            expect(term.effectiveRatePerS).toBeGreaterThanOrEqual((Math.LN2 / LU_177_S) * (1 - 1e-12))
          }
          expect(JSON.parse(JSON.stringify(fit))).toEqual(fit)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('the integral of the terms is the TIA, and the shares before, between and after sum to it', () => {
    const fit = fitTimeActivity(request([[1e8, 60]], CLINIC))
    const between = integrateTerms(fit.terms, 4 * HOUR, 168 * HOUR) / fit.tiaBqS
    expect(integrateTerms(fit.terms) / fit.tiaBqS).toBeCloseTo(1, 12)
    expect(fit.tiaShareBeforeFirstPoint + between + fit.tiaShareAfterLastPoint).toBeCloseTo(1, 12)
    expect(fit.tiaShareBeforeFirstPoint).toBeCloseTo(1 - 2 ** (-4 / 60), 10)
    expect(activityAt(fit.terms, 60 * HOUR) / 0.5e8).toBeCloseTo(1, 9)
  })
})

describe('uncertainty', () => {
  it('of two points and two parameters is that of the sigmas, not zero', () => {
    // λ = ln(y1/y2)/(t2 − t1), A = y1·exp(λt1), TIA = A/λ: the gradient by hand.
    const [t1, t2, y1, y2, s] = [10 * HOUR, 70 * HOUR, 8e7, 3e7, 0.04]
    const fit = fitTimeActivity({
      label: 'x',
      timesS: [t1, t2],
      activityBq: [y1, y2],
      sigmaBq: [s * y1, s * y2],
      physicalHalfLifeS: LU_177_S,
      model: 'mono-exponential',
    })
    const rate = Math.log(y1 / y2) / (t2 - t1)
    const perLn = (sign: number): number => sign / (t2 - t1)
    const dLnTia = [1 + (t1 - 1 / rate) * perLn(1), (t1 - 1 / rate) * perLn(-1)]
    expect(fit.chiSquare).toBeLessThan(1e-15)
    expect(fit.tiaBqS / ((y1 * Math.exp(rate * t1)) / rate)).toBeCloseTo(1, 10)
    expect(fit.tiaUncertaintyBqS / fit.tiaBqS).toBeCloseTo(s * Math.hypot(...dLnTia), 9)
  })

  it('u(TIA) of a mono-exponential follows Gear 2018: u²(A)/A² + u²(λ)/λ² − 2cov/(Aλ)', () => {
    const fit = fitTimeActivity(request([[1e8, 60]], CLINIC, { model: 'mono-exponential', covarianceScaling: 'none' }))
    const [a, rate] = fit.parameters.map((p) => p.value) as [number, number]
    const c = fit.covariance as [[number, number], [number, number]]
    const relative = c[0][0] / a ** 2 + c[1][1] / rate ** 2 - (2 * c[0][1]) / (a * rate)
    expect(fit.tiaUncertaintyBqS / fit.tiaBqS).toBeCloseTo(Math.sqrt(relative), 10)
  })

  it('scales as asked: none, by χ²/dof, or by the larger', () => {
    const base = request([[1e8, 60]], CLINIC, { model: 'mono-exponential', sigmaBq: { fraction: 0.01, absoluteBq: 0 } })
    const bent = { ...base, activityBq: base.activityBq.map((v, i) => v * (i % 2 === 0 ? 1.04 : 0.96)) }
    const u = (scaling: 'none' | 'reduced-chi-square' | 'larger', r: FitRequest): number =>
      fitTimeActivity({ ...r, covarianceScaling: scaling }).tiaUncertaintyBqS
    const reduced = Math.sqrt(fitTimeActivity(bent).chiSquare / 2)
    expect(reduced).toBeGreaterThan(2)
    expect(u('reduced-chi-square', bent) / u('none', bent)).toBeCloseTo(reduced, 9)
    expect(u('larger', bent)).toBeCloseTo(u('reduced-chi-square', bent), 3)
    expect(u('larger', base)).toBe(u('none', base))
  })

  it('the 95 % band holds the curve, and at a lone point of two has 1.96 sigma', () => {
    const fit = fitTimeActivity(
      request([[1e8, 60]], [10, 70], { model: 'mono-exponential', sigmaBq: { fraction: 0.05, absoluteBq: 0 } }),
    )
    const { activityBq, lowerBq, upperBq } = fittedCurve(fit, [0, 10 * HOUR, 30 * HOUR, 300 * HOUR])
    activityBq.forEach((v, i) => {
      expect(lowerBq[i]).toBeLessThan(v)
      expect(upperBq[i]).toBeGreaterThan(v)
    })
    expect(((upperBq[1] as number) - (activityBq[1] as number)) / (0.05 * (activityBq[1] as number))).toBeCloseTo(
      1.959964,
      5,
    )
  })

  it('a physical bound does not make the result look certain', () => {
    const fit = fitTimeActivity(request([[1e8, 400]], CLINIC, { model: 'mono-exponential' }))
    expect(fit.warnings.map((w) => w.code)).toContain('kinetics.physical-bound')
    expect(fit.phases[0]?.biologicalHalfLifeS).toBeNull()
    expect(fit.tiaUncertaintyBqS / fit.tiaBqS).toBeGreaterThan(0.005)
  })
})

describe('automatic choice', () => {
  it('takes the model the points come from', () => {
    const models = (terms: readonly Term[]): string => fitTimeActivity(request(terms, MANY)).model
    expect(models([[1e8, 60]])).toBe('mono-exponential')
    expect(
      models([
        [1e8, 60],
        [-1e8, 4],
      ]),
    ).toBe('uptake-washout')
    expect(
      models([
        [1e8, 60],
        [8e7, 3],
      ]),
    ).toBe('bi-exponential')
  })

  it('keeps the others with weights that sum to one, best first, and says why', () => {
    const fit = fitTimeActivity(
      request(
        [
          [1e8, 60],
          [0.1e8, 4],
        ],
        CLINIC,
      ),
    )
    const total = fit.candidates.reduce((s, c) => s + c.weight, 0)
    expect(total).toBeCloseTo(1, 12)
    expect(fit.candidates[0]?.model).toBe(fit.model)
    expect(fit.candidates.length).toBeGreaterThan(2)
    expect(fit.reason).toContain('AIC')
    const mean = fit.candidates.reduce((s, c) => s + c.weight * c.tiaBqS, 0)
    expect(fit.averaged.tiaBqS / mean).toBeCloseTo(1, 12)
    expect(fit.averaged.tiaUncertaintyBqS).toBeGreaterThan(0)
  })

  it('gives AICc only where n − K − 1 > 0', () => {
    const fit = fitTimeActivity(request([[1e8, 60]], CLINIC))
    const mono = fit.candidates.find((c) => c.model === 'mono-exponential')
    const bi = fit.candidates.find((c) => c.model === 'bi-exponential')
    expect(mono?.aicc).toBeCloseTo((mono?.aic ?? 0) + 12, 10)
    expect(bi?.aicc).toBeNull()
  })

  it('a forced model is used whatever the data say, and is plain least squares', () => {
    const fit = fitTimeActivity(request([[1e8, 60]], MANY, { model: 'bi-exponential' }))
    expect(fit.model).toBe('bi-exponential')
    expect(fit.chosenBy).toBe('user')
    expect(fit.earlyPhasePrior).toBeNull()
    expect(fit.candidates).toHaveLength(1)
    expect(Number.isFinite(fit.tiaUncertaintyBqS)).toBe(true)
  })
})

describe('input that cannot be fitted', () => {
  const good = request([[1e8, 60]], CLINIC)
  const change = (index: number, field: 'timesS' | 'activityBq', value: number): FitRequest => ({
    ...good,
    [field]: good[field].map((v, i) => (i === index ? value : v)),
  })

  it.each([
    ['kinetics.before-administration', change(1, 'timesS', -3600), /point 2 .* 1 h before/],
    ['kinetics.duplicate-time', change(1, 'timesS', 4 * HOUR), /points 1 and 2 .* 4 h/],
    ['kinetics.zero-activity', change(2, 'activityBq', 0), /point 3, at 72 h/],
    ['kinetics.zero-activity', { ...good, activityBq: [0, 0, 0, 0] }, /zero at all 4/],
    ['kinetics.negative-activity', change(3, 'activityBq', -5), /point 4, at 168 h/],
    ['kinetics.not-a-number', change(0, 'activityBq', Number.NaN), /point 1/],
    ['kinetics.not-a-number', { ...good, activityBq: good.activityBq.map(() => Number.NaN) }, /point 1/],
    ['kinetics.not-a-number', change(0, 'timesS', Infinity), /point 1/],
    ['kinetics.points', { ...good, timesS: [], activityBq: [] }, /0 times/],
    ['kinetics.points', { ...good, activityBq: [1] }, /4 times and 1 activities/],
    ['kinetics.half-life', { ...good, physicalHalfLifeS: 0 }, /half-life/],
    ['kinetics.sigmas', { ...good, sigmaBq: [1, 1, 0, 1] }, /72 h/],
    ['kinetics.sigmas', { ...good, sigmaBq: [1] }, /4 points and 1/],
    ['kinetics.unknown-model', { ...good, model: 'quadratic' }, /quadratic/],
    [
      'kinetics.prior',
      { ...good, earlyPhasePrior: { biologicalHalfLifeS: 1, geometricStandardDeviation: 1 } },
      /prior/,
    ],
  ])('%s', (code, wrong, message) => {
    try {
      fitTimeActivity(wrong)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).code).toBe(code)
      expect((error as InputError).message).toMatch(message)
      expect((error as InputError).hint.length).toBeGreaterThan(10)
    }
  })

  it('two points for three parameters: names the best simpler alternative with its TIA', () => {
    const two = request([[1e8, 60]], [24, 96], { model: 'uptake-washout' })
    try {
      fitTimeActivity(two)
      expect.unreachable()
    } catch (error) {
      const { code, message, hint } = error as InputError
      expect(code).toBe('kinetics.too-few-points')
      expect(message).toContain('Kidney left')
      expect(hint).toContain('mono-exponential')
      expect(hint).toContain((tiaOf([[1e8, 60]]) / 3.6e9).toPrecision(4))
    }
  })

  it('one point: names single-time-point methods', () => {
    expect(() => fitTimeActivity(request([[1e8, 60]], [24]))).toThrow(/1 point cannot/)
    try {
      fitTimeActivity(request([[1e8, 60]], [24]))
    } catch (error) {
      expect((error as InputError).hint).toMatch(/single-time-point/)
    }
  })

  it('all points in the tail: refused, because nearly all of the integral would be guessed', () => {
    expect(() => fitTimeActivity(request([[1e12, 30]], [300, 350, 400]))).toThrow(/tail/)
  })
})
