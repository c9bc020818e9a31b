/** The program's reading of DICOM folders beside that of pydicom (dicom-objects.oracle.py). */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { DicomSource, ScannedFolder, ScannedImage } from '../../../electron/services/ports/dicomSource.ts'

/** Shared data lies beside the project. */
export const sharedFolder = fileURLToPath(new URL('../../../../shared', import.meta.url))

/** A Python that can import the modules ("pydicom, numpy"): the system's, or the one on the path; null if none can. */
export function findPython(modules: string): string | null {
  for (const python of ['/usr/bin/python3', 'python3']) {
    if (python.startsWith('/') && !existsSync(python)) continue
    try {
      execFileSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' })
      return python
    } catch {
      continue
    }
  }
  return null
}

/** A Python with pydicom and numpy; null if none has them. */
export function findPydicom(): string | null {
  return findPython('pydicom, numpy')
}

export interface OracleVolume {
  readonly dimensions: readonly number[]
  readonly spacingMm: readonly number[]
  readonly originMm: readonly number[]
  readonly direction: readonly number[]
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
  readonly moments: readonly number[]
}

export interface Oracle {
  readonly volumes: Readonly<Record<string, OracleVolume>>
  readonly structures: Readonly<Record<string, Record<string, { contours: number; points: number; mean: number[] }>>>
  readonly segments: Readonly<
    Record<string, Record<string, { voxels: number; weight: number; centre: number[] }> | null>
  >
  readonly registrations: Readonly<Record<string, { from: string; to: string; matrix: number[] }[]>>
}

/** What pydicom finds below a folder. */
export function askPydicom(python: string, folder: string): Oracle {
  const script = fileURLToPath(new URL('../dicom-objects.oracle.py', import.meta.url))
  const text = execFileSync(python, [script, folder], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })
  return JSON.parse(text.toString()) as Oracle
}

/** Statistics of an image as the oracle makes them. */
export async function measure(source: DicomSource, image: ScannedImage): Promise<OracleVolume> {
  const values = await source.loadVoxels(image)
  const [nx, ny, nz] = image.grid.dimensions
  let [sum, minimum, maximum] = [0, Infinity, -Infinity]
  const weighted = [0, 0, 0]
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        const value = values[at]!
        sum += value
        minimum = Math.min(minimum, value)
        maximum = Math.max(maximum, value)
        weighted[0]! += value * i
        weighted[1]! += value * j
        weighted[2]! += value * k
      }
  const { dimensions, spacingMm, originMm, direction } = image.grid
  return {
    dimensions,
    spacingMm,
    originMm,
    direction,
    sum,
    minimum,
    maximum,
    moments: weighted.map((w) => (sum === 0 ? 0 : w / sum)),
  }
}

/** Numbers that agree to a part of their size (or of `floor`, where they are near zero). */
export function expectClose(found: readonly number[], expected: readonly number[], relative: number, floor = 1): void {
  expect(found).toHaveLength(expected.length)
  for (const [i, value] of expected.entries())
    expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(relative * Math.max(floor, Math.abs(value)))
}

/** Compares one image with the oracle: the grid to a micrometre, values to single precision. */
export async function compareVolume(source: DicomSource, image: ScannedImage, expected: OracleVolume): Promise<void> {
  const found = await measure(source, image)
  expect(found.dimensions).toEqual(expected.dimensions)
  expectClose(found.spacingMm, expected.spacingMm, 1e-3)
  expectClose(found.originMm, expected.originMm, 1e-6)
  expectClose(found.direction, expected.direction, 1e-5)
  const size = Math.max(Math.abs(expected.minimum), Math.abs(expected.maximum))
  expectClose([found.minimum, found.maximum], [expected.minimum, expected.maximum], 1e-6, size)
  expectClose([found.sum], [expected.sum], 1e-6, size)
  expectClose(found.moments, expected.moments, 1e-5)
}

/** Compares every structure and registration of a scan that the oracle read too; gives how many it compared. */
export function compareObjects(scan: ScannedFolder, oracle: Oracle): { sets: number; registrations: number } {
  let [sets, registrations] = [0, 0]
  for (const patient of scan.patients) {
    for (const set of patient.structureSets) {
      const uid = set.files[0]!.sopInstanceUid
      const byName = oracle.structures[uid]
      const byNumber = oracle.segments[uid]
      for (const structure of set.structures)
        if (structure.shape.kind === 'contours') {
          const expected = byName?.[structure.name]
          if (!expected) continue
          expect(structure.shape.contours).toHaveLength(expected.contours)
          const points = structure.shape.contours.flatMap(({ pointsMm }) => Array.from(pointsMm))
          // The program drops a last point that repeats the first; the oracle does not.
          if (points.length / 3 !== expected.points) continue
          const mean = [0, 1, 2].map(
            (axis) => points.filter((_, i) => i % 3 === axis).reduce((a, b) => a + b, 0) / expected.points,
          )
          expectClose(mean, expected.mean, 1e-6)
        } else {
          const expected = byNumber?.[String(structure.number)]
          if (!expected) continue
          const { mask } = structure.shape
          expect(mask.fractions.filter((fraction) => fraction > 0)).toHaveLength(expected.voxels)
          const weight = mask.fractions.reduce((a, b) => a + b, 0)
          expectClose([weight], [expected.weight], 1e-5)
          expectClose(centreOf(mask), expected.centre, 1e-4)
        }
      if (byName || byNumber) sets++
    }
    for (const registration of patient.registrations) {
      const expected = oracle.registrations[registration.files[0]!.sopInstanceUid]
      if (!expected) continue
      registrations++
      expect(
        registration.transforms.map((t) => ({
          from: t.fromFrameOfReferenceUid,
          to: t.toFrameOfReferenceUid,
          matrix: [...t.matrix],
        })),
      ).toEqual(expected)
    }
  }
  return { sets, registrations }
}

function centreOf(mask: {
  readonly grid: ScannedImage['grid']
  readonly box: { readonly start: readonly number[]; readonly size: readonly number[] }
  readonly fractions: Float32Array
}): number[] {
  const { grid, box, fractions } = mask
  const index = [0, 0, 0]
  let weight = 0
  for (let k = 0, at = 0; k < box.size[2]!; k++)
    for (let j = 0; j < box.size[1]!; j++)
      for (let i = 0; i < box.size[0]!; i++, at++) {
        const fraction = fractions[at]!
        weight += fraction
        for (const [axis, step] of [i, j, k].entries()) index[axis]! += fraction * (box.start[axis]! + step)
      }
  return [0, 1, 2].map((row) =>
    [0, 1, 2].reduce(
      (sum, axis) => sum + grid.direction[3 * row + axis]! * grid.spacingMm[axis]! * (index[axis]! / weight),
      grid.originMm[row]!,
    ),
  )
}
