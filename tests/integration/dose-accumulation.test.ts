/** Doses of two cycles of a stored patient, added up on the reference of the first. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { dosePorts } from '../../electron/backend/dosePorts.ts'
import { requests } from '../../electron/contracts/index.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import type { StoredPatient } from '../../electron/services/import/index.ts'
import {
  accumulateStoredDoses,
  courseOf,
  doseAccumulation,
  judgeRegistration,
  runStoredAnalysis,
  runVoxelDose,
  voxelDoseResult,
} from '../../electron/services/patients/index.ts'
import { addRegistration } from '../../electron/services/patients/registrations.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { IDENTITY_MAT4, invertAffine, isSameGrid, multiplyMat4 } from '../../native-core/imaging/index.ts'
import type { Mat4 } from '../../native-core/imaging/index.ts'
import { makePhantomCase } from '../phantoms/index.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-accumulation-'))
let bench: Workbench
let store: Store
let patient: StoredPatient
let doseIds: string[] = []

const ports = () => dosePorts(bench, store, patient)
const quiet = { progress: () => undefined }

/** Analysis and doses of both cycles, as they are with the registrations that count now. */
async function compute(patientId: string): Promise<void> {
  patient = await loadStoredPatient(store, patientId)
  await runStoredAnalysis(store, patient, ports(), { programVersion: 'test' })
  doseIds = []
  for (const cycle of [1, 2]) {
    const ask = { patientId, cycle, engineId: 'local-energy', timePointId: null }
    doseIds.push(await runVoxelDose(store, patient, requests['dose.compute'].ask.parse(ask), ports(), quiet))
  }
}

/** Within each cycle, as the files have them; those that link the cycles wait for a judgement. */
async function acceptWithinCycles(patientId: string): Promise<void> {
  const { cycles } = courseOf(store, await loadStoredPatient(store, patientId), bench.data)
  const records = store.read.registrationsOfPatient(patientId)
  const [hub] = cycles.map(({ reference }) => reference.emission.frameOfReferenceUid ?? '')
  const toHub = (frame: string | null): Mat4 =>
    records.find(({ fromFrameOfReferenceUid: from }) => from === frame)?.matrix ?? IDENTITY_MAT4
  for (const { timePoints, reference } of cycles)
    for (const { emission } of timePoints) {
      const [from, to] = [emission.frameOfReferenceUid ?? '', reference.emission.frameOfReferenceUid ?? '']
      if (from === to) continue
      const matrix = multiplyMat4(invertAffine(to === hub ? IDENTITY_MAT4 : toHub(to)), toHub(from))
      const id = addRegistration(store, patientId, {
        fromFrameOfReferenceUid: from,
        toFrameOfReferenceUid: to,
        type: 'RIGID',
        matrix,
        deformation: null,
        origin: 'computed',
        method: null,
      })
      judgeRegistration(store, patientId, id, 'accepted')
    }
}

beforeAll(async () => {
  const options = { sizes: 'tiny', cycles: 2, timesH: [24, 96], referenceSession: 1 } as const
  await makePhantomCase({ seed: 8, ...options, outDir: join(root, 'case') })
  bench = createWorkbench({ threads: 2 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(4) } as const
  store = await openStore(join(root, 'store'), key, { actor: 'anna', programVersion: 'test' })
  const scan = await bench.source.scan([join(root, 'case')], {})
  const how = { store, source: bench.source, readFile: bench.readFile, programVersion: 'test', sources: ['case'] }
  const patientId = (await importScan(scan, how)).patients[0]?.patientId ?? ''
  await acceptWithinCycles(patientId)
  await compute(patientId)
})
afterAll(async () => {
  store.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

it('needs an accepted registration of the cycles, and doses that may be added', async () => {
  const ask = { patientId: patient.record.id, referenceId: doseIds[0] ?? '', doseIds }
  const refused = (change: Partial<typeof ask>, code: string) =>
    expect(accumulateStoredDoses(store, patient, { ...ask, ...change }, ports(), quiet)).rejects.toMatchObject({ code })
  await refused({}, 'registration.none-accepted')
  await refused({ doseIds: [doseIds[0] ?? '', doseIds[0] ?? ''] }, 'dose.accumulate-twice')
  await refused({ referenceId: 'x'.repeat(64) }, 'dose.accumulate-reference')
  await refused({ doseIds: [doseIds[0] ?? '', 'x'.repeat(64)] }, 'dose.unknown')
})

it('is the sum of the doses where they come to lie, with the statistics of the structures', async () => {
  const patientId = patient.record.id
  const [one, two] = courseOf(store, patient, bench.data).cycles.map(({ reference }) => reference)
  // That the cycles lie as they are is not true of the phantom, but makes the sum one of voxels.
  const { id } = store.transaction({ action: 'registration.add' }, (write) =>
    write.addRegistration({
      patientId,
      key: 'test/cycles',
      fromFrameOfReferenceUid: two?.emission.frameOfReferenceUid ?? '',
      toFrameOfReferenceUid: one?.emission.frameOfReferenceUid ?? '',
      type: 'RIGID',
      matrix: IDENTITY_MAT4,
      deformation: null,
      origin: 'computed',
      method: { description: 'as they lie', remarks: [], quality: null },
      sourceSha256s: [],
    }),
  )
  judgeRegistration(store, patientId, id, 'accepted')
  await compute(patientId)
  const ask = { patientId, referenceId: doseIds[0] ?? '', doseIds }
  const accumulationId = await accumulateStoredDoses(store, patient, ask, ports(), quiet)
  const sum = doseAccumulation(store, patientId, accumulationId)
  const [first, second] = doseIds.map((doseId) => voxelDoseResult(store, patient, doseId, ports()))
  if (!first || !second) throw new Error('two doses')
  expect(isSameGrid(first.dose.grid, second.dose.grid)).toBe(true)
  const [a, b, both] = await Promise.all([first, second, sum].map(({ dose }) => store.voxels.get(dose.id)))
  both?.forEach((value, voxel) => {
    const wanted = (a?.[voxel] ?? NaN) + (b?.[voxel] ?? NaN)
    if (!(Math.abs(value - wanted) <= 1e-5 * Math.max(1, wanted))) expect(value).toBe(wanted)
  })
  expect(sum.coveredShare).toBe(1)
  expect(sum.parts.map(({ cycle }) => cycle)).toEqual([1, 2])
  expect(sum.parts[1]?.registration).toContain('accepted by anna')
  const liver = sum.structures.find(({ name }) => name === 'LIVER')
  const mean = first.structures.find(({ name }) => name === 'LIVER')?.meanGy ?? NaN
  expect(liver?.meanGy).toBeGreaterThan(mean)
  expect(liver?.d2Gy).toBeGreaterThan(liver?.d98Gy ?? NaN)
  // What the cycles share adds linearly, the rest in quadrature: between the two bounds.
  const parts = [first, second].map(({ structures }) => structures.find(({ name }) => name === 'LIVER'))
  const share = parts.map((part) => (part?.meanStandardUncertaintyGy ?? NaN) / (liver?.meanGy ?? NaN))
  const relative = (liver?.meanStandardUncertaintyGy ?? NaN) / (liver?.meanGy ?? NaN)
  expect(relative).toBeGreaterThanOrEqual(Math.hypot(...share) * 0.99)
  expect(relative).toBeLessThanOrEqual(share.reduce((sum, u) => sum + u, 0) * 1.01)
  expect(await accumulateStoredDoses(store, patient, ask, ports(), quiet)).toBe(accumulationId)
})
