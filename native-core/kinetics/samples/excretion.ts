/** Activity in the whole body as what was given less what was excreted. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'
import { decayToMeasurement } from './counted.ts'
import { seriesOf } from './series.ts'
import type { ScaledSeries } from './series.ts'

/** One void, or all that was collected up to a time: what left the body at `timeS`. */
export interface Excretion {
  /** When it left the body, s after the start of the administration; for a pooled collection its end. */
  readonly timeS: number
  /** Its activity at `measuredAtS`. */
  readonly activityBq: Measured
  readonly measuredAtS: number
}

export interface Retention {
  /** Activity in the body just after each void; errors of a void go on into all later points, as the covariance says. */
  readonly series: ScaledSeries
  /** Decay-corrected to the administration, as shares of the administered activity. */
  readonly cumulativeExcreted: readonly Measured[]
  readonly retained: readonly Measured[]
  /**
   * Time-integrated activity of the body up to the last void, Bq·s. Between voids the body loses by decay alone: the integral of the steps,
   * not of a line through them.
   */
  readonly tiaToLastVoidBqS: Measured
  /** What comes after the last void if nothing more is excreted, Bq·s: the most that it can be. */
  readonly largestTiaAfterBqS: Measured
  readonly remarks: readonly string[]
}

/**
 * Whole-body retention from complete collections of urine (and faeces): R(t) = A₀ − Σ E_i·e^(λt_m), A(t) = R·e^(−λt) (MIRD Pamphlet 16, Siegel
 * et al., J. Nucl. Med. 40 (1999) 37S). u²(R) sums the variances of the collections and that of A₀, which is measured apart from them: what is
 * left is a difference, so that a small part of it is uncertain by more than A₀ is.
 *
 * @throws InputError `samples.excretion` where more was excreted than given by over three standard uncertainties; `samples.time` as
 * `decayToMeasurement`; `samples.activity`.
 */
export function retentionByExcretion(input: {
  readonly label: string
  readonly excretions: readonly Excretion[]
  readonly administeredActivityBq: Measured
  readonly halfLifeS: number
}): Retention {
  const { label, administeredActivityBq, halfLifeS } = input
  assertMeasured(administeredActivityBq, `${label}: the administered activity`, 'samples.activity', 'positive')
  const lambda = Math.LN2 / halfLifeS
  const given = administeredActivityBq.value
  const voids = [...input.excretions].sort((a, b) => a.timeS - b.timeS)
  if (voids.length === 0)
    throw new InputError('samples.excretion', `${label}: there are no collections.`, 'Give at least one.')
  const uGiven = administeredActivityBq.standardUncertainty / given
  const cumulativeExcreted: Measured[] = []
  // Variances of the collections alone, as shares.
  const collected: number[] = []
  let [sum, variance] = [0, 0]
  for (const { timeS, activityBq, measuredAtS } of voids) {
    const where = `${label}: the collection of ${(timeS / 3600).toPrecision(4)} h`
    assertMeasured(activityBq, `${where}`, 'samples.excretion', 'non-negative')
    const toVoid = decayToMeasurement(`${label}: the collection`, timeS, measuredAtS, halfLifeS)
    const share = (toVoid * Math.exp(lambda * timeS)) / given
    sum += activityBq.value * share
    variance += (activityBq.standardUncertainty * share) ** 2
    collected.push(variance)
    cumulativeExcreted.push({ value: sum, standardUncertainty: Math.hypot(Math.sqrt(variance), sum * uGiven) })
  }
  if (!(sum - 3 * Math.hypot(Math.sqrt(variance), sum * uGiven) <= 1))
    throw new InputError(
      'samples.excretion',
      `${label}: ${(sum * 100).toFixed(1)} % of the administered activity would have been excreted.`,
      'Check activities, their times, and the nuclide: decay is corrected here.',
    )
  const retained = cumulativeExcreted.map(({ value, standardUncertainty }) => ({
    value: Math.max(0, 1 - value),
    standardUncertainty,
  }))
  const timesS = voids.map(({ timeS }) => timeS)
  const activityBq = retained.map(({ value }, i) => given * value * Math.exp(-lambda * (timesS[i] as number)))
  // What the common u(A₀)/A₀ leaves of the whole, which is u(A₀)/(A₀·R).
  const independent = retained.map(({ value }, i) =>
    value > 0 ? Math.hypot(Math.sqrt(collected[i] as number), uGiven * Math.sqrt(1 - value ** 2)) / value : 0,
  )
  const steps = stepIntegral(timesS, retained, collected, lambda)
  const last = retained[retained.length - 1] as Measured
  const tail = (given * Math.exp(-lambda * (timesS[timesS.length - 1] as number))) / lambda
  return {
    series: seriesOf({
      label,
      timesS,
      activityBq,
      independentRelative: independent,
      commonRelativeUncertainty: uGiven,
      logCovariance: retained.map((a, i) =>
        retained.map((b, j) => {
          // What was excreted up to the earlier time is in both, and so is what was given.
          const shared = (collected[Math.min(i, j)] as number) + uGiven ** 2
          return a.value > 0 && b.value > 0 ? shared / (a.value * b.value) : uGiven ** 2
        }),
      ),
    }),
    cumulativeExcreted,
    retained,
    tiaToLastVoidBqS: {
      value: given * steps.value,
      standardUncertainty: given * Math.hypot(steps.standardUncertainty, steps.ofAll * uGiven),
    },
    largestTiaAfterBqS: {
      value: tail * last.value,
      standardUncertainty: tail * Math.hypot(Math.sqrt(variance), uGiven),
    },
    remarks: [
      'All that was excreted is taken to have been collected; what was lost counts as retained.',
      ...(sum > 1
        ? ['More was measured in the collections than was given, within the uncertainty: nothing is left.']
        : []),
    ],
  }
}

/**
 * ∫ of the steps from 0 to the last void for 1 Bq given: Σ R_i·(e^(−λt_i) − e^(−λt_(i+1)))/λ with R = 1 before the first void. Each void takes
 * part in all later steps, which its uncertainty does too. `ofAll` is the integral without any void.
 */
function stepIntegral(
  timesS: readonly number[],
  retained: readonly Measured[],
  collected: readonly number[],
  lambda: number,
): Measured & { readonly ofAll: number } {
  const step = (from: number, to: number): number => (Math.exp(-lambda * from) - Math.exp(-lambda * to)) / lambda
  const last = timesS[timesS.length - 1] as number
  let value = step(0, timesS[0] as number)
  let variance = 0
  timesS.forEach((t, i) => {
    const next = timesS[i + 1]
    if (next !== undefined) value += (retained[i] as Measured).value * step(t, next)
    const own = (collected[i] as number) - (collected[i - 1] ?? 0)
    variance += Math.max(0, own) * step(t, last) ** 2
  })
  return { value, standardUncertainty: Math.sqrt(variance), ofAll: step(0, last) }
}
