import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  conditionNumber,
  correlationOf,
  erf,
  erfc,
  normalCdf,
  philox4x32,
  propagateCovariance,
  quadraticForm,
  RandomStream,
  solveLeastSquares,
  symmetricEigenvalues,
} from './index.ts'

const number = fc.double({ min: -10, max: 10, noNaN: true })

describe('least squares by QR', () => {
  it('fits the straight line of a textbook: y = 1 + 2x without residual', () => {
    const { x, rank } = solveLeastSquares(
      [
        [1, 0],
        [1, 1],
        [1, 2],
      ],
      [1, 3, 5],
    )
    expect(rank).toBe(2)
    expect(x[0]).toBeCloseTo(1, 12)
    expect(x[1]).toBeCloseTo(2, 12)
  })

  it('leaves a residual that is orthogonal to every column (normal equations), whatever the matrix', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, number), { minLength: 5, maxLength: 9 }),
        fc.array(number, { minLength: 9, maxLength: 9 }),
        (a, right) => {
          const b = right.slice(0, a.length)
          const { x } = solveLeastSquares(a, b)
          const columnNorm = [0, 1, 2].map((j) => Math.hypot(...a.map((row) => row[j] as number)))
          // A backward stable solution leaves |aⱼᵀr| of the order of ε·‖aⱼ‖·(‖b‖ + Σ‖aₖ‖·|xₖ|), however near to singular A is
          // (Higham, Accuracy and Stability of Numerical Algorithms, section 20.1).
          const size = Math.hypot(...b) + columnNorm.reduce((s, norm, k) => s + norm * Math.abs(x[k] as number), 0)
          for (let j = 0; j < 3; j++) {
            const dot = a.reduce((s, row, i) => {
              const r = (b[i] as number) - row.reduce((t, v, k) => t + v * (x[k] as number), 0)
              return s + (row[j] as number) * r
            }, 0)
            expect(Math.abs(dot)).toBeLessThanOrEqual(1e-12 * (columnNorm[j] as number) * size)
          }
        },
      ),
    )
  })

  it('gives (AᵀA)⁻¹, and none where two columns are the same', () => {
    const a = [
      [1, 2],
      [3, 4],
      [5, 7],
    ]
    const inverse = solveLeastSquares(a, [0, 0, 0], true).inverseNormal as number[][]
    const normal = [
      [35, 49],
      [49, 69],
    ]
    const product = normal.map((row) =>
      [0, 1].map((j) => row.reduce((s, v, k) => s + v * (inverse[k]?.[j] as number), 0)),
    )
    expect(product[0]?.[0]).toBeCloseTo(1, 9)
    expect(product[0]?.[1]).toBeCloseTo(0, 9)
    expect(product[1]?.[1]).toBeCloseTo(1, 9)
    const same = solveLeastSquares(
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      [1, 2, 3],
      true,
    )
    expect(same.rank).toBe(1)
    expect(same.inverseNormal).toBeNull()
  })
})

describe('covariances', () => {
  const c = [
    [4, 2],
    [2, 9],
  ]

  it('propagates through a sum: var(a + b) = 4 + 9 + 2·2', () => {
    expect(quadraticForm(c, [1, 1])).toBe(17)
    expect(propagateCovariance([[1, 1]], c)).toEqual([[17]])
  })

  it('correlation 2/√(4·9); eigenvalues of a rotation-free and a mixed matrix', () => {
    expect(correlationOf(c)[0]?.[1]).toBeCloseTo(1 / 3, 12)
    expect(
      symmetricEigenvalues([
        [2, 1],
        [1, 2],
      ]),
    ).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)])
    expect(
      conditionNumber([
        [2, 1],
        [1, 2],
      ]),
    ).toBeCloseTo(3, 12)
  })

  it('keeps trace and determinant of a symmetric 3×3 matrix in its eigenvalues', () => {
    const a = [
      [5, 1, -2],
      [1, 3, 0.5],
      [-2, 0.5, 4],
    ]
    const values = symmetricEigenvalues(a)
    expect(values.reduce((s, v) => s + v, 0)).toBeCloseTo(12, 10)
    // det = 5(12 − 0.25) − 1(4 + 1) − 2(0.5 + 6)
    expect(values.reduce((s, v) => s * v, 1)).toBeCloseTo(5 * 11.75 - 5 - 13, 9)
  })
})

describe('normal distribution', () => {
  it.each([
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
  ])('erf(%f) as in Abramowitz & Stegun table 7.1', (x, expected) => {
    expect(erf(x)).toBeCloseTo(expected, 14)
    expect(erf(-x)).toBeCloseTo(-expected, 14)
  })

  it('erfc(5) = 1.5374597944280349e-12 keeps its digits, and the two branches join at 2.5', () => {
    expect(erfc(5) / 1.5374597944280349e-12).toBeCloseTo(1, 11)
    expect(erfc(2.5 - 1e-9) / erfc(2.5 + 1e-9)).toBeCloseTo(1, 7)
  })

  it('Φ(1.959963984540054) = 0.975', () => {
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 13)
    expect(normalCdf(-1.959963984540054)).toBeCloseTo(0.025, 13)
  })
})

describe('Philox-4×32-10', () => {
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('known answer of Random123 for counter %j', (counter, key, expected) => {
    expect(philox4x32([...counter] as [number, number, number, number], [...key] as [number, number])).toEqual(expected)
  })

  it('gives uniform numbers of mean 1/2 and variance 1/12, normal ones of 0 and 1, and other streams other numbers', () => {
    const stream = new RandomStream(7)
    const n = 20000
    const uniform = Array.from({ length: n }, () => stream.uniform())
    const normal = Array.from({ length: n }, () => stream.normal())
    const mean = (a: number[]): number => a.reduce((s, v) => s + v, 0) / a.length
    const variance = (a: number[]): number => mean(a.map((v) => v * v)) - mean(a) ** 2
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n))
    expect(variance(uniform)).toBeCloseTo(1 / 12, 2)
    expect(Math.abs(mean(normal))).toBeLessThan(4 / Math.sqrt(n))
    expect(Math.abs(variance(normal) - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
    expect(new RandomStream(7, 1).uniform()).not.toBe(new RandomStream(7, 2).uniform())
    expect(new RandomStream(7).uniform()).toBe(new RandomStream(7).uniform())
  })
})
