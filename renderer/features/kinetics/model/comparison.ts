/** All models that were tried on one curve, as the rows of the comparison. */
import type { FitGates, StructureResult } from '../../../../electron/contracts/index.ts'
import { formatNumber, formatUncertain } from '../../../ui/index.ts'
import { HOUR_S, MBQ_HOUR } from '../../../units.ts'
import { modelLabel, type TacModel } from '../../analysis/index.ts'
import { percentText, weightText } from './parameters.ts'

/** A mark of goodness: held or not, with the number that decides it. */
export interface GateMark {
  readonly name: string
  readonly holds: boolean
  readonly says: string
  /** The whole rule, for who asks. */
  readonly rule: string
}

export interface ComparedModel {
  readonly model: TacModel
  readonly label: string
  readonly isChosen: boolean
  /** MBq·h. */
  readonly tia: string
  /** h. */
  readonly halfLife: string
  /** AIC above that of the best model, the number that the weight stands for. */
  readonly deltaAic: string
  readonly weight: string
  /** Empty where nothing is known of them. */
  readonly gates: readonly GateMark[]
  /** Why the automatic choice may not take it, or why it could not be fitted; '' for one that may be taken: there the weight says it. */
  readonly refusal: string
}

/** The chosen model first, then the others from the largest weight down; those without one last. */
export function comparedModels({ fit, alternatives }: StructureResult): readonly ComparedModel[] {
  const largest = Math.max(...[fit?.weight, ...alternatives.map(({ weight }) => weight)].map((weight) => weight ?? 0))
  const chosen: ComparedModel[] = fit
    ? [
        {
          model: fit.model,
          label: modelLabel(fit.model),
          isChosen: true,
          tia: formatUncertain(fit.tiaBqS.value / MBQ_HOUR, fit.tiaBqS.standardUncertainty / MBQ_HOUR),
          halfLife: formatUncertain(
            fit.effectiveHalfLifeS.value / HOUR_S,
            fit.effectiveHalfLifeS.standardUncertainty / HOUR_S,
          ),
          deltaAic: deltaAicText(fit.weight ?? null, largest),
          weight: weightText(fit.weight ?? null),
          gates: gateMarks(fit.gates ?? null),
          refusal: '',
        },
      ]
    : []
  const others = alternatives
    .filter(({ model }) => model !== fit?.model)
    .sort((a, b) => (b.weight ?? -1) - (a.weight ?? -1))
    .map((one): ComparedModel => {
      const u = one.tiaStandardUncertaintyBqS
      return {
        model: one.model,
        label: modelLabel(one.model),
        isChosen: false,
        tia: formatUncertain(
          one.tiaBqS === null ? null : one.tiaBqS / MBQ_HOUR,
          u === null || u === undefined ? null : u / MBQ_HOUR,
        ),
        halfLife: formatNumber(one.effectiveHalfLifeS ? one.effectiveHalfLifeS / HOUR_S : null, 3),
        deltaAic: deltaAicText(one.weight, largest),
        weight: weightText(one.weight),
        gates: gateMarks(one.gates ?? null),
        refusal: one.weight !== null && one.weight > 0 ? '' : one.reason,
      }
    })
  return [...chosen, ...others]
}

/** −2·ln(w/w_max) of Akaike weights (Burnham & Anderson 2002, section 2.9); a dash without a weight. */
function deltaAicText(weight: number | null, largest: number): string {
  if (weight === null || !(weight > 0)) return formatNumber(null)
  return (2 * Math.log(largest / weight)).toFixed(1)
}

function gateMarks(gates: FitGates | null): readonly GateMark[] {
  if (!gates) return []
  return [
    {
      name: 'CV',
      holds: gates.cvBelowHalf,
      says: `CV ${percentText(gates.largestCv)}`,
      rule: 'Largest coefficient of variation of a parameter, to be below 50 %',
    },
    {
      name: 'correlation',
      holds: gates.correlationBelow08,
      says: `r ${formatNumber(gates.largestCorrelation, 2)}`,
      rule: 'Largest correlation of two parameters in size, to be below 0.8',
    },
    {
      name: 'bounds',
      holds: gates.insideBounds,
      says: gates.insideBounds ? 'in bounds' : 'at a bound',
      rule: 'No parameter at a bound, such as the physical half-life',
    },
  ]
}

/** The mean TIA over all that were tried, by their weights, in MBq·h; null where there is only one or none. */
export function averagedTia({ fit, alternatives }: StructureResult): string | null {
  const mean = fit?.averagedTiaBqS
  if (!mean || fit.model === 'average' || alternatives.every(({ weight }) => weight === null)) return null
  return formatUncertain(mean.value / MBQ_HOUR, mean.standardUncertainty / MBQ_HOUR)
}
