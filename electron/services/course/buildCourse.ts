/** From a patient's imported objects to the order of the therapy. Pure: it reads headers, never voxels. */
import { nuclideNameOf } from '../../../native-core/physics/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage, ScannedPatient } from '../ports/dicomSource.ts'
import { findCycles } from './cycles.ts'
import { byNuclide, findDiagnostics } from './diagnostics.ts'
import { openQuestions } from './questions.ts'
import { courseRegistrations } from './registerTo.ts'
import { describe } from './timePoints.ts'
import type { CourseDraft } from './types.ts'

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
  const preferred =
    protocol.emission === 'auto'
      ? nuclide.name && options.isPositronEmitter(nuclide.name)
        ? 'PT'
        : 'NM'
      : protocol.emission

  const registrations = courseRegistrations(patient)
  const { ofTherapy, diagnostic } = byNuclide(emission, nuclide.name, problems)
  const agent = protocol.agent ?? firstText(ofTherapy.map((image) => image.radiopharmaceutical?.agent ?? ''))
  const context = { patient, registrations, problems }
  const cycles = findCycles(ofTherapy, { ...context, protocol, preferred })
  const diagnostics = findDiagnostics(diagnostic, {
    ...context,
    protocol,
    isPositronEmitter: options.isPositronEmitter,
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
    assumptions.push(
      'Times without a UTC offset are read as the local clock of one place, without a change to or from summer time between them.',
    )
  return { agent, nuclide: nuclide.name, nuclideSource: nuclide.source, cycles, diagnostics, problems, assumptions }
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
        hint: `Enter the radionuclide${more.length > 0 ? ' of the therapy' : ''} in the protocol (nuclide, e.g. "Lu-177").${more.length > 0 ? ' Scans of another one, given apart from it, are then diagnostic scans.' : ''}`,
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
