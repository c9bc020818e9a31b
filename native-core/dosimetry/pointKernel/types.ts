/** Dose point kernels: energy around a point source in an infinite homogeneous medium. Radii as mass thickness, g/cm². */

/**
 * Share of the emitted energy that is deposited within each radius: `enclosedFraction[i]` within `radiiGPerCm2[i]` (ascending, from 0
 * to the end of the table); between two radii it is linear. Less than 1 at the last radius only where photons reach farther;
 * `tailFraction` is what lies beyond, and `tailMeanFreePathGPerCm2` how it falls off (exponentially per shell), so that no energy is lost.
 */
export interface PointKernel {
  readonly medium: string
  readonly radiiGPerCm2: Float64Array
  readonly enclosedFraction: Float64Array
  readonly tailFraction: number
  readonly tailMeanFreePathGPerCm2: number
}

/**
 * Kernel of a nuclide (or of monoenergetic particles): energy per decay, and where it goes, for electrons (with their bremsstrahlung),
 * photons (with annihilation photons of positrons) and alphas (straight, along their CSDA range) apart; null where there are none.
 * Recoil nuclei stay where they are.
 */
export interface NuclidePointKernel {
  readonly source: string
  readonly medium: string
  readonly electronMev: number
  readonly photonMev: number
  readonly alphaMev: number
  readonly recoilMev: number
  readonly electron: PointKernel | null
  readonly photon: PointKernel | null
  readonly alpha: PointKernel | null
}

/** An electron or positron of one energy, as computed. */
export interface ChargedRow {
  readonly energyMev: number
  readonly csdaRangeGPerCm2: number
  /** Share of what stays within the core (CORE_REACH ranges) at its CORE_BINS + 1 edges: from 0 to 1. */
  readonly core: Float64Array
  /** Share of the emitted energy that goes beyond the core (bremsstrahlung). */
  readonly beyondCore: number
  /** Share of that which goes farther than 0 and each of `tailBeyondCore`: from 1 downwards. */
  readonly tail: Float64Array
}

export interface PositronRow extends ChargedRow {
  /** Enclosed share of 2 m c² within each of `photonRadii`, about the place of the decay. */
  readonly annihilation: Float64Array
}

export interface PhotonRow {
  readonly energyMev: number
  /** Enclosed share within each of `photonRadii`. */
  readonly enclosed: Float64Array
}

/** The kernels of a medium: `parsePointKernels`. Energies ascending in each list. */
export interface PointKernelTable {
  readonly name: string
  readonly version: string
  readonly medium: string
  /** Last edges of tail bins, beyond CORE_REACH ranges, g/cm². */
  readonly tailBeyondCore: Float64Array
  readonly photonRadii: Float64Array
  readonly electrons: readonly ChargedRow[]
  readonly positrons: readonly PositronRow[]
  readonly photons: readonly PhotonRow[]
  readonly alphaEnergyMev: Float64Array
  readonly alphaRangeGPerCm2: Float64Array
}
