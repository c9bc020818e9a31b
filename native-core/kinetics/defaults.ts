import type { EarlyPhasePrior, ErrorModel } from './types.ts'

/** Version of the fitting algorithm: part of the hash of every result. */
export const FIT_VERSION = '1.3.0'

/**
 * Sigmas where none are given: 3 % of each value, no absolute part. Designed for this program (delineation, noise and registration
 * of one SPECT time point, without calibration and recovery, which are common to all points); not measured.
 */
export const DEFAULT_ERROR_MODEL: ErrorModel = { fraction: 0.03, absoluteBq: 0 }

/**
 * What is believed of a first phase that the points are too late to resolve. Most agents are small molecules that leave the
 * extracellular fluid through the kidneys; 15 L cleared by glomerular filtration at 0.1 L/min have a half-life of
 * ln 2 · 15/0.1 min = 104 min. Designed for this program, with a spread of a factor 1.5; the experiment behind it is
 * tests/validation/kinetics.selection.test.ts. Without it the fast half-life of a curve whose first point is at 4 h is a guess of
 * the noise, and the TIA with it.
 */
export const DEFAULT_EARLY_PHASE_PRIOR: EarlyPhasePrior = {
  biologicalHalfLifeS: Math.LN2 * (15 / 0.1) * 60,
  geometricStandardDeviation: 1.5,
}

/** A candidate whose TIA is less certain than this (relative) is not chosen automatically while another is at hand. */
export const LARGEST_TIA_UNCERTAINTY = 0.3

/** A first point later than this sees nothing of an early phase: said in a warning. */
export const LATE_FIRST_POINT_S = 12 * 3600

/** Marks of goodness (NUKFIT practice; EJNMMI Phys 2021, s40658-021-00427-x). */
export const LARGEST_CV = 0.5
export const LARGEST_CORRELATION = 0.8

/** A fit in which more than this share of the TIA lies before the first point is refused: the points are all in the tail. */
export const LARGEST_SHARE_BEFORE_FIRST = 0.9
