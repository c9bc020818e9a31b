/** The chain of one structure by Monte Carlo: every source drawn, the curve fitted again. */
import { InputError } from '../../errors/index.ts'
import { fitTimeActivity } from '../../kinetics/index.ts'
import { budgetWithCurve } from './budget.ts'
import type { BudgetWithCurve } from './budget.ts'
import { chainModel } from './chainModel.ts'
import type { Drawn, TiaModel } from './chainModel.ts'
import { refitRequest, requestOf } from './curveSensitivity.ts'
import { sampleModel } from './sampleModel.ts'
import type { SampledOutput, SamplingOptions } from './sampleModel.ts'
import type { UncertaintyBudget, UncertaintyChain } from './types.ts'

export interface MonteCarloOptions extends SamplingOptions {
  /** `refit` (default): each draw is fitted anew with the model that was chosen; `linearised`: the TIA follows its sensitivities. */
  readonly curve?: 'refit' | 'linearised'
}

/** Of a quantity over its best estimate: 1 is the estimate. */
export type RelativeOutput = SampledOutput

export interface MonteCarloBudget {
  readonly label: string
  readonly curve: 'refit' | 'linearised' | 'given'
  readonly seed: number
  readonly samples: number
  /** Draws whose points could not be fitted. */
  readonly failed: number
  readonly tia: RelativeOutput
  readonly dose: RelativeOutput
  readonly dosePerActivity: RelativeOutput
  readonly analytic: UncertaintyBudget
  /** Standard uncertainty of the dose by Monte Carlo over that by the law of propagation; null where nothing is uncertain. */
  readonly doseRatio: number | null
}

/**
 * Propagates distributions through the chain without linearising it (`chainModel`); points are moved, each by its own draw, and fitted again.
 *
 * @throws InputError as `uncertaintyBudget` and `sampleModel`.
 */
export function monteCarloBudget(chain: UncertaintyChain, options: MonteCarloOptions): MonteCarloBudget {
  const known = budgetWithCurve(chain)
  const mode = options.curve ?? 'refit'
  const sampled = sampleModel(
    chainModel(chain, known.curve, (drawn) => tiaOf(chain, known.curve, mode, drawn)),
    options,
  )
  const [tia, dose, dosePerActivity] = sampled.outputs as [SampledOutput, SampledOutput, SampledOutput]
  const { doseRelative } = known.budget
  return {
    label: chain.label,
    curve: chain.curve.kind === 'tia' ? 'given' : mode,
    seed: options.seed,
    samples: sampled.samples,
    failed: sampled.failed,
    tia,
    dose,
    dosePerActivity,
    analytic: known.budget,
    doseRatio: doseRelative > 0 ? dose.standardUncertainty / dose.mean / doseRelative : null,
  }
}

/** TIA over its estimate. */
function tiaOf(
  chain: UncertaintyChain,
  curve: BudgetWithCurve['curve'],
  mode: 'refit' | 'linearised',
  drawn: Drawn,
): TiaModel {
  if (chain.curve.kind === 'tia') return drawn(chain.curve)
  if (!curve) throw new Error('a curve that is fitted has sensitivities')
  const request = requestOf(chain.label, chain.curve)
  const points = chain.curve.points.map(({ counts = 0, registration = 0, other = 0 }) =>
    [counts, registration, other].map((relative) => drawn({ relative })),
  )
  const beyond = drawn({ relative: curve.beyondPoints })
  const factorsOf = (z: readonly number[]): number[] =>
    points.map((parts) => parts.reduce((product, part) => product * part(z), 1))
  if (mode === 'linearised')
    return (z) =>
      beyond(z) * factorsOf(z).reduce((sum, factor, i) => sum + (curve.points[i]?.slope ?? 0) * (factor - 1), 1)
  return (z) => {
    const factors = factorsOf(z)
    const moved = request.activityBq.map((a, i) => a * (factors[i] ?? 1))
    try {
      return (beyond(z) * fitTimeActivity(refitRequest(request, curve.fit, moved)).tiaBqS) / curve.fit.tiaBqS
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return null
    }
  }
}
