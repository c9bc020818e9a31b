/** Simulated cohorts (seeded): what they were drawn from is found again, and stated uncertainties are those that repeated cohorts show. */
import { describe, expect, it } from 'vitest'
import { estimateIndividual, fitPopulation, posteriorTia } from '../../native-core/kinetics/population/index.ts'
import type { IndividualRequest, PopulationSubject } from '../../native-core/kinetics/population/index.ts'
import { parametricCurve } from '../../native-core/kinetics/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const H = 3600
const LU177 = { physicalRatePerS: Math.LN2 / (159.5 * H) }
const mono = parametricCurve('mono-exponential', LU177)

/** Working parameters ln A1 (share of what was given) and ln λ_biol; a correlation of 0.4 between patients. */
const MU = [Math.log(0.025), Math.log(Math.LN2 / (75 * H))]
const SD = [0.35, 0.3] as const
const RHO = 0.4
const ERROR = 0.05

function drawPhi(random: RandomStream): number[] {
  const first = random.normal()
  const second = RHO * first + Math.sqrt(1 - RHO * RHO) * random.normal()
  return [(MU[0] ?? 0) + SD[0] * first, (MU[1] ?? 0) + SD[1] * second]
}

function cohort(seed: number, patients: number, timesH: readonly number[]): PopulationSubject[] {
  const random = new RandomStream(seed)
  return Array.from({ length: patients }, (_, i) => {
    const phi = drawPhi(random)
    const timesS = timesH.map((t) => t * H)
    return {
      label: `patient ${i + 1}`,
      timesS,
      values: timesS.map((t) => mono.value(phi, t) * (1 + ERROR * random.normal())),
    }
  })
}

const mean = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0) / values.length
const sd = (values: readonly number[]): number => {
  const m = mean(values)
  return Math.sqrt(values.reduce((s, v) => s + (v - m) ** 2, 0) / (values.length - 1))
}

describe('20 cohorts of 20 patients with four points', () => {
  const fits = Array.from({ length: 20 }, (_, seed) =>
    fitPopulation({
      curve: mono,
      subjects: cohort(1000 + seed, 20, [4, 24, 72, 168]),
      residual: 'proportional',
      omega: 'full',
      starts: 1,
    }),
  )
  /** Standard error of a mean over the cohorts, three of them. */
  const within = (values: readonly number[], truth: number): void =>
    expect(Math.abs(mean(values) - truth)).toBeLessThan((3 * sd(values)) / Math.sqrt(values.length))

  it('converge, and their means are unbiased (3 standard errors)', () => {
    expect(fits.every((fit) => fit.converged)).toBe(true)
    MU.forEach((truth, k) =>
      within(
        fits.map((fit) => fit.mu[k]?.value ?? NaN),
        truth,
      ),
    )
  })

  it('have variances and covariance unbiased but for (N − 1)/N of maximum likelihood, and the error (3 standard errors)', () => {
    const truth = [SD[0] ** 2, RHO * SD[0] * SD[1], SD[1] ** 2].map((v) => (v * 19) / 20)
    ;[
      [0, 0],
      [0, 1],
      [1, 1],
    ].forEach(([i = 0, j = 0], k) =>
      within(
        fits.map((fit) => fit.omega[i]?.[j] ?? NaN),
        truth[k] ?? NaN,
      ),
    )
    within(
      fits.map((fit) => fit.residual.proportional.value),
      ERROR,
    )
  })

  it('have standard errors that are the spread between cohorts, within 40 %', () => {
    MU.forEach((_, k) => {
      const stated = mean(fits.map((fit) => fit.mu[k]?.standardError ?? NaN))
      const seen = sd(fits.map((fit) => fit.mu[k]?.value ?? NaN))
      expect(Math.abs(stated / seen - 1)).toBeLessThan(0.4)
    })
  })
})

describe('patients with one point at 72 h or two, and the prior they were drawn from', () => {
  const prior = {
    mean: MU,
    covariance: [
      [SD[0] ** 2, RHO * SD[0] * SD[1]],
      [RHO * SD[0] * SD[1], SD[1] ** 2],
    ],
  }
  const patients = (count: number, timesH: readonly number[]): { request: IndividualRequest; truth: number }[] => {
    const random = new RandomStream(77)
    return Array.from({ length: count }, () => {
      const phi = drawPhi(random)
      const timesS = timesH.map((t) => t * H)
      const values = timesS.map((t) => mono.value(phi, t) * (1 + ERROR * random.normal()))
      const residual = { additive: 0, proportional: ERROR }
      return { request: { label: 'patient', curve: mono, prior, residual, timesS, values }, truth: mono.integral(phi) }
    })
  }

  it('two points (4 h, 96 h): standard scores of the TIA have mean 0 ± 0.3 (the mode of a skewed posterior) and standard deviation 1 ± 0.15', () => {
    const scores = patients(200, [4, 96]).map(({ request, truth }) => {
      const { tiaBqS, tiaUncertaintyBqS } = estimateIndividual(request)
      return (Math.log(truth / tiaBqS) * tiaBqS) / tiaUncertaintyBqS
    })
    expect(Math.abs(mean(scores))).toBeLessThan(0.3)
    expect(Math.abs(sd(scores) - 1)).toBeLessThan(0.15)
  })

  it('one point: 95 % intervals of the whole posterior hold the truth in 90 to 99 % of 100 patients, and its mean is unbiased', () => {
    const answers = patients(100, [72]).map(({ request, truth }) => ({
      ...posteriorTia(request, { count: 250, seed: 5 }),
      truth,
    }))
    const held = answers.filter(({ lowerBqS, upperBqS, truth }) => truth > lowerBqS && truth < upperBqS).length
    expect(held / 100).toBeGreaterThan(0.9)
    expect(held / 100).toBeLessThan(0.99)
    const scores = answers.map(({ tiaBqS, tiaUncertaintyBqS, truth }) => (truth - tiaBqS) / tiaUncertaintyBqS)
    expect(Math.abs(mean(scores))).toBeLessThan(0.25)
  })
})
