/** A patient of the store in the shape in which a scan gives one, so that the same use cases serve both. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type {
  AcceptedDeformation,
  ScannedImage,
  ScannedPatient,
  ScannedRegistration,
  ScannedStructureSet,
  SourceFile,
} from '../ports/dicomSource.ts'
import type {
  ImageRecord,
  PatientRecord,
  RegistrationRecord,
  SeriesRecord,
  Store,
  StudyRecord,
} from '../ports/store.ts'
import type { VolumeId } from '../ports/volumeStore.ts'

export interface StoredPatient extends ScannedPatient {
  readonly record: PatientRecord
  readonly problems: readonly ImportProblem[]
  /** Stored voxels of each image, by image key. */
  readonly voxelsOf: ReadonlyMap<string, VolumeId>
  /** Store id of each image and structure set, by key. */
  readonly idOf: ReadonlyMap<string, string>
}

/**
 * Reads all of one patient but the voxels.
 *
 * @throws InputError `patient.unknown` where the store has no such patient; `volume.*` where outlines are damaged.
 */
export async function loadStoredPatient(store: Store, patientId: string): Promise<StoredPatient> {
  const { read } = store
  const record = read.patient(patientId)
  if (!record)
    throw new InputError('patient.unknown', 'This patient is not in the store.', 'Open the list of patients again.')
  const studies = new Map(read.studiesOfPatient(patientId).map((study) => [study.id, study]))
  const series = new Map(read.seriesOfPatient(patientId).map((entry) => [entry.id, entry]))
  const describe = (seriesId: string | null): Described => describeSeries(seriesId, series, studies, record)

  const voxelsOf = new Map<string, VolumeId>()
  const idOf = new Map<string, string>()
  const images = read.imagesOfPatient(patientId).map((image): ScannedImage => {
    voxelsOf.set(image.key, image.voxelsVolumeId)
    idOf.set(image.key, image.id)
    const files = filesOf(store, image.sourceSha256s)
    return { ...describe(image.seriesId), ...imageFields(image), files }
  })
  const structureSets: ScannedStructureSet[] = []
  for (const set of read.structureSetsOfPatient(patientId)) {
    idOf.set(set.key, set.id)
    const structures = []
    for (const { number, name, type, colourRgb, geometryVolumeId, method, review, identity } of set.structures)
      structures.push({
        number,
        name,
        type,
        colourRgb,
        shape: await store.shapes.get(geometryVolumeId),
        ...(method ? { made: { method, review, identity } } : {}),
      })
    structureSets.push({
      ...describe(set.seriesId),
      files: filesOf(store, set.sourceSha256s),
      key: set.key,
      origin: set.origin,
      label: set.label,
      frameOfReferenceUid: set.frameOfReferenceUid,
      referencedSeriesUid: set.referencedSeriesUid,
      structures,
    })
  }
  const registrations = usableRegistrations(read.registrationsOfPatient(patientId)).map(
    (registration): ScannedRegistration => {
      idOf.set(registration.key, registration.id)
      const { fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix } = registration
      const files = filesOf(store, registration.sourceSha256s)
      return {
        ...describe(null),
        seriesDescription: registration.origin,
        files,
        key: registration.key,
        provenance: provenanceOf(registration, files),
        transforms: [{ fromFrameOfReferenceUid, toFrameOfReferenceUid, type: linearType(registration), matrix }],
        deformations: [],
      }
    },
  )
  return {
    record,
    patient: identityOf(record),
    images,
    structureSets,
    registrations,
    acceptedDeformations: acceptedDeformations(read.registrationsOfPatient(patientId)),
    kept: [],
    problems: latestProblems(read.problemsOfPatient(patientId)),
    voxelsOf,
    idOf,
  }
}

/**
 * Those that numbers may be made with: accepted ones first, the newest of them before the others, then what came in files and nobody
 * has judged. What was computed or made by hand here counts once a person has accepted it. A deformable one does not stand for the
 * linear one that it was made on.
 */
function usableRegistrations(all: readonly RegistrationRecord[]): RegistrationRecord[] {
  const isFromFile = ({ origin }: RegistrationRecord): boolean =>
    origin === 'REG' || origin === 'same-frame-of-reference'
  const accepted = byDecision(all.filter(({ status }) => status === 'accepted'))
  const open = all.filter((registration) => registration.status === 'proposed' && isFromFile(registration))
  return [...accepted, ...open].filter(({ deformation }) => deformation === null)
}

/** Deformable registrations that a person has accepted, the newest first. */
function acceptedDeformations(all: readonly RegistrationRecord[]): AcceptedDeformation[] {
  return byDecision(all.filter(({ status }) => status === 'accepted')).flatMap(
    (registration): AcceptedDeformation[] => {
      const { id, deformation, fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix } = registration
      if (!deformation) return []
      return [
        {
          registrationId: id,
          fieldId: deformation.displacementVolumeId,
          fromFrameOfReferenceUid,
          toFrameOfReferenceUid,
          matrix,
          provenance: provenanceOf(registration, []),
        },
      ]
    },
  )
}

/** The newest first. */
function byDecision(registrations: readonly RegistrationRecord[]): RegistrationRecord[] {
  return [...registrations].sort(
    (a, b) => (b.decidedAt ?? '').localeCompare(a.decidedAt ?? '') || a.key.localeCompare(b.key),
  )
}

function linearType({ type }: RegistrationRecord): Exclude<RegistrationRecord['type'], 'DEFORMABLE'> {
  return type === 'DEFORMABLE' ? 'AFFINE' : type
}

function provenanceOf(registration: RegistrationRecord, files: readonly SourceFile[]): string {
  const { origin, status, decidedBy, decidedAt } = registration
  const what =
    origin === 'computed'
      ? 'computed registration'
      : origin === 'manual'
        ? 'registration by hand'
        : (files[0]?.displayPath ?? 'imported registration')
  return status === 'accepted'
    ? `${what}, accepted by ${decidedBy ?? '?'} on ${decidedAt?.slice(0, 10) ?? '?'}`
    : `${what}, as imported, not yet judged by a person`
}

type Described = Omit<ScannedRegistration, 'key' | 'transforms' | 'deformations' | 'provenance'>

function describeSeries(
  seriesId: string | null,
  series: ReadonlyMap<string, SeriesRecord>,
  studies: ReadonlyMap<string, StudyRecord>,
  record: PatientRecord,
): Described {
  const entry = seriesId === null ? undefined : series.get(seriesId)
  const study = entry ? studies.get(entry.studyId) : undefined
  return {
    patientKey: record.key,
    studyUid: study?.studyUid ?? '',
    studyDescription: study?.description ?? '',
    seriesUid: entry?.seriesUid ?? '',
    seriesDescription: entry?.description ?? '',
    manufacturer: entry?.manufacturer ?? '',
    frameOfReferenceUid: entry?.frameOfReferenceUid ?? null,
    // A series may hold several objects: each of them names its own files.
    files: [],
  }
}

function imageFields(image: ImageRecord): Omit<ScannedImage, Exclude<keyof Described, 'frameOfReferenceUid'>> {
  const { key, modality, grid, quantity, frameOfReferenceUid, acquisitionStart, acquisitionDurationS } = image
  const { radiopharmaceutical, lossyCompressed, verdict } = image
  return {
    key,
    modality,
    grid,
    quantity,
    frameOfReferenceUid,
    acquisitionStart,
    acquisitionDurationS,
    radiopharmaceutical,
    lossyCompressed,
    verdict,
  }
}

function filesOf(store: Store, sha256s: readonly string[]): readonly SourceFile[] {
  return sha256s.flatMap((sha256) => {
    const file = store.read.sourceFile(sha256)
    return file ? [{ ...file, path: '' }] : []
  })
}

function identityOf(record: PatientRecord): ScannedPatient['patient'] {
  const { key, mrn, issuer, name, dicomName, birthDate, sex, weightKg, heightM } = record
  return { key, mrn, issuer, name, dicomName, birthDate, sex, weightKg, heightM }
}

/** Repeated imports report the same problem again; it counts once. */
function latestProblems(problems: readonly ImportProblem[]): readonly ImportProblem[] {
  const seen = new Map<string, ImportProblem>()
  for (const problem of problems)
    seen.set(`${problem.code}|${problem.seriesUid ?? ''}|${problem.item}|${problem.message}`, problem)
  return [...seen.values()]
}
