/** Where a course needs a registration that came in a file and that nobody has judged: it counts nowhere, so a person is asked. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { ScannedPatient, UnjudgedRegistration } from '../ports/dicomSource.ts'
import { cycleWords } from './cycleWords.ts'
import { acceptedLinks, RegistrationGraph, unjudgedLink } from './registrationGraph.ts'
import type { TimePointDraft } from './types.ts'

const CODE = 'registration.not-accepted'
const HINT = 'Look at them, and accept or reject each: a rejected one is not asked about again.'

export type AwaitedBetween = (from: string | null, to: string | null) => readonly UnjudgedRegistration[]

/**
 * Those of the patient's unjudged registrations that would complete the shortest way between two frames of reference; linear ones where they
 * lead there, since a deformable one changes more. Empty where none would.
 */
export function awaitedRegistrations(patient: ScannedPatient): AwaitedBetween {
  const unjudged = patient.unjudgedRegistrations ?? []
  const byId = new Map(unjudged.map((one) => [one.registrationId, one]))
  const graphOf = (offered: readonly UnjudgedRegistration[]): RegistrationGraph =>
    new RegistrationGraph([...acceptedLinks(patient), ...offered.map(unjudgedLink)])
  const graphs = [graphOf(unjudged.filter(({ isDeformable }) => !isDeformable)), graphOf(unjudged)]
  return (from, to) => {
    const path = graphs.map((graph) => graph.path(from, to)).find((found) => found !== null)
    return path?.steps.flatMap(({ link }) => byId.get(link.name) ?? []) ?? []
  }
}

/** One question for a cycle: which time points wait for which registrations. Null where none does. */
export function awaitingQuestion(
  cycle: number,
  waiting: readonly { readonly hours: number; readonly awaits: readonly UnjudgedRegistration[] }[],
): ImportProblem | null {
  if (waiting.length === 0) return null
  const awaited = [...new Map(waiting.flatMap(({ awaits }) => awaits).map((one) => [one.registrationId, one])).values()]
  const [isOne, isOnePoint] = [awaited.length === 1, waiting.length === 1]
  const hours = waiting.map((one) => one.hours.toFixed(1)).join(', ')
  return {
    severity: 'question',
    code: CODE,
    item: `${cycleWords(cycle)}, registrations`,
    message:
      `Nobody has accepted ${isOne ? 'the registration' : `the ${awaited.length} registrations`} that came with the images: ${awaited.map(({ name }) => name).join('; ')}. ` +
      `Without ${isOne ? 'it' : 'them'} the time ${isOnePoint ? 'point' : 'points'} at ${hours} h p.i. cannot be brought to the reference one.`,
    hint: HINT,
    seriesUid: null,
    filePaths: [],
    registrationIds: awaited.map(({ registrationId }) => registrationId),
  }
}

/**
 * For what needs all of these time points on the reference one.
 *
 * @throws InputError `registration.not-accepted` naming the time points that wait and their registrations.
 */
export function refuseAwaiting(cycle: number, timePoints: readonly TimePointDraft[]): void {
  const waiting = timePoints.filter(({ awaits }) => awaits.length > 0)
  if (waiting.length === 0) return
  const names = [...new Set(waiting.flatMap(({ awaits }) => awaits))].join('; ')
  const hours = waiting.map(({ hoursAfterInjection }) => `${hoursAfterInjection.toFixed(1)} h`).join(', ')
  throw new InputError(
    CODE,
    `${cycleWords(cycle)}, ${hours} p.i.: ${waiting.length === 1 ? 'this time point needs' : 'these time points need'} a registration that nobody has accepted: ${names}.`,
    HINT,
  )
}
