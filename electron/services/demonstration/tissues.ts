/**
 * Tissues of the simulated patient: mass density, and the CT number that a scanner shows for it.
 *
 * Densities are the rounded values of ICRU Report 44 (1989) and ICRP Publication 89; they are what the truth uses, and need not be
 * anybody's real organs. CT numbers follow from the density by the relation of Schneider, Bortfeld and Schlegel, Phys. Med. Biol.
 * 45 (2000) 459, so that a density made from the images is the one that the truth states.
 */
export interface Tissue {
  readonly densityGPerMl: number
  readonly hounsfield: number
}

/** CT number of a tissue of given density (g/mL): Schneider et al. 2000, eqs. 21–24 inverted. */
export function hounsfieldOfDensity(densityGPerMl: number): number {
  if (densityGPerMl < 0.93) return (densityGPerMl - 1.03091) / 0.0010297
  if (densityGPerMl < 1.03) return (densityGPerMl - 1.018) / 0.000893
  if (densityGPerMl < 1.1199) return (densityGPerMl - 1.003) / 0.001169
  return (densityGPerMl - 1.017) / 0.000592
}

const tissue = (densityGPerMl: number): Tissue => ({ densityGPerMl, hounsfield: hounsfieldOfDensity(densityGPerMl) })

export const TISSUES = {
  air: { densityGPerMl: 0.0012, hounsfield: -1000 },
  gas: { densityGPerMl: 0.0012, hounsfield: -1000 },
  lung: tissue(0.26),
  fat: tissue(0.95),
  muscle: tissue(1.05),
  bowel: tissue(1.04),
  fluid: tissue(1.005),
  liver: tissue(1.06),
  spleen: tissue(1.06),
  kidney: tissue(1.05),
  blood: tissue(1.06),
  marrow: tissue(1.18),
  bone: tissue(1.5),
  lesion: tissue(1.04),
} as const satisfies Record<string, Tissue>

export type TissueName = keyof typeof TISSUES
