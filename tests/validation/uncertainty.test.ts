/**
 * Propagation of uncertainty against worked examples of the JCGM guides. (The clinical example of Gear et al. 2018 is not here: its digits could not
 * be read.) Every chain of dosimetry is one of these models: correlated inputs, products, a result that is not linear.
 */
import { describe, expect, it } from 'vitest'
import { propagate, sampleModel } from '../../native-core/dosimetry/index.ts'
import { normalCdf } from '../../native-core/statistics/index.ts'

/** Five observations of voltage (V), current (A) and phase (rad), table H.2. */
const OBSERVED: readonly (readonly [number, number, number])[] = [
  [5.007, 19.663e-3, 1.0456],
  [4.994, 19.639e-3, 1.0438],
  [5.005, 19.64e-3, 1.0468],
  [4.99, 19.685e-3, 1.0428],
  [4.999, 19.678e-3, 1.0433],
]

const impedance = ([v = 0, i = 0, phi = 0]: readonly number[]): number[] => [
  (v / i) * Math.cos(phi),
  (v / i) * Math.sin(phi),
  v / i,
]

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

/** Covariance of the means of the columns. */
function covarianceOfMeans(rows: readonly (readonly number[])[]): number[][] {
  const n = rows.length
  const columns = (rows[0] ?? []).map((_, k) => rows.map((row) => row[k] ?? 0))
  return columns.map((a) =>
    columns.map((b) => {
      const [meanA, meanB] = [meanOf(a), meanOf(b)]
      return a.reduce((sum, x, i) => sum + (x - meanA) * ((b[i] ?? 0) - meanB), 0) / (n * (n - 1))
    }),
  )
}

describe('JCGM 100:2008, H.2, resistance and reactance: correlated inputs, three outputs', () => {
  const inputs = [0, 1, 2].map((k) => meanOf(OBSERVED.map((row) => row[k] ?? 0)))
  const { values, standardUncertainties, correlation } = propagate(impedance, inputs, covarianceOfMeans(OBSERVED))

  it('gives R, X, Z and their standard uncertainties as printed in table H.3 (last digit)', () => {
    expect(values[0]).toBeCloseTo(127.732, 3)
    expect(values[1]).toBeCloseTo(219.847, 3)
    expect(values[2]).toBeCloseTo(254.26, 3)
    expect(standardUncertainties[0]).toBeCloseTo(0.071, 3)
    expect(standardUncertainties[1]).toBeCloseTo(0.295, 2)
    expect(standardUncertainties[2]).toBeCloseTo(0.236, 2)
  })

  it('gives their correlations as printed in table H.3 (0.001)', () => {
    expect(Math.abs((correlation[0]?.[1] ?? 0) + 0.588)).toBeLessThan(1.1e-3)
    expect(Math.abs((correlation[0]?.[2] ?? 0) + 0.485)).toBeLessThan(1.1e-3)
    expect(Math.abs((correlation[1]?.[2] ?? 0) - 0.993)).toBeLessThan(1.1e-3)
  })

  it('agrees within 0.5 % with the second approach of H.2.4: each set of observations evaluated, then their scatter', () => {
    const each = covarianceOfMeans(OBSERVED.map(impedance))
    standardUncertainties.forEach((u, k) => expect(Math.abs(u / Math.sqrt(each[k]?.[k] ?? 0) - 1)).toBeLessThan(5e-3))
  })
})

describe('linear models are exact', () => {
  it('Σ a_i·x_i with a full covariance is aᵀVa to 1e-10 (JCGM 100:2008, 5.2.2)', () => {
    const covariance = [
      [4, 1, -0.5],
      [1, 9, 2],
      [-0.5, 2, 1],
    ]
    const { standardUncertainties } = propagate(
      ([x = 0, y = 0, z = 0]) => [2 * x - 3 * y + 5 * z],
      [10, 20, 30],
      covariance,
    )
    // 4·4 + 9·9 + 25·1 + 2·(−6·1 + 10·(−0.5) + (−15)·2)
    expect((standardUncertainties[0] ?? 0) ** 2 / 40).toBeCloseTo(1, 10)
  })
})

describe('JCGM 101:2008, Monte Carlo', () => {
  const sum = (z: readonly number[]): number => z.reduce((total, x) => total + x, 0)
  const rectangular = (z: number, from: number, to: number): number => from + (to - from) * normalCdf(z)

  it('9.2.2, four normal inputs: u = 2.0 within 2 %, 95 % interval ±3.92 within 3 %', () => {
    const { outputs } = sampleModel({ sources: 4, evaluate: (z) => [sum(z)] }, { seed: 1, samples: 10_000 })
    expect(Math.abs((outputs[0]?.standardUncertainty ?? 0) / 2 - 1)).toBeLessThan(0.02)
    expect(Math.abs((outputs[0]?.interval95[1] ?? 0) / 3.92 - 1)).toBeLessThan(0.03)
  })

  it('9.2.3, four rectangular inputs of the same standard deviation: u = 2.0 within 2 %, interval ±3.88 within 2 %', () => {
    const half = Math.sqrt(3)
    const { outputs } = sampleModel(
      { sources: 4, evaluate: (z) => [sum(z.map((x) => rectangular(x, -half, half)))] },
      { seed: 1, samples: 10_000 },
    )
    expect(Math.abs((outputs[0]?.standardUncertainty ?? 0) / 2 - 1)).toBeLessThan(0.02)
    expect(Math.abs((outputs[0]?.interval95[1] ?? 0) / 3.88 - 1)).toBeLessThan(0.02)
  })

  /** Deviation of a mass from nominal, mg: the sensitivities by the densities vanish at the estimate. */
  const mass = ([reference = 0, added = 0, air = 0, weight = 0, standard = 0]: readonly number[]): number[] => [
    (reference + added) * (1 + (air - 1.2) * (1 / weight - 1 / standard)) - 100_000,
  ]

  it('9.3, calibration of a mass: the law of propagation gives 0.0539 mg, Monte Carlo 0.0754 mg (within 2 %)', () => {
    const variance = [0.05 ** 2, 0.02 ** 2, 0.1 ** 2 / 3, 1000 ** 2 / 3, 50 ** 2 / 3]
    const estimates = [100_000, 1.234, 1.2, 8000, 8000]
    const diagonal = variance.map((v, i) => variance.map((_, j) => (i === j ? v : 0)))
    const linear = propagate(mass, estimates, diagonal)
    expect(linear.values[0]).toBeCloseTo(1.234, 4)
    expect(linear.standardUncertainties[0]).toBeCloseTo(0.0539, 4)
    const { outputs } = sampleModel(
      {
        sources: 5,
        evaluate: ([a = 0, b = 0, c = 0, d = 0, e = 0]) =>
          mass([
            100_000 + 0.05 * a,
            1.234 + 0.02 * b,
            rectangular(c, 1.1, 1.3),
            rectangular(d, 7000, 9000),
            rectangular(e, 7950, 8050),
          ]),
      },
      { seed: 1, samples: 10_000 },
    )
    expect(Math.abs((outputs[0]?.standardUncertainty ?? 0) / 0.0754 - 1)).toBeLessThan(0.02)
  })
})
