/** What a decay sends out, line by line: the source term of transport, kernels and S values. Energies in MeV, yields per decay. */

/** Particles of one energy. */
export interface EmissionLine {
  readonly energyMev: number
  /** Particles per decay. */
  readonly yield: number
}

/**
 * A beta spectrum: dN/dE per MeV and decay at ascending energies, linear between them, zero beyond the last (the end point). Its
 * integral is the number of particles per decay.
 */
export interface BetaSpectrum {
  readonly kind: 'beta-minus' | 'beta-plus'
  readonly energiesMev: Float64Array
  readonly perMevAndDecay: Float64Array
}

/**
 * All radiation per decay of one nuclide, or (see `ChainEmissions`) of a whole chain per decay of its parent. Positrons are in `betas`;
 * the two 0.511 MeV photons of each are NOT in `photons`: transport makes them where the positron ends. Engines that do not transport
 * positrons add them themselves (`annihilationPhotonYield`).
 */
export interface Emissions {
  readonly photons: readonly EmissionLine[]
  /** Conversion and Auger electrons. */
  readonly electrons: readonly EmissionLine[]
  readonly betas: readonly BetaSpectrum[]
  readonly alphas: readonly EmissionLine[]
  /** Nuclei recoiling from alphas. */
  readonly recoils: readonly EmissionLine[]
}

/** One chain member's share of a source. */
export interface ChainMemberEmissions {
  readonly name: string
  /** Decays of this nuclide for each decay of the parent, in place. */
  readonly decaysPerParentDecay: number
  readonly emissions: Emissions
}

/** The source term of a parent with the daughters that decay where it does. */
export interface ChainEmissions {
  readonly parent: string
  readonly members: readonly ChainMemberEmissions[]
  /** All members together, per decay of the parent. */
  readonly total: Emissions
}
