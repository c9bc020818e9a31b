/**
 * Puts what a scan found into the patient store. Slow work first (originals, voxels and outlines are made durable as volumes), then one
 * transaction that makes all of it visible, or nothing.
 */
import { invertAffine } from '../../../native-core/imaging/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { ImportSummary } from '../../contracts/requests.ts'
import type {
  DicomSource,
  ProgressSink,
  ScannedFolder,
  ScannedObject,
  ScannedPatient,
  ScannedRegistration,
  ScannedStructureSet,
} from '../ports/dicomSource.ts'
import type { RegistrationInput, Store, StoreWriter } from '../ports/store.ts'
import type { VolumeId } from '../ports/volumeStore.ts'
import { keepOriginals, objectsOf, preparePatient, sha256sOf, stopIfAborted } from './prepareImport.ts'
import type { Prepared } from './prepareImport.ts'
import { awaitsJudgement } from './storedRegistrations.ts'

export interface ImportOptions {
  readonly store: Store
  readonly source: DicomSource
  /** Reads an original file whole. */
  readonly readFile: (path: string) => Promise<Uint8Array>
  readonly programVersion: string
  /** What the user chose, as to show in the audit trail. */
  readonly sources: readonly string[]
  /**
   * The registrations that the files bring, and that nobody has judged before, are accepted; `by` names who takes responsibility where it is
   * not the one who runs the program. Left out: they wait for a person's judgement.
   */
  readonly acceptRegistrations?: { readonly by: string | null }
  readonly progress?: ProgressSink
  readonly signal?: AbortSignal
}

/**
 * Imports every patient of a scan. Importing the same data again changes nothing; an image whose pixels cannot be decoded is
 * refused and listed, and the rest goes on.
 *
 * @throws CancelledError where the signal is aborted; the store is then as before (volumes without a record are swept later).
 */
export async function importScan(scan: ScannedFolder, options: ImportOptions): Promise<ImportSummary> {
  const { store } = options
  const problems: ImportProblem[] = [...scan.problems]
  const prepared = new Map<ScannedPatient, Prepared>()
  await keepOriginals(scan, options)
  const total = scan.patients.reduce((sum, { images, structureSets }) => sum + images.length + structureSets.length, 0)
  let done = 0
  const step = (what: string): void => options.progress?.(0.3 + (0.65 * ++done) / Math.max(1, total), what)
  for (const patient of scan.patients) {
    const ready = await preparePatient(patient, options, step)
    problems.push(...ready.refused)
    prepared.set(patient, ready)
  }
  stopIfAborted(options.signal)
  options.progress?.(0.97, 'Writing to the store')
  const counts = { imagesAdded: 0, imagesKnown: 0, structureSets: 0, registrations: 0 }
  const patients = store.transaction({ action: 'import' }, (write) => {
    const imported = scan.patients.map((patient) => {
      const ready = prepared.get(patient)
      if (!ready) throw new Error('every patient was prepared')
      return addPatient(write, patient, ready, counts, problems)
    })
    write.recordImport({
      sources: [...options.sources],
      programVersion: options.programVersion,
      filesSeen: scan.filesSeen,
      bytesSeen: scan.bytesSeen,
      problems: problems.map((problem) => ({ patientId: ownerOf(problem, scan, imported), problem })),
    })
    return imported
  })
  const { patients: settled, accepted: registrationsAccepted } = judgeImported(patients, options)
  options.progress?.(1, 'Imported')
  return { patients: settled, filesSeen: scan.filesSeen, ...counts, registrationsAccepted, problems }
}

type ImportedPatient = Omit<ImportSummary['patients'][number], 'registrationsToJudge'> & {
  /** Brought by the files, stored now or before. */
  readonly registrationIds: readonly string[]
}

/** Accepts what is to be accepted, as a judgement of its own in the audit trail, and lists what waits for one. */
function judgeImported(
  imported: readonly ImportedPatient[],
  { store, acceptRegistrations }: ImportOptions,
): { readonly patients: ImportSummary['patients']; readonly accepted: number } {
  const patients = imported.map(({ registrationIds, ...patient }) => ({
    ...patient,
    registrationsToJudge: registrationIds.filter((id) => {
      const record = store.read.registration(id)
      return record !== null && awaitsJudgement(record)
    }),
  }))
  const waiting = patients.flatMap(({ registrationsToJudge }) => registrationsToJudge)
  if (!acceptRegistrations || waiting.length === 0) return { patients, accepted: 0 }
  const by = acceptRegistrations.by ?? undefined
  store.transaction({ action: 'registration.accept' }, (write) => {
    for (const id of waiting) write.judgeRegistration(id, 'accepted', by)
  })
  return { patients: patients.map((one) => ({ ...one, registrationsToJudge: [] })), accepted: waiting.length }
}

function addPatient(
  write: StoreWriter,
  patient: ScannedPatient,
  prepared: Prepared,
  counts: { imagesAdded: number; imagesKnown: number; structureSets: number; registrations: number },
  problems: ImportProblem[],
): ImportedPatient {
  const stored = write.upsertPatient(patient.patient)
  const item = patient.patient.name || patient.patient.mrn
  if (stored.differing.length > 0)
    problems.push({
      severity: 'warning',
      code: 'patient.differs-from-store',
      item,
      message: `${item}: these files differ from what is stored about the patient: ${stored.differing.join(', ')}. The stored values were kept.`,
      hint: 'Check that it is the same patient.',
      seriesUid: null,
      filePaths: [],
    })
  if (stored.implausible.length > 0)
    problems.push({
      severity: 'warning',
      code: 'patient.implausible',
      item,
      message: `${item}: the files give an implausible ${stored.implausible.join(', ')}; it was left empty.`,
      hint: 'Correct it in the patient data of the exporting system, if it is needed.',
      seriesUid: null,
      filePaths: [],
    })
  const conflict = (what: string, object: ScannedObject): void => {
    problems.push({
      severity: 'warning',
      code: 'import.differs-from-store',
      item: what,
      message: `${what} is already stored with other content. The stored one was kept.`,
      hint: 'If the new one is right, it must come with a new series UID; check where the two come from.',
      seriesUid: object.seriesUid,
      filePaths: object.files.map((file) => file.displayPath),
    })
  }
  const seriesIds = new Map<string, string>()
  const seriesOf = (object: ScannedObject, modality: string, keptBecause: string | null): string => {
    const known = seriesIds.get(object.seriesUid)
    if (known !== undefined) return known
    const study = write.addStudy({
      patientId: stored.id,
      // A series without a study stands alone, as the scan has it.
      studyUid: object.studyUid || `without-study:${object.seriesUid}`,
      description: object.studyDescription,
    })
    const series = write.addSeries({
      studyId: study.id,
      seriesUid: object.seriesUid,
      modality,
      description: object.seriesDescription,
      manufacturer: object.manufacturer,
      frameOfReferenceUid: object.frameOfReferenceUid,
      keptBecause,
    })
    seriesIds.set(object.seriesUid, series.id)
    return series.id
  }
  /** The object's series, with the files of this object: several objects may share one series, each with its own files. */
  const recorded = (object: ScannedObject, modality: string, keptBecause: string | null): string => {
    const seriesId = seriesOf(object, modality, keptBecause)
    for (const { sha256, sopInstanceUid, sopClassUid, displayPath } of object.files)
      write.addSourceFile({ seriesId, sha256, sopInstanceUid, sopClassUid, displayPath })
    return seriesId
  }

  for (const image of patient.images) {
    const voxelsVolumeId = prepared.voxels.get(image.key)
    if (voxelsVolumeId === undefined) continue
    const seriesId = recorded(image, image.modality, null)
    const { change } = write.addImage({
      seriesId,
      key: image.key,
      modality: image.modality,
      grid: image.grid,
      quantity: image.quantity,
      frameOfReferenceUid: image.frameOfReferenceUid,
      acquisitionStart: image.acquisitionStart,
      acquisitionDurationS: image.acquisitionDurationS,
      radiopharmaceutical: image.radiopharmaceutical,
      lossyCompressed: image.lossyCompressed,
      camera: image.camera,
      verdict: image.verdict,
      voxelsVolumeId,
      sourceSha256s: sha256sOf(image),
    })
    if (change === 'added') counts.imagesAdded++
    else counts.imagesKnown++
    if (change === 'conflict') conflict(`${image.modality} "${image.seriesDescription}"`, image)
  }
  for (const set of patient.structureSets) {
    const { change } = addStructureSet(write, stored.id, set, recorded(set, set.origin, null), prepared)
    if (change === 'added') counts.structureSets++
    if (change === 'conflict') conflict(`${set.origin} "${set.label}"`, set)
  }
  const registrationIds: string[] = []
  for (const registration of patient.registrations) {
    recorded(registration, 'REG', null)
    const ids = prepared.displacements.get(registration.key) ?? []
    for (const [position, part] of registrationParts(registration, ids).entries()) {
      const { id, change } = write.addRegistration({
        patientId: stored.id,
        key: `${registration.key}#${position + 1}`,
        ...part,
        origin: 'REG',
        method: null,
        sourceSha256s: sha256sOf(registration),
      })
      // One whose content differs from the stored one was not brought by these files.
      if (change !== 'conflict') registrationIds.push(id)
      if (change === 'added') counts.registrations++
      if (change === 'conflict')
        conflict(`Registration ${position + 1} of "${registration.seriesDescription}"`, registration)
    }
  }
  for (const kept of patient.kept) recorded(kept, kept.modality, kept.reason)
  return { patientId: stored.id, name: patient.patient.name, isNew: stored.change === 'added', registrationIds }
}

type RegistrationPart = Pick<
  RegistrationInput,
  'fromFrameOfReferenceUid' | 'toFrameOfReferenceUid' | 'type' | 'matrix' | 'deformation'
>

/** Each matrix and each deformation of a registration object, as the store keeps them. */
function registrationParts(
  { transforms, deformations }: ScannedRegistration,
  displacementIds: readonly VolumeId[],
): RegistrationPart[] {
  return [
    ...transforms.map((transform) => ({ ...transform, deformation: null })),
    ...deformations.map(({ fromFrameOfReferenceUid, toFrameOfReferenceUid, deformation }, i) => {
      const displacementVolumeId = displacementIds[i]
      if (displacementVolumeId === undefined) throw new Error('every deformation was made durable')
      const { grid, fixedToMoving } = deformation
      return {
        fromFrameOfReferenceUid,
        toFrameOfReferenceUid,
        type: 'DEFORMABLE' as const,
        matrix: invertAffine(fixedToMoving),
        deformation: { grid, fixedToMoving, displacementVolumeId },
      }
    }),
  ]
}

function addStructureSet(
  write: StoreWriter,
  patientId: string,
  set: ScannedStructureSet,
  seriesId: string,
  prepared: Prepared,
): ReturnType<StoreWriter['addStructureSet']> {
  return write.addStructureSet({
    patientId,
    seriesId,
    key: set.key,
    origin: set.origin,
    label: set.label,
    frameOfReferenceUid: set.frameOfReferenceUid,
    referencedSeriesUid: set.referencedSeriesUid,
    sourceSha256s: sha256sOf(set),
    structures: prepared.structures.get(set.key) ?? [],
  })
}

/** The patient a problem belongs to: by its series, or the only patient of the scan. */
function ownerOf(
  problem: ImportProblem,
  scan: ScannedFolder,
  imported: readonly { readonly patientId: string }[],
): string | null {
  const position = scan.patients.findIndex((patient) =>
    objectsOf(patient).some((object) => object.seriesUid === problem.seriesUid),
  )
  if (position >= 0) return imported[position]?.patientId ?? null
  return imported.length === 1 ? (imported[0]?.patientId ?? null) : null
}
