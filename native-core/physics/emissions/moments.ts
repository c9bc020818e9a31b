import { ELECTRON_REST_ENERGY_MEV } from '../../units/index.ts'
import type { BetaSpectrum, EmissionLine, Emissions } from './types.ts'

/** Number of particles per decay and their energy in MeV per decay; exact for straight lines between the nodes. */
export function spectrumMoments(spectrum: BetaSpectrum): { count: number; energyMev: number } {
  const { energiesMev: e, perMevAndDecay: f } = spectrum
  let count = 0
  let energyMev = 0
  for (let i = 1; i < e.length; i++) {
    const [a, b, fa, fb] = [e[i - 1] as number, e[i] as number, f[i - 1] as number, f[i] as number]
    count += ((b - a) * (fa + fb)) / 2
    energyMev += ((b - a) * (fa * (2 * a + b) + fb * (a + 2 * b))) / 6
  }
  return { count, energyMev }
}

/** Energy of lines, MeV per decay. */
export const lineEnergyMev = (lines: readonly EmissionLine[]): number =>
  lines.reduce((s, line) => s + line.energyMev * line.yield, 0)

/** Photons of 0.511 MeV per decay that the positrons make where they end: two each. They are not in `photons`. */
export const annihilationPhotonYield = (emissions: Emissions): number =>
  2 * emissions.betas.reduce((s, b) => s + (b.kind === 'beta-plus' ? spectrumMoments(b).count : 0), 0)

/** Energy sent out per decay by what deposits it, MeV; `photon` with annihilation photons, `electron` with betas and positrons. */
export function emittedEnergyMev(emissions: Emissions): {
  electron: number
  photon: number
  alpha: number
  recoil: number
} {
  return {
    electron:
      lineEnergyMev(emissions.electrons) + emissions.betas.reduce((s, b) => s + spectrumMoments(b).energyMev, 0),
    photon: lineEnergyMev(emissions.photons) + annihilationPhotonYield(emissions) * ELECTRON_REST_ENERGY_MEV,
    alpha: lineEnergyMev(emissions.alphas),
    recoil: lineEnergyMev(emissions.recoils),
  }
}
