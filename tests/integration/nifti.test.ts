/** NIfTI files beside nibabel: what it writes we read, what we write it reads. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { readNifti, writeNifti } from '../../electron/adapters/nifti/index.ts'
import { indexToPatientMatrix } from '../../native-core/imaging/index.ts'
import { rotation } from '../../native-core/imaging/testShapes.ts'
import type { ImageGrid, Mat3 } from '../../native-core/imaging/types.ts'
import { expectClose, findPython } from './support/dicomOracle.ts'

const python = findPython('nibabel, numpy')
const script = fileURLToPath(new URL('./nifti.oracle.py', import.meta.url))

interface Described {
  readonly dimensions: readonly number[]
  readonly affine: readonly number[]
  readonly qform: readonly number[]
  readonly units: string
  readonly values: readonly number[]
}
const ask = (...words: readonly string[]): unknown =>
  JSON.parse(execFileSync(python!, [script, ...words], { stdio: ['ignore', 'pipe', 'ignore'] }).toString())

/** The index-to-patient matrix in RAS, as nibabel gives it. */
const rasAffine = (grid: ImageGrid): number[] => indexToPatientMatrix(grid).map((v, n) => (n < 8 ? -v : v))

describe.skipIf(!python)('NIfTI (skipped where python3 has no nibabel)', () => {
  const root = mkdtempSync(join(tmpdir(), 'theratwin-nifti-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('reads every data type of nibabel, both byte orders, by sform and qform, packed and plain', async () => {
    const files = Object.entries(ask('write', root) as Record<string, Described>)
    expect(files).toHaveLength(41)
    for (const [file, expected] of files) {
      const { grid, values } = await readNifti(file)
      expect(grid.dimensions).toEqual(expected.dimensions)
      expectClose(rasAffine(grid), expected.affine, 2e-6)
      expectClose([...values], expected.values, 1e-6)
    }
  })

  it('writes what nibabel reads, sform and qform alike, on an oblique left-handed grid', async () => {
    const turn = rotation(0.4, -0.9, 2.1)
    for (const direction of [turn, turn.map((v, n) => (n % 3 === 1 ? -v : v)) as unknown as Mat3]) {
      const grid: ImageGrid = {
        dimensions: [4, 3, 2],
        spacingMm: [2.5, 3.5, 4.25],
        originMm: [-120.3, 44.1, 900.7],
        direction,
      }
      const values = Float32Array.from({ length: 24 }, (_, n) => Math.exp(n) - 5)
      for (const name of ['dose.nii', 'dose.nii.gz']) {
        await writeNifti(join(root, name), { grid, values }, 'absorbed dose, Gy')
        const found = ask('read', join(root, name)) as Described
        expect(found.dimensions).toEqual([4, 3, 2])
        expect(found.units).toBe('mm')
        expectClose(found.affine, rasAffine(grid), 1e-6)
        expectClose(found.qform, rasAffine(grid), 2e-6)
        expect(found.values).toEqual([...values])
      }
    }
  })
})
