/** Diagnostic scans of a stored patient: apart from the therapy, in SUV, and as a prediction of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { dosePorts } from '../../electron/backend/dosePorts.ts'
import { JobRunner } from '../../electron/backend/jobs.ts'
import { suvHandlers } from '../../electron/backend/suvHandlers.ts'
import { pairSettingsSchema, protocolSchema } from '../../electron/contracts/index.ts'
import type { PairStructure, SuvStructures } from '../../electron/contracts/index.ts'
import { suvRequests } from '../../electron/contracts/suv.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import {
  courseOf,
  pairPredictions,
  pairSources,
  reportedPairs,
  runPair,
  saveProtocol,
} from '../../electron/services/patients/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import type { PhantomOptions, PhantomTruth } from '../phantoms/index.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-pair-'))
let bench: Workbench
let store: Store
let jobs: JobRunner
let patientId: string
let iodine: PhantomTruth
let gallium: PhantomTruth

const same: Partial<PhantomOptions> & { readonly seed: number } = {
  ...{
    seed: 71,
    sizes: 'tiny',
    noise: 0,
    psfFwhmMm: 0,
    motion: 'none',
    patientId: 'PAIR-1',
    patientName: 'Pair^Phantom',
  },
  ...{ lesions: [{ site: 'liver', diameterMm: 42 }] },
}

beforeAll(async () => {
  const made = (folder: string, options: Partial<PhantomOptions>) =>
    sharedPhantomCase({ ...same, ...options, outDir: join(root, 'case', folder) })
  await made('therapy', { timesH: [24] })
  const scan = { emission: 'nm', nuclide: 'I-131', timesH: [4, 40, 160], administeredMbq: 185 } as const
  iodine = (await made('iodine', { ...scan, firstAdministration: '2025-11-10T09:00:00' })).truth
  const pet = { emission: 'pt', nuclide: 'Ga-68', timesH: [1, 3], administeredMbq: 150 } as const
  gallium = (await made('gallium', { ...pet, firstAdministration: '2025-12-01T09:00:00', infusionMin: 1 })).truth
  bench = createWorkbench({ threads: 2 })
  jobs = new JobRunner(
    () => undefined,
    () => undefined,
  )
  const key = { kind: 'raw', key: new Uint8Array(32).fill(5) } as const
  store = await openStore(join(root, 'store'), key, { actor: 'anna', programVersion: 'test' })
  const found = await bench.source.scan([join(root, 'case')], {})
  const how = { store, source: bench.source, readFile: bench.readFile, programVersion: 'test', sources: ['case'] }
  patientId = (await importScan(found, { ...how, acceptRegistrations: { by: null } })).patients[0]?.patientId ?? ''
  saveProtocol(store, patientId, protocolSchema.parse({ nuclide: 'Lu-177' }))
}, 180_000)

afterAll(async () => {
  await jobs.stop()
  store.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

async function now() {
  const patient = await loadStoredPatient(store, patientId)
  return { patient, course: courseOf(store, patient, bench.data) }
}

/** Terms of a region as shares of what was given, with the biological half-life behind the effective one. */
function biology(truth: PhantomTruth, name: string, physicalH: number) {
  const terms = truth.cycles[0]?.regions[name]?.tac_terms ?? []
  return terms.map(({ coef, t_eff_h }) => ({ coef, perHour: Math.LN2 / t_eff_h - Math.LN2 / physicalH }))
}

describe('SUV of a stored time point', () => {
  const ask = async <A>(name: keyof typeof suvRequests, what: object): Promise<A> => {
    const handlers = suvHandlers({ store, bench, jobs, emit: () => undefined })
    const { ask: schema, answer } = suvRequests[name]
    const given = schema.parse({ patientId, ...what })
    return answer.parse(await (handlers[name] as (ask: unknown) => unknown)(given)) as A
  }

  it('is the concentration over activity per weight, decayed to the scan (phantom, 3 %)', async () => {
    const { course } = await now()
    const point = course.diagnostics.find(({ nuclide }) => nuclide === 'Ga-68')?.timePoints[0]
    const found = await ask<SuvStructures>('suv.structures', { timePointId: point?.id })
    const liver = found.structures.find(({ name }) => name === 'LIVER')
    const hours = point?.hoursAfterInjection ?? NaN
    // What the image holds in the outline, over what is left of 150 MBq in 74 kg.
    const held = gallium.cycles[0]?.sessions[0]?.rois['LIVER']?.voi_mean_image_bq_ml ?? NaN
    const bodyWeight = liver?.values.find(({ kind }) => kind === 'weight')
    const expected = (held * 74_000) / (150e6 * 2 ** (-hours / (4062.6 / 3600)))
    expect(Math.abs((bodyWeight?.mean.value ?? NaN) / expected - 1)).toBeLessThan(0.03)
    expect(bodyWeight?.mean.standardUncertainty).toBeCloseTo(0.03 * (bodyWeight?.mean.value ?? NaN), 6)
    const { mean, maximum, peak } = bodyWeight ?? { mean: null, maximum: null, peak: null }
    expect(maximum?.value).toBeGreaterThanOrEqual(peak?.value ?? NaN)
    expect(peak?.value).toBeGreaterThan(0.9 * (mean?.value ?? NaN))
    expect(found.timePoint.injected).toContain('Ga-68: 150 MBq')
  })

  it('takes what a person says of the body, with the reason in the record', async () => {
    const before = await ask<{ timePoints: SuvStructures['timePoint'][] }>('suv.scales', {})
    await ask('suv.setBody', { body: { weightKg: 37, reason: 'weighed' } })
    const after = await ask<{ timePoints: SuvStructures['timePoint'][] }>('suv.scales', {})
    const scale = ({ timePoints }: typeof before) => timePoints[0]?.scales[0]?.suvPerStored.value ?? NaN
    expect(scale(after) / scale(before)).toBeCloseTo(0.5, 10)
    expect(after.timePoints).toHaveLength(6)
    const [row] = store.read.audit({ limit: 1, newestFirst: true })
    expect(row?.action).toBe('suv.body')
    await ask('suv.setBody', { body: {} })
  })
})

describe('the theranostic pair of a stored patient', () => {
  const settings = (change: object = {}) =>
    pairSettingsSchema.parse({ therapyNuclide: 'Lu-177', reason: 'planning', ...change })
  async function predict(nuclide: string, change: object = {}): Promise<readonly PairStructure[]> {
    const { patient, course } = await now()
    const sourceId = pairSources(course).find((one) => one.nuclide === nuclide)?.sourceId ?? ''
    const ports = dosePorts(bench, store, patient)
    const ask = { sourceId, settings: settings(change) }
    await runPair(store, patient, course, ask, ports, { progress: () => undefined })
    const stored = (await predictions()).find(({ prediction }) => prediction.source.nuclide === nuclide)
    return stored?.prediction.structures ?? []
  }
  async function predictions() {
    const { patient, course } = await now()
    return pairPredictions(store, patient, course, bench.data)
  }

  it('keeps diagnostic scans out of the therapy’s cycles', async () => {
    const { course } = await now()
    expect(course.cycles.map(({ timePoints }) => timePoints.length)).toEqual([1])
    expect(course.diagnostics.map(({ nuclide, timePoints }) => [nuclide, timePoints.length])).toEqual([
      ['Ga-68', 2],
      ['I-131', 3],
    ])
  })

  it('gives the TIA and dose of the other nuclide by the same biology (phantom, 8 %)', async () => {
    const structures = await predict('I-131', { largestShareAfter: 0.5 })
    for (const name of ['LIVER', 'SPLEEN', 'KIDNEY_L']) {
      const found = structures.find((one) => one.name === name)
      expect(found?.problem).toBe('')
      const physical = Math.LN2 / (574300.8 / 3600)
      const hours = biology(iodine, name, 693377.3 / 3600).reduce(
        (sum, { coef, perHour }) => sum + coef / (perHour + physical),
        0,
      )
      // Of what is there the voxels of 13.6 mm show a part, at all times the same.
      const first = iodine.cycles[0]?.sessions[0]?.regions[name]
      const shown = (first?.voi_mean_image_bq_ml ?? NaN) / (first?.conc_bq_ml ?? NaN)
      const tia = found?.tiaPerActivityS?.value ?? NaN
      expect(Math.abs(tia / (shown * hours * 3600) - 1)).toBeLessThan(0.08)
      // Electrons of Lu-177 in the mass that was measured: 0.1482 MeV per decay.
      const perDecay = (0.1349457 + 0.01322828) * 1.602176634e-13
      const dose = (tia * perDecay) / (found?.massKg.value ?? NaN)
      expect(Math.abs((found?.dosePerActivityGyPerBq?.value ?? NaN) / dose - 1)).toBeLessThan(0.01)
      expect(found?.agentFactor).toBeNull()
      expect(found?.remarks.join()).toMatch(/no factor between the agents/i)
    }
  })

  it('takes the factor between the agents with its uncertainty, of a structure before that of all', async () => {
    const plain = await predict('I-131', { largestShareAfter: 0.5 })
    const factor = { standardUncertainty: 0.2, source: 'own patients', evidence: 'unverified' } as const
    const given = await predict('I-131', {
      largestShareAfter: 0.5,
      agentFactor: { ...factor, value: 0.8 },
      agentFactorByStructure: { spleen: { ...factor, value: 2 } },
    })
    const of = (list: readonly PairStructure[], name: string) =>
      list.find((one) => one.name === name)?.dosePerActivityGyPerBq ?? { value: NaN, standardUncertainty: NaN }
    expect(of(given, 'LIVER').value / of(plain, 'LIVER').value).toBeCloseTo(0.8, 6)
    expect(of(given, 'SPLEEN').value / of(plain, 'SPLEEN').value).toBeCloseTo(2, 6)
    const relative = (one: { value: number; standardUncertainty: number }) => one.standardUncertainty / one.value
    expect(relative(of(given, 'LIVER'))).toBeCloseTo(Math.hypot(relative(of(plain, 'LIVER')), 0.25), 6)
  })

  it('refuses where the diagnostic nuclide did not live long enough, and keeps the retention that was measured', async () => {
    const liver = (await predict('Ga-68')).find(({ name }) => name === 'LIVER')
    expect(liver?.problem).toMatch(/lie after the last scan with Ga-68/)
    expect([liver?.tiaPerActivityS, liver?.dosePerActivityGyPerBq]).toEqual([null, null])
    expect(liver?.points).toHaveLength(2)
  })

  it('is stored with its reason, goes back to earlier settings, and is stale once its inputs are others', async () => {
    const [row] = store.read.audit({ limit: 1, newestFirst: true })
    expect(row?.action).toBe('pair.predict')
    const { patient, course } = await now()
    expect((await predictions()).map(({ stale }) => stale)).toEqual([false, false])
    expect(reportedPairs(store, patient, course, bench.data)).toHaveLength(2)
    await predict('Ga-68', { isReported: false })
    expect(
      reportedPairs(store, patient, course, bench.data).map(({ prediction }) => prediction.source.nuclide),
    ).toEqual(['I-131'])
    saveProtocol(store, patientId, protocolSchema.parse({ nuclide: 'Lu-177', timeActivityModel: 'mono-exponential' }))
    expect((await predictions()).map(({ stale }) => stale)).toEqual([false, false])
    saveProtocol(store, patientId, protocolSchema.parse({ nuclide: 'Lu-177', densityGPerMl: { LIVER: 1.2 } }))
    expect((await predictions()).map(({ stale }) => stale)).toEqual([true, true])
    expect(reportedPairs(store, patient, course, bench.data)).toEqual([])
  })
})
