/** An uncertainty budget as a table: each term's standard uncertainty and its share of the variance. */
import type { BudgetItem } from '../../../../electron/contracts/index.ts'

export interface BudgetRow extends BudgetItem {
  /** Of the sum of squares; 0 where all are zero. */
  readonly varianceShare: number
  readonly dominates: boolean
}

/** The largest term dominates where it makes at least this share of the variance: more than all others together. */
const DOMINANT_SHARE = 0.5

export function budgetRows(items: readonly BudgetItem[]): BudgetRow[] {
  const variance = items.reduce((sum, item) => sum + item.relativeStandardUncertainty ** 2, 0)
  return [...items]
    .map((item) => {
      const varianceShare = variance > 0 ? item.relativeStandardUncertainty ** 2 / variance : 0
      return { ...item, varianceShare, dominates: varianceShare > DOMINANT_SHARE }
    })
    .sort((a, b) => b.varianceShare - a.varianceShare)
}

/** "65", or "< 1" of a term that is there and too small for a whole per cent. */
export const shareText = (share: number): string =>
  share > 0 && share < 0.005 ? '< 1' : String(Math.round(100 * share))

/** What the table shows first, in a sentence; '' for an empty budget. */
export function budgetSentence(rows: readonly BudgetRow[]): string {
  const first = rows[0]
  if (!first || first.varianceShare === 0) return ''
  const share = `${Math.round(100 * first.varianceShare)} % of the variance`
  return first.dominates
    ? `Dominated by ${first.name}: ${share}.`
    : `No term dominates; the largest is ${first.name}: ${share}.`
}
