/**
 * Weighted least squares against an independent implementation: scipy.optimize.least_squares (MINPACK's and Coleman–Li's methods) on
 * plain amplitudes and rates. Skipped aloud where python3 has no scipy.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fitTimeActivity } from '../../native-core/kinetics/index.ts'
import type { TacModelId } from '../../native-core/kinetics/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const PYTHON = '/usr/bin/python3'
const hasScipy = spawnSync(PYTHON, ['-c', 'import scipy.optimize']).status === 0

const PROGRAM = `
import json, sys
import numpy as np
from scipy.optimize import least_squares
out = []
for case in json.load(sys.stdin):
    t, y, s = (np.array(case[k]) for k in ('t', 'y', 's'))
    model, lp = case['model'], case['rate']
    def curve(p):
        if model == 'mono-exponential': return p[0]*np.exp(-p[1]*t)
        if model == 'uptake-washout': return p[0]*(np.exp(-p[1]*t)-np.exp(-p[2]*t))
        return p[0]*np.exp(-p[1]*t)+p[2]*np.exp(-p[3]*t)
    best = None
    for start in case['starts']:
        low = [0, lp] if model == 'mono-exponential' else [0, lp, lp] if model == 'uptake-washout' else [0, lp, -np.inf, lp]
        start = np.maximum(start, np.array(low) + 1e-12)
        fit = least_squares(lambda p: (y-curve(p))/s, start, bounds=(low, np.inf), x_scale=np.abs(start),
                            xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=20000)
        if best is None or fit.cost < best.cost: best = fit
    p = best.x
    c = np.linalg.inv(best.jac.T @ best.jac)
    if model == 'mono-exponential': tia, g = p[0]/p[1], [1/p[1], -p[0]/p[1]**2]
    elif model == 'uptake-washout': tia, g = p[0]*(1/p[1]-1/p[2]), [1/p[1]-1/p[2], -p[0]/p[1]**2, p[0]/p[2]**2]
    else: tia, g = p[0]/p[1]+p[2]/p[3], [1/p[1], -p[0]/p[1]**2, 1/p[3], -p[2]/p[3]**2]
    g = np.array(g)
    out.append({'tia': tia, 'u': float(np.sqrt(g @ c @ g)), 'chi': 2*best.cost, 'p': list(p), 'se': list(np.sqrt(np.diag(c)))})
json.dump(out, sys.stdout)
`

interface Case {
  readonly model: TacModelId
  readonly t: readonly number[]
  readonly y: readonly number[]
  readonly s: readonly number[]
  readonly rate: number
  readonly starts: readonly (readonly number[])[]
}

interface Answer {
  readonly tia: number
  readonly u: number
  readonly chi: number
  readonly p: readonly number[]
  readonly se: readonly number[]
}

const HALF_LIFE_H = 159.528

/** Noisy curves in h and MBq with 3 % sigmas; scipy starts at the truth, and once beside it. */
function cases(): Case[] {
  const random = new RandomStream(20240108)
  const between = (a: number, b: number): number => a + (b - a) * random.uniform()
  const list: Case[] = []
  for (let i = 0; i < 24; i++) {
    const model = (['mono-exponential', 'uptake-washout', 'bi-exponential'] as const)[i % 3] as TacModelId
    const slow = Math.LN2 / between(40, 110)
    const fast = Math.LN2 / between(2, 7)
    const a = between(50, 500)
    const b = model === 'uptake-washout' ? -a : a * between(0.5, 2)
    const t = [0.5, 1.5, 4, 9, 24, 48, 72, 120, 168].map((x) => x * between(0.95, 1.05))
    const exact = t.map((x) => a * Math.exp(-slow * x) + (model === 'mono-exponential' ? 0 : b * Math.exp(-fast * x)))
    const y = exact.map((v) => v * (1 + 0.03 * random.normal()))
    const truth =
      model === 'mono-exponential' ? [a, slow] : model === 'uptake-washout' ? [a, slow, fast] : [a, slow, b, fast]
    list.push({
      model,
      t,
      y,
      s: y.map((v) => 0.03 * v),
      rate: Math.LN2 / HALF_LIFE_H,
      starts: [truth, truth.map((v, j) => v * (j % 2 === 0 ? 1.3 : 0.8))],
    })
  }
  return list
}

describe.skipIf(!hasScipy)(
  'fits against scipy.optimize.least_squares (skipped where /usr/bin/python3 has no scipy)',
  () => {
    const list = cases()
    const done = hasScipy ? spawnSync(PYTHON, ['-c', PROGRAM], { input: JSON.stringify(list), encoding: 'utf8' }) : null
    const answers = JSON.parse(done?.stdout || '[]') as Answer[]

    it('scipy has answered', () => {
      expect(done?.stderr).toBe('')
      expect(answers).toHaveLength(list.length)
    })

    it.each(list.map((c, i) => [i + 1, c.model, c] as const))(
      'curve %i, %s: χ², parameters and TIA within 1e-6, standard errors and u(TIA) within 1e-4',
      (number, model, c) => {
        const answer = answers[number - 1] as Answer
        const fit = fitTimeActivity({
          label: 'x',
          timesS: c.t.map((h) => h * 3600),
          activityBq: c.y.map((v) => v * 1e6),
          sigmaBq: c.s.map((v) => v * 1e6),
          physicalHalfLifeS: HALF_LIFE_H * 3600,
          model,
        })
        const close = (found: number, expected: number, tolerance: number): void => {
          expect(Math.abs(found / expected - 1)).toBeLessThan(tolerance)
        }
        close(fit.chiSquare, answer.chi, 1e-6)
        close(fit.tiaBqS / 3.6e9, answer.tia, 1e-6)
        close(fit.tiaUncertaintyBqS / 3.6e9, answer.u, 1e-4)
        const order = model === 'bi-exponential' ? ['A1', 'lambda1', 'A2', 'lambda2'] : ['A1', 'lambda1', 'lambda2']
        answer.p.forEach((value, j) => {
          const parameter = fit.parameters.find((p) => p.name === order[j])
          const unit = parameter?.unit === 'Bq' ? 1e-6 : 3600
          close((parameter?.value ?? NaN) * unit, value, 1e-6)
          close((parameter?.standardError ?? NaN) * unit, answer.se[j] as number, 1e-4)
        })
      },
    )
  },
)
