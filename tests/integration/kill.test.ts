/**
 * "Killing the process at any moment leaves a store that opens, with everything committed and nothing half-written." Fifty imports and
 * fifty computations are killed with SIGKILL at moments drawn from a fixed seed; after each the store is opened and all of it checked.
 */
import { spawn } from 'node:child_process'
import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { contentSize, headerBytes, trailerBytes, volumeCipherOf } from '../../electron/adapters/volume-store/format.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { chainOf } from './kill/chain.ts'
import { doseMapOf, fileOf, filesPerImport, identityOf, shapeOf, voxelsOf } from './kill/content.ts'

const kills = 50
const key = randomBytes(32)
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'theratwin-kill-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** mulberry32: the same moments in every run. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Killed {
  /** Numbers that the child said were committed. */
  readonly committed: readonly number[]
  readonly said: string
}

/** The moment of a kill: so many milliseconds after the child has said so many lines. */
interface Moment {
  readonly lines: number
  readonly delayMs: number
}

/**
 * A child says "opening", "open", and then for each round "volumes …" when these are durable and the number when the commit is. A short
 * time after the one the end comes within the transaction, a longer time after the other while volumes are written.
 */
function momentOf(random: () => number): Moment {
  const said = Math.floor(8 * random())
  return { lines: 2 + said, delayMs: (said % 2 === 1 ? 5 : 30) * random() }
}

/** Counting lines, not only time, spreads the kills over the work whatever the speed of the machine. */
async function runAndKill(
  script: 'importing' | 'computing',
  store: string,
  first: number,
  moment: Moment,
): Promise<Killed> {
  const path = fileURLToPath(new URL(`./kill/${script}.ts`, import.meta.url))
  const child = spawn(process.execPath, [path, store, key.toString('hex'), String(first)])
  let said = ''
  let complaints = ''
  let timer: NodeJS.Timeout | null = null
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (timer === null && said.split('\n').length > moment.lines) {
      timer = setTimeout(() => child.kill('SIGKILL'), moment.delayMs)
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
    child.on('close', (_code, by) => {
      resolve(by)
    })
  })
  expect(signal, complaints).toBe('SIGKILL')
  const committed = said
    .split('\n')
    .filter((line) => /^\d+$/.test(line))
    .map(Number)
  return { committed, said }
}

/** Nothing in the folder of the volumes is torn: not what is referred to, and not what its import no longer came to refer to. */
function expectWholeVolumes(path: string): void {
  const volumeKey = Buffer.from(hkdfSync('sha256', key, '', 'theratwin volumes v1', 32))
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    expect(relative(path, file)).toMatch(/^[0-9a-f]{2}[\\/][0-9a-f]{62}$/)
    const bytes = readFileSync(file)
    const cipher = volumeCipherOf(volumeKey, bytes.subarray(0, headerBytes))
    expect(cipher.decryptTrailer(bytes.subarray(-trailerBytes)).sizeBytes).toBe(contentSize(bytes.length))
  }
}

async function reopened(path: string): Promise<Store> {
  const store = await openStore(path, { kind: 'raw', key }, { actor: 'parent' })
  expectWholeVolumes(join(path, 'volumes'))
  const check = await store.check({ volumes: true })
  expect(check).toMatchObject({ ok: true, database: 'ok', badVolumes: [], audit: { ok: true, rollbacks: [] } })
  return store
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** True if import n is there, all of it and right; false if nothing of it is. Anything between fails the test. */
async function isImported(store: Store, n: number): Promise<boolean> {
  const { read } = store
  const patient = read.patientByKey(identityOf(n).key)
  const hashes = Array.from({ length: filesPerImport }, (_, index) => sha256(fileOf(n, index)))
  if (patient === null) {
    expect(read.knownSourceFiles(hashes).size).toBe(0)
    expect(read.importBatches().some((batch) => batch.sources[0] === `folder ${n}`)).toBe(false)
    return false
  }
  expect(read.knownSourceFiles(hashes).size).toBe(filesPerImport)
  const [image] = read.imagesOfPatient(patient.id)
  const [structure] = read.structureSetsOfPatient(patient.id)[0]?.structures ?? []
  if (image === undefined || structure === undefined) throw new Error(`import ${n} is half there`)
  expect(image.sourceSha256s).toEqual([...hashes].sort())
  expect([...(await store.voxels.get(image.voxelsVolumeId))]).toEqual([...voxelsOf(n)])
  expect(await store.shapes.get(structure.geometryVolumeId)).toEqual(shapeOf(n))
  expect(read.importBatches().filter((batch) => batch.sources[0] === `folder ${n}`)).toHaveLength(1)
  expect(sha256(await store.volumes.get(hashes[3] ?? ''))).toBe(hashes[3])
  return true
}

describe('a process killed at any moment', () => {
  it(`while it makes a store or imports, ${kills} times, leaves everything committed and nothing half-written`, async () => {
    const random = randomOf(20_260_101)
    const lasting = join(folder, 'imports')
    const whole = new Set<number>()
    let next = 0
    let commits = 0
    for (let round = 0; round < kills; round++) {
      // Every fifth time the store itself is new, and the end may come while it is being made.
      const making = round % 5 === 0
      const path = making ? join(folder, `new-${round}`) : lasting
      const first = making ? 100_000 + 1000 * round : next
      const moment = making ? { lines: 1, delayMs: 60 * random() } : momentOf(random)
      const { committed, said } = await runAndKill('importing', path, first, moment)
      const store = await reopened(path)
      for (const n of committed) expect(await isImported(store, n), said).toBe(true)
      const last = committed.at(-1) ?? first - 1
      // The one that was under way is there as a whole or not at all; of those that never began, nothing is.
      const underWay = await isImported(store, last + 1)
      expect(await isImported(store, last + 2)).toBe(false)
      expect(store.read.patients()).toHaveLength((making ? 0 : whole.size) + committed.length + (underWay ? 1 : 0))
      if (!making) {
        for (const n of committed) whole.add(n)
        if (underWay) whole.add(last + 1)
        next = last + 2
      }
      commits += committed.length
      store.close()
      if (making) rmSync(path, { recursive: true })
    }
    const store = await reopened(lasting)
    for (const n of whole) expect(await isImported(store, n)).toBe(true)
    store.close()
    // The kills did not all come before anything was committed.
    expect(commits).toBeGreaterThan(kills / 2)
  })

  it(`while it computes, ${kills} times, leaves whole chains of artifacts only`, async () => {
    const random = randomOf(20_260_202)
    const path = join(folder, 'computations')
    const made = await openStore(path, { kind: 'raw', key }, { actor: 'parent' })
    made.transaction({ action: 'prepare' }, (write) => {
      const { id: patientId } = write.upsertPatient(identityOf(0))
      const { id: courseId } = write.addCourse({ patientId, key: 'c', agent: 'PSMA-617', nuclide: 'Lu-177' })
      write.addCycle({
        courseId,
        key: 'y',
        number: 1,
        netActivityBq: 7.4e9,
        administrationStart: null,
        administrationStop: null,
        ligandAmountMol: null,
      })
    })
    made.close()

    let next = 1
    let newest = 0
    let commits = 0
    for (let round = 0; round < kills; round++) {
      const { committed, said } = await runAndKill('computing', path, next, momentOf(random))
      const store = await reopened(path)
      const last = committed.at(-1) ?? next - 1
      for (const n of committed) expect(await isComputed(store, n), said).toBe(true)
      if (await isComputed(store, last + 1)) newest = last + 1
      else newest = committed.at(-1) ?? newest
      expect(await isComputed(store, last + 2)).toBe(false)
      if (newest > 0) expectLatest(store, newest)
      commits += committed.length
      next = last + 2
      store.close()
    }
    expect(commits).toBeGreaterThan(kills / 2)
  })
})

/** True if the chain of round n is there, all of it and right; false if nothing of it is. */
async function isComputed(store: Store, n: number): Promise<boolean> {
  const map = doseMapOf(n)
  const mapId = sha256(new Uint8Array(map.buffer))
  const { curve, fit, dose } = chainOf(store.read, n, mapId)
  const found = [curve, fit, dose].map((draft) => store.read.artifact(store.read.artifactKey(draft)))
  const [first] = found
  if (first === null) {
    expect(found).toEqual([null, null, null])
    return false
  }
  expect(found.map((artifact) => artifact?.payload)).toEqual([curve.payload, fit.payload, dose.payload])
  expect(Buffer.from((await store.voxels.get(mapId)).buffer).equals(Buffer.from(map.buffer))).toBe(true)
  return true
}

/** The newest round is the latest everywhere, is not stale, and its decision is the one that counts. */
function expectLatest(store: Store, n: number): void {
  const { cycle, curve, fit, dose } = chainOf(store.read, n, sha256(new Uint8Array(doseMapOf(n).buffer)))
  for (const draft of [curve, fit, dose]) {
    const latest = store.read.latestArtifact(draft.kind, cycle, 'liver')
    expect(latest?.key).toBe(store.read.artifactKey(draft))
    expect(store.read.staleness(latest?.key ?? '').stale).toBe(false)
  }
  expect(store.read.decision(cycle, 'kill.round')?.value).toBe(n)
}
