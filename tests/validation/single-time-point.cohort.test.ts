/**
 * Simulated kidneys after 177Lu-DOTATATE with one scan at 96 h, after the experiment of Devasia et al. (J Nucl Med 62 (2021) 1118): mixed
 * model against Madsen's and Hänscheid's rules. There, of 500 virtual kidneys, 6 %, 17 % and 20 % had a TIA more than 10 % off (numbers as
 * cited by Hardiansyah et al., EJNMMI Phys 2023, s40658-023-00530-1). The parameters of that cohort were not at hand: those here are
 * designed, of the size that publications show, so that the ordering is what can be compared, not the shares.
 */
import { describe, expect, it } from 'vitest'
import { parametricCurve } from '../../native-core/kinetics/index.ts'
import { estimateIndividual, fitPopulation } from '../../native-core/kinetics/population/index.ts'
import type { GaussianPrior, PopulationFit } from '../../native-core/kinetics/population/index.ts'
import { curvePopulation, estimateFewScans } from '../../native-core/kinetics/singleTimePoint/index.ts'
import type { CurvePopulation } from '../../native-core/kinetics/singleTimePoint/index.ts'
import { samplePopulation } from '../../native-core/kinetics/singleTimePoint/nodes.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const HOUR = 3600
const LU177_S = 159.528 * HOUR
const SCANS_H = [4, 24, 96, 168]
const SINGLE_S = 96 * HOUR
const NOISE = 0.03
const TRAINING = 24
const PATIENTS = 250

/** Shares of the administered activity, late half-lives about a median, a quick first phase. */
const cohort = (medianH: number): CurvePopulation =>
  curvePopulation(
    {
      id: `kidneys-${medianH}`,
      title: 'simulated kidneys',
      shape: 'bi-exponential',
      physicalHalfLifeS: LU177_S,
      uptake: { median: 0.015, geometricStandardDeviation: 1.35 },
      effectiveHalfLifeS: { median: medianH * HOUR, geometricStandardDeviation: 1.2 },
      earlyHalfLifeS: { median: 3 * HOUR, geometricStandardDeviation: 1.5 },
      earlyShare: { median: 0.5, geometricStandardDeviation: 1.6 },
    },
    1,
  )

interface Shares {
  readonly mixedModel: number
  readonly truePrior: number
  readonly madsen: number
  readonly hanscheid: number
}

/** Share of patients whose TIA is more than 10 % off, by method; what methods know comes from a training cohort of their own. */
function experiment(medianH: number): Shares & { readonly fit: PopulationFit } {
  const truth = cohort(medianH)
  const noise = new RandomStream(71, 1)
  const measured = (phi: readonly number[], timeS: number): number =>
    truth.curve.value(phi, timeS) * (1 + NOISE * noise.normal())
  const training = samplePopulation(truth, TRAINING, new RandomStream(71, 2)).map((phi, i) => ({
    label: `kidney ${i + 1}`,
    timesS: SCANS_H.map((h) => h * HOUR),
    values: SCANS_H.map((h) => measured(phi, h * HOUR)),
  }))
  const curve = parametricCurve('bi-exponential-washout', { physicalRatePerS: Math.LN2 / LU177_S })
  const fit = fitPopulation({ curve, subjects: training, residual: 'proportional', omega: 'diagonal', starts: 1 })
  const prior: GaussianPrior = { mean: fit.mu.map(({ value }) => value), covariance: fit.omega }
  const rate = meanRate(training)
  const rule = curvePopulation(
    {
      id: 'training',
      title: 'training cohort',
      shape: 'mono-exponential',
      physicalHalfLifeS: LU177_S,
      effectiveHalfLifeS: { median: Math.LN2 / rate, geometricStandardDeviation: 1 },
    },
    1,
  )
  const off = { mixedModel: 0, truePrior: 0, madsen: 0, hanscheid: 0 }
  for (const phi of samplePopulation(truth, PATIENTS, new RandomStream(71, 3))) {
    const tia = truth.curve.integral(phi)
    const value = measured(phi, SINGLE_S)
    const points = { label: 'kidney', timesS: [SINGLE_S], activityBq: [value], sigmaBq: [NOISE * value] }
    const madsen = estimateFewScans({ ...points, method: 'madsen', physicalHalfLifeS: LU177_S, population: rule })
    const isOff = (estimate: number): number => (Math.abs(estimate / tia - 1) > 0.1 ? 1 / PATIENTS : 0)
    off.mixedModel += isOff(mapOf({ curve, prior }, value))
    off.truePrior += isOff(mapOf(truth, value))
    off.madsen += isOff(madsen.tiaBqS)
    off.hanscheid += isOff((value * 2 * SINGLE_S) / Math.LN2)
  }
  return { ...off, fit }
}

function mapOf({ curve, prior }: Pick<CurvePopulation, 'curve' | 'prior'>, value: number): number {
  return estimateIndividual({
    label: 'kidney',
    curve,
    prior,
    residual: { additive: 0, proportional: NOISE },
    timesS: [SINGLE_S],
    values: [value],
  }).tiaBqS
}

/** Mean effective clearance rate of the training curves from 24 h on, by straight lines through their logarithms. */
function meanRate(
  training: readonly { readonly timesS: readonly number[]; readonly values: readonly number[] }[],
): number {
  const rates = training.map(({ timesS, values }) => {
    const late = timesS.flatMap((t, i) => (t >= 24 * HOUR ? [{ t, y: Math.log(values[i] ?? 1) }] : []))
    const meanT = late.reduce((s, p) => s + p.t, 0) / late.length
    const meanY = late.reduce((s, p) => s + p.y, 0) / late.length
    return (
      -late.reduce((s, p) => s + (p.t - meanT) * (p.y - meanY), 0) / late.reduce((s, p) => s + (p.t - meanT) ** 2, 0)
    )
  })
  return rates.reduce((s, k) => s + k, 0) / rates.length
}

describe.each([45, 55])('late effective half-lives about %i h', (medianH) => {
  let result: ReturnType<typeof experiment> | null = null
  const found = (): Shares => {
    result ??= experiment(medianH)
    return result
  }

  it('the mixed model of the training cohort converges and has fewer errors above 10 % than Madsen’s rule (Devasia 2021: 6 against 17 %)', () => {
    const { mixedModel, madsen } = found()
    expect(result?.fit.converged).toBe(true)
    expect(mixedModel).toBeLessThan(madsen)
  })

  it('the mixed model is within 5 percentage points of the prior that the patients were drawn from', () => {
    const { mixedModel, truePrior } = found()
    expect(Math.abs(mixedModel - truePrior)).toBeLessThan(0.05)
  })

  // Hänscheid's rule is exact for T_eff = t/2: below 48 h it is too low at 96 h, above too high, which the quick first phase makes up for.
  // Its rank against Madsen's rule is that of the publication for the short half-lives only.
  it.runIf(medianH === 45)('and Madsen’s rule fewer than Hänscheid’s (Devasia 2021: 17 against 20 %)', () => {
    const { madsen, hanscheid } = found()
    expect(madsen).toBeLessThan(hanscheid)
  })
})
