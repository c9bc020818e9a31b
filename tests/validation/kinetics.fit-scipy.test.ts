/**
 * The general fit against an independent implementation: scipy.optimize.least_squares (MINPACK, complex-step Jacobian) on natural parameters in
 * MBq and h, the functions written anew in Python, infusions by Gauss–Legendre quadrature of the convolution. Skipped aloud where
 * python3 has no scipy.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fitTimeActivity, parametricCurve, workingParameters } from '../../native-core/kinetics/index.ts'
import type { Administration, FitRequest } from '../../native-core/kinetics/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const PYTHON = '/usr/bin/python3'
const hasScipy = spawnSync(PYTHON, ['-c', 'import scipy.optimize']).status === 0

const PROGRAM = `
import json, sys
import numpy as np
from scipy.optimize import least_squares
E = np.exp
x, w = np.polynomial.legendre.leggauss(40); x, w = (x+1)/2, w/2
def bolus(model, p, t, lp, lbc, given):
    if model == 'mono-exponential': return p[0]*E(-(p[1]+lp)*t), p[0]/(p[1]+lp)
    if model == 'uptake-washout-area':
        s = 1/(p[1]+lp)-1/(p[2]+lp)
        return p[0]/s*(E(-(p[1]+lp)*t)-E(-(p[2]+lp)*t)), p[0]
    if model == 'bi-exponential': return p[0]*E(-(p[1]+lp)*t)+p[2]*E(-(p[3]+lp)*t), p[0]/(p[1]+lp)+p[2]/(p[3]+lp)
    if model == 'hardiansyah-2021-f2e': return p[0]*E(-(p[1]+lp)*t)+(given-p[0])*E(-lp*t), p[0]/(p[1]+lp)+(given-p[0])/lp
    if model == 'hardiansyah-2021-shares': return p[0]*(p[1]*E(-(p[2]+lp)*t)+(1-p[1])*E(-lp*t)), p[0]*(p[1]/(p[2]+lp)+(1-p[1])/lp)
    if model == 'hardiansyah-2023-f4d':
        a = p[1]
        s = (1-a)/(p[2]+lp)-a/(p[3]+lp)-(1-2*a)/(lbc+lp)
        return p[0]/s*E(-lp*t)*((1-a)*E(-p[2]*t)-a*E(-p[3]*t)-(1-2*a)*E(-lbc*t)), p[0]
    raise ValueError(model)
def curve(c, p, t):
    if not c['infusion']: return bolus(c['model'], p, t, c['rate'], c['lbc'], c['given'])[0]
    out = 0
    for start, length, share in c['infusion']:
        rows = []
        for ti in t:
            since = ti-start
            if since < 0: rows.append(0*p[0]); continue
            if length == 0: rows.append(share*bolus(c['model'], p, since, c['rate'], c['lbc'], c['given'])[0]); continue
            over = min(since, length)
            u = since-over*x
            rows.append(share*over/length*np.sum(w*bolus(c['model'], p, u, c['rate'], c['lbc'], c['given'])[0]))
        out = out+np.array(rows)
    return out
out = []
for c in json.load(sys.stdin):
    t, y, s = (np.array(c[k]) for k in ('t', 'y', 's'))
    q = [tuple(v) for v in c['prior']]
    def residuals(p):
        r = (y-curve(c, p, t))/s
        extra = [(np.log(p[j])-np.log(m))/np.log(g) for j, m, g in q]
        return np.concatenate([r, np.array(extra)]) if q else r
    def jacobian(p):
        cols = []
        for j in range(len(p)):
            z = np.array(p, dtype=complex); h = 1e-30*max(abs(p[j]), 1e-10); z[j] += 1j*h
            cols.append(np.imag(residuals(z))/h)
        return np.array(cols).T
    robust = {'loss': 'huber', 'f_scale': c['huber']} if c['huber'] else {}
    best = None
    for start in c['starts']:
        try:
            fit = least_squares(residuals, start, jac=jacobian, x_scale=np.abs(start), xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=5000,
                                method='trf' if robust else 'lm', **robust)
        except Exception: continue
        if best is None or fit.cost < best.cost: best = fit
    p = best.x
    r, j = residuals(p), jacobian(p)
    weight = np.where(np.abs(r) <= c['huber'], 1, c['huber']/np.abs(r)) if c['huber'] else np.ones(len(r))
    cov = np.linalg.inv(j.T @ (weight[:, None]*j))
    g = []
    for k in range(len(p)):
        z = np.array(p, dtype=complex); h = 1e-30*abs(p[k]); z[k] += 1j*h
        g.append(np.imag(bolus(c['model'], z, 1.0, c['rate'], c['lbc'], c['given'])[1])/h)
    g = np.array(g)
    n = len(t)
    out.append({'p': list(p), 'cov': cov.tolist(), 'tia': float(np.real(bolus(c['model'], p, 1.0, c['rate'], c['lbc'], c['given'])[1])),
                'u': float(np.sqrt(g @ cov @ g)), 'chi': float(np.sum(r[:n]**2))})
json.dump(out, sys.stdout)
`

const HALF_LIFE_H = 159.528
const RATE = Math.LN2 / HALF_LIFE_H
const LBC = Math.LN2 * 60
const GIVEN = 7000
const INFUSION: readonly (readonly [number, number, number])[] = [
  [0, 1.5, 0.7],
  [12, 0, 0.3],
]

/** Natural parameters in MBq and h. */
const TRUTHS: readonly (readonly [model: string, natural: readonly number[]])[] = [
  ['mono-exponential', [180, 0.008]],
  ['uptake-washout-area', [14000, 0.009, 0.25]],
  ['bi-exponential', [150, 0.006, 120, 0.2]],
  ['bi-exponential', [200, 0.008, -140, 0.3]],
  ['hardiansyah-2021-f2e', [5500, 0.12]],
  ['hardiansyah-2021-shares', [220, 0.7, 0.03]],
  ['hardiansyah-2023-f4d', [12000, 0.15, 0.008, 0.12]],
]

interface Case {
  readonly model: string
  readonly t: readonly number[]
  readonly y: readonly number[]
  readonly s: readonly number[]
  readonly rate: number
  readonly lbc: number
  readonly given: number
  readonly infusion: readonly (readonly [number, number, number])[]
  readonly huber: number
  /** Index of the parameter, median, geometric standard deviation. */
  readonly prior: readonly (readonly [number, number, number])[]
  readonly starts: readonly (readonly number[])[]
}

interface Answer {
  readonly p: readonly number[]
  readonly cov: readonly (readonly number[])[]
  readonly tia: number
  readonly u: number
  readonly chi: number
}

const ADMINISTRATION: Administration = INFUSION.map(([start, duration, share]) => ({
  startS: start * 3600,
  durationS: duration * 3600,
  share,
}))

const contextOf = (infused: boolean) => ({
  physicalRatePerS: RATE,
  circulationRatePerS: LBC,
  administeredBq: GIVEN,
  // In h, as everything here.
  ...(infused ? { administration: INFUSION.map(([startS, durationS, share]) => ({ startS, durationS, share })) } : {}),
})

function cases(): Case[] {
  const random = new RandomStream(20261127)
  return (['plain', 'infusion', 'huber', 'prior'] as const).flatMap((kind) =>
    TRUTHS.map(([model, natural]): Case => {
      const t = [0.5, 1, 2, 4, 8, 16, 24, 48, 72, 120, 168].map((h) => h * (0.95 + 0.1 * random.uniform()))
      const curve = parametricCurve(model, contextOf(kind === 'infusion'))
      const phi = workingParameters(curve, natural)
      const exact = t.map((h) => curve.value(phi, h))
      const y = exact.map((v, i) => v * (1 + 0.03 * random.normal() + (kind === 'huber' && i === 5 ? 0.3 : 0)))
      return {
        model,
        t,
        y,
        s: exact.map((v) => 0.03 * v),
        rate: RATE,
        lbc: LBC,
        given: GIVEN,
        infusion: kind === 'infusion' ? INFUSION : [],
        huber: kind === 'huber' ? 1.345 : 0,
        prior: kind === 'prior' ? [[curve.parameters.findIndex((p) => p.name === 'lambdaBiol1'), 0.012, 1.3]] : [],
        starts: [natural, natural.map((v, j) => v * (j % 2 === 0 ? 1.05 : 0.95))],
      }
    }),
  )
}

const kindOf = (c: Case): string =>
  c.infusion.length > 0 ? 'infusion and bolus' : c.huber > 0 ? 'Huber loss' : c.prior.length > 0 ? 'MAP' : 'bolus'

function requestOf(c: Case): FitRequest {
  return {
    label: 'x',
    timesS: c.t.map((h) => h * 3600),
    activityBq: c.y.map((v) => v * 1e6),
    sigmaBq: c.s.map((v) => v * 1e6),
    physicalHalfLifeS: HALF_LIFE_H * 3600,
    administeredBq: GIVEN * 1e6,
    circulationRatePerS: LBC / 3600,
    model: c.model,
    // An empty list of starts asks for the general fit also where the model is one of blocks.
    start: {},
    ...(c.infusion.length > 0 ? { administration: ADMINISTRATION } : {}),
    ...(c.huber > 0 ? { loss: { kind: 'huber' as const, limit: c.huber } } : {}),
    ...(c.prior[0]
      ? {
          prior: {
            parameters: {
              lambdaBiol1: { geometricMean: c.prior[0][1] / 3600, geometricStandardDeviation: c.prior[0][2] },
            },
          },
        }
      : {}),
  }
}

describe.skipIf(!hasScipy)(
  'general fit against scipy.optimize.least_squares (skipped where python3 has no scipy)',
  () => {
    const list = cases()
    const done = hasScipy ? spawnSync(PYTHON, ['-c', PROGRAM], { input: JSON.stringify(list), encoding: 'utf8' }) : null
    const answers = JSON.parse(done?.stdout || '[]') as Answer[]

    it('scipy has answered', () => {
      expect(done?.stderr).toBe('')
      expect(answers).toHaveLength(list.length)
    })

    it.each(list.map((c, i) => [i + 1, c.model, kindOf(c), c] as const))(
      'curve %i, %s, %s: parameters, covariance, TIA and its uncertainty within 1e-6',
      (number, _model, _kind, c) => {
        const answer = answers[number - 1] as Answer
        const fit = fitTimeActivity(requestOf(c))
        expect(fit.converged).toBe(true)
        const close = (found: number, expected: number): void =>
          expect(Math.abs(found / expected - 1)).toBeLessThan(1e-6)
        close(fit.chiSquare, answer.chi)
        close(fit.tiaBqS / 3.6e9, answer.tia)
        close(fit.tiaUncertaintyBqS / 3.6e9, answer.u)
        const unit = fit.parameters.map((p) =>
          p.unit === 'Bq' ? 1e-6 : p.unit === 'Bq·s' ? 1 / 3.6e9 : p.unit === '1/s' ? 3600 : 1,
        )
        fit.parameters.forEach((p, i) => {
          close(p.value * (unit[i] as number), answer.p[i] as number)
          fit.parameters.forEach((_, j) => {
            const scale = Math.sqrt((answer.cov[i]?.[i] as number) * (answer.cov[j]?.[j] as number))
            const found = (fit.covariance[i]?.[j] as number) * (unit[i] as number) * (unit[j] as number)
            expect(Math.abs(found - (answer.cov[i]?.[j] as number)) / scale).toBeLessThan(1e-6)
          })
        })
      },
    )
  },
)
