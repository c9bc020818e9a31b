/** Curves for tests: those of SSbiexp and SSfol of R, one exponential, and one that is linear in its parameters. */
import type { CurveParameter, ParametricCurve } from '../parametric/types.ts'

const linear = (name: string): CurveParameter => ({ name, title: name, unit: 'Bq', scale: 'linear' })
const logRate = (name: string): CurveParameter => ({ name, title: name, unit: '1/s', scale: 'log' })

/** A1·exp(−e^lrc1·t) + A2·exp(−e^lrc2·t), amplitudes linear. */
export const biexponential: ParametricCurve = {
  id: 'test-biexponential',
  title: 'Two phases',
  formula: 'A1·exp(−λ1·t) + A2·exp(−λ2·t)',
  parameters: [linear('A1'), logRate('lrc1'), linear('A2'), logRate('lrc2')],
  value: (phi, t, gradient) => {
    const [a1 = 0, l1 = 0, a2 = 0, l2 = 0] = Array.from(phi)
    const first = Math.exp(-Math.exp(l1) * t)
    const second = Math.exp(-Math.exp(l2) * t)
    gradient?.set([first, -a1 * first * Math.exp(l1) * t, second, -a2 * second * Math.exp(l2) * t])
    return a1 * first + a2 * second
  },
  integral: (phi, gradient) => {
    const [a1 = 0, l1 = 0, a2 = 0, l2 = 0] = Array.from(phi)
    const first = Math.exp(-l1)
    const second = Math.exp(-l2)
    gradient?.set([first, -a1 * first, second, -a2 * second])
    return a1 * first + a2 * second
  },
  terms: () => null,
}

/** exp(lA)·exp(−e^lk·t). */
export const monoexponential: ParametricCurve = {
  id: 'test-monoexponential',
  title: 'One phase',
  formula: 'A·exp(−λ·t)',
  parameters: [{ name: 'A', title: 'amplitude', unit: 'Bq', scale: 'log' }, logRate('lambda')],
  value: (phi, t, gradient) => {
    const [la = 0, lk = 0] = Array.from(phi)
    const f = Math.exp(la - Math.exp(lk) * t)
    gradient?.set([f, -f * Math.exp(lk) * t])
    return f
  },
  integral: (phi, gradient) => {
    const [la = 0, lk = 0] = Array.from(phi)
    const area = Math.exp(la - lk)
    gradient?.set([area, -area])
    return area
  },
  terms: (phi) => [{ amplitudeBq: Math.exp(phi[0] ?? 0), effectiveRatePerS: Math.exp(phi[1] ?? 0) }],
}

/** φ1 + φ2·t: with normal errors of one size everything about it is known in closed form. */
export const straightLine: ParametricCurve = {
  id: 'test-line',
  title: 'Straight line',
  formula: 'a + b·t',
  parameters: [linear('a'), linear('b')],
  value: (phi, t, gradient) => {
    gradient?.set([1, t])
    return (phi[0] ?? 0) + (phi[1] ?? 0) * t
  },
  integral: (phi, gradient) => {
    gradient?.set([1, 0])
    return phi[0] ?? 0
  },
  terms: () => null,
}

/** Concentration after one oral dose, one compartment (SSfol of R): lKe, lKa, lCl. */
export const oralDose = (dose: number): ParametricCurve => ({
  id: 'test-oral',
  title: 'Absorption and elimination',
  formula: 'ka·ke/(Cl·(ka − ke))·[exp(−ke·t) − exp(−ka·t)]',
  parameters: [logRate('lKe'), logRate('lKa'), { ...logRate('lCl'), unit: '1' }],
  value: (phi, t, gradient) => {
    const [lke = 0, lka = 0, lcl = 0] = Array.from(phi)
    const ke = Math.exp(lke)
    const ka = Math.exp(lka)
    const scale = (dose * ke * ka) / (Math.exp(lcl) * (ka - ke))
    const slow = Math.exp(-ke * t)
    const fast = Math.exp(-ka * t)
    const f = scale * (slow - fast)
    gradient?.set([
      f * (1 + ke / (ka - ke)) - scale * ke * t * slow,
      f * (1 - ka / (ka - ke)) + scale * ka * t * fast,
      -f,
    ])
    return f
  },
  integral: (phi, gradient) => {
    const area = dose * Math.exp(-(phi[2] ?? 0))
    gradient?.set([0, 0, -area])
    return area
  },
  terms: () => null,
})
