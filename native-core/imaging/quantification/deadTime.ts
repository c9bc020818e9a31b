/** Counts that a detector lost: the true rate from the observed one. */
import { InputError } from '../../errors/index.ts'
import { lambertW0 } from './lambertW.ts'

/** τ is the dead time after an event, s; a table has pairs of observed and true rate that rise together. */
export type CountLosses =
  | {
      readonly model: 'non-paralysable' | 'paralysable'
      readonly tauS: number
      /** Of τ, one standard deviation. */
      readonly relativeUncertainty: number
    }
  | {
      readonly model: 'table'
      readonly observedCps: readonly number[]
      readonly trueCps: readonly number[]
      /** Of a true rate of the table, one standard deviation. */
      readonly relativeUncertainty: number
    }

export interface TrueRate {
  readonly trueCps: number
  /** Of the true rate, from τ (or the table) alone: that of the observed rate is the counts' own. */
  readonly standardUncertainty: number
  /** True over observed rate. */
  readonly factor: number
}

/**
 * The rate m that is observed at a true rate n: n/(1 + nτ) of a non-paralysable detector, n·e^(−nτ) of a paralysable one (Adams et al.,
 * Med Phys 1 (1974) 198).
 */
export function observedRate(model: 'non-paralysable' | 'paralysable', tauS: number, trueCps: number): number {
  return model === 'paralysable' ? trueCps * Math.exp(-trueCps * tauS) : trueCps / (1 + trueCps * tauS)
}

/**
 * True rate n of an observed rate m. Non-paralysable: m/(1 − mτ). Paralysable: −W₀(−mτ)/τ (Heemskerk & Defrise, EJNMMI Phys 7 (2020)
 * 58), the lower of the two true rates with this observed one; a detector beyond its maximum of 1/(eτ) cannot be told from it. A table is
 * followed in straight lines. Uncertainty to first order: ∂n/∂τ is m²/(1 − mτ)² and n²/(1 − nτ).
 *
 * @throws InputError `dead-time.rate`, `dead-time.model`, `dead-time.beyond-maximum`, `dead-time.beyond-table`
 */
export function trueRate(losses: CountLosses, observedCps: number): TrueRate {
  if (!(observedCps >= 0) || !Number.isFinite(observedCps))
    throw new InputError(
      'dead-time.rate',
      `An observed rate of ${observedCps} cps is none.`,
      'Give it in counts per second.',
    )
  if (losses.model === 'table') return fromTable(losses, observedCps)
  const { model, tauS, relativeUncertainty } = losses
  if (!(tauS > 0))
    throw new InputError('dead-time.model', `A dead time of ${tauS} s is none.`, 'Give τ in seconds: 1 µs is 1e-6.')
  const loss = observedCps * tauS
  const maximum = model === 'paralysable' ? Math.exp(-1) : 1
  if (loss >= maximum)
    throw new InputError(
      'dead-time.beyond-maximum',
      `A ${model} detector with a dead time of ${(tauS * 1e6).toPrecision(3)} µs never shows ${observedCps.toPrecision(5)} cps: its maximum is ${(maximum / tauS).toPrecision(5)} cps.`,
      'Check the observed rate (of one detector, in the window that the dead time was measured for) and the dead time.',
    )
  if (observedCps === 0) return { trueCps: 0, standardUncertainty: 0, factor: 1 }
  const trueCps = model === 'paralysable' ? -lambertW0(-loss) / tauS : observedCps / (1 - loss)
  const perTau = model === 'paralysable' ? trueCps ** 2 / (1 - trueCps * tauS) : trueCps ** 2
  return { trueCps, standardUncertainty: perTau * tauS * relativeUncertainty, factor: trueCps / observedCps }
}

function fromTable(losses: Extract<CountLosses, { model: 'table' }>, observed: number): TrueRate {
  const { observedCps, trueCps, relativeUncertainty } = losses
  const rises = (list: readonly number[]): boolean => list.every((value, n) => n === 0 || value > list[n - 1]!)
  if (observedCps.length !== trueCps.length || observedCps.length < 2 || !rises(observedCps) || !rises(trueCps))
    throw new InputError(
      'dead-time.model',
      'The table of observed and true rates does not rise line by line, or its columns differ in length.',
      'Give at least two lines, observed and true rate rising together; leave out what lies beyond the maximum.',
    )
  const last = observedCps.length - 1
  if (trueCps[last]! < observedCps[last]!)
    throw new InputError(
      'dead-time.model',
      `The table has a true rate of ${trueCps[last]} cps below the observed ${observedCps[last]} cps: a detector loses counts, it gains none.`,
      'Check which column is which.',
    )
  if (observed < observedCps[0]! || observed > observedCps[last]!)
    throw new InputError(
      'dead-time.beyond-table',
      `An observed rate of ${observed.toPrecision(5)} cps lies outside the measured table (${observedCps[0]} to ${observedCps[last]} cps).`,
      'Extend the table by a measurement; it is not continued.',
    )
  const upper = Math.max(
    1,
    observedCps.findIndex((value) => value >= observed),
  )
  const share = (observed - observedCps[upper - 1]!) / (observedCps[upper]! - observedCps[upper - 1]!)
  const rate = trueCps[upper - 1]! + share * (trueCps[upper]! - trueCps[upper - 1]!)
  return { trueCps: rate, standardUncertainty: rate * relativeUncertainty, factor: observed > 0 ? rate / observed : 1 }
}

export interface DeadTimeFactor {
  /** What counts are multiplied by. */
  readonly factor: number
  readonly standardUncertainty: number
  readonly relativeUncertainty: number
  /** Factors of single projections or frames. */
  readonly lowest: number
  readonly highest: number
  /** Near the maximum of a paralysable detector: the other true rate, and what an error of the observed rate becomes. */
  readonly remarks: readonly string[]
}

/** A paralysable detector is near its maximum from this nτ on, where its other root is less than 14 times the true rate. Designed. */
const NEAR_MAXIMUM = 0.2

/** The larger of the two solutions of x·e^(−x) = `loss` (0 to 1/e): x = ln(x/loss), by halving; −W₋₁(−loss). */
function upperRoot(loss: number): number {
  let [low, high] = [1, 1000]
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2
    if (middle - Math.log(middle) + Math.log(loss) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const cps = (rate: number): string => `${Number(rate.toPrecision(5))} cps`

/** @param rate the highest of several */
function nearMaximum(losses: CountLosses, { trueCps, factor }: TrueRate): string[] {
  if (losses.model !== 'paralysable') return []
  const x = trueCps * losses.tauS
  if (!(x > NEAR_MAXIMUM)) return []
  const observed = trueCps / factor
  return [
    `A paralysable detector shows ${cps(observed)} also at a true rate of ${cps(upperRoot(observed * losses.tauS) / losses.tauS)}, beyond its maximum: the lower one, ${cps(trueCps)}, was taken. Here an error of the observed rate or of τ grows: relative errors of the observed rate count ${(1 / (1 - x)).toPrecision(3)}-fold.`,
  ]
}

/**
 * Factor for counts that were collected at one observed rate, or for an image of projections or frames of equal duration at several:
 * Σ true over Σ observed. As long as losses differ little between projections this is what their own correction gives; `lowest` and
 * `highest` show how much they do. The model's uncertainty is common to all frames and adds linearly.
 *
 * @throws InputError as `trueRate`, and `dead-time.rate` where there is no rate
 */
export function deadTimeFactor(losses: CountLosses, observedCps: number | readonly number[]): DeadTimeFactor {
  const observed = typeof observedCps === 'number' ? [observedCps] : observedCps
  const total = observed.reduce((sum, rate) => sum + rate, 0)
  const rates = observed.map((rate) => trueRate(losses, rate))
  if (!(total > 0))
    throw new InputError('dead-time.rate', 'There is no observed rate above zero.', 'Give the observed count rate.')
  const factor = rates.reduce((sum, { trueCps }) => sum + trueCps, 0) / total
  const standardUncertainty = rates.reduce((sum, rate) => sum + rate.standardUncertainty, 0) / total
  const factors = rates.map((rate) => rate.factor)
  const highestRate = rates.reduce((highest, rate) => (rate.trueCps > highest.trueCps ? rate : highest))
  return {
    factor,
    standardUncertainty,
    relativeUncertainty: standardUncertainty / factor,
    lowest: Math.min(...factors),
    highest: Math.max(...factors),
    remarks: nearMaximum(losses, highestRate),
  }
}
