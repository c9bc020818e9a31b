/** The curve of a model of complication or control, from the parameters that the result names, or from the test of a local formula. */
import {
  bedForTcp,
  lkbNtcp,
  logitNtcp,
  parallelNtcp,
  poissonTcp,
  relativeSerialityNtcp,
  uniform,
} from '../../../../native-core/radiobiology/index.ts'
import type { EffectOutcome, LocalFormula } from '../../../../electron/contracts/index.ts'

export interface OutcomeCurve {
  readonly doseGy: readonly number[]
  readonly probability: readonly number[]
  /** Where the axis ends, Gy: beyond the curve where the patient lies outside of what a formula was tested for. */
  readonly topGy: number
}

type Described = Pick<EffectOutcome, 'model' | 'parameters'>
/** Probability of an even dose in Gy. */
type Response = (doseGy: number) => number

/** The values of all names, or null where one is missing. */
function valuesOf<Name extends string>(
  { parameters }: Described,
  names: readonly Name[],
): Readonly<Record<Name, number>> | null {
  const found = names.flatMap((name) => {
    const value = parameters.find((one) => one.name === name)?.value
    return value === undefined ? [] : [[name, value] as const]
  })
  return found.length === names.length ? (Object.fromEntries(found) as Record<Name, number>) : null
}

/** The response of a built-in model to an even dose in its quantity, and a dose by which it has risen; null for a model that the window does not know. */
export function responseOf(outcome: Described): { readonly at: Response; readonly riseGy: number } | null {
  const answer = <V>(values: V | null, at: (values: V, doseGy: number) => number, riseGy: (values: V) => number) =>
    values && { at: (doseGy: number) => at(values, doseGy), riseGy: riseGy(values) }
  switch (outcome.model) {
    case 'lkb':
      return answer(
        valuesOf(outcome, ['td50Gy', 'm', 'n']),
        (values, doseGy) => lkbNtcp(uniform(doseGy), values),
        ({ td50Gy, m }) => td50Gy * (1 + 2 * m),
      )
    case 'logit':
      return answer(
        valuesOf(outcome, ['td50Gy', 'gamma50', 'a']),
        (values, doseGy) => logitNtcp(uniform(doseGy), values),
        // 95 %: (D/TD50)^(4γ50) = 19
        ({ td50Gy, gamma50 }) => td50Gy * Math.min(4, 19 ** (1 / (4 * gamma50))),
      )
    case 'relative-seriality':
      return answer(
        valuesOf(outcome, ['d50Gy', 'gamma', 's']),
        (values, doseGy) => relativeSerialityNtcp(uniform(doseGy), values),
        // 95 % of an even dose: ln(−log2 0.95) = eγ(1 − D/D50)
        ({ d50Gy, gamma }) => d50Gy * Math.min(4, 1 - Math.log(-Math.log2(0.95)) / (Math.E * gamma)),
      )
    case 'parallel':
      return answer(
        valuesOf(outcome, ['d50Gy', 'k', 'v50', 'sigma']),
        (values, doseGy) => parallelNtcp(uniform(doseGy), values),
        // 95 % of the subunits lost: (D/d50)^k = 19
        ({ d50Gy, k }) => d50Gy * Math.min(4, 19 ** (1 / k)),
      )
    case 'tcp':
      return answer(
        valuesOf(outcome, ['clonogens', 'alphaPerGy']),
        (values, doseGy) => poissonTcp(uniform(doseGy), values),
        (values) => bedForTcp(0.98, values),
      )
    default:
      return null
  }
}

const furthestGy = ({ doseGy, draws }: EffectOutcome, riseGy: number): number =>
  1.1 * Math.max(doseGy, riseGy, ...(draws?.doseGy ?? []))

/** From 0 to where the patient, the draws and the rise of the curve are all seen; null for a model that the window does not compute. */
export function outcomeCurve(outcome: EffectOutcome, samples = 160): OutcomeCurve | null {
  const response = responseOf(outcome)
  if (!response) return null
  const topGy = furthestGy(outcome, response.riseGy)
  const doseGy = Array.from({ length: samples + 1 }, (_, index) => (topGy * index) / samples)
  return { doseGy, probability: doseGy.map(response.at), topGy }
}

export const isFormula = ({ model }: Pick<EffectOutcome, 'model'>): boolean =>
  model === 'ntcp-formula' || model === 'tcp-formula'

/** The curve of a local formula as its test has it: only over the doses that it was tested for. Null where the version is not among `formulas`. */
export function formulaCurve(outcome: EffectOutcome, formulas: readonly LocalFormula[]): OutcomeCurve | null {
  const local = isFormula(outcome) ? formulas.find(({ id }) => id === outcome.set) : undefined
  if (!local || local.formula.kind === 'growth') return null
  const { at, value } = local.check
  return { doseGy: at, probability: value, topGy: Math.max(furthestGy(outcome, 0), at.at(-1) ?? 0) }
}
