/** What the points of one curve say of its working parameters: −2 log likelihood (without n·ln 2π), gradient and expected information. */
import type { ParametricCurve } from '../parametric/types.ts'
import type { ResidualModel } from './types.ts'

export interface CurveData {
  readonly curve: ParametricCurve
  readonly timesS: readonly number[]
  readonly values: readonly number[]
  readonly residual: ResidualModel
  /** Absolute standard uncertainties, instead of the residual model. */
  readonly sigma?: readonly number[] | undefined
}

export interface DataCost {
  /** Σ (y − f)²/s² + 2 ln s; Infinity where the curve or its error has no usable value. */
  readonly cost: number
  /** ∂cost/∂φ. */
  readonly slope: number[]
  /**
   * Half the expected second derivative: Σ (1/s² + 2 s′²/s²)·∇f ∇fᵀ, s′ = ds/df. The second part is the interaction of FOCE: what the
   * size of a residual says of f.
   */
  readonly information: number[][]
}

/** Standard deviation of a measurement around the curve value f. */
export const residualSd = ({ additive, proportional }: ResidualModel, f: number): number =>
  additive + proportional * Math.abs(f)

export function dataCost(data: CurveData, phi: readonly number[]): DataCost {
  const { curve, timesS, values, residual, sigma } = data
  const d = phi.length
  const slope = new Array<number>(d).fill(0)
  const information = Array.from({ length: d }, () => new Array<number>(d).fill(0))
  const gradient = new Float64Array(d)
  let cost = 0
  for (let j = 0; j < timesS.length; j++) {
    const f = curve.value(phi, timesS[j] ?? 0, gradient)
    const given = sigma?.[j]
    const s = given ?? residualSd(residual, f)
    if (!(s > 1e-300) || !Number.isFinite(f) || !Number.isFinite(s)) return { cost: Infinity, slope, information }
    const spread = given === undefined ? residual.proportional * Math.sign(f) : 0
    const r = ((values[j] ?? 0) - f) / s
    cost += r * r + 2 * Math.log(s)
    const perValue = (-2 * r - 2 * r * r * spread + 2 * spread) / s
    const weight = (1 + 2 * spread * spread) / (s * s)
    for (let k = 0; k < d; k++) {
      const g = gradient[k] ?? 0
      slope[k] = (slope[k] ?? 0) + perValue * g
      const row = information[k] as number[]
      for (let l = 0; l < d; l++) row[l] = (row[l] ?? 0) + weight * g * (gradient[l] ?? 0)
    }
  }
  return Number.isFinite(cost) ? { cost, slope, information } : { cost: Infinity, slope, information }
}

/** Second derivative of the cost by central differences of its gradient, symmetric. */
export function observedHessian(data: CurveData, phi: readonly number[]): number[][] {
  const rows = phi.map((value, k) => {
    const h = 1e-5 * Math.max(1, Math.abs(value))
    const at = (x: number): number[] => dataCost(data, replaced(phi, k, x)).slope
    const up = at(value + h)
    const down = at(value - h)
    return up.map((v, l) => (v - (down[l] ?? 0)) / (2 * h))
  })
  return rows.map((row, k) => row.map((v, l) => (v + (rows[l]?.[k] ?? 0)) / 2))
}

export const replaced = (values: readonly number[], index: number, value: number): number[] =>
  values.map((v, i) => (i === index ? value : v))
