/** `theratwin dose` in the test's process, and the small volumes that it is run on. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { writeNifti } from '../../../electron/adapters/nifti/index.ts'
import { command } from '../../../electron/cli/dose.ts'
import type { DoseSummary } from '../../../electron/services/dose/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { indexToPatient } from '../../../native-core/imaging/index.ts'
import type { ImageGrid, Mat3, Vec3 } from '../../../native-core/imaging/index.ts'

/** Electrons of Lu-177, MeV per decay (ICRP 107; the evaluation in the program has 0.1482). */
export const LU177_ELECTRON_MEV = 0.1479

export type Summary = DoseSummary & { readonly files: readonly string[] }

/** Runs the command; the summary as it prints it. */
export async function dose(...words: readonly string[]): Promise<Summary> {
  let text = ''
  const done = await command.run({
    arguments: words,
    json: true,
    signal: new AbortController().signal,
    out: (part) => (text += part),
    progress: () => undefined,
  })
  expect(done).toBe(true)
  return JSON.parse(text) as Summary
}

/** Runs the command, which must refuse with a hint. */
export async function refusal(...words: readonly string[]): Promise<InputError> {
  const error: unknown = await dose(...words).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InputError)
  expect((error as InputError).hint).not.toBe('')
  return error as InputError
}

export const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** A cube of 96 mm about the origin, in voxels of so many mm. */
export const cube = (mm: number, direction: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]): ImageGrid => {
  const n = 96 / mm
  const half = ((n - 1) / 2) * mm
  const sum = (row: number): number => direction[3 * row]! + direction[3 * row + 1]! + direction[3 * row + 2]!
  return {
    dimensions: [n, n, n],
    spacingMm: [mm, mm, mm],
    originMm: [-half * sum(0), -half * sum(1), -half * sum(2)],
    direction,
  }
}

/** Values by place. */
export function image(
  grid: ImageGrid,
  value: (point: Vec3) => number,
): { readonly grid: ImageGrid; readonly values: Float32Array } {
  const [nx, ny, nz] = grid.dimensions
  const values = new Float32Array(nx * ny * nz)
  let n = 0
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) values[n++] = value(indexToPatient(grid, [i, j, k]))
  return { grid, values }
}

export const inBall = ([x, y, z]: Vec3): boolean => Math.hypot(x, y, z) < 30

/**
 * A folder with ct.nii.gz (0 HU on the left, 1000 HU on the right of x = 0; finer, and stored along other axes than the activity), tia.nii
 * (10⁹ decays per mL in a ball of 60 mm) and ball.nii.gz (its mask).
 */
export async function makeVolumes(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'theratwin-dose-'))
  const turned = cube(4, [-1, 0, 0, 0, 1, 0, 0, 0, -1])
  await writeNifti(
    join(root, 'ct.nii.gz'),
    image(turned, ([x]) => (x < 0 ? 0 : 1000)),
  )
  await writeNifti(
    join(root, 'tia.nii'),
    image(cube(8), (point) => (inBall(point) ? 1e9 : 0)),
  )
  await writeNifti(
    join(root, 'ball.nii.gz'),
    image(cube(4), (point) => (inBall(point) ? 1 : 0)),
  )
  return root
}
