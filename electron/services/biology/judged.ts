/** Limits, complication and control of a structure, by built-in models and by formulas of a person. */
import { InputError } from '../../../native-core/errors/index.ts'
import { COMPLICATION_MODELS } from '../../../native-core/radiobiology/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import type { EffectOutcome, LimitUse, StructureBiology, StructureEffect } from '../../contracts/biology.ts'
import type { DefaultBiology } from './defaults.ts'
import { formulaOutcome, isFormulaSet } from './formulasOutcome.ts'
import { complicationOf, controlOf, limitUse } from './outcomes.ts'
import { setOfModel } from './parameters.ts'
import type { Received } from './quantities.ts'

export function outcomesOf(
  chosen: DefaultBiology,
  own: StructureBiology | undefined,
  sets: readonly BiologySet[],
  received: Received,
  { relative, alphaBetaGy }: { readonly relative: number; readonly alphaBetaGy: number },
): Pick<StructureEffect, 'complication' | 'control' | 'problem'> {
  const problems: string[] = []
  const either = (
    id: string | null,
    models: readonly string[],
    builtIn: (set: BiologySet) => EffectOutcome,
  ): EffectOutcome | null => {
    if (id === null) return null
    const set = setOfModel(sets, id, models)
    if (!isFormulaSet(set)) return builtIn(set)
    try {
      return formulaOutcome(set, received, relative, alphaBetaGy)
    } catch (error) {
      // A formula that fails at this dose costs its own probability, not the effect of the structure.
      if (!(error instanceof InputError)) throw error
      problems.push(`${error.message} ${error.hint}`)
      return null
    }
  }
  return {
    complication: either(chosen.complication, [...COMPLICATION_MODELS, 'ntcp-formula'], (set) =>
      complicationOf(set, received, relative),
    ),
    control: either(chosen.control, ['tcp', 'tcp-formula'], (set) => controlOf(set, own, received, relative)),
    problem: problems.join(' '),
  }
}

/** A limit of one cycle is held against the largest cycle, without external beam; the others against everything. */
export function limitOf(
  id: string,
  sets: readonly BiologySet[],
  received: Received,
  cycles: StructureEffect['cycles'],
  relative: number,
  alphaBetaGy: number,
): LimitUse {
  const set = setOfModel(sets, id, ['limit'])
  if (set.scope !== 'cycle') return limitUse(set, 'total', received, relative, alphaBetaGy)
  const largest = cycles.reduce((most, cycle) => (cycle.doseGy.value > most.doseGy.value ? cycle : most))
  const { doseGy, g } = largest
  const one = { ...received, doseGy: doseGy.value, pairGy2: g * doseGy.value * doseGy.value, externalBeam: [] }
  return limitUse(set, 'cycle', one, doseGy.value > 0 ? doseGy.standardUncertainty / doseGy.value : 0, alphaBetaGy)
}
