/**
 * Compartment models with a sampled input against independent implementations in SciPy: the differential equations solved by DOP853 piece by piece, and
 * fits by scipy.optimize.least_squares on curves from scipy.linalg.expm. Skipped aloud where python3 has no scipy.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import {
  BLOOD_AS_PLASMA,
  fitCompartments,
  frameInput,
  inputFromSamples,
  modelCurve,
} from '../../native-core/kinetics/dynamic/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const PYTHON = '/usr/bin/python3'
const hasScipy = spawnSync(PYTHON, ['-c', 'import scipy.optimize']).status === 0

const PROGRAM = `
import json, sys
import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.optimize import least_squares
q = json.load(sys.stdin)
t, c, lam = np.array(q['t']), np.array(q['c']), q['lam']
start = np.array([f['startS'] for f in q['frames']]); dur = np.array([f['durationS'] for f in q['frames']])
cuts = np.unique(np.concatenate([t, start, start + dur])); cuts = cuts[cuts <= start[-1] + dur[-1]]
h = np.diff(cuts); a = np.interp(cuts[:-1], t, c); b = (np.interp(cuts[1:], t, c) - a) / h
frame = np.searchsorted(start, cuts[:-1], side='right') - 1
weight = np.exp(-lam * (cuts[:-1] - start[frame]))
norm = -np.expm1(-lam * dur) / lam
def averages(parts):
    out = np.zeros(len(start)); np.add.at(out, frame, weight * parts); return out / norm
def by_ode(k, vb):
    y = np.zeros(2); parts = []
    for i in range(len(h)):
        def rhs(u, s):
            cp = a[i] + b[i] * u
            return [k[0]*cp - (k[1]+k[2])*s[0] + k[3]*s[1], k[2]*s[0] - k[3]*s[1],
                    np.exp(-lam*u) * ((1-vb)*(s[0]+s[1]) + vb*cp)]
        s = solve_ivp(rhs, (0, h[i]), [y[0], y[1], 0], method='DOP853', rtol=1e-12, atol=1e-10).y[:, -1]
        y = s[:2]; parts.append(s[2])
    return averages(np.array(parts))
def by_expm(k, vb):
    # states: C1, C2, cp, slope, and the integral that grows with lam
    A = np.zeros((5, 5))
    A[0, 0], A[0, 1], A[0, 2] = -(k[1]+k[2]), k[3], k[0]
    A[1, 0], A[1, 1] = k[2], -k[3]
    A[2, 3] = 1
    A[4, 0] = A[4, 1] = 1 - vb; A[4, 2] = vb; A[4, 4] = lam
    E = expm(A[None] * h[:, None, None])
    y = np.zeros(2); parts = np.zeros(len(h))
    for i in range(len(h)):
        s = E[i] @ np.array([y[0], y[1], a[i], b[i], 0])
        y = s[:2]; parts[i] = s[4] * np.exp(-lam * h[i])
    return averages(parts)
out = {'curves': [list(by_ode(k, v)) for k, v in q['forward']], 'fits': []}
for case in q['fits']:
    y, s, free = np.array(case['y']), np.array(case['s']), case['free']
    def full(p): return list(np.exp(p[:free])) + [0]*(4-free)
    res = least_squares(lambda p: (y - by_expm(full(p), p[free])) / s, list(np.log(case['k'][:free])) + [case['vb']],
                        jac='3-point', xtol=1e-14, ftol=1e-14, gtol=1e-14)
    cov = np.linalg.inv(res.jac.T @ res.jac)
    p = np.exp(res.x[:free]); se = np.sqrt(np.diag(cov)); se[:free] *= p
    out['fits'].append({'p': list(p) + [res.x[free]], 'se': list(se), 'chi': 2*res.cost})
json.dump(out, sys.stdout)
`

const durationsS = [
  ...Array<number>(9).fill(10),
  ...Array<number>(5).fill(30),
  ...Array<number>(4).fill(120),
  ...Array<number>(9).fill(300),
]
const frames = durationsS.map((durationS, i) => ({
  startS: durationsS.slice(0, i).reduce((s, d) => s + d, 0),
  durationS,
}))
const schedule = { frames, halfLifeS: 67.71 * 60 }
const timesS = [0, 12, 18, 24, 30, 36, 45, 60, 80, 110, 150, 240, 420, 720, 1200, 2000, 3500]
const concentrationBqPerMl = [0, 0, 21, 88, 140, 118, 81, 55, 43, 37, 32, 27, 22, 18, 14.5, 11, 8].map((v) => v * 1000)
const input = inputFromSamples({ timesS, concentrationBqPerMl }, null, BLOOD_AS_PLASMA)

const perMin = (values: readonly number[]): number[] => values.map((v) => v / 60)
const FORWARD = [
  [perMin([0.25, 0.1, 0, 0]), 0],
  [perMin([0.1, 0.2, 0.06, 0]), 0.04],
  [perMin([0.4, 0.5, 0.1, 0.03]), 0.1],
] as const
const random = new RandomStream(20260301)
const curveOf = (k: readonly number[], vb: number): readonly number[] =>
  modelCurve(frameInput(input, schedule, 0), { k1: k[0]!, k2: k[1]!, k3: k[2]!, k4: k[3]! }, vb).value
const MODELS = ['1tcm', '2tcm-irreversible', '2tcm'] as const
const fits = FORWARD.map(([k, vb], i) => {
  const exact = curveOf(k, vb === 0 ? 0.05 : vb)
  const s = exact.map((v) => 0.02 * v + 20)
  return { k, vb: 0.05, free: i + 2, s, y: exact.map((v, j) => v + s[j]! * random.normal()) }
})

describe.skipIf(!hasScipy)('compartment models against SciPy (skipped where /usr/bin/python3 has no scipy)', () => {
  const request = {
    t: timesS,
    c: concentrationBqPerMl,
    lam: Math.LN2 / schedule.halfLifeS,
    frames,
    forward: FORWARD,
    fits,
  }
  const done = hasScipy
    ? spawnSync(PYTHON, ['-c', PROGRAM], { input: JSON.stringify(request), encoding: 'utf8' })
    : null
  const answer = JSON.parse(done?.stdout || '{"curves":[],"fits":[]}') as {
    readonly curves: readonly (readonly number[])[]
    readonly fits: readonly { readonly p: readonly number[]; readonly se: readonly number[]; readonly chi: number }[]
  }

  it('scipy has answered', () => {
    expect(done?.stderr).toBe('')
    expect(answer.curves).toHaveLength(FORWARD.length)
  })

  it('frame averages of the differential equations (DOP853) within 1e-9 of the largest', () => {
    FORWARD.forEach(([k, vb], i) => {
      const own = curveOf(k, vb)
      const largest = Math.max(...own)
      answer.curves[i]?.forEach((v, f) => expect(Math.abs(own[f]! - v) / largest).toBeLessThan(1e-9))
    })
  })

  it.each(MODELS.map((model, i) => [model, i] as const))(
    'fit of noisy frames, %s: χ² within 1e-8, parameters within 1e-5, standard errors within 1e-3',
    (model, i) => {
      const { y, s } = fits[i]!
      const curve = { label: 'tissue', schedule, concentrationBqPerMl: y }
      const fit = fitCompartments(curve, input, model, { weighting: { kind: 'sigma', sigmaBqPerMl: s } })
      const expected = answer.fits[i]!
      expect(Math.abs(fit.chiSquare / expected.chi - 1)).toBeLessThan(1e-8)
      expected.p.forEach((value, j) => {
        const parameter = fit.parameters[j]!
        expect(Math.abs(parameter.value / value - 1)).toBeLessThan(1e-5)
        expect(Math.abs(parameter.standardError! / expected.se[j]! - 1)).toBeLessThan(1e-3)
      })
    },
  )
})
