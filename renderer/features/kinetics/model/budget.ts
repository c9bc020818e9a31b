/** The uncertainty budget of a structure, as it stands and with other uncertainties of its inputs. */
import { recomputeBudget } from '../../../../native-core/dosimetry/uncertainty/live.ts'
import type { TermScales } from '../../../../native-core/dosimetry/uncertainty/live.ts'
import type { UncertaintyBudget } from '../../../../electron/contracts/index.ts'
import { percentText } from './parameters.ts'

type TermId = UncertaintyBudget['terms'][number]['id']

export interface BudgetRow {
  readonly id: TermId
  readonly name: string
  readonly isSystematic: boolean
  /** What this term alone gives, in percent. */
  readonly tia: string
  readonly dose: string
  /** Share of the dose's variance, 0 to 1. */
  readonly share: number
  readonly shareText: string
  readonly isDominant: boolean
  /** By what its uncertainty is multiplied in thought; 1: as it is. */
  readonly scale: number
}

export interface BudgetPage {
  readonly dose: string
  readonly tia: string
  readonly systematic: string
  readonly random: string
  /** Largest share first, as the budget stands: rows keep their places while an input is tried. */
  readonly rows: readonly BudgetRow[]
  readonly dominant: string
  /** With the inputs that are tried: null where none is. */
  readonly tried: string | null
}

/** @param scales by what each term's uncertainty is multiplied in thought; left out: 1 */
export function budgetPage(budget: UncertaintyBudget, scales: TermScales): BudgetPage {
  const isTried = Object.values(scales).some((scale) => scale !== 1)
  const tried = isTried ? recomputeBudget(budget, scales) : null
  const shares = new Map((tried ?? budget).terms.map((term) => [term.id, term.doseShare]))
  const dominant = budget.terms.find(({ id }) => id === budget.dominant)
  return {
    dose: percentText(budget.doseRelative),
    tia: percentText(budget.tiaRelative),
    systematic: percentText(budget.systematicRelative),
    random: percentText(budget.randomRelative),
    rows: budget.terms.map((term) => {
      const share = shares.get(term.id) ?? 0
      const scale = scales[term.id] ?? 1
      return {
        id: term.id,
        name: term.name,
        isSystematic: term.kind === 'systematic',
        tia: percentText(term.tiaRelative * scale),
        dose: percentText(term.doseRelative * scale),
        share,
        shareText: share < 0.001 ? '< 0.1 %' : percentText(share),
        isDominant: term.id === budget.dominant,
        scale,
      }
    }),
    dominant: dominant ? `${dominant.name}: ${percentText(dominant.doseShare)} of the variance of the dose` : '',
    tried: tried ? percentText(tried.doseRelative) : null,
  }
}
