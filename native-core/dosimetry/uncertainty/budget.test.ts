import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { recoveryAt } from '../../imaging/quantification/index.ts'
import type { RecoveryCurve } from '../../imaging/quantification/index.ts'
import { fitTimeActivity } from '../../kinetics/index.ts'
import { curveSensitivity } from './curveSensitivity.ts'
import { doseUncertainty, recomputeBudget, uncertaintyBudget } from './index.ts'
import type { UncertaintyChain } from './index.ts'

const HOURS = [4, 24, 72, 168]
const HALF_LIFE_S = 574_300

/** A mono-exponential of 50 h through its points, each known to the given part. */
const curveOf = (relative: number): UncertaintyChain['curve'] => ({
  kind: 'fit',
  request: {
    timesS: HOURS.map((h) => h * 3600),
    activityBq: HOURS.map((h) => 1e8 * 2 ** (-h / 50)),
    physicalHalfLifeS: HALF_LIFE_S,
    model: 'mono-exponential',
  },
  points: HOURS.map(() => ({ other: relative })),
})

const chainOf = (given: Partial<UncertaintyChain>): UncertaintyChain => ({
  label: 'Kidney left',
  scope: 'Kidney left, cycle 1',
  volume: { volumeMl: 150, relative: 0, source: 'volume' },
  curve: { kind: 'tia', relative: 0 },
  ...given,
})

describe('uncertaintyBudget', () => {
  it('is the one-line formula of doseUncertainty for the same terms', () => {
    const relative = fc.double({ min: 0, max: 0.5, noNaN: true })
    const slope = fc.double({ min: -1, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.tuple(relative, relative, relative, relative, relative, relative), slope, slope, (u, c, r) => {
        const [calibration, recovery, volume, density, energyPerDecay, tiaFit] = u
        const { doseRelative, terms } = uncertaintyBudget(
          chainOf({
            calibration: { relative: calibration, source: 'calibration' },
            recovery: { kind: 'factor', relative: recovery, source: 'recovery', volumeSlope: r },
            volume: { volumeMl: 150, relative: volume, source: 'volume', countsSlope: c },
            density: { relative: density, source: 'density' },
            energyPerDecay: { relative: energyPerDecay, source: 'energy' },
            curve: { kind: 'tia', relative: tiaFit },
          }),
        )
        const one = doseUncertainty({
          calibration,
          recovery,
          volume,
          density,
          energyPerDecay,
          tiaFit,
          countsVolumeSlope: c,
          recoveryVolumeSlope: r,
        })
        expect(doseRelative).toBeCloseTo(one.relative, 12)
        if (doseRelative > 0) expect(terms.reduce((sum, term) => sum + term.doseShare, 0)).toBeCloseTo(1, 12)
      }),
    )
  })

  it('takes from the points of a curve what its fit says of the TIA, and splits it into their parts', () => {
    const { request } = curveOf(0.05) as Extract<UncertaintyChain['curve'], { kind: 'fit' }>
    const points = HOURS.map((_, i) => ({ counts: 0.03, registration: 0.02 * i, other: 0.01 }))
    const fit = fitTimeActivity({
      ...request,
      label: 'x',
      sigmaBq: request.activityBq.map((a, i) => a * Math.hypot(0.03, 0.02 * i, 0.01)),
    })
    const budget = uncertaintyBudget(chainOf({ curve: { kind: 'fit', request, points } }))
    expect(budget.tiaRelative).toBeCloseTo(fit.tiaUncertaintyBqS / fit.tiaBqS, 10)
    expect(budget.randomRelative).toBeCloseTo(budget.doseRelative, 12)
    const of = (id: string): number => budget.terms.find((term) => term.id === id)?.doseRelative ?? 0
    expect(of('counts') / of('points')).toBeCloseTo(3, 10)
    expect(of('registration')).toBeGreaterThan(0)
  })

  it('of a mono-exponential through two points has the closed form of d ln TIA / d ln A', () => {
    // ln TIA = ln A1 − ln λ with λ = ln(y1/y2)/Δt and ln A1 = ln y1 + λt1: ∂/∂ln y1 = 1 + t1/Δt − 1/(λΔt), ∂/∂ln y2 = −t1/Δt + 1/(λΔt)
    const [t1, t2, half] = [24, 120, 60]
    const curve: UncertaintyChain['curve'] = {
      kind: 'fit',
      request: {
        timesS: [t1 * 3600, t2 * 3600],
        activityBq: [t1, t2].map((h) => 1e7 * 2 ** (-h / half)),
        physicalHalfLifeS: HALF_LIFE_S,
        model: 'mono-exponential',
      },
      points: [{ counts: 0.04 }, { counts: 0.07 }],
    }
    const lambda = Math.LN2 / half
    const first = 1 + t1 / (t2 - t1) - 1 / (lambda * (t2 - t1))
    const { loadings, tiaRelative } = uncertaintyBudget(chainOf({ curve }))
    expect(loadings[0]?.tia).toBeCloseTo(0.04 * first, 6)
    expect(loadings[1]?.tia).toBeCloseTo(0.07 * (1 - first), 6)
    expect(tiaRelative).toBeCloseTo(Math.hypot(0.04 * first, 0.07 * (1 - first)), 6)
  })

  it('tells apart what a prior or a scatter beyond the sigmas adds', () => {
    const { request } = curveOf(0.02) as Extract<UncertaintyChain['curve'], { kind: 'fit' }>
    const scattered = request.activityBq.map((a, i) => a * (1 + (i % 2 === 0 ? 0.1 : -0.1)))
    const points = HOURS.map(() => ({ other: 0.02 }))
    const given = { ...request, activityBq: scattered, covarianceScaling: 'larger' as const }
    const budget = uncertaintyBudget(chainOf({ curve: { kind: 'fit', request: given, points } }))
    const fit = fitTimeActivity({ ...given, label: 'x', sigmaBq: scattered.map((a) => a * 0.02) })
    const curve = budget.terms.find(({ id }) => id === 'curve')
    expect(curve?.doseRelative).toBeGreaterThan(0.01)
    expect(budget.curveWords).toMatch(/scatter/)
    expect(budget.tiaRelative).toBeCloseTo(fit.tiaUncertaintyBqS / fit.tiaBqS, 4)
  })

  it('has for a recovery curve the uncertainty that recoveryAt gives, the volume by its slope', () => {
    const curve: RecoveryCurve = {
      form: 'gear',
      parameters: [3, 1.1],
      covariance: [
        [0.04, -0.005],
        [-0.005, 0.004],
      ],
      volumeRangeMl: [1, 200],
    }
    const volume = { volumeMl: 12, relative: 0.1, source: 'volume' }
    const { terms, tiaRelative } = uncertaintyBudget(
      chainOf({ recovery: { kind: 'curve', curve, source: 'recovery curve' }, volume }),
    )
    const all = recoveryAt(curve, 12, 1.2)
    const recovery = terms.find(({ id }) => id === 'recovery')
    expect(recovery?.doseRelative).toBeCloseTo(all.curveStandardUncertainty / all.coefficient, 12)
    expect(tiaRelative).toBeCloseTo(all.standardUncertainty / all.coefficient, 12)
  })

  it('keeps the administered activity out of the dose, and in the dose per activity', () => {
    const { doseRelative, dosePerActivityRelative, terms } = uncertaintyBudget(
      chainOf({
        calibration: { relative: 0.04, source: 'calibration' },
        administered: { relative: 0.03, source: 'activity meter' },
      }),
    )
    expect(doseRelative).toBeCloseTo(0.04, 12)
    expect(dosePerActivityRelative).toBeCloseTo(0.05, 12)
    expect(terms.map(({ id }) => id)).toEqual(['calibration'])
  })

  it('scales an S value with its own exponent of the mass', () => {
    const budget = uncertaintyBudget(
      chainOf({
        volume: { volumeMl: 10, relative: 0.3, source: 'volume' },
        density: { relative: 0.06, source: 'density' },
        massExponent: 2 / 3,
      }),
    )
    expect(budget.doseRelative).toBeCloseTo(Math.hypot(0.2, 0.04), 12)
    expect(budget.dominant).toBe('volume')
  })

  it('counts in another volume than that of the mass, by one error (hollow organs)', () => {
    const volume = { volumeMl: 100, relative: 0.1, countedRelative: 0.04, source: 'volume', countsSlope: 0.6 }
    const budget = uncertaintyBudget(chainOf({ volume }))
    expect(budget.tiaRelative).toBeCloseTo(0.6 * 0.04, 12)
    expect(budget.doseRelative).toBeCloseTo(0.1 - 0.6 * 0.04, 12)
  })

  it('marks a chain that is not linear over its uncertainties', () => {
    const of = (relative: number) =>
      uncertaintyBudget(chainOf({ calibration: { relative, source: 'calibration' } })).validity
    expect(of(0.1).isValid).toBe(true)
    // A single factor of mean 1 has the standard uncertainty that is stated, however large; two standard uncertainties are no interval.
    expect(of(0.8)).toMatchObject({ isValid: false, reasons: [expect.stringMatching(/skewed/)] })
    expect(of(0.8).nonlinearRatio).toBeCloseTo(1, 10)
    const volume = { ...chainOf({}).volume, relative: 0.5, countsSlope: -0.8 }
    expect(uncertaintyBudget(chainOf({ volume })).validity.reasons.join()).toMatch(/not linear/)
    const bound = uncertaintyBudget(
      chainOf({
        curve: {
          kind: 'fit',
          // Falls more slowly than by physical decay.
          request: {
            timesS: [24, 72, 168].map((h) => h * 3600),
            activityBq: [100e6, 95e6, 80e6],
            physicalHalfLifeS: HALF_LIFE_S,
            model: 'mono-exponential',
          },
          points: [1, 2, 3].map(() => ({ other: 0.03 })),
        },
      }),
    )
    expect(bound.validity.curveReasons.join()).toMatch(/bound/)
  })

  it.each([
    ['uncertainty.volume', { volume: { volumeMl: 0, relative: 0.1, source: 'v' } }],
    ['uncertainty.term', { calibration: { relative: -0.1, source: 'c' } }],
    ['uncertainty.term', { calibration: { relative: Number.NaN, source: 'c' } }],
    ['uncertainty.term', { density: { relative: 5, source: 'd' } }],
    ['uncertainty.source', { calibration: { relative: 0.1, source: '' } }],
    ['uncertainty.points', { curve: { ...curveOf(0.05), points: [{ other: 0.05 }] } as UncertaintyChain['curve'] }],
    ['uncertainty.points', { curve: curveOf(0) }],
    [
      'uncertainty.recovery',
      {
        recovery: {
          kind: 'curve' as const,
          source: 'r',
          curve: {
            form: 'gear' as const,
            parameters: [3, 1],
            covariance: [
              [1, 2],
              [2, 1],
            ],
            volumeRangeMl: [1, 100] as const,
          },
        },
      },
    ],
  ])('refuses bad input with %s', (code, wrong) => {
    try {
      uncertaintyBudget(chainOf(wrong))
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).code).toBe(code)
    }
  })
})

describe('recomputeBudget', () => {
  it('is the budget of the chain with the changed uncertainty', () => {
    const chain = (calibration: number, volume: number) =>
      uncertaintyBudget(
        chainOf({
          calibration: { relative: calibration, source: 'calibration' },
          volume: { volumeMl: 20, relative: volume, source: 'volume', countsSlope: 0.4 },
          curve: curveOf(0.04),
        }),
      )
    const changed = recomputeBudget(chain(0.06, 0.2), { calibration: 0.5, volume: 0.25 })
    const anew = chain(0.03, 0.05)
    expect(changed.doseRelative).toBeCloseTo(anew.doseRelative, 12)
    expect(changed.tiaRelative).toBeCloseTo(anew.tiaRelative, 12)
    expect(changed.terms.map(({ id }) => id)).toEqual(anew.terms.map(({ id }) => id))
    expect(() => recomputeBudget(changed, { calibration: -1 })).toThrow(InputError)
  })
})

describe('curveSensitivity', () => {
  const refitted = (
    curve: Extract<UncertaintyChain['curve'], { kind: 'fit' }>,
    index: number,
    step: number,
  ): number => {
    const activityBq = curve.request.activityBq.map((a, i) => (i === index ? a * (1 + step) : a))
    const sigmaBq = curve.request.activityBq.map((a) => 0.04 * a)
    return fitTimeActivity({ ...curve.request, activityBq, label: 'x', sigmaBq }).tiaBqS
  }

  it.each([
    ['mono-exponential', 0],
    ['uptake-washout', -1],
    ['bi-exponential', -0.7],
  ])(
    'of the least squares of a %s are within 0.01 those of refits with a point moved by 1e-4 (residuals of 2 %%)',
    (model, early) => {
      const hours = [1, 4, 24, 72, 168]
      const curve: Extract<UncertaintyChain['curve'], { kind: 'fit' }> = {
        kind: 'fit',
        request: {
          timesS: hours.map((h) => h * 3600),
          activityBq: hours.map(
            (h, i) => 1e8 * (2 ** (-h / 60) + early * 2 ** (-h / 3)) * (1 + 0.02 * Math.sin(3 * i)),
          ),
          physicalHalfLifeS: HALF_LIFE_S,
          model,
          earlyPhasePrior: null,
        },
        points: hours.map(() => ({ other: 0.04 })),
      }
      const { points, fit } = curveSensitivity('x', curve)
      points.forEach(({ slope }, i) => {
        const expected = (refitted(curve, i, 1e-4) - refitted(curve, i, -1e-4)) / (2e-4 * fit.tiaBqS)
        expect(Math.abs(slope - expected)).toBeLessThan(0.01)
      })
    },
  )
})
