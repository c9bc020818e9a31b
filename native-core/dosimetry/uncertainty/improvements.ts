/** What would make a dose more certain, in numbers from its own sensitivities. */
import { curveFunctions } from '../../kinetics/index.ts'
import { propagateCovariance } from '../../statistics/index.ts'
import { SECONDS_PER_HOUR } from '../../units/index.ts'
import type { BudgetWithCurve } from './budget.ts'
import { edgeVolumeUncertainty } from './edge.ts'
import { pointRelative, requestOf } from './curveSensitivity.ts'
import type { CurveSensitivity, FittedCurveInput } from './curveSensitivity.ts'
import { recomputeBudget } from './live.ts'
import type { UncertaintyChain, UncertaintyTerm, UncertaintyTermId } from './types.ts'

export interface Improvement {
  readonly term: UncertaintyTermId
  /** What to do, in a sentence with its numbers. */
  readonly action: string
  /** Relative standard uncertainty of the dose then. */
  readonly doseRelative: number
  /** By how much smaller that is, as a share of what it is. */
  readonly reduction: number
  /** Time of a further scan after the start of administration; null for other measures. */
  readonly timeS: number | null
}

/** A measure that gains less is not worth a line. Designed for this program. */
const LEAST_REDUCTION = 0.01
/** Times tried for a further scan. */
const TIMES = 40
/** A scan where less is left than this share of the lowest measured activity could not be as certain as the others. Designed. */
const LEAST_ACTIVITY = 0.5

/**
 * Measures that would reduce the uncertainty of the dose, the most effective first: one more scan at the best time (on the curve, as
 * uncertain as the median of the others), voxels of half the width, twice the counting time, and each systematic factor known twice as
 * well. Everything else stays as it is. Empty where nothing gains 1 %.
 *
 * @throws InputError as `uncertaintyBudget`
 */
export function improvements(chain: UncertaintyChain, known: BudgetWithCurve): Improvement[] {
  const { budget, curve } = known
  if (!(budget.doseRelative > 0)) return []
  const scaled = (id: UncertaintyTermId, scale: number): number => recomputeBudget(budget, { [id]: scale }).doseRelative
  const found = budget.terms.flatMap((term): Omit<Improvement, 'reduction'>[] => {
    if (term.id === 'volume') return [finerVoxels(chain, scaled)]
    if (term.id === 'counts') return [of(term, 'Twice the counting time of every scan', scaled('counts', Math.SQRT1_2))]
    if (term.id === 'registration')
      return [of(term, 'Registration with half the effect on the counts', scaled('registration', 0.5))]
    if (term.id === 'points' || term.id === 'curve') return []
    const relative = term.id === 'density' ? (chain.density?.relative ?? 0) : term.doseRelative
    const words = `${sentence(term.name)} known to ${percent(relative / 2)} instead of ${percent(relative)}`
    return [of(term, words, scaled(term.id, 0.5))]
  })
  const scan = curve && chain.curve.kind === 'fit' ? furtherScan(chain.label, chain.curve, curve, budget) : null
  return [...found, ...(scan ? [scan] : [])]
    .map((one) => ({ ...one, reduction: 1 - one.doseRelative / budget.doseRelative }))
    .filter(({ reduction }) => reduction >= LEAST_REDUCTION)
    .map((one) => ({
      ...one,
      action: `${one.action}: ${percent(one.doseRelative)} instead of ${percent(budget.doseRelative)} for the dose.`,
    }))
    .sort((a, b) => b.reduction - a.reduction)
}

const of = ({ id }: UncertaintyTerm, action: string, doseRelative: number): Omit<Improvement, 'reduction'> => ({
  term: id,
  action,
  doseRelative,
  timeS: null,
})

function finerVoxels(
  { volume }: UncertaintyChain,
  scaled: (id: UncertaintyTermId, scale: number) => number,
): Omit<Improvement, 'reduction'> {
  const { edge, volumeMl, relative } = volume
  if (!edge || !(edge.voxelMm > 0)) {
    const action = `Volume known to ${percent(relative / 2)} instead of ${percent(relative)}`
    return { term: 'volume', action, doseRelative: scaled('volume', 0.5), timeS: null }
  }
  const before = edgeVolumeUncertainty(volumeMl, edge.voxelMm, edge.fwhmMm)
  const after = edgeVolumeUncertainty(volumeMl, edge.voxelMm / 2, edge.fwhmMm)
  return {
    term: 'volume',
    action: `Outline on voxels of ${mm(edge.voxelMm / 2)} instead of ${mm(edge.voxelMm)} (volume known to ${percent((relative * after) / before)})`,
    doseRelative: scaled('volume', after / before),
    timeS: null,
  }
}

/**
 * One more point on the fitted curve does not move it, but its information does: u²(TIA) falls by (gᵀ·C·J)²/(σ² + Jᵀ·C·J), with the gradients g of the TIA
 * and J of the activity there (Sherman & Morrison 1950). null for curves that are not fitted by their parameters alone.
 */
function furtherScan(
  label: string,
  input: FittedCurveInput,
  { fit }: CurveSensitivity,
  budget: BudgetWithCurve['budget'],
): Omit<Improvement, 'reduction'> | null {
  const request = requestOf(label, input)
  const isFitted = fit.shape.kind === 'exponentials' || (fit.shape.kind === 'function' && request.curve !== undefined)
  const systematic = budget.systematicRelative
  if (!isFitted || fit.ends.after !== null || 1 - systematic / budget.doseRelative < LEAST_REDUCTION) return null
  const relative = median(input.points.map(pointRelative))
  const lowest = Math.min(...request.activityBq)
  const curve = curveFunctions(fit, request.curve)
  const gradientOf = (write: (gradient: number[]) => unknown): number[] => {
    const gradient = new Array<number>(fit.parameters.length).fill(0)
    write(gradient)
    return gradient
  }
  const byTia = gradientOf((gradient) => curve.integral(0, Infinity, gradient))
  let best: { readonly timeS: number; readonly doseRelative: number } | null = null
  for (const timeS of candidateTimes(request.timesS, fit)) {
    const activityBq = curve.value(timeS)
    if (!(activityBq >= LEAST_ACTIVITY * lowest)) continue
    const here = gradientOf((gradient) => curve.value(timeS, gradient))
    const [[own = 0, cross = 0] = [], [, there = 0] = []] = propagateCovariance([byTia, here], fit.covariance)
    const left = Math.max(0, own - (cross * cross) / ((relative * activityBq) ** 2 + there))
    const doseRelative = Math.hypot(systematic, Math.sqrt(left) / fit.tiaBqS)
    if (!best || doseRelative < best.doseRelative) best = { timeS, doseRelative }
  }
  if (!best) return null
  const hours = Number((best.timeS / SECONDS_PER_HOUR).toPrecision(2))
  return {
    term: 'points',
    action: `A further scan at ${hours} h p.i., as certain as the others (${percent(relative)})`,
    ...best,
  }
}

/** Equal steps of the logarithm from half of the first scan to half as late again as the last, without those that were made. */
function candidateTimes(timesS: readonly number[], fit: CurveSensitivity['fit']): number[] {
  const slowest = Math.max(0, ...fit.phases.map(({ effectiveHalfLifeS }) => effectiveHalfLifeS))
  const first = Math.max(Math.min(...timesS) / 2, SECONDS_PER_HOUR / 2)
  const last = Math.max(1.5 * Math.max(...timesS), Math.max(...timesS) + slowest)
  return Array.from({ length: TIMES }, (_, i) => first * (last / first) ** (i / (TIMES - 1))).filter((t) =>
    timesS.every((made) => Math.abs(t - made) > 0.05 * made),
  )
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
const mm = (value: number): string => `${Number(value.toPrecision(3))} mm`
const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
