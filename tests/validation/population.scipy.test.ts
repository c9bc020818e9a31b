/**
 * The linear mixed model against SciPy: the likelihood of scipy.stats.multivariate_normal, and the maximum that scipy.optimize finds on
 * its own. Skipped aloud where python3 has no scipy.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fitPopulation } from '../../native-core/kinetics/population/index.ts'
import { straightLine } from '../../native-core/kinetics/population/testCurves.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const PYTHON = '/usr/bin/python3'
const hasScipy = spawnSync(PYTHON, ['-c', 'import scipy.stats']).status === 0

const PROGRAM = `
import json, sys
import numpy as np
from scipy.stats import multivariate_normal
from scipy.optimize import minimize
case = json.load(sys.stdin)
data = [(np.array(s['t']), np.array(s['y'])) for s in case['subjects']]
def minus2ll(mu, omega, noise):
    value = 0.0
    for t, y in data:
        z = np.column_stack([np.ones_like(t), t])
        value -= 2*multivariate_normal(z @ mu, z @ omega @ z.T + noise**2*np.eye(len(t))).logpdf(y)
    return value
def of(x):
    c = np.array([[np.exp(x[2]), 0], [x[3], np.exp(x[4])]])
    return x[:2], c @ c.T, np.exp(x[5])
best = minimize(lambda x: minus2ll(*of(x)), case['start'], method='BFGS', options={'gtol': 1e-7})
best = minimize(lambda x: minus2ll(*of(x)), best.x, method='Nelder-Mead', options={'xatol': 1e-9, 'fatol': 1e-12, 'maxiter': 20000})
mu, omega, noise = of(best.x)
there = minus2ll(np.array(case['mu']), np.array(case['omega']), case['noise'])
json.dump({'value': best.fun, 'mu': list(mu), 'omega': omega.tolist(), 'noise': float(noise), 'there': there}, sys.stdout)
`

interface Answer {
  readonly value: number
  readonly mu: readonly number[]
  readonly omega: readonly (readonly number[])[]
  readonly noise: number
  /** −2 log likelihood at this program's estimates. */
  readonly there: number
}

describe.skipIf(!hasScipy)('linear mixed model against SciPy (skipped without scipy)', () => {
  const random = new RandomStream(20260415)
  const subjects = Array.from({ length: 14 }, (_, i) => {
    const a = 3 + 0.8 * random.normal()
    const b = -0.25 + 0.1 * random.normal()
    const timesS = [0, 1, 2.5, 4, 6].slice(0, 3 + (i % 3))
    return {
      label: `subject ${i + 1}`,
      timesS,
      values: timesS.map((t) => Math.max(0, a + b * t + 0.2 * random.normal())),
    }
  })

  it.each(['foce-interaction', 'lindstrom-bates'] as const)(
    '%s: likelihood at the estimates to 1e-10, maximum to 1e-8, estimates to 1e-4',
    (algorithm) => {
      const fit = fitPopulation({
        curve: straightLine,
        subjects,
        residual: 'additive',
        omega: 'full',
        algorithm,
        start: [3, -0.2],
      })
      const input = {
        subjects: subjects.map(({ timesS, values }) => ({ t: timesS, y: values })),
        start: [3, -0.25, -0.2, 0, -2.3, -1.6],
        mu: fit.mu.map(({ value }) => value),
        omega: fit.omega,
        noise: fit.residual.additive.value,
      }
      const { stdout } = spawnSync(PYTHON, ['-c', PROGRAM], { input: JSON.stringify(input), encoding: 'utf8' })
      const scipy = JSON.parse(stdout) as Answer
      expect(fit.converged).toBe(true)
      expect(Math.abs(fit.minusTwoLogLikelihood / scipy.there - 1)).toBeLessThan(1e-10)
      expect(Math.abs(fit.minusTwoLogLikelihood / scipy.value - 1)).toBeLessThan(1e-8)
      scipy.mu.forEach((v, k) => expect(Math.abs((fit.mu[k]?.value ?? NaN) / v - 1)).toBeLessThan(1e-4))
      scipy.omega
        .flat()
        .forEach((v, k) => expect(Math.abs((fit.omega.flat()[k] ?? NaN) - v)).toBeLessThan(1e-4 * Math.abs(v) + 1e-6))
      expect(Math.abs(fit.residual.additive.value / scipy.noise - 1)).toBeLessThan(1e-4)
    },
  )
})
