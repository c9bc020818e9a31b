import { InputError } from '../errors/index.ts'
import { BQ_PER_GBQ, JOULE_PER_MEV } from '../units/index.ts'
import { localEnergyMev } from './energy.ts'
import type { LocalDose, LocalDoseRequest } from './types.ts'
import { doseUncertainty } from './uncertainty/doseUncertainty.ts'

export const LOCAL_DOSE_VERSION = '1.0.0'

/**
 * Mean absorbed dose of a structure by local energy deposition: D = TIA · E_local / m, Gy, for a TIA in Bq·s (decays), a mass in kg
 * and energies in MeV per decay (MIRD schema with absorbed fraction 1: Bolch et al., MIRD Pamphlet 21, 2009). Electrons,
 * positrons, alphas and recoil nuclei count whole; photons by `photonLocalFraction`, by default not at all.
 *
 * @throws InputError `dose.tia`, `dose.mass`, `dose.energy`, `dose.uncertainty` for values that make no dose.
 */
export function localDose(request: LocalDoseRequest): LocalDose {
  const { label, tiaBqS, massKg, energy } = request
  const photonShare = request.photonLocalFraction ?? 0
  if (!Number.isFinite(tiaBqS) || tiaBqS < 0) {
    throw new InputError(
      'dose.tia',
      `${label}: the time-integrated activity is ${tiaBqS} Bq·s.`,
      'Fit the curve first; the TIA must be zero or positive.',
    )
  }
  if (!Number.isFinite(massKg) || massKg <= 0) {
    throw new InputError(
      'dose.mass',
      `${label}: the mass is ${massKg} kg.`,
      'Check the outline and the density: the mass must be positive.',
    )
  }
  if (!(photonShare >= 0 && photonShare <= 1)) {
    throw new InputError(
      'dose.energy',
      `${label}: the local share of photon energy is ${photonShare}.`,
      'Give a number from 0 to 1.',
    )
  }
  const wrong = Object.entries(energy).find(([, value]) => !Number.isFinite(value) || value < 0)
  if (wrong) {
    throw new InputError(
      'dose.energy',
      `${label}: the energy "${wrong[0]}" is ${wrong[1]} MeV.`,
      'Energies per decay must be zero or positive.',
    )
  }
  const given = request.uncertainty ?? {}
  const notFinite = Object.entries(given).find(([, value]) => value !== undefined && !Number.isFinite(value))
  if (notFinite) {
    throw new InputError(
      'dose.uncertainty',
      `${label}: the uncertainty "${notFinite[0]}" is ${notFinite[1]}.`,
      'Give finite relative standard uncertainties.',
    )
  }
  const grayPerMev = (tiaBqS * JOULE_PER_MEV) / massKg
  const local = localEnergyMev(energy, photonShare)
  const doseGy = local * grayPerMev
  const { relative, terms } = doseUncertainty(given)
  const administered = request.administeredActivityBq
  return {
    algorithm: { name: 'theratwin.local-dose', version: LOCAL_DOSE_VERSION },
    label,
    doseGy,
    doseUncertaintyGy: doseGy * relative,
    byRadiationGy: {
      electron: (energy.betaMev + energy.positronMev + energy.conversionAugerMev) * grayPerMev,
      alpha: energy.alphaMev * grayPerMev,
      recoil: energy.recoilMev * grayPerMev,
      photon: photonShare * energy.photonMev * grayPerMev,
    },
    localEnergyMev: local,
    dosePerActivityGyPerGbq:
      administered !== undefined && administered > 0 ? doseGy / (administered / BQ_PER_GBQ) : null,
    terms,
    assumptions: [
      'Electrons, positrons, alphas and recoil nuclei deposit their energy in the structure where they are emitted.',
      photonShare > 0
        ? `${photonShare * 100} % of the photon energy counts as deposited in the structure.`
        : `Photon energy (${(energy.photonMev * 1e3).toPrecision(3)} keV per decay) is not counted.`,
    ],
  }
}
