/**
 * Calculations of the command line at the edges of their ranges, against numbers of an implementation that shares no code with the program: closed forms by
 * mpmath with 100 digits and more, SciPy 1.17.1 (least_squares with MINPACK's tolerances at 1e-15), written from the equations.
 */
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { runCalc } from '../../electron/services/calc/index.ts'
import { LU177_H, off } from './recheck.ts'

const run = <T>(name: string, input: unknown): T => runCalc(name, input, fileResources()) as T

describe('Lea–Catcheside factor with an uptake phase', () => {
  const gOf = (effectiveHalfLifeH: number, uptakeHalfLifeH: number, repairHalfTimeH: number, untilH?: number) =>
    run<{ g: number; doseGy: number }>('g-factor', {
      curves: [{ doseGy: 1, effectiveHalfLifeH, uptakeHalfLifeH }],
      repairHalfTimeH,
      ...(untilH === undefined ? {} : { untilH }),
    })

  // R = D·λ²·t·e^(−λt): G = x/2 + x²/2 with x = λ/(μ + λ).
  it.each([
    [50, 2, 0.019970414201183433],
    [50, 50, 0.375],
    [12, 0.5, 0.0208],
  ])('as long as the effective half-life, %d h, repair %d h (closed form, 1e-10)', (half, repair, expected) => {
    expect(off(gOf(half, half, repair).g, expected)).toBeLessThan(1e-10)
    expect(off(gOf(half, half * (1 - 1e-9), repair).g, expected)).toBeLessThan(1e-8)
  })

  it.each([
    [60, 2, 1.5, 0.001, 2.00164860269561e-9, 0.9998767838582654],
    [51, 50.9, 1.5, 0.05, 2.3124696275824145e-7, 0.9938678857021263],
    [4219.15, 4176.96, 0.0239, 0.2823, 1.0862853062289204e-9, 0.26781036200822117],
  ])(
    '%d h after %d h, repair %d h, until %d h: dose and G (closed form, 1e-9)',
    (half, uptake, repair, until, dose, g) => {
      const found = gOf(half, uptake, repair, until)
      expect(off(found.doseGy, dose)).toBeLessThan(1e-9)
      expect(off(found.g, g)).toBeLessThan(1e-9)
    },
  )
})

it('relative seriality of s = 1e-8 and 1e-4 (closed form with 400 digits, 1e-11)', () => {
  const ntcp = (s: number): number =>
    run<{ ntcp: number }>('ntcp', {
      model: 'relative-seriality',
      histogram: [
        { doseGy: 8, volume: 0.5 },
        { doseGy: 20, volume: 0.5 },
      ],
      ...{ td50Gy: 18, gamma: 1.5, s },
    }).ntcp
  expect(off(ntcp(1e-8), 0.179911893541287)).toBeLessThan(1e-11)
  expect(off(ntcp(1e-4), 0.17994033996372455)).toBeLessThan(1e-11)
})

it('a marker after three administrations (closed form, 1e-9)', () => {
  const dose = (startH: number, ...terms: readonly (readonly [number, number])[]) => ({
    startH,
    terms: terms.map(([activityMbq, halfLifeH]) => ({ activityMbq, halfLifeH })),
  })
  const { states } = run<{ states: { marker: number }[] }>('marker', {
    ...{ baseline: 156, growthPerH: 0.000355, directPerGbqH: 0.009565 },
    activity: [dose(0, [62, 45]), dose(1000, [14, 19.5]), dose(2000, [122, 40], [42, 103])],
    timesH: [0, 45, 600, 4577],
  })
  const expected = [156, 155.48991509899997, 185.74215947832923, 668.7340446857836]
  expected.forEach((marker, k) => expect(off(states[k]?.marker, marker)).toBeLessThan(1e-9))
})

describe('fit-tac', () => {
  const points = (rows: readonly (readonly [number, number, number])[]) =>
    rows.map(([timeH, activityMbq, sigmaMbq]) => ({ timeH, activityMbq, sigmaMbq }))
  const fit = (model: string, rows: readonly (readonly [number, number, number])[]) =>
    run<{ tiaMbqH: number; chiSquare: number; warnings: { code: string; message: string }[] }>('fit-tac', {
      ...{ physicalHalfLifeH: LU177_H, model, points: points(rows) },
    })

  it('bi-exponential, last point known to 1 %, the first to 15 %: the lowest χ² of all minima (SciPy from 150 starts, 1e-6)', () => {
    const found = fit('bi-exponential', [
      [9.44, 74.86, 11.63],
      [11.94, 63.93, 2.472],
      [20.26, 40.7, 2.888],
      [79.85, 3.819, 0.2973],
      [166.4, 0.08683, 0.0009954],
    ])
    expect(off(found.chiSquare, 2.4215953524971314)).toBeLessThan(1e-6)
    expect(off(found.tiaMbqH, 3453.473034485507)).toBeLessThan(1e-6)
  })

  it('activity that still rises, by its TIA: the curve that the plain function gives (SciPy, 2e-6)', () => {
    const rows = [
      [1.08, 0.1816, 0.007137],
      [1.53, 0.2578, 0.004546],
      [3.98, 0.5908, 0.006702],
      [9.75, 1.1617, 0.06533],
    ] as const
    for (const model of ['uptake-washout', 'uptake-washout-area'])
      expect(off(fit(model, rows).tiaMbqH, 449.03002537123984)).toBeLessThan(2e-6)
  })

  it('an uptake that was over before the first point is refused where it matters, and not where it does not', () => {
    const washout = (timesH: readonly number[]) =>
      timesH.map((t): [number, number, number] => [t, 32 * Math.exp(-0.0092 * t), 0.6 * Math.exp(-0.0092 * t)])
    const refusals = (timesH: readonly number[]) =>
      fit('uptake-washout', washout(timesH)).warnings.filter(({ code }) => code === 'kinetics.refused')
    expect(refusals([53, 69, 84, 174])[0]?.message).toMatch(/do not tell lambda2/)
    expect(refusals([0.2, 24, 72, 174])).toEqual([])
  })
})

describe('what has no sense is told', () => {
  it('an effective half-life that is the physical one but for rounding leaves no biological clearance', () => {
    const biological = (effectiveHalfLifeH: number) =>
      run<{ biologicalHalfLifeH: number | null }>('effective-half-life', {
        physicalHalfLifeH: 159.528,
        effectiveHalfLifeH,
      }).biologicalHalfLifeH
    expect(biological(159.528 * (1 + 2e-15))).toBeNull()
    expect(biological(159.528 * (1 - 2e-15))).toBeNull()
    expect(off(biological(80) ?? NaN, (80 * 159.528) / 79.528)).toBeLessThan(1e-12)
    expect(() => biological(160)).toThrow(/longer than the physical one/)
  })

  it('an integral below zero, and a histogram without volume', () => {
    const terms = [{ amplitudeMbq: -100, effectiveHalfLifeH: 50 }]
    expect(() => run('tia', { terms })).toThrow(/their sum is negative/)
    const histogram = [{ doseGy: 1, volume: 0 }]
    expect(() => run('geud', { histogram, total: 'sum' })).toThrow(/has no volume/)
  })
})
