/** The chain of one structure by Monte Carlo: every source drawn, the curve fitted again. */
import { InputError } from '../../errors/index.ts'
import { evaluateRecovery } from '../../imaging/quantification/index.ts'
import { fitTimeActivity } from '../../kinetics/index.ts'
import { budgetWithCurve, recoveryFactor, recoveryVolumeSlope } from './budget.ts'
import type { BudgetWithCurve } from './budget.ts'
import { refitRequest, requestOf } from './curveSensitivity.ts'
import { sampleModel } from './sampleModel.ts'
import { tiaShare } from './tiaShare.ts'
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
 * Propagates distributions through D = TIA·S as `uncertaintyBudget` describes it, without linearising: factors are log-normal with mean 1 and the stated
 * relative standard uncertainty (they cannot be negative), the volume enters counts, recovery and mass by one draw, a recovery curve is evaluated at the
 * drawn volume with drawn parameters (log-normal with their mean and spread, the logarithms with their correlation), points are moved one by one and fitted again.
 *
 * @throws InputError as `uncertaintyBudget` and `sampleModel`.
 */
export function monteCarloBudget(chain: UncertaintyChain, options: MonteCarloOptions): MonteCarloBudget {
  const known = budgetWithCurve(chain)
  const mode = options.curve ?? 'refit'
  const sampled = sampleModel(modelOf(chain, known, mode), options)
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

type Drawn = (
  factor: { readonly relative: number; readonly source?: string } | undefined,
) => (z: readonly number[]) => number

/** Factor of mean 1 with relative standard uncertainty u. */
function logNormal(u: number, z: number): number {
  const s = Math.sqrt(Math.log1p(u * u))
  return Math.exp(s * z - (s * s) / 2)
}

/** What a factor on some of the points does to the TIA, which follows these with that share. */
const partly = (share: number, factor: number): number => (share === 1 ? factor : 1 + share * (factor - 1))

function modelOf(chain: UncertaintyChain, { curve }: BudgetWithCurve, mode: 'refit' | 'linearised') {
  let sources = 0
  const places = new Map<string, number>()
  const next = (): number => sources++
  // One source is one error, also where it enters twice: an activity relative to the one given, and that activity.
  const placeOf = (source: string): number => {
    const at = places.get(source) ?? next()
    places.set(source, at)
    return at
  }
  const drawn: Drawn = (factor) => {
    if (!factor || factor.relative === 0) return () => 1
    const at = factor.source === undefined ? next() : placeOf(factor.source)
    return (z) => logNormal(factor.relative, z[at] ?? 0)
  }
  const images = tiaShare(chain.imagePoints, chain.curve, curve)
  const calibration = drawn(chain.calibration)
  const common = (chain.common ?? []).map((one) => {
    const factor = drawn(one)
    const share = tiaShare(one.points, chain.curve, curve)
    return (z: readonly number[]): number => partly(share, factor(z) ** (one.exponent ?? -1))
  })
  const volumeAt = placeOf(chain.volume.source)
  const { relative, countedRelative = relative } = chain.volume
  const density = drawn(chain.density)
  const sValue = drawn(chain.sValue)
  const energy = drawn(chain.energyPerDecay)
  const administered = drawn(chain.administered)
  const recovery = recoveryOf(chain, placeOf, drawn)
  const tia = tiaOf(chain, curve, mode, drawn)
  const massExponent = chain.massExponent ?? 1
  const countsSlope = chain.volume.countsSlope ?? 0
  const evaluate = (z: readonly number[]): readonly number[] | null => {
    const fitted = tia(z)
    if (fitted === null) return null
    const counted = logNormal(countedRelative, z[volumeAt] ?? 0)
    const volume = logNormal(relative, z[volumeAt] ?? 0)
    const onImages = partly(images, counted ** countsSlope / (calibration(z) * recovery(z, counted)))
    const integrated = common.reduce((product, factor) => product * factor(z), fitted * onImages)
    const dose = (integrated * sValue(z) * energy(z)) / (density(z) * volume) ** massExponent
    return [integrated, dose, dose / administered(z)]
  }
  return { sources, evaluate }
}

/** R(V·v)/R(V), v the relative change of the volume. */
function recoveryOf(
  chain: UncertaintyChain,
  placeOf: (source: string) => number,
  drawn: Drawn,
): (z: readonly number[], v: number) => number {
  const { recovery, volume } = chain
  if (!recovery) return () => 1
  if (recovery.kind === 'factor') {
    const factor = drawn(recovery)
    const slope = recoveryVolumeSlope(chain)
    return (z, v) => factor(z) * v ** slope
  }
  const { form, parameters } = recovery.curve
  const lower = recoveryFactor(recovery)
  const at = parameters.map((_, j) => placeOf(`${recovery.source}#${j + 1}`))
  const best = evaluateRecovery(form, parameters, volume.volumeMl).coefficient
  return (z, v) => {
    const moved = parameters.map((p, i) => {
      const spread = Math.hypot(...(lower[i] ?? []))
      const change = at.reduce((sum, source, j) => sum + (lower[i]?.[j] ?? 0) * (z[source] ?? 0), 0)
      return spread > 0 ? p * logNormal(spread, change / spread) : p
    })
    return evaluateRecovery(form, moved, volume.volumeMl * v).coefficient / best
  }
}

/** TIA over its estimate. */
function tiaOf(
  chain: UncertaintyChain,
  curve: BudgetWithCurve['curve'],
  mode: 'refit' | 'linearised',
  drawn: Drawn,
): (z: readonly number[]) => number | null {
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
