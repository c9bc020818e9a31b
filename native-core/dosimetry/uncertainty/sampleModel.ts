/** Propagation of distributions by Monte Carlo, for any model. */
import { InputError } from '../../errors/index.ts'
import { RandomStream, sortedQuantile } from '../../statistics/index.ts'

/** From independent standard normal numbers, one for each source, to the outputs; null where the model has no answer. */
export interface SampledModel {
  readonly sources: number
  readonly evaluate: (z: readonly number[]) => readonly number[] | null
}

export interface SamplingOptions {
  /** Equal seeds give equal numbers. */
  readonly seed: number
  /** Fixed number; left out: until `accuracy` is reached. */
  readonly samples?: number
  /** Wanted relative standard error of each output's standard uncertainty. Default 0.02. */
  readonly accuracy?: number
  /** Never more than these, whatever the accuracy. Default 4 000. */
  readonly largest?: number
  /** Polled between blocks; throws to stop. */
  readonly checkCancelled?: () => void
}

export interface SampledOutput {
  readonly mean: number
  readonly standardUncertainty: number
  readonly skewness: number
  /** Shortest interval is not looked for: 2.5 % lie below and above. */
  readonly interval95: readonly [number, number]
  /** Relative standard error of the standard uncertainty itself. */
  readonly accuracy: number
}

export interface SampledOutputs {
  readonly outputs: readonly SampledOutput[]
  readonly samples: number
  /** Draws without an answer, left out of the outputs. */
  readonly failed: number
}

const BLOCK = 250
const DEFAULTS = { accuracy: 0.02, largest: 4_000 } as const

/**
 * Draws until the number or the accuracy is reached (JCGM 101:2008, 7.2 and 7.9; the standard error of a standard deviation from its fourth moment,
 * u(s)/s = √((κ − 1)/(4n))). Draw n takes its numbers from stream n of Philox, so results do not depend on the order.
 *
 * @throws InputError `uncertainty.sampling` for options that are none, or where no draw has an answer.
 */
export function sampleModel(model: SampledModel, options: SamplingOptions): SampledOutputs {
  const { seed, samples, accuracy = DEFAULTS.accuracy, largest = DEFAULTS.largest } = options
  const end = samples ?? largest
  if (!(Number.isInteger(end) && end >= 2 && accuracy > 0 && Number.isFinite(seed)))
    throw new InputError(
      'uncertainty.sampling',
      `Monte Carlo cannot run with ${end} samples, seed ${seed} and an accuracy of ${accuracy}.`,
      'Give 2 samples or more, a number as seed and an accuracy above 0.',
    )
  const drawn: number[][] = []
  let failed = 0
  for (let n = 0; n < end; n++) {
    if (n % BLOCK === 0) {
      options.checkCancelled?.()
      if (samples === undefined && n > 0 && worstAccuracy(drawn) <= accuracy) break
    }
    const stream = new RandomStream(seed, n)
    const answer = model.evaluate(Array.from({ length: model.sources }, () => stream.normal()))
    if (answer?.every((v) => Number.isFinite(v))) answer.forEach((v, k) => (drawn[k] ??= []).push(v))
    else failed++
  }
  const count = drawn[0]?.length ?? 0
  if (count < 2)
    throw new InputError(
      'uncertainty.sampling',
      'The model has no answer for the drawn inputs.',
      'Check the uncertainties: they may be too large for the model.',
    )
  return { outputs: drawn.map(describe), samples: count, failed }
}

const worstAccuracy = (drawn: readonly (readonly number[])[]): number =>
  drawn.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...drawn.map((values) => moments(values).accuracy))

function moments(values: readonly number[]): Omit<SampledOutput, 'interval95'> {
  const n = values.length
  const mean = values.reduce((sum, v) => sum + v, 0) / n
  let [second, third, fourth] = [0, 0, 0]
  for (const v of values) {
    const d = v - mean
    second += d * d
    third += d ** 3
    fourth += d ** 4
  }
  const variance = second / n
  if (!(variance > 0)) return { mean, standardUncertainty: 0, skewness: 0, accuracy: 0 }
  return {
    mean,
    standardUncertainty: Math.sqrt(second / (n - 1)),
    skewness: third / n / variance ** 1.5,
    accuracy: Math.sqrt(Math.max(0, fourth / n / variance ** 2 - 1) / (4 * n)),
  }
}

function describe(values: readonly number[]): SampledOutput {
  const sorted = [...values].sort((a, b) => a - b)
  return { ...moments(values), interval95: [sortedQuantile(sorted, 0.025), sortedQuantile(sorted, 0.975)] }
}
