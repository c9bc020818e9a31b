/** Which form answers which question, and what an answer makes of the protocol. */
import type { Calibration, ImportProblem, Protocol } from '../../../../electron/contracts/index.ts'

export type AnswerKind = 'calibration' | 'administration' | 'nuclide' | 'registrations' | 'decision'

/** The form for a problem's code. A question that asks for no value is a decision: accept it, or leave the series out. */
export function answerKindOf(problem: Pick<ImportProblem, 'severity' | 'code'>): AnswerKind | null {
  if (problem.severity !== 'question') return null
  if (problem.code.startsWith('activity.needs-calibration')) return 'calibration'
  if (problem.code.startsWith('nuclide.')) return 'nuclide'
  if (problem.code === 'registration.not-accepted') return 'registrations'
  if (problem.code.startsWith('administration.') || problem.code.startsWith('time.injection')) return 'administration'
  return 'decision'
}

/** Whether a person may accept the problem as it is: where a value is missing there is nothing to accept. */
export function canAccept(problem: Pick<ImportProblem, 'severity' | 'code'>): boolean {
  const kind = answerKindOf(problem)
  if (kind === null || kind === 'calibration' || kind === 'nuclide' || kind === 'registrations') return false
  // Says again that a question stands; that question itself is in the list.
  if (problem.code === 'course.image-left-out') return false
  return kind === 'decision' || /contradiction|differs|after-scan|before-start/.test(problem.code)
}

/** The cycle that a problem is about, where its item says so ("Cycle 2"). */
export function cycleNamed(problem: Pick<ImportProblem, 'item'>): number | null {
  const match = /^Cycle (\d+)\b/.exec(problem.item)
  return match ? Number(match[1]) : null
}

/** Accepted as it is: its code with its series, as the contract of the protocol names it. */
export function withAccepted(protocol: Protocol, problem: Pick<ImportProblem, 'code' | 'seriesUid'>): Protocol {
  const key = `${problem.code}@${problem.seriesUid ?? ''}`
  return { ...protocol, acceptedProblems: [...new Set([...protocol.acceptedProblems, key])] }
}

/** Without a series: as if it had not been imported. */
export function withoutSeries(protocol: Protocol, seriesUid: string): Protocol {
  return { ...protocol, excludedSeries: [...new Set([...protocol.excludedSeries, seriesUid])] }
}

/** The calibration for one series, or for all images that hold counts where `seriesUid` is null. */
export function withCalibration(protocol: Protocol, seriesUid: string | null, calibration: Calibration): Protocol {
  if (seriesUid === null) return { ...protocol, calibration }
  return { ...protocol, calibrationBySeries: { ...protocol.calibrationBySeries, [seriesUid]: calibration } }
}

/** What a cycle was given, replacing what was said of this cycle before. A field left out stays as the files say. */
export function withAdministration(
  protocol: Protocol,
  answer: { cycle: number; activityBq?: number; startLocal?: string },
): Protocol {
  const others = protocol.administrations.filter((one) => one.cycle !== answer.cycle)
  const administrations =
    answer.activityBq === undefined && answer.startLocal === undefined ? others : [...others, answer]
  return { ...protocol, administrations: administrations.sort((a, b) => a.cycle - b.cycle) }
}
