import type { DecayEnergyMev } from '../physics/index.ts'
import type { EmittedEnergy } from './types.ts'

/** Sorts the mean energies of a decay (see `chainEnergyMev` of physics) by how they deposit. MeV per decay of the parent. */
export function emittedEnergy(energy: DecayEnergyMev): EmittedEnergy {
  return {
    betaMev: energy.betaMinus,
    positronMev: energy.betaPlus,
    conversionAugerMev: energy.conversionElectron + energy.auger,
    alphaMev: energy.alpha,
    recoilMev: energy.alphaRecoil,
    photonMev: energy.gamma + energy.xray + energy.annihilation,
  }
}

/** Energy in MeV that stays in the structure: all electrons, positrons, alphas and recoils, and a share of the photons. */
export function localEnergyMev(energy: EmittedEnergy, photonLocalFraction = 0): number {
  return (
    energy.betaMev +
    energy.positronMev +
    energy.conversionAugerMev +
    energy.alphaMev +
    energy.recoilMev +
    photonLocalFraction * energy.photonMev
  )
}
