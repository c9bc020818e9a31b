/** Where the search of a block model starts: a grid of rates with exact linear coefficients (variable projection with bounds). */
import { evaluateBlocks } from './models/blocks.ts'
import type { Block } from './models/blocks.ts'
import type { FitProblem } from './solver.ts'

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/**
 * Best linear coefficients for given log-rates with the sign constraints of the blocks: all active sets are tried. By normal
 * equations, which is precise enough for a start.
 */
function linearCoefficients(
  problem: FitProblem,
  theta: Float64Array,
  work: { value: Float64Array; slope: Float64Array },
): { c: number[]; cost: number } {
  const { model, t, y, sigma } = problem
  const n = model.blocks.length
  const gram = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  const right = new Array<number>(n).fill(0)
  let total = 0
  for (let i = 0; i < t.length; i++) {
    evaluateBlocks(model, theta, at(t, i), work.value, work.slope, problem.administration)
    const weight = 1 / at(sigma, i) ** 2
    total += weight * at(y, i) ** 2
    for (let a = 0; a < n; a++) {
      const va = weight * at(work.value, a)
      right[a] = at(right, a) + va * at(y, i)
      const row = gram[a] as number[]
      for (let b = 0; b < n; b++) row[b] = at(row, b) + va * at(work.value, b)
    }
  }
  let best = { c: new Array<number>(n).fill(0), cost: total }
  for (let set = 1; set < 1 << n; set++) {
    const columns = model.blocks.flatMap((_, k) => (set & (1 << k) ? [k] : []))
    const x = eliminate(
      columns.map((a) => columns.map((b) => at(gram[a] as number[], b))),
      columns.map((a) => at(right, a)),
    )
    if (!x || columns.some((k, i) => !(model.blocks[k] as Block).free && at(x, i) < 0)) continue
    const cost = total - columns.reduce((s, k, i) => s + at(x, i) * at(right, k), 0)
    if (cost >= best.cost) continue
    const c = new Array<number>(n).fill(0)
    columns.forEach((k, i) => (c[k] = at(x, i)))
    best = { c, cost }
  }
  return best
}

/** Gaussian elimination of a small symmetric positive system; null where it is singular. */
function eliminate(matrix: number[][], right: number[]): number[] | null {
  const n = right.length
  for (let k = 0; k < n; k++) {
    const pivot = at(matrix[k] as number[], k)
    if (!(pivot > 1e-300)) return null
    for (let i = k + 1; i < n; i++) {
      const row = matrix[i] as number[]
      const factor = at(row, k) / pivot
      for (let j = k; j < n; j++) row[j] = at(row, j) - factor * at(matrix[k] as number[], j)
      right[i] = at(right, i) - factor * at(right, k)
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let s = at(right, k)
    for (let j = k + 1; j < n; j++) s -= at(matrix[k] as number[], j) * at(right, j)
    right[k] = s / at(matrix[k] as number[], k)
  }
  return right
}

function logGrid(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))
}

/** Starting points: local minima of the cost over a grid of log-rates, best first; `most` at most. */
export function startsOf(problem: FitProblem, most: number): number[][] {
  const { model, physicalRate, largestRate, smallestDifference } = problem
  const m = model.rateCount
  const count = m === 1 ? 40 : m === 2 ? 22 : 11
  const axes = Array.from({ length: m }, (_, k) =>
    logGrid(
      Math.log(k === 0 ? physicalRate : Math.max(smallestDifference, physicalRate * 0.02)),
      Math.log(largestRate),
      count,
    ),
  )
  const total = count ** m
  const costs = new Float64Array(total)
  const coefficients: number[][] = []
  const blocks = model.blocks.length
  const theta = new Float64Array(blocks + m)
  const work = { value: new Float64Array(blocks), slope: new Float64Array(blocks * m) }
  const ratesAt = (index: number): number[] => axes.map((axis, k) => at(axis, Math.floor(index / count ** k) % count))
  for (let index = 0; index < total; index++) {
    const logRates = ratesAt(index)
    theta.set(logRates, blocks)
    const { c, cost } = linearCoefficients(problem, theta, work)
    coefficients.push(c)
    const fastest = logRates.reduce((s, v) => s + Math.exp(v), 0)
    const penalty = problem.prior
      ? ((Math.log(Math.max(fastest - physicalRate, 1e-300)) - problem.prior.mean) / problem.prior.sd) ** 2
      : 0
    costs[index] = cost + penalty
  }
  const minima: number[] = []
  for (let index = 0; index < total; index++) {
    const isMinimum = axes.every((_, k) => {
      const stride = count ** k
      const position = Math.floor(index / stride) % count
      return (
        (position === 0 || at(costs, index - stride) >= at(costs, index)) &&
        (position === count - 1 || at(costs, index + stride) >= at(costs, index))
      )
    })
    if (isMinimum) minima.push(index)
  }
  const onGrid = minima.map((index) => ({
    start: [...(coefficients[index] as number[]), ...ratesAt(index)],
    cost: at(costs, index),
  }))
  const refined = m === 2 && !model.tiedAmplitudes && !problem.prior ? refinedStarts(problem, axes, costs) : []
  // A refined start stands for those of the grid with its step between the rates.
  const steps = new Set(refined.map(({ start }) => start[blocks + 1]))
  return [...onGrid.filter(({ start }) => !steps.has(start[blocks + 1])), ...refined]
    .sort((a, b) => a.cost - b.cost)
    .slice(0, most)
    .map(({ start }) => start)
}

/**
 * Where one point is known much better than the others, the slow rate has to be met far more exactly than a grid does: for each step between the rates the
 * best slow one, by golden section around that of the grid; the local minima over the steps.
 */
function refinedStarts(
  problem: FitProblem,
  axes: readonly (readonly number[])[],
  costs: Float64Array,
): { readonly start: number[]; readonly cost: number }[] {
  const [slow = [], steps = []] = axes
  const blocks = problem.model.blocks.length
  const theta = new Float64Array(blocks + 2)
  const work = { value: new Float64Array(blocks), slope: new Float64Array(blocks * 2) }
  const valley = steps.map((step, k) => {
    theta[blocks + 1] = step
    const along = (logRate: number): { c: number[]; cost: number } => {
      theta[blocks] = logRate
      return linearCoefficients(problem, theta, work)
    }
    const row = slow.map((_, j) => at(costs, k * slow.length + j))
    const best = row.indexOf(Math.min(...row))
    let [low, high] = [at(slow, Math.max(0, best - 1)), at(slow, Math.min(slow.length - 1, best + 1))]
    let [left, right] = [high - (high - low) * GOLDEN, low + (high - low) * GOLDEN]
    let [ofLeft, ofRight] = [along(left), along(right)]
    for (let round = 0; round < GOLDEN_ROUNDS; round++) {
      if (ofLeft.cost < ofRight.cost) {
        ;[high, right, ofRight] = [right, left, ofLeft]
        left = high - (high - low) * GOLDEN
        ofLeft = along(left)
      } else {
        ;[low, left, ofLeft] = [left, right, ofRight]
        right = low + (high - low) * GOLDEN
        ofRight = along(right)
      }
    }
    const [logRate, { c, cost }] = ofLeft.cost < ofRight.cost ? [left, ofLeft] : [right, ofRight]
    return { start: [...c, logRate, step], cost }
  })
  return valley.filter(
    ({ cost }, k) => cost <= (valley[k - 1]?.cost ?? Infinity) && cost <= (valley[k + 1]?.cost ?? Infinity),
  )
}

const GOLDEN = (Math.sqrt(5) - 1) / 2
const GOLDEN_ROUNDS = 10
