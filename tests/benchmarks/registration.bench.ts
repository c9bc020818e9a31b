/** Registration of 128³ voxels on two threads, and elastix on the same images where it is installed. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeNifti } from '../../electron/adapters/nifti/index.ts'
import { IDENTITY_MAT4, indexToPatient, voxelCount } from '../../native-core/imaging/index.ts'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/index.ts'
import { allowMainThread } from '../../native-core/kernels/index.ts'
import type { Volume } from '../../native-core/kernels/index.ts'
import { registerDeformable, registerLinear } from '../../native-core/kernels/registration.ts'
import { elastixParameters } from '../phantoms/elastixParameters.ts'
import { benchmark } from './harness.ts'

const THREADS = 2
const GRID: ImageGrid = {
  dimensions: [128, 128, 128],
  spacingMm: [3, 3, 3],
  originMm: [-190.5, -190.5, -190.5],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

/** A body with twenty balls, seen through a map of points. */
function phantom(map: (p: Vec3) => Vec3): Volume {
  const balls = Array.from({ length: 20 }, (_, n) => {
    const [x, y, z] = [Math.sin(7 * n + 1), Math.sin(13 * n + 2), Math.sin(19 * n + 3)]
    return {
      at: [110 * x, 75 * y, 130 * z],
      r: 12 + 18 * Math.abs(Math.sin(n)),
      height: n % 3 === 0 ? -60 : 30 + 5 * n,
    }
  })
  const step = (r: number): number => 1 / (1 + Math.exp(r / 2))
  const values = new Float32Array(voxelCount(GRID))
  for (let n = 0; n < values.length; n++) {
    const p = map(indexToPatient(GRID, [n % 128, Math.floor(n / 128) % 128, Math.floor(n / 16384)]))
    let v = -200 + 240 * step(100 * (Math.hypot(p[0] / 160, p[1] / 110, p[2] / 180) - 1))
    for (const { at, r, height } of balls)
      v += height * step(Math.hypot(p[0] - at[0]!, p[1] - at[1]!, p[2] - at[2]!) - r)
    values[n] = v + 3 * Math.sin(12.9898 * n)
  }
  return { grid: GRID, values }
}

function pair() {
  allowMainThread()
  const fixed = phantom((p) => [
    p[0] + 6 * Math.exp(-((p[1] / 60) ** 2 + (p[2] / 60) ** 2)),
    p[1] + 4 * Math.sin(p[2] / 50),
    p[2] - 5 * Math.exp(-((p[0] / 70) ** 2)),
  ])
  return { fixed, moving: phantom((p) => p) }
}

const hasElastix = (): boolean => spawnSync('elastix', ['--version']).error === undefined

export const benchmarks = [
  benchmark({
    row: 'rigid registration, 128³, mutual information',
    bar: { value: 5, unit: 's', better: 'less' },
    setup: pair,
    run: ({ fixed, moving }) =>
      void registerLinear(
        { kind: 'rigid', channels: [{ fixed, moving, metric: 'mutual-information' }], initial: 'centres-of-mass' },
        { threads: THREADS },
      ),
  }),
  benchmark({
    row: 'deformable registration, 128³, mutual information, control points 24 mm',
    bar: { value: 20, unit: 's', better: 'less' },
    setup: pair,
    run: ({ fixed, moving }) =>
      void registerDeformable(
        { channels: [{ fixed, moving, metric: 'mutual-information' }], initial: IDENTITY_MAT4 },
        { threads: THREADS },
      ),
  }),
  benchmark({
    row: 'elastix on the same pair, B-spline, 3 levels of 500 iterations',
    bar: { value: null, unit: 's', better: 'less' },
    runs: 1,
    warmUps: 0,
    unavailable: () => (hasElastix() ? null : 'elastix is not installed'),
    setup: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'theratwin-elastix-'))
      const { fixed, moving } = pair()
      await writeNifti(join(folder, 'fixed.nii'), fixed)
      await writeNifti(join(folder, 'moving.nii'), moving)
      writeFileSync(join(folder, 'bspline.txt'), elastixParameters('BSplineTransform'))
      return folder
    },
    run: (folder) => {
      const of = (name: string): string => join(folder, name)
      const words = ['-f', of('fixed.nii'), '-m', of('moving.nii'), '-out', folder, '-p', of('bspline.txt')]
      execFileSync('elastix', [...words, '-threads', String(THREADS)], { stdio: 'ignore' })
    },
    teardown: (folder) => rmSync(folder, { recursive: true, force: true }),
  }),
]
