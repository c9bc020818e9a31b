/**
 * What the use cases ask of the patient store. Implemented by db/ (`openStore`).
 *
 * Shape: `store.read` answers questions; `store.transaction(about, (write, read) => …)` is the only way to change anything. The
 * function is synchronous: everything slow (decoding, hashing, storing volumes) is done before. It is all or nothing, durable when
 * the call returns (`synchronous=FULL`), and leaves one audit row if, and only if, it changed something.
 *
 * Rules that every record obeys:
 * - Ids are made from natural keys (patient key, series UID, …), so importing the same data again finds the same rows.
 * - `add…` never overwrites: the same content again is 'unchanged', other content under the same natural key is 'conflict' and leaves
 *   the row as it was, unless the caller passes `{ replace: true }` ('changed'; the earlier content goes to the history table).
 * - Volumes (voxels, contours, original files) are put into `store.volumes` first and referred to by id; a reference to a volume that
 *   is not durable yet throws.
 * - Values out of range (a negative activity, an unknown unit) throw InputError 'store.invalid-value' that names the field.
 *
 * Ids of patients come from their hospital number: they are pseudonyms, not anonymous. Do not log or export them.
 */
import type { StructureShape } from '../../../native-core/imaging/types.ts'
import type { PatientIdentity } from '../../contracts/domain.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type {
  ArtifactDraft,
  ArtifactInput,
  ArtifactKind,
  ArtifactRecord,
  ArtifactSpec,
  AuditRow,
  AuditVerdict,
  HistoryRecord,
  Staleness,
} from './storeArtifacts.ts'
import type {
  CalibrationInput,
  CalibrationRecord,
  CourseInput,
  CourseRecord,
  CycleInput,
  CycleRecord,
  DecisionInput,
  DecisionRecord,
  EntityRef,
  ImageInput,
  ImageRecord,
  ImportBatchInput,
  ImportBatchRecord,
  MeasuredSeriesInput,
  MeasuredSeriesRecord,
  PatientRecord,
  PopulationInput,
  PopulationRecord,
  RegistrationInput,
  RegistrationRecord,
  SeriesInput,
  SeriesRecord,
  SettingRecord,
  SourceFileInput,
  SourceFileRecord,
  StructureRecord,
  StructureSetInput,
  StructureSetRecord,
  StudyInput,
  StudyRecord,
  TimePointInput,
  TimePointRecord,
} from './storeRecords.ts'
import type { VolumeBatch, VolumeId, VolumeStore } from './volumeStore.ts'

export * from './storeArtifacts.ts'
export * from './storeRecords.ts'

export interface StoreReader {
  patients(): PatientRecord[]
  patient(id: string): PatientRecord | null
  patientByKey(key: string): PatientRecord | null

  coursesOfPatient(patientId: string): CourseRecord[]
  course(id: string): CourseRecord | null
  /** In the order of their number. */
  cyclesOfCourse(courseId: string): CycleRecord[]
  cycle(id: string): CycleRecord | null
  /** In the order of acquisition start (those without one last), then key. */
  timePointsOfCycle(cycleId: string): TimePointRecord[]
  timePoint(id: string): TimePointRecord | null

  studiesOfPatient(patientId: string): StudyRecord[]
  seriesOfPatient(patientId: string): SeriesRecord[]
  series(id: string): SeriesRecord | null
  imagesOfPatient(patientId: string): ImageRecord[]
  image(id: string): ImageRecord | null
  sourceFilesOfSeries(seriesId: string): SourceFileRecord[]
  sourceFile(sha256: string): SourceFileRecord | null
  /** Those of the given SHA-256 that the store already holds, to skip copying. */
  knownSourceFiles(sha256s: readonly string[]): Set<string>

  structureSetsOfPatient(patientId: string): StructureSetRecord[]
  structureSet(id: string): StructureSetRecord | null
  structure(id: string): StructureRecord | null
  /** All of the patient, rejected ones too: look at `status`. */
  registrationsOfPatient(patientId: string): RegistrationRecord[]
  registration(id: string): RegistrationRecord | null

  /** By key; retired ones are left out. */
  calibrations(): CalibrationRecord[]
  calibration(id: string): CalibrationRecord | null

  /** By name and version; retired ones are left out. */
  populations(): PopulationRecord[]
  population(id: string): PopulationRecord | null
  /** The highest version that a name ever had, retired ones too; 0 for a name that is not there. */
  latestPopulationVersion(name: string): number

  /** In the order in which they were added; retired ones are left out. */
  measuredSeriesOfPatient(patientId: string): MeasuredSeriesRecord[]
  measuredSeries(id: string): MeasuredSeriesRecord | null

  /** Newest first. */
  importBatches(): ImportBatchRecord[]
  problemsOfBatch(batchId: string): ImportProblem[]
  /** All problems recorded for a patient, in the order of import. */
  problemsOfPatient(patientId: string): ImportProblem[]

  /** The answer that counts; null if there is none or it was withdrawn. */
  decision(subject: EntityRef, code: string): DecisionRecord | null
  /** The answers that count, of one subject. */
  decisionsOf(subject: EntityRef): DecisionRecord[]
  /** Every answer ever given to one question, oldest first, withdrawals included. */
  decisionHistory(subject: EntityRef, code: string): DecisionRecord[]
  setting(name: string): SettingRecord | null
  settings(): SettingRecord[]

  /** The key that an artifact of this spec has, whether it exists or not: look it up before computing. */
  artifactKey(spec: ArtifactSpec): string
  artifact(key: string): ArtifactRecord | null
  /** The one that counts now for (kind, subject, slot): the last that was put, also if it existed before. May be stale. */
  latestArtifact(kind: ArtifactKind, subject: EntityRef, slot?: string): ArtifactRecord | null
  /** The latest of each slot. */
  latestArtifacts(kind: ArtifactKind, subject: EntityRef): ArtifactRecord[]
  /** Whether everything the artifact was made from is still as it was, all the way down. */
  staleness(key: string): Staleness

  /**
   * The hash of a record's content as it is now; null if it does not exist (or was retired). A decision or setting that nobody
   * has made has a hash too (of null), so that making it later is seen as a change.
   */
  currentHash(ref: EntityRef): string | null
  /** Ready-made artifact input with the current hash. Throws Error if the record does not exist. */
  inputOf(role: string, ref: EntityRef): ArtifactInput
  /** An input from outside the store (a data file of resources/): `version` is hashed and never becomes stale. */
  fixedInput(role: string, name: string, version: string): ArtifactInput

  /** Content that was replaced, oldest first, in the form of the inputs above. */
  history(ref: EntityRef): HistoryRecord[]

  /** Rows after `afterSequence`, oldest first, or with `newestFirst` the newest of them; at most `limit` (default 200). */
  audit(options?: {
    readonly afterSequence?: number
    readonly limit?: number
    readonly newestFirst?: boolean
  }): AuditRow[]
  /** Recomputes the whole chain and compares its head with the anchor beside the database. */
  verifyAudit(): AuditVerdict
}

export type Change = 'added' | 'unchanged' | 'changed' | 'conflict'
export interface WriteResult {
  readonly id: string
  readonly change: Change
}
export interface ReplaceOption {
  readonly replace?: boolean
}

export interface StoreWriter {
  /**
   * Adds a patient, or fills in what was null or ''. Where the store says something else, it stays and the field is named in
   * `differing`: warn the user. A birth date, weight or height that cannot be (0 kg, 31 February) is taken as unknown and named in
   * `implausible`, so that it does not stop an import.
   */
  upsertPatient(identity: PatientIdentity): WriteResult & {
    readonly differing: readonly (keyof PatientIdentity)[]
    readonly implausible: readonly (keyof PatientIdentity)[]
  }
  /** A person's correction: overwrites the given fields; the earlier content goes to the history. */
  correctPatient(id: string, fields: Partial<Omit<PatientIdentity, 'key'>>): WriteResult

  addCourse(input: CourseInput, options?: ReplaceOption): WriteResult
  addCycle(input: CycleInput, options?: ReplaceOption): WriteResult
  addTimePoint(input: TimePointInput, options?: ReplaceOption): WriteResult

  addStudy(input: StudyInput, options?: ReplaceOption): WriteResult
  addSeries(input: SeriesInput, options?: ReplaceOption): WriteResult
  /** id is the SHA-256. A file that is already here is 'unchanged', wherever it came from. */
  addSourceFile(input: SourceFileInput): WriteResult
  addImage(input: ImageInput, options?: ReplaceOption): WriteResult
  /** Structures belong to their set and are replaced with it. `structureIds` in the order given. */
  addStructureSet(
    input: StructureSetInput,
    options?: ReplaceOption,
  ): WriteResult & { readonly structureIds: readonly string[] }
  addRegistration(input: RegistrationInput, options?: ReplaceOption): WriteResult
  /**
   * A person accepts or rejects it. Rejecting makes stale what was computed with it; accepting does not.
   *
   * @param by who decided, where it is not the actor of the store
   */
  judgeRegistration(id: string, status: 'accepted' | 'rejected', by?: string): WriteResult
  addCalibration(input: CalibrationInput): WriteResult
  addPopulation(input: PopulationInput): WriteResult
  /** Its natural key is its content: the same of a patient again is 'unchanged', any other stands beside it. */
  addMeasuredSeries(input: MeasuredSeriesInput): WriteResult
  /**
   * Takes a record out of use: it is no longer listed, what was made from it becomes stale. Its content stays. Importing the same data
   * again does not bring it back ('unchanged'); adding it with `replace` does.
   */
  retire(
    ref: EntityRef & {
      readonly entity:
        | 'course'
        | 'cycle'
        | 'time-point'
        | 'image'
        | 'structure-set'
        | 'registration'
        | 'calibration'
        | 'population'
        | 'measured-series'
    },
  ): WriteResult

  /** Call last in the transaction of an import. Recorded only if the transaction changed something, else returns null. */
  recordImport(batch: ImportBatchInput): string | null
  recordDecision(input: DecisionInput): WriteResult
  putSetting(name: string, value: unknown): WriteResult

  /**
   * Stores a result and makes it the latest of (kind, subject, slot). An artifact of the same key is never overwritten: its
   * first payload stays ('conflict' if the new payload differs, which means the algorithm is not deterministic).
   */
  putArtifact(draft: ArtifactDraft): WriteResult

  /** For events that change no record (a report exported, a study shown for verification). Always written. */
  appendAudit(action: string, detail: unknown): void
}

/** Who does what, for the audit row. `action` is a stable dotted word: 'import', 'cycle.correct', 'compute.dose', … */
export interface TransactionAbout {
  readonly action: string
  /** Default: the actor given when the store was opened. */
  readonly actor?: string
}

/** Voxels of images and result maps: float32, x fastest, stored little-endian. */
export interface VoxelBlobs {
  /** With `batch` it is durable after `batch.flush()`, else at once. */
  put(voxels: Float32Array, batch?: VolumeBatch): Promise<VolumeId>
  /** On a SharedArrayBuffer. Throws as VolumeStore.get. */
  get(id: VolumeId): Promise<Float32Array<SharedArrayBuffer>>
}

/** Geometry of structures, in a versioned binary form that round-trips every bit. */
export interface ShapeBlobs {
  /** With `batch` it is durable after `batch.flush()`, else at once. */
  put(shape: StructureShape, batch?: VolumeBatch): Promise<VolumeId>
  get(id: VolumeId): Promise<StructureShape>
}

export interface Store {
  /** Folder of the store, for messages. */
  readonly directory: string
  /** What opening it found and mended, to show once: an older copy put back, leftovers of a crash removed, a schema upgrade. */
  readonly notices: readonly StoreNotice[]
  readonly read: StoreReader
  readonly volumes: VolumeStore
  readonly voxels: VoxelBlobs
  readonly shapes: ShapeBlobs
  /**
   * Runs `work` in one immediate transaction and returns its result. If it throws, nothing is changed. It must not be async and must
   * not be nested (Error). Throws InputError 'store.read-only' on a store opened for reading, 'store.disk-full'.
   */
  transaction<T>(about: TransactionAbout, work: (write: StoreWriter, read: StoreReader) => T): T
  /** The full check, for "Check store" and `theratwin verify`: database, foreign keys, audit chain, and every volume if asked. */
  check(options?: { readonly volumes?: boolean }): Promise<StoreCheck>
  /** A verified, encrypted copy of the database in backups/; returns its path. */
  backup(reason: string): Promise<string>
  /** Checkpoints and releases the lock. Idempotent. */
  close(): void
}

export interface StoreNotice {
  readonly code: 'store.created' | 'store.upgraded' | 'store.rolled-back' | 'store.leftovers-removed'
  readonly message: string
}

export interface StoreCheck {
  readonly ok: boolean
  readonly database: 'ok' | string
  readonly audit: AuditVerdict
  readonly volumesChecked: number
  /** Volumes that are missing or damaged, with the record that refers to them. */
  readonly badVolumes: readonly { readonly id: VolumeId; readonly usedBy: string; readonly what: string }[]
}
