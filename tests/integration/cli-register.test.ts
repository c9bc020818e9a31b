/** `theratwin register` as scripts use it, on NIfTI phantoms whose deformation is known; its files as transformix of elastix reads them. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDisplacement, readNifti, writeNifti } from '../../electron/adapters/nifti/index.ts'
import { IDENTITY_MAT4, indexToPatient, voxelCount, voxelVolumeMl } from '../../native-core/imaging/index.ts'
import { indexOf } from '../../native-core/imaging/deformation.ts'
import { cube } from '../../native-core/imaging/testDeformations.ts'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/index.ts'

const entry = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'theratwin-register-'))
const at = (name: string): string => join(root, name)
const hasTransformix = spawnSync('transformix', ['--version']).error === undefined

const grid: ImageGrid = { ...cube(48, 4), originMm: [-90, -100, -80] }
const balls: readonly { readonly name: string; readonly c: Vec3; readonly r: number; readonly v: number }[] = [
  { name: 'liver', c: [-30, -10, 20], r: 30, v: 60 },
  { name: 'kidney', c: [35, 5, 10], r: 20, v: 110 },
  { name: 'spleen', c: [20, -40, -20], r: 17, v: 85 },
  { name: 'spine', c: [0, 30, -10], r: 12, v: 280 },
]

/** A body with texture and balls inside, smooth at their edges: the moving one as it is, the fixed one as the truth takes its points there. */
function body(x: Vec3): number {
  const edge = (inside: number): number => 1 / (1 + Math.exp(-inside / 1.5))
  const trunk = 75 - Math.hypot(x[0] - 4, x[1] + 5, 0.8 * (x[2] - 10))
  const texture = 25 * Math.sin(x[0] / 9) * Math.sin(x[1] / 10) * Math.sin(x[2] / 11)
  return edge(trunk) * (100 + texture) + balls.reduce((sum, { c, r, v }) => sum + v * edge(r - away(x, c)), 0)
}
const away = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
const imageOf = (f: (x: Vec3) => number): Float32Array =>
  Float32Array.from({ length: voxelCount(grid) }, (_, n) => f(indexToPatient(grid, indexOf(grid, n))))

/** Fixed to moving: a shift and a hump. */
const hump = (x: Vec3): Vec3 => {
  const h = Math.exp(-((x[0] - 10) ** 2 + (x[1] + 10) ** 2 + (x[2] - 14) ** 2) / 1800)
  return [x[0] + 5 * h + 8, x[1] - 4 * h - 5, x[2] + 6 * h + 6]
}

function theratwin(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...words], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  return { status, stdout, stderr }
}

interface Document {
  readonly movingToFixed: readonly number[]
  readonly fixed: { readonly sha256: readonly string[] }
  readonly quality: {
    readonly landmarks: { readonly meanMm: number; readonly maximumMm: number }
    readonly structures: readonly {
      readonly name: string
      readonly dice: number
      readonly distances: { readonly meanMm: number }
    }[]
    readonly jacobian: { readonly minimum: number; readonly shareNotPositive: number } | null
  }
}
const documentIn = (folder: string): Document =>
  JSON.parse(readFileSync(join(folder, 'registration.json'), 'utf8')) as Document

beforeAll(async () => {
  await writeNifti(at('moving.nii'), { grid, values: imageOf(body) })
  await writeNifti(at('fixed.nii'), { grid, values: imageOf((x) => body(hump(x))) })
  const labels = (map: (x: Vec3) => Vec3): Float32Array =>
    imageOf((x) => balls.reduce((label, { c, r }, n) => (away(map(x), c) < r ? n + 1 : label), 0))
  for (const folder of ['fixed-structures', 'moving-structures']) mkdirSync(at(folder))
  await writeNifti(at('moving-structures/organ.nii'), { grid, values: labels((x) => x) })
  await writeNifti(at('fixed-structures/organ.nii'), { grid, values: labels(hump) })
  const lines: string[] = ['name,fx,fy,fz,mx,my,mz']
  for (let n = 0; n < 25; n++) {
    const x: Vec3 = [-30 + 15 * (n % 5), -40 + 14 * Math.floor(n / 5), -20 + 3 * n]
    lines.push(['p' + n, ...x, ...hump(x)].join(','))
  }
  writeFileSync(at('landmarks.csv'), lines.join('\n'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const register = (type: string, out: string, ...more: readonly string[]) =>
  theratwin(
    'register',
    at('fixed.nii'),
    at('moving.nii'),
    '--type',
    type,
    '--metric',
    'normalised-correlation',
    '--out',
    at(out),
    '--landmarks',
    at('landmarks.csv'),
    ...more,
  )

describe('theratwin register', () => {
  it('brings two phantoms together: landmarks, structures, Jacobian, files; the same input gives the same bytes', async () => {
    // There is no noise to be held down.
    const structures = [
      '--structures',
      at('fixed-structures'),
      '--moving-structures',
      at('moving-structures'),
      '--regularisation',
      '1',
    ]
    const { status, stderr, stdout } = register('deformable', 'deformable', ...structures)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toContain('Nobody has looked at this match yet')
    const { quality, fixed } = documentIn(at('deformable'))
    expect(fixed.sha256[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(quality.landmarks.meanMm).toBeLessThan(1)
    expect(quality.jacobian?.shareNotPositive).toBe(0)
    expect(quality.structures.map(({ name }) => name)).toEqual(['organ-1', 'organ-2', 'organ-3', 'organ-4'])
    for (const { dice, distances } of quality.structures) {
      // Whole voxels of 4 mm, of bodies down to 12 mm radius.
      expect(dice).toBeGreaterThan(0.82)
      expect(distances.meanMm).toBeLessThan(1)
    }
    const files = [
      'registration.json',
      'displacement.nii.gz',
      'jacobian.nii.gz',
      'moving-on-fixed.nii.gz',
      'difference.nii.gz',
    ]
    const before = files.map((name) => readFileSync(join(at('deformable'), name)))
    expect(register('deformable', 'deformable', ...structures, '--threads', '1').status).toBe(0)
    for (const [n, name] of files.entries())
      expect(readFileSync(join(at('deformable'), name)).equals(before[n]!), name).toBe(true)
    // Where the displacement file takes a point is where the truth does.
    const { grid: field, displacementMm } = await readDisplacement(join(at('deformable'), 'displacement.nii.gz'))
    const inner = Array.from({ length: voxelCount(field) }, (_, n) => n).filter((n) => {
      const x = indexToPatient(field, indexOf(field, n))
      return away(x, [4, -5, 10]) < 45
    })
    const off = inner.map((n) => {
      const x = indexToPatient(field, indexOf(field, n))
      return away(hump(x), [0, 1, 2].map((axis) => x[axis]! + displacementMm[3 * n + axis]!) as unknown as Vec3)
    })
    expect(off.reduce((sum, mm) => sum + mm, 0) / off.length).toBeLessThan(1.5)
  }, 240_000)

  it('refines in a box around a structure: the rigid match of one organ', () => {
    expect(register('rigid', 'rigid').status).toBe(0)
    const local = register(
      'rigid',
      'local',
      '--structures',
      at('fixed-structures'),
      '--structure',
      'organ-2',
      '--margin-mm',
      '3',
      '--initial',
      at('rigid/registration.json'),
    )
    expect(local.stderr).toBe('')
    const [whole, organ] = ['rigid', 'local'].map((folder) => {
      const m = documentIn(at(folder)).movingToFixed
      const c = balls[1]!.c
      const found = [0, 1, 2].map(
        (row) => m[4 * row]! * c[0] + m[4 * row + 1]! * c[1] + m[4 * row + 2]! * c[2] + m[4 * row + 3]!,
      )
      // Where the kidney's centre really lies in the fixed image: the point that the truth takes there.
      let x: Vec3 = [c[0] - 8, c[1] + 5, c[2] - 6]
      for (let n = 0; n < 30; n++) {
        const y = hump(x)
        x = [x[0] + c[0] - y[0], x[1] + c[1] - y[1], x[2] + c[2] - y[2]]
      }
      return away(found as unknown as Vec3, x)
    }) as [number, number]
    expect(organ).toBeLessThan(1.2)
    expect(organ).toBeLessThan(whole / 3)
    expect(existsSync(at('rigid/displacement.nii.gz'))).toBe(false)
  }, 120_000)

  it('carries an image by what it wrote: points, and amounts whose total is kept within 0.5 %', async () => {
    const activity = imageOf((x) => (away(x, balls[1]!.c) < 18 ? 5e5 : away(x, balls[0]!.c) < 28 ? 2e5 : 0))
    await writeNifti(at('activity.nii'), { grid, values: activity })
    const words = [
      'register',
      '--apply',
      at('deformable/registration.json'),
      '--image',
      at('activity.nii'),
      '--onto',
      at('fixed.nii'),
    ]
    const conserved = theratwin(...words, '--conservative', '--out', at('carried'), '--json')
    expect(conserved.stderr).toBe('')
    const told = JSON.parse(conserved.stdout) as { totalBefore: number; totalAfter: number }
    expect(told.totalBefore).toBeCloseTo(activity.reduce((sum, v) => sum + v, 0) * voxelVolumeMl(grid), -3)
    expect(Math.abs(told.totalAfter / told.totalBefore - 1)).toBeLessThan(0.005)
    expect(theratwin(...words, '--out', at('by-points')).status).toBe(0)
    const points = await readNifti(at('by-points/carried.nii.gz'))
    const amounts = await readNifti(at('carried/carried.nii.gz'))
    // In the middle of an organ the concentration differs by the Jacobian alone.
    const jacobian = await readNifti(at('deformable/jacobian.nii.gz'))
    const middle = Array.from(points.values.keys()).filter((n) => points.values[n] === 5e5)
    const ratio = middle.map((n) => amounts.values[n]! / points.values[n]! / jacobian.values[n]!)
    expect(ratio.length).toBeGreaterThan(100)
    expect(ratio.reduce((sum, r) => sum + r, 0) / ratio.length).toBeCloseTo(1, 1)
  }, 120_000)

  it('says how much of an amount lies beyond the grid that it is carried onto', async () => {
    const [nx, ny, nz] = grid.dimensions
    const half = { ...grid, dimensions: [nx / 2, ny, nz] as Vec3 }
    // One in the half that stays, three in the other: 75 % are lost.
    const values = imageOf(() => 0).map((_, n) => (n === 5 ? 1 : n === nx / 2 + 5 ? 3 : 0))
    await writeNifti(at('four.nii'), { grid, values })
    await writeNifti(at('half.nii'), { grid: half, values: new Float32Array(voxelCount(half)) })
    writeFileSync(at('same.json'), JSON.stringify({ fixedToMoving: IDENTITY_MAT4 }))
    const words = ['register', '--apply', at('same.json'), '--image', at('four.nii'), '--conservative', '--json']
    const remarksOnto = (onto: string): string => {
      const { stdout } = theratwin(...words, '--onto', at(onto), '--out', at('cut'))
      return (JSON.parse(stdout) as { remarks: string[] }).remarks.join()
    }
    expect(remarksOnto('half.nii')).toMatch(/75\.0 % of its total lies beyond/)
    expect(remarksOnto('four.nii')).not.toMatch(/beyond/)
  })

  it.skipIf(!hasTransformix)(
    'writes a displacement field that transformix reads as meant (skipped where elastix is not installed)',
    async () => {
      const folder = at('transformix')
      mkdirSync(folder)
      const { values: ours } = await readNifti(at('deformable/moving-on-fixed.nii.gz'))
      writeFileSync(
        join(folder, 'field.txt'),
        [
          '(Transform "DeformationFieldTransform")',
          `(DeformationFieldFileName "${at('deformable/displacement.nii.gz')}")`,
          '(DeformationFieldInterpolationOrder 1)',
          '(NumberOfParameters 0)',
          '(InitialTransformParametersFileName "NoInitialTransform")',
          '(HowToCombineTransforms "Compose")',
          '(FixedImageDimension 3)',
          '(MovingImageDimension 3)',
          '(FixedInternalImagePixelType "float")',
          '(MovingInternalImagePixelType "float")',
          `(Size ${grid.dimensions.join(' ')})`,
          '(Index 0 0 0)',
          `(Spacing ${grid.spacingMm.join(' ')})`,
          `(Origin ${grid.originMm.join(' ')})`,
          '(Direction 1 0 0 0 1 0 0 0 1)',
          '(UseDirectionCosines "true")',
          '(ResampleInterpolator "FinalBSplineInterpolator")',
          '(FinalBSplineInterpolationOrder 1)',
          '(Resampler "DefaultResampler")',
          '(DefaultPixelValue 0)',
          '(ResultImageFormat "nii")',
          '(ResultImagePixelType "float")',
        ].join('\n'),
      )
      const run = spawnSync(
        'transformix',
        ['-in', at('moving.nii'), '-tp', join(folder, 'field.txt'), '-out', folder],
        { encoding: 'utf8' },
      )
      expect(run.status, run.stdout).toBe(0)
      const { values: theirs } = await readNifti(join(folder, 'result.nii'))
      const inside = Array.from(ours.keys()).filter((n) => {
        const index = indexOf(grid, n)
        return index.every((i) => i > 5 && i < 42)
      })
      const worst = inside.reduce((most, n) => Math.max(most, Math.abs(ours[n]! - theirs[n]!)), 0)
      expect(worst).toBeLessThan(1)
      expect(new Set(inside.map((n) => Math.round(ours[n]!))).size).toBeGreaterThan(50)
    },
    60_000,
  )

  it.each([
    ['two regions', ['--box', '0,0,0,9,9,9', '--mask', 'x.nii'], /exclude each other/],
    ['half a pair', ['--with', 'x.nii'], /needs both/],
    ['a box that is none', ['--box', '1,2,3'], /not six numbers/],
    ['a box outside', ['--box', '900,900,900,950,950,950'], /No voxel of the fixed image lies/],
    ['an unknown type', ['--type', 'elastic'], /--type is "elastic"/],
  ])('refuses %s, and says what to do', (_, words, message) => {
    const { status, stderr } = theratwin('register', at('fixed.nii'), at('moving.nii'), ...words)
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('refuses to apply what is no registration', () => {
    writeFileSync(at('other.json'), '{"a":1}')
    const { status, stderr } = theratwin(
      'register',
      '--apply',
      at('other.json'),
      '--image',
      at('moving.nii'),
      '--onto',
      at('fixed.nii'),
      '--out',
      at('none'),
    )
    expect(status).toBe(2)
    expect(stderr).toMatch(/no "fixedToMoving"/)
  })
})
