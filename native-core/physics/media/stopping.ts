/** Collision stopping power of electrons in any mixture: Bethe's formula in the form of ICRU 37 with the density effect. */
import { InputError } from '../../errors/index.ts'
import type { MaterialData } from './data.ts'
import type { Medium } from './types.ts'

const ELECTRON_MASS_MEV = 0.51099895
/** 2π r_e² m_e c² N_A, MeV·cm²/mol. */
const COLLISION_CONSTANT = 0.1535374581
/** ħω_p of a medium with one mole of electrons per cm³, eV: 28.816 √(ρ Z/A) (Sternheimer 1984). */
const PLASMA_EV = 28.816

/** Σ wᵢ Zᵢ/Aᵢ, mol/g. @throws InputError `medium.element` for an element without data. */
export function electronsMolPerG(medium: Medium, data: MaterialData): number {
  return Object.entries(medium.massFractions).reduce((sum, [symbol, share]) => {
    const element = elementOf(medium, symbol, data)
    return sum + (share * element.z) / element.atomicMass
  }, 0)
}

export function elementOf(medium: Medium, symbol: string, data: MaterialData): MaterialData['elements'][string] {
  const element = data.elements[symbol]
  if (element) return element
  throw new InputError(
    'medium.element',
    `${medium.name} holds ${symbol}, of which there are no interaction data.`,
    `Replace it by an element next to it. There are: ${Object.keys(data.elements).join(', ')}.`,
  )
}

/** Mean excitation energy, eV: as given, else by Bragg's rule ln I = Σ w (Z/A) ln Iᵢ / Σ w (Z/A) (ICRU 37, equation 4.4). */
export function meanExcitationEnergyEv(medium: Medium, data: MaterialData): number {
  if (medium.meanExcitationEnergyEv !== null) return medium.meanExcitationEnergyEv
  let sum = 0
  let weight = 0
  for (const [symbol, share] of Object.entries(medium.massFractions)) {
    const element = elementOf(medium, symbol, data)
    // Where ICRU 37 has no value: 10 eV for each electron (Bloch's rule), 10 % good.
    const i = element.meanExcitationEnergyEv ?? 10 * element.z
    const w = (share * element.z) / element.atomicMass
    sum += w * Math.log(i)
    weight += w
  }
  return Math.exp(sum / weight)
}

/** Density effect δ of a condensed medium by the general rules of Sternheimer & Peierls (1971), equations 8 to 15. */
export function densityEffect(energyMev: number, densityGPerMl: number, molPerG: number, excitationEv: number): number {
  const tau = energyMev / ELECTRON_MASS_MEV
  const x = Math.log10(Math.sqrt(tau * (tau + 2)))
  const c = 2 * Math.log(excitationEv / (PLASMA_EV * Math.sqrt(densityGPerMl * molPerG))) + 1
  const [x1, limit, shift] = excitationEv < 100 ? [2, 3.681, 1] : [3, 5.215, 1.5]
  let [x0, top] = [c < limit ? 0.2 : 0.326 * c - shift, x1]
  if (densityGPerMl < 0.01) {
    // Gases: the steps of the same paper.
    const steps: [number, number, number][] = [
      [10, 1.6, 4],
      [10.5, 1.7, 4],
      [11, 1.8, 4],
      [11.5, 1.9, 4],
      [12.25, 2, 4],
      [13.804, 2, 5],
    ]
    const step = steps.find(([below]) => c < below)
    ;[x0, top] = step ? [step[1], step[2]] : [0.326 * c - 2.5, 5]
  }
  if (x < x0) return 0
  const a = (c - 4.606 * x0) / (top - x0) ** 3
  return 4.606 * x - c + (x < top ? a * (top - x) ** 3 : 0)
}

/**
 * Mass collision stopping power of electrons, MeV·cm²/g (ICRU 37, equations 2.8 to 2.10; Berger & Seltzer). Below some 10 keV shell
 * corrections, which it lacks, make it uncertain by several per cent: there it serves to end tracks, no more.
 */
export function betheCollisionStopping(medium: Medium, data: MaterialData, energyMev: number): number {
  const molPerG = electronsMolPerG(medium, data)
  const excitationEv = meanExcitationEnergyEv(medium, data)
  const tau = energyMev / ELECTRON_MASS_MEV
  const beta2 = (tau * (tau + 2)) / (tau + 1) ** 2
  const i = (excitationEv * 1e-6) / ELECTRON_MASS_MEV
  const bracket = Math.log((tau * tau * (tau + 2)) / (2 * i * i))
  const f = 1 - beta2 + (tau ** 2 / 8 - (2 * tau + 1) * Math.LN2) / (tau + 1) ** 2
  const delta = densityEffect(energyMev, medium.nominalDensityGPerMl, molPerG, excitationEv)
  return ((COLLISION_CONSTANT * molPerG) / beta2) * (bracket + f - delta)
}
