/** Import into a real store on disk, analysis from it, and the same again. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { patientViewSchema } from '../../electron/contracts/index.ts'

import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import {
  courseOf,
  createReport,
  judgeRegistration,
  masksOf,
  patientView,
  protocolOf,
  reportBlob,
  runStoredAnalysis,
  saveProtocol,
  settleCourse,
} from '../../electron/services/patients/index.ts'
import type { ScannedFolder } from '../../electron/services/ports/dicomSource.ts'
import type { Store } from '../../electron/services/ports/store.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-import-'))
let bench: Workbench
let store: Store
let files: readonly string[]

beforeAll(async () => {
  const made = await sharedPhantomCase({ seed: 5, sizes: 'tiny', outDir: join(root, 'case') })
  files = made.files
  bench = createWorkbench({ threads: 2 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(7) } as const
  store = await openStore(join(root, 'store'), key, { actor: 'test', programVersion: 'test' })
})
afterAll(async () => {
  store.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

async function importFolder(folder: string) {
  return importScanned(await bench.source.scan([folder], {}))
}

async function importScanned(scan: ScannedFolder, acceptRegistrations?: { readonly by: string | null }) {
  const summary = await importScan(scan, {
    store,
    source: bench.source,
    readFile: bench.readFile,
    programVersion: 'test',
    sources: ['case'],
    ...(acceptRegistrations ? { acceptRegistrations } : {}),
  })
  for (const { patientId } of summary.patients) {
    const patient = await loadStoredPatient(store, patientId)
    settleCourse(store, patient, courseOf(store, patient, bench.data))
  }
  return summary
}

function analyseStored(patientId: string): Promise<string> {
  return loadStoredPatient(store, patientId).then((patient) =>
    runStoredAnalysis(
      store,
      patient,
      {
        ...bench.data,
        loadVoxels: (image) => store.voxels.get(patient.voxelsOf.get(image.key) ?? ''),
        measure: (task, options) => bench.compute.measure(task, options),
      },
      { programVersion: 'test' },
    ),
  )
}

const range = () => Promise.resolve({ minimum: 0, maximum: 1 })

describe('import into a store', () => {
  let patientId = ''

  it('adds patient, images, structures, registrations and the course', async () => {
    const summary = await importFolder(join(root, 'case'))
    expect(summary.patients).toHaveLength(1)
    expect(summary.imagesAdded).toBe(8)
    patientId = summary.patients[0]?.patientId ?? ''
    const [course] = store.read.coursesOfPatient(patientId)
    const cycles = store.read.cyclesOfCourse(course?.id ?? '')
    expect(cycles.map((cycle) => cycle.netActivityBq)).toEqual([7.4e9])
    expect(store.read.timePointsOfCycle(cycles[0]?.id ?? '')).toHaveLength(4)
  })

  it('keeps the original files unchanged', async () => {
    const patient = await loadStoredPatient(store, patientId)
    const registrations = store.read.registrationsOfPatient(patientId).flatMap(({ sourceSha256s }) => sourceSha256s)
    const objects = [...patient.images, ...patient.structureSets]
    const kept = new Set([...objects.flatMap((object) => object.files.map((file) => file.sha256)), ...registrations])
    expect(kept.size).toBe(files.length)
    const anyFile = patient.images[0]?.files[0]
    const bytes = await store.volumes.get(anyFile?.sha256 ?? '')
    const original = files.find(
      (file) =>
        basename(file) === basename(anyFile?.displayPath ?? '') && Buffer.compare(readFileSync(file), bytes) === 0,
    )
    expect(original).toBeDefined()
  })

  it('changes nothing when the same data come again, under other names', async () => {
    const before = store.read.audit({ limit: 1000 }).length
    const renamed = join(root, 'renamed')
    mkdirSync(renamed)
    files.forEach((file, position) => copyFileSync(file, join(renamed, `x${files.length - position}`)))
    const again = await importFolder(renamed)
    expect(again).toMatchObject({ imagesAdded: 0, imagesKnown: 8, structureSets: 0, registrations: 0 })
    expect(again.patients.map((patient) => patient.isNew)).toEqual([false])
    expect(store.read.audit({ limit: 1000 })).toHaveLength(before)
  })

  it('analyses once for the same inputs, and calls the result stale when the protocol changes', async () => {
    const key = await analyseStored(patientId)
    expect(await analyseStored(patientId)).toBe(key)
    const view = async () =>
      patientViewSchema.parse(
        await patientView(store, await loadStoredPatient(store, patientId), { ...bench.data, engines: [] }, range),
      )
    const fresh = await view()
    expect(fresh.analysisState).toBe('done')
    expect(fresh.analysis?.cycles[0]?.structures.length).toBeGreaterThan(4)
    saveProtocol(store, patientId, { ...protocolOf(store, patientId), massFrom: 'tissue' })
    expect((await view()).analysisState).toBe('stale')
    const second = await analyseStored(patientId)
    expect(second).not.toBe(key)
    expect((await view()).analysisState).toBe('done')
    saveProtocol(store, patientId, { ...protocolOf(store, patientId), massFrom: 'ct' })
    expect(await analyseStored(patientId)).toBe(key)
  })

  it('gives the masks of a time point, made once', async () => {
    const patient = await loadStoredPatient(store, patientId)
    const course = courseOf(store, patient, bench.data)
    const id = course.cycles[0]?.timePoints[0]?.id ?? ''
    const masks = await masksOf(
      store,
      patient,
      course,
      protocolOf(store, patientId),
      { timePointId: id },
      bench.compute,
    )
    expect(masks.length).toBeGreaterThan(4)
    const first = masks[0]
    expect((await store.volumes.get(first?.id ?? '')).length).toBe((first?.boxSize ?? []).reduce((a, b) => a * b, 1))
    expect(
      await masksOf(store, patient, course, protocolOf(store, patientId), { timePointId: id }, bench.compute),
    ).toEqual(masks)
  })

  it('writes a report that is bound to its analysis', async () => {
    const context = { printedAt: '2026-02-01T10:00:00.000Z', operator: 'Test' }
    const patient = await loadStoredPatient(store, patientId)
    const ports = { ...bench.data, engines: bench.doseEngines }
    const reportId = await createReport(store, patient, bench.reportWriter, context, ports)
    const { volumeId, fileName } = reportBlob(store, `${reportId}.pdf`)
    expect(fileName).toMatch(/\.pdf$/)
    expect(Buffer.from((await store.volumes.get(volumeId)).subarray(0, 5)).toString()).toBe('%PDF-')
    expect(await createReport(store, patient, bench.reportWriter, context, ports)).toBe(reportId)
    expect(() => reportBlob(store, 'nothing.pdf')).toThrow(/no such report/)
  })

  it('leaves an audit trail that verifies', () => {
    expect(store.read.verifyAudit()).toMatchObject({ ok: true })
    const actions = new Set(store.read.audit({ limit: 1000 }).map((row) => row.action))
    for (const action of ['import', 'course.settle', 'analysis.compute', 'protocol.save', 'report.create'])
      expect(actions).toContain(action)
  })
})

describe('importing objects as other systems write them', () => {
  it('stores several objects of one series, each with its own file, and series without a study', async () => {
    const scan = await bench.source.scan([join(root, 'case')], {})
    const patients = scan.patients.map((patient) => ({
      ...patient,
      patient: { ...patient.patient, key: 'another', mrn: 'ANOTHER' },
      registrations: patient.registrations.map((one) => ({ ...one, seriesUid: '1.2.3.1', studyUid: '' })),
      structureSets: patient.structureSets.map((one) => ({ ...one, seriesUid: '1.2.3.2', studyUid: '' })),
    }))
    expect(patients[0]?.registrations.length).toBeGreaterThan(1)
    expect(patients[0]?.structureSets.length).toBeGreaterThan(1)
    const { registrations, structureSets, patients: imported } = await importScanned({ ...scan, patients })
    expect(registrations).toBe(patients[0]?.registrations.flatMap(({ transforms }) => transforms).length)
    expect(structureSets).toBe(patients[0]?.structureSets.length)
    const stored = await loadStoredPatient(store, imported[0]?.patientId ?? '')
    const hashes = (objects: readonly { readonly files: readonly { readonly sha256: string }[] }[]): string[] =>
      objects.flatMap(({ files }) => files.map(({ sha256 }) => sha256)).sort()
    expect(hashes(stored.structureSets)).toEqual(hashes(patients[0]?.structureSets ?? []))

    // The registrations wait for a person; with the option those are accepted that nobody has judged, by whom it says.
    const ids = imported[0]?.registrationsToJudge ?? []
    expect([stored.registrations, stored.unjudgedRegistrations?.length, ids.length]).toEqual([
      [],
      registrations,
      registrations,
    ])
    judgeRegistration(store, stored.record.id, ids[0] ?? '', 'rejected')
    const again = await importScanned({ ...scan, patients }, { by: 'the maker of the case' })
    expect(again).toMatchObject({ registrations: 0, registrationsAccepted: registrations - 1 })
    expect(again.patients[0]?.registrationsToJudge).toEqual([])
    const decided = store.read.registrationsOfPatient(stored.record.id)
    expect(decided.find(({ id }) => id === ids[0])).toMatchObject({ status: 'rejected', decidedBy: 'test' })
    expect(
      decided.filter(({ decidedBy }) => decidedBy === 'the maker of the case').map(({ status }) => status),
    ).toEqual(ids.slice(1).map(() => 'accepted'))
    const { registrations: counting } = await loadStoredPatient(store, stored.record.id)
    expect(counting.map(({ provenance }) => provenance)).toEqual(
      ids.slice(1).map(() => expect.stringMatching(/\.dcm, accepted by the maker of the case on /) as string),
    )
    expect(store.read.audit({ limit: 5, newestFirst: true }).map(({ action }) => action)).toContain(
      'registration.accept',
    )
  })
})
