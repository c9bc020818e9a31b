/** Tumour response with sublethally damaged cells as tissue of their own. */
import { InputError } from '../../errors/index.ts'
import { courseParts } from '../doseRate/hazard.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import { integrate } from './dormandPrince.ts'
import { checkTimes } from './times.ts'

/**
 * P′ = k_g·ln(K/M)·P − αRP − 2pRP + u·L,  L′ = 2pRP − u·L − (p + α)·ε·R·L,  X′ = αRP + (p + α)·ε·R·L − k_c·X,  M = P + L + X: the damage–repair model of the
 * public PyCNO code (2026), its parameters "in preparation": illustrative.
 */
export interface SublethalModel {
  readonly growthPerS: number
  readonly capacity: number
  /** Lethal damage, and pairs of sublethal ones, per Gy. */
  readonly alphaPerGy: number
  readonly pPerGy: number
  /** Share of the damage that kills a cell which is already damaged. */
  readonly epsilon: number
  readonly repairPerS: number
  readonly clearancePerS: number
}

export interface SublethalState {
  readonly timeS: number
  readonly intact: number
  readonly damaged: number
  readonly dying: number
  readonly volume: number
}

/** States at `timesS` (ascending; at the first one all tissue is intact). @throws InputError `biology.response` */
export function sublethalResponse(
  model: SublethalModel,
  course: DoseRateCourse,
  initialVolume: number,
  timesS: readonly number[],
): SublethalState[] {
  const { growthPerS, capacity, alphaPerGy, pPerGy, epsilon, repairPerS, clearancePerS } = model
  const bad = [growthPerS, alphaPerGy, pPerGy, epsilon, clearancePerS].some((value) => !(value >= 0))
  if (bad || !(repairPerS > 0) || !(initialVolume > 0) || !(capacity > 0))
    throw new InputError(
      'biology.response',
      `The damage–repair model has ${JSON.stringify(model)} and a volume of ${initialVolume}.`,
      'Rates are not negative, repair, capacity and volume positive.',
    )
  checkTimes(timesS, 'the response', 'biology.response')
  const startS = timesS[0] as number
  const endS = timesS.at(-1) as number
  const parts =
    course.length === 0
      ? []
      : courseParts(
          course,
          { kind: 'exponential', components: [{ halfTimeS: Math.LN2 / repairPerS, fraction: 1 }] },
          Math.max(endS, startS + 1),
        )
  const rateAt = (t: number, part: (typeof parts)[number] | undefined): number =>
    part ? part.at(t - part.startS).rateGyPerS : 0
  const cuts = [...new Set([...timesS, ...parts.map((part) => part.startS)])]
    .filter((t) => t >= startS && t <= endS)
    .sort((a, b) => a - b)
  const y = Float64Array.of(initialVolume, 0, 0)
  const stateAt = (timeS: number): SublethalState => {
    const [intact, damaged, dying] = [y[0] as number, y[1] as number, y[2] as number]
    return { timeS, intact, damaged, dying, volume: intact + damaged + dying }
  }
  const states = [stateAt(startS)]
  for (let cut = 1; cut < cuts.length; cut++) {
    const [fromS, toS] = [cuts[cut - 1] as number, cuts[cut] as number]
    const part = parts.findLast((one) => one.startS <= fromS)
    integrate(
      (t, state, slope) => {
        const [p, l, x] = [state[0] as number, state[1] as number, state[2] as number]
        const r = rateAt(t, part)
        const m = p + l + x
        const grow = m > 0 && m < capacity ? growthPerS * Math.log(capacity / m) : 0
        const second = (pPerGy + alphaPerGy) * epsilon * r * l
        slope[0] = grow * p - (alphaPerGy + 2 * pPerGy) * r * p + repairPerS * l
        slope[1] = 2 * pPerGy * r * p - repairPerS * l - second
        slope[2] = alphaPerGy * r * p + second - clearancePerS * x
      },
      fromS,
      toS,
      y,
      { relative: 1e-9, absolute: [1e-12, 1e-12, 1e-12].map((one) => one * initialVolume) },
      Math.min(60, toS - fromS),
    )
    if (timesS.includes(toS)) states.push(stateAt(toS))
  }
  return states
}
