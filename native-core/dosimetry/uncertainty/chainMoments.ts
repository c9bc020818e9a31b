/** Moments of the dose over everything that the points of its curve share. */
import { chainModel } from './chainModel.ts'
import type { CurveSensitivity } from './curveSensitivity.ts'
import { gaussHermite } from './gaussHermite.ts'
import type { UncertaintyChain } from './types.ts'

/** Moments over their powers of the mean: E[Dⁿ]/E[D]ⁿ. */
export interface RelativeMoments {
  readonly second: number
  readonly third: number
}

/** Nodes in each direction by the number of directions: a few thousand places of the chain at most. */
const NODES = [1, 15, 15, 11, 7, 5] as const
const FEWEST_NODES = 3
/** Over more directions the sum would take seconds: the weakest of them then count as powers. */
const MOST_DIRECTIONS = 7

/**
 * Relative moments of the dose, the points left at their values. Sources that enter by powers are log-normal (E[eⁿˡᶻ] = e^(n²l²/2)); over a recovery curve
 * with its volume, and factors that only some points share, the chain itself is summed.
 */
export function chainMoments(chain: UncertaintyChain, curve: CurveSensitivity | null): RelativeMoments {
  const ownTia = chain.curve.kind === 'tia' ? chain.curve : { relative: curve?.beyondPoints ?? 0 }
  const model = chainModel(chain, curve, (drawn) => drawn(ownTia))
  const z = new Array<number>(model.sources).fill(0)
  const doseAt = (): number => model.evaluate(z)?.[1] ?? Number.NaN
  const atRest = doseAt()
  const loadingsSquared = z.map((_, k) => {
    z[k] = 1
    const loading = Math.log(doseAt() / atRest)
    z[k] = 0
    return loading * loading
  })
  const strength = (k: number): number => loadingsSquared[k] ?? 0
  const curved = [...model.curved].sort((a, b) => strength(b) - strength(a)).slice(0, MOST_DIRECTIONS)
  const loadings = loadingsSquared.reduce((sum, squared, k) => (curved.includes(k) ? sum : sum + squared), 0)
  const [mean, second, third] = summed(z, curved, doseAt)
  return {
    second: (second / mean ** 2) * Math.exp(loadings),
    third: (third / mean ** 3) * Math.exp(3 * loadings),
  }
}

/** First three moments over the directions `curved` of z. */
function summed(z: number[], curved: readonly number[], doseAt: () => number): readonly [number, number, number] {
  const { nodes, weights } = gaussHermite(NODES[curved.length] ?? FEWEST_NODES)
  const sums: [number, number, number] = [0, 0, 0]
  const go = (depth: number, weight: number): void => {
    const direction = curved[depth]
    if (direction === undefined) {
      const dose = doseAt()
      sums[0] += weight * dose
      sums[1] += weight * dose * dose
      sums[2] += weight * dose ** 3
      return
    }
    nodes.forEach((node, i) => {
      z[direction] = node
      go(depth + 1, weight * (weights[i] ?? 0))
    })
    z[direction] = 0
  }
  go(0, 1)
  return sums
}
