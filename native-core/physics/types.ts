/** Decay data as the program holds them: a named, versioned data set. */

export interface DecayMode {
  /** B- (beta minus), EC/B+ (electron capture and positron), IT (isomeric transition), A (alpha), SF, B-B-, B-N. */
  readonly mode: string
  /** null for spontaneous fission. A daughter that is not in the table is stable on the scale of therapy. */
  readonly daughter: string | null
  readonly branch: number
  readonly qMev: number
}

/** Mean energy per decay of the nuclide itself, MeV, by radiation. */
export interface DecayEnergyMev {
  readonly betaMinus: number
  readonly betaPlus: number
  readonly conversionElectron: number
  readonly auger: number
  readonly alpha: number
  /** Kinetic energy of the nucleus that emitted the alpha. */
  readonly alphaRecoil: number
  readonly gamma: number
  readonly xray: number
  /** The two 0.511 MeV photons of each positron. */
  readonly annihilation: number
}

export interface Nuclide {
  /** "Lu-177", "Tc-99m". */
  readonly name: string
  readonly z: number
  readonly a: number
  /** 0 for the ground state, 1 for the first isomer. */
  readonly level: number
  readonly halfLifeS: number
  readonly halfLifeUncertaintyS: number
  readonly modes: readonly DecayMode[]
  readonly energyMev: DecayEnergyMev
  /** Positrons per decay; 0 if none. */
  readonly positronYield: number
  readonly note: string
}

export interface NuclideTable {
  readonly name: string
  readonly version: string
  readonly provenance: {
    readonly source: string
    readonly citation: string
    readonly evidence: 'verified' | 'transcribed' | 'designed' | 'unverified'
    readonly note: string
  }
  readonly nuclides: ReadonlyMap<string, Nuclide>
}

/**
 * Which daughters decay where their parent does. `parent-only`: none. `equilibrium`: every daughter reached through nuclides of
 * shorter half-life than the parent decays in place. Of the daughters of the parent itself `retainedFraction` stay at the site (1: all);
 * of those behind, all. `byNuclide` says for single nuclides of the chain how many of the nuclei formed at the site stay there, instead.
 * What does not stay, with all that comes of it, is not counted, and named in the chain's `ends` as 'left the site'.
 */
export type DaughterPolicy =
  | { readonly kind: 'parent-only' }
  | {
      readonly kind: 'equilibrium'
      readonly retainedFraction: number
      readonly byNuclide?: Readonly<Record<string, number>>
    }

export interface ChainMember {
  readonly name: string
  readonly halfLifeS: number
  /** Decays of this nuclide for each decay of the parent, in place. */
  readonly decaysPerParentDecay: number
}

export interface ChainEnd {
  readonly name: string
  /** Nuclei of it formed for each decay of the parent. */
  readonly formedPerParentDecay: number
  readonly reason: 'stable' | 'longer-lived than the parent' | 'not counted by the policy' | 'left the site'
}

export interface DecayChain {
  readonly members: readonly ChainMember[]
  readonly ends: readonly ChainEnd[]
}
