/** Decay before and during an acquisition. */
import { InputError } from '../../errors/index.ts'

/** Mean activity over an acquisition of duration T, relative to that at its start: (1 − e^(−λT)) / (λT). */
export function meanDecayDuring(durationS: number, decayConstantPerS: number): number {
  const x = decayConstantPerS * durationS
  return x < 1e-9 ? 1 : -Math.expm1(-x) / x
}

/** Beyond, less than a millionth of the activity is left, and a time in the wrong unit is likelier than a measurement. Designed. */
const MOST_HALF_LIVES = 20

export interface Assay {
  /** Activity, or activity concentration, at the assay. */
  readonly value: number
  /** From the assay to the start of the acquisition, s; negative where the assay came later. */
  readonly assayToStartS: number
  readonly durationS: number
  readonly halfLifeS: number
  readonly halfLifeUncertaintyS: number
}

export interface MeanDuring {
  /** Mean over the acquisition, in the unit of the assay. */
  readonly value: number
  /** Of the mean, from the half-life alone. */
  readonly halfLifeRelativeUncertainty: number
  /** Mean over the acquisition over that at its start. */
  readonly meanOverStart: number
}

/**
 * What was there on average during an acquisition: A·e^(−λt)·(1 − e^(−λT))/(λT) (Dewaraja et al., MIRD Pamphlet 23, J Nucl Med 53 (2012)
 * 1310). Its relative uncertainty from the half-life is |∂ln A/∂ln λ|·u(T½)/T½, with ∂ln A/∂ln λ = −λt + λT·e^(−λT)/(1 − e^(−λT)) − 1.
 *
 * @throws InputError `calibration.assay` for an activity, duration or half-life that is not positive, and for an assay more than 20 half-lives
 *   away from the acquisition
 */
export function meanDuringAcquisition(assay: Assay): MeanDuring {
  const { value, assayToStartS, durationS, halfLifeS, halfLifeUncertaintyS } = assay
  if (!(value > 0) || !(durationS > 0) || !(halfLifeS > 0) || !Number.isFinite(assayToStartS))
    throw new InputError(
      'calibration.assay',
      `Activity ${value}, duration ${durationS} s, half-life ${halfLifeS} s or time since the assay ${assayToStartS} s is not usable.`,
      'Give a positive activity, duration and half-life, and the time from the assay to the start of the acquisition.',
    )
  const halfLives = assayToStartS / halfLifeS
  if (Math.abs(halfLives) > MOST_HALF_LIVES)
    throw new InputError(
      'calibration.assay',
      `The assay lies ${Math.abs(halfLives).toPrecision(3)} half-lives ${halfLives > 0 ? 'before' : 'after'} the acquisition.`,
      'Check the nuclide, both times, and that the time between them is in its unit (hours or seconds).',
    )
  const lambda = Math.LN2 / halfLifeS
  const x = lambda * durationS
  const meanOverStart = meanDecayDuring(durationS, lambda)
  const during = x < 1e-6 ? -x / 2 : x / Math.expm1(x) - 1
  return {
    value: value * Math.exp(-lambda * assayToStartS) * meanOverStart,
    halfLifeRelativeUncertainty: Math.abs(during - lambda * assayToStartS) * (halfLifeUncertaintyS / halfLifeS),
    meanOverStart,
  }
}
