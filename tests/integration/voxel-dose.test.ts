/** Voxel doses of a stored patient: computed with a real engine on worker threads, kept, found again, stale, cancelled. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { dosePorts } from '../../electron/backend/dosePorts.ts'
import { patientViewSchema, requests } from '../../electron/contracts/index.ts'
import type { PatientView, RequestOf, VoxelDoseResult } from '../../electron/contracts/index.ts'
import { listEngines } from '../../electron/services/doseMaps/index.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import type { StoredPatient } from '../../electron/services/import/index.ts'
import {
  compareStoredDoses,
  courseOf,
  createReport,
  doseComparison,
  exportDose,
  patientView,
  protocolOf,
  reportBlob,
  runStoredAnalysis,
  runVoxelDose,
  saveProtocol,
  settleCourse,
  voxelDoseResult,
} from '../../electron/services/patients/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-voxel-dose-'))
let bench: Workbench
let store: Store
let patientId = ''

const portsOf = (patient: StoredPatient) => dosePorts(bench, store, patient)

async function analyse(): Promise<void> {
  const patient = await loadStoredPatient(store, patientId)
  await runStoredAnalysis(store, patient, portsOf(patient), { programVersion: 'test' })
}

async function compute(
  change: Partial<RequestOf<'dose.compute'>> = {},
  options: Partial<Parameters<typeof runVoxelDose>[4]> = {},
): Promise<string> {
  const patient = await loadStoredPatient(store, patientId)
  const ask = requests['dose.compute'].ask.parse({
    patientId,
    cycle: 1,
    engineId: 'local-energy',
    timePointId: null,
    ...change,
  })
  return runVoxelDose(store, patient, ask, portsOf(patient), { progress: () => undefined, ...options })
}

async function resultOf(doseId: string): Promise<VoxelDoseResult> {
  const patient = await loadStoredPatient(store, patientId)
  return voxelDoseResult(store, patient, doseId, portsOf(patient))
}

/** Key of a new report, and the voxel doses of its JSON. */
async function report(): Promise<{ key: string; doses: readonly VoxelDoseResult[] }> {
  const patient = await loadStoredPatient(store, patientId)
  const context = { printedAt: '2026-02-01T10:00:00.000Z', operator: 'Test' }
  const key = await createReport(store, patient, bench.reportWriter, context, portsOf(patient))
  const bytes = await store.volumes.get(reportBlob(store, `${key}.json`).volumeId)
  const { voxelDoses = [] } = JSON.parse(Buffer.from(bytes).toString()) as { voxelDoses?: VoxelDoseResult[] }
  return { key, doses: voxelDoses }
}

async function view(): Promise<PatientView> {
  const patient = await loadStoredPatient(store, patientId)
  const range = () => Promise.resolve({ minimum: 0, maximum: 1 })
  return patientViewSchema.parse(await patientView(store, patient, portsOf(patient), range))
}

beforeAll(async () => {
  await sharedPhantomCase({ seed: 5, sizes: 'tiny', outDir: join(root, 'case') })
  bench = createWorkbench({ threads: 2 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(7) } as const
  store = await openStore(join(root, 'store'), key, { actor: 'test', programVersion: 'test' })
  const scan = await bench.source.scan([join(root, 'case')], {})
  const { patients } = await importScan(scan, {
    store,
    source: bench.source,
    readFile: bench.readFile,
    programVersion: 'test',
    sources: ['case'],
    acceptRegistrations: { by: null },
  })
  patientId = patients[0]?.patientId ?? ''
  const patient = await loadStoredPatient(store, patientId)
  settleCourse(store, patient, courseOf(store, patient, bench.data))
})
afterAll(async () => {
  store.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

describe('voxel dose of a stored patient', () => {
  let doseId = ''

  it('asks for an analysis first', async () => {
    await expect(compute()).rejects.toMatchObject({ code: 'dose.no-analysis' })
    await analyse()
  })

  it('lists engines with their parameters as the window wants them', () => {
    const engines = requests['dose.engines'].answer.parse(listEngines(bench.doseEngines))
    expect(engines.map(({ id }) => id)).toContain('local-energy')
  })

  it('gives each structure the dose of its own curve: the same decays, energy and mass', async () => {
    const steps: number[] = []
    doseId = await compute({}, { progress: (fraction) => steps.push(fraction) })
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    const result = requests['dose.result'].answer.parse(await resultOf(doseId))
    expect(result.summary).toMatchObject({ quantity: 'dose', stale: false, engine: { id: 'local-energy' } })
    const cycle = (await view()).analysis?.cycles[0]
    expect(result.structures.length).toBeGreaterThan(4)
    for (const structure of result.structures) {
      const own = cycle?.structures.find(({ name }) => name === structure.name)
      const dose = own?.doses[0]?.doseGy
      if (!dose) continue
      // The mean of TIA over density, against TIA over the mean density: they differ by partial voxels at the outline.
      expect(structure.meanGy / dose.value, structure.name).toBeGreaterThan(0.95)
      expect(structure.meanGy / dose.value, structure.name).toBeLessThan(1.05)
      expect(structure.meanStandardUncertaintyGy).toBeCloseTo(
        (structure.meanGy * dose.standardUncertainty) / dose.value,
        9,
      )
    }
  })

  it('accounts for the energy: what stays is the local energy of all decays in the grid', async () => {
    const { activity, depositedJ, facts, remarks } = await resultOf(doseId)
    const local = Number(facts['localEnergyMevPerDecay']) * 1.602176634e-13
    // Electrons of Lu-177 by ICRP Publication 107 (2008): 0.1479 MeV a decay.
    expect(local / 1.602176634e-13 / 0.1479).toBeGreaterThan(0.99)
    expect(local / 1.602176634e-13 / 0.1479).toBeLessThan(1.01)
    expect(depositedJ / (activity.total * local)).toBeGreaterThan(0.97)
    expect(depositedJ / (activity.total * local)).toBeLessThan(1 + 1e-5)
    expect(remarks.join(' ')).toContain('Photons')
  })

  it('has histograms that fall from the whole volume to none, inside their bands', async () => {
    for (const { histogram, d98Gy, d50Gy, d2Gy, minimumGy, maximumGy } of (await resultOf(doseId)).structures) {
      expect(histogram.cumulative[0]).toBeCloseTo(1, 9)
      histogram.cumulative.forEach((share, at) => {
        if (at > 0) expect(share).toBeLessThanOrEqual(histogram.cumulative[at - 1] as number)
        expect(histogram.lower?.[at]).toBeLessThanOrEqual(share + 1e-9)
        expect(histogram.upper?.[at]).toBeGreaterThanOrEqual(share - 1e-9)
      })
      expect([minimumGy, d98Gy, d50Gy, d2Gy, maximumGy]).toEqual(
        [minimumGy, d98Gy, d50Gy, d2Gy, maximumGy].sort((a, b) => a - b),
      )
    }
  })

  it('keeps the map as a volume, and compares the images with the curves', async () => {
    const result = await resultOf(doseId)
    const { dimensions } = result.dose.grid
    const voxels = await store.voxels.get(result.dose.id)
    expect(voxels).toHaveLength(dimensions[0] * dimensions[1] * dimensions[2])
    expect(Math.max(...voxels)).toBeCloseTo(result.dose.maximum, 6)
    for (const { agreement, mapPerMl, expectedPerMl, note } of result.activity.structures) {
      if (agreement === null || mapPerMl === null || expectedPerMl === null) continue
      if (note === '') expect(agreement).toBeCloseTo(1, 3)
      // Voxelwise and fitted integration of the same images agree before any matching.
      expect(mapPerMl / expectedPerMl).toBeGreaterThan(0.6)
      expect(mapPerMl / expectedPerMl).toBeLessThan(1.5)
    }
  })

  it('computes the same request once, and keeps another beside it', async () => {
    const before = store.read.audit({ limit: 1000 }).length
    expect(await compute()).toBe(doseId)
    expect(store.read.audit({ limit: 1000 })).toHaveLength(before)
    const other = await compute({ parameters: { density: false } })
    expect(other).not.toBe(doseId)
    expect((await view()).voxelDoses.map((one) => one.doseId).sort()).toEqual([doseId, other].sort())
  })

  it('compares two doses: the difference is theirs, and γ passes where it must', async () => {
    const patient = await loadStoredPatient(store, patientId)
    const water = await compute({ parameters: { density: false } })
    const ask = requests['dose.compare'].ask.parse({ patientId, evaluatedId: water, referenceId: doseId })
    const how = { progress: () => undefined }
    const id = await compareStoredDoses(store, patient, ask, portsOf(patient), how)
    expect(await compareStoredDoses(store, patient, ask, portsOf(patient), how)).toBe(id)
    const found = requests['dose.comparison'].answer.parse(doseComparison(store, patientId, id))
    const [a, b] = [(await resultOf(doseId)).dose, (await resultOf(water)).dose]
    const [reference, evaluated] = [await store.voxels.get(a.id), await store.voxels.get(b.id)]
    const difference = await store.voxels.get(found.difference.id)
    const worst = difference.reduce(
      (most, one, voxel) => Math.max(most, Math.abs(one - ((evaluated[voxel] ?? 0) - (reference[voxel] ?? 0)))),
      0,
    )
    expect(worst).toBeLessThan(1e-5 * a.maximum)
    const gamma = (await store.voxels.get(found.gamma.id)).filter((one) => one >= 0)
    expect(gamma).toHaveLength(found.evaluatedVoxels)
    expect(found.passRate).toBeCloseTo(gamma.filter((one) => one <= 1.00001).length / gamma.length, 9)
    await expect(
      compareStoredDoses(store, patient, { ...ask, evaluatedId: doseId }, portsOf(patient), how),
    ).rejects.toMatchObject({ code: 'dose.compare-same' })
  })

  it('runs Monte Carlo in the CT, keeps its noise as a map and adds it to the uncertainty of the means', async () => {
    const local = await resultOf(doseId)
    const result = await resultOf(await compute({ engineId: 'monte-carlo', parameters: { decays: 40_000, seed: 3 } }))
    const { dimensions } = result.dose.grid
    const sd = await store.voxels.get(result.statisticalSd?.id ?? '')
    expect(sd).toHaveLength(dimensions[0] * dimensions[1] * dimensions[2])
    expect(result.emittedJ / local.emittedJ).toBeCloseTo(1, 2)
    for (const structure of result.structures) {
      const noise = structure.statisticalSdGy ?? 0
      expect(structure.meanStandardUncertaintyGy).toBeGreaterThan(noise)
      const other = local.structures.find(({ name }) => name === structure.name)
      // Organs of some centimetres: photons from around add, betas stay; far off that is a fault.
      if (structure.kind !== 'organ' || structure.massKg < 0.1) continue
      expect(structure.meanGy, structure.name).toBeGreaterThan((other?.meanGy ?? 0) * 0.9 - 5 * noise)
      expect(structure.meanGy, structure.name).toBeLessThan((other?.meanGy ?? 0) * 1.6 + 5 * noise)
    }
  })

  it('leaves the images as they are where matching is off', async () => {
    const result = await resultOf(await compute({ activityMap: { matchStructures: false } }))
    expect(result.activity.total).toBeCloseTo(result.activity.totalOfImages, 3)
  })

  it('gives the dose rate of one image, in Gy/s', async () => {
    const analysis = (await view()).analysis
    const point = analysis?.cycles[0]?.timePoints[1]
    const result = await resultOf(await compute({ timePointId: point?.id ?? '' }))
    expect(result.summary).toMatchObject({ quantity: 'dose-rate', hoursAfterInjection: point?.hoursAfterInjection })
    for (const structure of result.structures) {
      const own = analysis?.cycles[0]?.structures.find(({ name }) => name === structure.name)
      const activity = own?.points.find(({ timePointId }) => timePointId === point?.id)
      const dose = own?.doses[0]
      if (!activity?.used || !dose || !own?.fit) continue
      // Dose over decays is the same energy over the same mass as dose rate over activity.
      const expected = (dose.doseGy.value / own.fit.tiaBqS.value) * activity.activityBq
      expect(structure.meanGy / expected, structure.name).toBeGreaterThan(0.93)
      expect(structure.meanGy / expected, structure.name).toBeLessThan(1.07)
    }
  })

  it('is in the report with the numbers that are stored, dose before dose rate; the report is bound to it', async () => {
    const { key, doses } = await report()
    const there = (await view()).voxelDoses
    expect(doses.map(({ summary }) => summary.doseId).sort()).toEqual(there.map((one) => one.doseId).sort())
    expect(doses.at(-1)?.summary.quantity).toBe('dose-rate')
    const printed = doses.find(({ summary }) => summary.doseId === doseId)
    const stored = await resultOf(doseId)
    expect(printed?.structures.map(({ name, meanGy, d2Gy }) => [name, meanGy, d2Gy])).toEqual(
      stored.structures.map(({ name, meanGy, d2Gy }) => [name, meanGy, d2Gy]),
    )
    const bound = store.read.artifact(key)?.inputs.filter(({ role }) => role === 'voxel-dose')
    expect(bound?.map(({ ref }) => ref.id).sort()).toEqual(there.map((one) => one.doseId).sort())
  })

  it('is written as RT Dose in the frame of the reference image, and read again by our own reader', async () => {
    const patient = await loadStoredPatient(store, patientId)
    const result = await resultOf(doseId)
    const folder = mkdtempSync(join(root, 'export-'))
    const ports = {
      voxels: (id: string) => store.voxels.get(id),
      files: bench.doseFiles,
      programVersion: bench.programVersion,
    }
    const saved = await exportDose(result, patient, folder, ports)
    expect(saved.map((path) => path.replace(/^.*-dose/, 'dose'))).toEqual(['dose.dcm', 'dose.nii.gz'])
    expect(readdirSync(folder)).toHaveLength(2)
    const scan = await bench.source.scan([folder], {})
    const image = scan.patients[0]?.images.find(({ modality }) => modality === 'RTDOSE')
    const reference = patient.images.find(({ key }) => key === result.gridOfImage)
    expect(scan.patients[0]?.patient.mrn).toBe(patient.patient.mrn)
    expect(image).toMatchObject({
      frameOfReferenceUid: reference?.frameOfReferenceUid,
      studyUid: reference?.studyUid,
      quantity: { kind: 'absorbed-dose', unit: 'Gy' },
    })
    if (!image) return
    const read = await bench.source.loadVoxels(image)
    const kept = await store.voxels.get(result.dose.id)
    expect(Math.max(...read) / Math.max(...kept)).toBeCloseTo(1, 6)
    await expect(exportDose(result, patient, saved[0] ?? '', ports)).rejects.toMatchObject({
      code: 'dose.cannot-write',
    })
  })

  it('names what is wrong with a request', async () => {
    await expect(compute({ engineId: 'no-such' })).rejects.toMatchObject({ code: 'dose.engine' })
    await expect(compute({ engineId: 'organ-mird' })).rejects.toMatchObject({ code: 'dose.engine' })
    await expect(compute({ parameters: { photons: 3 } })).rejects.toMatchObject({ code: 'dose.parameter' })
    await expect(compute({ cycle: 9 })).rejects.toMatchObject({ code: 'dose.cycle' })
    await expect(compute({ timePointId: 'x' })).rejects.toMatchObject({ code: 'dose.time-point' })
    await expect(resultOf('0'.repeat(64))).rejects.toMatchObject({ code: 'dose.unknown' })
  })

  it('stores nothing when it is cancelled', async () => {
    const before = (await view()).voxelDoses.length
    const controller = new AbortController()
    const parameters = { smallestDensityGPerMl: 0.2 }
    const progress = (fraction: number): void => {
      if (fraction > 0.1) controller.abort()
    }
    await expect(compute({ parameters }, { signal: controller.signal, progress })).rejects.toThrow(/cancel/i)
    expect((await view()).voxelDoses).toHaveLength(before)
  })

  it('is stale when the protocol changes, asks for a new analysis, and comes back with the old protocol', async () => {
    const old = protocolOf(store, patientId)
    saveProtocol(store, patientId, { ...old, lesionsInOrgans: 'include' })
    expect((await view()).voxelDoses.every((one) => one.stale)).toBe(true)
    await expect(compute()).rejects.toMatchObject({ code: 'dose.analysis-stale' })
    await analyse()
    expect((await view()).voxelDoses.every((one) => one.stale)).toBe(true)
    const second = await compute()
    expect(second).not.toBe(doseId)
    expect((await view()).voxelDoses.filter((one) => !one.stale).map((one) => one.doseId)).toEqual([second])
    expect((await report()).doses.map(({ summary }) => summary.doseId)).toEqual([second])
    saveProtocol(store, patientId, old)
    await analyse()
    expect(await compute()).toBe(doseId)
    expect((await view()).voxelDoses.find((one) => one.doseId === doseId)?.stale).toBe(false)
  })
})
