/** `theratwin quantify dynamic --analysis …` as scripts use it, on frames whose kinetics are known by formulas. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNifti, writeNifti } from '../../electron/adapters/nifti/index.ts'
import { command } from '../../electron/cli/quantify.ts'
import { InputError } from '../../native-core/errors/index.ts'
import type { ImageGrid } from '../../native-core/imaging/types.ts'
import { exponentialCurve, frameCurve, frameInput, modelCurve } from '../../native-core/kinetics/dynamic/index.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-dynamic-'))
const at = (name: string): string => join(root, name)
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function quantify(...words: readonly string[]) {
  const printed: string[] = []
  try {
    const isYes = await command.run({
      arguments: words,
      json: true,
      signal: new AbortController().signal,
      out: (text) => printed.push(text),
      progress: () => {},
    })
    return { status: isYes ? 0 : 2, stdout: printed.join('\n'), stderr: '' }
  } catch (error) {
    if (error instanceof InputError) return { status: 2, stdout: '', stderr: `${error.message} ${error.hint}` }
    throw error
  }
}

const grid: ImageGrid = {
  dimensions: [6, 5, 4],
  spacingMm: [4, 4, 4],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const durations = [...Array<number>(6).fill(20), ...Array<number>(8).fill(60), ...Array<number>(10).fill(300)]
const frames = durations.map((durationS, i) => ({
  startS: durations.slice(0, i).reduce((s, d) => s + d, 0),
  durationS,
}))
// F-18 by DDEP; the program's own half-life differs by parts in ten thousand.
const schedule = { frames, halfLifeS: 1.8289 * 3600 }
const terms = [
  { ratePerMin: 1.5, amplitudeBqPerMl: 60000 },
  { ratePerMin: 0.03, amplitudeBqPerMl: 9000 },
]
const plasma = exponentialCurve(
  terms.map(({ ratePerMin, amplitudeBqPerMl }) => ({ ratePerS: ratePerMin / 60, coefficients: [amplitudeBqPerMl] })),
  0,
  'plasma',
)
const framed = frameInput({ plasma, wholeBlood: plasma }, schedule, 0)
const tissue = (k1: number, k2: number, k3: number, k4 = 0) =>
  modelCurve(framed, { k1: k1 / 60, k2: k2 / 60, k3: k3 / 60, k4: k4 / 60 }, 0).value
/** By column: two of a lesion that traps, two of muscle, one of the aorta, one of an adenoma that releases. */
const curves = [
  tissue(0.2, 0.1, 0.06),
  tissue(0.1, 0.15, 0),
  [...frameCurve(plasma, schedule).average],
  tissue(0.1, 0.15, 0.2, 0.1),
]
const structure = (n: number) => [0, 0, 1, 1, 2, 3][n % 6]!

beforeAll(async () => {
  mkdirSync(at('structures'))
  for (const [i, name] of ['lesion', 'muscle', 'aorta', 'adenoma'].entries())
    await writeNifti(join(at('structures'), `${name}.nii.gz`), {
      grid,
      values: Float32Array.from({ length: 120 }, (_, n) => (structure(n) === i ? 1 : 0)),
    })
  for (const [f] of frames.entries())
    await writeNifti(at(`f${f}.nii.gz`), {
      grid,
      values: Float32Array.from({ length: 120 }, (_, n) => curves[structure(n)]![f]!),
    })
  writeFileSync(
    at('frames.json'),
    JSON.stringify({
      nuclide: 'F-18',
      decayCorrectedTo: 'administration',
      frames: frames.map((frame, f) => ({ ...frame, image: `f${f}.nii.gz` })),
    }),
  )
  writeFileSync(at('input.json'), JSON.stringify({ kind: 'exponentials', terms }))
}, 60_000)

interface Answer {
  readonly analysis: {
    readonly method: string
    readonly structures: readonly {
      readonly structure: string
      readonly problem: string | null
      readonly models: readonly {
        readonly results: readonly { readonly name: string; readonly value: number; readonly unit: string }[]
        readonly remarks: readonly string[]
      }[]
    }[]
    readonly images: { readonly voxels: number; readonly unanswered: number } | null
    readonly remarks: readonly string[]
  }
}
async function analysed(...words: readonly string[]) {
  const { stdout, stderr } = await quantify('dynamic', at('frames.json'), '--structures', at('structures'), ...words)
  expect(stderr).toBe('')
  const { analysis } = JSON.parse(stdout) as Answer
  const value = (name: string, parameter: string): number =>
    analysis.structures
      .find(({ structure: own }) => own === name)
      ?.models[0]?.results.find((one) => one.name === parameter)?.value ?? NaN
  return { analysis, value }
}

describe('quantify dynamic --analysis', () => {
  it('compartments with an input as a formula: K1 and K_i of the lesion, and of its voxels on threads', async () => {
    const out = at('compartments')
    const words = ['--analysis', '2tcm-irreversible', '--input', at('input.json'), '--blood-fraction', '0']
    const { analysis, value } = await analysed(...words, '--voxelwise', '--mask', 'lesion', '--out', out)
    expect(value('lesion', 'K_i') / ((0.2 * 0.06) / 0.16)).toBeCloseTo(1, 4)
    expect(value('lesion', 'K1')).toBeCloseTo(0.2, 4)
    expect(analysis.images).toMatchObject({ voxels: 40, unanswered: 0 })
    for (const name of ['K1', 'k2', 'k3', 'K_i']) {
      const { values } = await readNifti(join(out, `2tcm-irreversible-${name}.nii.gz`))
      expect(values[0]! / value('lesion', name)).toBeCloseTo(1, 3)
      expect(values[3]).toBeNaN()
    }
  })

  it('Patlak with the aorta as input: table, maps in 1/min and a mask', async () => {
    const out = at('patlak')
    const { analysis, value } = await analysed(
      ...[
        '--analysis',
        'patlak',
        '--input',
        'aorta',
        '--t-star-s',
        '1500',
        '--voxelwise',
        '--mask',
        'lesion',
        '--out',
        out,
      ],
    )
    expect(Math.abs(value('lesion', 'K_i') / 0.075 - 1)).toBeLessThan(0.02)
    expect(analysis.structures.map(({ structure: name }) => name)).toEqual(['adenoma', 'lesion', 'muscle'])
    expect(analysis.images).toMatchObject({ voxels: 40, unanswered: 0 })
    const map = await readNifti(join(out, 'patlak-K_i.nii.gz'))
    expect(map.values[0]! / value('lesion', 'K_i')).toBeCloseTo(1, 4)
    expect(map.values[3]).toBeNaN()
    expect(readFileSync(join(out, 'analysis.csv'), 'utf8')).toMatch(/^structure,method,parameter.*\n"adenoma",patlak/)
    expect(existsSync(join(out, 'dynamic.json'))).toBe(true)
  })

  it('a reference region: Logan becomes that with a reference, SRTM2 finds k2′, an agent is remarked on', async () => {
    const { analysis } = await analysed('--analysis', 'logan', '--reference', 'muscle', '--agent', 'Ga-68-PSMA-11')
    expect(analysis.method).toBe('logan-reference')
    expect(analysis.structures[0]?.models[0]?.remarks.join()).toMatch(/free of PSMA/)
    const { analysis: two } = await analysed(
      '--analysis',
      'srtm2',
      '--reference',
      'muscle',
      '--voxelwise',
      '--out',
      at('srtm2'),
    )
    expect(two.remarks.join()).toMatch(/k2′ = .* the median of SRTM/)
    expect(existsSync(join(at('srtm2'), 'srtm2-BP_ND.nii.gz'))).toBe(true)
  })

  it('samples from a table, which must say whether they are decay-corrected', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => 3600 * (i / 299) ** 2).map((t) =>
      [
        t,
        terms.reduce(
          (s, { ratePerMin, amplitudeBqPerMl }) => s + amplitudeBqPerMl * Math.exp((-ratePerMin / 60) * t),
          0,
        ),
      ].join(','),
    )
    writeFileSync(at('blood.csv'), ['time_s,blood_bq_per_ml', ...rows].join('\n'))
    const words = ['--analysis', '1tcm', '--input', at('blood.csv'), '--blood-fraction', '0'] as const
    const { value } = await analysed(...words, '--input-decay', 'administration')
    expect(Math.abs(value('muscle', 'V_T') / (0.1 / 0.15) - 1)).toBeLessThan(2e-3)
    const bad = await quantify('dynamic', at('frames.json'), '--structures', at('structures'), ...words)
    expect(bad).toMatchObject({ status: 2, stderr: expect.stringMatching(/decay-corrected/) as string })
  })

  it.each([
    [['--analysis', 'logan'], /needs --input/],
    [['--analysis', 'srtm'], /needs --reference/],
    [['--analysis', 'sideways'], /no analysis "sideways"/],
    [['--reference', 'muscle'], /needs --analysis/],
    [['--analysis', 'srtm', '--reference', 'brain'], /No structure is named "brain".*lesion/],
    [['--analysis', 'compare', '--input', 'aorta', '--voxelwise', '--out', '/nowhere'], /not fitted voxel by voxel/],
    [['--analysis', 'srtm', '--reference', 'muscle', '--voxelwise'], /needs --out/],
    [['--analysis', 'patlak', '--input', 'aorta', '--mask', 'lesion'], /--mask needs --voxelwise/],
    [['--analysis', 'patlak', '--input', 'aorta', '--weighting', 'none'], /weighting/],
  ])('%j is refused', async (words, message) => {
    const answer = await quantify('dynamic', at('frames.json'), '--structures', at('structures'), ...words)
    expect(answer).toMatchObject({ status: 2, stderr: expect.stringMatching(message) as string })
  })
})
