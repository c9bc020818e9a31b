/** `theratwin quantify calibrate|recovery|correct|deadtime` on phantoms of closed form, and calibrations in a real store. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openStore } from '../../db/index.ts'
import { encodeNifti, readNifti } from '../../electron/adapters/nifti/index.ts'
import { calibrationHandlers } from '../../electron/backend/calibrationHandlers.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { JobRunner } from '../../electron/backend/jobs.ts'
import { command } from '../../electron/cli/quantify.ts'
import {
  calibrationAnalyseSchema,
  cameraFactorSchema,
  recoveryCurveSchema,
  storedCalibrationSchema,
} from '../../electron/contracts/calibrations.ts'
import type { CalibrationDraft, CalibrationView, StoredCalibration } from '../../electron/contracts/calibrations.ts'
import type { JobEvent } from '../../electron/contracts/index.ts'
import type { PhantomImageView } from '../../electron/contracts/phantomImages.ts'
import { importScan } from '../../electron/services/import/index.ts'
import { protocolOf } from '../../electron/services/patients/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { wholeFractions } from '../../native-core/imaging/index.ts'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/index.ts'
import {
  NEMA_SPHERES,
  ballMask,
  evaluateRecovery,
  sphereRecovery,
  sphereVolumeOfDiameterMl,
} from '../../native-core/imaging/quantification/index.ts'
import { cubicGrid, sphereImage } from '../../native-core/imaging/quantification/testPhantom.ts'
import { makePhantomCase } from '../phantoms/index.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-quantify-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const path = (name: string): string => join(root, name)

async function quantify<T>(...words: readonly string[]): Promise<T> {
  let text = ''
  await command.run({
    arguments: words,
    json: true,
    signal: new AbortController().signal,
    out: (part) => (text += part),
    progress: () => undefined,
  })
  return JSON.parse(text) as T
}
async function nifti(name: string, grid: ImageGrid, values: Float64Array): Promise<string> {
  writeFileSync(
    path(name),
    await encodeNifti({ grid, values: Float32Array.from(values) }, { gzip: true, description: 'test' }),
  )
  return path(name)
}
function json(name: string, value: unknown): string {
  writeFileSync(path(name), JSON.stringify(value))
  return path(name)
}

const CPS_PER_MBQ = 9.2
const SECONDS = 1200
/** Lu-177, mean over 1200 s that begin 24 h after the assay, by the half-life of the decay data set. */
const LAMBDA = Math.LN2 / 574300.8
const meanDecay = Math.exp(-LAMBDA * 86400) * ((1 - Math.exp(-LAMBDA * SECONDS)) / (LAMBDA * SECONDS))
const countsPerMl = (mbqPerMl: number): number => mbqPerMl * CPS_PER_MBQ * SECONDS * meanDecay
const known = { nuclide: 'Lu-177', activityRelativeUncertainty: 0.03, assayToStartH: 24, acquisitionDurationS: SECONDS }

const grid = cubicGrid([64, 56, 20], 4, [-126, -110, -38])
const nemaSpheres = NEMA_SPHERES.diametersMm.map((innerDiameterMm, n) => ({
  innerDiameterMm,
  centreMm: [2 + 57.2 * Math.cos(0.4 + (n * Math.PI) / 3), -3 + 57.2 * Math.sin(0.4 + (n * Math.PI) / 3), 1] as Vec3,
}))
const nema = (sphere: number, background: number): Float64Array =>
  sphereImage(
    grid,
    nemaSpheres.map(({ centreMm, innerDiameterMm }) => ({ centreMm, radiusMm: innerDiameterMm / 2, value: sphere })),
    11,
    background,
  )
const counts = (image: Float64Array): Float64Array => image.map((mbqPerMl) => countsPerMl(mbqPerMl) * 0.064)

interface Factor {
  readonly factor: {
    readonly sensitivityCpsPerMbq: number
    readonly relativeUncertainty: number
    readonly budget: readonly { readonly name: string }[]
  }
  readonly remarks: readonly string[]
}
interface Curve {
  readonly curve: { readonly parameters: readonly number[]; readonly volumeRangeMl: readonly number[] }
  readonly spheres: readonly { readonly coefficient: number; readonly innerDiameterMm: number }[]
  readonly psf: { readonly fwhmMm: readonly number[] } | null
  readonly drafts: readonly StoredCalibration[]
}

describe('quantify calibrate', () => {
  it('finds the factor of a uniform phantom, with its budget, and writes an object that a store takes', async () => {
    const ball = wholeFractions(ballMask(grid, [0, 0, 0], 36))
    const image = await nifti('uniform.nii.gz', grid, counts(Float64Array.from(ball, (part) => part * 0.5)))
    const volumeMl = (4 / 3) * Math.PI * 3.6 ** 3
    const phantom = json('uniform.json', {
      source: 'uniform',
      ...known,
      activityMbq: 0.5 * volumeMl,
      volumeMl,
      volumeRelativeUncertainty: 0.01,
      region: 'inside',
      radiusMm: 20,
      lengthMm: 40,
    })
    const { factor } = await quantify<Factor>(
      'calibrate',
      image,
      '--phantom',
      phantom,
      '--unit',
      'counts',
      '--date',
      '2026-01-05',
      '--out',
      path('uniform'),
    )
    expect(factor.sensitivityCpsPerMbq / CPS_PER_MBQ).toBeCloseTo(1, 3)
    expect(factor.relativeUncertainty).toBeGreaterThan(Math.hypot(0.03, 0.01))
    expect(factor.relativeUncertainty).toBeLessThan(0.035)
    expect(factor.budget.map(({ name }) => name)).toEqual([
      'counting statistics',
      'volume',
      'activity meter',
      'half-life',
      'repeatability',
    ])
    expect(
      cameraFactorSchema.parse(JSON.parse(readFileSync(path('uniform/camera-factor.json'), 'utf8'))),
    ).toMatchObject({
      source: 'uniform-phantom',
      date: '2026-01-05',
      conditions: { nuclide: 'Lu-177', voxelMm: [4, 4, 4] },
    })
  })

  it('finds that of a point source and of hot spheres', async () => {
    const activityMbq = 20
    const point = sphereImage(
      grid,
      [{ centreMm: [3, -5, 2], radiusMm: 4, value: activityMbq / ((4 / 3) * Math.PI * 0.4 ** 3) }],
      10,
    )
    const image = await nifti('point.nii.gz', grid, counts(point))
    const phantom = json('point.json', { source: 'point', ...known, activityMbq, radiusMm: 30, shellOuterMm: 36 })
    const { factor, remarks } = await quantify<Factor>(
      'calibrate',
      image,
      '--phantom',
      phantom,
      '--unit',
      'counts',
      '--date',
      '2026-01-05',
    )
    expect(Math.abs(factor.sensitivityCpsPerMbq / CPS_PER_MBQ - 1)).toBeLessThan(0.005)
    expect(remarks.join()).not.toMatch(/not all counts/)
    const spheres = await nifti('spheres.nii.gz', grid, counts(nema(0.5, 0)))
    const hot = json('hot.json', {
      source: 'sphere',
      ...known,
      concentrationMbqPerMl: 0.5,
      volumeRelativeUncertainty: 0.01,
      form: 'gear',
    })
    const fitted = await quantify<Factor>(
      'calibrate',
      spheres,
      '--phantom',
      hot,
      '--unit',
      'counts',
      '--date',
      '2026-01-05',
    )
    expect(Math.abs(fitted.factor.sensitivityCpsPerMbq / CPS_PER_MBQ - 1)).toBeLessThan(0.02)
    expect(fitted.remarks.join()).toMatch(/same spheres/)
  })

  it('names what is missing', async () => {
    const image = path('point.nii.gz')
    await expect(quantify('calibrate', image, '--phantom', path('point.json'))).rejects.toMatchObject({
      code: 'cli.arguments',
      message: expect.stringMatching(/counts or Bq/) as string,
    })
    await expect(quantify('calibrate', image)).rejects.toMatchObject({ code: 'cli.arguments' })
    await expect(
      quantify('calibrate', image, '--phantom', path('point.json'), '--unit', 'counts'),
    ).rejects.toMatchObject({ message: expect.stringMatching(/which day/) as string })
    await expect(
      quantify('calibrate', image, '--phantom', path('point.json'), '--unit', 'Bq/mL', '--date', '2026-01-05'),
    ).rejects.toMatchObject({ code: 'calibration.needs-counts' })
    await expect(
      quantify('calibrate', image, '--phantom', json('wrong.json', { source: 'point', nuclide: 'Lu-177' })),
    ).rejects.toMatchObject({ code: 'quantify.input', message: expect.stringMatching(/activityMbq/) as string })
    await expect(
      quantify(
        'calibrate',
        image,
        '--phantom',
        json('odd.json', { source: 'point', ...known, nuclide: 'Xx-1', activityMbq: 1, radiusMm: 10 }),
        '--unit',
        'counts',
        '--date',
        '2026-01-05',
      ),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^nuclide/) as string })
    await expect(quantify('weigh')).rejects.toMatchObject({ code: 'cli.arguments' })
  })
})

describe('quantify recovery', () => {
  it('finds the spheres of the NEMA phantom, their coefficients, curve and point spread function', async () => {
    const image = await nifti('nema.nii.gz', grid, counts(nema(0.5, 0.05)))
    const phantom = json('nema.json', {
      source: 'sphere',
      ...known,
      concentrationMbqPerMl: 0.5,
      backgroundMbqPerMl: 0.05,
      volumeRelativeUncertainty: 0.01,
      form: 'gaussian-sphere',
      sensitivityCpsPerMbq: CPS_PER_MBQ,
      sensitivityRelativeUncertainty: 0.03,
    })
    const { curve, spheres, psf, drafts } = await quantify<Curve>(
      'recovery',
      image,
      '--phantom',
      phantom,
      '--unit',
      'counts',
      '--date',
      '2026-01-06',
      '--out',
      path('nema'),
    )
    spheres
      .slice(0, 4)
      .forEach(({ coefficient, innerDiameterMm }) =>
        expect(Math.abs(coefficient - sphereRecovery(innerDiameterMm, 11).coefficient)).toBeLessThan(0.03),
      )
    expect(Math.abs(curve.parameters[0]! - 11)).toBeLessThan(0.6)
    psf?.fwhmMm.forEach((width) => expect(Math.abs(width - 11)).toBeLessThan(0.8))
    expect(drafts.map(({ kind }) => kind)).toEqual(['recovery-curve', 'psf'])
    drafts.forEach((draft) => expect(storedCalibrationSchema.parse(draft)).toEqual(draft))
    expect(existsSync(path('nema/psf.json'))).toBe(true)
  })

  it('fits a table', async () => {
    const lines = NEMA_SPHERES.diametersMm.map((d) => {
      const v = sphereVolumeOfDiameterMl(d)
      return `${v},${evaluateRecovery('gear', [3.5, 0.9], v).coefficient},0.02`
    })
    writeFileSync(path('table.csv'), `volume_ml,coefficient,standard_uncertainty\n${lines.join('\n')}\n`)
    const { curve } = await quantify<Curve>('recovery', path('table.csv'), '--date', '2026-01-06')
    expect(curve.parameters).toEqual([expect.closeTo(3.5, 6), expect.closeTo(0.9, 6)])
    recoveryCurveSchema.parse(curve)
    writeFileSync(path('bad.csv'), 'volume_ml,coefficient,standard_uncertainty\n1,x,0.1\n')
    await expect(quantify('recovery', path('bad.csv'), '--date', '2026-01-06')).rejects.toMatchObject({
      code: 'quantify.table',
      message: expect.stringMatching(/line 2/) as string,
    })
  })
})

describe('quantify correct', () => {
  const two = [nemaSpheres[0]!, nemaSpheres[2]!]
  const settings = {
    nuclide: 'Lu-177',
    acquisitionDurationS: SECONDS,
    calibration: { sensitivityCpsPerMbq: CPS_PER_MBQ, relativeUncertainty: 0.03, date: '2026-01-05' },
    deadTime: { losses: { model: 'paralysable', tauS: 2e-6, relativeUncertainty: 0.1 }, observedCps: 50_000 },
  }
  /** n·e^(−nτ) = 50000 cps, by SciPy's lambertw. */
  const TRUE_CPS = 55916.2796
  let image: string
  let masks: string
  interface Answer {
    readonly corrections: readonly {
      readonly name: string
      readonly applied: boolean
      readonly factor: number | null
      readonly relativeUncertainty: number
    }[]
    readonly structures: readonly {
      readonly name: string
      readonly measuredBqPerMl: number
      readonly correctedBqPerMl: number
      readonly partialVolumeRelativeUncertainty: number
    }[]
    readonly totalBq: number
  }

  beforeAll(async () => {
    // Acquired at the assay: only the decay during the acquisition is left.
    const during = (1 - Math.exp(-LAMBDA * SECONDS)) / (LAMBDA * SECONDS)
    const activity = sphereImage(
      grid,
      two.map(({ centreMm, innerDiameterMm }) => ({ centreMm, radiusMm: innerDiameterMm / 2, value: 0.4 })),
      11,
      0.02,
    )
    image = await nifti(
      'patient.nii.gz',
      grid,
      activity.map((mbqPerMl) => (mbqPerMl * 0.064 * CPS_PER_MBQ * SECONDS * during * 50_000) / TRUE_CPS),
    )
    const labels = new Float64Array(64 * 56 * 20)
    two.forEach(({ centreMm, innerDiameterMm }, n) =>
      wholeFractions(ballMask(grid, centreMm, innerDiameterMm / 2)).forEach(
        (part, voxel) => part > 0.5 && (labels[voxel] = n + 2),
      ),
    )
    masks = await nifti('lesions.nii.gz', grid, labels)
  })

  const correct = (name: string, more: object) =>
    quantify<Answer>(
      'correct',
      image,
      '--settings',
      json(`${name}.json`, { ...settings, ...more }),
      '--structures',
      masks,
      '--unit',
      'counts',
      '--out',
      path(name),
    )

  it('lists every correction with factor and uncertainty, and brings the large sphere near the truth without any', async () => {
    const { corrections, structures, totalBq } = await correct('plain', {})
    expect(corrections.map(({ name, applied }) => [name, applied])).toEqual([
      ['calibration', true],
      ['dead time', true],
      ['decay during acquisition', true],
      ['partial volume', false],
    ])
    expect(corrections[1]!.factor! / (TRUE_CPS / 50_000)).toBeCloseTo(1, 5)
    expect(corrections[1]!.relativeUncertainty).toBeGreaterThan(0.01)
    expect(structures[0]!.measuredBqPerMl / 0.4e6).toBeGreaterThan(0.7)
    expect(structures[1]!.measuredBqPerMl / 0.4e6).toBeLessThan(0.7)
    const { values } = await readNifti(path('plain/activity.nii.gz'))
    expect(values.reduce((sum, value) => sum + value, 0) * 0.064).toBeCloseTo(totalBq, -3)
    const truth =
      0.02e6 * 0.064 * 64 * 56 * 20 +
      two.reduce((sum, { innerDiameterMm }) => sum + 0.38e6 * sphereVolumeOfDiameterMl(innerDiameterMm), 0)
    expect(totalBq / truth).toBeCloseTo(1, 2)
  })

  it.each([
    ['gtm', 0.06],
    ['richardson-lucy', 0.2],
    ['recovery-curve', 0.06],
  ] as const)('with %s is nearer to the truth, within %f', async (method, tolerance) => {
    const { structures } = await correct(method, {
      partialVolume: {
        method,
        fwhmMm: [11, 11, 11],
        iterations: 30,
        background: method === 'recovery-curve' ? 'surroundings' : 'none',
      },
      recoveryCurve: { form: 'gaussian-sphere', parameters: [11], covariance: [[0.2]], volumeRangeMl: [0.5, 27] },
    })
    structures.forEach(({ correctedBqPerMl, measuredBqPerMl, partialVolumeRelativeUncertainty }) => {
      expect(Math.abs(correctedBqPerMl / 0.4e6 - 1)).toBeLessThan(tolerance)
      expect(Math.abs(correctedBqPerMl - 0.4e6)).toBeLessThan(Math.abs(measuredBqPerMl - 0.4e6))
      expect(partialVolumeRelativeUncertainty).toBeGreaterThan(0)
    })
  })

  it('can switch each correction, and refuses what cannot be', async () => {
    const { corrections } = await correct('off', { deadTime: undefined, decayDuringAcquisition: false })
    expect(corrections.map(({ applied }) => applied)).toEqual([true, false, false, false])
    await expect(correct('nothing', { calibration: undefined })).rejects.toMatchObject({
      code: 'correct.no-calibration',
    })
    await expect(
      correct('beyond', {
        deadTime: { losses: { model: 'paralysable', tauS: 1e-5, relativeUncertainty: 0 }, observedCps: 50_000 },
      }),
    ).rejects.toMatchObject({ code: 'dead-time.beyond-maximum' })
    await expect(correct('wide', { partialVolume: { method: 'gtm' } })).rejects.toMatchObject({
      code: 'correct.no-psf',
    })
    await expect(correct('curve', { partialVolume: { method: 'recovery-curve' } })).rejects.toMatchObject({
      code: 'correct.no-curve',
    })
    await expect(
      quantify('correct', image, '--settings', json('bq.json', settings), '--unit', 'Bq/mL', '--out', path('bq')),
    ).rejects.toMatchObject({ code: 'correct.dead-time-unit' })
  })
})

describe('quantify deadtime', () => {
  it('gives the true rate', async () => {
    const { trueCps, factor } = await quantify<{ trueCps: number; factor: number }>(
      'deadtime',
      '--observed-cps',
      '50000',
      '--model',
      'non-paralysable',
      '--dead-time-us',
      '2',
      '--relative-uncertainty',
      '0.1',
    )
    expect(trueCps).toBeCloseTo(50000 / 0.9, 6)
    expect(factor).toBeCloseTo(1 / 0.9, 12)
    await expect(
      quantify('deadtime', '--observed-cps', 'many', '--model', 'paralysable', '--dead-time-us', '2'),
    ).rejects.toMatchObject({ code: 'cli.arguments' })
    await expect(quantify('deadtime', '--observed-cps', '1')).rejects.toMatchObject({ code: 'cli.arguments' })
  })
})

describe('calibrations in the store', () => {
  let bench: Workbench
  let store: Store
  let patientId: string
  let told: string[]
  let jobs: JobRunner
  const events: JobEvent[] = []
  let handlers: ReturnType<typeof calibrationHandlers>
  const ask = async <A>(name: keyof typeof handlers, what: unknown): Promise<A> =>
    (await (handlers[name] as (ask: unknown) => unknown)(what)) as A
  /** The end of the job that analyses a phantom. */
  async function analysed(what: unknown, cancel?: 'at once'): Promise<CalibrationDraft> {
    const { jobId } = await ask<{ jobId: string }>('calibrations.analyse', calibrationAnalyseSchema.parse(what))
    if (cancel) jobs.cancel(jobId)
    const last = await vi.waitFor(() => {
      const found = events.find((event) => event.jobId === jobId && event.state !== 'running')
      if (!found) throw new Error('It runs.')
      return found
    }, 20_000)
    if (last.result?.kind === 'calibration') return last.result.draft
    throw Object.assign(new Error('No draft.'), last.failure)
  }
  const factor = storedCalibrationSchema.parse({
    kind: 'camera-factor',
    name: 'Camera A',
    date: '2026-01-05',
    conditions: { nuclide: 'Lu-177' },
    sensitivityCpsPerMbq: 9.2,
    relativeUncertainty: 0.04,
    source: 'entered',
  })

  beforeAll(async () => {
    bench = createWorkbench({ threads: 1 })
    await makePhantomCase({ seed: 9, sizes: 'tiny', outDir: path('case'), quantification: 'counts', acquisitionS: 300 })
    store = await openStore(
      path('store'),
      { kind: 'raw', key: new Uint8Array(32).fill(3) },
      { actor: 'anna', programVersion: 'test' },
    )
    const scan = await bench.source.scan([path('case')], {})
    patientId =
      (
        await importScan(scan, {
          store,
          source: bench.source,
          readFile: bench.readFile,
          programVersion: 'test',
          sources: ['case'],
        })
      ).patients[0]?.patientId ?? ''
    told = []
    jobs = new JobRunner((event) => void events.push(event))
    handlers = calibrationHandlers({
      store,
      bench,
      jobs,
      emit: (name) => void told.push(name),
    })
  })
  afterAll(async () => {
    store.close()
    await bench.close()
  })

  it('are added, listed, never changed, and taken out of use', async () => {
    const { calibrationId } = await ask<{ calibrationId: string }>('calibrations.add', { content: factor })
    expect(await ask<CalibrationView[]>('calibrations.list', {})).toEqual([
      expect.objectContaining({ calibrationId, addedBy: 'anna', content: factor }),
    ])
    await expect(ask('calibrations.add', { content: { ...factor, sensitivityCpsPerMbq: 9.3 } })).rejects.toMatchObject({
      code: 'calibration.exists',
    })
    const { calibrationId: other } = await ask<{ calibrationId: string }>('calibrations.add', {
      content: { ...factor, name: 'Camera B' },
    })
    expect(await ask<CalibrationView[]>('calibrations.retire', { calibrationId: other })).toHaveLength(1)
    await expect(ask('calibrations.add', { content: { ...factor, name: 'Camera B' } })).rejects.toMatchObject({
      code: 'calibration.retired',
    })
    await expect(ask('calibrations.retire', { calibrationId: other })).rejects.toMatchObject({
      code: 'calibration.unknown',
    })
  })

  it('are copied whole into a protocol, which then tells the patient’s window', async () => {
    const [view] = await ask<CalibrationView[]>('calibrations.list', {})
    await ask('calibrations.apply', { patientId, calibrationId: view!.calibrationId })
    await ask('calibrations.apply', { patientId, calibrationId: view!.calibrationId, seriesUid: '1.2.3' })
    const { calibration, calibrationBySeries } = protocolOf(store, patientId)
    expect(calibration).toMatchObject({
      sensitivityCpsPerMbq: 9.2,
      relativeUncertainty: 0.04,
      stored: { calibrationId: view!.calibrationId, content: factor },
    })
    expect(calibrationBySeries['1.2.3']).toEqual(calibration)
    expect(told).toContain('patientChanged')
    const { calibrationId } = await ask<{ calibrationId: string }>('calibrations.add', {
      content: { ...factor, name: 'Tc', conditions: { ...factor.conditions, nuclide: 'Tc-99m' } },
    })
    await expect(ask('calibrations.apply', { patientId, calibrationId })).rejects.toMatchObject({
      code: 'calibration.other-nuclide',
    })
  })

  it('of recovery, point spread function and dead time land in their fields', async () => {
    const base = { name: 'Camera A', date: '2026-01-06', conditions: {} }
    const add = async (content: unknown): Promise<void> => {
      const { calibrationId } = await ask<{ calibrationId: string }>('calibrations.add', {
        content: storedCalibrationSchema.parse(content),
      })
      await ask('calibrations.apply', { patientId, calibrationId })
    }
    await add({
      kind: 'recovery-curve',
      ...base,
      form: 'hyperbolic',
      parameters: [3],
      covariance: [[0.1]],
      volumeRangeMl: [0.5, 27],
      spheres: [{ volumeMl: 1, coefficient: 0.25, standardUncertainty: 0.02 }],
      reducedChiSquare: null,
    })
    await add({ kind: 'psf', ...base, fwhmMm: [10, 10, 11], relativeUncertainty: 0.05, source: 'entered' })
    await add({
      kind: 'dead-time',
      ...base,
      losses: { model: 'paralysable', tauS: 2e-6, relativeUncertainty: 0.1 },
      at: 'open window, one detector',
    })
    const protocol = protocolOf(store, patientId)
    expect(protocol.recoveryCurve?.content.parameters).toEqual([3])
    expect(protocol.partialVolume).toMatchObject({
      method: 'recovery-curve',
      fwhmMm: [10, 10, 11],
      fwhmRelativeUncertainty: 0.05,
    })
    expect(protocol.deadTime).toMatchObject({ content: { losses: { tauS: 2e-6 } }, observedCpsBySeries: {} })
  })

  it('are drafted from a series of the store or of a folder; nothing is stored', async () => {
    const scan = await bench.source.scan([path('case')], {})
    const image = scan.patients[0]!.images.find(({ modality }) => modality === 'NM')!
    const before = (await ask<CalibrationView[]>('calibrations.list', {})).length
    const draft = (from: unknown) =>
      analysed({
        image: from,
        phantom: {
          source: 'uniform',
          ...known,
          acquisitionDurationS: undefined,
          activityMbq: 1000,
          volumeMl: 5000,
          volumeRelativeUncertainty: 0.01,
          region: 'inside',
          radiusMm: 20,
          lengthMm: 20,
        },
        name: 'Draft',
        date: '2026-01-05',
        conditions: {},
      })
    const stored = await draft({ kind: 'stored', patientId, imageKey: image.key })
    expect(stored.drafts).toEqual([expect.objectContaining({ kind: 'camera-factor', name: 'Draft' })])
    // What the files of the image name the camera stays with the calibration, and with what was imported.
    expect(stored.drafts[0]!.conditions).toMatchObject({ device: image.camera, collimator: 'MELP' })
    const folder = join(image.files[0]!.path, '..')
    expect((await draft({ kind: 'path', path: folder })).drafts).toEqual(stored.drafts)
    expect(await ask<CalibrationView[]>('calibrations.list', {})).toHaveLength(before)
    expect((await draft({ kind: 'path', path: path('case'), imageKey: image.key })).drafts).toEqual(stored.drafts)
    await expect(draft({ kind: 'path', path: path('case') })).rejects.toMatchObject({
      code: 'calibration.image-choice',
    })
    const images = await ask<PhantomImageView[]>('calibrations.images', { folder: null })
    expect(images.length).toBeGreaterThan(1)
    expect(images.map((one) => one.image)).toContainEqual({ kind: 'stored', patientId, imageKey: image.key })
    for (const one of images) expect(one).toMatchObject({ unit: 'counts', unusableFor: { factor: '', recovery: '' } })
    const below = await ask<PhantomImageView[]>('calibrations.images', { folder })
    expect(below).toMatchObject([{ image: { kind: 'path', path: folder, imageKey: image.key }, nuclide: 'Lu-177' }])
  })

  it('stop being drafted where a person cancels', async () => {
    const ended = analysed(
      {
        image: { kind: 'path', path: path('case') },
        phantom: {
          source: 'sphere',
          ...known,
          concentrationMbqPerMl: 1,
          backgroundMbqPerMl: 0,
          volumeRelativeUncertainty: 0.01,
        },
        name: 'Cancelled',
        date: '2026-01-05',
        conditions: {},
      },
      'at once',
    )
    await expect(ended).rejects.toMatchObject({ kind: 'cancelled' })
  })
})
