/** The Lea–Catcheside dose-protraction factor G of a course of dose rates. */
import { InputError } from '../../errors/index.ts'
import { integrateCourse } from '../doseRate/integrate.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import type { RepairModel } from './types.ts'

export interface Protraction {
  readonly doseGy: number
  /** G·D², Gy²: the part of the effect that pairs of sublethal lesions make. */
  readonly pairGy2: number
  /** G, from 0 to 1. */
  readonly g: number
  /** Unrepaired damage at the end, Gy, for the critical time. */
  readonly unrepairedGy: number
}

/**
 * G = (2/D²)·∫R(t)∫R(w)·k(t − w) dw dt (Lea & Catcheside 1942) until `untilS` (default: complete decay), with k the unrepaired fraction of the
 * repair model. Exact for sums of exponentials, also over several cycles with what they leave unrepaired for each other, and for sampled
 * curves that are straight between their samples.
 *
 * @throws InputError `repair.half-time`, `repair.fractions`, those of `piecesOf`, and `dose-rate.none` for a course without dose.
 */
export function protraction(course: DoseRateCourse, repair: RepairModel, untilS = Infinity): Protraction {
  let doseGy = 0
  let pairGy2 = 0
  let unrepairedGy = 0
  for (const { ratePerS, fraction } of repairRates(repair)) {
    const state = integrateCourse(course, ratePerS, untilS)
    doseGy = state.doseGy
    pairGy2 += fraction * state.pairGy2
    unrepairedGy += fraction * state.unrepairedGy
  }
  if (!(doseGy > 0))
    throw new InputError('dose-rate.none', `The dose is ${doseGy} Gy.`, 'G needs a dose: check the dose rates.')
  return { doseGy, pairGy2, unrepairedGy, g: pairGy2 / (doseGy * doseGy) }
}

/** G of a dose rate that falls with one effective half-life and decays completely: T_rep/(T_rep + T_eff) (Dale, Br J Radiol 58 (1985) 515). */
export function monoExponentialG(repairHalfTimeS: number, effectiveHalfLifeS: number): number {
  if (!(repairHalfTimeS > 0)) throw halfTimeError(repairHalfTimeS)
  if (!(effectiveHalfLifeS > 0))
    throw new InputError(
      'dose-rate.decay',
      `The effective half-life is ${effectiveHalfLifeS} s.`,
      'Give a positive half-life.',
    )
  return repairHalfTimeS / (repairHalfTimeS + effectiveHalfLifeS)
}

/** A repair model as first-order components with rates in 1/s; the fractions add to one. */
export function repairRates(repair: RepairModel): { readonly ratePerS: number; readonly fraction: number }[] {
  if (repair.kind === 'reciprocal') return reciprocalRates(repair.halfTimeS)
  const total = repair.components.reduce((sum, { fraction }) => sum + fraction, 0)
  if (repair.components.some(({ fraction }) => !(fraction >= 0)) || Math.abs(total - 1) > 1e-9)
    throw new InputError(
      'repair.fractions',
      `The fractions of the repair components are ${repair.components.map(({ fraction }) => fraction).join(', ') || 'missing'}.`,
      'They must be positive and add to 1.',
    )
  return repair.components.map(({ halfTimeS, fraction }) => {
    if (!(halfTimeS > 0) || !Number.isFinite(halfTimeS)) throw halfTimeError(halfTimeS)
    return { ratePerS: Math.LN2 / halfTimeS, fraction }
  })
}

const halfTimeError = (halfTimeS: number): InputError =>
  new InputError(
    'repair.half-time',
    `The repair half-time is ${halfTimeS} s.`,
    'Give a positive half-time; without repair (G = 1) leave protraction out, with instant repair (G = 0) use the dose alone.',
  )

/**
 * 1/(1 + z·u) = ∫e^(−s)·e^(−s·z·u) ds: second-order repair is a mixture of first-order ones with rates s·z, s exponentially distributed. The
 * integral is taken in ln s by the trapezoidal rule, which converges geometrically here: spacing 1/8 is rounding.
 */
function reciprocalRates(halfTimeS: number): { ratePerS: number; fraction: number }[] {
  if (!(halfTimeS > 0) || !Number.isFinite(halfTimeS)) throw halfTimeError(halfTimeS)
  const step = 1 / 8
  const rates: { ratePerS: number; fraction: number }[] = []
  for (let k = -40 / step; k <= 4 / step; k++) {
    const s = Math.exp(k * step)
    const fraction = step * s * Math.exp(-s)
    if (fraction > 1e-18) rates.push({ ratePerS: s / halfTimeS, fraction })
  }
  const total = rates.reduce((sum, { fraction }) => sum + fraction, 0)
  return rates.map(({ ratePerS, fraction }) => ({ ratePerS, fraction: fraction / total }))
}
