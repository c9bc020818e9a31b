/** The dose rate of a structure over the cycles of an analysis, and over cycles that could follow. */
import { scaledCurve } from '../../../native-core/radiobiology/index.ts'
import type { DoseRateCourse } from '../../../native-core/radiobiology/index.ts'
import { daysToSeconds } from '../../../native-core/units/index.ts'
import type { Analysis, CycleAnalysis, Uncertain } from '../../contracts/analysis.ts'
import type { FurtherCycle } from '../../contracts/biologyParts.ts'
import { secondsBetween } from '../course/index.ts'
import { activityCurve } from './activityCurve.ts'
import { crossSources } from './crossDose.ts'
import type { CrossDoseTools, CrossSource } from './crossDose.ts'

export interface CycleDose {
  readonly index: number
  /** Start of the administration after that of the first cycle, s. */
  readonly startS: number
  readonly activityBq: number
  /** What the analysis has for the structure. */
  readonly selfGy: Uncertain
  /** With what comes from other sources: the integral of all curves. */
  readonly doseGy: Uncertain
  /** Dose rate by the structure's own charged radiation, on the clock of the first administration. */
  readonly own: DoseRateCourse
  /** Photons of its own and of others, each with the curve of its source on the same clock. */
  readonly sources: readonly CrossSource[]
}

/** Seconds from the first administration of the analysis to that of each cycle, in the order of its cycles. */
function starts({ cycles }: Analysis): number[] {
  const [any] = cycles
  if (!any) return []
  const offsets = cycles.map((cycle) => secondsBetween(any.administration.start, cycle.administration.start))
  const firstS = Math.min(...offsets)
  return offsets.map((offset) => offset - firstS)
}

/** The cycles in which a structure has a dose, with its dose rates on the clock of the first administration; `cross` where other sources count. */
export function cycleDoses(analysis: Analysis, name: string, cross: CrossDoseTools | null = null): CycleDose[] {
  const startsS = starts(analysis)
  return analysis.cycles.flatMap((cycle, at) => {
    const found = cycleDose(cycle, name, startsS[at] ?? 0, cross)
    return found ? [found] : []
  })
}

function cycleDose(cycle: CycleAnalysis, name: string, startS: number, cross: CrossDoseTools | null): CycleDose | null {
  const structure = cycle.structures.find((one) => one.name === name)
  const selfGy = structure?.doses[0]?.doseGy
  const curve = structure?.fit ? activityCurve(structure.fit) : null
  if (!structure?.fit || !selfGy || !curve || !(selfGy.value > 0)) return null
  const sources = cross ? crossSources(cycle, name, cross) : []
  // TIAs share calibration and recovery: added linearly, an upper bound.
  const doseGy = {
    value: sources.reduce((sum, source) => sum + source.doseGy, selfGy.value),
    standardUncertainty: sources.reduce(
      (sum, { doseGy: dose, tiaRelative }) => sum + dose * tiaRelative,
      selfGy.standardUncertainty,
    ),
  }
  return {
    index: cycle.index,
    startS,
    activityBq: cycle.administration.activityBq.value,
    selfGy,
    doseGy,
    // Dose rate = activity × dose over TIA: the S value is one for the whole course of an administration.
    own: [scaledCurve(curve, selfGy.value / structure.fit.tiaBqS.value, startS)],
    sources: sources.map((source) => ({ ...source, curves: source.curves.map((one) => scaledCurve(one, 1, startS)) })),
  }
}

export const courseOfCycles = (cycles: readonly CycleDose[]): DoseRateCourse =>
  cycles.flatMap(({ own, sources }) => [...own, ...sources.flatMap(({ curves }) => curves)])

export interface FurtherStart {
  readonly start: string
  /** After the first administration, s. */
  readonly startS: number
  readonly activityBq: number
}

/**
 * When and with how much activity further cycles would be given: after the last cycle of the analysis, with its activity times a factor, or with what is
 * stated. One whose date is not after that cycle is left out: it was delivered since, or never will be. Empty without cycles.
 */
export function furtherStarts(analysis: Analysis, further: readonly FurtherCycle[]): FurtherStart[] {
  const startsS = starts(analysis)
  const lastS = Math.max(...startsS)
  const last = analysis.cycles[startsS.indexOf(lastS)]
  if (!last) return []
  const { start, activityBq: lastActivity } = last.administration
  let beforeS = lastS
  return further.flatMap(({ activityBq, relativeActivity, date, afterDays }): FurtherStart[] => {
    const local = date && (date.length === 10 ? `${date}T${start.local.slice(11, 19)}` : `${date}:00`)
    const startS = local ? lastS + secondsBetween(start, { ...start, local }) : beforeS + daysToSeconds(afterDays)
    if (startS <= lastS) return []
    beforeS = startS
    return [
      {
        start: new Date(Date.parse(`${start.local}Z`) + (startS - lastS) * 1000).toISOString().slice(0, 16),
        startS,
        activityBq: activityBq ?? relativeActivity * lastActivity.value,
      },
    ]
  })
}

/** Further cycles of a structure with the dose rates of its last one, over its activity. */
export function furtherDoses(cycles: readonly CycleDose[], further: readonly FurtherStart[]): CycleDose[] {
  const [first] = cycles
  if (!first) return []
  const last = cycles.reduce((late, one) => (one.startS > late.startS ? one : late), first)
  const highest = Math.max(...cycles.map(({ index }) => index))
  return further.map(({ startS, activityBq }, k) => {
    const factor = activityBq / last.activityBq
    const moved = (course: DoseRateCourse): DoseRateCourse =>
      course.map((curve) => scaledCurve(curve, factor, startS - last.startS))
    const scaled = ({ value, standardUncertainty }: Uncertain): Uncertain => ({
      value: factor * value,
      standardUncertainty: factor * standardUncertainty,
    })
    return {
      index: highest + k + 1,
      startS,
      activityBq,
      selfGy: scaled(last.selfGy),
      doseGy: scaled(last.doseGy),
      own: moved(last.own),
      sources: last.sources.map((source) => ({
        ...source,
        doseGy: factor * source.doseGy,
        curves: moved(source.curves),
      })),
    }
  })
}
