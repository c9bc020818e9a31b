/** A bridge without Electron, for development and tests. Every answer and event is checked by the contracts. */
import {
  events,
  protocolSchema,
  requests,
  type AppStatus,
  type EventName,
  type EventOf,
  type ImportProblem,
  type InstalledNetworkView,
  type JobEvent,
  type PatientView,
  type RequestName,
  type RequestOf,
  type StructureSetView,
  type TheratwinBridge,
} from '../../electron/contracts/index.ts'
import { createFakeCalibrations } from './fakeCalibrations.ts'
import { fakeMasks, fakeView } from './fakeData.ts'
import { fakeComparison, fakeEngines, fakeSummary, fakeVoxelDose } from './fakeDoses.ts'
import { fakeCandidateMasks, fakeCandidates, fakeCarried, fakeFollowUp, fakeNetwork } from './fakeLesions.ts'
import { fakeNuclides, fakeSheet } from './fakeNuclides.ts'
import { fakeProblems } from './fakeProblems.ts'
import { fakeRegistrations } from './fakeRegistrations.ts'

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
  const cancelled = new Set<string>()
  let store = options.store ?? 'open'
  let present = options.empty !== true
  let analysed = options.analysed ?? false
  let stale = options.stale ?? false
  let reported = options.reported ?? false
  let problems = [...(options.problems ?? [])]
  let protocol: PatientView['protocol'] = protocolSchema.parse({})
  let jobs = 0
  let sets: StructureSetView[] = [
    { setId: 'set-1', label: 'Organs', origin: 'RTSTRUCT', structures: 9, toReview: 0, inUse: true },
  ]
  let voxelDoses: PatientView['voxelDoses'] = []
  let networks: InstalledNetworkView[] = []
  let identified = false
  const calibrations = createFakeCalibrations(options.calibrations === false)
  const registrations = fakeRegistrations()

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

  function addSet(label: string, structures: number, prefix = 'set'): string {
    const setId = `${prefix}-${sets.length + 1}`
    sets = [...sets, { setId, label, origin: 'computed', structures, toReview: structures, inUse: false }]
    return setId
  }

  function job(
    kind: JobEvent['kind'],
    title: string,
    steps: readonly string[],
    end: () => JobEvent['result'],
  ): { jobId: string } {
    const jobId = `job-${++jobs}`
    const tickMs = options.tickMs ?? 30
    let step = 0
    const base = { jobId, kind, title, failure: null, result: null }
    const tick = (): void => {
      const elapsedS = (step * tickMs) / 1000
      if (cancelled.has(jobId)) {
        emit('job', {
          ...base,
          state: 'cancelled',
          fraction: step / steps.length,
          what: '',
          elapsedS,
          remainingS: null,
        })
      } else if (step < steps.length) {
        const remainingS = step < 1 ? null : ((steps.length - step) * tickMs) / 1000
        emit('job', {
          ...base,
          state: 'running',
          fraction: step / steps.length,
          what: steps[step] ?? '',
          elapsedS,
          remainingS,
        })
        step++
        setTimeout(tick, tickMs)
      } else {
        const result = end()
        emit('patientChanged', { patientId: 'demo' })
        emit('job', { ...base, state: 'done', fraction: 1, what: '', elapsedS, remainingS: 0, result })
      }
    }
    setTimeout(tick, 0)
    return { jobId }
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
            patients: [{ patientId: 'demo', name: 'Phantom, Torso', isNew: true }],
            filesSeen: 612,
            imagesAdded: 8,
            imagesKnown: 0,
            structureSets: 4,
            registrations: 3,
            problems: [...found],
          },
        }
      },
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
        { folder: '/data/patient', files: '/data/patient.zip', phantom: '/data/phantom', network: '/data/organs.onnx' }[
          kind
        ],
      ],
    }),
    'report.save': ({ formats }) => ({
      savedTo: formats.map((format) => `/home/user/Documents/Phantom-cycle-1.${format}`),
    }),
    'patients.list': () => (present ? [view().summary] : []),
    'patient.open': view,
    'structures.list': ({ timePointId, setId }) =>
      setId?.startsWith('candidates') ? fakeCandidateMasks(timePointId) : fakeMasks(timePointId),
    'structures.sets': () => sets,
    'structures.save': ({ label, use, structures }) => {
      const setId = `set-${sets.length + 1}`
      if (use) sets = sets.map((set) => ({ ...set, inUse: false }))
      sets = [...sets, { setId, label, origin: 'drawn', structures: structures.length, toReview: 0, inUse: use }]
      return { setId }
    },
    'structures.use': ({ setId }) => {
      sets = sets.map((set) => ({ ...set, inUse: set.setId === (setId ?? 'set-1') }))
      return sets
    },
    'structures.propagate': ({ targetTimePointId }) =>
      job('segmentation', 'Structures carried over', ['Carrying LIVER'], () => ({
        kind: 'propagation',
        patientId: 'demo',
        timePointId: targetTimePointId,
        setId: addSet('Carried from cycle 1, 24 h p.i.', fakeCarried.length),
        registration: 'computed registration, accepted by anna on 2026-01-20',
        structures: [...fakeCarried],
        remarks: [],
      })),
    'lesions.find': ({ timePointId, threshold }) =>
      job('segmentation', 'Search for lesions', ['Looking for lesions'], () => {
        // Above everything that the phantom holds.
        const isNone = threshold.kind === 'fixed' && threshold.valueBqPerMl >= 1e9
        const candidates = isNone ? [] : fakeCandidates('', timePointId).candidates
        return {
          kind: 'lesions',
          patientId: 'demo',
          timePointId,
          setId: isNone ? null : addSet('Lesion candidates', candidates.length, 'candidates'),
          candidates: candidates.length,
          thresholdBqPerMl: threshold.kind === 'fixed' ? threshold.valueBqPerMl : 1e5,
          tooSmall: { count: isNone ? 0 : 2, volumeMl: isNone ? 0 : 0.6 },
        }
      }),
    'lesions.candidates': ({ setId, timePointId }) =>
      setId.startsWith('candidates')
        ? fakeCandidates(setId, timePointId)
        : {
            error: {
              kind: 'input',
              code: 'lesions.no-candidate',
              message: 'This set was not made by a search for lesions.',
              hint: 'Choose another set, or search.',
            },
          },
    'lesions.accept': ({ timePointId, accepted, label, use }) => {
      const taken = fakeCandidates('', timePointId).candidates.filter((one) =>
        accepted.some(({ structureId }) => structureId === one.structureId),
      )
      if (use) sets = sets.map((set) => ({ ...set, inUse: false }))
      const setId = `set-${sets.length + 1}`
      sets = [...sets, { setId, label, origin: 'drawn', structures: accepted.length, toReview: 0, inUse: use }]
      const sum = (of: 'volumeMl' | 'totalBq') => taken.reduce((total, one) => total + one[of], 0)
      const burden = { volumeMl: sum('volumeMl'), totalBq: sum('totalBq'), largestMl: 0 }
      return { setId, burden: { count: accepted.length, toReview: 0, ...burden } }
    },
    'lesions.follow': ({ timePointIds }) =>
      job('segmentation', 'Lesions over time', ['Measuring lesions'], () => ({
        kind: 'lesion-follow-up',
        patientId: 'demo',
        followUp: fakeFollowUp(timePointIds ?? ['tp2'], identified),
      })),
    'lesions.identify': ({ sets: named }) => {
      identified = true
      return named.map(({ timePointId, setId }) => ({ timePointId, setId: `${setId}-identified` }))
    },
    'registrations.list': () => registrations.list(),
    'registrations.compute': ({ kind, fixedTimePointId, movingTimePointId }) =>
      job('registration', 'Registration', ['Registering', 'Measuring structures'], () => ({
        kind: 'registration',
        patientId: 'demo',
        registrationId: registrations.add({
          fixedTimePointId,
          movingTimePointId,
          type: kind === 'rigid' ? 'RIGID' : kind === 'affine' ? 'AFFINE' : 'DEFORMABLE',
          origin: 'computed',
          movingToFixed: [1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
        }),
      })),
    'registrations.manual': (asked) =>
      job('registration', 'Registration by hand', ['Measuring structures'], () => ({
        kind: 'registration',
        patientId: 'demo',
        registrationId: registrations.add({ ...asked, type: 'RIGID', origin: 'manual' }),
      })),
    'registrations.judge': ({ registrationId, status }) => registrations.judge(registrationId, status),
    'registrations.preview': ({ registrationId }) =>
      job('registration', 'Registered images', ['Carrying the CT'], () => ({
        kind: 'registration-preview',
        patientId: 'demo',
        registrationId,
      })),
    'registrations.previewResult': () => ({
      error: {
        kind: 'input',
        code: 'registration.no-preview',
        message: 'The images have not been carried yet.',
        hint: 'Ask for the preview.',
      },
    }),
    'registrations.landmarks': () => registrations.landmarks(),
    'registrations.saveLandmarks': ({ landmarks }) => registrations.saveLandmarks(landmarks),
    'calibrations.list': () => calibrations.list(),
    'calibrations.add': ({ content }) =>
      calibrations.add(requests['calibrations.add'].ask.shape.content.parse(content)),
    'calibrations.retire': ({ calibrationId }) => calibrations.retire(calibrationId),
    'calibrations.analyse': ({ name }) => calibrations.analyse(name),
    'calibrations.apply': ({ calibrationId, seriesUid }) => {
      const next = calibrations.apply(protocol, calibrationId, seriesUid)
      if ('error' in next) return next
      protocol = next
      if (analysed) stale = true
      emit('patientChanged', { patientId: 'demo' })
      return {}
    },
    'networks.list': () => ({ networks, damaged: [] }),
    'networks.add': () => {
      networks = [fakeNetwork]
      return { networkId: fakeNetwork.networkId, isNew: true }
    },
    'networks.remove': () => ({ networks: (networks = []), damaged: [] }),
    'networks.run': ({ timePointId }) =>
      job('segmentation', 'Structures by a network', ['Tile 1 of 8', 'Tile 5 of 8'], () => ({
        kind: 'network-segmentation',
        patientId: 'demo',
        timePointId,
        setId: addSet('Abdominal organs 2.1', 2),
        structures: [
          { name: 'LIVER', volumeMl: 1740, isCut: false },
          { name: 'SPLEEN', volumeMl: 290, isCut: true },
        ],
        runtime: 'WebAssembly on the CPU',
        remarks: [],
      })),
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
    'dose.result': ({ doseId }) => {
      const summary = voxelDoses.find((one) => one.doseId === doseId)
      if (!summary) throw new Error(`no dose ${doseId}`)
      return fakeVoxelDose(summary)
    },
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
      cancelled.add(jobId)
      return {}
    },
    'nuclides.list': () => fakeNuclides,
    'nuclide.sheet': ({ nuclide }) => fakeSheet(nuclide),
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
