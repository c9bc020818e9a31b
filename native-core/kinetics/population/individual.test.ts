import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cyclePrior, estimateIndividual, individualCurve, posteriorSamples, updatePatient } from './index.ts'
import type { GaussianPrior, IndividualRequest } from './index.ts'
import { biexponential, monoexponential, straightLine } from './testCurves.ts'

const H = 3600

const monoPrior: GaussianPrior = {
  mean: [Math.log(0.03), Math.log(Math.LN2 / (50 * H))],
  covariance: [
    [0.16, 0.02],
    [0.02, 0.09],
  ],
}

const onePoint: IndividualRequest = {
  label: 'Kidney left',
  curve: monoexponential,
  prior: monoPrior,
  residual: { additive: 0, proportional: 0.05 },
  timesS: [72 * H],
  values: [0.014],
}

describe('estimateIndividual', () => {
  it('is the posterior of normal theory for a straight line', () => {
    const prior = {
      mean: [1, -0.2],
      covariance: [
        [0.5, 0.1],
        [0.1, 0.2],
      ],
    }
    const timesS = [0.5, 2]
    const values = [1.3, 0.2]
    const estimate = estimateIndividual({
      ...{ label: 'a', curve: straightLine, prior, timesS, values },
      residual: { additive: 0.3, proportional: 0 },
    })
    // Precision Ω⁻¹ + ZᵀZ/s², mean by solving it: written out for two parameters.
    const det = 0.5 * 0.2 - 0.01
    const omega = [0.2 / det, -0.1 / det, 0.5 / det] as const
    const z = (f: (t: number) => number): number => timesS.reduce((s, t) => s + f(t), 0) / 0.09
    const p = [omega[0] + z(() => 1), omega[1] + z((t) => t), omega[2] + z((t) => t * t)] as const
    const sum = (f: (t: number) => number): number => timesS.reduce((s, t, j) => s + f(t) * (values[j] ?? 0), 0) / 0.09
    const right = [
      omega[0] * 1 + omega[1] * -0.2 + sum(() => 1),
      omega[1] * 1 + omega[2] * -0.2 + sum((t) => t),
    ] as const
    const d = p[0] * p[2] - p[1] ** 2
    expect(estimate.phi[0]).toBeCloseTo((p[2] * right[0] - p[1] * right[1]) / d, 10)
    expect(estimate.phi[1]).toBeCloseTo((p[0] * right[1] - p[1] * right[0]) / d, 10)
    expect(estimate.covariance[0]?.[0]).toBeCloseTo(p[2] / d, 10)
    expect(estimate.covariance[0]?.[1]).toBeCloseTo(-p[1] / d, 10)
    expect(estimate.converged).toBe(true)
  })

  it('is the prior where the point says nothing, and the least-squares curve where the prior says nothing', () => {
    const vague = estimateIndividual({ ...onePoint, residual: { additive: 1e6, proportional: 0 } })
    vague.phi.forEach((v, k) => expect(v).toBeCloseTo(monoPrior.mean[k] ?? NaN, 6))
    vague.parameters.forEach(({ shrinkage }) => expect(shrinkage).toBeCloseTo(1, 6))
    const wide = {
      mean: monoPrior.mean,
      covariance: [
        [100, 0],
        [0, 100],
      ],
    }
    const rate = Math.LN2 / (40 * H)
    const timesS = [4 * H, 24 * H, 96 * H]
    const exact = estimateIndividual({
      ...onePoint,
      prior: wide,
      timesS,
      values: timesS.map((t) => 0.02 * Math.exp(-rate * t)),
      residual: { additive: 1e-7, proportional: 0 },
    })
    expect(exact.tiaBqS / (0.02 / rate)).toBeCloseTo(1, 6)
    exact.parameters.forEach(({ shrinkage }) => expect(shrinkage).toBeLessThan(1e-4))
  })

  it('holds a parameter whose prior has no spread', () => {
    const fixed = {
      mean: monoPrior.mean,
      covariance: [
        [0.16, 0],
        [0, 0],
      ],
    }
    const { phi, covariance } = estimateIndividual({ ...onePoint, prior: fixed })
    expect(phi[1]).toBe(monoPrior.mean[1])
    expect(covariance[1]).toEqual([0, 0])
  })

  it('law: the TIA is proportional to values and prior amplitude, and times change it in proportion', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (scale, pace) => {
          const base = estimateIndividual(onePoint)
          const scaled = estimateIndividual({
            ...onePoint,
            timesS: onePoint.timesS.map((t) => t * pace),
            values: onePoint.values.map((v) => v * scale),
            prior: {
              ...monoPrior,
              mean: [(monoPrior.mean[0] ?? 0) + Math.log(scale), (monoPrior.mean[1] ?? 0) - Math.log(pace)],
            },
          })
          expect(scaled.tiaBqS / base.tiaBqS / (scale * pace)).toBeCloseTo(1, 7)
          expect(scaled.tiaUncertaintyBqS / scaled.tiaBqS).toBeCloseTo(base.tiaUncertaintyBqS / base.tiaBqS, 7)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('draws a band that holds the curve and narrows at the point', () => {
    const estimate = estimateIndividual(onePoint)
    const band = individualCurve(monoexponential, estimate, [H, 72 * H, 300 * H])
    const width = (i: number): number => Math.log((band.upper[i] ?? 0) / (band.lower[i] ?? 1))
    band.value.forEach((v, i) => {
      expect(v).toBeGreaterThan(band.lower[i] ?? Infinity)
      expect(v).toBeLessThan(band.upper[i] ?? 0)
    })
    expect(width(1)).toBeLessThan(width(0))
    expect(width(1)).toBeLessThan(width(2))
    expect(width(1)).toBeCloseTo(2 * 1.96 * 0.05, 1)
  })

  it.each([
    ['population.points', { timesS: [], values: [] }],
    ['population.points', { values: [-1] }],
    ['population.points', { timesS: [-5] }],
    ['population.points', { values: [0] }],
    ['population.residual', { residual: { additive: 0, proportional: 0 } }],
    ['population.sigma', { sigma: [0] }],
    ['population.prior', { prior: { mean: [0], covariance: [[1]] } }],
    [
      'population.prior',
      {
        prior: {
          mean: [0, 0],
          covariance: [
            [1, 2],
            [2, 1],
          ],
        },
      },
    ],
    ['population.prior', { curve: biexponential }],
  ] as [string, Partial<IndividualRequest>][])('refuses with %s: %j', (code, change) => {
    expect(() => estimateIndividual({ ...onePoint, ...change })).toThrow(expect.objectContaining({ code }))
  })
})

describe('posteriorSamples', () => {
  it('have mean and spread of the exact posterior (sum over a grid), and are the same for the same seed', () => {
    const samples = posteriorSamples(onePoint, { count: 12000, seed: 7 })
    const [m0 = 0, m1 = 0] = monoPrior.mean
    const det = 0.16 * 0.09 - 0.0004
    let weight = 0
    let first = 0
    let second = 0
    for (let i = -80; i <= 80; i++)
      for (let j = -80; j <= 80; j++) {
        const a = (i / 80) * 5 * 0.4
        const b = (j / 80) * 5 * 0.3
        const f = Math.exp(m0 + a - Math.exp(m1 + b) * 72 * H)
        const prior = (0.09 * a * a - 2 * 0.02 * a * b + 0.16 * b * b) / det
        const p = Math.exp(-(((0.014 - f) / (0.05 * f)) ** 2 + prior) / 2) / f
        const tia = Math.exp(m0 + a - m1 - b)
        weight += p
        first += p * tia
        second += p * tia * tia
      }
    const mean = first / weight
    const sd = Math.sqrt(second / weight - mean * mean)
    const own = samples.tiaBqS.reduce((s, v) => s + v, 0) / 12000
    const ownSd = Math.sqrt(samples.tiaBqS.reduce((s, v) => s + (v - own) ** 2, 0) / 12000)
    expect(Math.abs(own / mean - 1)).toBeLessThan(0.015)
    expect(Math.abs(ownSd / sd - 1)).toBeLessThan(0.05)
    expect(samples.effectiveSampleSize).toBeGreaterThan(4000)
    const again = posteriorSamples(onePoint, { count: 10, seed: 7 })
    expect(posteriorSamples(onePoint, { count: 10, seed: 7 })).toEqual(again)
    expect(posteriorSamples(onePoint, { count: 10, seed: 7, stream: 1 }).phi).not.toEqual(again.phi)
  })
})

describe('updatePatient', () => {
  const patient: GaussianPrior = {
    mean: [1, 2],
    covariance: [
      [0.5, 0.1],
      [0.1, 0.3],
    ],
  }
  const none = [
    [0, 0],
    [0, 0],
  ]

  it('makes the posterior the next prior where cycles do not differ', () => {
    const estimate = {
      phi: [1.4, 1.7],
      covariance: [
        [0.1, 0.02],
        [0.02, 0.2],
      ],
    }
    const next = updatePatient(patient, none, estimate)
    next.mean.forEach((v, k) => expect(v).toBeCloseTo(estimate.phi[k] ?? NaN, 12))
    next.covariance.flat().forEach((v, k) => expect(v).toBeCloseTo(estimate.covariance.flat()[k] ?? NaN, 12))
  })

  it('gives after two cycles what both give at once (normal theory, straight line), inflated by the variance between cycles', () => {
    const between = [
      [0.2, 0],
      [0, 0],
    ]
    const residual = { additive: 0.4, proportional: 0 }
    const line = { curve: straightLine, residual, label: 'a' }
    const cycle = (prior: GaussianPrior, timesS: number[], values: number[]) =>
      updatePatient(prior, between, estimateIndividual({ ...line, prior: cyclePrior(prior, between), timesS, values }))
    const after = cycle(cycle(patient, [0, 1], [1.5, 3]), [2], [5.5])
    // All at once: intercepts of the two cycles share the patient's; y ~ N(Zμ, Z P Zᵀ + between + s²I).
    const times = [0, 1, 2]
    const of = [0, 0, 1]
    const y = [1.5, 3, 5.5]
    const v = times.map((t, i) =>
      times.map((u, j) => 0.5 + 0.1 * (t + u) + 0.3 * t * u + (of[i] === of[j] ? 0.2 : 0) + (i === j ? 0.16 : 0)),
    )
    const r = y.map((value, j) => value - 1 - 2 * (times[j] ?? 0))
    const solve = (b: number[]): number[] => gauss(v, b)
    const weighted = solve(r)
    const cross = times.map((t) => [0.5 + 0.1 * t, 0.1 + 0.3 * t])
    for (const k of [0, 1]) {
      expect(after.mean[k]).toBeCloseTo(
        (patient.mean[k] ?? 0) + cross.reduce((s, c, j) => s + (c[k] ?? 0) * (weighted[j] ?? 0), 0),
        9,
      )
      const own = solve(cross.map((c) => c[k] ?? 0))
      const reduced = cross.reduce((s, c, j) => s + (c[k] ?? 0) * (own[j] ?? 0), 0)
      expect(after.covariance[k]?.[k]).toBeCloseTo((patient.covariance[k]?.[k] ?? 0) - reduced, 9)
    }
  })
})

/** Plain elimination. */
function gauss(a: number[][], b: number[]): number[] {
  const m = a.map((row, i) => [...row, b[i] ?? 0])
  for (let i = 0; i < b.length; i++)
    for (let k = 0; k < b.length; k++) {
      if (k === i) continue
      const factor = (m[k]?.[i] ?? 0) / (m[i]?.[i] ?? 1)
      m[k] = (m[k] ?? []).map((v, j) => v - factor * (m[i]?.[j] ?? 0))
    }
  return m.map((row, i) => (row[b.length] ?? 0) / (row[i] ?? 1))
}
