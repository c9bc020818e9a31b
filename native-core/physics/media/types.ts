/** Matter as transport sees it: compositions, and the tables made from them. */

/** Mass fractions by element symbol ("H", "Ca"); they sum to 1. */
export interface Medium {
  /** Unique in a table: "schneider-08", "icru-cortical-bone", "water". */
  readonly id: string
  readonly name: string
  readonly massFractions: Readonly<Record<string, number>>
  /** The density that belongs to the composition, for the density effect and where no CT gives one. */
  readonly nominalDensityGPerMl: number
  /** Mean excitation energy; null: from the elements by Bragg's rule. */
  readonly meanExcitationEnergyEv: number | null
  readonly source: string
}

/**
 * Everything C++ transport needs to know about a list of media, as flat arrays (row-major, medium slowest). All per mass: multiply by
 * the voxel's density. Grids are logarithmic: E_i = min · (max/min)^(i/(n−1)). cm²/g, MeV·cm²/g, MeV. No strings: C++ gets exactly this.
 */
export interface MediaPack {
  readonly mediumCount: number
  /** For the density effect only; transport takes each voxel's own density. */
  readonly nominalDensityGPerMl: Float64Array
  /** Σ wᵢ Zᵢ/Aᵢ, mol/g: electrons per gram over Avogadro's number. */
  readonly electronsMolPerG: Float64Array
  /** Composition in CSR: elements of medium m are entries elementStart[m] … elementStart[m+1]−1. */
  readonly elementStart: Int32Array
  readonly elementZ: Int32Array
  readonly elementAtomicMass: Float64Array
  readonly elementMassFraction: Float64Array

  /** Photons, 1 keV to 10 MeV: `photonCount` points; [mediumCount × photonCount] each, cm²/g. */
  readonly photonMinMev: number
  readonly photonMaxMev: number
  readonly photonCount: number
  readonly coherent: Float64Array
  readonly incoherent: Float64Array
  readonly photoelectric: Float64Array
  /** In the field of nucleus and electrons together. */
  readonly pair: Float64Array

  /** Form factors at momentum transfer x = sin(θ/2)/λ in 1/Å, ascending from 0: `formFactorX` has `formFactorCount` points. */
  readonly formFactorCount: number
  readonly formFactorX: Float64Array
  /** Σ (wᵢ/Aᵢ) Fᵢ(x)², [mediumCount × formFactorCount]. */
  readonly formFactorSquared: Float64Array
  /** Σ (wᵢ/Aᵢ) Sᵢ(x) / Σ (wᵢ/Aᵢ) Zᵢ: 0 at x = 0, 1 for large x, [mediumCount × formFactorCount]. */
  readonly incoherentFunction: Float64Array

  /**
   * K fluorescence, for elements whose K edge lies above 1 keV. CSR over media as above. `fluorescenceShare` is [entries × photonCount]:
   * probability that a photoelectric absorption at that energy in that medium leaves a K vacancy in that element.
   */
  readonly fluorescenceStart: Int32Array
  readonly fluorescenceZ: Int32Array
  readonly fluorescenceEdgeMev: Float64Array
  readonly fluorescenceYield: Float64Array
  /** Mean energies and relative strength of Kα and Kβ: [entries × 2]; strengths sum to 1. */
  readonly fluorescenceLineMev: Float64Array
  readonly fluorescenceLineWeight: Float64Array
  readonly fluorescenceShare: Float64Array

  /** Electrons, 1 keV to 10 MeV: `electronCount` points; unrestricted, [mediumCount × electronCount], MeV·cm²/g. */
  readonly electronMinMev: number
  readonly electronMaxMev: number
  readonly electronCount: number
  readonly collisionStopping: Float64Array
  readonly radiativeStopping: Float64Array
  /** Bremsstrahlung k·dσ/dk per mass, cm²/g, at bremsEnergiesMev × bremsFractions (k/T): [mediumCount × bremsEnergyCount × bremsFractionCount]. */
  readonly bremsEnergyCount: number
  readonly bremsEnergiesMev: Float64Array
  readonly bremsFractionCount: number
  readonly bremsFractions: Float64Array
  readonly bremsKDsigmaDk: Float64Array

  /** Alpha particles, 1 keV to 10 MeV (log grid of `alphaCount`): total stopping power, [mediumCount × alphaCount], MeV·cm²/g. */
  readonly alphaMinMev: number
  readonly alphaMaxMev: number
  readonly alphaCount: number
  readonly alphaStopping: Float64Array
}

/** CT number to medium: the medium of index `mediumIndex[i]` from `huFrom[i]` up to `huFrom[i+1]`. */
export interface HuMediumTable {
  readonly name: string
  readonly version: string
  readonly huFrom: readonly number[]
  readonly mediumIndex: readonly number[]
  readonly media: readonly Medium[]
  readonly source: string
}
