import type { Analysis, CycleAnalysis, Uncertain } from '../../contracts/analysis.ts'

/**
 * Dose of each structure, and of each pair taken together, summed over the cycles in which it has one. Standard uncertainties are added linearly: calibration,
 * recovery and delineation habits are common to the cycles, so this is the upper bound.
 */
export function cumulativeDoses(cycles: readonly CycleAnalysis[]): Analysis['cumulativeDose'] {
  const sums = new Map<string, { doseGy: Uncertain; cycles: number }>()
  for (const cycle of cycles)
    for (const { name, dose } of [
      ...cycle.structures.map(({ name, doses }) => ({ name, dose: doses[0]?.doseGy })),
      ...(cycle.pairs ?? []).map(({ name, doseGy }) => ({ name, dose: doseGy })),
    ]) {
      if (!dose) continue
      const before = sums.get(name) ?? { doseGy: { value: 0, standardUncertainty: 0 }, cycles: 0 }
      sums.set(name, {
        doseGy: {
          value: before.doseGy.value + dose.value,
          standardUncertainty: before.doseGy.standardUncertainty + dose.standardUncertainty,
        },
        cycles: before.cycles + 1,
      })
    }
  return [...sums].map(([structure, sum]) => ({ structure, ...sum }))
}
