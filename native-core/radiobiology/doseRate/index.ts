/** Dose rates in time and the integrals that biology asks of them. */
export { courseHistory, doseOfCourse, doseRateAt, doseRateOf, integrateCourse } from './integrate.ts'
export type { CourseState } from './integrate.ts'
export { piecesOf } from './pieces.ts'
export { scaledCourse, scaledCurve } from './scaled.ts'
export type * from './types.ts'
