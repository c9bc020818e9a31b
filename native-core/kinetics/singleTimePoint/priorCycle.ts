/** The shape of an earlier cycle as what is believed of this one. */
import { InputError } from '../../errors/index.ts'
import type { ParametricCurve } from '../parametric/types.ts'
import type { ExponentialTerm } from '../types.ts'
import type { CurvePopulation } from './types.ts'
import { UNKNOWN_SIZE_FACTOR } from './population.ts'

/**
 * Geometric standard deviation of a structure's biological half-life from cycle to cycle of one patient. Designed for this program; not
 * taken from a source.
 */
export const INTER_CYCLE_GSD = 1.15

/** Beyond a factor of e a half-life is as good as unknown; what is near to the physical one has a biological half-life without limits. */
const WIDEST = 1

/** A rate within this of the physical one, relative, counts as the physical one: rounding of a fit that sits on the bound. */
const SAME_RATE = 1e-9

/**
 * The population of one patient's cycles: A·Σ c_i·exp(−(λ + (k_i − λ)·e^{−w})·t), the shape of an earlier cycle with its biological
 * half-lives all multiplied by e^w, w normal with the spread from cycle to cycle, and of unknown size. The uncertainty of the earlier
 * half-life widens w by u(k)/(k − λ), k the slowest rate.
 *
 * @param terms of the earlier cycle's fit
 * @param halfLifeRelativeUncertainty relative standard uncertainty of its slowest effective half-life
 * @throws InputError `kinetics.prior-cycle` for no terms, a rate below the physical one or a spread below 1
 */
export function priorCyclePopulation(
  id: string,
  terms: readonly ExponentialTerm[],
  physicalHalfLifeS: number,
  interCycleGsd = INTER_CYCLE_GSD,
  halfLifeRelativeUncertainty = 0,
): CurvePopulation {
  const lambda = Math.LN2 / physicalHalfLifeS
  const size = terms.reduce((s, term) => s + Math.abs(term.amplitudeBq), 0)
  if (!(size > 0 && Number.isFinite(size)) || terms.some((t) => !(t.effectiveRatePerS >= lambda * (1 - SAME_RATE))))
    throw new InputError(
      'kinetics.prior-cycle',
      `${id}: the earlier cycle's curve has no terms, or one that is slower than physical decay.`,
      'Take an earlier cycle that was fitted with scans of its own.',
    )
  if (!(interCycleGsd >= 1 && interCycleGsd <= 10))
    throw new InputError(
      'kinetics.prior-cycle',
      `${id}: the spread of the half-life from cycle to cycle is ${interCycleGsd}.`,
      'Give a geometric standard deviation from 1 (none) to 10.',
    )
  if (!(halfLifeRelativeUncertainty >= 0 && Number.isFinite(halfLifeRelativeUncertainty)))
    throw new InputError(
      'kinetics.prior-cycle',
      `${id}: the relative uncertainty of the earlier half-life is ${halfLifeRelativeUncertainty}.`,
      'Give 0 or more.',
    )
  const parts = terms
    .map((t) => ({ c: t.amplitudeBq / size, biological: Math.max(0, t.effectiveRatePerS - lambda) }))
    .sort((a, b) => a.biological - b.biological)
  const slowest = parts[0]?.biological ?? 0
  const fromFit = slowest > 0 ? (halfLifeRelativeUncertainty * (lambda + slowest)) / slowest : 0
  return {
    id,
    title: 'earlier cycle of the same patient',
    curve: scaledShape(parts, lambda),
    prior: {
      mean: [Math.log(size), 0],
      covariance: [
        [Math.log(UNKNOWN_SIZE_FACTOR) ** 2, 0],
        [0, Math.log(interCycleGsd) ** 2 + Math.min(fromFit, WIDEST) ** 2],
      ],
    },
    sizeIndex: 0,
    sizeKnown: false,
  }
}

function scaledShape(parts: readonly { c: number; biological: number }[], lambda: number): ParametricCurve {
  return {
    id: 'prior-cycle',
    title: 'shape of the earlier cycle',
    formula: 'A Σ c_i e^(−(λ + b_i/q) t), q the change of the biological half-lives',
    parameters: [
      { name: 'A', title: 'Size of the curve', unit: 'Bq', scale: 'log' },
      { name: 'q', title: 'Change of the biological half-lives', unit: '1', scale: 'log' },
    ],
    value: (phi, timeS, gradient) => {
      const a = Math.exp(phi[0] ?? 0)
      const slower = Math.exp(-(phi[1] ?? 0))
      let value = 0
      let slope = 0
      for (const { c, biological } of parts) {
        const term = a * c * Math.exp(-(lambda + biological * slower) * timeS)
        value += term
        slope += term * biological * slower * timeS
      }
      if (gradient) gradient.set([value, slope])
      return value
    },
    integral: (phi, gradient) => {
      const a = Math.exp(phi[0] ?? 0)
      const slower = Math.exp(-(phi[1] ?? 0))
      let value = 0
      let slope = 0
      for (const { c, biological } of parts) {
        const k = lambda + biological * slower
        value += (a * c) / k
        slope += (a * c * biological * slower) / (k * k)
      }
      if (gradient) gradient.set([value, slope])
      return value
    },
    terms: (phi) => {
      const a = Math.exp(phi[0] ?? 0)
      const slower = Math.exp(-(phi[1] ?? 0))
      return parts.map(({ c, biological }) => ({ amplitudeBq: a * c, effectiveRatePerS: lambda + biological * slower }))
    },
  }
}
