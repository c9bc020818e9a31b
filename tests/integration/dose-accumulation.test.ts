/** Doses of two cycles of a stored patient, added up on the reference of the first. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { dosePorts } from '../../electron/backend/dosePorts.ts'
import { readNifti } from '../../electron/adapters/nifti/index.ts'
import { biologySettingsSchema, requests } from '../../electron/contracts/index.ts'
import type { RequestOf } from '../../electron/contracts/index.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import type { StoredPatient } from '../../electron/services/import/index.ts'
import {
  accumulateStoredDoses,
  bedMapOf,
  bedSumChoices,
  bedSumOf,
  courseOf,
  doseAccumulation,
  exportBedSum,
  judgeRegistration,
  runBedMap,
  runBedSum,
  runStoredAnalysis,
  runVoxelDose,
  saveBiologySettings,
  voxelDoseResult,
} from '../../electron/services/patients/index.ts'
import { addRegistration } from '../../electron/services/patients/registrations.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { IDENTITY_MAT4, invertAffine, isSameGrid, multiplyMat4 } from '../../native-core/imaging/index.ts'
import type { Mat4 } from '../../native-core/imaging/index.ts'
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import { makePhantomCase } from '../phantoms/index.ts'
import { findPydicom } from './support/dicomOracle.ts'

const hasDciodvfy = spawnSync('dciodvfy', ['-h']).error === undefined
const python = findPydicom()
const READ_DOSE = `
import json, pydicom, sys
d = pydicom.dcmread(sys.argv[1])
v = d.pixel_array.astype(float) * float(d.DoseGridScaling)
print(json.dumps([d.DoseType, d.DoseUnits, v.sum(), v.max()]))
`

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

describe('BED of both cycles', () => {
  const sets = () => bench.resources.biologySets().flatMap(parseBiologySets)
  const bedPorts = () => ({ ...ports(), engines: bench.doseEngines })
  const sumAsk = () => ({ patientId: patient.record.id, referenceId: doseIds[0] ?? '', doseIds })
  const add = (change: Partial<RequestOf<'bedSum.compute'>> = {}) =>
    runBedSum(store, patient, { ...sumAsk(), ...change }, bedPorts(), sets(), quiet)
  const sumNow = () => {
    const found = bedSumOf(store, patient, doseIds[0] ?? '', bedPorts(), sets())
    if (!found) throw new Error('there is no sum')
    return requests['bedSum.result'].answer.parse(found) ?? found
  }
  const mapsOf = async (doseId: string) => {
    const ask = requests['bedMap.compute'].ask.parse({ patientId: patient.record.id, doseId })
    await runBedMap(store, patient, ask, bedPorts(), sets(), quiet)
    const found = bedMapOf(store, patient, doseId, bedPorts(), sets())
    if (!found) throw new Error('there is no BED map')
    return found
  }

  it('needs the BED maps of both, is D + G·D²/(α/β) of each added up by the tissue of the reference, and has their numbers', async () => {
    await expect(add()).rejects.toMatchObject({ code: 'bed-sum.no-map' })
    const beds: Awaited<ReturnType<typeof mapsOf>>[] = []
    for (const doseId of doseIds) beds.push(await mapsOf(doseId))
    await expect(add({ doseIds: [doseIds[0] ?? '', doseIds[0] ?? ''] })).rejects.toMatchObject({
      code: 'bed-sum.twice',
    })
    expect(bedSumChoices(store, patient, doseIds[0] ?? '', bedPorts()).map(({ cycle }) => cycle)).toEqual([1, 2])
    const id = await add()
    const sum = sumNow()
    expect(sum).toMatchObject({ bedId: id, stale: false, coveredShare: 1, referenceId: doseIds[0] })
    const read = (volume: { readonly id: string }) => store.voxels.get(volume.id)
    const doses = doseIds.map((doseId) => voxelDoseResult(store, patient, doseId, ports()).dose)
    const [first, second, both, eqd2, single] = await Promise.all(
      [doses[0], doses[1], sum.bed, sum.eqd2, beds[0]?.bed].map((volume) => read(volume as { id: string })),
    )
    const parameterOf = (name: string, parameter: string): number =>
      sum.tissues.find(({ structure }) => structure === name)?.parameters.find((one) => one.name === parameter)
        ?.value ?? NaN
    const gOf = (at: number, name: string): number =>
      beds[at]?.tissues.find(({ structure }) => structure === name)?.g ?? NaN
    const bedIn = (name: string, voxel: number): number =>
      [first, second].reduce((total, dose, at) => {
        const gy = dose?.[voxel] ?? NaN
        return total + gy + (gOf(at, name) * gy * gy) / parameterOf(name, 'alphaBetaGy')
      }, 0)
    const names = sum.structures.map(({ name }) => name)
    let there = 0
    both?.forEach((value, voxel) => {
      if (value === 0) return
      there++
      const owner = names.find((name) => Math.abs(bedIn(name, voxel) / value - 1) < 1e-4)
      expect(owner).toBeDefined()
      const alphaBetaGy = parameterOf(owner ?? '', 'alphaBetaGy')
      expect((eqd2?.[voxel] ?? NaN) / (value / (1 + 2 / alphaBetaGy))).toBeCloseTo(1, 5)
    })
    // The voxels with a BED are those of the reference cycle alone: others leave no edge.
    expect(there).toBe(single?.filter((value) => value > 0).length)
    for (const { name, meanGy, meanDoseGy, meanStandardUncertaintyGy } of sum.structures) {
      const each = beds.map(({ structures }) => structures.find((one) => one.name === name))
      expect(meanGy).toBeGreaterThan(0.95 * (each[0]?.meanGy ?? NaN))
      expect(meanGy).toBeGreaterThan(meanDoseGy)
      const u = each.map((one) => one?.meanStandardUncertaintyGy ?? NaN)
      expect(meanStandardUncertaintyGy).toBeLessThan(1.15 * u.reduce((total, one) => total + one, 0))
    }
    expect(names).toContain('KIDNEY_L')
    expect(sum.remarks.join(' ')).toMatch(/leaves out (less than 0\.01|[\d.]+) % of the BED at most/)
    expect(await add()).toBe(id)
  }, 60_000)

  it('is exported as RT Dose EFFECTIVE without an error of dciodvfy, read back alike by pydicom and as NIfTI, and is stale with its parts', async () => {
    const sum = sumNow()
    const dose = voxelDoseResult(store, patient, doseIds[0] ?? '', ports())
    const writing = { voxels: (id: string) => store.voxels.get(id), files: bench.doseFiles, programVersion: 'test' }
    const { savedTo, remarks } = await exportBedSum(sum, dose, patient, join(root, 'out'), writing)
    expect(savedTo.map((path) => path.replace(/.*-(bed|eqd2)\./, '$1.'))).toEqual([
      'bed.dcm',
      'bed.nii.gz',
      'eqd2.dcm',
      'eqd2.nii.gz',
    ])
    expect(remarks.join(' ')).toContain('accepted by anna')
    for (const [at, name] of (['bed', 'eqd2'] as const).entries()) {
      const values = await store.voxels.get(sum[name].id)
      const nifti = await readNifti(savedTo[2 * at + 1] ?? '')
      expect(nifti.grid.dimensions).toEqual(sum[name].grid.dimensions)
      nifti.values.forEach((value, voxel) => {
        if (Math.abs(value - (values[voxel] ?? NaN)) > 1e-4) expect(value).toBe(values[voxel])
      })
      const file = savedTo[2 * at] ?? ''
      if (hasDciodvfy) {
        const { stdout, stderr } = spawnSync('dciodvfy', [file], { encoding: 'utf8' })
        expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Error'))).toEqual([])
      }
      if (!python) continue
      const [type, units, total, largest] = JSON.parse(
        execFileSync(python, ['-c', READ_DOSE, file], { encoding: 'utf8' }),
      ) as [string, string, number, number]
      expect([type, units]).toEqual(['EFFECTIVE', 'GY'])
      const sumOf = values.reduce((all, value) => all + value, 0)
      const top = values.reduce((most, value) => Math.max(most, value), 0)
      expect(total / sumOf).toBeCloseTo(1, 4)
      expect(largest / top).toBeCloseTo(1, 5)
    }
    await mapsOf(doseIds[1] ?? '')
    expect(sumNow().stale).toBe(false)
    const settings = { byStructure: { KIDNEY_L: { alphaBetaGy: 4, reason: 'test' } } }
    saveBiologySettings(store, patient.record.id, biologySettingsSchema.parse(settings), sets())
    expect(sumNow()).toMatchObject({
      stale: true,
      staleBecause: expect.stringMatching(/cycle 1 is out of date.*KIDNEY_L/),
    })
    await expect(add()).rejects.toMatchObject({ code: 'bed-sum.stale' })
  })
})
