/**
 * `theratwin quantify planar|hybrid|samples|suv|pair|dynamic` as scripts use them, on files whose activities are known by closed forms. Half-lives
 * of nuclides in the expected numbers are DDEP's (Lu-177 6.6443 d, F-18 1.82890 h, Zr-89 78.42 h), which differ from the program's by parts
 * in a thousand at most.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../electron/cli/quantify.ts'
import { InputError } from '../../native-core/errors/index.ts'
import { createPlanarSource } from '../../electron/adapters/dicom/planar.ts'
import { readNifti, writeNifti } from '../../electron/adapters/nifti/index.ts'
import type { ImageGrid } from '../../native-core/imaging/types.ts'
import { sharedFolder } from './support/dicomOracle.ts'
import { writeDynamicPet, writePlanar } from './support/planarFiles.ts'

const entry = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'theratwin-planar-'))
const at = (name: string): string => join(root, name)
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** The command in this process, as main.ts runs it; how it starts and ends as a program is the last test. */
async function quantify(...words: readonly string[]) {
  const printed: string[] = []
  const answered = (status: number, stderr: string) => ({ status, stdout: printed.join('\n'), stderr })
  try {
    const isYes = await command.run({
      arguments: words.filter((word) => word !== '--json'),
      json: words.includes('--json'),
      signal: new AbortController().signal,
      out: (text) => printed.push(text),
      progress: () => {},
    })
    return answered(isYes ? 0 : 2, '')
  } catch (error) {
    if (error instanceof InputError) return answered(2, `${error.message} ${error.hint}`)
    throw error
  }
}
async function json<T>(...words: readonly string[]): Promise<T> {
  const { stdout, stderr } = await quantify(...words, '--json')
  expect(stderr).toBe('')
  return JSON.parse(stdout) as T
}
function save(name: string, content: unknown): string {
  writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content))
  return at(name)
}
interface Uncertain {
  readonly value: number
  readonly standardUncertainty: number
}
interface Series {
  readonly label: string
  readonly points: readonly { readonly timeH: number; readonly activityMbq: Uncertain }[]
  readonly commonRelativeUncertainty: number
  readonly fit: { readonly tiaMbqH: Uncertain } | null
}

const LU_H = 6.6443 * 24

/** A slab of activity 45 to 95 mm deep in 200 mm of water (μ 0.12/cm), over background and a flat spectrum of scatter. */
const PHANTOM = {
  columns: 48,
  rows: 64,
  mu: 0.012,
  body: 200,
  depth: 45,
  thickness: 50,
  sensitivity: 10,
  durationS: 600,
}
const WINDOWS = [
  [166.4, 187.2],
  [187.2, 228.8],
  [228.8, 249.6],
] as const
const activityMbq = (timeH: number): number => 200 * 2 ** (-timeH / 40)

function phantomView(timeH: number, side: 'anterior' | 'posterior'): Uint16Array[] {
  const { columns, rows, mu, body, depth, thickness, sensitivity, durationS } = PHANTOM
  const front = side === 'anterior' ? depth : body - depth - thickness
  const x = (mu * thickness) / 2
  const lambda = Math.LN2 / (LU_H * 3600)
  const average = (1 - Math.exp(-lambda * durationS)) / (lambda * durationS)
  const organ =
    (activityMbq(timeH) * sensitivity * durationS * average * Math.exp(-mu * (front + thickness / 2)) * Math.sinh(x)) /
    x /
    100
  const level = activityMbq(timeH) / 200
  return WINDOWS.map(([low, high], window) =>
    Uint16Array.from({ length: columns * rows }, (_, i) => {
      // The organ: columns 10 to 19 from the patient's right, rows 20 to 29. From behind it is on the other side.
      const column = side === 'anterior' ? i % columns : columns - 1 - (i % columns)
      const row = Math.floor(i / columns)
      const isOrgan = column >= 10 && column < 20 && row >= 20 && row < 30
      const background = 400 * level * (isOrgan ? 1 - thickness / body : 1)
      const primary = window === 1 ? background + (isOrgan ? organ : 0) : 0
      return Math.round(primary + 5 * level * (high - low))
    }),
  )
}

const box = (x0: number, y0: number, columns: number, rows: number) => [
  (x0 - 0.5) * 4,
  (y0 - 0.5) * 4,
  (x0 + columns - 0.5) * 4,
  (y0 + rows - 0.5) * 4,
]
const planarRequest = {
  nuclide: 'Lu-177',
  peakKev: 208.4,
  scatter: { method: 'triple' },
  sensitivityCpsPerMbq: { value: 10, standardUncertainty: 0.3 },
  attenuation: { kind: 'thickness', muPerCm: 0.12, bodyThicknessMm: { value: 200, standardUncertainty: 5 } },
  regions: [
    {
      name: 'kidney',
      rectangleMm: box(10, 20, 10, 10),
      sourceThicknessMm: 50,
      sourceMuPerCm: 0.12,
      background: {
        rectangleMm: box(30, 20, 10, 10),
        method: 'thickness',
        sourceThicknessMm: 50,
        bodyThicknessMm: 200,
      },
    },
  ],
  wholeBody: { administeredActivityMbq: { value: 7000, standardUncertainty: 70 } },
  scans: [24, 4, 72].map((timeH) => ({ timeH, images: `scan${timeH}` })),
  fit: 'mono-exponential',
}

beforeAll(() => {
  for (const timeH of [4, 24, 72])
    writePlanar(at(`scan${timeH}`), 'views.dcm', {
      columns: PHANTOM.columns,
      rows: PHANTOM.rows,
      spacingMm: 4,
      durationS: PHANTOM.durationS,
      windowsKev: WINDOWS,
      views: [
        { name: 'Posterior', windows: phantomView(timeH, 'posterior') },
        { name: 'Anterior', windows: phantomView(timeH, 'anterior') },
      ],
    })
})

describe('quantify planar', () => {
  interface Planar {
    readonly regions: readonly (Series & {
      readonly times: readonly {
        readonly anterior: { readonly scatterCounts: Uncertain; readonly backgroundCounts: Uncertain }
      }[]
    })[]
    readonly wholeBody: Series
    readonly remarks: readonly string[]
  }

  it('finds the activity of a slab under scatter, background and water, its integral, and the whole body (0.2 %)', async () => {
    const out = at('planar-out')
    const found = await json<Planar>('planar', save('planar.json', planarRequest), '--out', out)
    const [kidney] = found.regions
    expect(kidney?.points.map(({ timeH }) => timeH)).toEqual([4, 24, 72])
    for (const { timeH, activityMbq: measured } of kidney?.points ?? []) {
      expect(Math.abs(measured.value / activityMbq(timeH) - 1)).toBeLessThan(2e-3)
      // Transmission (½·0.06) and sensitivity (3 %) are common; counts add little.
      expect(measured.standardUncertainty / measured.value).toBeGreaterThan(0.0424)
      expect(measured.standardUncertainty / measured.value).toBeLessThan(0.05)
    }
    expect(kidney?.commonRelativeUncertainty).toBeCloseTo(Math.hypot(0.03, 0.03), 4)
    // Scatter of 100 pixels in 41.6 keV, three quarters of the background under the organ; both as of 4 h.
    const level = 2 ** -0.1
    expect((kidney?.times[0]?.anterior.scatterCounts.value ?? 0) / (100 * 5 * 41.6 * level)).toBeCloseTo(1, 2)
    expect((kidney?.times[0]?.anterior.backgroundCounts.value ?? 0) / (100 * 300 * level)).toBeCloseTo(1, 2)
    expect((kidney?.fit?.tiaMbqH.value ?? 0) / ((200 * 40) / Math.LN2)).toBeCloseTo(1, 2)
    const [first, second] = found.wholeBody.points
    expect((first?.activityMbq.value ?? 0) / (7000 * 2 ** (-4 / LU_H))).toBeCloseTo(1, 4)
    expect((second?.activityMbq.value ?? 0) / (first?.activityMbq.value ?? 0) / 2 ** -0.5).toBeCloseTo(1, 2)
    expect(JSON.parse(readFileSync(join(out, 'planar.json'), 'utf8'))).toEqual(found)
  })

  it('takes the attenuation from a CT: 200 mm of water at 208 keV have μ = 0.1351/cm (XCOM, 1 %)', async () => {
    const grid: ImageGrid = {
      dimensions: [12, 15, 12],
      spacingMm: [20, 20, 25],
      originMm: [-120, -150, -150],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    }
    const hu = Float32Array.from({ length: 2160 }, (_, n) => {
      const j = Math.floor(n / 12) % 15
      return j >= 3 && j < 13 ? 0 : -1000
    })
    await writeNifti(at('ct.nii.gz'), { grid, values: hu })
    const request = {
      ...planarRequest,
      attenuation: { kind: 'ct', firstPixelMm: [-94, 110], relativeUncertainty: 0.02 },
      wholeBody: undefined,
      fit: undefined,
    }
    const found = await json<{ regions: readonly { transmission: Uncertain }[]; remarks: readonly string[] }>(
      'planar',
      save('planar-ct.json', request),
      '--ct',
      at('ct.nii.gz'),
    )
    const { value, standardUncertainty } = found.regions[0]!.transmission
    expect(Math.abs(-Math.log(value) / 200 / 0.01351 - 1)).toBeLessThan(0.01)
    expect(standardUncertainty / value).toBeCloseTo(-Math.log(value) * 0.02, 4)
    expect(found.remarks.join()).toMatch(/208\.4 keV from the CT \(200 mm thick; CT taken as of 75 keV, unverified/)
  })

  it.each([
    [{ scans: [{ timeH: 4, images: 'nowhere' }] }, /nowhere/],
    [{ peakKev: 364 }, /Scan of 24 h: no anterior frame is of a window that holds 364 keV/],
    [{ attenuation: undefined }, /"kidney" has no attenuation/],
    [{ regions: [{ name: 'x', rectangleMm: [900, 0, 950, 10] }] }, /"x" cannot be used: it lies outside/],
    [{ attenuation: { kind: 'ct', firstPixelMm: [0, 0] } }, /takes its attenuation from a CT, which is missing/],
    [{ nuclide: 'Xx-1' }, /no decay data for "Xx-1"/],
    [{ colour: 'red' }, /colour/],
  ])('refuses %j in words', async (change, words) => {
    const { status, stderr } = await quantify('planar', save('bad.json', { ...planarRequest, ...change }))
    expect(stderr).toMatch(words)
    expect(status).toBe(2)
  })
})

it('the planar reader leaves a picture of a scan aside, with the reason; the NM file of the corpus is one (skipped aloud without ../shared/dicom-corpus)', async (context) => {
  const folder = join(sharedFolder, 'dicom-corpus', 'nm')
  if (!existsSync(folder)) context.skip('no ../shared/dicom-corpus')
  const source = createPlanarSource({ threads: 1 })
  try {
    const { images, problems } = await source.readPlanar([folder])
    expect(images).toEqual([])
    expect(problems.map(({ code }) => code)).toEqual(['planar.other'])
    expect(problems[0]?.message).toMatch(/secondary capture/)
  } finally {
    await source.close()
  }
})

describe('quantify hybrid', () => {
  const points = [4, 24, 72].map((timeH) => ({
    timeH,
    value: { value: 13 * activityMbq(timeH), standardUncertainty: 130 },
  }))
  const request = {
    nuclide: 'Lu-177',
    fit: 'mono-exponential',
    structures: [
      {
        name: 'kidney',
        planar: points,
        spect: { timeH: 24, activityMbq: { value: activityMbq(24), standardUncertainty: 10 } },
      },
    ],
  }

  it('scales a planar course by the SPECT, common uncertainty and all', async () => {
    const { structures } = await json<{ structures: readonly (Series & { planarAtSpect: string })[] }>(
      'hybrid',
      save('hybrid.json', request),
    )
    const [kidney] = structures
    for (const { timeH, activityMbq: found } of kidney?.points ?? [])
      expect(found.value).toBeCloseTo(activityMbq(timeH), 8)
    expect(kidney?.planarAtSpect).toBe('measured')
    expect(kidney?.points[1]?.activityMbq.standardUncertainty).toBeCloseTo(10, 8)
    expect((kidney?.fit?.tiaMbqH.value ?? 0) / ((200 * 40) / Math.LN2)).toBeCloseTo(1, 6)
    expect((kidney?.fit?.tiaMbqH.standardUncertainty ?? 0) / (kidney?.fit?.tiaMbqH.value ?? 1)).toBeGreaterThan(
      10 / activityMbq(24),
    )
  })

  it('interpolates aloud, and refuses a SPECT out of reach', async () => {
    const moved = (timeH: number) => ({
      ...request,
      structures: [{ ...request.structures[0], spect: { timeH, activityMbq: activityMbq(timeH) } }],
    })
    const { status, stdout } = await quantify('hybrid', save('moved.json', moved(48)))
    expect(status).toBe(0)
    expect(stdout).toMatch(/no planar image of the time of the SPECT \(48 h\)/)
    expect(await quantify('hybrid', save('far.json', moved(96)))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/72 h/) as string,
    })
  })
})

describe('quantify samples', () => {
  it('blood: concentrations at sampling, integral per mL, red marrow by the hematocrit', async () => {
    const half = 12
    const rows = [1, 6, 24, 48].map((t) => {
      const perMl = 1000 * 2 ** (-t / half)
      return `${t},${t + 30},2,0.02,${2 * perMl * 2 ** (-30 / LU_H)},${0.02 * perMl}`
    })
    const table = save(
      'blood.csv',
      ['time_h,measured_h,volume_ml,volume_ml_u,activity_bq,activity_bq_u', ...rows].join('\n'),
    )
    const words = ['blood', table, '--nuclide', 'Lu-177', '--administered-mbq', '7400', '--model', 'mono-exponential']
    const found = await json<{
      samples: readonly { concentrationBqPerMl: Uncertain }[]
      tiaMbqHPerMl: Uncertain
      marrow: { tiaMbqH: Uncertain; ratioMarrowToBlood: Uncertain }
    }>('samples', ...words, '--hematocrit', '0.47', '--ratio-u-percent', '20', '--marrow-mass-g', '1120')
    expect((found.samples[2]?.concentrationBqPerMl.value ?? 0) / 250).toBeCloseTo(1, 3)
    const tia = (1000e-6 * half) / Math.LN2
    expect(found.tiaMbqHPerMl.value / tia).toBeCloseTo(1, 3)
    expect(found.marrow.ratioMarrowToBlood.value).toBeCloseTo(0.19 / 0.53, 6)
    expect(found.marrow.tiaMbqH.value / ((tia * 0.19 * 1120) / 0.53 / 1.03)).toBeCloseTo(1, 3)
    expect(found.marrow.tiaMbqH.standardUncertainty / found.marrow.tiaMbqH.value).toBeGreaterThan(0.2)
  })

  it('urine: retention after each void, and the integral of the steps', async () => {
    const given = 7400
    const decay = (t: number): number => 2 ** (-t / LU_H)
    const table = save(
      'urine.csv',
      ['time_h;measured_h;activity_mbq', `4;28;${0.4 * given * decay(28)}`, `24;24;${0.2 * given * decay(24)}`].join(
        '\n',
      ),
    )
    const found = await json<{ retainedPercent: readonly Uncertain[]; tiaToLastVoidMbqH: Uncertain; series: Series }>(
      'samples',
      'urine',
      table,
      '--nuclide',
      '177Lu',
      '--administered-mbq',
      String(given),
    )
    expect(found.retainedPercent.map(({ value }) => Math.round(value * 50) / 50)).toEqual([60, 40])
    const lambda = Math.LN2 / LU_H
    const expected = (given * (1 - decay(4) + 0.6 * (decay(4) - decay(24)))) / lambda
    expect(found.tiaToLastVoidMbqH.value / expected).toBeCloseTo(1, 3)
    expect(found.series.fit).toBeNull()
  })

  it('probe: both sides less background, relative to the first', async () => {
    const table = save(
      'probe.csv',
      ['time_h,anterior,anterior_u,posterior,posterior_u', '0.5,41,0.5,26,0.5', '24,11,0.2,7.25,0.2'].join('\n'),
    )
    const { series } = await json<{ series: Series }>(
      'samples',
      'probe',
      table,
      '--nuclide',
      'Lu-177',
      '--administered-mbq',
      '7400',
      '--background',
      '1',
    )
    expect((series.points[0]?.activityMbq.value ?? 0) / (7400 * 2 ** (-0.5 / LU_H))).toBeCloseTo(1, 4)
    expect((series.points[1]?.activityMbq.value ?? 0) / (series.points[0]?.activityMbq.value ?? 1)).toBeCloseTo(0.25, 6)
  })

  it.each([
    ['time_h,activity_bq\n1,5', ['blood'], /line 2: volume_ml is missing/],
    ['time_h,volume_ml,activity_bq\n1,2,3,5', ['blood'], /line 2 has 4 cells/],
    ['time_h,volume_ml,activity_bq\n1,2,"3,5"', ['blood'], /line 2 has 4 cells/],
    ['time_h;volume_ml;activity_bq\n1;2;3,5', ['blood'], /activity_bq is "3,5", which is no number/],
    ['time_h,litres\n1,2', ['urine'], /column "litres" is not known/],
    ['time_h,activity_mbq\n2,99999', ['urine'], /would have been excreted/],
    ['time_h,anterior\n1,5', ['saliva'], /no kind of table/],
  ])('refuses %j as %j', async (content, [kind], words) => {
    const { status, stderr } = await quantify(
      'samples',
      kind!,
      save('bad.csv', content),
      '--nuclide',
      'Lu-177',
      '--administered-mbq',
      '7400',
    )
    expect(stderr).toMatch(words)
    expect(status).toBe(2)
  })

  it('--columns says what a table holds', async () => {
    expect((await quantify('samples', '--columns')).stdout).toMatch(/efficiency_cps_per_bq/)
  })
})

describe('quantify pair', () => {
  const biological = 120
  const point = (timeH: number) => ({
    timeH,
    value: { value: 0.01 * 37 * 2 ** (-timeH / biological - timeH / 78.42), standardUncertainty: 0.01 },
  })
  const request = {
    diagnostic: { nuclide: 'Zr-89', administeredActivityMbq: 37 },
    therapy: { nuclide: 'Lu-177', administeredActivityMbq: { value: 7400, standardUncertainty: 74 } },
    structures: [
      { name: 'tumour', agentFactor: { value: 0.9, standardUncertainty: 0.18 }, points: [2, 24, 72, 144].map(point) },
    ],
    fit: 'mono-exponential',
    largestShareAfter: 0.5,
  }
  interface Pair {
    readonly structures: readonly {
      readonly tia: { readonly value: Uncertain } | null
      readonly shareAfterLastPoint: number
      readonly problem: string | null
    }[]
  }
  const effective = 1 / (1 / biological + 1 / LU_H)

  it('integrates the therapy from a diagnostic nuclide of another half-life (0.5 %), with the share nobody measured', async () => {
    const { structures } = await json<Pair>('pair', save('pair.json', request))
    const expected = (0.9 * 0.01 * 7400 * effective) / Math.LN2
    expect(Math.abs((structures[0]?.tia?.value.value ?? 0) / expected - 1)).toBeLessThan(5e-3)
    expect((structures[0]?.tia?.value.standardUncertainty ?? 0) / expected).toBeGreaterThan(0.2)
    expect(structures[0]?.shareAfterLastPoint).toBeCloseTo(2 ** (-144 / effective), 2)
  })

  it('answers no where the scans end too early, and still says the share', async () => {
    const early = {
      ...request,
      largestShareAfter: undefined,
      structures: [{ ...request.structures[0], points: [1, 2, 4].map(point) }],
    }
    const { status, stdout } = await quantify('pair', save('early.json', early), '--json')
    expect(status).toBe(2)
    const { structures } = JSON.parse(stdout) as Pair
    expect(structures[0]?.tia).toBeNull()
    expect(structures[0]?.problem).toMatch(/lie after the last scan with Zr-89 \(4 h/)
    expect(structures[0]?.shareAfterLastPoint).toBeGreaterThan(0.9)
  })

  it('takes % per g, decay-corrected, as biodistributions are published', async () => {
    const perG = {
      ...request,
      quantity: 'percent-per-g',
      structures: [
        {
          name: 'tumour',
          agentFactor: 1,
          points: [2, 24, 72, 144].map((timeH) => ({ timeH, value: 0.5 * 2 ** (-timeH / biological) })),
        },
      ],
    }
    const found = await json<{ unit: string; structures: Pair['structures'] }>('pair', save('per-g.json', perG))
    expect(found.unit).toBe('Bq/g')
    const expected = (0.005 * 7.4e9 * effective) / Math.LN2
    expect((found.structures[0]?.tia?.value.value ?? 0) / expected).toBeCloseTo(1, 3)
  })
})

describe('quantify suv and dynamic', () => {
  const grid: ImageGrid = {
    dimensions: [6, 5, 4],
    spacingMm: [4, 4, 4],
    originMm: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const half = Float32Array.from({ length: 120 }, (_, n) => (n % 6 < 3 ? 1 : 0))
  const F18_S = 1.8289 * 3600
  const frames = [
    { startS: 0, durationS: 60 },
    { startS: 60, durationS: 300 },
    { startS: 360, durationS: 3240 },
  ]

  beforeAll(async () => {
    await writeNifti(at('half.nii.gz'), { grid, values: half })
    await writeNifti(at('pet.nii.gz'), { grid, values: half.map((inside) => (inside ? 5000 : 1000)) })
    writeDynamicPet(
      at('dynamic'),
      // Corrected to the start of the series: 4000 and 1000 Bq/mL that only decay.
      frames.map((frame) => ({ ...frame, values: Uint16Array.from(half, (inside) => (inside ? 4000 : 1000)) })),
      { columns: 6, rows: 5, slices: 4, halfLifeS: 6586.2 },
    )
  })

  it('SUV by weight and lean mass in a structure, and as images', async () => {
    const out = at('suv-out')
    const words = [
      '--nuclide',
      'F-18',
      '--activity-mbq',
      '200',
      '--activity-u-mbq',
      '4',
      '--delay-h',
      '1',
      '--sex',
      'M',
      '--weight-kg',
      '80',
    ]
    const found = await json<{
      normalisations: readonly { structures: readonly { suvMean: Uncertain; volumeMl: number }[] }[]
    }>(
      'suv',
      at('pet.nii.gz'),
      '--structures',
      at('half.nii.gz'),
      ...words,
      '--height-m',
      '1.8',
      '--normalisation',
      'weight,janmahasatian',
      '--out',
      out,
    )
    const left = 200e6 * 2 ** (-1 / 1.8289)
    const [weight, lean] = found.normalisations.map(({ structures }) => structures[0]!)
    expect(weight!.volumeMl).toBeCloseTo(60 * 0.064, 6)
    expect(weight!.suvMean.value / ((5000 * 80000) / left)).toBeCloseTo(1, 3)
    expect(weight!.suvMean.standardUncertainty / weight!.suvMean.value).toBeCloseTo(0.02, 6)
    const leanKg = (9270 * 80) / (6680 + (216 * 80) / 1.8 ** 2)
    expect(lean!.suvMean.value / weight!.suvMean.value).toBeCloseTo(leanKg / 80, 6)
    const image = await readNifti(join(out, 'suv-weight.nii.gz'))
    expect(image.values[0]! / ((5000 * 80000) / left)).toBeCloseTo(1, 3)
    const without = await quantify('suv', at('pet.nii.gz'), ...words, '--normalisation', 'mosteller')
    expect(without).toMatchObject({ status: 2, stderr: expect.stringMatching(/Patient Size \(0010,1020\)/) as string })
  })

  it('dynamic DICOM: what only decays is flat when corrected, decays as it was, and sums to one frame', async () => {
    const out = at('dynamic-out')
    const words = [
      '--structures',
      at('half.nii.gz'),
      '--sum-from-s',
      '60',
      '--sum-to-s',
      '3660',
      '--uncertainty-percent',
      '3',
      '--out',
      out,
    ]
    const found = await json<{
      structures: readonly {
        curve: { midTimesS: readonly number[]; average: readonly Uncertain[]; decayCorrected: readonly Uncertain[] }
      }[]
    }>('dynamic', at('dynamic'), ...words)
    const { curve } = found.structures[0]!
    // The injection was a minute before the first frame.
    expect(curve.midTimesS).toEqual([90, 270, 2040])
    const atInjection = 4000 * 2 ** (60 / F18_S)
    for (const { value, standardUncertainty } of curve.decayCorrected) {
      expect(value / atInjection).toBeCloseTo(1, 4)
      expect(standardUncertainty / value).toBeCloseTo(0.03, 6)
    }
    const x = (Math.LN2 * 3240) / F18_S
    const mean = (4000 * 2 ** (-360 / F18_S) * (1 - Math.exp(-x))) / x
    expect((curve.average[2]?.value ?? 0) / mean).toBeCloseTo(1, 3)
    const sum = await readNifti(join(out, 'sum.nii.gz'))
    expect(sum.values[0]! / 4000).toBeCloseTo(1, 4)
    expect(readFileSync(join(out, 'dynamic.csv'), 'utf8').split('\n')[0]).toMatch(/^structure,mid_s/)
  })

  it('dynamic NIfTI frames by a request; overlapping ones are refused', async () => {
    const request = (startS: number) => ({
      nuclide: 'F-18',
      decayCorrectedTo: 'administration',
      frames: [
        { image: 'pet.nii.gz', startS: 0, durationS: 60 },
        { image: 'pet.nii.gz', startS, durationS: 60 },
      ],
    })
    const { structures } = await json<{ structures: readonly { curve: { decayCorrected: readonly Uncertain[] } }[] }>(
      'dynamic',
      save('frames.json', request(60)),
      '--structures',
      at('half.nii.gz'),
    )
    expect(structures[0]?.curve.decayCorrected.map(({ value }) => value)).toEqual([5000, 5000])
    const bad = await quantify('dynamic', save('overlap.json', request(30)), '--structures', at('half.nii.gz'))
    expect(bad).toMatchObject({ status: 2, stderr: expect.stringMatching(/overlap/) as string })
  })
})

it('as a program: the list of subcommands, and exit code 2 with a line of JSON where the request cannot be read', () => {
  const run = (...words: readonly string[]) =>
    spawnSync(process.execPath, [entry, 'quantify', ...words], { encoding: 'utf8' })
  const list = run('--list')
  expect(list.status).toBe(0)
  for (const name of ['planar', 'hybrid', 'samples', 'suv', 'pair', 'dynamic'])
    expect(list.stdout).toContain(`theratwin quantify ${name} `)
  const bad = run('hybrid', at('nothing.json'), '--json')
  expect(bad.status).toBe(2)
  expect(JSON.parse(bad.stderr)).toMatchObject({ error: { kind: 'input', code: 'request.unreadable' } })
})
