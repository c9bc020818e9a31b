/** What a compartment model in one voxel is asked with and answers. */

/** Of the voxel that was solved last; rates in 1/s, zero where the model lacks them. */
export interface CompartmentSolution {
  k1: number
  k2: number
  k3: number
  k4: number
  bloodFraction: number
}

/** What is believed of ln k2, ln k3, ln k4 before a curve is seen. */
export interface CompartmentPrior {
  readonly mean: readonly number[]
  /** Standard deviations. */
  readonly spread: readonly number[]
}

/** Of the curve solved last. */
export interface CompartmentEvidence {
  /** Logarithms of the rates. */
  readonly psi: Float64Array
  /** Their variance by the curve and the prior (Laplace); without a prior 0. */
  readonly spreadLeft: Float64Array
  /** Σ w²(y − f)². */
  cost: number
}

export interface CompartmentSolver {
  readonly solution: CompartmentSolution
  readonly evidence: CompartmentEvidence
  /** Fits a curve, Bq/mL decay-corrected; false where there is no answer. */
  readonly solve: (curve: ArrayLike<number>) => boolean
}
