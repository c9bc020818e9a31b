/** One- and two-tissue compartment models as frame averages with their derivatives. */
import { convolve, frameCurve } from './convolution.ts'
import type { FramedCurve } from './convolution.ts'
import type { ArterialInput, FrameSchedule } from './types.ts'

/** `2tcm-irreversible` is the two-tissue model with k4 = 0. */
export type CompartmentModelId = '1tcm' | '2tcm-irreversible' | '2tcm'

export const COMPARTMENT_MODELS: readonly {
  readonly id: CompartmentModelId
  readonly title: string
  readonly formula: string
  readonly rates: readonly ('K1' | 'k2' | 'k3' | 'k4')[]
}[] = [
  { id: '1tcm', title: 'One tissue compartment', formula: 'C_T = K1 e^(−k2 t) ⊗ C_p', rates: ['K1', 'k2'] },
  {
    id: '2tcm-irreversible',
    title: 'Two tissue compartments, irreversible (k4 = 0)',
    formula: 'C_T = K1/(k2 + k3)·(k3 + k2 e^(−(k2 + k3)t)) ⊗ C_p',
    rates: ['K1', 'k2', 'k3'],
  },
  {
    id: '2tcm',
    title: 'Two tissue compartments, reversible',
    formula: 'C_T = K1/(θ1 − θ2)·((θ1 − k3 − k4) e^(−θ1 t) + (k3 + k4 − θ2) e^(−θ2 t)) ⊗ C_p',
    rates: ['K1', 'k2', 'k3', 'k4'],
  },
]

/** K1 in mL/(mL·s), k2 to k4 in 1/s; those that a model lacks are zero. */
export interface RateConstants {
  readonly k1: number
  readonly k2: number
  readonly k3: number
  readonly k4: number
}

/** An input cut along the frames for one delay. */
export interface FramedInput {
  readonly plasma: FramedCurve
  readonly wholeBlood: FramedCurve
}

/** @throws InputError of `frameCurve`. */
export const frameInput = (input: ArterialInput, schedule: FrameSchedule, delayS: number): FramedInput => ({
  plasma: frameCurve(input.plasma, schedule, delayS),
  wholeBlood: frameCurve(input.wholeBlood, schedule, delayS),
})

export interface ModelCurve {
  /** Frame averages of (1 − V_b)·C_T + V_b·C_blood, Bq/mL. */
  readonly value: readonly number[]
  /** Rows for frames, columns: derivatives by K1, k2, k3, k4, V_b, delay. */
  readonly gradient: readonly (readonly number[])[]
}

interface Exponential {
  readonly theta: number
  /** Share φ/K1 of the impulse response. */
  readonly share: number
  /** Derivatives of θ and of the share by k2, k3, k4. */
  readonly dTheta: readonly [number, number, number]
  readonly dShare: readonly [number, number, number]
}

/**
 * Impulse response K1·Σ share·e^(−θt) (Gunn, Gunn, Cunningham, J. Cereb. Blood Flow Metab. 21 (2001) 635, for serial two-tissue models). Shares
 * and rates are not negative; θ2 is taken as k2·k4/θ1, which does not cancel.
 */
export function impulseResponse({ k2, k3, k4 }: RateConstants): readonly Exponential[] {
  const none = [0, 0, 0] as const
  if (k3 === 0) return [{ theta: k2, share: 1, dTheta: [1, 0, 0], dShare: none }]
  const [sum, bound] = [k2 + k3 + k4, k3 + k4]
  const d = Math.sqrt((k2 - k4) ** 2 + k3 * (k3 + 2 * (k2 + k4)))
  const fast = (sum + d) / 2
  const slow = (k2 * k4) / fast
  const dD = [(sum - 2 * k4) / d, sum / d, (sum - 2 * k2) / d] as const
  const dBound = [0, 1, 1] as const
  const [fastShare, slowShare] = [(fast - bound) / d, (bound - slow) / d]
  const each = (f: (i: 0 | 1 | 2) => number): readonly [number, number, number] => [f(0), f(1), f(2)]
  const dFast = each((i) => (1 + dD[i]) / 2)
  const dSlow = each((i) => (1 - dD[i]) / 2)
  return [
    {
      theta: fast,
      share: fastShare,
      dTheta: dFast,
      dShare: each((i) => (dFast[i] - dBound[i] - fastShare * dD[i]) / d),
    },
    {
      theta: slow,
      share: slowShare,
      dTheta: dSlow,
      dShare: each((i) => (dBound[i] - dSlow[i] - slowShare * dD[i]) / d),
    },
  ]
}

/** The model's frame averages and derivatives. */
export function modelCurve(input: FramedInput, rates: RateConstants, bloodFraction: number): ModelCurve {
  const { k1 } = rates
  const { plasma, wholeBlood } = input
  const response = impulseResponse(rates).map((one) => ({ ...one, convolved: convolve(plasma, one.theta) }))
  const frames = Array.from({ length: plasma.frameCount }, (_, i) => {
    let [tissue, slope] = [0, 0]
    const byRate = [0, 0, 0]
    for (const { share, dTheta, dShare, convolved } of response) {
      const [value, derivative] = [convolved.average[i] as number, convolved.derivative[i] as number]
      tissue += share * value
      slope += share * (convolved.slope[i] as number)
      for (const j of [0, 1, 2] as const)
        byRate[j] = (byRate[j] as number) + k1 * (dShare[j] * value + share * derivative * dTheta[j])
    }
    const blood = wholeBlood.average[i] as number
    const inTissue = 1 - bloodFraction
    return {
      value: inTissue * k1 * tissue + bloodFraction * blood,
      gradient: [
        inTissue * tissue,
        ...byRate.map((v) => inTissue * v),
        blood - k1 * tissue,
        -(inTissue * k1 * slope + bloodFraction * (wholeBlood.slope[i] as number)),
      ],
    }
  })
  return { value: frames.map(({ value }) => value), gradient: frames.map(({ gradient }) => gradient) }
}
