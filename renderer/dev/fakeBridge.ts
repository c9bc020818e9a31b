/** A bridge without Electron, for development and tests. Every answer and event is checked by the contracts. */
import {
  events,
  protocolSchema,
  requests,
  type AppStatus,
  type EventName,
  type EventOf,
  type ImportProblem,
  type PatientView,
  type RequestName,
  type RequestOf,
  type TheratwinBridge,
} from '../../electron/contracts/index.ts'
import { createFakeBedMaps } from './fakeBedMaps.ts'
import { createFakeBiologyDrafts } from './fakeBiologyDrafts.ts'
import { createFakeBiology } from './fakeBiology.ts'
import { createFakeCalibrations } from './fakeCalibrations.ts'
import { fakeView } from './fakeData.ts'
import { fakeComparison, fakeEngines, fakeSummary, fakeVoxelDose } from './fakeDoses.ts'
import { createFakeFormulas } from './fakeFormulas.ts'
import { createFakeJobs } from './fakeJobs.ts'
import { fakeNuclides, fakeSheet } from './fakeNuclides.ts'
import { fakeProblems } from './fakeProblems.ts'
import { fakeRegistrationHandlers } from './fakeRegistrations.ts'
import { createFakeResponse } from './fakeResponse.ts'
import { fakePhantomHandlers } from './fakePhantoms.ts'
import { createFakeMeasuredSeries } from './fakeMeasuredSeries.ts'
import { fakePairHandlers } from './fakePair.ts'
import { fakePlanarHandlers } from './fakePlanar.ts'
import { createFakePopulations } from './fakePopulations.ts'
import { fakeScanTimeHandlers } from './fakeScanTimes.ts'
import { fakeStructureHandlers } from './fakeStructures.ts'
import { createFakeSuv } from './fakeSuv.ts'

export interface FakeOptions {
  readonly store?: AppStatus['store']
  readonly empty?: boolean
  readonly analysed?: boolean
  readonly stale?: boolean
  readonly reported?: boolean
  readonly problems?: readonly ImportProblem[]
  /** False: none is stored. */
  readonly calibrations?: boolean
  /** Milliseconds between two reports of a job. */
  readonly tickMs?: number
}

export interface FakeBridge extends TheratwinBridge {
  /** What was asked, in order. */
  readonly asked: readonly { name: RequestName; ask: unknown }[]
  emit<N extends EventName>(name: N, event: EventOf<N>): void
}

const PASSPHRASE = 'correct horse'

export function createFakeBridge(options: FakeOptions = {}): FakeBridge {
  const listeners = new Map<EventName, Set<(event: never) => void>>()
  const asked: { name: RequestName; ask: unknown }[] = []
  let store = options.store ?? 'open'
  let present = options.empty !== true
  let analysed = options.analysed ?? false
  let stale = options.stale ?? false
  let reported = options.reported ?? false
  let problems = [...(options.problems ?? [])]
  let protocol: PatientView['protocol'] = protocolSchema.parse({})
  let voxelDoses: PatientView['voxelDoses'] = []
  const calibrations = createFakeCalibrations(options.calibrations === false)

  const view = () => fakeView({ analysed, stale, reported, protocol, problems, voxelDoses })
  const status = () => ({
    version: '0.1.0',
    electron: '33.2.1',
    node: '20.18.1',
    store,
    keyFromSystem: false,
    failure: null,
  })

  function emit<N extends EventName>(name: N, event: EventOf<N>): void {
    const checked = events[name].parse(event)
    for (const listener of listeners.get(name) ?? []) listener(checked as never)
  }

  const jobs = createFakeJobs(emit, options.tickMs ?? 30)
  const { job } = jobs
  const doseOf = (doseId: string) => {
    const summary = voxelDoses.find((one) => one.doseId === doseId)
    if (!summary) throw new Error(`no dose ${doseId}`)
    return fakeVoxelDose(summary)
  }

  const importJob = (title: string, found: readonly ImportProblem[]) =>
    job(
      'import',
      title,
      ['Scanning 612 files', 'Reading CT of 2024-01-08', 'Reading SPECT of 2024-01-09', 'Storing volumes'],
      () => {
        present = true
        problems = found.filter((one) => one.severity !== 'ignored')
        return {
          kind: 'import',
          summary: {
            patients: [
              {
                patientId: 'demo',
                name: 'Phantom, Torso',
                isNew: true,
                registrationsToJudge: found.length > 0 ? ['registration-0'] : [],
              },
            ],
            filesSeen: 612,
            imagesAdded: 8,
            imagesKnown: 0,
            structureSets: 4,
            registrations: 3,
            registrationsAccepted: 0,
            problems: [...found],
          },
        }
      },
    )

  const biology = createFakeBiology(
    () => ({ analysis: view().analysis, stale, hasVoxels: voxelDoses.length > 0 }),
    () => emit('patientChanged', { patientId: 'demo' }),
  )

  const formulas = createFakeFormulas()
  const response = createFakeResponse(
    () => view().analysis,
    () => emit('patientChanged', { patientId: 'demo' }),
    formulas['biologyFormulas.list'],
  )

  const handlers: { [N in RequestName]: (ask: RequestOf<N>) => unknown } = {
    'app.status': status,
    'store.unlock': ({ passphrase }) => {
      if (store === 'locked' && passphrase !== PASSPHRASE) {
        return {
          error: {
            kind: 'input',
            code: 'store.wrong-passphrase',
            message: 'This passphrase does not open the store.',
            hint: 'Check capitals and the keyboard layout.',
          },
        }
      }
      store = 'open'
      return status()
    },
    'dialog.chooseImport': ({ kind }) => ({
      paths: [
        {
          folder: '/data/patient',
          files: '/data/patient.zip',
          phantom: '/data/phantom',
          network: '/data/organs.onnx',
          planar: '/data/planar',
        }[kind],
      ],
    }),
    'report.save': ({ formats }) => ({
      savedTo: formats.map((format) => `/home/user/Documents/Phantom-cycle-1.${format}`),
    }),
    'patients.list': () => (present ? [view().summary] : []),
    'patient.open': view,
    ...biology,
    ...response,
    ...fakeStructureHandlers(job),
    ...fakeRegistrationHandlers(job),
    'calibrations.list': () => calibrations.list(),
    'calibrations.add': ({ content }) =>
      calibrations.add(requests['calibrations.add'].ask.shape.content.parse(content)),
    'calibrations.retire': ({ calibrationId }) => calibrations.retire(calibrationId),
    ...fakePhantomHandlers(job, (name) => calibrations.analyse(name)),
    'calibrations.apply': ({ calibrationId, seriesUid }) => {
      const next = calibrations.apply(protocol, calibrationId, seriesUid)
      if ('error' in next) return next
      protocol = next
      if (analysed) stale = true
      emit('patientChanged', { patientId: 'demo' })
      return {}
    },
    'import.start': () => importJob('Import', fakeProblems),
    'import.demonstration': () => importJob('Demonstration patient', []),
    'protocol.save': ({ protocol: next }) => {
      protocol = protocolSchema.parse(next)
      if (analysed) stale = true
      if (protocol.calibration || Object.keys(protocol.calibrationBySeries).length > 0)
        problems = problems.filter((one) => one.code !== 'activity.needs-calibration')
      if (protocol.administrations.length > 0)
        problems = problems.filter((one) => !one.code.startsWith('administration.'))
      return view()
    },
    'analysis.run': () =>
      job(
        'analysis',
        'Analysis',
        ['Rasterising structures', 'Measuring activities', 'Fitting curves', 'Computing doses'],
        () => {
          analysed = true
          stale = false
          return { kind: 'analysis', patientId: 'demo', key: 'b3f2c1d0' }
        },
      ),
    'dose.engines': () => fakeEngines,
    'dose.compute': (asked) => {
      const doseId = `dose-${voxelDoses.length + 1}`
      const ask = requests['dose.compute'].ask.parse(asked)
      return job('dose', 'Voxel dose', ['Integrating activity in each voxel', 'Local energy deposition'], () => {
        voxelDoses = [fakeSummary(ask, doseId), ...voxelDoses]
        return { kind: 'dose', patientId: 'demo', doseId }
      })
    },
    'dose.result': ({ doseId }) => doseOf(doseId),
    ...createFakeBedMaps(doseOf, (done) => job('dose', 'BED map', ['BED of each voxel'], done)),
    'dose.compare': () =>
      job('dose', 'Comparison of doses', ['Comparing doses'], () => ({
        kind: 'dose-comparison',
        patientId: 'demo',
        comparisonId: 'comparison-1',
      })),
    'dose.comparison': () => fakeComparison(voxelDoses),
    'dose.accumulate': () => {
      throw new Error('The phantom has one cycle: there is nothing to add up.')
    },
    'dose.accumulation': () => {
      throw new Error('The phantom has one cycle: there is nothing to add up.')
    },
    'files.export': ({ kind }) => ({ savedTo: [`/home/user/Documents/Phantom-${kind}.dcm`], remarks: [] }),
    'report.create': () =>
      job('report', 'Report', ['Drawing charts', 'Writing PDF'], () => {
        reported = true
        return { kind: 'report', patientId: 'demo', reportId: 'report-1' }
      }),
    'job.cancel': ({ jobId }) => {
      jobs.cancel(jobId)
      return {}
    },
    'nuclides.list': () => fakeNuclides,
    'nuclide.sheet': ({ nuclide }) => fakeSheet(nuclide),
    ...createFakePopulations(job, () => protocol),
    ...fakePlanarHandlers,
    ...createFakeMeasuredSeries({
      read: () => protocol,
      write: (next) => {
        protocol = next
        if (analysed) stale = true
        emit('patientChanged', { patientId: 'demo' })
      },
    }),
    ...createFakeBiologyDrafts(),
    ...formulas,
    ...fakeScanTimeHandlers,
    ...createFakeSuv(view),
    ...fakePairHandlers,
    'audit.list': () => [
      {
        sequence: 2,
        at: '2024-02-01T10:00:12Z',
        action: 'import',
        subject: 'DEMO-0001',
        details: '8 images, 4 structure sets',
      },
      { sequence: 1, at: '2024-02-01T09:59:58Z', action: 'store.created', subject: 'store', details: '' },
    ],
  }

  return {
    asked,
    emit,
    async request(name, ask) {
      const checked = requests[name].ask.parse(ask)
      asked.push({ name, ask: checked })
      const answer = (handlers[name] as (ask: unknown) => unknown)(checked)
      if (answer !== null && typeof answer === 'object' && 'error' in answer)
        return { ok: false, error: answer.error as never }
      return { ok: true, value: requests[name].answer.parse(answer) as never }
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set()
      listeners.set(name, known.add(listener))
      return () => void known.delete(listener)
    },
    pathsOf: (files) => files.map((file) => `/dropped/${file.name}`),
  }
}
