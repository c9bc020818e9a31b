/** Uncertainty budgets of a product or quotient: relative standard uncertainties of independent factors. */

export interface BudgetItem {
  readonly name: string
  readonly relativeStandardUncertainty: number
  /** A: from repeated observation. B: otherwise (JCGM 100:2008, 4.2 and 4.3). */
  readonly evaluation: 'A' | 'B'
  readonly note: string
}

/** Root of the sum of squares (JCGM 100:2008, 5.1.6). */
export const combinedRelative = (items: readonly BudgetItem[]): number =>
  Math.hypot(...items.map(({ relativeStandardUncertainty }) => relativeStandardUncertainty))
