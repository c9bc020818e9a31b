/**
 * Which questions of the import a protocol answers. A question stands until the matching entry of the protocol is there: nothing is
 * assumed in its place.
 */
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'

/** The name under which a person accepts a problem as it is: `code@seriesUid`. */
export function acceptanceKey(problem: Pick<ImportProblem, 'code' | 'seriesUid'>): string {
  return `${problem.code}@${problem.seriesUid ?? ''}`
}

const answers: readonly {
  readonly prefix: string
  readonly answeredBy: (protocol: Protocol, seriesUid: string) => boolean
}[] = [
  {
    prefix: 'activity.needs-calibration',
    answeredBy: (protocol, seriesUid) =>
      protocol.calibration !== undefined || protocol.calibrationBySeries[seriesUid] !== undefined,
  },
  { prefix: 'nuclide.', answeredBy: (protocol) => protocol.nuclide !== undefined },
  {
    prefix: 'administration.activity',
    answeredBy: (protocol) => protocol.administrations.some((given) => given.activityBq !== undefined),
  },
  {
    prefix: 'administration.differs-within-series',
    answeredBy: (protocol) =>
      protocol.administrations.some((given) => given.startLocal !== undefined && given.activityBq !== undefined),
  },
  {
    prefix: 'administration.start',
    answeredBy: (protocol) => protocol.administrations.some((given) => given.startLocal !== undefined),
  },
]

/** A registration is accepted where it is listed, with who and when; no protocol does that. */
const NEVER_IN_PROTOCOL = 'registration.not-accepted'

/** True where the protocol answers the question, or a person accepted the problem as it is. */
export function isAnswered(problem: ImportProblem, protocol: Protocol): boolean {
  if (problem.code === NEVER_IN_PROTOCOL) return false
  if (protocol.acceptedProblems.includes(acceptanceKey(problem))) return true
  const answer = answers.find(({ prefix }) => problem.code.startsWith(prefix))
  return answer !== undefined && answer.answeredBy(protocol, problem.seriesUid ?? '')
}

/** Problems as they stand after the protocol: an answered question is a note that says so. */
export function settleProblems(problems: readonly ImportProblem[], protocol: Protocol): ImportProblem[] {
  return problems.map((problem) => {
    const accepted = protocol.acceptedProblems.includes(acceptanceKey(problem))
    if (
      problem.severity === 'question' ? !isAnswered(problem, protocol) : !(accepted && problem.severity === 'warning')
    )
      return problem
    const how = accepted ? 'Accepted by a person as it is.' : 'Answered in the protocol.'
    return { ...problem, severity: 'note', message: `${problem.message} ${how}`, hint: '' }
  })
}

/** The questions that still stand for one series. */
export function openQuestions(
  problems: readonly ImportProblem[],
  seriesUid: string,
  protocol: Protocol,
): readonly ImportProblem[] {
  return problems.filter(
    (problem) => problem.severity === 'question' && problem.seriesUid === seriesUid && !isAnswered(problem, protocol),
  )
}
