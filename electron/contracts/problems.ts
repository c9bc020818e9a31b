import { z } from './schema.ts'

/**
 * One thing that import or analysis found wrong with one item. The rest goes on.
 *
 * refused: the item cannot be used. question: a person must decide before the item's numbers may be used. warning: used, but
 * look at it. ignored: not ours (text files, unknown objects). note: done by a stated rule.
 */
export const problemSeveritySchema = z.enum(['refused', 'question', 'warning', 'ignored', 'note'])

export const importProblemSchema = z.strictObject({
  severity: problemSeveritySchema,
  /** Stable dotted word: 'geometry.gantry-tilt', 'activity.needs-calibration', 'time.injection-after-scan' … */
  code: z.string(),
  /** The file, series, structure or time point concerned, as a person would name it. */
  item: z.string(),
  message: z.string(),
  hint: z.string(),
  seriesUid: z.string().nullable(),
  filePaths: z.array(z.string()),
  /** Registrations that the question is about: accepting or rejecting them answers it. */
  registrationIds: z.array(z.string()).optional(),
})

export type ProblemSeverity = z.infer<typeof problemSeveritySchema>
export type ImportProblem = z.infer<typeof importProblemSchema>
