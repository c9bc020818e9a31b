/** Making and gathering the problems of a scan. */
import type { ImportProblem, ProblemSeverity } from '../../contracts/problems.ts'
import type { ScannedImage } from '../../services/ports/dicomSource.ts'

/** What a rule says; item, series and files are added by whoever knows them. */
export interface Finding {
  readonly severity: ProblemSeverity
  readonly code: string
  readonly message: string
  readonly hint: string
  /** Display paths of the files concerned; all files of the item if left out. */
  readonly filePaths?: readonly string[]
}

/** What a finding is about. */
export interface Subject {
  /** As a person would name it. */
  readonly item: string
  readonly seriesUid: string | null
  readonly filePaths: readonly string[]
}

/** A finding as a problem of a subject. */
export function toProblem(finding: Finding, subject: Subject): ImportProblem {
  return {
    severity: finding.severity,
    code: finding.code,
    item: subject.item,
    message: finding.message,
    hint: finding.hint,
    seriesUid: subject.seriesUid,
    filePaths: [...(finding.filePaths ?? subject.filePaths)],
  }
}

export function refused(code: string, message: string, hint: string, filePaths?: readonly string[]): Finding {
  return finding('refused', code, message, hint, filePaths)
}

export function question(code: string, message: string, hint: string, filePaths?: readonly string[]): Finding {
  return finding('question', code, message, hint, filePaths)
}

export function warning(code: string, message: string, hint: string, filePaths?: readonly string[]): Finding {
  return finding('warning', code, message, hint, filePaths)
}

export function note(code: string, message: string, hint = '', filePaths?: readonly string[]): Finding {
  return finding('note', code, message, hint, filePaths)
}

function finding(
  severity: ProblemSeverity,
  code: string,
  message: string,
  hint: string,
  filePaths?: readonly string[],
): Finding {
  return { severity, code, message, hint, ...(filePaths ? { filePaths } : {}) }
}

/** Whether one of the findings makes the item unusable. */
export function isRefused(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'refused')
}

/** What the findings on an image mean for its use. Not for images that were refused. */
export function verdictOf(findings: readonly Pick<Finding, 'severity'>[]): ScannedImage['verdict'] {
  if (findings.some(({ severity }) => severity === 'question' || severity === 'refused')) return 'ask'
  return findings.some(({ severity }) => severity === 'warning') ? 'warn' : 'accept'
}

/** "a, b and 3 more": names without flooding a message. */
export function shortList(names: readonly string[], limit = 5): string {
  const unique = [...new Set(names)]
  if (unique.length <= limit) return unique.join(', ')
  return `${unique.slice(0, limit).join(', ')} and ${unique.length - limit} more`
}
