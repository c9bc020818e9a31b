import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openVolumeStore } from '../electron/adapters/volume-store/index.ts'
import { openAnchor } from './anchor.ts'
import { openDatabase } from './open.ts'
import { composeStore } from './store.ts'
import { temporaryFolder, testKey, upgradeTo } from './testing/index.ts'

/** A store over a connection that the test can reach. */
async function overConnection() {
  const folder = temporaryFolder()
  const db = openDatabase(join(folder, 'a.db'), testKey, 'create')
  upgradeTo(db, 6)
  const anchor = openAnchor(join(folder, 'audit.anchor'), testKey, 'store')
  const released = vi.fn()
  const store = composeStore({
    directory: folder,
    notices: [],
    db,
    databaseKey: Buffer.from(testKey),
    backupFolder: join(folder, 'backups'),
    volumes: await openVolumeStore(join(folder, 'volumes'), testKey),
    anchor,
    actor: 'tester',
    readOnly: false,
    clock: () => new Date(0),
    released,
  })
  return { db, store, anchor, released }
}

describe('composeStore', () => {
  it('undoes a transaction that fills the disk, says so, and goes on working', async () => {
    const { db, store } = await overConnection()
    store.transaction({ action: 'a' }, (write) => write.putSetting('before', 1))
    const pages = db.pragma('page_count', { simple: true }) as number
    // SQLite's own way to be full: no more pages than now and a few.
    db.pragma(`max_page_count = ${pages + 3}`)
    const large = randomBytes(100_000).toString('hex')
    expect(() =>
      store.transaction({ action: 'b' }, (write) => {
        write.putSetting('first', 1)
        write.putSetting('large', large)
      }),
    ).toThrow(expect.objectContaining({ code: 'store.disk-full' }) as Error)
    expect(store.read.settings().map((one) => one.name)).toEqual(['before'])
    db.pragma('max_page_count = 100000')
    store.transaction({ action: 'c' }, (write) => write.putSetting('large', large))
    expect(await store.check()).toMatchObject({ ok: true })
    expect(store.read.audit().map((row) => row.action)).toEqual(['a', 'c'])
    store.close()
  })

  it('keeps a commit whose anchor could not be written, and writes the anchor with the next', async () => {
    const { store, anchor } = await overConnection()
    const write = vi.spyOn(anchor, 'write').mockImplementationOnce(() => {
      throw new Error('no space')
    })
    store.transaction({ action: 'a' }, (writer) => writer.putSetting('x', 1))
    expect(store.read.setting('x')?.value).toBe(1)
    expect(anchor.read().kind).toBe('missing')
    store.transaction({ action: 'b' }, (writer) => writer.putSetting('x', 2))
    expect(write).toHaveBeenCalledTimes(2)
    expect(store.read.verifyAudit()).toMatchObject({ ok: true, rows: 2, anchor: 'matches' })
    store.close()
  })

  it('releases what it holds once, also where closing is asked for twice', async () => {
    const { db, store, released } = await overConnection()
    store.close()
    store.close()
    expect(released).toHaveBeenCalledOnce()
    expect(db.open).toBe(false)
  })

  it('puts a number and a digest in place of hundreds of files in the audit row', async () => {
    const { store } = await overConnection()
    const batch = store.volumes.batch()
    const ids: string[] = []
    for (let index = 0; index < 50; index++) ids.push((await batch.put(Buffer.from(`file ${index}`))).id)
    await batch.flush()
    store.transaction({ action: 'import' }, (write) => {
      const patientId = write.upsertPatient({
        key: 'k',
        mrn: '',
        issuer: '',
        name: '',
        dicomName: '',
        birthDate: null,
        sex: null,
        weightKg: null,
        heightM: null,
      }).id
      const studyId = write.addStudy({ patientId, studyUid: '1', description: '' }).id
      const seriesId = write.addSeries({
        studyId,
        seriesUid: '2',
        modality: 'CT',
        description: '',
        manufacturer: '',
        frameOfReferenceUid: null,
        keptBecause: null,
      }).id
      for (const sha256 of ids) {
        write.addSourceFile({ seriesId, sha256, sopInstanceUid: sha256, sopClassUid: '', displayPath: '' })
      }
    })
    const detail = store.read.audit()[0]?.detail as { changes: { entity: string; count?: number }[] }
    expect(detail.changes.map((change) => change.entity)).toEqual(['patient', 'study', 'series', 'source-file'])
    expect(detail.changes.at(-1)?.count).toBe(50)
    store.close()
  })
})
