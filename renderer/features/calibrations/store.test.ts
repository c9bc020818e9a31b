import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  storedCalibrationSchema,
  type CalibrationAnalyse,
  type StoredCalibration,
} from '../../../electron/contracts/index.ts'
import { createFakeBridge, type FakeOptions } from '../../dev/fakeBridge.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { useCalibrationStore } from './store.ts'

function begin(options: FakeOptions = {}): void {
  const bridge = createFakeBridge({ tickMs: 1, ...options })
  Object.defineProperty(window, 'theratwin', { value: bridge, configurable: true })
  useJobStore().listen()
}
const factor = (over: object = {}): StoredCalibration =>
  storedCalibrationSchema.parse({
    kind: 'camera-factor',
    name: 'Another',
    date: '2024-03-01',
    conditions: {},
    sensitivityCpsPerMbq: 9,
    relativeUncertainty: 0.02,
    source: 'entered',
    ...over,
  })

const phantomAsk = {
  image: { kind: 'path', path: '/data/phantom' },
  phantom: {
    source: 'point',
    nuclide: 'Lu-177',
    activityMbq: 10,
    activityRelativeUncertainty: 0.02,
    assayToStartH: 1,
    repeatabilityRelative: 0,
    radiusMm: 40,
  },
  name: 'Phantom',
  date: '2024-01-05',
  conditions: factor().conditions,
} satisfies CalibrationAnalyse

describe('the store of calibrations', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('adds, chooses what it added, and keeps what the backend refused as a failure', async () => {
    begin()
    const store = useCalibrationStore()
    expect(await store.load()).toBe(true)
    const before = store.list.length
    expect(await store.add([factor()])).toBe(true)
    expect(store.list).toHaveLength(before + 1)
    expect(store.chosen?.content.name).toBe('Another')
    expect(await store.add([factor({ sensitivityCpsPerMbq: 10 })])).toBe(false)
    expect(store.failure).toMatchObject({ kind: 'input', code: 'calibration.exists' })
    expect(store.busy).toBe(false)
  })

  it('keeps as drafts what could not be stored of several', async () => {
    begin()
    const store = useCalibrationStore()
    await store.analyse(phantomAsk)
    const [first, second] = store.drafts!.drafts
    expect(await store.add([first!, { ...second!, name: 'NEMA spheres 2024' }])).toBe(false)
    expect(store.drafts!.drafts.map(({ kind }) => kind)).toEqual(['recovery-curve'])
    expect(store.list.some(({ content }) => content.name === 'Phantom')).toBe(true)
  })

  it('cancels an analysis that runs, which proposes nothing and fails nothing', async () => {
    begin({ tickMs: 400 })
    const store = useCalibrationStore()
    const analysis = store.analyse(phantomAsk)
    await vi.waitFor(() => expect(store.analysing?.title).toBe('Phantom "Phantom"'))
    await store.cancelAnalysis()
    expect(await analysis).toBe(true)
    expect(store.drafts).toBeNull()
    expect(store.failure).toBeNull()
    expect(store.analysing).toBeNull()
  })

  it('lists the images of a folder, and those of the store', async () => {
    begin()
    const store = useCalibrationStore()
    expect(await store.lookFor('/data/phantom')).toBe(true)
    expect(store.images?.map(({ image }) => image.kind)).toEqual(['path', 'path'])
    await store.lookFor(null)
    expect(store.images?.map(({ image }) => image.kind)).toEqual(['stored', 'stored'])
  })

  it('applies to the open patient as a change that can be undone', async () => {
    begin({ analysed: true })
    const patients = usePatientStore()
    await patients.open('demo')
    const before = patients.view!.protocol
    const store = useCalibrationStore()
    await store.load()
    expect(await store.apply(store.list[0]!)).toBe(true)
    expect(patients.view!.protocol.calibration).toMatchObject({ sensitivityCpsPerMbq: 9.42 })
    expect(patients.view!.analysisState).toBe('stale')
    await patients.undo()
    expect(patients.view!.protocol).toEqual(before)
    await patients.redo()
    expect(patients.view!.protocol.calibration?.stored?.calibrationId).toBe(store.list[0]!.calibrationId)
  })
})
