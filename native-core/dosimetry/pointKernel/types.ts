/** Dose point kernels: energy around a point source in an infinite homogeneous medium. Radii as mass thickness, g/cm². */

/**
 * Share of the emitted energy that is deposited within each radius: `enclosedFraction[i]` within `radiiGPerCm2[i]` (ascending, from 0
 * to the end of the table). Less than 1 at the last radius only where photons reach farther; `tailFraction` is what lies beyond, and
 * `tailMeanFreePathGPerCm2` how it falls off (exponentially per shell), so that no energy is lost.
 */
export interface PointKernel {
  readonly medium: string
  readonly radiiGPerCm2: Float64Array
  readonly enclosedFraction: Float64Array
  readonly tailFraction: number
  readonly tailMeanFreePathGPerCm2: number
}

/**
 * Kernel of a nuclide (or of monoenergetic particles): energy per decay, and where it goes, for electrons (with their bremsstrahlung)
 * and photons (with annihilation photons of positrons) apart. Alphas and recoil nuclei are point-like on this scale.
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
}
