import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { budgetWithCurve, improvements, monteCarloBudget, sampleModel, uncertaintyBudget } from './index.ts'
import type { UncertaintyChain } from './index.ts'

const HOURS = [4, 24, 72, 168]

const chainOf = (u: readonly number[], effectiveHalfLifeH: number): UncertaintyChain => {
  const [calibration = 0, recovery = 0, volume = 0, point = 0.03] = u
  return {
    label: 'Lesion',
    scope: 'Lesion, cycle 1',
    calibration: { relative: calibration, source: 'calibration' },
    administered: { relative: 0.03, source: 'activity meter' },
    recovery: {
      kind: 'curve',
      source: 'recovery curve',
      curve: {
        form: 'gear',
        parameters: [3, 1.1],
        covariance: [
          [9 * recovery * recovery, 0],
          [0, 0.3 * recovery * recovery],
        ],
        volumeRangeMl: [1, 200],
      },
    },
    volume: { volumeMl: 8, relative: volume, source: 'volume', countsSlope: 0.4, edge: { voxelMm: 2, fwhmMm: 0 } },
    curve: {
      kind: 'fit',
      request: {
        timesS: HOURS.map((h) => h * 3600),
        activityBq: HOURS.map((h) => 1e8 * 2 ** (-h / effectiveHalfLifeH)),
        physicalHalfLifeS: 574_300,
        model: 'mono-exponential',
      },
      points: HOURS.map(() => ({ counts: point, other: point / 2 })),
    },
  }
}

describe('monteCarloBudget', () => {
  it('agrees with the law of propagation within 5 % wherever that is marked valid (linearised curve)', () => {
    let [valid, tried] = [0, 0]
    const relative = fc.double({ min: 0.01, max: 0.2, noNaN: true })
    fc.assert(
      fc.property(
        fc.tuple(relative, relative, relative, relative),
        fc.double({ min: 20, max: 120, noNaN: true }),
        (u, half) => {
          const { analytic, doseRatio } = monteCarloBudget(chainOf(u, half), {
            seed: 3,
            samples: 2500,
            curve: 'linearised',
          })
          tried++
          if (!analytic.validity.isValid) return
          valid++
          expect(Math.abs((doseRatio ?? 0) - 1)).toBeLessThan(0.05)
        },
      ),
      { numRuns: 8 },
    )
    expect(valid).toBeGreaterThan(tried / 2)
  })

  it('agrees within 5 % for a volume beyond the recovery curve, whose form is one more source', () => {
    const inside = chainOf([0.04, 0.05, 0.06, 0.1], 60)
    if (inside.recovery?.kind !== 'curve') throw new Error('no curve')
    const curve = { ...inside.recovery.curve, volumeRangeMl: [1, 10] as const }
    const chain: UncertaintyChain = {
      ...inside,
      recovery: { ...inside.recovery, curve },
      volume: { ...inside.volume, volumeMl: 500 },
    }
    const { doseRatio, analytic } = monteCarloBudget(chain, { seed: 4, samples: 2500, curve: 'linearised' })
    expect(Math.abs((doseRatio ?? 0) - 1)).toBeLessThan(0.05)
    const recoveryOf = (of: UncertaintyChain): number =>
      uncertaintyBudget(of).terms.find(({ id }) => id === 'recovery')?.doseRelative ?? 0
    expect(analytic.validity.isValid).toBe(true)
    expect(recoveryOf(chain)).toBeGreaterThan(0.02)
  })

  it('agrees within 5 % with each draw fitted again', () => {
    const { doseRatio, failed, tia, analytic } = monteCarloBudget(chainOf([0.04, 0.05, 0.06, 0.1], 60), {
      seed: 5,
      samples: 1500,
    })
    expect(failed).toBe(0)
    expect(analytic.validity.isValid).toBe(true)
    expect(Math.abs((doseRatio ?? 0) - 1)).toBeLessThan(0.05)
    expect(Math.abs(tia.standardUncertainty / tia.mean / analytic.tiaRelative - 1)).toBeLessThan(0.05)
  })

  it('has the closed form of a product of log-normal factors: √(Π(1 + u²) − 1) and its skewness', () => {
    const chain: UncertaintyChain = {
      label: 'x',
      scope: 'x',
      energyPerDecay: { relative: 0.3, source: 'energy' },
      sValue: { relative: 0.2, source: 'S' },
      volume: { volumeMl: 1, relative: 0, source: 'v' },
      curve: { kind: 'tia', relative: 0.1 },
    }
    const { dose, curve } = monteCarloBudget(chain, { seed: 1, samples: 40_000 })
    const growth = 1.09 * 1.04 * 1.01
    expect(curve).toBe('given')
    expect(Math.abs(dose.standardUncertainty / dose.mean / Math.sqrt(growth - 1) - 1)).toBeLessThan(0.02)
    // Of a log-normal with relative variance w: (3 + w)·√w.
    expect(Math.abs(dose.skewness / ((2 + growth) * Math.sqrt(growth - 1)) - 1)).toBeLessThan(0.1)
  })

  it('finds what the law of propagation cannot: four points for four parameters, and says that it is not valid', () => {
    const chain: UncertaintyChain = {
      ...chainOf([0.05, 0.05, 0.05], 50),
      curve: {
        kind: 'fit',
        request: {
          timesS: HOURS.map((h) => h * 3600),
          activityBq: HOURS.map((h) => 1e8 * (2 ** (-h / 50) + 0.5 * 2 ** (-h / 6))),
          physicalHalfLifeS: 574_300,
          model: 'bi-exponential',
          earlyPhasePrior: null,
        },
        points: HOURS.map(() => ({ other: 0.04 })),
      },
    }
    const { doseRatio, analytic } = monteCarloBudget(chain, { seed: 2, samples: 60 })
    expect(analytic.validity.isValid).toBe(false)
    expect(doseRatio).toBeGreaterThan(1.5)
  })

  it('gives the same numbers for the same seed, others for another', () => {
    const run = (seed: number): number =>
      monteCarloBudget(chainOf([0.05, 0.05, 0.1], 60), { seed, samples: 300, curve: 'linearised' }).dose.mean
    expect(run(1)).toBe(run(1))
    expect(run(1)).not.toBe(run(2))
  })
})

describe('sampleModel', () => {
  it('goes on until the wanted accuracy, that of a normal being 1/√(2n)', () => {
    const model = { sources: 1, evaluate: (z: readonly number[]) => [z[0] ?? 0] }
    const { samples, outputs } = sampleModel(model, { seed: 4, accuracy: 0.025 })
    expect(samples).toBe(1000)
    expect(outputs[0]?.accuracy).toBeLessThanOrEqual(0.025)
    expect(outputs[0]?.interval95[1]).toBeCloseTo(1.96, 0)
  })

  it('leaves out draws without an answer and counts them; refuses where there is none', () => {
    const half = { sources: 1, evaluate: (z: readonly number[]) => ((z[0] ?? 0) > 0 ? [1] : null) }
    const { samples, failed } = sampleModel(half, { seed: 4, samples: 400 })
    expect(samples + failed).toBe(400)
    expect(failed).toBeGreaterThan(150)
    expect(() => sampleModel({ sources: 1, evaluate: () => null }, { seed: 1, samples: 10 })).toThrow(InputError)
    expect(() => sampleModel(half, { seed: 1, samples: 1 })).toThrow(InputError)
  })
})

describe('improvements', () => {
  const chain = chainOf([0.06, 0.02, 0.1, 0.04], 60)
  const known = budgetWithCurve(chain)
  const found = improvements(chain, known)

  it('state what a budget of the improved chain has', () => {
    const calibration = found.find(({ term }) => term === 'calibration')
    expect(calibration?.doseRelative).toBeCloseTo(
      uncertaintyBudget(chainOf([0.03, 0.02, 0.1, 0.04], 60)).doseRelative,
      10,
    )
    expect(calibration?.action).toMatch(/known to 3 % instead of 6 %/)
    const volume = found.find(({ term }) => term === 'volume')
    expect(volume?.doseRelative).toBeCloseTo(uncertaintyBudget(chainOf([0.06, 0.02, 0.05, 0.04], 60)).doseRelative, 10)
    expect(volume?.action).toMatch(/1 mm instead of 2 mm/)
  })

  it('come in the order of what they gain, none below 1 %', () => {
    const gains = found.map(({ reduction }) => reduction)
    expect(gains).toEqual([...gains].sort((a, b) => b - a))
    expect(Math.min(...gains)).toBeGreaterThanOrEqual(0.01)
  })

  it('find the time of a further scan that a fit with that point confirms', () => {
    const noisy = chainOf([0.01, 0.01, 0.01, 0.15], 60)
    const scan = improvements(noisy, budgetWithCurve(noisy)).find(({ timeS }) => timeS !== null)
    if (!scan || scan.timeS === null || noisy.curve.kind !== 'fit') return expect.unreachable()
    const timeS = scan.timeS
    const { request, points } = noisy.curve
    const more = uncertaintyBudget({
      ...noisy,
      curve: {
        kind: 'fit',
        request: {
          ...request,
          timesS: [...request.timesS, timeS],
          activityBq: [...request.activityBq, 1e8 * 2 ** (-timeS / 3600 / 60)],
        },
        points: [...points, { counts: 0.15, other: 0.075 }],
      },
    })
    expect(scan.doseRelative).toBeCloseTo(more.doseRelative, 6)
  })
})
