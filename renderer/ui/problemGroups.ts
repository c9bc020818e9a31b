import type { ImportProblem, ProblemSeverity } from '../../electron/contracts/index.ts'
import type { IconName } from './icons.ts'

export interface ProblemGroup {
  readonly severity: ProblemSeverity
  readonly title: string
  readonly meaning: string
  readonly icon: IconName
  readonly openAtFirst: boolean
  readonly problems: readonly ImportProblem[]
}

const order: readonly Omit<ProblemGroup, 'problems'>[] = [
  {
    severity: 'question',
    title: 'Questions',
    meaning: 'need your decision before these numbers are used',
    icon: 'question',
    openAtFirst: true,
  },
  { severity: 'refused', title: 'Refused', meaning: 'cannot be used', icon: 'refused', openAtFirst: true },
  { severity: 'warning', title: 'Warnings', meaning: 'used, but look at them', icon: 'problem', openAtFirst: true },
  { severity: 'note', title: 'Notes', meaning: 'done by a stated rule', icon: 'info', openAtFirst: false },
  {
    severity: 'ignored',
    title: 'Ignored',
    meaning: 'no images, structures or registrations',
    icon: 'skip',
    openAtFirst: false,
  },
]

/** Problems by severity, questions first; groups without a problem are left out. */
export function groupProblems(problems: readonly ImportProblem[]): ProblemGroup[] {
  return order
    .map((group) => ({ ...group, problems: problems.filter((problem) => problem.severity === group.severity) }))
    .filter((group) => group.problems.length > 0)
}
