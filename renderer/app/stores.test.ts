/** The stores against the bridge of the contracts: what they ask, and what they make of answers, events and failures. */
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeBridge, type FakeBridge, type FakeOptions } from '../dev/fakeBridge.ts'
import { fakeProblems } from '../dev/fakeProblems.ts'
import { RequestError } from '../bridge/index.ts'
import { useAnalysisStore } from '../features/analysis/index.ts'
import { useDisplayStore } from '../features/display/index.ts'
import { useVoxels } from '../features/images/voxels.ts'
import { useImportStore } from '../features/import/index.ts'
import { useJobStore } from '../features/jobs/index.ts'
import { usePatientStore, useSelectionStore, useStructureStyles } from '../features/patients/index.ts'
import { useReportStore } from '../features/report/store.ts'
import { useFaultStore } from './faults.ts'
import { useSessionStore } from './sessionStore.ts'

function begin(options: FakeOptions = {}): FakeBridge {
  const bridge = createFakeBridge({ tickMs: 1, ...options })
  Object.defineProperty(window, 'theratwin', { value: bridge, configurable: true })
  setActivePinia(createPinia())
  useJobStore().listen()
  usePatientStore().listen((error) => {
    throw error
  })
  return bridge
}
const names = (bridge: FakeBridge) => bridge.asked.map((one) => one.name)

beforeEach(() => localStorage.clear())

describe('session', () => {
  it('opens with the right passphrase and says what is wrong with another', async () => {
    begin({ store: 'locked' })
    const session = useSessionStore()
    await session.loadStatus()
    expect(session.open).toBe(false)
    await expect(session.unlock('wrong passphrase')).rejects.toBeInstanceOf(RequestError)
    await expect(session.unlock('wrong passphrase')).rejects.toMatchObject({
      failure: { kind: 'input', code: 'store.wrong-passphrase' },
    })
    await session.unlock('correct horse')
    expect(session.open).toBe(true)
  })
})

describe('import', () => {
  it('asks for a folder, follows the job and shows what it found', async () => {
    const bridge = begin({ empty: true })
    const store = useImportStore()
    const patients = usePatientStore()
    await patients.loadList()
    expect(patients.list).toEqual([])
    await store.choose('folder')
    expect(names(bridge).slice(1, 3)).toEqual(['dialog.chooseImport', 'import.start'])
    expect(bridge.asked[2]?.ask).toEqual({ paths: ['/data/patient'] })
    expect(store.state).toMatchObject({ kind: 'done', summary: { filesSeen: 612 } })
    expect(patients.list).toHaveLength(1)
  })

  it('accepts the registrations that the files brought, all at once and only when it is told to', async () => {
    const bridge = begin({ empty: true })
    const store = useImportStore()
    await store.start(['/data/patient'])
    const toJudge = () => (store.state.kind === 'done' ? store.state.summary.patients[0]?.registrationsToJudge : null)
    expect(toJudge()).toEqual(['registration-0'])
    expect(names(bridge)).not.toContain('registrations.accept')
    await store.acceptRegistrations()
    expect(bridge.asked.at(-1)).toEqual({
      name: 'registrations.accept',
      ask: { patientId: 'demo', registrationIds: ['registration-0'] },
    })
    expect(toJudge()).toEqual([])
    expect(store.state).toMatchObject({ summary: { registrationsAccepted: 1 } })
  })

  it('takes dropped files by their paths', async () => {
    const bridge = begin({ empty: true })
    await useImportStore().drop([new File([''], 'study.zip')])
    expect(bridge.asked.find((one) => one.name === 'import.start')?.ask).toEqual({ paths: ['/dropped/study.zip'] })
  })

  it('goes back to the start when it is cancelled', async () => {
    begin({ empty: true, tickMs: 150 })
    const store = useImportStore()
    const work = store.start(['/a'])
    await vi.waitFor(() => expect(store.job?.state).toBe('running'))
    await useJobStore().cancel(store.job!.jobId)
    await work
    expect(store.state).toEqual({ kind: 'idle' })
    expect(store.open).toBe(false)
  })
})

describe('jobs', () => {
  const event = {
    jobId: 'a',
    kind: 'analysis',
    title: 'Analysis',
    state: 'running',
    fraction: 0.2,
    what: 'x',
    elapsedS: 1,
    remainingS: null,
    failure: null,
    result: null,
  } as const

  it('keeps the newest state of each job, and a finished job finished', () => {
    begin()
    const jobs = useJobStore()
    jobs.hear(event)
    jobs.hear({ ...event, jobId: 'b' })
    jobs.hear({ ...event, fraction: 0.5 })
    expect(jobs.jobs.map((job) => [job.jobId, job.fraction])).toEqual([
      ['a', 0.5],
      ['b', 0.2],
    ])
    jobs.hear({ ...event, state: 'cancelled' })
    jobs.hear({ ...event, fraction: 0.9 })
    expect(jobs.jobs[0]?.state).toBe('cancelled')
    expect(jobs.running.map((job) => job.jobId)).toEqual(['b'])
    jobs.clear()
    expect(jobs.jobs.map((job) => job.jobId)).toEqual(['b'])
  })

  it('tells those who wait, also where the end was heard before', async () => {
    begin()
    const jobs = useJobStore()
    const waiting = jobs.finished('a')
    jobs.hear({ ...event, state: 'done' })
    expect((await waiting).state).toBe('done')
    expect((await jobs.finished('a')).state).toBe('done')
  })

  it('hears of the backend', () => {
    const bridge = begin()
    bridge.emit('backend', { state: 'stopped', message: 'It is started again.' })
    expect(useJobStore().backend).toEqual({ state: 'stopped', message: 'It is started again.' })
  })
})

describe('analysis', () => {
  it('runs and shows its result', async () => {
    begin()
    const patients = usePatientStore()
    await patients.open('demo')
    expect(patients.view?.analysis).toBeNull()
    await useAnalysisStore().run()
    expect(patients.view?.analysisState).toBe('done')
    expect(useSelectionStore().analysisCycle?.structures.length).toBeGreaterThan(0)
  })

  it('changes one structure’s model, which makes results stale, and takes it back', async () => {
    const bridge = begin({ analysed: true })
    const patients = usePatientStore()
    await patients.open('demo')
    await useAnalysisStore().chooseModel('LIVER', 'mono-exponential')
    expect(patients.view?.protocol.timeActivityModelByStructure).toEqual({ LIVER: 'mono-exponential' })
    expect(patients.view?.analysisState).toBe('stale')
    expect(patients.changes.map((change) => change.what)).toEqual(['Model of LIVER: mono-exponential'])
    await useAnalysisStore().chooseModel('SPLEEN', 'bi-exponential')
    await patients.undo()
    expect(patients.view?.protocol.timeActivityModelByStructure).toEqual({ LIVER: 'mono-exponential' })
    await patients.undo()
    expect(patients.view?.protocol.timeActivityModelByStructure).toEqual({})
    await patients.redo()
    await patients.redo()
    expect(patients.view?.protocol.timeActivityModelByStructure).toEqual({
      LIVER: 'mono-exponential',
      SPLEEN: 'bi-exponential',
    })
    await useAnalysisStore().chooseModel('LIVER', null)
    expect(patients.view?.protocol.timeActivityModelByStructure).toEqual({ SPLEEN: 'bi-exponential' })
    expect(patients.undone).toEqual([])
    expect(names(bridge).filter((name) => name === 'protocol.save')).toHaveLength(7)
  })

  it('does not save what did not change', async () => {
    const bridge = begin({ analysed: true })
    const patients = usePatientStore()
    await patients.open('demo')
    await patients.changeProtocol('nothing', { ...patients.view!.protocol })
    expect(names(bridge)).not.toContain('protocol.save')
  })
})

describe('report', () => {
  it('is made in the operator’s name and saved in the chosen formats', async () => {
    const bridge = begin({ analysed: true })
    const patients = usePatientStore()
    await patients.open('demo')
    const store = useReportStore()
    store.operator = ' A. Physicist '
    await store.create()
    expect(bridge.asked.find((one) => one.name === 'report.create')?.ask).toEqual({
      patientId: 'demo',
      operator: 'A. Physicist',
    })
    expect(store.report?.reportId).toBe('report-1')
    await store.save(['pdf', 'csv'])
    expect(store.savedTo).toHaveLength(2)
    await store.save([])
    expect(names(bridge).filter((name) => name === 'report.save')).toHaveLength(1)
  })
})

describe('patients', () => {
  it('are asked for again when the store changed', async () => {
    const bridge = begin({ problems: fakeProblems })
    const patients = usePatientStore()
    await patients.open('demo')
    const before = names(bridge).filter((name) => name === 'patient.open').length
    bridge.emit('patientChanged', { patientId: 'demo' })
    await vi.waitFor(() => expect(names(bridge).filter((name) => name === 'patient.open')).toHaveLength(before + 1))
    bridge.emit('patientChanged', { patientId: 'someone-else' })
    await Promise.resolve()
    expect(names(bridge).filter((name) => name === 'patient.open')).toHaveLength(before + 1)
  })

  it('keep what is chosen apart: closing forgets the changes of one patient', async () => {
    begin({ analysed: true })
    const patients = usePatientStore()
    await patients.open('demo')
    await useAnalysisStore().chooseModel('LIVER', 'mono-exponential')
    patients.close()
    expect(patients.view).toBeNull()
    expect(patients.changes).toEqual([])
  })

  it('give a structure the same colour from masks and from results', async () => {
    begin({ analysed: true })
    const patients = usePatientStore()
    const styles = useStructureStyles()
    await patients.open('demo')
    const before = styles.styleOf('SPLEEN')
    styles.meet([
      { name: 'BODY', colourRgb: [1, 2, 3] },
      { name: 'SPLEEN', colourRgb: [10, 20, 30] },
    ])
    expect(styles.styleOf('SPLEEN')).toEqual(before)
    useDisplayStore().display.structureColours = 'file'
    expect(styles.styleOf('SPLEEN').onDark).toBe('rgb(10 20 30)')
  })
})

describe('voxels', () => {
  it('are asked for once at a time, count as arrived, and tell of failures', async () => {
    let release = () => {}
    const client = {
      ask: vi.fn((name: string) =>
        name === 'loadVolume'
          ? new Promise<null>((resolve) => (release = () => resolve(null)))
          : Promise.reject(new Error('Only 3 of 8 bytes')),
      ),
    }
    const voxels = useVoxels(client as never)
    const volume = { id: 'v', description: 'SPECT', modality: 'NM', grid: {} } as never
    const first = voxels.loadVolume(volume)
    const second = voxels.loadVolume(volume)
    expect(voxels.state.loadingFraction.value).toBe(0)
    release()
    await Promise.all([first, second])
    expect(client.ask).toHaveBeenCalledTimes(1)
    expect(voxels.state.arrivals.value).toBe(1)
    expect(voxels.state.loadingFraction.value).toBeNull()
    await voxels.loadMask({ id: 'm', name: 'LIVER', grid: {}, boxStart: [0, 0, 0], boxSize: [1, 1, 1] } as never)
    expect(voxels.state.loadingFailure.value).toBe('LIVER: Only 3 of 8 bytes')
    expect(voxels.state.arrivals.value).toBe(1)
  })
})

describe('faults', () => {
  it('are told once, and cancelling is none', () => {
    begin()
    const faults = useFaultStore()
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {})
    faults.report(new Error('broken'))
    faults.report(new Error('broken'))
    faults.report(new RequestError({ kind: 'cancelled', code: 'c', message: 'cancelled', hint: '' }))
    expect(faults.faults.map((fault) => fault.message)).toEqual(['broken'])
    faults.dismiss(0)
    expect(faults.faults).toEqual([])
    quiet.mockRestore()
  })
})

describe('display', () => {
  it('is kept and put on the document; what is unreadable falls back to the defaults', async () => {
    begin()
    const store = useDisplayStore()
    store.toggleTheme()
    store.stepTextSize(1)
    store.stepTextSize(1)
    store.stepTextSize(1)
    store.stepTextSize(1)
    await Promise.resolve()
    expect(document.documentElement.dataset['theme']).toBe('light')
    expect(document.documentElement.style.fontSize).toBe('150%')
    setActivePinia(createPinia())
    expect(useDisplayStore().display).toMatchObject({ theme: 'light', textPercent: 150 })
    localStorage.setItem('theratwin.display', '{"theme":"pink","textPercent":7}')
    setActivePinia(createPinia())
    expect(useDisplayStore().display).toMatchObject({ theme: 'dark', textPercent: 100 })
    localStorage.setItem('theratwin.display', 'no json')
    setActivePinia(createPinia())
    expect(useDisplayStore().display.theme).toBe('dark')
  })
})
