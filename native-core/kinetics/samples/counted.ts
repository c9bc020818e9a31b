/** Samples of blood, plasma or urine: activity per mL at the moment of sampling. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured, relativeUncertainty } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'

/** What a counter says of a sample: its activity, or counts with background and efficiency. */
export type SampleReading =
  | { readonly kind: 'activity'; readonly activityBq: Measured }
  | {
      readonly kind: 'counts'
      /** Counted events and how long. */
      readonly counts: number
      readonly durationS: number
      readonly background: { readonly counts: number; readonly durationS: number }
      /** Net counts/s for each Bq in this geometry. */
      readonly efficiencyCpsPerBq: Measured
    }

/** Beyond, less than a millionth is left to measure: a time in the wrong unit is likelier. Designed. */
const MOST_HALF_LIVES = 20

/**
 * How much more there was at the sampling than when it was measured, e^(λ(t_m − t_s)).
 *
 * @param what of which time, for messages
 * @throws InputError `samples.time` for a measurement before the sampling, or more than 20 half-lives after it, or times that are none
 */
export function decayToMeasurement(what: string, timeS: number, measuredAtS: number, halfLifeS: number): number {
  const hours = (s: number): string => `${Number((s / 3600).toPrecision(5))} h`
  if (!Number.isFinite(timeS) || timeS < 0 || !(measuredAtS >= timeS))
    throw new InputError(
      'samples.time',
      `${what} of ${hours(timeS)} was measured at ${hours(measuredAtS)}.`,
      'Check the clocks of ward and laboratory: it is taken after the administration and measured after that.',
    )
  const halfLives = (measuredAtS - timeS) / halfLifeS
  if (!(halfLives <= MOST_HALF_LIVES))
    throw new InputError(
      'samples.time',
      `${what} of ${hours(timeS)} was measured at ${hours(measuredAtS)}, ${halfLives.toPrecision(3)} half-lives later.`,
      'Check the nuclide and that both times are in hours.',
    )
  return 2 ** halfLives
}

export interface Sample {
  /** When it was taken, s after the start of the administration. */
  readonly timeS: number
  /** Reference time of the reading (start of counting), s after the start of the administration. */
  readonly measuredAtS: number
  readonly volumeMl: Measured
  readonly reading: SampleReading
}

export interface SampleConcentration {
  readonly timeS: number
  /** At the moment of sampling, Bq/mL. */
  readonly concentrationBqPerMl: Measured
  /** Share of the administered activity per mL, decay-corrected to the administration, 1/mL. */
  readonly fractionPerMl: Measured
}

/**
 * Activity of a reading at its reference time, Bq. Counts: net rate n/t − n_b/t_b over the efficiency; u² = n/t² + n_b/t_b² by Poisson's law;
 * decay while counting is corrected with λt/(1 − e^(−λt)).
 *
 * @throws InputError `samples.reading`.
 */
export function readingBq(reading: SampleReading, halfLifeS: number): Measured {
  if (reading.kind === 'activity') {
    assertMeasured(reading.activityBq, 'The activity of a sample', 'samples.reading', 'non-negative')
    return reading.activityBq
  }
  const { counts, durationS, background, efficiencyCpsPerBq } = reading
  assertMeasured(efficiencyCpsPerBq, 'The efficiency of the counter', 'samples.reading', 'positive')
  const isCount = (n: number): boolean => Number.isFinite(n) && n >= 0
  if (!isCount(counts) || !isCount(background.counts) || !(durationS > 0) || !(background.durationS > 0))
    throw new InputError(
      'samples.reading',
      `A sample has ${counts} counts in ${durationS} s and a background of ${background.counts} in ${background.durationS} s.`,
      'Give counts of zero or more, and times above zero.',
    )
  const x = (Math.LN2 / halfLifeS) * durationS
  const decay = x / -Math.expm1(-x)
  const rate = (counts / durationS - background.counts / background.durationS) * decay
  const u = Math.hypot(Math.sqrt(counts) / durationS, Math.sqrt(background.counts) / background.durationS) * decay
  return {
    value: rate / efficiencyCpsPerBq.value,
    standardUncertainty: Math.hypot(
      u / efficiencyCpsPerBq.value,
      (rate / efficiencyCpsPerBq.value) * relativeUncertainty(efficiencyCpsPerBq),
    ),
  }
}

/**
 * Concentration of a sample at its sampling, c = A·e^(λ(t_m − t_s))/V, and as a share of the administered activity per mL with decay corrected
 * to the administration (Hindorf et al., Eur. J. Nucl. Med. Mol. Imaging 37 (2010) 1238). The administered activity's own uncertainty is
 * not in the share: it is common to all samples.
 *
 * @throws InputError `samples.time` as `decayToMeasurement`, `samples.volume`, `samples.reading`, `samples.activity` for a sample that would hold
 * more than was given by over three standard uncertainties.
 */
export function sampleConcentration(
  sample: Sample,
  administeredActivityBq: number,
  halfLifeS: number,
): SampleConcentration {
  const { timeS, measuredAtS, volumeMl } = sample
  const where = `The sample of ${Number((timeS / 3600).toPrecision(5))} h`
  const toSampling = decayToMeasurement('A sample', timeS, measuredAtS, halfLifeS)
  assertMeasured(
    volumeMl,
    `The volume of the sample of ${Number((timeS / 3600).toPrecision(5))} h`,
    'samples.volume',
    'positive',
  )
  const lambda = Math.LN2 / halfLifeS
  const activity = readingBq(sample.reading, halfLifeS)
  const factor = toSampling / volumeMl.value
  const value = activity.value * factor
  const standardUncertainty = Math.hypot(activity.standardUncertainty * factor, value * relativeUncertainty(volumeMl))
  const share = Math.exp(lambda * timeS) / administeredActivityBq
  const part = activity.value * toSampling * share
  if (!(part - 3 * activity.standardUncertainty * toSampling * share <= 1))
    throw new InputError(
      'samples.activity',
      `${where} would hold ${(100 * part).toPrecision(3)} % of the administered activity.`,
      'Check the units (Bq, MBq), the nuclide and the times: decay is corrected here.',
    )
  return {
    timeS,
    concentrationBqPerMl: { value, standardUncertainty },
    fractionPerMl: { value: value * share, standardUncertainty: standardUncertainty * share },
  }
}
