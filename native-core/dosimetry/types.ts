/** Absorbed dose of structures: what goes in and what comes out. Bq·s, kg, Gy; energies in MeV per decay of the parent. */

/** Mean energy emitted per decay of the parent (with the daughters that the policy counts), by radiation. */
export interface EmittedEnergy {
  readonly betaMev: number
  readonly positronMev: number
  readonly conversionAugerMev: number
  readonly alphaMev: number
  readonly recoilMev: number
  readonly photonMev: number
}

/**
 * Relative standard uncertainties that enter a dose. `recoveryVolumeSlope` is d ln R / d ln V and `countsVolumeSlope` d ln C / d ln V:
 * through them a wrong volume changes the activity and, together with the mass, the dose (Gear et al. 2018).
 */
export interface DoseUncertaintyInput {
  readonly tiaFit: number
  readonly calibration: number
  readonly recovery: number
  readonly volume: number
  readonly density: number
  readonly recoveryVolumeSlope: number
  readonly countsVolumeSlope: number
  readonly energyPerDecay: number
}

export interface LocalDoseRequest {
  readonly label: string
  readonly tiaBqS: number
  readonly massKg: number
  readonly energy: EmittedEnergy
  /** Share of the photon energy that stays; 0 (default) leaves photons out. */
  readonly photonLocalFraction?: number
  readonly uncertainty?: Partial<DoseUncertaintyInput>
  /** Administered activity, for Gy/GBq. */
  readonly administeredActivityBq?: number
}

export interface DoseTerm {
  readonly name: string
  /** Relative standard uncertainty that this term alone gives the dose. */
  readonly relative: number
  /** Its share of the variance. */
  readonly varianceShare: number
}

export interface LocalDose {
  readonly algorithm: { readonly name: 'theratwin.local-dose'; readonly version: string }
  readonly label: string
  readonly doseGy: number
  readonly doseUncertaintyGy: number
  readonly byRadiationGy: {
    readonly electron: number
    readonly alpha: number
    readonly recoil: number
    readonly photon: number
  }
  readonly localEnergyMev: number
  readonly dosePerActivityGyPerGbq: number | null
  /** Budget, largest first. */
  readonly terms: readonly DoseTerm[]
  readonly assumptions: readonly string[]
}
