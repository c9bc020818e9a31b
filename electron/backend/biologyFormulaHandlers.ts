/** Requests about local formulas of biological effect. */
import type { biologyFormulaRequests, FormulaDraft } from '../contracts/biologyFormulas.ts'
import { checkFormula, retireFormula, saveFormula, storedFormulas } from '../services/biology/index.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

interface Asked {
  readonly formula: FormulaDraft
}

export const biologyFormulaHandlers = ({ store }: SessionTools): HandlersOf<keyof typeof biologyFormulaRequests> => ({
  'biologyFormulas.list': () => storedFormulas(store.read),
  'biologyFormulas.check': ({ formula }: Asked) => checkFormula(formula),
  'biologyFormulas.save': ({ formula }: Asked) => saveFormula(store, formula, new Date().toISOString()),
  'biologyFormulas.retire': ({ id }: { readonly id: string }) => retireFormula(store, id),
})
