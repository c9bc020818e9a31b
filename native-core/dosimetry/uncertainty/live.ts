/** A budget from changed inputs at once: nothing is fitted, sensitivities stay. */
import { InputError } from '../../errors/index.ts'
import { budgetOf } from './budget.ts'
import type { SourceLoading, UncertaintyBudget, UncertaintyTermId } from './types.ts'
import { rescaledValidity } from './validity.ts'

/** By what each term's uncertainty is multiplied: 0.5 halves it, 0 takes it away; left out: 1. */
export type TermScales = Readonly<Partial<Record<UncertaintyTermId, number>>>

/**
 * The budget that the same chain has with other uncertainties of its inputs. Sensitivities, the curve's too, are those of the budget given, so the answer is
 * exact for every term but `curve` and the points, whose weights in the fit it does not change.
 *
 * @throws InputError `uncertainty.term` for a scale below zero or not finite.
 */
export function recomputeBudget(
  budget: Pick<UncertaintyBudget, 'label' | 'loadings' | 'volumeExponent' | 'validity' | 'curveWords'>,
  scales: TermScales,
): UncertaintyBudget {
  const wrong = Object.entries(scales).find(([, scale]) => !(scale >= 0) || !Number.isFinite(scale))
  if (wrong)
    throw new InputError(
      'uncertainty.term',
      `${budget.label}: the uncertainty of "${wrong[0]}" cannot be multiplied by ${wrong[1]}.`,
      'Give a factor of 0 or more.',
    )
  const loadings = budget.loadings.map((loading): SourceLoading => {
    const scale = scales[loading.term] ?? 1
    return {
      ...loading,
      tia: loading.tia * scale,
      dose: loading.dose * scale,
      dosePerActivity: loading.dosePerActivity * scale,
    }
  })
  const { label, volumeExponent, curveWords } = budget
  return budgetOf({ label, loadings, volumeExponent, curveWords, validity: rescaledValidity(budget, loadings) })
}
