/** Normal-tissue complication probability (NTCP). The dose is the quantity that the tolerance was stated in: physical dose, EQD2 or BED. */
import { InputError } from '../../errors/index.ts'
import { normalCdf } from '../../statistics/index.ts'
import { geud } from '../volume/equivalentDose.ts'
import type { DoseDistribution } from '../volume/distribution.ts'

function positive(name: string, value: number, unit: string): void {
  if (!(value > 0) || !Number.isFinite(value))
    throw new InputError('biology.ntcp', `${name} is ${value}${unit}.`, 'Give a positive number.')
}

export interface LkbParameters {
  /** Uniform whole-organ dose with 50 % complications, Gy. */
  readonly td50Gy: number
  /** Slope: SD of the tolerance over TD50. */
  readonly m: number
  /** Volume exponent: 1 parallel (mean dose), towards 0 serial (maximum dose). */
  readonly n: number
}

/** Lyman–Kutcher–Burman: Φ((gEUD − TD50)/(m·TD50)) with a = 1/n (Lyman, Radiat Res Suppl 8 (1985) S13; Kutcher & Burman 1989). */
export function lkbNtcp(dose: DoseDistribution, { td50Gy, m, n }: LkbParameters): number {
  positive('TD50', td50Gy, ' Gy')
  positive('m', m, '')
  positive('n', n, '')
  return normalCdf((geud(dose, 1 / n) - td50Gy) / (m * td50Gy))
}

export interface LogitParameters {
  readonly td50Gy: number
  /** Normalised slope at TD50. */
  readonly gamma50: number
  /** Volume parameter of the gEUD. */
  readonly a: number
}

/** Log-logistic: 1/(1 + (TD50/gEUD)^(4·γ50)) (Niemierko 1999). */
export function logitNtcp(dose: DoseDistribution, { td50Gy, gamma50, a }: LogitParameters): number {
  positive('TD50', td50Gy, ' Gy')
  positive('γ50', gamma50, '')
  const eud = geud(dose, a)
  return eud === 0 ? 0 : 1 / (1 + (td50Gy / eud) ** (4 * gamma50))
}

export interface RelativeSerialityParameters {
  readonly d50Gy: number
  readonly gamma: number
  /** Relative seriality: 1 serial, towards 0 parallel. */
  readonly s: number
}

/**
 * Relative seriality: [1 − Π(1 − P(D)^s)^v]^(1/s) with P = 2^(−exp(eγ(1 − D/D50))) (Källman, Ågren & Brahme, Int J Radiat Biol 62 (1992) 249).
 * In logarithms: no digits are lost where P is near 1 or 0.
 */
export function relativeSerialityNtcp(
  { doseGy, fraction }: DoseDistribution,
  { d50Gy, gamma, s }: RelativeSerialityParameters,
): number {
  positive('D50', d50Gy, ' Gy')
  positive('γ', gamma, '')
  positive('s', s, '')
  let log = 0
  for (let bin = 0; bin < doseGy.length; bin++) {
    // An empty bin counts nothing, however high its dose.
    if (!((fraction[bin] as number) > 0)) continue
    const logP = -Math.LN2 * Math.exp(Math.E * gamma * (1 - (doseGy[bin] as number) / d50Gy))
    log += (fraction[bin] as number) * logOneMinusExp(s * logP)
  }
  // (1 − Π)^(1/s) by logarithms: the power of a number near 1 loses digits where s is small.
  return Math.exp(logOneMinusExp(log) / s)
}

/** ln(1 − eˣ) for x ≤ 0. */
const logOneMinusExp = (x: number): number => (x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x)))

export interface ParallelParameters {
  /** Dose with half of the functional subunits lost, Gy, and the slope exponent of their response. */
  readonly d50Gy: number
  readonly k: number
  /** Lost fraction with 50 % complications, and the spread of that reserve over patients. */
  readonly v50: number
  readonly sigma: number
}

/** Fraction of functional subunits lost: Σ v/(1 + (d50/D)^k). */
export function lostSubunits({ doseGy, fraction }: DoseDistribution, d50Gy: number, k: number): number {
  let sum = 0
  for (let bin = 0; bin < doseGy.length; bin++) {
    const dose = doseGy[bin] as number
    if (dose > 0) sum += (fraction[bin] as number) / (1 + (d50Gy / dose) ** k)
  }
  return sum
}

/** Parallel (critical volume) model: Φ((f − v50)/σ) (Jackson, Kutcher & Yorke, Med Phys 20 (1993) 613; Niemierko & Goitein 1993). */
export function parallelNtcp(dose: DoseDistribution, { d50Gy, k, v50, sigma }: ParallelParameters): number {
  positive('d50', d50Gy, ' Gy')
  positive('k', k, '')
  positive('v50', v50, '')
  positive('σ', sigma, '')
  return normalCdf((lostSubunits(dose, d50Gy, k) - v50) / sigma)
}
