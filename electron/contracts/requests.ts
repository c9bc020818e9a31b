/**
 * Every request that the window may make and every event it may hear. `handledBy` says where: main (dialogs, window) or backend.
 * Requests and answers are validated on both sides of each boundary; unknown keys are refused.
 */
import { z } from './schema.ts'
import { calibrationRequests, calibrationResultSchema } from './calibrations.ts'
import {
  doseAccumulationAskSchema,
  doseAccumulationSchema,
  doseComparisonAskSchema,
  doseComparisonSchema,
  voxelDoseAskSchema,
  voxelDoseSchema,
  voxelEngineSchema,
} from './doseMaps.ts'
import { exportAskSchema, exportedSchema } from './exports.ts'
import { importProblemSchema } from './problems.ts'
import { measuredSeriesRequests } from './measuredSeries.ts'
import { networkRequests, networkResultSchema } from './networks.ts'
import { nuclideSheetSchema, nuclideSummarySchema } from './nuclides.ts'
import { bedMapRequests } from './bedMaps.ts'
import { bedSumRequests } from './bedSums.ts'
import { biologyRequests } from './biology.ts'
import { biologyDraftRequests } from './biologyDrafts.ts'
import { biologyFormulaRequests } from './biologyFormulas.ts'
import { biologyResponseRequests } from './biologyResponse.ts'
import { planarRequests } from './planarRegions.ts'
import { populationRequests, populationResultSchema } from './populations.ts'
import { protocolSchema } from './protocol.ts'
import { patientSummarySchema, patientViewSchema } from './patientView.ts'
import { registrationRequests } from './registrations.ts'
import { failureSchema } from './result.ts'
import { scanTimeRequests } from './scanTime.ts'
import { propagatedStructureSchema, structureRequests } from './structures.ts'
import { suvRequests } from './suv.ts'
import { pairRequests } from './pair.ts'
import { lesionFollowUpSchema, lesionRequests } from './lesions.ts'

const nothing = z.strictObject({})
const id = z.string().min(1).max(200)
const path = z.string().min(1).max(4096)
const started = z.strictObject({ jobId: id })

const appStatusSchema = z.strictObject({
  version: z.string(),
  electron: z.string(),
  node: z.string(),
  /** new: no store yet, a key must be made; locked: a passphrase is needed; open; failed: see `failure`. */
  store: z.enum(['new', 'locked', 'open', 'failed']),
  /** True where the system keeps the key (safeStorage), so that no passphrase is asked. */
  keyFromSystem: z.boolean(),
  failure: failureSchema.nullable(),
})

const importSummarySchema = z.strictObject({
  patients: z.array(
    z.strictObject({
      patientId: id,
      name: z.string(),
      isNew: z.boolean(),
      /** Ids of the registrations that the files bring and that nobody has judged: they count once a person accepts them. */
      registrationsToJudge: z.array(id),
    }),
  ),
  filesSeen: z.int(),
  imagesAdded: z.int(),
  imagesKnown: z.int(),
  structureSets: z.int(),
  registrations: z.int(),
  registrationsAccepted: z.int(),
  problems: z.array(importProblemSchema),
})

/** A request is a few words and numbers; anything larger is a mistake or an attack. */
const MAXIMUM_ASK_BYTES = 1024 * 1024
/** Drawn structures come with their voxels, deflated. */
const MAXIMUM_DRAWN_BYTES = 64 * 1024 * 1024

const request = <H extends 'main' | 'backend', Q extends z.ZodType, A extends z.ZodType>(
  handledBy: H,
  ask: Q,
  answer: A,
  maximumBytes = MAXIMUM_ASK_BYTES,
) => ({
  handledBy,
  ask,
  answer,
  maximumBytes,
})

type Described = Readonly<Record<string, { readonly ask: z.ZodType; readonly answer: z.ZodType }>>
type InBackend<T extends Described> = {
  readonly [N in keyof T]: {
    readonly handledBy: 'backend'
    readonly ask: T[N]['ask']
    readonly answer: T[N]['answer']
    readonly maximumBytes: number
  }
}

/** A part of the contract that has a file of its own. */
const inBackend = <T extends Described>(part: T, larger: Partial<Record<keyof T, number>> = {}): InBackend<T> =>
  Object.fromEntries(
    Object.entries(part).map(([name, { ask, answer }]) => [
      name,
      request('backend', ask, answer, larger[name] ?? MAXIMUM_ASK_BYTES),
    ]),
  ) as InBackend<T>

export const requests = {
  'app.status': request('main', nothing, appStatusSchema),
  'store.unlock': request('main', z.strictObject({ passphrase: z.string().min(8).max(1024) }), appStatusSchema),
  'dialog.chooseImport': request(
    'main',
    z.strictObject({ kind: z.enum(['folder', 'files', 'phantom', 'network', 'planar']) }),
    z.strictObject({ paths: z.array(path) }),
  ),
  'report.save': request(
    'main',
    z.strictObject({ reportId: id, formats: z.array(z.enum(['pdf', 'csv', 'json'])).min(1) }),
    z.strictObject({ savedTo: z.array(z.string()) }),
  ),
  'patients.list': request('backend', nothing, z.array(patientSummarySchema)),
  'patient.open': request('backend', z.strictObject({ patientId: id }), patientViewSchema),
  ...inBackend(structureRequests, { 'structures.save': MAXIMUM_DRAWN_BYTES }),
  ...inBackend(registrationRequests),
  ...inBackend(calibrationRequests),
  ...inBackend(bedMapRequests),
  ...inBackend(bedSumRequests),
  ...inBackend(biologyRequests),
  ...inBackend(biologyDraftRequests),
  ...inBackend(biologyFormulaRequests),
  ...inBackend(biologyResponseRequests),
  ...inBackend(populationRequests),
  ...inBackend(networkRequests),
  ...inBackend(lesionRequests),
  ...inBackend(scanTimeRequests),
  ...inBackend(measuredSeriesRequests),
  ...inBackend(planarRequests),
  ...inBackend(suvRequests),
  ...inBackend(pairRequests),
  'import.start': request(
    'backend',
    z.strictObject({
      paths: z.array(path).min(1).max(1000),
      /** The one who imports accepts the registrations that the files bring, without having looked at them here. */
      acceptRegistrations: z.boolean().optional(),
    }),
    started,
  ),
  'import.demonstration': request('backend', nothing, started),
  'protocol.save': request('backend', z.strictObject({ patientId: id, protocol: protocolSchema }), patientViewSchema),
  'analysis.run': request('backend', z.strictObject({ patientId: id }), started),
  'report.create': request('backend', z.strictObject({ patientId: id, operator: z.string().max(200) }), started),
  /** The engines that compute dose voxel by voxel. */
  'dose.engines': request('backend', nothing, z.array(voxelEngineSchema)),
  'dose.compute': request('backend', voxelDoseAskSchema, started),
  'dose.result': request('backend', z.strictObject({ patientId: id, doseId: id }), voxelDoseSchema),
  'dose.compare': request('backend', doseComparisonAskSchema, started),
  'dose.comparison': request('backend', z.strictObject({ patientId: id, comparisonId: id }), doseComparisonSchema),
  /** Adds up the doses of several cycles on the reference of one of them, by accepted registrations. */
  'dose.accumulate': request('backend', doseAccumulationAskSchema, started),
  'dose.accumulation': request(
    'backend',
    z.strictObject({ patientId: id, accumulationId: id }),
    doseAccumulationSchema,
  ),
  /** Asks for a folder and writes the files into it. */
  'files.export': request('main', exportAskSchema, exportedSchema),
  'job.cancel': request('backend', z.strictObject({ jobId: id }), nothing),
  /** Every nuclide of the decay data, by name. */
  'nuclides.list': request('backend', nothing, z.array(nuclideSummarySchema)),
  'nuclide.sheet': request('backend', z.strictObject({ nuclide: id, withDaughters: z.boolean() }), nuclideSheetSchema),
  'audit.list': request(
    'backend',
    z.strictObject({ limit: z.int().positive().max(1000) }),
    z.array(
      z.strictObject({
        sequence: z.int(),
        at: z.string(),
        action: z.string(),
        subject: z.string(),
        details: z.string(),
      }),
    ),
  ),
} as const

export const jobKindSchema = z.enum([
  'import',
  'analysis',
  'registration',
  'segmentation',
  'population',
  'calibration',
  'dose',
  'report',
])

/** One state of one job; the last one has state done, failed or cancelled. */
export const jobEventSchema = z.strictObject({
  jobId: id,
  kind: jobKindSchema,
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  fraction: z.number().min(0).max(1),
  what: z.string(),
  elapsedS: z.number(),
  /** Estimated; null while unknown. */
  remainingS: z.number().nullable(),
  failure: failureSchema.nullable(),
  result: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('import'), summary: importSummarySchema }),
      z.strictObject({ kind: z.literal('analysis'), patientId: id, key: z.string() }),
      z.strictObject({ kind: z.literal('pair-prediction'), patientId: id, sourceId: id }),
      z.strictObject({ kind: z.literal('dose'), patientId: id, doseId: id }),
      z.strictObject({ kind: z.literal('bed-map'), patientId: id, doseId: id, bedId: id }),
      z.strictObject({ kind: z.literal('bed-sum'), patientId: id, doseId: id, bedId: id }),
      z.strictObject({ kind: z.literal('dose-comparison'), patientId: id, comparisonId: id }),
      z.strictObject({ kind: z.literal('dose-accumulation'), patientId: id, accumulationId: id }),
      z.strictObject({ kind: z.literal('report'), patientId: id, reportId: id }),
      z.strictObject({ kind: z.literal('registration'), patientId: id, registrationId: id }),
      networkResultSchema,
      populationResultSchema,
      calibrationResultSchema,
      /** `registrations.previewResult` has it. */
      z.strictObject({ kind: z.literal('registration-preview'), patientId: id, registrationId: id }),
      z.strictObject({
        kind: z.literal('propagation'),
        patientId: id,
        timePointId: id,
        setId: id,
        /** In words, with who accepted it. */
        registration: z.string(),
        structures: z.array(propagatedStructureSchema),
        remarks: z.array(z.string()),
      }),
      /** `lesions.candidates` has them; null where none was found. */
      z.strictObject({
        kind: z.literal('lesions'),
        patientId: id,
        timePointId: id,
        setId: id.nullable(),
        candidates: z.int(),
        thresholdBqPerMl: z.number(),
        tooSmall: z.strictObject({ count: z.int(), volumeMl: z.number() }),
      }),
      z.strictObject({ kind: z.literal('lesion-follow-up'), patientId: id, followUp: lesionFollowUpSchema }),
    ])
    .nullable(),
})

export const events = {
  job: jobEventSchema,
  /** The backend stopped or came back; committed data is not lost. */
  backend: z.strictObject({ state: z.enum(['starting', 'ready', 'stopped', 'failed']), message: z.string() }),
  /** Something stored of this patient changed; open views ask again. */
  patientChanged: z.strictObject({ patientId: id }),
} as const

export type RequestName = keyof typeof requests
export type RequestOf<N extends RequestName> = z.input<(typeof requests)[N]['ask']>
export type AnswerOf<N extends RequestName> = z.output<(typeof requests)[N]['answer']>
export type EventName = keyof typeof events
export type EventOf<N extends EventName> = z.output<(typeof events)[N]>
export type AppStatus = z.infer<typeof appStatusSchema>
export type ImportSummary = z.infer<typeof importSummarySchema>
export type JobEvent = z.infer<typeof jobEventSchema>
