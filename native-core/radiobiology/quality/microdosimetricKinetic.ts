/** Microdosimetric–kinetic model: the linear coefficient of dense ionisation from specific energies. */
import { InputError } from '../../errors/index.ts'

export interface MicrodosimetricKinetic {
  /** Linear coefficient in the limit of sparse ionisation, 1/Gy. */
  readonly alpha0PerGy: number
  /** Quadratic coefficient, the same for all qualities, 1/Gy². */
  readonly betaPerGy2: number
  /** Dose-mean specific energy of single events in a domain, z̄1D, Gy. */
  readonly domainDoseMeanGy: number
  /**
   * Dose-mean specific energy of single events in the whole nucleus, Gy: with it the initial slope takes account of the events being few
   * (Hawkins, Radiat Res 160 (2003) 61). Left out: every nucleus is taken as hit often.
   */
  readonly nucleusDoseMeanGy?: number
}

/**
 * α = α0 + β·z̄1D (Hawkins, Radiat Res 140 (1994) 366), with events that are few in the nucleus α = (1 − exp(−(α0 + βz̄1D)·z̄n))/z̄n: overkill.
 *
 * @throws InputError `biology.mkm`
 */
export function mkmAlphaPerGy({
  alpha0PerGy,
  betaPerGy2,
  domainDoseMeanGy,
  nucleusDoseMeanGy,
}: MicrodosimetricKinetic): number {
  if (
    !(alpha0PerGy >= 0) ||
    !(betaPerGy2 >= 0) ||
    !(domainDoseMeanGy >= 0) ||
    (nucleusDoseMeanGy !== undefined && !(nucleusDoseMeanGy > 0))
  )
    throw new InputError(
      'biology.mkm',
      `The microdosimetric–kinetic model has α0 ${alpha0PerGy} 1/Gy, β ${betaPerGy2} 1/Gy², z̄1D ${domainDoseMeanGy} Gy and z̄n ${nucleusDoseMeanGy} Gy.`,
      'None may be negative, and the nucleus’ mean must be positive where it is given.',
    )
  const initial = alpha0PerGy + betaPerGy2 * domainDoseMeanGy
  return nucleusDoseMeanGy === undefined ? initial : -Math.expm1(-initial * nucleusDoseMeanGy) / nucleusDoseMeanGy
}

/** Survival exp(−α·D − G·β·D²) with α from `mkmAlphaPerGy`. */
export const mkmSurvival = (model: MicrodosimetricKinetic, doseGy: number, g: number): number =>
  Math.exp(-mkmAlphaPerGy(model) * doseGy - g * model.betaPerGy2 * doseGy * doseGy)
