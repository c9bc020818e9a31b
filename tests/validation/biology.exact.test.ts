/**
 * Closed forms of biological effect through `calc`, so that units and schemas are tested with them: protraction, BED, uniform doses, probabilities, growth. The
 * expected numbers are the formulas written out here, in h and Gy.
 */
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { runCalc } from '../../electron/services/calc/index.ts'

const resources = fileResources()
const run = (name: string, input: unknown): Record<string, unknown> =>
  runCalc(name, input, resources) as Record<string, unknown>
const number = (name: string, input: unknown, field: string): number => run(name, input)[field] as number

const close = (found: number, expected: number, tolerance = 1e-10): void => {
  expect(Math.abs(found / expected - 1), `${found} beside ${expected}`).toBeLessThan(tolerance)
}
const constant = (hours: number) => ({ timesH: [0, hours], rateGyPerH: [0.4, 0.4] })
const g = (input: unknown): number => number('g-factor', input, 'g')

describe('protraction, closed forms, within 1e-10', () => {
  it('one half-life: T_rep/(T_rep + T_eff); 1/2 where both are the same (Dale 1985)', () => {
    for (const [repair, effective] of [
      [2.8, 51],
      [0.5, 159.5],
      [7, 7],
      [60, 1],
    ] as const)
      close(
        g({ curves: [{ doseGy: 20, effectiveHalfLifeH: effective }], repairHalfTimeH: repair }),
        repair / (repair + effective),
      )
    close(g({ curves: [{ doseGy: 3, effectiveHalfLifeH: 7 }], repairHalfTimeH: 7 }), 0.5)
  })

  it('constant rate: 2(x − 1 + e^(−x))/x² with x = μT (Lea and Catcheside 1942)', () => {
    for (const [hours, repair] of [
      [2, 1.5],
      [24, 2.8],
      [300, 0.5],
    ] as const) {
      const x = (Math.LN2 * hours) / repair
      close(g({ curves: [constant(hours)], repairHalfTimeH: repair }), (2 * (x - 1 + Math.exp(-x))) / (x * x))
    }
  })

  it('acute dose: towards 1 as 1 − μT/3', () => {
    const hours = 1e-6
    const x = (Math.LN2 * hours) / 1.5
    close(g({ curves: [constant(hours)], repairHalfTimeH: 1.5 }), 1 - x / 3)
  })

  it('uptake and washout: Σ R_i·R_j/((λ_i + λ_j)(λ_i + μ))·2/D²; components of repair add by their shares', () => {
    const [slow, fast] = [Math.LN2 / 60, Math.LN2 / 4]
    const of = (repair: number): number => {
      const mu = Math.LN2 / repair
      const terms = [
        [1, slow],
        [-1, fast],
      ] as const
      const dose = 1 / slow - 1 / fast
      let pair = 0
      for (const [r, l] of terms) for (const [q, k] of terms) pair += (2 * r * q) / ((l + k) * (l + mu))
      return pair / (dose * dose)
    }
    const curves = [{ doseGy: 12, effectiveHalfLifeH: 60, uptakeHalfLifeH: 4 }]
    close(g({ curves, repairHalfTimeH: 1.5 }), of(1.5))
    const repairComponents = [
      { halfTimeH: 0.5, fraction: 0.3 },
      { halfTimeH: 4, fraction: 0.7 },
    ]
    close(g({ curves, repairComponents }), 0.3 * of(0.5) + 0.7 * of(4))
  })

  it('two equal administrations Δ apart: the pair term is doubled, and what is unrepaired adds 2·R²·[…]', () => {
    const [lambda, mu, delta] = [Math.LN2 / 40, Math.LN2 / 3, 20]
    const rate = 10 * lambda
    const single = (rate * rate) / (lambda * (lambda + mu))
    // First dose before, second after: ∫R₂S₁ + ∫R₁S₂ over t > Δ.
    const left = (Math.exp(-lambda * delta) - Math.exp(-mu * delta)) / (mu - lambda)
    const before = (2 * rate * rate * left) / (lambda + mu)
    const together = (2 * rate * rate * Math.exp(-lambda * delta)) / (lambda * (lambda + mu))
    const curves = [0, delta].map((startH) => ({ startH, doseGy: 10, effectiveHalfLifeH: 40 }))
    close(number('g-factor', { curves, repairHalfTimeH: 3 }, 'pairGy2'), 2 * single + before + together)
  })
})

describe('BED and EQD2, closed forms, within 1e-10', () => {
  it('n·d·(1 + d/(α/β)) of fractions, D·(1 + G·D/(α/β)) of a dose, EQD2 = BED/(1 + 2/(α/β))', () => {
    const beam = { externalBeam: [{ fractions: 30, dosePerFractionGy: 2 }], alphaBetaGy: 10 }
    close(number('eqd2', beam, 'bedGy'), 72)
    close(number('eqd2', beam, 'eqdGy'), 60)
    const input = { doseGy: 23, g: 0.05, alphaBetaGy: 2.6 }
    const expected = 23 * (1 + (0.05 * 23) / 2.6)
    close(number('bed', input, 'bedGy'), expected)
    close(number('bed', input, 'eqdGy'), expected / (1 + 2 / 2.6))
  })

  it('the activity of n equal cycles that uses up a limit, [−1 + √(1 + 4cB/n)]/(2cd), has that BED', () => {
    const [limit, n, dosePerGBq, effective, alphaBeta, repair] = [28, 4, 0.7, 51, 2.6, 2.8]
    const c = repair / (repair + effective) / alphaBeta
    const activity = (-1 + Math.sqrt(1 + (4 * c * limit) / n)) / (2 * c * dosePerGBq)
    const curves = Array.from({ length: n }, (_, k) => ({
      startH: 5000 * k,
      doseGy: dosePerGBq * activity,
      effectiveHalfLifeH: effective,
    }))
    close(number('bed', { curves, repairHalfTimeH: repair, alphaBetaGy: alphaBeta }, 'bedGy'), limit)
  })

  it('growth until T takes ln 2·(T − kick-off)/(α·T_pot) from the BED', () => {
    const input = {
      curves: [{ doseGy: 60, effectiveHalfLifeH: 60 }],
      repairHalfTimeH: 1.5,
      alphaBetaGy: 10,
      repopulation: { alphaPerGy: 0.3, doublingTimeH: 240, kickOffH: 100, untilH: 500 },
    }
    const { lostGy } = run('bed', input)['repopulation'] as { lostGy: number }
    close(lostGy, (Math.LN2 * 400) / (0.3 * 240))
  })
})

describe('equivalent uniform doses, closed forms, within 1e-10', () => {
  const histogram = [
    { doseGy: 10, volume: 0.25 },
    { doseGy: 30, volume: 0.75 },
  ]
  it('gEUD: the mean at a = 1, towards the maximum for large a, an even dose whatever a is', () => {
    close(number('geud', { histogram, a: 1 }, 'geudGy'), 25)
    close(number('geud', { histogram, a: 4 }, 'geudGy'), (0.25 * 1e4 + 0.75 * 81e4) ** 0.25)
    close(number('geud', { histogram, a: 4000 }, 'geudGy'), 30 * 0.75 ** (1 / 4000))
    for (const a of [-20, 1, 3, 200]) close(number('geud', { histogram: [{ doseGy: 17, volume: 1 }], a }, 'geudGy'), 17)
  })

  it('EUBED: −ln(Σ v·e^(−α·BED))/α (O’Donoghue 1999)', () => {
    close(
      number('geud', { histogram, alphaPerGy: 0.3 }, 'eubedGy'),
      -Math.log(0.25 * Math.exp(-3) + 0.75 * Math.exp(-9)) / 0.3,
    )
  })
})

describe('probabilities, closed forms, within 1e-10', () => {
  it('Poisson TCP: exp(−N·e^(−α·BED)), and 1/2 at the BED that is said to give it', () => {
    const input = { clonogens: 1e7, alphaPerGy: 0.3 }
    close(number('tcp', { ...input, bedGy: 55 }, 'tcp'), Math.exp(-1e7 * Math.exp(-16.5)))
    const half = number('tcp', { ...input, bedGy: 55 }, 'bedForHalfGy')
    close(half, Math.log(1e7 / Math.LN2) / 0.3)
    close(number('tcp', { ...input, bedGy: half }, 'tcp'), 0.5)
  })

  it('Zaider–Minerbo without dose: birth and death leave (d/b)·(1 − e^(−(b−d)t))/(1 − (d/b)·e^(−(b−d)t)) of one cell’s lines extinct', () => {
    const [birth, loss, atH] = [Math.LN2 / 500, 0.6, 700]
    const e = Math.exp(-birth * (1 - loss) * atH)
    const found = number(
      'tcp',
      {
        model: 'zaider-minerbo',
        curves: [{ doseGy: 1e-12, effectiveHalfLifeH: 60 }],
        repairHalfTimeH: 1.5,
        alphaPerGy: 0.3,
        alphaBetaGy: 10,
        clonogens: 3,
        doublingTimeH: 500,
        cellLossFactor: loss,
        atH,
      },
      'tcp',
    )
    close(found, ((loss * (1 - e)) / (1 - loss * e)) ** 3)
  })

  it('NTCP: 1/2 at TD50 in each model; relative seriality at s = 1 is 1 − Π(1 − P)^v', () => {
    const at = (doseGy: number) => ({ histogram: [{ doseGy, volume: 1 }], td50Gy: doseGy })
    for (const more of [
      { model: 'lkb', m: 0.1, n: 0.7 },
      { model: 'logit', gamma50: 3, a: 1.4 },
      { model: 'relative-seriality', gamma: 2, s: 0.3 },
      { model: 'parallel', k: 3, v50: 0.5, sigma: 0.1 },
    ])
      close(number('ntcp', { ...at(28), ...more }, 'ntcp'), 0.5)
    const p = (doseGy: number): number => 2 ** -Math.exp(Math.E * 1.7 * (1 - doseGy / 25))
    close(
      number(
        'ntcp',
        {
          model: 'relative-seriality',
          histogram: [
            { doseGy: 20, volume: 0.4 },
            { doseGy: 30, volume: 0.6 },
          ],
          td50Gy: 25,
          gamma: 1.7,
          s: 1,
        },
        'ntcp',
      ),
      1 - (1 - p(20)) ** 0.4 * (1 - p(30)) ** 0.6,
    )
  })
})

describe('response in time, closed forms', () => {
  const alone = (growth: unknown, timesH: readonly number[]): number[] =>
    (
      run('growth', { growth, volumeMl: 4, alphaPerGy: 0.3, alphaBetaGy: 10, timesH })['states'] as {
        volumeMl: number
      }[]
    ).map(({ volumeMl }) => volumeMl)

  it('left alone: exponential, Gompertz V = K·(V₀/K)^(e^(−at)), logistic K/(1 + (K/V₀ − 1)·e^(−rt)), within 1e-7 (its solver)', () => {
    const times = [0, 500, 3000]
    const check = (growth: unknown, at: (t: number) => number): void =>
      alone(growth, times).forEach((volume, k) => close(volume, at(times[k] as number), 1e-7))
    check({ kind: 'exponential', doublingTimeH: 720 }, (t) => 4 * 2 ** (t / 720))
    check({ kind: 'gompertz', ratePerH: 4e-4, capacityMl: 500 }, (t) => 500 * (4 / 500) ** Math.exp(-4e-4 * t))
    check({ kind: 'logistic', ratePerH: 1e-3, capacityMl: 80 }, (t) => 80 / (1 + (80 / 4 - 1) * Math.exp(-1e-3 * t)))
  })

  it('under a dose that has decayed: ln(V/V₀) = ln 2·t/T_d − α·BED, within 1e-7 (its solver)', () => {
    const states = run('growth', {
      growth: { kind: 'exponential', doublingTimeH: 900 },
      volumeMl: 4,
      alphaPerGy: 0.3,
      alphaBetaGy: 10,
      curves: [{ doseGy: 25, effectiveHalfLifeH: 50 }],
      repairHalfTimeH: 1.5,
      timesH: [0, 4000],
    })['states'] as { logSurvival: number }[]
    const bed = 25 * (1 + (25 * 1.5) / 51.5 / 10)
    close(states[1]?.logSurvival ?? NaN, (Math.LN2 * 4000) / 900 - 0.3 * bed, 1e-7)
  })

  it('Gompertz under one half-life: y = ln(V/K) has y₀e^(−at) − ∫e^(−a(t−s))·(αR + 2βRS)ds, within 1e-7 (its solver)', () => {
    const [a, lambda, mu, t, dose, alpha, alphaBeta] = [4e-4, Math.LN2 / 50, Math.LN2 / 1.5, 2000, 25, 0.3, 10]
    const rate = dose * lambda
    const decayed = (k: number): number => (Math.exp(-a * t) - Math.exp(-k * t)) / (k - a)
    const pairs = ((2 * rate * rate) / (mu - lambda)) * (decayed(2 * lambda) - decayed(lambda + mu))
    const y = Math.log(4 / 500) * Math.exp(-a * t) - alpha * (rate * decayed(lambda) + pairs / alphaBeta)
    const states = run('growth', {
      growth: { kind: 'gompertz', ratePerH: a, capacityMl: 500 },
      volumeMl: 4,
      alphaPerGy: alpha,
      alphaBetaGy: alphaBeta,
      curves: [{ doseGy: dose, effectiveHalfLifeH: 50 }],
      repairHalfTimeH: 1.5,
      timesH: [0, t],
    })['states'] as { livingMl: number }[]
    close(states[1]?.livingMl ?? NaN, 500 * Math.exp(y), 1e-7)
  })

  it('LQ survival: ln S = −αD(1 + G·D/(α/β)); lack of oxygen divides α by the OER and β by its square, within 1e-10', () => {
    const input = { doseGy: 12, g: 0.2, alphaPerGy: 0.3, alphaBetaGy: 10 }
    close(number('cell-survival', input, 'logSurvival'), -0.3 * 12 * (1 + (0.2 * 12) / 10))
    const hypoxic = { ...input, oxygenMmHg: 0, oxygenEffect: { maximum: 3, halfMmHg: 3 } }
    close(number('cell-survival', hypoxic, 'logSurvival'), -0.3 * 4 * (1 + (0.2 * 4) / 10))
  })
})
