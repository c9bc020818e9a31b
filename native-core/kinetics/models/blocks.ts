import { BOLUS, exponentialResponse, isBolus, pairResponse } from '../parametric/response.ts'
import type { Administration } from '../parametric/response.ts'
import type { TacModelId } from '../types.ts'

/**
 * Every curve is a sum of blocks over ordered effective rates λ1 < λ2 < … ≥ λ_phys:
 *   single(j):  c · e^(−λj t)                                    TIA  c/λj
 *   pair(j):    c · (e^(−λj t) − e^(−λj+1 t)) / (λj+1 − λj)      TIA  c/(λj λj+1)
 * A pair is what flows from a fast compartment into a slow one, so non-negative c means a non-negative curve; and nothing blows
 * up where two rates meet. Fitted are the c and the logarithms of λ1 and of the differences δj = λj − λj−1.
 */
export interface Block {
  readonly kind: 'single' | 'pair'
  /** Index of the (first) rate, from 0. */
  readonly rate: number
  /** Whether c may be negative. */
  readonly free: boolean
}

export interface TacModel {
  readonly id: TacModelId
  readonly title: string
  readonly formula: string
  readonly blocks: readonly Block[]
  readonly rateCount: number
  /** The amplitudes are tied (A2 = −A1), so that only A1 is a parameter. */
  readonly tiedAmplitudes: boolean
}

/** Number of fitted parameters. */
export const parameterCount = (model: TacModel): number => model.blocks.length + model.rateCount

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** λ1…λm from the logarithms (ln λ1, ln δ2, …). */
export function ratesOf(model: TacModel, theta: ArrayLike<number>): number[] {
  const rates: number[] = []
  let sum = 0
  for (let j = 0; j < model.rateCount; j++) {
    sum += Math.exp(at(theta, model.blocks.length + j))
    rates.push(sum)
  }
  return rates
}

/**
 * Value of each block per unit c at time t into `value`, and its derivative with respect to each logarithmic rate into `slope`
 * (block-major). Time and rates in any one reciprocal pair of units. After an administration that is not a bolus at time zero each block
 * is its response to it.
 */
export function evaluateBlocks(
  model: TacModel,
  theta: ArrayLike<number>,
  t: number,
  value: Float64Array,
  slope: Float64Array,
  administration: Administration = BOLUS,
): void {
  if (!isBolus(administration)) {
    evaluateResponses(model, theta, t, value, slope, administration)
    return
  }
  const m = model.rateCount
  const first = model.blocks.length
  let below = 0
  const rates = ratesOf(model, theta)
  for (let b = 0; b < model.blocks.length; b++) {
    const block = model.blocks[b] as Block
    const j = block.rate
    below = Math.exp(-at(rates, j) * t)
    if (block.kind === 'single') {
      value[b] = below
      for (let k = 0; k < m; k++) slope[b * m + k] = k <= j ? -t * Math.exp(at(theta, first + k)) * below : 0
      continue
    }
    const delta = Math.exp(at(theta, first + j + 1))
    const phi = -Math.expm1(-delta * t) / delta
    value[b] = phi * below
    for (let k = 0; k < m; k++) {
      slope[b * m + k] = k <= j ? -t * Math.exp(at(theta, first + k)) * phi * below : 0
    }
    slope[b * m + j + 1] = below * (t * Math.exp(-delta * t) - phi)
  }
}

function evaluateResponses(
  model: TacModel,
  theta: ArrayLike<number>,
  t: number,
  value: Float64Array,
  slope: Float64Array,
  administration: Administration,
): void {
  const m = model.rateCount
  const first = model.blocks.length
  const rates = ratesOf(model, theta)
  model.blocks.forEach((block, b) => {
    const j = block.rate
    const delta = block.kind === 'pair' ? Math.exp(at(theta, first + j + 1)) : 0
    const pair = block.kind === 'pair' ? pairResponse(at(rates, j), delta, t, administration) : null
    const single = exponentialResponse(at(rates, j), t, administration)
    value[b] = pair ? pair.value : single.value
    const byRate = pair ? pair.byRate : single.slope
    for (let k = 0; k < m; k++) slope[b * m + k] = k <= j ? byRate * Math.exp(at(theta, first + k)) : 0
    if (pair) slope[b * m + j + 1] = pair.byDifference * delta
  })
}

/** Curve value at t. */
export function evaluateCurve(
  model: TacModel,
  theta: ArrayLike<number>,
  t: number,
  administration: Administration = BOLUS,
): number {
  const value = new Float64Array(model.blocks.length)
  const slope = new Float64Array(model.blocks.length * model.rateCount)
  evaluateBlocks(model, theta, t, value, slope, administration)
  return value.reduce((s, v, b) => s + v * at(theta, b), 0)
}

/** Gradient of the curve value at t with respect to θ = (c…, ln λ1, ln δ2, …). */
export function curveGradient(
  model: TacModel,
  theta: ArrayLike<number>,
  t: number,
  administration: Administration = BOLUS,
): number[] {
  const n = model.blocks.length
  const m = model.rateCount
  const value = new Float64Array(n)
  const slope = new Float64Array(n * m)
  evaluateBlocks(model, theta, t, value, slope, administration)
  const gradient: number[] = [...value]
  for (let k = 0; k < m; k++) {
    let s = 0
    for (let b = 0; b < n; b++) s += at(theta, b) * at(slope, b * m + k)
    gradient.push(s)
  }
  return gradient
}

/** Time integral of the curve from 0 to infinity in closed form, with its gradient with respect to θ. */
export function integralWithGradient(model: TacModel, theta: ArrayLike<number>): { value: number; gradient: number[] } {
  const n = model.blocks.length
  const m = model.rateCount
  const rates = ratesOf(model, theta)
  const gradient = new Array<number>(n + m).fill(0)
  let value = 0
  for (let b = 0; b < n; b++) {
    const block = model.blocks[b] as Block
    const j = block.rate
    const involved = block.kind === 'single' ? [j] : [j, j + 1]
    let unit = 1
    for (const i of involved) unit /= at(rates, i)
    value += at(theta, b) * unit
    gradient[b] = unit
    for (const i of involved) {
      // d(1/λi)/d ln δk = −δk/λi² for k ≤ i
      for (let k = 0; k <= i; k++) {
        const step = Math.exp(at(theta, n + k))
        gradient[n + k] = at(gradient, n + k) - (at(theta, b) * unit * step) / at(rates, i)
      }
    }
  }
  return { value, gradient }
}

/** Amplitudes A1…Am of the plain sum of exponentials, and the Jacobian of (A…, λ…) with respect to θ. */
export function plainParameters(
  model: TacModel,
  theta: ArrayLike<number>,
): { amplitudes: number[]; rates: number[]; jacobian: number[][] } {
  const n = model.blocks.length
  const m = model.rateCount
  const rates = ratesOf(model, theta)
  const amplitudes = new Array<number>(m).fill(0)
  const jacobian: number[][] = Array.from({ length: 2 * m }, () => new Array<number>(n + m).fill(0))
  const add = (row: number, column: number, v: number): void => {
    const r = jacobian[row] as number[]
    r[column] = at(r, column) + v
  }
  for (let b = 0; b < n; b++) {
    const block = model.blocks[b] as Block
    const j = block.rate
    const c = at(theta, b)
    if (block.kind === 'single') {
      amplitudes[j] = at(amplitudes, j) + c
      add(j, b, 1)
      continue
    }
    const delta = Math.exp(at(theta, n + j + 1))
    amplitudes[j] = at(amplitudes, j) + c / delta
    amplitudes[j + 1] = at(amplitudes, j + 1) - c / delta
    add(j, b, 1 / delta)
    add(j + 1, b, -1 / delta)
    add(j, n + j + 1, -c / delta)
    add(j + 1, n + j + 1, c / delta)
  }
  for (let j = 0; j < m; j++) for (let k = 0; k <= j; k++) add(m + j, n + k, Math.exp(at(theta, n + k)))
  return { amplitudes, rates, jacobian }
}
