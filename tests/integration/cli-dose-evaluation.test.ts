/** `theratwin dvh` and `theratwin dose-compare` as scripts use them, on NIfTI files whose numbers are known. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNifti, writeNifti } from '../../electron/adapters/nifti/index.ts'
import type { ImageGrid } from '../../native-core/imaging/types.ts'

const entry = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'theratwin-dose-'))
const at = (name: string): string => join(root, name)
const grid: ImageGrid = {
  dimensions: [20, 10, 8],
  spacingMm: [2, 2, 2.5],
  originMm: [-19, 5, 40],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const values = (formula: (i: number, j: number, k: number) => number): Float32Array =>
  Float32Array.from({ length: 1600 }, (_, n) => formula(n % 20, Math.floor(n / 20) % 10, Math.floor(n / 200)))

function theratwin(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...words], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  return { status, stdout, stderr }
}

beforeAll(async () => {
  await writeNifti(at('dose.nii.gz'), { grid, values: values((i) => 10 + i) })
  await writeNifti(at('higher.nii.gz'), { grid, values: values((i) => 10.29 + i) })
  await writeNifti(at('sd.nii'), { grid, values: values(() => 0.5) })
  // Label 1: planes 0 to 9, label 3: planes 10 to 13.
  await writeNifti(at('labels.nii'), { grid, values: values((i) => (i < 10 ? 1 : i < 14 ? 3 : 0)) })
  await writeNifti(at('away.nii'), { grid: { ...grid, originMm: [900, 0, 0] }, values: values((i) => i) })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('theratwin dvh', () => {
  it('prints and writes statistics of each label of a mask', () => {
    const out = at('dvh')
    const { status, stdout, stderr } = theratwin(
      'dvh',
      at('dose.nii.gz'),
      '--structures',
      at('labels.nii'),
      '--out',
      out,
    )
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toContain('labels-3')
    const json = JSON.parse(readFileSync(join(out, 'dvh.json'), 'utf8')) as {
      structures: { name: string; statistics: { meanGy: number; minGy: number; insideMl: number } }[]
    }
    expect(json.structures.map(({ name }) => name)).toEqual(['labels-1', 'labels-3'])
    // Planes 0 to 9 have 10 to 19 Gy, each of 80 voxels of 0.01 mL.
    expect(json.structures[0]!.statistics).toMatchObject({ minGy: 10 })
    expect(json.structures[0]!.statistics.meanGy).toBeCloseTo(14.5, 9)
    expect(json.structures[0]!.statistics.insideMl).toBeCloseTo(8, 9)
    expect(json.structures[1]!.statistics.meanGy).toBeCloseTo(21.5, 9)
    const statistics = readFileSync(join(out, 'statistics.csv'), 'utf8').split('\n')
    expect(statistics[1]).toMatch(/^labels-1,8,0,14\.5,/)
    expect(readFileSync(join(out, 'dvh.csv'), 'utf8').split('\n')[1]).toBe('labels-1,0,8,100,,')
  })

  it('gives uncertainties: 0.5 Gy a voxel over √800, and 4 % common, in quadrature', () => {
    const words = ['--uncertainty', at('sd.nii'), '--relative-uncertainty', '0.04', '--json']
    const { status, stdout } = theratwin('dvh', at('dose.nii.gz'), '--structures', at('labels.nii'), ...words)
    expect(status).toBe(0)
    const { structures } = JSON.parse(stdout) as { structures: { meanUncertaintyGy: number }[] }
    expect(structures[0]!.meanUncertaintyGy).toBeCloseTo(Math.hypot(0.5 / Math.sqrt(800), 0.04 * 14.5), 6)
  })

  it.each([
    [['dvh', 'dose.nii.gz'], '--structures'],
    [['dvh', 'dose.nii.gz', '--structures', 'dose.nii.gz', '--bin-gy', 'x'], 'no number'],
    [['dvh', 'none.nii', '--structures', 'labels.nii'], 'cannot be read'],
    [['dvh', 'dose.nii.gz', '--structures', 'higher.nii.gz'], 'no mask'],
    [['dvh', 'dose.nii.gz', '--structures', 'labels.nii', '--uncertainty', 'away.nii'], 'different grids'],
    [['dvh', 'away.nii', '--structures', 'labels.nii'], 'outside the dose grid'],
  ])('%j: bad input, exit code 2', (words, message) => {
    const { status, stdout, stderr } = theratwin(...words.map((word) => (/\.nii/.test(word) ? at(word) : word)))
    expect(status).toBe(2)
    expect(stdout + stderr).toContain(message)
  })

  it('says what a folder without a dose holds', () => {
    const folder = mkdtempSync(join(root, 'empty-'))
    writeFileSync(join(folder, 'readme.txt'), 'nothing')
    const { status, stderr } = theratwin('dvh', folder, '--structures', at('labels.nii'), '--json')
    expect(status).toBe(2)
    expect((JSON.parse(stderr) as { error: { code: string } }).error.code).toBe('dose-map.none')
  })
})

describe('theratwin dose-compare', () => {
  it('writes difference, gamma and structures of two doses that are 0.29 Gy apart', async () => {
    const out = at('compare')
    const words = ['--structures', at('labels.nii'), '--distance-mm', '2', '--dose-percent', '1', '--out', out]
    const { status, stdout, stderr } = theratwin('dose-compare', at('dose.nii.gz'), at('higher.nii.gz'), ...words)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toContain('Gamma 1 % global / 2 mm')
    const json = JSON.parse(readFileSync(join(out, 'comparison.json'), 'utf8')) as {
      gamma: { passRate: number; kind: string }
      difference: { all: { meanGy: number; voxels: number } }
      structures: { relativeMeanDifference: number }[]
    }
    expect(json.difference.all.meanGy).toBeCloseTo(0.29, 5)
    expect(json.difference.all.voxels).toBe(1600)
    expect(json.structures[0]!.relativeMeanDifference).toBeCloseTo(0.29 / 14.5, 5)
    const gamma = await readNifti(join(out, 'gamma.nii.gz'))
    // 0.29 Gy over 1 % of 29 Gy and 0.5 Gy/mm · 2 mm; at the low end of the slope there is only the dose tolerance: exactly 1.
    expect(gamma.values[5]).toBeCloseTo(0.29 / Math.hypot(0.29, 1), 4)
    expect(gamma.values[0]).toBeCloseTo(1, 4)
    expect(json.gamma).toMatchObject({ passRate: 1, kind: 'global' })
    expect((await readNifti(join(out, 'difference.nii.gz'))).values[7]).toBeCloseTo(0.29, 4)
  })

  it.each([
    [['dose.nii.gz', 'away.nii'], 'share no volume'],
    [['dose.nii.gz', 'higher.nii.gz', '--dose-percent', '0'], 'dose tolerance'],
    [['dose.nii.gz', 'higher.nii.gz', '--distance-mm=-1'], 'distance to agreement'],
    [['dose.nii.gz'], 'expected 2'],
  ])('%j: bad input, exit code 2', (words, message) => {
    const { status, stderr } = theratwin('dose-compare', ...words.map((word) => (/\.nii/.test(word) ? at(word) : word)))
    expect(status).toBe(2)
    expect(stderr).toContain(message)
  })
})

const simulated = fileURLToPath(new URL('../../../shared/cases/synthetic-1cycle', import.meta.url))

describe.skipIf(!existsSync(simulated))('RT Dose and RTSTRUCT (skipped without ../shared/cases)', () => {
  it('the median in each organ and tumour is the dose that was simulated, 1 %; all of it lies in the dose', () => {
    const cycle = join(simulated, 'cycle1')
    const structures = join(cycle, 'tp2_024h', 'RTSTRUCT.dcm')
    const { status, stdout } = theratwin('dvh', join(cycle, 'RTDOSE_truth.dcm'), '--structures', structures, '--json')
    expect(status).toBe(0)
    const found = (
      JSON.parse(stdout) as {
        structures: { name: string; statistics: { d50Gy: number; maxGy: number; fractionOutside: number } }[]
      }
    ).structures
    const truth = JSON.parse(readFileSync(join(simulated, 'truth.json'), 'utf8')) as {
      cycles: { regions: Record<string, { mean_dose_led_gy: number }> }[]
    }
    // Without the smallest tumour (21 mm), most of which lies within a voxel of its edge.
    for (const name of ['TUMOUR_1', 'TUMOUR_2', 'KIDNEY_L', 'KIDNEY_R', 'SPLEEN']) {
      const { statistics } = found.find((structure) => structure.name === name)!
      const expected = truth.cycles[0]!.regions[name]!.mean_dose_led_gy
      expect(Math.abs(statistics.d50Gy / expected - 1), name).toBeLessThan(0.01)
      expect(statistics.fractionOutside, name).toBe(0)
    }
  })
})

describe('theratwin bed-map', () => {
  it('adds up D·(1 + G·D/(α/β)) of two doses on the grid of the first, and writes EQD2 and what it rests on', async () => {
    const out = at('bed')
    const words = ['--alpha-beta', '2.5', '--repair-h', '2', '--half-life-h', '48,18', '--out', out]
    const { status, stdout, stderr } = theratwin('bed-map', at('dose.nii.gz'), at('higher.nii.gz'), ...words)
    expect([status, stderr]).toEqual([0, ''])
    // G = 2/(2 + 48) and 2/(2 + 18).
    const bed = 14 * (1 + (0.04 * 14) / 2.5) + 14.29 * (1 + (0.1 * 14.29) / 2.5)
    expect((await readNifti(join(out, 'bed.nii.gz'))).values[4]! / bed).toBeCloseTo(1, 5)
    expect((await readNifti(join(out, 'eqd2.nii.gz'))).values[4]! / (bed / 1.8)).toBeCloseTo(1, 5)
    expect(stdout).toMatch(/dose\.nii\.gz: G 0\.0400/)
    expect(JSON.parse(readFileSync(join(out, 'bed-map.json'), 'utf8'))).toMatchObject({
      coveredShare: 1,
      alphaBetaGy: 2.5,
    })
    const wrong = theratwin('bed-map', at('dose.nii.gz'), '--alpha-beta', '0', '--repair-h', '2', '--half-life-h', '48')
    expect(wrong.status).toBe(2)
    expect(wrong.stderr).toContain('--alpha-beta is "0"')
  })
})
