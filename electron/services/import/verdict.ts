import type { ImportProblem } from '../../contracts/problems.ts'
import type { ScannedFolder } from '../ports/dicomSource.ts'

/** What became of everything in a folder, in one word. */
export type Verdict = 'accept' | 'warn' | 'ask' | 'ask-calibration' | 'reject' | 'ignore'

/**
 * The gravest of what was found: reject (something was refused), ask (a person must decide), warn, accept; ignore where there is nothing
 * of ours at all.
 */
export function verdictOf(scan: ScannedFolder): Verdict {
  const has = (severity: ImportProblem['severity']): boolean =>
    scan.problems.some((problem) => problem.severity === severity)
  if (has('refused')) return 'reject'
  const questions = scan.problems.filter((problem) => problem.severity === 'question')
  if (questions.length > 0)
    return questions.every((question) => question.code === 'activity.needs-calibration') ? 'ask-calibration' : 'ask'
  if (scan.patients.length === 0) return 'ignore'
  return has('warning') ? 'warn' : 'accept'
}
