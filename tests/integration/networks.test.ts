/** Networks that a site installs in its store, and the structures that they find there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { writeNetwork } from '../../electron/adapters/network/testFiles.ts'
import { encodeOnnx, pointwiseNetwork } from '../../electron/adapters/network/testNetworks.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { StoreSession } from '../../electron/backend/storeSession.ts'
import { requests } from '../../electron/contracts/index.ts'
import type { AnswerOf, JobEvent, RequestName } from '../../electron/contracts/index.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import { courseOf } from '../../electron/services/patients/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { DESCRIPTION, ranges } from '../../native-core/imaging/segmentation/network/testNetwork.ts'
import { maskStatistics, voxelVolumeMl } from '../../native-core/imaging/index.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-networks-'))
const ended = new Map<string, (event: JobEvent) => void>()
let bench: Workbench
let store: Store
let session: StoreSession
let patientId: string
let timePointId: string

/** Body and bone by CT number: more than −300 HU, more than 150 HU. */
const LOW_HU = -300
const HIGH_HU = 150
const byHu = ranges(LOW_HU, HIGH_HU, 0.01)
const BODY = DESCRIPTION.labels.map((label, n) => ({ ...label, name: ['BODY', 'BONE'][n]! }))
const HU_NETWORK = { labels: BODY, spacingMm: [6, 6, 6], patchSize: [24, 24, 24] } as const

type FromStore = Parameters<StoreSession['answer']>[0]

async function ask<N extends FromStore & RequestName>(name: N, what: unknown): Promise<AnswerOf<N>> {
  return requests[name].answer.parse(await session.answer(name, what)) as AnswerOf<N>
}

/** The last event of the job that a request starts. */
async function jobOf(what: object): Promise<JobEvent> {
  const { jobId } = await ask('networks.run', what)
  return new Promise((resolve) => ended.set(jobId, resolve))
}

type NetworkResult = Extract<JobEvent['result'], { readonly kind: 'network-segmentation' }>

function resultOf({ state, result, failure }: JobEvent): NetworkResult {
  if (state === 'done' && result?.kind === 'network-segmentation') return result
  throw new Error(`the job ended as ${state}: ${JSON.stringify(failure)}`)
}

beforeAll(async () => {
  await sharedPhantomCase({ seed: 8, sizes: 'tiny', outDir: join(root, 'case') })
  bench = createWorkbench({ threads: 2 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(9) } as const
  store = await openStore(join(root, 'store'), key, { actor: 'anna', programVersion: 'test' })
  const scan = await bench.source.scan([join(root, 'case')], {})
  const how = { store, source: bench.source, readFile: bench.readFile, programVersion: 'test', sources: ['case'] }
  patientId = (await importScan(scan, how)).patients[0]?.patientId ?? ''
  const patient = await loadStoredPatient(store, patientId)
  timePointId = courseOf(store, patient, bench.data).cycles[0]!.timePoints[0]!.id
  session = new StoreSession(store, bench, (name, event) => {
    const job = event as JobEvent
    if (name === 'job' && job.state !== 'running') ended.get(job.jobId)?.(job)
  })
})
afterAll(async () => {
  await session.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

describe('networks of a store', () => {
  it('are checked, copied, listed and removed, and the audit trail tells', async () => {
    expect(await ask('networks.list', {})).toEqual({ networks: [], damaged: [] })
    const file = await writeNetwork(join(root, 'a'), pointwiseNetwork(byHu.gains, byHu.offsets), HU_NETWORK)
    const { networkId, isNew } = await ask('networks.add', { path: join(root, 'a') })
    expect(isNew).toBe(true)
    expect(await ask('networks.add', { path: file.modelPath })).toEqual({ networkId, isNew: false })
    const { networks } = await ask('networks.list', {})
    expect(networks).toMatchObject([
      {
        networkId,
        name: 'Test organs',
        sha256: file.description.sha256,
        structures: [
          { name: 'BODY', kind: 'organ' },
          { name: 'BONE', kind: 'organ' },
        ],
      },
    ])
    expect(await ask('networks.remove', { networkId })).toEqual({ networks: [], damaged: [] })
    const told = store.read.audit({ newestFirst: true, limit: 2 }).map(({ action }) => action)
    expect(told).toEqual(['networks.remove', 'networks.add'])
  })

  it.each([
    ['without a description', async (place: string) => rmSync(join(place, 'network.json')), 'network.no-description'],
    [
      'of another file',
      (place: string) => writeFile(join(place, 'model.onnx'), encodeOnnx(pointwiseNetwork([1], [0]))),
      'network.hash',
    ],
  ])('are refused: %s', async (name, spoil, code) => {
    const place = join(root, name)
    await writeNetwork(place, pointwiseNetwork(byHu.gains, byHu.offsets), HU_NETWORK)
    await spoil(place)
    await expect(ask('networks.add', { path: place })).rejects.toMatchObject({ code })
    expect((await ask('networks.list', {})).networks).toEqual([])
  })

  it('are refused where the file does not do what is said of it', async () => {
    const place = join(root, 'liar')
    await writeNetwork(place, pointwiseNetwork([1, 2], [0, 0]), HU_NETWORK)
    await expect(ask('networks.add', { path: place })).rejects.toMatchObject({ code: 'network.output-shape' })
    expect((await ask('networks.list', {})).networks).toEqual([])
  })
})

describe('structures by a network', () => {
  let networkId: string
  let before: AnswerOf<'structures.sets'>
  let found: NetworkResult

  beforeAll(async () => {
    await writeNetwork(join(root, 'b'), pointwiseNetwork(byHu.gains, byHu.offsets), HU_NETWORK)
    networkId = (await ask('networks.add', { path: join(root, 'b') })).networkId
    before = await ask('structures.sets', { patientId, timePointId })
    found = resultOf(await jobOf({ patientId, timePointId, networkId, image: 'ct' }))
  })

  it('are a new set of the time point that is to be reviewed and does not count by itself', async () => {
    expect(found.structures.map(({ name }) => name)).toEqual(['BODY', 'BONE'])

    const sets = await ask('structures.sets', { patientId, timePointId })
    expect(sets.filter(({ inUse }) => inUse)).toEqual(before.filter(({ inUse }) => inUse))
    expect(sets.find(({ setId }) => setId === found.setId)).toMatchObject({
      origin: 'computed',
      label: 'Test organs 1',
      structures: 2,
      toReview: 2,
      inUse: false,
    })
    const [body, bone] = await ask('structures.list', { patientId, timePointId, setId: found.setId })
    expect(body).toMatchObject({ name: 'BODY', review: 'to-review', method: { kind: 'network' } })
    expect(body!.method.description).toContain('Network "Test organs", version 1 (SHA-256 ')
    expect(body!.method.parameters).toMatchObject({ network: 'Test organs', licence: 'none' })
    expect(bone!.volumeMl).toBeCloseTo(found.structures[1]!.volumeMl, 0)
  })

  it('lie where the CT numbers are: volume by counting voxels within 3 %, mean CT number beyond the limit', async () => {
    const patient = await loadStoredPatient(store, patientId)
    const ct = courseOf(store, patient, bench.data).cycles[0]!.timePoints[0]!.ct!
    const values = await store.voxels.get(patient.voxelsOf.get(ct.key)!)
    const counted = values.filter((hu) => hu > LOW_HU).length * voxelVolumeMl(ct.grid)
    const volumeMl = found.structures.reduce((sum, structure) => sum + structure.volumeMl, 0)
    expect(Math.abs(volumeMl / counted - 1)).toBeLessThan(0.03)
    const record = store.read.structureSet(found.setId)!.structures[1]!
    const shape = await store.shapes.get(record.geometryVolumeId)
    if (shape.kind !== 'voxels') throw new Error('no voxels')
    expect(maskStatistics(shape.mask, values).mean).toBeGreaterThan(HIGH_HU)
  })

  it('say that a network for CT was used on an emission image', async () => {
    const ask = { patientId, timePointId, networkId, image: 'emission', structures: ['bone'] }
    expect(resultOf(await jobOf(ask)).remarks.join()).toMatch(/modality NM, but "Test organs" was trained with CT/)
  })

  it('are not stored where it is cancelled or fails', async () => {
    const stored = (await ask('structures.sets', { patientId, timePointId })).length
    const failed = await jobOf({ patientId, timePointId, networkId, image: 'ct', structures: ['SPLEEN'] })
    expect(failed.failure).toMatchObject({ kind: 'input', code: 'network.unknown-structure' })
    const { jobId } = await ask('networks.run', { patientId, timePointId, networkId, image: 'ct' })
    const end = new Promise<JobEvent>((resolve) => ended.set(jobId, resolve))
    await ask('job.cancel', { jobId })
    expect((await end).state).toBe('cancelled')
    // The file in the store was damaged.
    const model = join(root, 'store', 'networks', networkId, 'model.onnx')
    const bytes = await readFile(model)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(model, bytes)
    const damaged = await jobOf({ patientId, timePointId, networkId, image: 'ct' })
    expect(damaged.failure).toMatchObject({ kind: 'input', code: 'network.hash' })
    expect(await ask('structures.sets', { patientId, timePointId })).toHaveLength(stored)
  })
})
