/** A patient of the store in the shape in which a scan gives one, so that the same use cases serve both. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type {
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
import { linearType, storedRegistrations } from './storedRegistrations.ts'

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
  const sourcesOf = ({ sourceSha256s }: RegistrationRecord): readonly SourceFile[] => filesOf(store, sourceSha256s)
  const { linear, deformable, unjudged } = storedRegistrations(read.registrationsOfPatient(patientId), sourcesOf)
  const registrations = linear.map((registration): ScannedRegistration => {
    idOf.set(registration.key, registration.id)
    const { key, origin, provenance, fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix } = registration
    return {
      ...describe(null),
      seriesDescription: origin,
      files: sourcesOf(registration),
      key,
      provenance,
      transforms: [{ fromFrameOfReferenceUid, toFrameOfReferenceUid, type: linearType(registration), matrix }],
      deformations: [],
    }
  })
  return {
    record,
    patient: identityOf(record),
    images,
    structureSets,
    registrations,
    unjudgedRegistrations: unjudged,
    acceptedDeformations: deformable,
    kept: [],
    problems: latestProblems(read.problemsOfPatient(patientId)),
    voxelsOf,
    idOf,
  }
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
  const { radiopharmaceutical, lossyCompressed, camera, verdict } = image
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
    camera,
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
