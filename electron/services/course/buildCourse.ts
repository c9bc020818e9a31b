/** From a patient's imported objects to the order of the therapy. Pure: it reads headers, never voxels. */
import { InputError } from '../../../native-core/errors/index.ts'
import { nuclideNameOf } from '../../../native-core/physics/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage, ScannedPatient } from '../ports/dicomSource.ts'
import { findAdministrations } from './administrations.ts'
import { awaitingQuestion } from './awaitedRegistrations.ts'
import { secondsBetween, showInstant } from './instants.ts'
import { acceptanceKey, openQuestions } from './questions.ts'
import { courseRegistrations } from './registerTo.ts'
import type { CourseRegistrations } from './registerTo.ts'
import { describe, findSessions } from './timePoints.ts'
import type { Session } from './timePoints.ts'
import type { AdministrationDraft, CourseDraft, CycleDraft, TimePointDraft } from './types.ts'

/** The scan nearest to this is the reference where nothing else decides; the field's usual choice for dosimetry CT. */
const REFERENCE_HOURS = 24

export interface BuildCourseOptions {
  readonly protocol: Protocol
  /** All problems that the import reported for this patient. */
  readonly importProblems: readonly ImportProblem[]
  /** Whether a nuclide is imaged by PET. */
  readonly isPositronEmitter: (nuclide: string) => boolean
}

/**
 * Orders one patient's images into agent, cycles and time points.
 *
 * What cannot be settled is a problem in the result (a question that a person answers in the protocol, or a refused item), and
 * what depends on it is left out: no time, activity or nuclide is assumed.
 *
 * @throws InputError `protocol.unknown-cycle` where the protocol names a cycle that the images do not show.
 */
export function buildCourse(patient: ScannedPatient, options: BuildCourseOptions): CourseDraft {
  const { protocol, importProblems } = options
  const problems: ImportProblem[] = []
  const assumptions: string[] = []

  const candidates = patient.images.filter(
    (image) =>
      (image.modality === 'NM' || image.modality === 'PT') &&
      (image.quantity.kind === 'activity-concentration' || image.quantity.kind === 'counts') &&
      !protocol.excludedSeries.includes(image.seriesUid),
  )
  const emission = candidates.filter((image) => {
    const standing = openQuestions(importProblems, image.seriesUid, protocol)
    for (const question of standing) problems.push(leftOut(image, question))
    return standing.length === 0
  })

  problems.push(...unknownSeries(patient, importProblems, protocol))

  const nuclide = findNuclide(emission, protocol, problems)
  const agent = protocol.agent ?? firstText(emission.map((image) => image.radiopharmaceutical?.agent ?? ''))
  const preferred =
    protocol.emission === 'auto'
      ? nuclide.name && options.isPositronEmitter(nuclide.name)
        ? 'PT'
        : 'NM'
      : protocol.emission

  const registrations = courseRegistrations(patient)
  const cycles: CycleDraft[] = []
  findAdministrations(emission, protocol).forEach((found, position) => {
    problems.push(...found.problems.filter((problem) => !protocol.acceptedProblems.includes(acceptanceKey(problem))))
    if (!found.draft) return
    const sessions = findSessions(found.images, patient, protocol, preferred)
    for (const session of sessions) problems.push(...session.problems)
    const dated = sessions.flatMap((session) => dateSession(session, found.draft, problems))
    const cycle = orderCycle(position + 1, found.draft, dated, registrations, protocol, problems)
    if (cycle) cycles.push(cycle)
  })
  for (const image of emission)
    if (!image.acquisitionStart)
      problems.push({
        severity: 'refused',
        code: 'time.no-acquisition-start',
        item: describe(image),
        message: `${describe(image)} gives no date and time of acquisition, so it cannot be placed on the time axis.`,
        hint: 'Export the series again with AcquisitionDate and AcquisitionTime.',
        seriesUid: image.seriesUid,
        filePaths: [],
      })
  if (emission.some((image) => (image.acquisitionStart?.utcOffsetMin ?? null) === null))
    assumptions.push('Times without a UTC offset are read as the local clock of one place.')
  return { agent, nuclide: nuclide.name, nuclideSource: nuclide.source, cycles, problems, assumptions }
}

function leftOut(image: ScannedImage, question: ImportProblem): ImportProblem {
  return {
    severity: 'question',
    code: 'course.image-left-out',
    item: describe(image),
    message: `${describe(image)} is left out until a question is answered: ${question.message}`,
    hint: question.hint,
    seriesUid: image.seriesUid,
    filePaths: question.filePaths,
  }
}

/** Entries of the protocol for series that nobody has seen: a warning, since one protocol may serve several patients. */
function unknownSeries(
  patient: ScannedPatient,
  importProblems: readonly ImportProblem[],
  protocol: Protocol,
): readonly ImportProblem[] {
  const objects = [...patient.images, ...patient.structureSets, ...patient.registrations, ...patient.kept]
  const known = new Set([...objects, ...importProblems].map(({ seriesUid }) => seriesUid))
  const given = [
    ...protocol.excludedSeries.map((uid) => ['excludedSeries', uid] as const),
    ...Object.keys(protocol.deadTime?.observedCpsBySeries ?? {}).map((uid) => ['deadTime', uid] as const),
    ...Object.keys(protocol.calibrationBySeries).map((uid) => ['calibrationBySeries', uid] as const),
  ]
  return given
    .filter(([, uid]) => !known.has(uid))
    .map(([where, uid]) => ({
      severity: 'warning',
      code: 'protocol.unknown-series',
      item: 'Protocol',
      message: `The protocol's ${where} names the series ${uid}, which this patient does not have; the entry has no effect.`,
      hint: 'Correct the series UID, or remove the entry.',
      seriesUid: null,
      filePaths: [],
    }))
}

function findNuclide(
  images: readonly ScannedImage[],
  protocol: Protocol,
  problems: ImportProblem[],
): { readonly name: string; readonly source: string } {
  const stated = new Map<string, ScannedImage>()
  for (const image of images) {
    const name = image.radiopharmaceutical?.nuclide
    if (name && !stated.has(name)) stated.set(name, image)
  }
  if (protocol.nuclide !== undefined) {
    const name = nuclideNameOf(protocol.nuclide)
    const others = [...stated.keys()].filter((said) => said !== name)
    if (others.length > 0 && !stated.has(name))
      problems.push({
        severity: 'warning',
        code: 'nuclide.not-that-of-the-files',
        item: 'Radionuclide',
        message: `The protocol says ${name}, but the files say ${others.join(', ')}. ${name} was used, as entered.`,
        hint: 'Check the radionuclide: half-life and energies, and so every dose, follow from it.',
        seriesUid: null,
        filePaths: [],
      })
    return {
      name,
      source: others.length > 0 ? `entered by the user (files say ${others.join(', ')})` : 'entered by the user',
    }
  }
  const [name, ...more] = stated.keys()
  if (name === undefined || more.length > 0) {
    if (images.length > 0)
      problems.push({
        severity: 'question',
        code: name === undefined ? 'nuclide.unknown' : 'nuclide.contradiction',
        item: 'Radionuclide',
        message:
          name === undefined
            ? 'No file says which radionuclide was given.'
            : `The files contradict each other about the radionuclide: ${[...stated].map(([said, image]) => `${said} in ${describe(image)}`).join('; ')}.`,
        hint: 'Enter the radionuclide in the protocol (nuclide, e.g. "Lu-177").',
        seriesUid: null,
        filePaths: [],
      })
    return { name: '', source: '' }
  }
  return { name, source: 'from the image headers' }
}

function firstText(texts: readonly string[]): string {
  return texts.find((text) => text.trim() !== '')?.trim() ?? ''
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
        item: `Cycle ${index}, ${session.hours.toFixed(1)} h p.i.`,
        message: `Cycle ${index}, ${session.hours.toFixed(1)} h p.i.: no registration that counts and no common frame of reference bring this time point to the reference one.`,
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
