/** Dose rates that are as others were: more or less of them, and later. */
import type { DoseRateCourse, DoseRateCurve } from './types.ts'

/** The curve `laterS` seconds later, its dose rate times `factor`. */
export function scaledCurve(curve: DoseRateCurve, factor: number, laterS = 0): DoseRateCurve {
  if (curve.kind === 'exponentials')
    return {
      ...curve,
      startS: curve.startS + laterS,
      terms: curve.terms.map(({ rateGyPerS, decayPerS }) => ({ rateGyPerS: factor * rateGyPerS, decayPerS })),
    }
  return {
    ...curve,
    timesS: curve.timesS.map((time) => time + laterS),
    rateGyPerS: curve.rateGyPerS.map((rate) => factor * rate),
  }
}

/** All curves times `factor`. */
export const scaledCourse = (course: DoseRateCourse, factor: number): DoseRateCourse =>
  factor === 1 ? course : course.map((curve) => scaledCurve(curve, factor))
