/** The open store and the requests of the window that are answered from it. */
import { userInfo } from 'node:os'
import { openStore } from '../../db/index.ts'
import type { KeySource } from '../../db/index.ts'
import { InputError } from '../../native-core/errors/index.ts'
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import type {
  AnswerOf,
  BlobKind,
  BlobPiece,
  DoseAccumulationAsk,
  DoseComparisonAsk,
  EventName,
  ExportAsk,
  Exported,
  ImportSummary,
  RequestName,
  StoreUnlock,
  VoxelDoseAsk,
} from '../contracts/index.ts'
import { exportAskSchema, requests } from '../contracts/index.ts'
import type { networkRequests } from '../contracts/networks.ts'
import type { lesionRequests } from '../contracts/lesions.ts'
import type { calibrationRequests } from '../contracts/calibrations.ts'
import type { registrationRequests } from '../contracts/registrations.ts'
import type { bedMapRequests } from '../contracts/bedMaps.ts'
import type { bedSumRequests } from '../contracts/bedSums.ts'
import type { biologyRequests } from '../contracts/biology.ts'
import type { biologyDraftRequests } from '../contracts/biologyDrafts.ts'
import type { biologyFormulaRequests } from '../contracts/biologyFormulas.ts'
import type { biologyResponseRequests } from '../contracts/biologyResponse.ts'
import type { measuredSeriesRequests } from '../contracts/measuredSeries.ts'
import type { pairRequests } from '../contracts/pair.ts'
import type { planarRequests } from '../contracts/planarRegions.ts'
import type { populationRequests } from '../contracts/populations.ts'
import type { scanTimeRequests } from '../contracts/scanTime.ts'
import type { structureRequests } from '../contracts/structures.ts'
import type { suvRequests } from '../contracts/suv.ts'
import { systemKeychain } from './systemKeychain.ts'
import { dosePorts } from './dosePorts.ts'
import { DEMONSTRATION_MAKER, demonstrationFolder } from './demonstration.ts'
import type { JobContext } from './jobs.ts'
import { JobRunner } from './jobs.ts'
import { log } from './log.ts'
import { exportFiles } from './exportFiles.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'
import { networkHandlers } from './networkHandlers.ts'
import { lesionHandlers } from './lesionHandlers.ts'
import { calibrationHandlers } from './calibrationHandlers.ts'
import { registrationHandlers } from './registrationHandlers.ts'
import { biologyDraftHandlers } from './biologyDraftHandlers.ts'
import { biologyFormulaHandlers } from './biologyFormulaHandlers.ts'
import { bedMapHandlers, bedSumHandlers } from './bedMapHandlers.ts'
import { biologyHandlers } from './biologyHandlers.ts'
import { biologyResponseHandlers } from './biologyResponseHandlers.ts'
import { measuredSeriesHandlers } from './measuredSeriesHandlers.ts'
import { pairHandlers } from './pairHandlers.ts'
import { planarHandlers } from './planarHandlers.ts'
import { populationHandlers } from './populationHandlers.ts'
import { scanTimeHandlers } from './scanTimeHandlers.ts'
import { structureHandlers } from './structureHandlers.ts'
import { suvHandlers } from './suvHandlers.ts'
import { VolumeRanges } from './volumeRanges.ts'
import type { Workbench } from './compose.ts'
import { loadStoredPatient } from '../services/import/index.ts'
import type { StoredPatient } from '../services/import/index.ts'
import {
  compareStoredDoses,
  accumulateStoredDoses,
  courseOf,
  doseAccumulation,
  createReport,
  doseComparison,
  importPaths,
  patientSummaries,
  patientView,
  reportBlob,
  reportedPairs,
  reportedResponses,
  responseOf,
  runStoredAnalysis,
  runVoxelDose,
  saveProtocol,
  settleCourse,
  voxelDoseResult,
} from '../services/patients/index.ts'
import { biologyDosimetry } from '../services/biology/index.ts'
import { listEngines } from '../services/doseMaps/index.ts'
import { listNuclides, nuclideSheet } from '../services/nuclides/index.ts'
import { storedPopulations } from '../services/singleTimePoint/index.ts'
import { chainEmissions } from '../../native-core/physics/emissions/index.ts'
import type { Store } from '../services/ports/store.ts'

type BackendRequest = {
  [N in RequestName]: (typeof requests)[N]['handledBy'] extends 'backend' ? N : never
}[RequestName]
type Emit = (name: EventName, event: unknown) => void
type Handlers = HandlersOf<BackendRequest>

export class StoreSession {
  readonly #store: Store
  readonly #bench: Workbench
  readonly #emit: Emit
  readonly #jobs: JobRunner
  readonly #ranges: VolumeRanges
  readonly #tools: SessionTools

  constructor(store: Store, bench: Workbench, emit: Emit) {
    this.#store = store
    this.#bench = withStoredPopulations(bench, store)
    this.#emit = emit
    this.#jobs = new JobRunner(
      (event) => emit('job', event),
      (error, job) => log.error({ err: error, job }, 'job failed'),
    )
    this.#ranges = new VolumeRanges(store)
    this.#tools = { store, bench: this.#bench, jobs: this.#jobs, emit }
    const tools = this.#tools
    this.#handlers = {
      ...this.#own,
      ...structureHandlers(tools),
      ...registrationHandlers(tools),
      ...calibrationHandlers(tools),
      ...lesionHandlers(tools),
      ...networkHandlers(tools),
      ...scanTimeHandlers(tools),
      ...bedMapHandlers(tools),
      ...bedSumHandlers(tools),
      ...biologyHandlers(tools),
      ...biologyDraftHandlers(tools),
      ...biologyFormulaHandlers(tools),
      ...biologyResponseHandlers(tools),
      ...populationHandlers(tools),
      ...measuredSeriesHandlers(tools),
      ...planarHandlers(tools),
      ...suvHandlers(tools),
      ...pairHandlers(tools),
    }
  }

  static async open(directory: string, unlock: StoreUnlock, bench: Workbench, emit: Emit): Promise<StoreSession> {
    const key: KeySource =
      unlock.kind === 'passphrase'
        ? { kind: 'passphrase', passphrase: () => Promise.resolve(unlock.passphrase) }
        : { kind: 'keychain', keychain: systemKeychain(unlock.systemKey) }
    const store = await openStore(directory, key, { actor: userInfo().username, programVersion: bench.programVersion })
    return new StoreSession(store, bench, emit)
  }

  async close(): Promise<void> {
    await this.#jobs.stop()
    this.#store.close()
  }

  /** Answers one request; its ask was checked by main and is checked again here. */
  async answer(name: BackendRequest, unchecked: unknown): Promise<unknown> {
    const handler = this.#handlers[name] as (ask: unknown) => unknown
    return handler(requests[name].ask.parse(unchecked))
  }

  readonly #handlers: Handlers

  readonly #own: Omit<
    Handlers,
    | keyof typeof lesionRequests
    | keyof typeof structureRequests
    | keyof typeof networkRequests
    | keyof typeof registrationRequests
    | keyof typeof calibrationRequests
    | keyof typeof scanTimeRequests
    | keyof typeof bedMapRequests
    | keyof typeof bedSumRequests
    | keyof typeof biologyRequests
    | keyof typeof biologyDraftRequests
    | keyof typeof biologyFormulaRequests
    | keyof typeof biologyResponseRequests
    | keyof typeof populationRequests
    | keyof typeof measuredSeriesRequests
    | keyof typeof planarRequests
    | keyof typeof suvRequests
    | keyof typeof pairRequests
  > = {
    'patients.list': () => patientSummaries(this.#store),
    'patient.open': ({ patientId }: { patientId: string }) => this.#view(patientId),
    'import.start': ({
      paths,
      acceptRegistrations,
    }: {
      paths: string[]
      acceptRegistrations?: boolean | undefined
    }) => ({
      jobId: this.#jobs.start('import', 'Import', (context) =>
        this.#import(paths, context, acceptRegistrations ? { by: null } : undefined),
      ),
    }),
    'import.demonstration': () => ({
      jobId: this.#jobs.start('import', 'Demonstration patient', async (context) => {
        const folder = await demonstrationFolder(
          (fraction, what) => context.progress(0.5 * fraction, what),
          context.signal,
        )
        try {
          return await this.#import(
            [folder.path],
            { ...context, progress: (f, what) => context.progress(0.5 + f / 2, what) },
            { by: DEMONSTRATION_MAKER },
          )
        } finally {
          await folder.remove()
        }
      }),
    }),
    'protocol.save': async ({
      patientId,
      protocol,
    }: {
      patientId: string
      protocol: AnswerOf<'patient.open'>['protocol']
    }) => {
      saveProtocol(this.#store, patientId, protocol)
      const patient = await loadStoredPatient(this.#store, patientId)
      settleCourse(this.#store, patient, courseOf(this.#store, patient, this.#bench.data))
      return this.#view(patientId)
    },
    'analysis.run': ({ patientId }: { patientId: string }) => ({
      jobId: this.#jobs.start('analysis', 'Analysis', (context) => this.#analyse(patientId, context)),
    }),
    'report.create': ({ patientId, operator }: { patientId: string; operator: string }) => ({
      jobId: this.#jobs.start('report', 'Report', async ({ progress, signal }) => {
        progress(0.1, 'Writing the report')
        const printedAt = new Date().toISOString()
        const patient = await loadStoredPatient(this.#store, patientId)
        const { reportWriter } = this.#bench
        const how = { printedAt, operator }
        const ports = { ...this.#dosePorts(patient), dosimetry: biologyDosimetry(this.#bench.resources) }
        const sets = this.#bench.resources.biologySets().flatMap(parseBiologySets)
        const course = courseOf(this.#store, patient, this.#bench.data)
        const response = course.cycles.length > 0 ? responseOf(this.#store, patient, course, ports, sets) : null
        const responses = response ? await reportedResponses(response, this.#bench.compute, signal) : []
        const pairs = reportedPairs(this.#store, patient, course, this.#bench.data)
        const reportId = await createReport(this.#store, patient, reportWriter, how, ports, sets, responses, pairs)
        this.#emit('patientChanged', { patientId })
        return { kind: 'report', patientId, reportId }
      }),
    }),
    'dose.engines': () => listEngines(this.#bench.doseEngines),
    'dose.compute': (ask: VoxelDoseAsk) => ({
      jobId: this.#jobs.start('dose', 'Voxel dose', (context) => this.#voxelDose(ask, context)),
    }),
    'dose.result': async ({ patientId, doseId }: { patientId: string; doseId: string }) => {
      const patient = await loadStoredPatient(this.#store, patientId)
      return voxelDoseResult(this.#store, patient, doseId, this.#dosePorts(patient))
    },
    'dose.compare': (ask: DoseComparisonAsk) => ({
      jobId: this.#jobs.start('dose', 'Comparison of doses', async ({ progress, signal }) => {
        const patient = await loadStoredPatient(this.#store, ask.patientId)
        const how = { progress, signal }
        const comparisonId = await compareStoredDoses(this.#store, patient, ask, this.#dosePorts(patient), how)
        return { kind: 'dose-comparison', patientId: ask.patientId, comparisonId }
      }),
    }),
    'dose.comparison': ({ patientId, comparisonId }: { patientId: string; comparisonId: string }) =>
      doseComparison(this.#store, patientId, comparisonId),
    'dose.accumulate': (ask: DoseAccumulationAsk) => ({
      jobId: this.#jobs.start('dose', 'Sum of doses', async ({ progress, signal }) => {
        const patient = await loadStoredPatient(this.#store, ask.patientId)
        const ports = this.#dosePorts(patient)
        const accumulationId = await accumulateStoredDoses(this.#store, patient, ask, ports, { progress, signal })
        return { kind: 'dose-accumulation', patientId: ask.patientId, accumulationId }
      }),
    }),
    'dose.accumulation': ({ patientId, accumulationId }: { patientId: string; accumulationId: string }) =>
      doseAccumulation(this.#store, patientId, accumulationId),
    'job.cancel': ({ jobId }: { jobId: string }) => {
      this.#jobs.cancel(jobId)
      return {}
    },
    'nuclides.list': () => listNuclides(this.#bench.data.nuclides),
    'nuclide.sheet': ({ nuclide, withDaughters }: { nuclide: string; withDaughters: boolean }) => {
      const { nuclides } = this.#bench.data
      const emissionsOf: Parameters<typeof nuclideSheet>[1] = (parent, policy) =>
        chainEmissions(nuclides, this.#bench.emissions(), parent, policy)
      return nuclideSheet(nuclides, emissionsOf, nuclide, withDaughters)
    },
    'audit.list': ({ limit }: { limit: number }) =>
      this.#store.read.audit({ limit, newestFirst: true }).map(({ sequence, at, action, actor, detail }) => ({
        sequence,
        at,
        action,
        subject: actor,
        details: JSON.stringify(detail),
      })),
  }

  /** Writes files into a folder that a person chose. */
  exportFiles(what: ExportAsk, folder: string): Promise<Exported> {
    return exportFiles(this.#tools, (patient) => this.#dosePorts(patient), exportAskSchema.parse(what), folder)
  }

  /** A piece of a volume, mask or report, for app://. */
  async read(kind: BlobKind, key: string, offset: number, length: number): Promise<BlobPiece> {
    const { volumeId, mediaType, fileName } =
      kind === 'report'
        ? reportBlob(this.#store, key)
        : { volumeId: key, mediaType: 'application/octet-stream', fileName: '' }
    if (!/^[0-9a-f]{64}$/.test(volumeId))
      throw new InputError('volume.unknown', 'There is no such volume.', 'Open the patient again.')
    const reader = await this.#store.volumes.open(volumeId)
    try {
      const bytes = offset < reader.sizeBytes ? await reader.read(offset, length) : new Uint8Array()
      return { bytes, totalBytes: reader.sizeBytes, mediaType, fileName }
    } finally {
      await reader.close()
    }
  }

  async #view(patientId: string): Promise<AnswerOf<'patient.open'>> {
    const patient = await loadStoredPatient(this.#store, patientId)
    const ports = { ...this.#bench.data, engines: this.#bench.doseEngines }
    return patientView(this.#store, patient, ports, (id) => this.#ranges.of(id))
  }

  async #import(
    paths: readonly string[],
    { progress, signal }: JobContext,
    acceptRegistrations?: { readonly by: string | null },
  ): Promise<{ kind: 'import'; summary: ImportSummary }> {
    const how = { store: this.#store, progress, signal, ...(acceptRegistrations ? { acceptRegistrations } : {}) }
    const { summary } = await importPaths(paths, { ...this.#bench, ...how })
    for (const { patientId } of summary.patients) this.#emit('patientChanged', { patientId })
    return { kind: 'import', summary }
  }

  async #analyse(
    patientId: string,
    { progress, signal }: JobContext,
  ): Promise<{ kind: 'analysis'; patientId: string; key: string }> {
    const { programVersion, data } = this.#bench
    const patient = await loadStoredPatient(this.#store, patientId)
    settleCourse(this.#store, patient, courseOf(this.#store, patient, data))
    const how = { programVersion, progress, signal }
    const key = await runStoredAnalysis(this.#store, patient, this.#dosePorts(patient), how)
    this.#emit('patientChanged', { patientId })
    return { kind: 'analysis', patientId, key }
  }

  async #voxelDose(
    ask: VoxelDoseAsk,
    { progress, signal }: JobContext,
  ): Promise<{ kind: 'dose'; patientId: string; doseId: string }> {
    const { patientId } = ask
    const patient = await loadStoredPatient(this.#store, patientId)
    const doseId = await runVoxelDose(this.#store, patient, ask, this.#dosePorts(patient), { progress, signal })
    this.#emit('patientChanged', { patientId })
    return { kind: 'dose', patientId, doseId }
  }

  #dosePorts(patient: StoredPatient): ReturnType<typeof dosePorts> {
    return dosePorts(this.#bench, this.#store, patient)
  }
}

/** The workbench whose populations are also those of the store, as they are whenever they are asked for. */
function withStoredPopulations(bench: Workbench, store: Store): Workbench {
  const { data } = bench
  return {
    ...bench,
    data: {
      ...data,
      get populations() {
        return [...(data.populations ?? []), ...storedPopulations(store)]
      },
    },
  }
}
