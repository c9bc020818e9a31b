/** The dose rate of a structure over the cycles of an analysis. */
import type { DoseRateCourse, DoseRateCurve } from '../../../native-core/radiobiology/index.ts'
import type { Analysis, StructureResult, Uncertain } from '../../contracts/analysis.ts'
import { secondsBetween } from '../course/index.ts'

export interface CycleDose {
  readonly index: number
  /** Start of the administration after that of the first cycle, s. */
  readonly startS: number
  readonly doseGy: Uncertain
  readonly curve: DoseRateCurve
}

/** The cycles in which a structure has a dose, with its dose rate on the clock of the first administration. */
export function cycleDoses(analysis: Analysis, name: string): CycleDose[] {
  const [any] = analysis.cycles
  if (!any) return []
  const offsets = analysis.cycles.map((cycle) => secondsBetween(any.administration.start, cycle.administration.start))
  const firstS = Math.min(...offsets)
  return analysis.cycles.flatMap((cycle, at) => {
    const structure = cycle.structures.find((one) => one.name === name)
    const dose = structure?.doses[0]
    const curve = structure && dose ? curveOf(structure, dose.doseGy.value) : null
    if (!dose || !curve) return []
    const startS = (offsets[at] as number) - firstS
    return [{ index: cycle.index, startS, doseGy: dose.doseGy, curve: startingAt(curve, startS) }]
  })
}

export const courseOfCycles = (cycles: readonly CycleDose[]): DoseRateCourse => cycles.map(({ curve }) => curve)

/** Dose rate = activity × dose over TIA: the S value is one for the whole course of an administration. */
function curveOf(structure: StructureResult, doseGy: number): DoseRateCurve | null {
  const { fit } = structure
  if (!fit || !(doseGy > 0) || !(fit.tiaBqS.value > 0)) return null
  const gyPerBqS = doseGy / fit.tiaBqS.value
  const termsTia = fit.terms.reduce((sum, term) => sum + term.coefficientBq / term.ratePerS, 0)
  // The terms are the whole curve unless the protocol states an infusion, a head or a tail of its own.
  if (fit.terms.length > 0 && Math.abs(termsTia / fit.tiaBqS.value - 1) < 1e-6)
    return {
      kind: 'exponentials',
      startS: 0,
      terms: fit.terms.map(({ coefficientBq, ratePerS }) => ({
        rateGyPerS: coefficientBq * gyPerBqS,
        decayPerS: ratePerS,
      })),
    }
  const { timeS, activityBq } = fit.curve
  return {
    kind: 'sampled',
    timesS: timeS,
    rateGyPerS: activityBq.map((activity) => Math.max(0, activity) * gyPerBqS),
    tailDecayPerS: Math.LN2 / fit.effectiveHalfLifeS.value,
  }
}

const startingAt = (curve: DoseRateCurve, startS: number): DoseRateCurve =>
  curve.kind === 'exponentials' ? { ...curve, startS } : { ...curve, timesS: curve.timesS.map((time) => time + startS) }
