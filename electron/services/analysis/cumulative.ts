import { uncertaintyOfSum } from '../../../native-core/dosimetry/index.ts'
import type { WeightedBudget } from '../../../native-core/dosimetry/index.ts'
import type { Analysis, CycleAnalysis, Uncertain } from '../../contracts/analysis.ts'

interface Part {
  readonly name: string
  readonly doseGy: Uncertain
  readonly loadings: WeightedBudget['loadings'] | undefined
}

/**
 * Dose of each structure, and of each pair taken together, summed over the cycles in which it has one. What the cycles have in common is one error and adds
 * linearly (the same calibration, recovery curve and outlines' habits), what they do not adds in quadrature (points, curves): by the sources that
 * the budgets name. Where a cycle has no budget all standard uncertainties are added linearly, an upper bound.
 */
export function cumulativeDoses(cycles: readonly CycleAnalysis[]): Analysis['cumulativeDose'] {
  const byName = new Map<string, Part[]>()
  for (const part of cycles.flatMap(partsOf)) byName.set(part.name, [...(byName.get(part.name) ?? []), part])
  return [...byName].map(([structure, parts]) => ({ structure, doseGy: sumOfDoses(parts), cycles: parts.length }))
}

function partsOf(cycle: CycleAnalysis): Part[] {
  return [
    ...cycle.structures.flatMap(({ name, doses, uncertainty }): Part[] =>
      doses[0] ? [{ name, doseGy: doses[0].doseGy, loadings: uncertainty?.loadings }] : [],
    ),
    ...(cycle.pairs ?? []).flatMap(({ name, doseGy, loadings }): Part[] =>
      doseGy ? [{ name, doseGy, loadings }] : [],
    ),
  ]
}

/** The sum of doses whose budgets say what they share. */
export function sumOfDoses(parts: readonly Omit<Part, 'name'>[]): Uncertain {
  const weighted = parts.flatMap(({ doseGy, loadings }) => (loadings ? [{ value: doseGy.value, loadings }] : []))
  return {
    value: parts.reduce((sum, { doseGy }) => sum + doseGy.value, 0),
    standardUncertainty:
      weighted.length === parts.length
        ? uncertaintyOfSum(weighted)
        : parts.reduce((sum, { doseGy }) => sum + doseGy.standardUncertainty, 0),
  }
}
