/** `theratwin segment --lesions` and `theratwin lesion-match` as scripts use them, on phantoms of known balls. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNifti, writeNifti } from '../../electron/adapters/nifti/index.ts'
import { indexToPatient, voxelCount } from '../../native-core/imaging/index.ts'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/index.ts'
import { indexOf } from '../../native-core/imaging/deformation.ts'
import { cube } from '../../native-core/imaging/testDeformations.ts'
import { ballVolumeMl } from '../phantoms/index.ts'

const entry = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'theratwin-lesions-'))
const at = (name: string): string => join(root, name)
afterAll(() => rmSync(root, { recursive: true, force: true }))

const grid: ImageGrid = { ...cube(40, 4), originMm: [-78, -78, -78] }
interface Ball {
  readonly c: Vec3
  readonly r: number
}
const liver: Ball = { c: [-30, 0, 0], r: 26 }
const lesions: readonly Ball[] = [
  { c: [40, 0, 20], r: 14 },
  { c: [30, 40, -40], r: 10 },
]

/** Inside each ball 1000, half of it at the surface, falling over some millimetres. */
const sampled = (f: (x: Vec3) => number): Float32Array =>
  Float32Array.from({ length: voxelCount(grid) }, (_, n) => f(indexToPatient(grid, indexOf(grid, n))))
const inside = ({ c, r }: Ball, x: Vec3): number => r - Math.hypot(...x.map((mm, axis) => mm - c[axis]!))
const image = (balls: readonly Ball[]) =>
  sampled((x) => balls.reduce((sum, b) => sum + 1000 / (1 + Math.exp(-inside(b, x) / 2)), 0))
const mask = (ball: Ball) => sampled((x) => Math.min(1, Math.max(0, inside(ball, x) / 4 + 0.5)))
const labels = (balls: readonly Ball[]) =>
  sampled((x) => balls.reduce((label, ball, n) => (inside(ball, x) > 0 ? n + 2 : label), 0))

function theratwin(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...words], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  return { status, stdout, stderr }
}

beforeAll(async () => {
  await writeNifti(at('image.nii'), { grid, values: image([liver, ...lesions]) })
  await writeNifti(at('LIVER.nii'), { grid, values: mask(liver) })
})

describe('theratwin segment --lesions', () => {
  it('lists the balls with their volumes to 3 % and writes labels; what lies in the liver is flagged', async () => {
    const words = ['segment', at('image.nii'), '--lesions', '--threshold', '500', '--physiologic', at('LIVER.nii')]
    const { status, stdout, stderr } = theratwin(...words, '--out', at('found'), '--json')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const document = JSON.parse(stdout) as {
      candidates: {
        label: number
        volumeMl: number
        total: number
        flags: string[]
        centreMm: Vec3
        place: { words: string }
      }[]
      burden: { ofAll: { volumeMl: number }; withoutPhysiologic: { volumeMl: number; count: number } }
    }
    expect(document).toEqual(JSON.parse(readFileSync(at('found/lesions.json'), 'utf8')))
    expect(document.candidates.map(({ flags }) => flags)).toEqual([['physiologic'], [], []])
    for (const [n, ball] of [liver, ...lesions].entries()) {
      const found = document.candidates[n]!
      expect(Math.abs(found.volumeMl / ballVolumeMl(ball.r) - 1)).toBeLessThan(0.03)
      expect(Math.hypot(...found.centreMm.map((mm, axis) => mm - ball.c[axis]!))).toBeLessThan(0.3)
    }
    // 73 mm between the centres less the radius; 20 mm of it are upwards, less than half of the angle to a named direction.
    expect(document.candidates[1]!.place.words).toMatch(/^4\d mm from LIVER, left$/)
    const { withoutPhysiologic } = document.burden
    expect(withoutPhysiologic.count).toBe(2)
    expect(withoutPhysiologic.volumeMl).toBeCloseTo(
      document.candidates[1]!.volumeMl + document.candidates[2]!.volumeMl,
      6,
    )
    const written = await readNifti(at('found/lesions.nii.gz'))
    // Every voxel centre clearly inside a ball has its label, none clearly outside has one.
    const expected = sampled((x) => [liver, ...lesions].findIndex((ball) => inside(ball, x) > 0) + 1)
    const clear = sampled((x) => Math.min(...[liver, ...lesions].map((ball) => Math.abs(inside(ball, x)))))
    const wrong = expected.filter((label, n) => clear[n]! > 0.5 && written.values[n] !== label)
    expect(wrong).toHaveLength(0)
    expect(new Set(expected).size).toBe(4)
  })

  it('takes its threshold from a reference region', () => {
    const words = ['segment', at('image.nii'), '--lesions', '--structures', at('LIVER.nii'), '--reference', 'liver']
    const { status, stdout } = theratwin(...words, '--k', '0', '--mean-factor', '0.5', '--shrink-mm', '12', '--json')
    expect(status).toBe(0)
    const { threshold, reference } = JSON.parse(stdout) as { threshold: number; reference: { mean: number } }
    // Twelve millimetres below the surface the ball has its value to a part in four hundred.
    expect(Math.abs(reference.mean / 1000 - 1)).toBeLessThan(0.01)
    expect(threshold).toBeCloseTo(0.5 * reference.mean, 6)
  })

  it('tells bad input apart, and finding nothing', async () => {
    const code = (...words: readonly string[]): [number | null, string] => {
      const { status, stderr } = theratwin('segment', at('image.nii'), '--lesions', ...words, '--json')
      return [status, (JSON.parse(stderr) as { error: { code: string } }).error.code]
    }
    expect(code()).toEqual([2, 'cli.arguments'])
    expect(code('--threshold', '5', '--reference', 'LIVER')).toEqual([2, 'cli.arguments'])
    expect(code('--reference', 'LIVER', '--k', '1')).toEqual([2, 'segment.reference'])
    expect(code('--threshold=-5')).toEqual([2, 'lesions.threshold'])
    expect(code('--threshold', '5', '--split-percent', '120')).toEqual([2, 'lesions.ask'])
    const none = theratwin('segment', at('image.nii'), '--lesions', '--threshold', '5000', '--json')
    expect(none.status).toBe(2)
    expect(JSON.parse(none.stdout)).toMatchObject({ candidates: [], burden: { ofAll: { count: 0, volumeMl: 0 } } })
  })
})

describe('theratwin lesion-match', () => {
  it('follows balls through a registration: same, disappeared, appeared; without it they are elsewhere', async () => {
    const shift: Vec3 = [25, -10, 15]
    const moved = (ball: Ball, r: number): Ball => ({
      r,
      c: ball.c.map((mm, axis) => mm + shift[axis]!) as unknown as Vec3,
    })
    await writeNifti(at('before.nii'), { grid, values: labels([lesions[0]!, lesions[1]!]) })
    // The first is smaller, the second gone; label 3 is another one.
    await writeNifti(at('after.nii'), { grid, values: labels([moved(lesions[0]!, 9), { c: [-40, -40, -40], r: 8 }]) })
    const fixedToMoving = [1, 0, 0, shift[0], 0, 1, 0, shift[1], 0, 0, 1, shift[2], 0, 0, 0, 1]
    writeFileSync(at('registration.json'), JSON.stringify({ fixedToMoving }))
    const words = ['lesion-match', at('before.nii'), at('after.nii'), '--json']
    const { status, stdout, stderr } = theratwin(
      ...words,
      '--registration',
      at('registration.json'),
      '--out',
      at('matched'),
    )
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const found = JSON.parse(stdout) as {
      events: { kind: string; previous: string[]; current: string[]; distanceMm: number | null }[]
      lesions: { set: string; name: string; identity: string | null }[]
    }
    expect(found).toEqual(JSON.parse(readFileSync(at('matched/lesion-match.json'), 'utf8')))
    expect(found.events.map(({ kind, previous, current }) => [kind, ...previous, ...current])).toEqual([
      ['same', 'before-2', 'after-2'],
      ['disappeared', 'before-3'],
      ['appeared', 'after-3'],
    ])
    expect(found.events[0]!.distanceMm).toBeLessThan(1.5)
    const current = found.lesions.filter(({ set }) => set === 'current')
    expect(current.map(({ identity }) => identity)).toEqual(['before-2', 'L1'])
    // As they lie the first is 31 mm away.
    const { stdout: apart } = theratwin(...words)
    expect((JSON.parse(apart) as typeof found).events.map(({ kind }) => kind).sort()).toEqual([
      'appeared',
      'appeared',
      'disappeared',
      'disappeared',
    ])
  })

  it('refuses a pattern that fits nothing', () => {
    const { status, stderr } = theratwin(
      'lesion-match',
      at('LIVER.nii'),
      at('LIVER.nii'),
      '--names',
      'kidney',
      '--json',
    )
    expect([status, (JSON.parse(stderr) as { error: { code: string } }).error.code]).toEqual([2, 'lesion-match.none'])
  })
})
