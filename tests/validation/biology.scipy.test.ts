/**
 * Biological effect against independent implementations in SciPy, through `calc` so that units and schemas are part of what is compared: double integrals by
 * scipy.integrate.quad for G and BED, scipy.stats for probabilities, scipy.integrate.solve_ivp for growth and for the backward equation of
 * the birth-and-death process. Skipped aloud where python3 has no scipy.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { runCalc } from '../../electron/services/calc/index.ts'

const PYTHON = '/usr/bin/python3'
const hasScipy = spawnSync(PYTHON, ['-c', 'import scipy.integrate']).status === 0
const resources = fileResources()

/** Times in h, dose rates in Gy/h. Each task is an input of `calc` as it stands. */
const PROGRAM = `
import json, sys
import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq
from scipy.stats import norm, truncnorm, lognorm

LN2 = np.log(2)

def terms_of(c):
    if 'terms' in c: return [(x['rateGyPerH'], LN2/x['halfLifeH']) for x in c['terms']]
    slow = LN2/c['effectiveHalfLifeH']
    if 'uptakeHalfLifeH' not in c: return [(c['doseGy']*slow, slow)]
    fast = LN2/c['uptakeHalfLifeH']
    r = c['doseGy']/(1/slow - 1/fast)
    return [(r, slow), (-r, fast)]

def one_rate(c):
    if 'timesH' in c:
        x, y = np.array(c['timesH'], float), np.array(c['rateGyPerH'], float)
        tail = c.get('tailHalfLifeH')
        def f(t):
            if t < x[0]: return 0.0
            if t <= x[-1]: return float(np.interp(t, x, y))
            return y[-1]*2**(-(t-x[-1])/tail) if tail else 0.0
        return f
    s, ts = c.get('startH', 0), terms_of(c)
    return lambda t: sum(r*np.exp(-l*(t-s)) for r, l in ts) if t >= s else 0.0

def rate(curves):
    fs = [one_rate(c) for c in curves]
    return lambda t: sum(f(t) for f in fs)

def cuts(curves, end):
    out = set()
    for c in curves:
        if 'timesH' in c:
            out |= set(c['timesH'])
            if c.get('tailHalfLifeH'): out |= {c['timesH'][-1] + k*c['tailHalfLifeH'] for k in (.5, 1, 2, 4, 8, 16, 45)}
        else:
            s = c.get('startH', 0)
            out |= {s}
            for _, l in terms_of(c): out |= {s + k*LN2/l for k in (.25, .5, 1, 2, 4, 8, 16, 45)}
    return sorted(x for x in out if x < end) + ([end] if np.isfinite(end) else [])

def kernel(t):
    if 'repairHalfTimeH' in t: return lambda u: 2**(-u/t['repairHalfTimeH'])
    if 'secondOrderHalfTimeH' in t: return lambda u: 1/(1 + u/t['secondOrderHalfTimeH'])
    return lambda u: sum(c['fraction']*2**(-u/c['halfTimeH']) for c in t['repairComponents'])

def pieces(f, at, lo, hi, **kw):
    ps = [lo] + [x for x in at if lo < x < hi] + [hi]
    return sum(quad(f, a, b, limit=200, epsabs=0, **kw)[0] for a, b in zip(ps, ps[1:]))

def g_factor(t):
    at = cuts(t['curves'], t.get('untilH', np.inf))
    R, k = rate(t['curves']), kernel(t)
    lo, hi = at[0], at[-1]
    D = pieces(R, at, lo, hi, epsrel=1e-10)
    # The kernel falls fast beside the diagonal: cut there.
    near = [x*t.get('repairHalfTimeH', min([1] + [c['halfTimeH'] for c in t.get('repairComponents', [])])) for x in (30, 8, 2)]
    def S(x):
        own = sorted(set(at) | {x - d for d in near})
        return pieces(lambda w: R(w)*k(x-w), own, lo, x, epsrel=1e-8) if x > lo else 0.0
    Q = 2*pieces(lambda x: R(x)*S(x), at, lo, hi, epsrel=1e-8)
    return {'g': Q/D**2, 'doseGy': D, 'pairGy2': Q}

def unrepaired(curves, mu):
    """S(t) of exponentials with one repair rate, in closed form."""
    def S(t):
        out = 0.0
        for c in curves:
            s = c.get('startH', 0)
            if t > s: out += sum(r*(np.exp(-l*(t-s)) - np.exp(-mu*(t-s)))/(mu-l) for r, l in terms_of(c))
        return out
    return S

def repopulation(t):
    mu, p = LN2/t['repairHalfTimeH'], t['repopulation']
    R, S = rate(t['curves']), unrepaired(t['curves'], mu)
    eff = lambda x: R(x)*(1 + 2*S(x)/t['alphaBetaGy'])
    growth = LN2/(p['alphaPerGy']*p['doublingTimeH'])
    at = cuts(t['curves'], np.inf)
    end = p.get('untilH') or brentq(lambda x: eff(x) - growth, max(c.get('startH', 0) for c in t['curves']) + 1, 3000, xtol=1e-12, rtol=1e-14)
    gross = pieces(eff, at, at[0], end, epsrel=1e-11)
    lost = max(0, end - at[0] - p.get('kickOffH', 0))*growth
    return {'bedGy': gross - lost, 'endH': end, 'lostGy': lost}

def histogram(t):
    d = np.array([b['doseGy'] for b in t['histogram']]); v = np.array([b['volume'] for b in t['histogram']])
    return d, v/v.sum()

def ntcp(t):
    d, v = histogram(t)
    if t['model'] == 'lkb':
        return float(norm.cdf(np.sum(v*d**(1/t['n']))**t['n'], loc=t['td50Gy'], scale=t['m']*t['td50Gy']))
    if t['model'] == 'logit':
        return float(1/(1 + (t['td50Gy']/np.sum(v*d**t['a'])**(1/t['a']))**(4*t['gamma50'])))
    if t['model'] == 'relative-seriality':
        P = 2**(-np.exp(np.e*t['gamma']*(1 - d/t['td50Gy'])))
        return float((1 - np.prod((1 - P**t['s'])**v))**(1/t['s']))
    f = np.sum(v/(1 + (t['td50Gy']/d)**t['k']))
    return float(norm.cdf(f, loc=t['v50'], scale=t['sigma']))

def poisson(t):
    d, v = histogram(t)
    at = lambda a: np.exp(-t['clonogens']*np.sum(v*np.exp(-a*d)))
    sd = t.get('alphaSdPerGy', 0)
    if sd == 0: return float(at(t['alphaPerGy']))
    law = truncnorm(-t['alphaPerGy']/sd, np.inf, loc=t['alphaPerGy'], scale=sd)
    edges = np.linspace(0, t['alphaPerGy'] + 10*sd, 60)
    return float(sum(quad(lambda a: at(a)*law.pdf(a), a, b, epsabs=1e-13, epsrel=1e-11)[0] for a, b in zip(edges, edges[1:])))

def survival(t):
    cv = t['cv']; sig = np.sqrt(np.log1p(cv*cv))
    law = lognorm(sig, scale=t['doseGy']*np.exp(-sig*sig/2))
    f = lambda x: np.exp(-t['alphaPerGy']*np.exp(x)*(1 + t['g']*np.exp(x)/t['alphaBetaGy'])) * norm.pdf(x, np.log(t['doseGy']) - sig*sig/2, sig)
    m = np.log(t['doseGy'])
    edges = np.linspace(m - 14*sig - 3, m + 10*sig, 80)
    return float(sum(quad(f, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in zip(edges, edges[1:])))

def backward_tcp(t):
    mu = LN2/t['repairHalfTimeH']
    R, S = rate(t['curves']), unrepaired(t['curves'], mu)
    b = LN2/t['doublingTimeH']; d = t.get('cellLossFactor', 0)*b
    beta = t['alphaPerGy']/t['alphaBetaGy']
    end = t['atH']
    # u: chance that one cell alive at s has offspring at the end; u' = b u^2 - (b - death) u, u(end) = 1, carried as its logarithm.
    def f(x, y):
        death = d + t['alphaPerGy']*R(x) + 2*beta*R(x)*S(x)
        return [b*np.exp(y[0]) - (b - death)]
    stops = sorted({c.get('startH', 0) for c in t['curves'] if c.get('startH', 0) < end} | {end}, reverse=True)
    y = [0.0]
    for a, c in zip(stops, stops[1:]):
        y = solve_ivp(f, (a, c + 1e-12), y, method='DOP853', rtol=1e-11, atol=1e-13).y[:, -1]
    return float(np.exp(t['clonogens']*np.log1p(-np.exp(y[0]))))

def growth(t):
    g = t['growth']
    def law(V):
        if g['kind'] == 'exponential': return LN2/g['doublingTimeH']
        return g['ratePerH']*(np.log(g['capacityMl']/V) if g['kind'] == 'gompertz' else 1 - V/g['capacityMl'])
    mu = LN2/t['repairHalfTimeH']
    R = rate(t['curves'])
    al, be = t['alphaPerGy'], t['alphaPerGy']/t['alphaBetaGy']
    h = t.get('hypoxia'); share = h['fraction'] if h else 0.0
    ah, bh = (al/h['oerAlpha'], be/h['oerBeta']**2) if h else (al, be)
    back = LN2/h['reoxygenationHalfTimeH'] if h and h.get('reoxygenationHalfTimeH') else 0.0
    c = LN2/t['clearanceHalfTimeH'] if t.get('clearanceHalfTimeH') else 0.0
    def f(x, y):
        o, p, X, S = y
        V = o + p + (X if c else 0)
        r = R(x)
        ko, kp = al*r + 2*be*r*S, ah*r + 2*bh*r*S
        return [(law(V) - ko)*o + back*p, (law(V) - kp)*p - back*p, ko*o + kp*p - c*X, r - mu*S]
    stops = sorted({x.get('startH', 0) for x in t['curves']} | set(t['timesH']))
    y = [t['volumeMl']*(1-share), t['volumeMl']*share, 0.0, 0.0]
    out, at = {stops[0]: y}, y
    for a, b in zip(stops, stops[1:]):
        at = solve_ivp(f, (a, b - 1e-12), at, method='DOP853', rtol=1e-13, atol=1e-20).y[:, -1]
        out[b] = at
    return [{'livingMl': float(out[x][0]+out[x][1]), 'volumeMl': float(out[x][0]+out[x][1]+(out[x][2] if c else 0)), 'hypoxicMl': float(out[x][1])} for x in t['timesH']]

KINDS = dict(g_factor=g_factor, repopulation=repopulation, ntcp=ntcp, poisson=poisson, survival=survival, backward_tcp=backward_tcp, growth=growth)
json.dump([KINDS[k](t) for k, t in json.load(sys.stdin)], sys.stdout)
`

interface Task {
  readonly kind: string
  readonly calc: string
  readonly words: string
  readonly input: Readonly<Record<string, unknown>>
}

const kidney = [
  { doseGy: 6, effectiveHalfLifeH: 51, uptakeHalfLifeH: 3 },
  { startH: 30, doseGy: 5, effectiveHalfLifeH: 44 },
]
const sampled = {
  timesH: [2, 3, 7.5, 24, 70],
  rateGyPerH: [0, 0.4, 0.31, 0.12, 0.05],
  tailHalfLifeH: 55,
}
const histogram = [3, 11, 17, 24, 29, 38].map((doseGy, k) => ({ doseGy, volume: [10, 25, 30, 20, 10, 5][k] }))
const bed = [40, 70, 85, 110].map((doseGy, k) => ({ doseGy, volume: [5, 25, 40, 30][k] }))
const cycles = [0, 1344, 2688].map((startH) => ({ startH, doseGy: 25, effectiveHalfLifeH: 80, uptakeHalfLifeH: 4 }))
const tumour = { volumeMl: 12, alphaPerGy: 0.25, alphaBetaGy: 8, repairHalfTimeH: 1.7, curves: cycles }
const timesH = [0, 100, 1344, 1500, 3000, 5000]

const TASKS: readonly Task[] = [
  ...(
    [
      ['two cycles a day apart with uptake', { curves: kidney, repairHalfTimeH: 2.8 }],
      [
        'two repair components',
        {
          curves: [kidney[0]],
          repairComponents: [
            { halfTimeH: 0.4, fraction: 0.4 },
            { halfTimeH: 4, fraction: 0.6 },
          ],
        },
      ],
      ['samples and a tail', { curves: [sampled], repairHalfTimeH: 1.5 }],
      ['samples beside an exponential, until 60 h', { curves: [sampled, kidney[1]], repairHalfTimeH: 2, untilH: 60 }],
      ['second-order repair', { curves: [kidney[0]], secondOrderHalfTimeH: 1.2 }],
      ['second-order repair of samples, until 60 h', { curves: [sampled], secondOrderHalfTimeH: 3, untilH: 60 }],
    ] as const
  ).map(([words, input]): Task => ({ kind: 'g_factor', calc: 'g-factor', words, input })),
  ...[{}, { kickOffH: 72 }, { untilH: 400 }].map((more, k): Task => ({
    kind: 'repopulation',
    calc: 'bed',
    words: ['critical time', 'critical time, kick-off at 72 h', 'until 400 h'][k] ?? '',
    input: {
      curves: [{ doseGy: 60, effectiveHalfLifeH: 60 }],
      repairHalfTimeH: 1.5,
      alphaBetaGy: 10,
      repopulation: { alphaPerGy: 0.3, doublingTimeH: 240, ...more },
    },
  })),
  ...[
    { model: 'lkb', td50Gy: 28, m: 0.1, n: 0.7 },
    { model: 'lkb', td50Gy: 20, m: 0.4, n: 0.05 },
    { model: 'logit', td50Gy: 25, gamma50: 2.2, a: 1.4 },
    { model: 'relative-seriality', td50Gy: 26, gamma: 1.3, s: 0.4 },
    { model: 'parallel', td50Gy: 24, k: 3.1, v50: 0.45, sigma: 0.12 },
  ].map((input): Task => ({
    kind: 'ntcp',
    calc: 'ntcp',
    words: input.model,
    input: { ...input, histogram, total: 100 },
  })),
  ...[0, 0.04, 0.15].map((alphaSdPerGy): Task => ({
    kind: 'poisson',
    calc: 'tcp',
    words: `Poisson, spread of α ${alphaSdPerGy} 1/Gy`,
    input: { histogram: bed, total: 100, clonogens: 3e6, alphaPerGy: 0.23, alphaSdPerGy },
  })),
  ...[0.1, 0.5, 1.2].map((cv): Task => ({
    kind: 'survival',
    calc: 'cell-survival',
    words: `log-normal doses, coefficient of variation ${cv}`,
    input: { doseGy: 22, g: 0.07, alphaPerGy: 0.3, alphaBetaGy: 9, cv },
  })),
  ...[
    { clonogens: 2e5, cellLossFactor: 0, atH: 4200 },
    { clonogens: 5e6, cellLossFactor: 0.7, atH: 6000 },
    { clonogens: 300, cellLossFactor: 0.3, atH: 500 },
  ].map((more): Task => ({
    kind: 'backward_tcp',
    calc: 'tcp',
    words: `Zaider–Minerbo, ${more.clonogens} clonogens, cell loss ${more.cellLossFactor}`,
    input: {
      model: 'zaider-minerbo',
      curves: cycles,
      repairHalfTimeH: 1.7,
      alphaPerGy: 0.25,
      alphaBetaGy: 8,
      doublingTimeH: 1500,
      ...more,
    },
  })),
  ...[
    { growth: { kind: 'exponential', doublingTimeH: 1100 } },
    { growth: { kind: 'gompertz', ratePerH: 2e-4, capacityMl: 600 }, clearanceHalfTimeH: 300 },
    { growth: { kind: 'logistic', ratePerH: 8e-4, capacityMl: 90 }, clearanceHalfTimeH: 150 },
    {
      growth: { kind: 'gompertz', ratePerH: 2e-4, capacityMl: 600 },
      clearanceHalfTimeH: 300,
      hypoxia: { fraction: 0.2, oerAlpha: 1.8, oerBeta: 2.5, reoxygenationHalfTimeH: 400 },
    },
  ].map((more): Task => ({
    kind: 'growth',
    calc: 'growth',
    words: `${more.growth.kind}${more.hypoxia ? ', hypoxic cells' : ''}${more.clearanceHalfTimeH ? ', dying tissue' : ''}`,
    input: { ...tumour, ...more, timesH },
  })),
]

/** Relative differences that are allowed, by kind: those of the quadratures and solvers that are compared with. */
const TOLERANCE: Readonly<Record<string, number>> = {
  g_factor: 1e-6,
  repopulation: 1e-9,
  ntcp: 1e-9,
  poisson: 1e-9,
  survival: 1e-8,
  backward_tcp: 1e-6,
  growth: 1e-6,
}

/** Volumes that the solver of the program does not tell apart: less than that of a cell, some 1e-9 mL. */
const DUST_ML = 1e-11

const METHOD: Readonly<Record<string, string>> = {
  g_factor: 'double integral by scipy.integrate.quad',
  repopulation: 'scipy.optimize.brentq and quad',
  ntcp: 'scipy.stats.norm and plain sums',
  poisson: 'scipy.stats.truncnorm and quad',
  survival: 'quad over scipy.stats.norm in ln dose',
  backward_tcp: 'backward equation by solve_ivp (DOP853)',
  growth: 'solve_ivp (DOP853)',
}

describe.skipIf(!hasScipy)('biological effect against SciPy (skipped where /usr/bin/python3 has no scipy)', () => {
  const done = hasScipy
    ? spawnSync(PYTHON, ['-c', PROGRAM], {
        input: JSON.stringify(TASKS.map(({ kind, input }) => [kind, input])),
        encoding: 'utf8',
      })
    : null
  const answers = JSON.parse(done?.stdout || '[]') as unknown[]

  it('SciPy has answered', () => {
    expect(done?.stderr).toBe('')
    expect(answers).toHaveLength(TASKS.length)
  })

  const close = (found: unknown, expected: unknown, tolerance: number, what: string, absolute = 0): void => {
    const [a, b] = [found as number, expected as number]
    expect(Math.abs(a - b), `${what}: ${a}, SciPy ${b}`).toBeLessThan(tolerance * Math.abs(b) + absolute)
  }

  it.each(
    TASKS.map(
      (task, k) =>
        [
          `${task.calc}, ${task.words}: ${METHOD[task.kind] ?? ''}, within ${TOLERANCE[task.kind] ?? 0}`,
          task,
          k,
        ] as const,
    ),
  )('%s', (_, { kind, calc, input }, k) => {
    const found = runCalc(calc, input, resources) as Record<string, unknown>
    const answer = answers[k] as Record<string, number>
    const tolerance = TOLERANCE[kind] ?? 0
    if (kind === 'g_factor')
      for (const name of ['g', 'doseGy', 'pairGy2']) close(found[name], answer[name], tolerance, name)
    else if (kind === 'repopulation') {
      const { endH, lostGy } = found['repopulation'] as Record<string, number>
      close(found['bedGy'], answer['bedGy'], tolerance, 'BED')
      close(endH, answer['endH'], tolerance, 'end')
      close(lostGy, answer['lostGy'], tolerance, 'lost')
    } else if (kind === 'growth') {
      const states = found['states'] as Record<string, number>[]
      const expected = answers[k] as Record<string, number>[]
      states.forEach((state, at) => {
        for (const name of ['livingMl', 'volumeMl'])
          close(state[name], expected[at]?.[name], tolerance, `${name} ${at}`, DUST_ML)
        if (input['hypoxia']) close(state['hypoxicMl'], expected[at]?.['hypoxicMl'], tolerance, `hypoxic ${at}`)
      })
    } else close(found[{ ntcp: 'ntcp', survival: 'survival' }[kind] ?? 'tcp'], answers[k], tolerance, kind)
  })
})
