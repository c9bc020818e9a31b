import { describe, expect, it } from 'vitest'
import { foceObjective } from './foce.ts'
import { layoutOf } from './layout.ts'
import type { Layout } from './layout.ts'
import { linearMixedObjective } from './linearMixed.ts'
import { biexponential, straightLine } from './testCurves.ts'
import { indomethSubjects } from './testData.ts'
import type { OmegaStructure, ResidualForm } from './types.ts'

const layout = (parameters: number, omega: OmegaStructure, form: ResidualForm, covariates = 0): Layout =>
  layoutOf(
    parameters,
    omega,
    form,
    Array.from({ length: covariates }, (_, c) => ({ parameter: c, covariate: 'z', reference: 0 })),
  )

describe('the gradient of −2 log likelihood', () => {
  const subjects = indomethSubjects.map((subject, i) => ({ ...subject, curve: biexponential, shifts: [i - 2.5] }))
  const cases: [string, Layout, number[]][] = [
    [
      'proportional, diagonal',
      layout(4, 'diagonal', 'proportional'),
      [2.8, 0.8, 0.5, -1.3, -0.6, -1.8, -1.9, -1.2, -2],
    ],
    [
      'combined, blocks, covariate',
      layout(4, { blocks: [[1, 0], [3]] }, 'combined', 1),
      [2.8, 0.8, 0.5, -1.3, 0.05, -1.7, 0.2, -1, -1.5, -3, -2],
    ],
    [
      'additive, full',
      layout(4, 'full', 'additive'),
      [2.8, 0.8, 0.5, -1.3, -0.6, 0.1, -1.8, -0.05, 0.03, -1.9, 0.1, -0.1, 0.02, -1.2, -2.5],
    ],
  ]
  it.each(cases)('is that of the value: %s', (_, own, theta) => {
    expect(theta).toHaveLength(own.size)
    const starts = subjects.map(() => own.random.map(() => 0))
    const { gradient, modes } = foceObjective(own, subjects, theta, starts)
    const near = modes.map((mode) => mode.b)
    const valueAt = (k: number, h: number): number =>
      foceObjective(
        own,
        subjects,
        theta.map((v, i) => (i === k ? v + h : v)),
        near,
      ).value
    theta.forEach((__, k) => {
      const h = 1e-4
      const slope = (8 * (valueAt(k, h) - valueAt(k, -h)) - (valueAt(k, 2 * h) - valueAt(k, -2 * h))) / (12 * h)
      expect(Math.abs(slope - (gradient[k] ?? NaN))).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)))
    })
  })
})

describe('the linear mixed model', () => {
  const own = layout(2, 'full', 'additive', 1)
  const theta = [1.5, -0.3, 0.2, Math.log(0.7), 0.25, Math.log(0.4), Math.log(0.2)]
  const subjects = [
    { label: 'a', curve: straightLine, timesS: [0, 1, 3], values: [1.2, 1.1, 0.4], shifts: [-1] },
    { label: 'b', curve: straightLine, timesS: [0.5, 2], values: [2.2, 1.9], shifts: [0.5] },
    { label: 'c', curve: straightLine, timesS: [1, 2, 4, 6], values: [1.8, 1.2, 0.9, 0.2], shifts: [1] },
  ]
  const linear = subjects.map(({ timesS, values, shifts }) => ({
    response: values,
    design: timesS.map((t) => [1, t]),
    shifts,
  }))

  it('has the likelihood of its normal distribution, written out', () => {
    const [a = 0, b = 0, effect = 0] = theta
    const s11 = Math.exp(2 * (theta[3] ?? 0))
    const s12 = Math.exp(theta[3] ?? 0) * (theta[4] ?? 0)
    const s22 = (theta[4] ?? 0) ** 2 + Math.exp(2 * (theta[5] ?? 0))
    const noise = Math.exp(2 * (theta[6] ?? 0))
    let value = 0
    for (const { timesS, values, shifts } of subjects) {
      const v = timesS.map((t, i) => timesS.map((u, j) => s11 + s12 * (t + u) + s22 * t * u + (i === j ? noise : 0)))
      const r = values.map((y, j) => y - (a + effect * (shifts[0] ?? 0)) - b * (timesS[j] ?? 0))
      const { determinant, solution } = cramer(v, r)
      value +=
        r.length * Math.log(2 * Math.PI) + Math.log(determinant) + r.reduce((s, x, j) => s + x * (solution[j] ?? 0), 0)
    }
    const { value: closed } = linearMixedObjective(own, linear, theta)
    expect(Math.abs(closed / value - 1)).toBeLessThan(1e-12)
  })

  it('is what first-order conditional estimation gives for a straight line, to 1e-10, with its gradient', () => {
    const foce = foceObjective(
      own,
      subjects,
      theta,
      subjects.map(() => [0, 0]),
    )
    const closed = linearMixedObjective(own, linear, theta)
    expect(Math.abs(foce.value / closed.value - 1)).toBeLessThan(1e-10)
    closed.gradient.forEach((v, k) => expect(foce.gradient[k]).toBeCloseTo(v, 6))
  })
})

/** Determinant and solution by Cramer's rule: slow, and another way than any factorisation. */
function cramer(a: number[][], b: number[]): { determinant: number; solution: number[] } {
  const determinant = laplace(a)
  const solution = b.map(
    (_, k) => laplace(a.map((row, i) => row.map((v, j) => (j === k ? (b[i] ?? 0) : v)))) / determinant,
  )
  return { determinant, solution }
}

const laplace = (a: number[][]): number =>
  a.length === 1
    ? (a[0]?.[0] ?? 0)
    : (a[0] ?? []).reduce(
        (s, v, j) => s + (j % 2 === 0 ? v : -v) * laplace(a.slice(1).map((row) => row.filter((_, k) => k !== j))),
        0,
      )
