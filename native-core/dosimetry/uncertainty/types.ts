/**
 * The chain from counts to absorbed dose and what is uncertain in it, after the framework of Gear et al., Eur J Nucl Med Mol Imaging 45
 * (2018) 2456: A = C/(Q·R), TIA = ∫A dt by a fitted curve, D = TIA·S, S ∝ m^−k, m = ρ·V. All uncertainties are relative standard
 * uncertainties (k = 1) unless a name says otherwise.
 */
import type { RecoveryCurve } from '../../imaging/quantification/index.ts'
import type { FitRequest, TacFit } from '../../kinetics/index.ts'

/** What of the chain is uncertain. `points`: what is not told apart of a single measured activity; `curve`: see `CurveSensitivity`. */
export type UncertaintyTermId =
  | 'calibration'
  | 'recovery'
  | 'volume'
  | 'density'
  | 's-value'
  | 'energy-per-decay'
  | 'counts'
  | 'registration'
  | 'points'
  | 'curve'
  | 'administered'

/**
 * A factor of the chain. `source` names the quantity: where the same name occurs in two budgets it is one quantity with one error, fully
 * correlated (a calibration factor in all structures and cycles); different names are independent.
 */
export interface UncertainFactor {
  readonly relative: number
  readonly source: string
}

/** What points of the curve share beside the camera's calibration: that of another instrument, a scale. */
export interface CommonFactor extends UncertainFactor {
  /** Places of these points in the curve's request; left out: all. */
  readonly points?: readonly number[]
  /** Exponent of the factor in their activities: −1 (default) divides, as a calibration does; 1 for an activity that they are relative to. */
  readonly exponent?: 1 | -1
}

/** `factor`: an entered or measured coefficient. `curve`: by volume, with the covariance of its parameters. */
export type UncertainRecovery =
  | (UncertainFactor & {
      readonly kind: 'factor'
      /** d ln R / d ln V; left out: 0. */
      readonly volumeSlope?: number
    })
  | { readonly kind: 'curve'; readonly curve: RecoveryCurve; readonly source: string }

export interface UncertainVolume extends UncertainFactor {
  readonly volumeMl: number
  /** d ln C / d ln V: how fast counts in the outline grow with it; left out: 0. */
  readonly countsSlope?: number
  /**
   * Where activity is counted in another volume than that of the mass (a hollow organ: the outline, its content): relative standard uncertainty of
   * the volume counted in, by the same error. Left out: `relative`.
   */
  readonly countedRelative?: number
  /** What the outline was drawn on (`edgeVolumeUncertainty`), where `relative` is of it: tells what finer voxels would bring. */
  readonly edge?: { readonly voxelMm: number; readonly fwhmMm: number }
}

/** Random parts of one measured activity, independent of those of other points; left out: 0. */
export interface PointUncertainty {
  readonly counts?: number
  readonly registration?: number
  /** What is not told apart. */
  readonly other?: number
}

/** How the TIA follows from the points. `tia`: from elsewhere, with its relative standard uncertainty from random parts. */
export type UncertainCurve =
  | {
      readonly kind: 'fit'
      /** Of the curve; its sigmas are those of `points`, so none are given. */
      readonly request: Omit<FitRequest, 'sigmaBq' | 'label'>
      /** In the order of `request.timesS`. */
      readonly points: readonly PointUncertainty[]
      /** The fit of this very request, where it was made before; left out: it is made. */
      readonly fit?: TacFit
    }
  | { readonly kind: 'tia'; readonly relative: number }

export interface UncertaintyChain {
  /** Whose dose it is, for messages: "Kidney left". */
  readonly label: string
  /** Names what nothing else shares: structure and cycle. Prefix of the sources of the points and the curve. */
  readonly scope: string
  /** Camera calibration factor Q. */
  readonly calibration?: UncertainFactor
  readonly recovery?: UncertainRecovery
  readonly volume: UncertainVolume
  readonly density?: UncertainFactor
  /** Places of the points that were counted on images: calibration, recovery and the volume counted in are theirs. Left out: all. */
  readonly imagePoints?: readonly number[]
  readonly common?: readonly CommonFactor[]
  /** S value at known mass (or absorbed fraction); S ∝ m^−massExponent. */
  readonly sValue?: UncertainFactor
  /** 1 (default): the energy stays in the mass; 2/3 for the photons of a structure (Snyder 1970). */
  readonly massExponent?: number
  readonly energyPerDecay?: UncertainFactor
  /** Of the activity that was given: enters dose per activity only. */
  readonly administered?: UncertainFactor
  readonly curve: UncertainCurve
}

/** Relative change of TIA, dose and dose per administered activity for one standard uncertainty of an independent source. */
export interface SourceLoading {
  readonly source: string
  readonly term: UncertaintyTermId
  readonly tia: number
  readonly dose: number
  readonly dosePerActivity: number
}

export interface UncertaintyTerm {
  readonly id: UncertaintyTermId
  readonly name: string
  /** systematic: common to all points of the curve; random: independent from point to point. */
  readonly kind: 'systematic' | 'random'
  /** Relative standard uncertainty that this term alone gives. */
  readonly tiaRelative: number
  readonly doseRelative: number
  /** Share of the dose's variance. */
  readonly doseShare: number
}

/**
 * How far the law of propagation can be trusted: it is linear, the chain is not. Points of the curve are judged one by one, at three places of each. What
 * points that move together do beside is kept out by a bar for the uncertainty of the curve's rates: of 90 simulated curves, 61 were valid, and Monte
 * Carlo that fits again differed by −4.3 to 6.6 % there, its own noise of 2 % with it.
 */
export interface LinearValidity {
  readonly isValid: boolean
  /** Standard uncertainty with the curvature of the chain over that without; 1 where the chain is linear. */
  readonly nonlinearRatio: number
  /** Skewness of the dose; 0 where it is symmetric. */
  readonly skewness: number
  /** Why it is not valid, in sentences: of the chain as a whole, and of its curve. */
  readonly reasons: readonly string[]
  readonly curveReasons: readonly string[]
}

export interface UncertaintyBudget {
  readonly algorithm: { readonly name: 'theratwin.uncertainty-budget'; readonly version: string }
  readonly label: string
  readonly tiaRelative: number
  readonly doseRelative: number
  readonly dosePerActivityRelative: number
  /** Of the dose: what all points share, and what they do not. */
  readonly systematicRelative: number
  readonly randomRelative: number
  /** Of the dose, largest first. The administered activity is not among them: see `dosePerActivityRelative`. */
  readonly terms: readonly UncertaintyTerm[]
  /** null where nothing is uncertain. */
  readonly dominant: UncertaintyTermId | null
  readonly loadings: readonly SourceLoading[]
  readonly validity: LinearValidity
  /** What the term `curve` is of, in words; '' where there is none. */
  readonly curveWords: string
  /** What the volume does, for the reader: exponents of V in TIA and dose. */
  readonly volumeExponent: { readonly tia: number; readonly dose: number }
}
