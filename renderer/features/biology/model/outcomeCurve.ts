/** The curve of a model of complication or control, from the parameters that the result names. */
import { bedForTcp, lkbNtcp, poissonTcp, uniform } from '../../../../native-core/radiobiology/index.ts'
import type { EffectOutcome } from '../../../../electron/contracts/index.ts'

export interface OutcomeCurve {
  readonly doseGy: readonly number[]
  readonly probability: readonly number[]
}

/** The probability of an even dose in the quantity of the model; null for a model that has no curve here. */
export function probabilityAt({ model, parameters }: EffectOutcome, doseGy: number): number | null {
  const value = (name: string): number | undefined => parameters.find((one) => one.name === name)?.value
  const [td50Gy, m, n] = [value('td50Gy'), value('m'), value('n')]
  if (model === 'lkb' && td50Gy !== undefined && m !== undefined && n !== undefined)
    return lkbNtcp(uniform(doseGy), { td50Gy, m, n })
  const [clonogens, alphaPerGy] = [value('clonogens'), value('alphaPerGy')]
  if (model === 'tcp' && clonogens !== undefined && alphaPerGy !== undefined)
    return poissonTcp(uniform(doseGy), { clonogens, alphaPerGy })
  return null
}

/** From 0 to where the patient, the draws and the rise of the curve are all seen. */
export function outcomeCurve(outcome: EffectOutcome, samples = 160): OutcomeCurve | null {
  const top = 1.1 * Math.max(outcome.doseGy, riseGy(outcome), ...(outcome.draws?.doseGy ?? []))
  const doseGy = Array.from({ length: samples + 1 }, (_, index) => (top * index) / samples)
  const probability: number[] = []
  for (const dose of doseGy) {
    const one = probabilityAt(outcome, dose)
    if (one === null) return null
    probability.push(one)
  }
  return { doseGy, probability }
}

/** The dose by which the curve has risen: twice its SD above TD50, or 98 % control. */
function riseGy({ model, parameters }: EffectOutcome): number {
  const value = (name: string): number => parameters.find((one) => one.name === name)?.value ?? 0
  if (model === 'lkb') return value('td50Gy') * (1 + 2 * value('m'))
  const [clonogens, alphaPerGy] = [value('clonogens'), value('alphaPerGy')]
  return clonogens > 0 && alphaPerGy > 0 ? bedForTcp(0.98, { clonogens, alphaPerGy }) : 0
}
