/**
 * Simulated kidneys after 177Lu-DOTATATE with one scan at 96 h, after the experiment of Devasia et al. (J Nucl Med 62 (2021) 1118): mixed
 * model against Madsen's and Hänscheid's rules. There, of 250 virtual patients with two kidneys each, 6 %, 17 % and 20 % had a TIA more than 10 % off (numbers
 * as cited by Hardiansyah et al., EJNMMI Phys 2023, s40658-023-00530-1); what the methods knew came from the complete data of the other nine patients of each
 * set of ten. The parameters of that cohort were not at hand. Which of the two rules is better depends on them: Hänscheid's is exact for T_eff = t and t/2
 * and too high by up to 6 % between, Madsen's is the better the nearer a patient is to the mean. So the cohort here is designed, of the size that publications
 * show: kidneys that take up the agent in some hours and then lose it with about 51 h, with the spread with which both rules are off as often as in the
 * publication. What the mixed model gains over them rests on how alike the uptakes are, which the rules do not see: with a geometric standard
 * deviation of 1.2 all three shares are those of the publication; with 1.35 the order is the same, and even the true prior leaves some 10 %.
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
/** Both kidneys of nine patients. */
const TRAINING = 18
const KIDNEYS = 500

/** Shares of the administered activity, uptake and late half-lives about their medians. */
const cohort = (uptakeSpread: number): CurvePopulation =>
  curvePopulation(
    {
      id: 'kidneys',
      title: 'simulated kidneys',
      shape: 'uptake-washout',
      physicalHalfLifeS: LU177_S,
      uptake: { median: 0.015, geometricStandardDeviation: uptakeSpread },
      effectiveHalfLifeS: { median: 51 * HOUR, geometricStandardDeviation: 1.25 },
      earlyHalfLifeS: { median: 1.5 * HOUR, geometricStandardDeviation: 1.5 },
    },
    1,
  )

interface Shares {
  readonly mixedModel: number
  readonly truePrior: number
  readonly madsen: number
  readonly hanscheid: number
}

/** Share of kidneys whose TIA is more than 10 % off, by method; what methods know comes from a training cohort of their own. */
function experiment(uptakeSpread: number): Shares & { readonly fit: PopulationFit } {
  const truth = cohort(uptakeSpread)
  const noise = new RandomStream(71, 1)
  const measured = (phi: readonly number[], timeS: number): number =>
    truth.curve.value(phi, timeS) * (1 + NOISE * noise.normal())
  const training = samplePopulation(truth, TRAINING, new RandomStream(71, 2)).map((phi, i) => ({
    label: `kidney ${i + 1}`,
    timesS: SCANS_H.map((h) => h * HOUR),
    values: SCANS_H.map((h) => measured(phi, h * HOUR)),
  }))
  const curve = parametricCurve('uptake-washout', { physicalRatePerS: Math.LN2 / LU177_S })
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
  for (const phi of samplePopulation(truth, KIDNEYS, new RandomStream(71, 3))) {
    const tia = truth.curve.integral(phi)
    const value = measured(phi, SINGLE_S)
    const points = { label: 'kidney', timesS: [SINGLE_S], activityBq: [value], sigmaBq: [NOISE * value] }
    const madsen = estimateFewScans({ ...points, method: 'madsen', physicalHalfLifeS: LU177_S, population: rule })
    const isOff = (estimate: number): number => (Math.abs(estimate / tia - 1) > 0.1 ? 1 / KIDNEYS : 0)
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

describe.each([1.2, 1.35])('uptakes with a geometric standard deviation of %d', (uptakeSpread) => {
  let result: ReturnType<typeof experiment> | null = null
  const found = (): ReturnType<typeof experiment> => (result ??= experiment(uptakeSpread))

  it('TIAs more than 10 % off: mixed model < Madsen < Hänscheid, the rules within 5 percentage points of 17 and 20 % (Devasia 2021)', () => {
    const { fit, mixedModel, madsen, hanscheid } = found()
    expect(fit.converged).toBe(true)
    expect(mixedModel).toBeLessThan(madsen)
    expect(madsen).toBeLessThan(hanscheid)
    expect(Math.abs(madsen - 0.17)).toBeLessThan(0.05)
    expect(Math.abs(hanscheid - 0.2)).toBeLessThan(0.05)
    if (uptakeSpread === 1.2) expect(Math.abs(mixedModel - 0.06)).toBeLessThan(0.05)
  })

  it('Hänscheid’s rule is off for the share of 200,000 kidneys that NumPy draws from the same cohort, 21.7 %, within three standard errors of 500', () => {
    expect(Math.abs(found().hanscheid - 0.217)).toBeLessThan(3 * Math.sqrt((0.217 * 0.783) / KIDNEYS))
  })

  it('the mixed model is within 5 percentage points of the prior that the kidneys were drawn from', () => {
    const { mixedModel, truePrior } = found()
    expect(Math.abs(mixedModel - truePrior)).toBeLessThan(0.05)
  })
})
