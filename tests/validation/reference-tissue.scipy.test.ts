/**
 * SRTM and SRTM2 against an independent implementation: the convolution as a differential equation solved by SciPy's DOP853, frame averages by
 * Gauss–Legendre quadrature of its dense output, fits by scipy.optimize.curve_fit. Skipped aloud where python3 has no scipy.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { exponentialCurve, fitSrtm, fitSrtm2, frameCurve } from '../../native-core/kinetics/dynamic/index.ts'
import type { FrameCurve, ReferenceModelFit } from '../../native-core/kinetics/dynamic/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const PYTHON = '/usr/bin/python3'
const hasScipy = spawnSync(PYTHON, ['-c', 'import scipy.optimize']).status === 0

const PROGRAM = `
import json, sys
import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import curve_fit
q = json.load(sys.stdin)
start = np.array([f['startS'] for f in q['frames']]); dur = np.array([f['durationS'] for f in q['frames']]); lam = q['lam']
x, w = np.polynomial.legendre.leggauss(12)
t = start[:, None] + dur[:, None] * (x + 1) / 2
W = w * np.exp(-lam * (t - start[:, None])); W /= W.sum(axis=1, keepdims=True)
def ref(u): return sum(a * np.exp(-r * u) for r, a in q['terms'])
def tissue(r1, k2, k2a):
    # C = R1 Cr + y, y' = (k2 - R1 k2a) Cr - k2a y
    s = solve_ivp(lambda u, y: (k2 - r1*k2a) * ref(u) - k2a * y, (0, start[-1] + dur[-1]), [0.0], method='DOP853',
                  rtol=1e-11, atol=1e-9, dense_output=True)
    return ((r1 * ref(t) + s.sol(t.ravel())[0].reshape(t.shape)) * W).sum(axis=1)
out = []
for c in q['cases']:
    y, sd = np.array(c['y']), np.array(c['s'])
    def srtm(_, r1, k2, bp): return tissue(r1, np.exp(k2), np.exp(k2) / (1 + bp))
    def srtm2(_, r1, bp): return tissue(r1, r1 * c['k2Reference'], r1 * c['k2Reference'] / (1 + bp))
    how = dict(sigma=sd, absolute_sigma=True, xtol=1e-12, ftol=1e-12, gtol=1e-12, method='trf', jac='3-point')
    p, cov = curve_fit(srtm, start, y, p0=[1, np.log(0.002), 1], **how)
    p2, cov2 = curve_fit(srtm2, start, y, p0=[1, 1], **how)
    se, se2 = np.sqrt(np.diag(cov)), np.sqrt(np.diag(cov2))
    k2 = np.exp(p[1])
    out.append({'srtm': {'R1': [p[0], se[0]], 'k2': [k2, se[1] * k2], 'BP_ND': [p[2], se[2]]},
                'srtm2': {'R1': [p2[0], se2[0]], 'BP_ND': [p2[1], se2[1]]}})
json.dump(out, sys.stdout)
`

const durationsS = [...Array<number>(8).fill(15), ...Array<number>(8).fill(60), ...Array<number>(10).fill(300)]
const frames = durationsS.map((durationS, i) => ({
  startS: durationsS.slice(0, i).reduce((sum, d) => sum + d, 0),
  durationS,
}))
const schedule = { frames, halfLifeS: 109.77 * 60 }
/** Rates in 1/s and amplitudes in Bq/mL: a region that fills and clears. */
const terms = [
  [0.0003, 9000],
  [0.02, -9000],
] as const
const formula = exponentialCurve(
  terms.map(([ratePerS, amplitude]) => ({ ratePerS, coefficients: [amplitude] })),
  0,
  'reference',
)
const reference: FrameCurve = {
  label: 'reference',
  schedule,
  concentrationBqPerMl: [...frameCurve(formula, schedule).average],
}
const TRUE_K2_REFERENCE = 0.0025
/** Tissue without a formula of the program: its curve is summed by small steps of the differential equation (Heun, 0.25 s). */
function exactTissue(r1: number, k2: number, bp: number): number[] {
  const k2a = k2 / (1 + bp)
  const lambda = Math.LN2 / schedule.halfLifeS
  const step = 0.25
  const value = (time: number): number => terms.reduce((sum, [rate, a]) => sum + a * Math.exp(-rate * time), 0)
  let [y, time] = [0, 0]
  return frames.map(({ startS, durationS }) => {
    let [sum, weights] = [0, 0]
    while (time < startS + durationS - step / 2) {
      const slope = (k2 - r1 * k2a) * value(time) - k2a * y
      const next = y + step * slope
      const after = y + (step / 2) * (slope + (k2 - r1 * k2a) * value(time + step) - k2a * next)
      const weight = Math.exp(-lambda * (time + step / 2 - startS))
      sum += weight * (r1 * value(time + step / 2) + (y + after) / 2)
      weights += weight
      y = after
      time += step
    }
    return sum / weights
  })
}

const random = new RandomStream(20260915)
const cases = [
  { r1: 0.9, k2: 0.9 * TRUE_K2_REFERENCE, bp: 0.6 },
  { r1: 1.15, k2: 1.15 * TRUE_K2_REFERENCE, bp: 2.5 },
  { r1: 0.75, k2: 0.75 * TRUE_K2_REFERENCE, bp: 5 },
].map((truth) => {
  const exact = exactTissue(truth.r1, truth.k2, truth.bp)
  const s = exact.map((v) => 0.015 * v + 15)
  return { ...truth, s, y: exact.map((v, i) => v + (s[i] ?? 0) * random.normal()), k2Reference: TRUE_K2_REFERENCE }
})

describe.skipIf(!hasScipy)(
  'reference tissue models against SciPy (skipped where /usr/bin/python3 has no scipy)',
  () => {
    const request = { frames, lam: Math.LN2 / schedule.halfLifeS, terms, cases }
    const done = hasScipy
      ? spawnSync(PYTHON, ['-c', PROGRAM], { input: JSON.stringify(request), encoding: 'utf8' })
      : null
    type Found = Readonly<Record<string, readonly [value: number, standardError: number]>>
    const answer = JSON.parse(done?.stdout || '[]') as readonly { readonly srtm: Found; readonly srtm2: Found }[]

    it('scipy has answered', () => {
      expect(done?.stderr).toBe('')
      expect(answer).toHaveLength(cases.length)
    })

    const compare = (fit: ReferenceModelFit, expected: Found | undefined): void => {
      for (const [name, [value, standardError]] of Object.entries(expected ?? {})) {
        const own = fit.results.find((one) => one.name === name)
        expect(Math.abs((own?.value ?? NaN) / value - 1)).toBeLessThan(1e-5)
        expect(Math.abs((own?.standardError ?? NaN) / standardError - 1)).toBeLessThan(2e-3)
      }
    }

    it.each(cases.map(({ bp }, i) => [bp, i] as const))(
      'noisy frames with BP_ND %d: SRTM and SRTM2 have its parameters within 1e-5 and standard errors within 2e-3',
      (_, i) => {
        const { y, s } = cases[i] ?? { y: [], s: [] }
        const curve = { label: 'tissue', schedule, concentrationBqPerMl: y }
        const options = { weighting: { kind: 'sigma', sigmaBqPerMl: s } } as const
        compare(fitSrtm(curve, reference, options, formula), answer[i]?.srtm)
        compare(fitSrtm2(curve, reference, TRUE_K2_REFERENCE, options, formula), answer[i]?.srtm2)
      },
    )
  },
)
