/** From imported objects to agent, cycles and time points. */
export { buildCourse } from './buildCourse.ts'
export type { BuildCourseOptions } from './buildCourse.ts'
export { acceptanceKey, isAnswered, openQuestions, settleProblems } from './questions.ts'
export { instantFromLocal, localMs, secondsBetween, showInstant } from './instants.ts'
export { structureSetsOf } from './timePoints.ts'
export { RegistrationGraph } from './registrationGraph.ts'
export type { AdministrationDraft, CourseDraft, CycleDraft, TimePointDraft } from './types.ts'
