/** The shape of any voxel model, after a bolus or any administration: s(t; ψ) = Σ wₖ(ψ)·R(λₖ(ψ), t). */
import { exponentialResponse, responseIntegral } from '../parametric/response.ts'
import type { Administration } from '../parametric/response.ts'
import { freeParameters, VOXEL_MODELS } from './models.ts'
import type { HeldShape } from './models.ts'
import { evaluateInfusedShape, integrateInfusedShapeTo } from './infusedShape.ts'
import { evaluateShape, integrateShape, integrateShapeTo, shareOf } from './shape.ts'
import type { VoxelModelId, VoxelParameter } from './types.ts'

/** A shape and how it follows its working parameters. Times and rates in any one reciprocal pair of units. */
export interface VoxelShape {
  /** What each ψ is. */
  readonly parameters: readonly VoxelParameter[]
  readonly phases: number
  /** s at each time into `value`, ∂s/∂ψk into `slope` (parameter by parameter). */
  readonly evaluate: (psi: Float64Array, times: Float64Array, value: Float64Array, slope: Float64Array) => void
  /** ∫ s dt from zero to infinity, with ∂/∂ψk into `slope`; the same for every administration. */
  readonly integrate: (psi: Float64Array, slope: Float64Array) => number
  /** ∫ s dt from zero to `time`. */
  readonly integrateTo: (psi: Float64Array, time: number) => number
  /** Amplitude (of size one) and effective rate of each phase after a bolus, slowest first. */
  readonly terms: (psi: Float64Array, amplitude: Float64Array, rate: Float64Array) => void
}

/** How the models with their own code name their parameters; nothing of them may be held. */
const PLAIN: Partial<Record<VoxelModelId, 1 | 2 | 3>> = {
  'mono-exponential': 1,
  'mono-exponential-area': 1,
  'uptake-washout': 2,
  'uptake-washout-area': 2,
  'bi-exponential': 3,
}

/**
 * The shape of a model with what it holds; the three simplest by their own code, which takes one exponential a phase and time less.
 *
 * @param administration null: a bolus; in the unit of time of the rates
 */
export function createVoxelShape(
  id: VoxelModelId,
  held: HeldShape,
  administration: Administration | null = null,
): VoxelShape {
  const plain = held.rates.every((rate) => rate === null) ? PLAIN[id] : undefined
  return plain === undefined ? sumShape(id, held, administration) : plainShape(id, held, plain, administration)
}

function plainShape(
  id: VoxelModelId,
  held: HeldShape,
  count: 1 | 2 | 3,
  administration: Administration | null,
): VoxelShape {
  return {
    parameters: freeParameters(id, held),
    phases: VOXEL_MODELS[id].phases,
    evaluate: administration
      ? (psi, times, value, slope) => evaluateInfusedShape(count, psi, times, administration, value, slope)
      : (psi, times, value, slope) => evaluateShape(count, psi, times, value, slope),
    integrate: (psi, slope) => integrateShape(count, psi, slope),
    integrateTo: administration
      ? (psi, time) => integrateInfusedShapeTo(count, psi, time, administration)
      : (psi, time) => integrateShapeTo(count, psi, time),
    terms: (psi, amplitude, rate) => {
      const share = shareOf(count, psi)
      amplitude[0] = 1 - share
      rate[0] = Math.exp(psi[0] as number)
      if (count === 1) return
      amplitude[1] = 2 * share - 1
      rate[1] = rate[0] + Math.exp(psi[1] as number)
    },
  }
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

function sumShape(id: VoxelModelId, held: HeldShape, administration: Administration | null): VoxelShape {
  const { pattern, phases: count } = VOXEL_MODELS[id]
  const parameters = freeParameters(id, held)
  const m = parameters.length
  const startAt = parameters.indexOf('startShare')
  const phaseAt = parameters.indexOf('phaseShare')
  const heldRate = Float64Array.from(held.rates, (rate) => rate ?? 0)
  /** Index of the ψ that a phase's rate has, −1 where it is held. */
  let free = 0
  const rateAt = held.rates.map((rate) => (rate === null ? free++ : -1))
  const heldShare = held.phaseShare ?? 0
  const rate = new Float64Array(count)
  const weight = new Float64Array(count)
  const rateSlope = new Float64Array(count * m)
  const byStart = new Float64Array(count)
  const byPhase = new Float64Array(count)

  function ratesAt(psi: Float64Array): void {
    for (let k = 0; k < count; k++) {
      const own = rateAt[k] as number
      if (own < 0) {
        rate[k] = heldRate[k] as number
        continue
      }
      const above = Math.exp(psi[own] as number)
      rate[k] = above + (k > 0 ? (rate[k - 1] as number) : 0)
      if (k > 0) for (let j = 0; j < m; j++) rateSlope[k * m + j] = rateSlope[(k - 1) * m + j] as number
      rateSlope[k * m + own] = above
    }
  }

  /** Weights, and their slopes with respect to the shares themselves times those of the shares. */
  function weightsAt(psi: Float64Array): void {
    const g = startAt < 0 ? 0 : logistic(psi[startAt] as number)
    const a = phaseAt < 0 ? heldShare : logistic(psi[phaseAt] as number)
    const dg = g * (1 - g)
    const da = a * (1 - a)
    weight[0] = 1
    switch (pattern) {
      case 'one':
        break
      case 'uptake':
        weight[1] = -1
        break
      case 'start':
        set(0, 1 - g, -dg, 0)
        set(1, 2 * g - 1, 2 * dg, 0)
        break
      case 'two':
        set(0, 1 - a, 0, -da)
        set(1, a, 0, da)
        break
      case 'uptake-two':
        set(0, 1 - a, 0, -da)
        set(1, a, 0, da)
        weight[2] = -1
        break
      case 'three':
        set(0, (1 - g) * (1 - a), -(1 - a) * dg, -(1 - g) * da)
        set(1, (1 - g) * a, -a * dg, (1 - g) * da)
        set(2, 2 * g - 1, 2 * dg, 0)
        break
      case 'fed':
        set(0, 1 - a / 2, 0, -da / 2)
        set(1, -a / 2, 0, -da / 2)
        set(2, a - 1, 0, da)
    }
  }

  function set(k: number, value: number, start: number, phase: number): void {
    weight[k] = value
    byStart[k] = start
    byPhase[k] = phase
  }

  function evaluate(psi: Float64Array, times: Float64Array, value: Float64Array, slope: Float64Array): void {
    const n = times.length
    ratesAt(psi)
    weightsAt(psi)
    for (let i = 0; i < n; i++) {
      const t = times[i] as number
      let s = 0
      for (let j = 0; j < m; j++) slope[j * n + i] = 0
      for (let k = 0; k < count; k++) {
        let e: number
        let byRate: number
        if (administration) {
          const response = exponentialResponse(rate[k] as number, t, administration)
          e = response.value
          byRate = response.slope
        } else {
          e = Math.exp(-(rate[k] as number) * t)
          byRate = -t * e
        }
        const w = weight[k] as number
        s += w * e
        for (let j = 0; j < free; j++)
          slope[j * n + i] = (slope[j * n + i] as number) + w * byRate * (rateSlope[k * m + j] as number)
        if (startAt >= 0) slope[startAt * n + i] = (slope[startAt * n + i] as number) + e * (byStart[k] as number)
        if (phaseAt >= 0) slope[phaseAt * n + i] = (slope[phaseAt * n + i] as number) + e * (byPhase[k] as number)
      }
      value[i] = s
    }
  }

  function integrate(psi: Float64Array, slope: Float64Array): number {
    ratesAt(psi)
    weightsAt(psi)
    slope.fill(0, 0, m)
    let sum = 0
    for (let k = 0; k < count; k++) {
      const r = rate[k] as number
      const w = weight[k] as number
      sum += w / r
      for (let j = 0; j < free; j++) slope[j] = (slope[j] as number) - (w * (rateSlope[k * m + j] as number)) / (r * r)
      if (startAt >= 0) slope[startAt] = (slope[startAt] as number) + (byStart[k] as number) / r
      if (phaseAt >= 0) slope[phaseAt] = (slope[phaseAt] as number) + (byPhase[k] as number) / r
    }
    return sum
  }

  function integrateTo(psi: Float64Array, time: number): number {
    ratesAt(psi)
    weightsAt(psi)
    let sum = 0
    for (let k = 0; k < count; k++) {
      const r = rate[k] as number
      sum +=
        (weight[k] as number) *
        (administration ? responseIntegral(r, 0, time, administration).value : -Math.expm1(-r * time) / r)
    }
    return sum
  }

  return {
    parameters,
    phases: count,
    evaluate,
    integrate,
    integrateTo,
    terms: (psi, amplitudes, rates) => {
      ratesAt(psi)
      weightsAt(psi)
      amplitudes.set(weight)
      rates.set(rate)
    },
  }
}
