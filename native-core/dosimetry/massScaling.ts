import { InputError } from '../errors/index.ts'

export interface ReferenceSValue {
  /** Self-dose S value of the reference, Gy/(Bq·s). */
  readonly sGyPerBqS: number
  readonly massKg: number
  /** Where the number is from. */
  readonly source: string
}

export interface MassScalingRequest {
  readonly label: string
  readonly tiaBqS: number
  readonly massKg: number
  /** S value of electrons, positrons, alphas: self-dose falls as 1/m. */
  readonly electron?: ReferenceSValue
  /** S value of photons for self-dose: falls as m^(−2/3). */
  readonly photon?: ReferenceSValue
  /** S value of photons from other organs: taken as independent of the mass. */
  readonly photonCrossGyPerBqS?: number
}

/** Exponent of (m_ref/m) for the self-dose of electrons and alphas: the energy stays, the mass changes. */
export const ELECTRON_MASS_EXPONENT = 1
/** For photons the absorbed fraction grows as m^(1/3) (Snyder 1970; MIRD Pamphlet 11), which leaves m^(−2/3). */
export const PHOTON_MASS_EXPONENT = 2 / 3

/**
 * Mean self-dose, Gy, from a reference S value scaled to the patient's mass: D = TIA·Σ S_ref·(m_ref/m)^k with k = 1 for electrons and
 * alphas and 2/3 for photons (Snyder 1970; Bolch et al., MIRD Pamphlet 21, 2009).
 *
 * @throws InputError `dose.mass-scaling` for masses or S values that are not positive, or where none is given.
 */
export function massScaledDose(request: MassScalingRequest): {
  doseGy: number
  electronGy: number
  photonGy: number
  sGyPerBqS: number
} {
  const { label, tiaBqS, massKg } = request
  const hint = 'Give positive masses in kg, S values in Gy/(Bq·s), and at least one reference S value.'
  const refuse = (what: string): InputError => new InputError('dose.mass-scaling', `${label}: ${what}.`, hint)
  if (!(massKg > 0) || !Number.isFinite(massKg)) throw refuse(`the mass is ${massKg} kg`)
  if (!(tiaBqS >= 0) || !Number.isFinite(tiaBqS)) throw refuse(`the time-integrated activity is ${tiaBqS} Bq·s`)
  if (!request.electron && !request.photon) throw refuse('there is no reference S value')
  const scaled = (reference: ReferenceSValue | undefined, exponent: number): number => {
    if (!reference) return 0
    if (!(reference.massKg > 0) || !(reference.sGyPerBqS >= 0)) {
      throw refuse(
        `the reference S value ${reference.sGyPerBqS} Gy/(Bq·s) with mass ${reference.massKg} kg cannot be used`,
      )
    }
    return reference.sGyPerBqS * (reference.massKg / massKg) ** exponent
  }
  const electron = scaled(request.electron, ELECTRON_MASS_EXPONENT)
  const photon = scaled(request.photon, PHOTON_MASS_EXPONENT) + (request.photonCrossGyPerBqS ?? 0)
  return {
    doseGy: tiaBqS * (electron + photon),
    electronGy: tiaBqS * electron,
    photonGy: tiaBqS * photon,
    sGyPerBqS: electron + photon,
  }
}
