/** BED maps of the voxel doses of a stored patient: by the settings of biology, kept, stale, exported, and in the histogram of the Biology step. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { dosePorts } from '../../electron/backend/dosePorts.ts'
import { biologySettingsSchema, requests } from '../../electron/contracts/index.ts'
import type { BedMapResult, RequestOf, VoxelDoseResult } from '../../electron/contracts/index.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import type { StoredPatient } from '../../electron/services/import/index.ts'
import {
  bedMapOf,
  courseOf,
  createReport,
  exportBedMap,
  reportBlob,
  runBedMap,
  runStoredAnalysis,
  runVoxelDose,
  saveBiologySettings,
  settleCourse,
  storedBedTissues,
  storedEffects,
  voxelDoseResult,
} from '../../electron/services/patients/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-bed-map-'))
let bench: Workbench
let store: Store
let patientId = ''
let doseId = ''

const sets = () => bench.resources.biologySets().flatMap(parseBiologySets)
const patientNow = (): Promise<StoredPatient> => loadStoredPatient(store, patientId)

const portsOf = (patient: StoredPatient) => dosePorts(bench, store, patient)

async function dose(change: Partial<RequestOf<'dose.compute'>> = {}): Promise<string> {
  const patient = await patientNow()
  const ask = { patientId, cycle: 1, engineId: 'local-energy', timePointId: null, ...change }
  return runVoxelDose(store, patient, requests['dose.compute'].ask.parse(ask), portsOf(patient), {
    progress: () => undefined,
  })
}

async function compute(
  change: Partial<RequestOf<'bedMap.compute'>> = {},
  options: Partial<Parameters<typeof runBedMap>[5]> = {},
): Promise<BedMapResult> {
  const patient = await patientNow()
  const ask = requests['bedMap.compute'].ask.parse({ patientId, doseId, ...change })
  await runBedMap(store, patient, ask, portsOf(patient), sets(), { progress: () => undefined, ...options })
  return present(ask.doseId)
}

async function present(id = doseId): Promise<BedMapResult> {
  const patient = await patientNow()
  const found = requests['bedMap.result'].answer.parse(bedMapOf(store, patient, id, portsOf(patient), sets()))
  if (!found) throw new Error('there is no BED map')
  return found
}

async function resultOf(id: string): Promise<VoxelDoseResult> {
  const patient = await patientNow()
  return voxelDoseResult(store, patient, id, portsOf(patient))
}

beforeAll(async () => {
  await sharedPhantomCase({ seed: 5, sizes: 'tiny', outDir: join(root, 'case') })
  bench = createWorkbench({ threads: 2 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(7) } as const
  store = await openStore(join(root, 'store'), key, { actor: 'test', programVersion: 'test' })
  const scan = await bench.source.scan([join(root, 'case')], {})
  const { patients } = await importScan(scan, {
    ...{ store, source: bench.source, readFile: bench.readFile, programVersion: 'test', sources: ['case'] },
    acceptRegistrations: { by: null },
  })
  patientId = patients[0]?.patientId ?? ''
  const patient = await patientNow()
  settleCourse(store, patient, courseOf(store, patient, bench.data))
  await runStoredAnalysis(store, patient, portsOf(patient), { programVersion: 'test' })
  doseId = await dose()
}, 60_000)
afterAll(async () => {
  store.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

describe('the BED map of a stored voxel dose', () => {
  it('is none before it is computed; the tissues it would have are known, with set and evidence', async () => {
    const patient = await patientNow()
    expect(bedMapOf(store, patient, doseId, portsOf(patient), sets())).toBeNull()
    const tissues = storedBedTissues(store, patient, doseId, portsOf(patient), sets())
    const kidney = tissues.find(({ structure }) => structure === 'KIDNEY_L')
    expect(kidney).toMatchObject({ set: { id: 'kidney-lq' }, evidence: 'unverified', problem: '' })
    expect(tissues.find(({ structure }) => structure === 'LIVER')?.problem).toMatch(/choose them in Biology/)
  })

  it('has in each voxel D·(1 + G·D/(α/β)) with the curve of its structure, and nothing where no tissue is known', async () => {
    const steps: number[] = []
    const bed = await compute({}, { progress: (fraction) => steps.push(fraction) })
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect(bed).toMatchObject({ doseId, cycle: 1, stale: false, curves: 'structure', elsewhere: null })
    const [absorbed, map, gMap] = await Promise.all(
      [(await resultOf(doseId)).dose.id, bed.bed.id, bed.g.id].map((id) => store.voxels.get(id)),
    )
    let [there, nothing] = [0, 0]
    absorbed?.forEach((one, at) => {
      const [value, g] = [map?.[at] ?? NaN, gMap?.[at] ?? NaN]
      if (value === 0) return (nothing += one > 0 ? 1 : 0)
      there++
      const tissue = bed.tissues.find((each) => each.g !== null && Math.fround(each.g) === g && each.problem === '')
      const alphaBeta = tissue?.parameters.find(({ name }) => name === 'alphaBetaGy')?.value ?? NaN
      expect(value / (one * (1 + (g * one) / alphaBeta))).toBeCloseTo(1, 6)
      return there
    })
    expect({ there, nothing }).toEqual({ there: bed.voxels.withBed, nothing: bed.voxels.unknown })
    expect(there).toBeGreaterThan(50)
    expect(nothing).toBeGreaterThan(there)
    expect(bed.remarks.join(' ')).toMatch(/no tissue is assumed/)
  })

  it('gives structures the BED that the Biology step has, more for the unevenness, with D98 ≤ D50 ≤ D2 and an uncertainty', async () => {
    const bed = await present()
    const absorbed = await resultOf(doseId)
    const patient = await patientNow()
    const effects = storedEffects(store, patient, portsOf(patient), sets(), null)?.result.structures ?? []
    for (const structure of bed.structures) {
      const effect = effects.find(({ name }) => name === structure.name)?.cycles[0]
      if (!effect) throw new Error(structure.name)
      const alphaBeta = effects
        .find(({ name }) => name === structure.name)
        ?.parameters.find(({ name }) => name === 'alphaBetaGy')?.value
      const ofMean = structure.meanDoseGy * (1 + (effect.g * structure.meanDoseGy) / (alphaBeta ?? NaN))
      expect(structure.meanGy / ofMean).toBeGreaterThan(1 - 1e-6)
      expect(structure.d98Gy).toBeLessThanOrEqual(structure.d50Gy)
      expect(structure.d50Gy).toBeLessThanOrEqual(structure.d2Gy)
      expect(structure.meanGy).toBeGreaterThan(structure.meanDoseGy)
      const mean = absorbed.structures.find(({ name }) => name === structure.name)?.meanGy ?? NaN
      // By volume here, by mass there.
      expect(Math.abs(structure.meanDoseGy / mean - 1)).toBeLessThan(0.03)
      expect(structure.eubedGy ?? structure.meanGy).toBeLessThanOrEqual(structure.meanGy * (1 + 1e-9))
      const u = structure.meanStandardUncertaintyGy ?? NaN
      expect(u / structure.meanGy).toBeGreaterThan(effect.doseGy.standardUncertainty / effect.doseGy.value)
    }
    expect(bed.structures.map(({ name }) => name)).toContain('KIDNEY_L')
    expect(bed.structures.map(({ name }) => name)).not.toContain('LIVER')
  })

  it('gives all other tissue a BED where a person gives parameters for it, and keeps what was computed before', async () => {
    const first = await present()
    const bed = await compute({ elsewhere: { alphaBetaGy: 3, repairHalfTimeH: 1.5 } })
    expect(bed.bedId).not.toBe(first.bedId)
    expect(bed.voxels.unknown).toBe(0)
    expect(bed.structures.map(({ name }) => name)).toContain('LIVER')
    expect(bed.structures.find(({ name }) => name === 'KIDNEY_L')).toEqual(
      first.structures.find(({ name }) => name === 'KIDNEY_L'),
    )
    expect((await compute()).bedId).toBe(first.bedId)
  })

  it('is stale, and says for which structure, once other parameters are kept; the histogram of the Biology step is its own while it is current', async () => {
    const bvhOf = async () => {
      const patient = await patientNow()
      const result = storedEffects(store, patient, portsOf(patient), sets(), null)?.result
      return result?.structures.find(({ name }) => name === 'KIDNEY_L')?.bvh
    }
    const bed = await present()
    const own = bed.structures.find(({ name }) => name === 'KIDNEY_L')
    const bvh = await bvhOf()
    expect(bvh?.source).toMatch(/stored BED map/)
    expect(bvh?.bedGy.at(-1)).toBeCloseTo(
      own?.histogram.doseGy.findLast((_, at) => own.histogram.cumulative[at]) ?? 0,
      0,
    )
    const settings = { byStructure: { KIDNEY_L: { alphaBetaGy: 4, reason: 'test' } } }
    saveBiologySettings(store, patientId, biologySettingsSchema.parse(settings), sets())
    const old = await present()
    expect(old).toMatchObject({ bedId: bed.bedId, stale: true })
    expect(old.staleBecause).toMatch(/"KIDNEY_L"/)
    expect((await bvhOf())?.source).not.toMatch(/stored BED map/)
    const anew = await compute()
    expect(anew.stale).toBe(false)
    expect(anew.structures.find(({ name }) => name === 'KIDNEY_L')?.meanGy).toBeLessThan(own?.meanGy ?? 0)
  })

  it('is exported as RT Dose of the type EFFECTIVE with the parameters in it, the same bytes each time', async () => {
    const patient = await patientNow()
    const ports = { voxels: (id: string) => store.voxels.get(id), files: bench.doseFiles, programVersion: 'test' }
    const [one, two] = [join(root, 'one'), join(root, 'two')]
    const { savedTo } = await exportBedMap(await present(), await resultOf(doseId), patient, one, ports)
    const again = await exportBedMap(await present(), await resultOf(doseId), patient, two, ports)
    expect(savedTo.map((path) => path.replace(/.*-(bed|eqd2|g)\./, '$1.'))).toEqual([
      'bed.dcm',
      'bed.nii.gz',
      'eqd2.dcm',
      'eqd2.nii.gz',
      'g.nii.gz',
    ])
    const bytes = readFileSync(savedTo[0] ?? '')
    expect(readFileSync(again.savedTo[0] ?? '').equals(bytes)).toBe(true)
    const text = bytes.toString('utf8')
    expect(text).toContain('EFFECTIVE')
    expect(text).toContain('KIDNEY_L: α/β 4 Gy')
  })

  it('is in the report with its parameters', async () => {
    const patient = await patientNow()
    const context = { printedAt: '2026-02-01T10:00:00.000Z', operator: 'Test' }
    const key = await createReport(store, patient, bench.reportWriter, context, portsOf(patient), sets())
    const read = async (format: string) =>
      Buffer.from(await store.volumes.get(reportBlob(store, `${key}.${format}`).volumeId)).toString()
    const csv = await read('csv')
    expect(csv).toMatch(/KIDNEY_L.*voxel BED mean/)
    expect(csv).toMatch(/α\/β 4 Gy/)
    const json = JSON.parse(await read('json')) as { voxelDoses: { bed?: { tissues: unknown[] } }[] }
    expect(json.voxelDoses[0]?.bed?.tissues.length).toBeGreaterThan(3)
    expect(JSON.stringify(json.voxelDoses)).not.toMatch(/"histogram"|byteLength/)
  })

  it('takes the curve of each voxel where the dose has them, and is refused for a dose rate or after a cancel', async () => {
    const fitted = await dose({ activityMap: { fit: { model: 'mono-exponential' } } })
    const bed = await compute({ doseId: fitted })
    expect(bed.curves).toBe('voxel')
    expect(bed.voxels.ownCurve).toBeGreaterThan(0.9 * bed.voxels.withBed)
    for (const { name, meanGy } of bed.structures) {
      const own = (await resultOf(fitted)).structures.find((one) => one.name === name)
      expect(meanGy).toBeGreaterThan(0.97 * (own?.meanGy ?? NaN))
    }
    const patient = await patientNow()
    const timePointId = courseOf(store, patient, bench.data).cycles[0]?.timePoints[0]?.id ?? ''
    const rate = await dose({ timePointId })
    await expect(compute({ doseId: rate })).rejects.toMatchObject({ code: 'bed-map.dose-rate' })
    await expect(
      compute({ elsewhere: { alphaBetaGy: 2, repairHalfTimeH: 1 } }, { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/cancelled/i)
  })
})
