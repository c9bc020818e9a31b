/** A curve in each voxel: on worker threads, as a choice of the voxel dose in both orders, and on the command line. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createCompute } from '../../electron/adapters/compute/index.ts'
import { readNifti, writeNifti } from '../../electron/adapters/nifti/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { dosePorts } from '../../electron/backend/dosePorts.ts'
import { command } from '../../electron/cli/voxelKinetics.ts'
import { requests } from '../../electron/contracts/index.ts'
import type { VoxelDoseResult, VoxelKinetics } from '../../electron/contracts/index.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import type { StoredPatient } from '../../electron/services/import/index.ts'
import {
  courseOf,
  runStoredAnalysis,
  runVoxelDose,
  settleCourse,
  voxelDoseResult,
} from '../../electron/services/patients/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import type { VoxelKineticsStructure } from '../../electron/services/voxelKinetics/index.ts'
import { fitVoxels } from '../../native-core/kinetics/voxelwise/index.ts'
import { drawVoxels, KIDNEY, LU177_RATE } from '../../native-core/kinetics/voxelwise/testVoxels.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-voxel-kinetics-'))
const at = (name: string): string => join(root, name)
const HOURS = [4, 24, 72, 168]
const grid = {
  dimensions: [12, 10, 10],
  spacingMm: [4, 4, 5],
  originMm: [-20, 5, 30],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
} as const
const VOXELS = 1200
const drawn = drawVoxels(KIDNEY, HOURS, VOXELS, { fraction: 0.1, absolute: 10 }, 21)

let bench: Workbench
let store: Store
let patientId = ''

beforeAll(async () => {
  await sharedPhantomCase({ seed: 5, sizes: 'tiny', outDir: at('case') })
  bench = createWorkbench({ threads: 2 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(7) } as const
  store = await openStore(at('store'), key, { actor: 'test', programVersion: 'test' })
  const scan = await bench.source.scan([at('case')], {})
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
  await runStoredAnalysis(store, await loadStoredPatient(store, patientId), portsOf(patient), {
    programVersion: 'test',
  })
})
afterAll(async () => {
  store.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

const portsOf = (patient: StoredPatient) => dosePorts(bench, store, patient)

describe('voxelwise fits on worker threads', () => {
  const task = {
    model: 'bi-exponential',
    timesS: drawn.timesS,
    values: drawn.values,
    physicalRatePerS: LU177_RATE,
    labels: Uint8Array.from({ length: VOXELS }, (_, voxel) => (voxel < 700 ? 1 : 0)),
    structures: [{ name: 'Kidney', terms: null }],
    terms: true,
  } as const

  it('have the bits of one thread on any number of them', async () => {
    const { maps, counts } = fitVoxels(task, { terms: true })
    for (const threads of [1, 3]) {
      const compute = createCompute({ threads })
      try {
        const steps: number[] = []
        const found = await compute.fitVoxels(task, { progress: (fraction) => steps.push(fraction) })
        expect(found.counts).toEqual(counts)
        for (const name of ['integral', 'integralSd', 'halfLifeS', 'flags'] as const)
          expect(Buffer.from(found.maps[name].buffer).equals(Buffer.from(maps[name].buffer)), name).toBe(true)
        expect(found.maps.terms?.map(({ ratePerS }) => [...ratePerS])).toEqual(
          maps.terms?.map(({ ratePerS }) => [...ratePerS]),
        )
        expect(steps).toEqual(steps.toSorted((a, b) => a - b))
      } finally {
        await compute.close()
      }
    }
  })

  it('are cancelled, and refuse what cannot be fitted as one thread does', async () => {
    const signal = AbortSignal.abort()
    await expect(bench.compute.fitVoxels(task, { signal })).rejects.toMatchObject({ name: 'CancelledError' })
    await expect(bench.compute.fitVoxels({ ...task, timesS: [3, 2, 1, 0] })).rejects.toMatchObject({
      code: 'voxel-kinetics.times',
    })
  })
})

describe('a voxel dose with a curve in each voxel', () => {
  async function dose(activityMap: object): Promise<VoxelDoseResult> {
    const patient = await loadStoredPatient(store, patientId)
    const ask = requests['dose.compute'].ask.parse({
      patientId,
      cycle: 1,
      engineId: 'local-energy',
      timePointId: null,
      activityMap: { matchStructures: false, ...activityMap },
    })
    const id = await runVoxelDose(store, patient, ask, portsOf(patient), { progress: () => undefined })
    return voxelDoseResult(store, patient, id, portsOf(patient))
  }
  const fit = { model: 'mono-exponential' }

  it('keeps uncertainty and half-life beside it, and agrees with the trapezoids in the organs', async () => {
    const trapezoids = await dose({})
    const curves = await dose({ fit })
    expect(trapezoids.kinetics).toBeUndefined()
    expect(curves.summary.activityMap.fit).toMatchObject({ ...fit, regularisation: 'estimated' })
    const { kinetics, activity } = curves
    expect(kinetics?.doseRate).toBeNull()
    expect(kinetics?.activity.counts.all).toBe(activity.voxels)
    expect(kinetics?.activity.priors.map(({ name }) => name)).toContain(curves.structures[0]?.name)
    const values = await store.voxels.get(kinetics?.halfLife.id ?? '')
    const physicalS = Math.LN2 / LU177_RATE
    expect(values.every((value) => value >= 0 && value < physicalS * 1.001)).toBe(true)
    expect((await store.voxels.get(kinetics?.tiaUncertainty.id ?? '')).every((sd) => sd >= 0)).toBe(true)
    expect(activity.shareBefore + activity.shareAfter).toBeGreaterThan(0.05)
    expect(activity.shareBefore + activity.shareAfter).toBeLessThan(0.95)
    // The blood pool falls fast at first, which one exponential does not follow: that is said.
    expect(curves.remarks.join()).toMatch(/curve of "BLOOD_POOL" is not mono-exponential/)
    const organs = curves.structures.filter(({ name }) => /KIDNEY|SPLEEN/.test(name))
    expect(organs.length).toBe(3)
    for (const { name, meanGy } of organs) {
      const other = trapezoids.structures.find((one) => one.name === name)
      expect(meanGy / (other?.meanGy ?? NaN), name).toBeGreaterThan(0.85)
      expect(meanGy / (other?.meanGy ?? NaN), name).toBeLessThan(1.15)
    }
  })

  it('is the same, where dose stays in its voxel, from the dose rates of the images', async () => {
    const stated = { ...fit, regularisation: 'designed' }
    const before = await dose({ fit: stated })
    const after = await dose({ fit: { ...stated, order: 'dose-rate-first' } })
    expect(after.kinetics?.doseRate?.fit.timesS).toEqual(after.kinetics?.activity.timesS)
    expect(after.remarks.join()).toMatch(/integral of a mono-exponential curve through the dose rates/)
    for (const { name, kind, meanGy, volumeMl } of before.structures) {
      if (kind !== 'organ' || volumeMl < 100) continue
      const other = after.structures.find((one) => one.name === name)
      expect((other?.meanGy ?? NaN) / meanGy, name).toBeGreaterThan(0.97)
      expect((other?.meanGy ?? NaN) / meanGy, name).toBeLessThan(1.03)
    }
    expect(after.depositedJ / before.depositedJ).toBeGreaterThan(0.95)
    expect(after.depositedJ / before.depositedJ).toBeLessThan(1.05)
    // Emitted is integrated by trapezoids.
    expect(after.emittedJ / before.emittedJ).toBeGreaterThan(0.9)
    expect(after.emittedJ / before.emittedJ).toBeLessThan(1.1)
  })
})

describe('theratwin voxel-kinetics', () => {
  interface Answer {
    readonly unit: string
    readonly kinetics: VoxelKinetics
    readonly structures: readonly VoxelKineticsStructure[]
    readonly files: readonly string[]
  }
  async function run(...words: string[]): Promise<Answer> {
    let text = ''
    await command.run({
      arguments: words,
      json: true,
      signal: new AbortController().signal,
      out: (part) => (text += part),
      progress: () => undefined,
    })
    return JSON.parse(text) as Answer
  }
  const paths = HOURS.map((hours) => at(`nifti/${hours}h.nii.gz`))
  const usual = ['--times', '4,24,72,168', '--nuclide', 'Lu-177', '--model', 'mono-exponential', '--out', at('out')]

  beforeAll(async () => {
    mkdirSync(at('nifti'))
    for (const [image, path] of paths.entries())
      await writeNifti(path, { grid, values: drawn.values[image] ?? new Float32Array() })
    const mask = new Float32Array(VOXELS).fill(1, 0, 600)
    await writeNifti(at('mask.nii.gz'), { grid, values: mask })
  })

  it('writes maps and what they say of structures', async () => {
    const answer = await run(...paths, ...usual, '--structures', at('mask.nii.gz'), '--terms')
    expect(answer.files).toEqual(readdirSync(at('out')).sort())
    expect(answer.files).toEqual(
      ['amplitude-1', 'flags', 'half-life', 'rate-1', 'tia', 'tia-uncertainty']
        .map((name) => `${name}.nii.gz`)
        .concat('voxel-kinetics.json')
        .sort(),
    )
    const kidney = answer.structures.find(({ name }) => name === 'mask')
    const truth = drawn.integral.slice(0, 600).reduce((sum, one) => sum + one, 0) / 600
    expect(kidney?.voxels).toBe(600)
    expect((kidney?.meanIntegral ?? NaN) / truth).toBeCloseTo(1, 1.7)
    expect((kidney?.halfLifeS?.median ?? NaN) / 3600 / KIDNEY.slowHours).toBeCloseTo(1, 1)
    const tia = await readNifti(at('out/tia.nii.gz'))
    expect(tia.grid.originMm).toEqual([...grid.originMm])
    expect(
      tia.values.reduce((sum, one) => sum + one, 0) / VOXELS / (answer.structures[0]?.meanIntegral ?? NaN),
    ).toBeCloseTo(1, 5)
    expect(JSON.parse(readFileSync(at('out/voxel-kinetics.json'), 'utf8'))).toMatchObject({
      schema: 'theratwin-voxel-kinetics/1',
      unit: 'Bq·s/mL',
    })
  })

  it('makes a dose of dose rates, and takes away the maps of an earlier run', async () => {
    const answer = await run(...paths, ...usual, '--quantity', 'dose-rate')
    expect(answer.unit).toBe('Gy')
    expect(readdirSync(at('out')).sort()).toEqual(
      ['dose-uncertainty.nii.gz', 'dose.nii.gz', 'flags.nii.gz', 'half-life.nii.gz', 'voxel-kinetics.json'].sort(),
    )
  })

  it('makes a BED of dose rates by each voxel’s own half-life: D(1 + T_rep/(T_rep + T_eff)·D/(α/β))', async () => {
    const bed = ['--alpha-beta-gy', '2.6', '--repair-half-time-h', '2.8']
    const answer = await run(...paths, ...usual, '--quantity', 'dose-rate', ...bed)
    expect(answer.files).toEqual(expect.arrayContaining(['bed.nii.gz', 'eqd2.nii.gz', 'g.nii.gz']))
    expect(answer.files).not.toContain('rate-1.nii.gz')
    const [beds, eqds, doses, halves] = await Promise.all(
      ['bed', 'eqd2', 'dose', 'half-life'].map((name) => readNifti(at(`out/${name}.nii.gz`))),
    )
    let seen = 0
    doses?.values.forEach((dose, voxel) => {
      const halfLifeH = (halves?.values[voxel] ?? 0) / 3600
      if (dose === 0) return
      const expected = dose * (1 + ((2.8 / (2.8 + halfLifeH)) * dose) / 2.6)
      expect((beds?.values[voxel] ?? 0) / expected).toBeCloseTo(1, 4)
      expect((eqds?.values[voxel] ?? 0) / (expected / (1 + 2 / 2.6))).toBeCloseTo(1, 4)
      seen++
    })
    expect(seen).toBeGreaterThan(VOXELS / 2)
    await run(...paths, ...usual, '--quantity', 'dose-rate')
    expect(readdirSync(at('out'))).not.toContain('bed.nii.gz')
  })

  it('takes a patient with its registrations and the curves of its structures', async () => {
    const { kinetics, structures } = await run(at('case'), '--model', 'mono-exponential', '--out', at('patient'))
    expect(kinetics.timesS.length).toBeGreaterThan(2)
    expect(structures.length).toBeGreaterThan(2)
    expect(kinetics.counts.converged).toBeGreaterThan(0)
  })

  it('says what is wrong with its input', async () => {
    writeFileSync(at('options.json'), '{"spread":{"slowRate":-1}}')
    const bad = async (...words: string[]) => await run(...words).catch((error: unknown) => error)
    expect(await bad()).toMatchObject({ code: 'cli.arguments' })
    expect(await bad(...paths, '--model', 'mono-exponential', '--out', at('x'))).toMatchObject({
      message: expect.stringContaining('--times') as unknown,
    })
    expect(await bad(...paths, ...usual.with(1, '4,24'))).toMatchObject({
      message: expect.stringContaining('4 positive') as unknown,
    })
    expect(await bad(...paths, ...usual.with(5, 'formula'))).toMatchObject({ code: 'voxel-kinetics.options' })
    expect(await bad(...paths, ...usual, '--options', at('options.json'))).toMatchObject({
      message: expect.stringContaining('spread.slowRate') as unknown,
    })
    expect(await bad(...paths, ...usual, '--alpha-beta-gy', '3', '--repair-half-time-h', '2')).toMatchObject({
      message: expect.stringContaining('dose-rate') as unknown,
    })
    expect(await bad(...paths, ...usual, '--quantity', 'dose-rate', '--alpha-beta-gy', '0')).toMatchObject({
      message: expect.stringContaining('--repair-half-time-h') as unknown,
    })
    expect(await bad(...paths, ...usual, '--cycle', '1')).toMatchObject({
      message: expect.stringContaining('--cycle') as unknown,
    })
    const other = at('nifti/other.nii.gz')
    await writeNifti(other, { grid: { ...grid, originMm: [0, 0, 0] }, values: drawn.values[0] ?? new Float32Array() })
    expect(await bad(...paths.with(1, other), ...usual)).toMatchObject({ code: 'voxel-kinetics.grids' })
  })
})
