/**
 * Biological effect through `calc` against numbers computed apart from this program: closed forms and quadrature with mpmath at 25 to 60 digits, differential
 * equations with SciPy's DOP853 at a relative tolerance of 1e-12. The cases are those where floating point is tried: fast repair, late
 * kick-off, exponents near zero, small probabilities, growth beyond the largest number.
 */
import { describe, expect, it } from 'vitest'
import { logMeanSurvival } from '../../native-core/dosimetry/cell/index.ts'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { runCalc } from '../../electron/services/calc/index.ts'

const resources = fileResources()
const run = (name: string, input: unknown): Record<string, unknown> =>
  runCalc(name, input, resources) as Record<string, unknown>
const close = (found: unknown, expected: number, tolerance: number): void => {
  expect(Math.abs((found as number) / expected - 1), `${String(found)} beside ${expected}`).toBeLessThan(tolerance)
}
const TWO_CYCLES = [
  { doseGy: 30, effectiveHalfLifeH: 60 },
  { doseGy: 30, effectiveHalfLifeH: 60, startH: 500 },
]

describe('dose in time, mpmath within 1e-9', () => {
  it('samples and exponentials together, with repair far faster than either', () => {
    const sampled = { timesH: [0, 1000], rateGyPerH: [0.02, 0.01] }
    const curves = [sampled, { doseGy: 10, effectiveHalfLifeH: 50 }]
    close(run('g-factor', { curves, repairHalfTimeH: 1e-3 })['g'], 6.057173195154222e-6, 1e-9)
    const uptake = [sampled, { doseGy: 10, effectiveHalfLifeH: 50, uptakeHalfLifeH: 2 }]
    const repairComponents = [
      { halfTimeH: 0.01, fraction: 0.4 },
      { halfTimeH: 3, fraction: 0.6 },
    ]
    close(run('g-factor', { curves: uptake, repairComponents })['g'], 0.0104467981128437, 1e-9)
  })

  it('uptake as slow as washout: λ(2λ + μ)/(2(λ + μ)²), the limit of the closed form, within 1e-7', () => {
    const lambda = Math.LN2 / 20
    const mu = Math.LN2 / 3
    const expected = (lambda * (2 * lambda + mu)) / (2 * (lambda + mu) ** 2)
    for (const uptakeHalfLifeH of [20, 20 * (1 - 1e-9), 20 * (1 - 1e-8)])
      close(
        run('g-factor', { curves: [{ doseGy: 10, effectiveHalfLifeH: 20, uptakeHalfLifeH }], repairHalfTimeH: 3 })['g'],
        expected,
        1e-7,
      )
  })

  it('effective BED is the largest over time: nothing grows before the kick-off', () => {
    const bed = (
      doseGy: number,
      effectiveHalfLifeH: number,
      alphaPerGy: number,
      doublingTimeH: number,
      kickOffH: number,
    ) =>
      run('bed', {
        ...{ curves: [{ doseGy, effectiveHalfLifeH }], repairHalfTimeH: 2.8, alphaBetaGy: 10 },
        repopulation: { alphaPerGy, doublingTimeH, kickOffH },
      })
    close(bed(40, 64, 0.3, 100, 200)['bedGy'], 42.92059303665315, 1e-9)
    close(bed(40, 64, 0.3, 100, 900)['bedGy'], 46.704248902706, 1e-9)
    // It never keeps up with growth, but there is none until 3000 h.
    const late = bed(2, 500, 0.1, 20, 3000)
    close(late['bedGy'], 1.970976975900464, 1e-9)
    expect(late['repopulation']).toMatchObject({ lostGy: 0 })
  })
})

describe('dose in space and outcome, mpmath', () => {
  const histogram = [
    { doseGy: 12, volume: 0.3 },
    { doseGy: 31, volume: 0.5 },
    { doseGy: 55, volume: 0.2 },
  ]

  it('gEUD with exponents near zero, within 1e-12', () => {
    for (const [a, expected] of [
      [1e-9, 26.15217168732123],
      [2e-8, 26.1521717636071],
      [-1e-7, 26.15217128180157],
      [1e-5, 26.15221183377357],
    ] as const)
      close(run('geud', { histogram, a })['geudGy'], expected, 1e-12)
  })

  it('Poisson TCP averaged over α, within 1e-8, with BED of 10⁵ Gy and a spread wider than α', () => {
    const cold = [
      { doseGy: 50, volume: 0.3 },
      { doseGy: 90, volume: 0.7 },
    ]
    const tcp = (input: unknown): unknown => run('tcp', input)['tcp']
    close(tcp({ histogram: cold, clonogens: 1e8, alphaPerGy: 0.25, alphaSdPerGy: 0.08 }), 0.1031240392455134, 1e-8)
    close(tcp({ bedGy: 1e5, clonogens: 1e12, alphaPerGy: 0.3, alphaSdPerGy: 0.05 }), 0.9999999999651342, 1e-11)
    close(tcp({ bedGy: 70, clonogens: 1e6, alphaPerGy: 0.3, alphaSdPerGy: 0.5 }), 0.7920406335203265, 1e-8)
  })

  it('relative seriality of small probabilities, within 1e-9; an empty bin counts nothing whatever its dose', () => {
    const low = [
      { doseGy: 12, volume: 0.6 },
      { doseGy: 18, volume: 0.4 },
    ]
    const model = { model: 'relative-seriality', td50Gy: 30 }
    close(run('ntcp', { ...model, histogram: low, gamma: 1.5, s: 8 })['ntcp'], 0.02584332881363354, 1e-9)
    const empty = [
      { doseGy: 20, volume: 1 },
      { doseGy: 5000, volume: 0 },
    ]
    close(run('ntcp', { ...model, histogram: empty, gamma: 2, s: 0.1 })['ntcp'], 0.01433980257611987, 1e-9)
  })

  it('Zaider–Minerbo where the untreated tumour outgrows floating point, within 1e-9', () => {
    const { tcp } = run('tcp', {
      ...{ model: 'zaider-minerbo', curves: [{ doseGy: 60, effectiveHalfLifeH: 30 }], repairHalfTimeH: 2, atH: 8000 },
      ...{ clonogens: 50, alphaPerGy: 0.3, alphaBetaGy: 10, doublingTimeH: 4, cellLossFactor: 0.2 },
    })
    close(Math.log(tcp as number), 50 * Math.log1p(-1.456163876583276e-6), 1e-9)
  })
})

describe('few hits of alphas, mpmath within 1e-9', () => {
  it('ln of the mean of exp(−αz − βz²) over compound Poisson hits, summed exactly over all numbers of hits', () => {
    for (const [probability, stepGy, hits, alpha, beta, expected] of [
      [[0, 0.2, 0.5, 0.3], 0.4, 2, 0.5, 0.2, -0.958669097681196],
      [[0, 0.2, 0.5, 0.3], 0.4, 6, 3, 0.05, -5.340043153111078],
      [[0, 0.2, 0.5, 0.3], 0.4, 12, 5, 0.3, -11.60460840167254],
      [[0.1, 0, 0.6, 0.3], 0.25, 0.5, 0, 0.8, -0.1295563063602667],
    ] as const)
      close(logMeanSurvival({ stepGy, probability: Float64Array.from(probability) }, hits, alpha, beta), expected, 1e-9)
  })
})

describe('response in time, SciPy within 1e-7', () => {
  it('eradication of a sensitive clone that mutates into a resistant one', () => {
    const { eradication } = run('clones', {
      clones: [
        { name: 's', cells: 1e5, birthPerH: 0.004, deathPerH: 0.001, alphaPerGy: 0.3, alphaBetaGy: 10, mutation: 1e-5 },
        { name: 'r', cells: 2, birthPerH: 0.003, deathPerH: 0.001, alphaPerGy: 0.1, alphaBetaGy: 5 },
      ],
      ...{ curves: TWO_CYCLES, repairHalfTimeH: 2, atH: 1500 },
    })
    close(1 - (eradication as number), 1 - 0.9942887988479129, 1e-7)
  })

  it('a marker over two administrations, with a delayed effect', () => {
    const timesH = [0, 200, 1500, 3000]
    const { states } = run('marker', {
      ...{ baseline: 140, growthPerH: 0.000408, directPerGbqH: (0.00335 / 24) * 3, timesH },
      ...{ delayedPerGbqH: 0.0328 / 24, effectPerH: 0.00128 },
      activity: [
        {
          terms: [
            { activityMbq: 1500, halfLifeH: 60 },
            { activityMbq: -1500, halfLifeH: 3 },
          ],
        },
        { startH: 1008, terms: [{ activityMbq: 1000, halfLifeH: 50 }] },
      ],
    })
    const expected = [1, 1.0122259262643905, 1.4173782774419093, 2.429189723319277]
    expected.forEach((value, at) => close((states as { relative: number }[])[at]?.relative, value, 1e-7))
  })

  it('sublethally damaged and dying tissue over two cycles', () => {
    const { states } = run('sublethal-response', {
      ...{ growthPerH: 1.9e-4, capacityMl: 11, alphaPerGy: 0.036, pPerGy: 0.61, epsilon: 0.11 },
      ...{ repairHalfTimeH: 1.9, clearanceHalfTimeH: 35, volumeMl: 7, curves: TWO_CYCLES, timesH: [0, 100, 800] },
    })
    const expected = [
      [1.8259257536329387, 0.6765778355409688, 1.352952287921277],
      [0.5111114893270572, 0.01910334953642582, 0.030101758756189614],
    ]
    expected.forEach(([intact, damaged, dying], at) => {
      const state = (states as { intactMl: number; damagedMl: number; dyingMl: number }[])[at + 1]
      close(state?.intactMl, intact as number, 1e-7)
      close(state?.damagedMl, damaged as number, 1e-7)
      close(state?.dyingMl, dying as number, 1e-7)
    })
  })
})
