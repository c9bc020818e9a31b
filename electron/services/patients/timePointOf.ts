import { InputError } from '../../../native-core/errors/index.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'

/** A time point of a cycle or of a diagnostic administration. @throws InputError `time-point.unknown`. */
export function timePointOf({ cycles, diagnostics }: CourseDraft, timePointId: string): TimePointDraft {
  const timePoint = [...cycles, ...diagnostics]
    .flatMap((cycle) => cycle.timePoints)
    .find((candidate) => candidate.id === timePointId)
  if (!timePoint)
    throw new InputError('time-point.unknown', 'This time point is not in the course.', 'Open the patient again.')
  return timePoint
}
