/** The administrations of one nuclide with their scans: cycles of the therapy, or diagnostic scans. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage, ScannedPatient } from '../ports/dicomSource.ts'
import { findAdministrations } from './administrations.ts'
import { awaitingQuestion } from './awaitedRegistrations.ts'
import { secondsBetween, showInstant } from './instants.ts'
import { cycleWords } from './cycleWords.ts'
import { acceptanceKey } from './questions.ts'
import type { CourseRegistrations } from './registerTo.ts'
import { describe, findSessions } from './timePoints.ts'
import type { Session } from './timePoints.ts'
import type { AdministrationDraft, CycleDraft, TimePointDraft } from './types.ts'

/** The scan nearest to this is the reference where nothing else decides; the field's usual choice for dosimetry CT. */
const REFERENCE_HOURS = 24

export interface CyclesContext {
  readonly patient: ScannedPatient
  readonly protocol: Protocol
  readonly registrations: CourseRegistrations
  /** Grows with what is found. */
  readonly problems: ImportProblem[]
  /** Which image of a session with both counts. */
  readonly preferred: 'NM' | 'PT'
}

/**
 * Emission images of one nuclide as administrations with dated time points, in the order of time.
 *
 * @param indexOf the number of the administration at a place, from 0
 * @throws InputError `protocol.unknown-cycle`, `protocol.unknown-time-point`.
 */
export function findCycles(
  emission: readonly ScannedImage[],
  { patient, protocol, registrations, problems, preferred }: CyclesContext,
  indexOf: (position: number) => number = (position) => position + 1,
): CycleDraft[] {
  return findAdministrations(emission, protocol, indexOf).flatMap((found, position) => {
    problems.push(...found.problems.filter((problem) => !protocol.acceptedProblems.includes(acceptanceKey(problem))))
    if (!found.draft) return []
    const sessions = findSessions(found.images, patient, protocol, preferred)
    for (const session of sessions) problems.push(...session.problems)
    const dated = sessions.flatMap((session) => dateSession(session, found.draft, problems))
    return orderCycle(indexOf(position), found.draft, dated, registrations, protocol, problems) ?? []
  })
}

interface DatedSession extends Session {
  readonly hours: number
}

function dateSession(
  session: Session,
  administration: AdministrationDraft | null,
  problems: ImportProblem[],
): DatedSession[] {
  const start = session.emission.acquisitionStart
  if (!administration || !start) return []
  const hours = secondsBetween(administration.start, start) / 3600
  if (hours > 0) return [{ ...session, hours }]
  problems.push({
    severity: 'refused',
    code: 'time.injection-after-scan',
    item: describe(session.emission),
    message: `${describe(session.emission)} was acquired ${showInstant(start)}, before the administration at ${showInstant(administration.start)}.`,
    hint: 'Check the clock of the scanner and the administration; enter the right start in the protocol (administrations).',
    seriesUid: session.emission.seriesUid,
    filePaths: [],
  })
  return []
}

function orderCycle(
  index: number,
  administration: AdministrationDraft,
  sessions: readonly DatedSession[],
  registrations: CourseRegistrations,
  protocol: Protocol,
  problems: ImportProblem[],
): CycleDraft | null {
  const ordered = [...sessions].sort((a, b) => a.hours - b.hours)
  const reference = pickReference(ordered, registrations, protocol)
  if (!reference) return null
  const frameOf = ({ emission }: Session): string | null => emission.frameOfReferenceUid
  const waiting: Parameters<typeof awaitingQuestion>[1][number][] = []
  const timePoints = ordered.map((session, position): TimePointDraft => {
    const registration =
      session === reference ? registrations.ofReference : registrations.use(frameOf(session), frameOf(reference))
    const awaits = registration.kind === 'missing' ? registrations.awaited(frameOf(session), frameOf(reference)) : []
    if (awaits.length > 0) waiting.push({ hours: session.hours, awaits })
    else if (registration.kind === 'missing')
      problems.push({
        severity: 'warning',
        code: 'registration.missing',
        item: `${cycleWords(index)}, ${session.hours.toFixed(1)} h p.i.`,
        message: `${cycleWords(index)}, ${session.hours.toFixed(1)} h p.i.: no registration that counts and no common frame of reference bring this time point to the reference one.`,
        hint: session.structureSet
          ? 'Its own outlines are used. To compare voxels or to carry outlines over, import a registration (REG) object.'
          : 'Import a registration (REG) object, or outlines made on this time point; it is left out of the curves until then.',
        seriesUid: session.emission.seriesUid,
        filePaths: [],
      })
    return {
      id: session.emission.key,
      index: position + 1,
      start: session.emission.acquisitionStart ?? administration.start,
      hoursAfterInjection: session.hours,
      emission: session.emission,
      ct: session.ct,
      structureSet: session.structureSet,
      registration,
      awaits: awaits.map(({ name }) => name),
    }
  })
  const question = awaitingQuestion(index, waiting)
  if (question) problems.push(question)
  const referenceDraft = timePoints.find((timePoint) => timePoint.emission === reference.emission)
  return referenceDraft ? { index, administration, reference: referenceDraft, timePoints } : null
}

function pickReference(
  sessions: readonly DatedSession[],
  { degree }: CourseRegistrations,
  protocol: Protocol,
): DatedSession | undefined {
  const wanted = protocol.referenceTimePoint
  if (wanted !== 'auto') {
    const chosen = sessions[wanted - 1]
    if (!chosen && sessions.length > 0)
      throw new InputError(
        'protocol.unknown-time-point',
        `The protocol asks for time point ${wanted} as reference, but a cycle has only ${sessions.length}.`,
        'Correct referenceTimePoint, or set it to "auto".',
      )
    return chosen
  }
  const usable = sessions.some((session) => session.structureSet)
    ? sessions.filter((session) => session.structureSet)
    : sessions
  return [...usable].sort(
    (a, b) =>
      degree(b.emission.frameOfReferenceUid) - degree(a.emission.frameOfReferenceUid) ||
      Math.abs(a.hours - REFERENCE_HOURS) - Math.abs(b.hours - REFERENCE_HOURS),
  )[0]
}
