import { InputError } from '../../../errors/index.ts'
import { RandomStream } from '../../../statistics/index.ts'

/** How decays vary among labelled cells, with mean 1. */
export type UptakeDistribution =
  | { readonly kind: 'uniform' }
  /** `sigma` is the standard deviation of the logarithm. */
  | { readonly kind: 'log-normal'; readonly sigma: number }
  /** Normal, negative draws taken again: with `relativeSd` above 0.3 the mean rises by more than 0.1 %. */
  | { readonly kind: 'normal'; readonly relativeSd: number }

export interface ClusterActivity {
  /** Mean number of decays over all cells of the cluster, labelled or not. */
  readonly meanDecaysPerCell: number
  readonly distribution: UptakeDistribution
  /** Share of the cells that have any; these have 1/share as much. Exactly round(share·n) cells, at least one, drawn without order. */
  readonly labelledFraction: number
  /** Weights over the distance from the middle as a share of the farthest cell's, linear between; null: none. */
  readonly radialProfile: readonly { readonly relativeRadius: number; readonly weight: number }[] | null
  readonly seed: number
}

const bad = (what: string, hint: string): InputError => new InputError('dose.cell-activity', `${what}.`, hint)

/**
 * Decays of each cell. The draws are not rescaled: their sum fluctuates about n·mean as that of real cells does. A radial profile is
 * normalised over all cells. The same seed gives the same cells.
 *
 * @param positionsUm x, y, z of each cell.
 * @throws InputError `dose.cell-activity`.
 */
export function clusterDecays(activity: ClusterActivity, positionsUm: Float64Array): Float64Array {
  const { meanDecaysPerCell, distribution, labelledFraction, radialProfile, seed } = activity
  const n = positionsUm.length / 3
  if (!(meanDecaysPerCell >= 0) || !Number.isFinite(meanDecaysPerCell))
    throw bad(`The mean number of decays is ${meanDecaysPerCell}`, 'Give zero or more.')
  if (!(labelledFraction > 0 && labelledFraction <= 1))
    throw bad(`The labelled share of cells is ${labelledFraction}`, 'Give a number above 0 and up to 1.')
  const draw = drawing(distribution, new RandomStream(seed, 1))
  const labelled = chosen(n, Math.max(1, Math.round(labelledFraction * n)), new RandomStream(seed, 2))
  const weights = radialProfile ? radialWeights(radialProfile, positionsUm) : null
  const share = n > 0 ? labelled.reduce((s, v) => s + v, 0) / n : 1
  return Float64Array.from({ length: n }, (_, i) =>
    labelled[i] ? (meanDecaysPerCell / share) * draw() * (weights ? weights[i]! : 1) : 0,
  )
}

function drawing(distribution: UptakeDistribution, random: RandomStream): () => number {
  switch (distribution.kind) {
    case 'uniform':
      return () => 1
    case 'log-normal': {
      const { sigma } = distribution
      if (!(sigma >= 0 && sigma <= 5)) throw bad(`The log-normal sigma is ${sigma}`, 'Give a number from 0 to 5.')
      return () => Math.exp(sigma * random.normal() - (sigma * sigma) / 2)
    }
    case 'normal': {
      const { relativeSd } = distribution
      if (!(relativeSd >= 0 && relativeSd <= 1))
        throw bad(`The relative standard deviation is ${relativeSd}`, 'Give a number from 0 to 1.')
      return () => {
        for (;;) {
          const value = 1 + relativeSd * random.normal()
          if (value >= 0) return value
        }
      }
    }
  }
}

/** 1 for `count` of `n` cells: a shuffle that stops when it has them (Fisher & Yates). */
function chosen(n: number, count: number, random: RandomStream): Uint8Array {
  const marks = new Uint8Array(n)
  if (count >= n) return marks.fill(1)
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  for (let i = 0; i < count; i++) {
    const j = i + Math.min(n - i - 1, Math.floor(random.uniform() * (n - i)))
    const picked = order[j]!
    order[j] = order[i]!
    marks[picked] = 1
  }
  return marks
}

function radialWeights(
  profile: NonNullable<ClusterActivity['radialProfile']>,
  positionsUm: Float64Array,
): Float64Array {
  const n = positionsUm.length / 3
  if (
    profile.length === 0 ||
    profile.some((p, i) => !(p.weight >= 0) || !(p.relativeRadius > (profile[i - 1]?.relativeRadius ?? -Infinity)))
  )
    throw bad('The radial profile is not a list of ascending radii with weights of zero or more', 'Correct it.')
  const radius = Float64Array.from({ length: n }, (_, i) =>
    Math.hypot(positionsUm[3 * i]!, positionsUm[3 * i + 1]!, positionsUm[3 * i + 2]!),
  )
  const largest = radius.reduce((a, b) => Math.max(a, b), 0)
  const at = (x: number): number => {
    const after = profile.findIndex((p) => p.relativeRadius >= x)
    if (after < 0) return profile.at(-1)!.weight
    const [p, q] = [profile[after - 1], profile[after]!]
    return p
      ? p.weight + ((q.weight - p.weight) * (x - p.relativeRadius)) / (q.relativeRadius - p.relativeRadius)
      : q.weight
  }
  const weights = radius.map((r) => at(largest > 0 ? r / largest : 0))
  const mean = weights.reduce((s, w) => s + w, 0) / n
  if (!(mean > 0)) throw bad('The radial profile gives no cell any activity', 'Give a weight above 0 where cells are.')
  return weights.map((w) => w / mean)
}
