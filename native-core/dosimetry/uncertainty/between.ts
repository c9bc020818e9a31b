/** Budgets of several structures or cycles together: what they share is one error. */
import { InputError } from '../../errors/index.ts'
import type { SourceLoading, UncertaintyBudget } from './types.ts'

type Quantity = 'tia' | 'dose' | 'dosePerActivity'
type WithLoadings = Pick<UncertaintyBudget, 'loadings'>

/** Σ over the sources that both have: covariance of ln a and ln b (JCGM 100:2008, F.1.2.3). Of a budget with itself it is its variance. */
export function budgetCovariance(a: WithLoadings, b: WithLoadings, quantity: Quantity = 'dose'): number {
  const other = sumsBySource(b.loadings, quantity)
  let sum = 0
  for (const [source, loading] of sumsBySource(a.loadings, quantity)) sum += loading * (other.get(source) ?? 0)
  return sum
}

/** Correlation matrix of several budgets; 0 where one has no uncertainty. */
export function budgetCorrelation(budgets: readonly WithLoadings[], quantity: Quantity = 'dose'): number[][] {
  const sd = budgets.map((budget) => Math.sqrt(budgetCovariance(budget, budget, quantity)))
  return budgets.map((a, i) =>
    budgets.map((b, j) => {
      if (i === j) return 1
      const scale = (sd[i] ?? 0) * (sd[j] ?? 0)
      return scale > 0 ? budgetCovariance(a, b, quantity) / scale : 0
    }),
  )
}

export interface WeightedBudget extends WithLoadings {
  /** In any unit that all share, with its sign. */
  readonly value: number
}

/**
 * Standard uncertainty of Σ values, in their unit: u² = Σ_s (Σ_i y_i·l_is)². Common sources add linearly, others in quadrature. A weighted sum (a mean
 * over masses) takes y_i times its weight.
 */
export function uncertaintyOfSum(parts: readonly WeightedBudget[], quantity: Quantity = 'dose'): number {
  const sums = new Map<string, number>()
  for (const { value, loadings } of parts)
    for (const [source, loading] of sumsBySource(loadings, quantity))
      sums.set(source, (sums.get(source) ?? 0) + value * loading)
  return Math.hypot(...sums.values())
}

/** Relative standard uncertainty of a/b: what both share cancels. */
export function uncertaintyOfRatio(a: WithLoadings, b: WithLoadings, quantity: Quantity = 'dose'): number {
  const sources = sumsBySource(a.loadings, quantity)
  for (const [source, loading] of sumsBySource(b.loadings, quantity))
    sources.set(source, (sources.get(source) ?? 0) - loading)
  return Math.hypot(...sources.values())
}

/** Loadings on one quantity by source: one source is one error, however often it enters. @throws InputError `uncertainty.term` */
export function sumsBySource(loadings: readonly SourceLoading[], quantity: Quantity): Map<string, number> {
  const sums = new Map<string, number>()
  for (const loading of loadings) {
    const value = loading[quantity]
    if (!Number.isFinite(value))
      throw new InputError(
        'uncertainty.term',
        `The source "${loading.source}" has the loading ${value}.`,
        'Make the budget again.',
      )
    sums.set(loading.source, (sums.get(loading.source) ?? 0) + value)
  }
  return sums
}

/**
 * Loadings of a weighted sum: those of its parts by their share of the sum, so that it can be summed and compared further. A source keeps the term under which
 * it occurs first.
 *
 * @param parts with the value of each in the sum, of which at least one is not zero
 */
export function loadingsOfSum(parts: Readonly<Record<Quantity, readonly WeightedBudget[]>>): SourceLoading[] {
  const found = new Map<string, SourceLoading>()
  for (const quantity of ['tia', 'dose', 'dosePerActivity'] as const) {
    const total = parts[quantity].reduce((sum, { value }) => sum + value, 0)
    for (const { value, loadings } of parts[quantity])
      for (const loading of loadings) {
        const before = found.get(loading.source) ?? { ...loading, tia: 0, dose: 0, dosePerActivity: 0 }
        const change = (value / total) * loading[quantity]
        found.set(loading.source, { ...before, [quantity]: before[quantity] + change })
      }
  }
  return [...found.values()]
}
