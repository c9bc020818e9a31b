/** Local formulas as complication and control of structures. */
import { InputError } from '../../../native-core/errors/index.ts'
import { eubed, geud, meanOf } from '../../../native-core/radiobiology/index.ts'
import type { BiologyParameter, BiologySet, DoseDistribution } from '../../../native-core/radiobiology/index.ts'
import type { BiologyParameterView, BiologySetView, EffectOutcome } from '../../contracts/biology.ts'
import type { FormulaDraft, LocalFormula } from '../../contracts/biologyFormulas.ts'
import { formulaFunction } from './formulas.ts'
import { outcomeOf } from './outcomes.ts'
import { setView, weakest } from './parameters.ts'
import { inQuantity } from './quantities.ts'
import type { Received } from './quantities.ts'

type DoseFormula = Extract<FormulaDraft, { kind: 'ntcp' | 'tcp' }>

/** A set of parameters whose model is the formula of a person. */
export interface FormulaSet extends BiologySet {
  readonly model: 'ntcp-formula' | 'tcp-formula'
  readonly formula: DoseFormula
}

export const isFormulaSet = (set: BiologySet): set is FormulaSet => 'formula' in set

/** Complication and control formulas of the store as sets that settings can name; those of growth are none. */
export function formulaSets(formulas: readonly LocalFormula[]): FormulaSet[] {
  return formulas.flatMap(({ id, version, formula, retired }): FormulaSet[] => {
    if (formula.kind === 'growth') return []
    const parameters = formula.parameters.map(({ name, value, unit, source, standardUncertainty }) => {
      const parameter: BiologyParameter = {
        ...{ value, unit, source, evidence: 'unverified' },
        ...(standardUncertainty === undefined ? {} : { standardUncertainty }),
      }
      return [name, parameter] as const
    })
    const [low, high] = formula.testedGy
    return [
      {
        id,
        title: `${formula.title} (local formula, version ${version}${retired ? ', retired' : ''})`,
        tissue: '',
        kind: formula.kind === 'ntcp' ? 'organ' : 'tumour',
        model: `${formula.kind}-formula`,
        quantity: formula.dose.quantity,
        endpoint: formula.endpoint,
        population: formula.population,
        validity:
          `${formula.validity} ${formula.expression}. Source: ${formula.source}. Tested from ${low} to ${high} Gy.`.trim(),
        parameters: Object.fromEntries(parameters),
        formula,
      },
    ]
  })
}

/** Parameters as their author declared them: given by a person of this site, where nothing else is said of their evidence. */
const declared = (formula: DoseFormula, parameters: readonly BiologyParameterView[]): BiologyParameterView[] =>
  parameters.map((parameter) => {
    const { title = '', evidence = 'given' } = formula.parameters.find(({ name }) => name === parameter.name) ?? {}
    return { ...parameter, title: title || parameter.name, evidence }
  })

/** As the window lists it, with the weakest evidence of its parameters. */
export function formulaSetView(set: FormulaSet): BiologySetView {
  const view = setView(set)
  const parameters = declared(set.formula, view.parameters)
  return { ...view, evidence: weakest(parameters), parameters }
}

/**
 * Probability by a local formula, with its band over the uncertainty of the dose and of those parameters that state one (in these draws results are cut to 0
 * to 1, and positive parameters stay positive).
 *
 * @param alphaBetaGy that of the structure, for formulas of BED and EQD2 that bring none.
 * @throws InputError `biology.formula-result` where the formula gives no probability at the dose of the structure.
 */
export function formulaOutcome(
  set: FormulaSet,
  received: Received,
  doseRelative: number,
  alphaBetaGy: number | null,
): EffectOutcome {
  const { formula } = set
  const { at } = formulaFunction(formula)
  const ratio = formula.dose.alphaBetaGy ?? alphaBetaGy
  const answer = outcomeOf(
    set,
    ({ dose, normals }) => {
      const doseGy = singleDose(formula, inQuantity(received, { ...set, parameters: {} }, ratio, dose))
      const values = formula.parameters.map(({ value, standardUncertainty = 0 }, j) => {
        const moved = value + standardUncertainty * (normals[j] ?? 0)
        return value > 0 ? Math.max(moved, 1e-3 * value) : moved
      })
      const probability = at(doseGy, values)
      const inside = probability >= -1e-9 && probability <= 1 + 1e-9
      if (!inside && (normals.length === 0 || !Number.isFinite(probability)))
        throw new InputError(
          'biology.formula-result',
          `"${set.title}" gives ${probability} at ${doseGy.toPrecision(4)} Gy, which is no probability.`,
          `It was tested from ${formula.testedGy.join(' to ')} Gy: choose another model for this dose, or save a version that is valid there.`,
        )
      return { doseGy, probability: Math.min(1, Math.max(0, probability)) }
    },
    doseRelative,
  )
  const [low, high] = formula.testedGy
  const outside = answer.doseGy < low || answer.doseGy > high
  const parameters = declared(formula, answer.parameters)
  return {
    ...answer,
    parameters,
    evidence: weakest(parameters),
    validity: outside ? `${answer.validity} The dose here lies outside.` : answer.validity,
  }
}

function singleDose({ dose }: DoseFormula, distribution: DoseDistribution): number {
  const { of } = dose
  if (of.kind === 'geud') return geud(distribution, of.a)
  return of.kind === 'eubed' ? eubed(distribution, of.alphaPerGy) : meanOf(distribution)
}
