/** What one cycle tells about the next. */
import { inversePositiveDefinite } from '../../statistics/index.ts'
import type { Matrix } from '../../statistics/index.ts'
import { InputError } from '../../errors/index.ts'
import { plus, product, timesVector, transposed } from './matrices.ts'
import type { GaussianPrior, IndividualEstimate } from './types.ts'

/** The prior of one cycle from what is believed of the patient: φ_cycle = φ_patient + κ, κ ~ N(0, Γ). */
export const cyclePrior = (patient: GaussianPrior, interOccasion: Matrix): GaussianPrior => ({
  mean: [...patient.mean],
  covariance: plus(patient.covariance, interOccasion),
})

/**
 * What is believed of the patient after a cycle whose estimate (mode φ̂, covariance C, made with `cyclePrior(patient, Γ)`) is known:
 * K = P(P + Γ)⁻¹, m′ = m + K(φ̂ − m), P′ = P − K(P + Γ − C)Kᵀ, the exact update of normal distributions (Rauch, Tung & Striebel 1965).
 * With Γ = 0 the posterior itself is the next prior; the prior of the next cycle is `cyclePrior` of the answer, inflated by Γ.
 *
 * @throws InputError `population.inter-occasion` where P + Γ cannot be inverted
 */
export function updatePatient(
  patient: GaussianPrior,
  interOccasion: Matrix,
  estimate: Pick<IndividualEstimate, 'phi' | 'covariance'>,
): GaussianPrior {
  const before = plus(patient.covariance, interOccasion)
  const varied = before.map((row, i) => ((row[i] ?? 0) > 0 ? i : -1)).filter((i) => i >= 0)
  const inverse = inversePositiveDefinite(varied.map((i) => varied.map((j) => before[i]?.[j] ?? 0)))
  if (!inverse)
    throw new InputError(
      'population.inter-occasion',
      'The covariance between patients together with that between cycles cannot be inverted.',
      'Check the correlations of the prior, or take a diagonal covariance.',
    )
  const full = before.map((row, i) => row.map((_, j) => inverse[varied.indexOf(i)]?.[varied.indexOf(j)] ?? 0))
  const gain = product(patient.covariance, full)
  const shift = timesVector(
    gain,
    estimate.phi.map((v, i) => v - (patient.mean[i] ?? 0)),
  )
  const learnt = product(product(gain, plus(before, estimate.covariance, -1)), transposed(gain))
  const covariance = plus(patient.covariance, learnt, -1)
  return {
    mean: patient.mean.map((v, i) => v + (shift[i] ?? 0)),
    covariance: covariance.map((row, i) => row.map((v, j) => (v + (covariance[j]?.[i] ?? 0)) / 2)),
  }
}
