/** Scribbles of `theratwin segment`: which voxels of the image a person has marked. */
import { readFile } from 'node:fs/promises'
import { InputError } from '../../native-core/errors/index.ts'
import { applyMat4, indexToPatientMatrix, patientToIndexMatrix } from '../../native-core/imaging/index.ts'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/index.ts'
import { isNiftiName } from '../adapters/nifti/index.ts'
import type { Workbench } from '../backend/compose.ts'
import type { CommandContext } from './context.ts'
import { readVolume } from './doseInputs.ts'
import { numbersIn } from './options.ts'

/**
 * The voxels of the image that hold the marks of a file: a NIfTI image on any grid, whose voxels above 0 are marked, or
 * lines of x, y, z (LPS, mm). Marks outside the image are left out.
 *
 * @throws InputError `segmentation.marks` where the file cannot be read or has no mark in the image.
 */
export async function readMarks(
  path: string,
  grid: ImageGrid,
  bench: Workbench,
  context: CommandContext,
): Promise<number[]> {
  const toIndex = patientToIndexMatrix(grid)
  const [nx, ny, nz] = grid.dimensions
  const found = new Set<number>()
  const points = isNiftiName(path) ? await marked(path, bench, context) : await listed(path)
  for (const point of points) {
    const [x, y, z] = applyMat4(toIndex, point).map(Math.round) as unknown as Vec3
    if (x >= 0 && y >= 0 && z >= 0 && x < nx && y < ny && z < nz) found.add(x + nx * (y + ny * z))
  }
  if (found.size > 0) return [...found].sort((a, b) => a - b)
  throw new InputError(
    'segmentation.marks',
    `${path} marks no voxel of the image.`,
    'Mark voxels of the image: a NIfTI image with values above 0 there, or lines of x,y,z (LPS, mm).',
  )
}

async function marked(path: string, bench: Workbench, context: CommandContext): Promise<Vec3[]> {
  const { grid, values } = await readVolume(path, undefined, bench, context)
  const toPatient = indexToPatientMatrix(grid)
  const [nx, ny] = grid.dimensions
  const points: Vec3[] = []
  values.forEach((value, n) => {
    if (value > 0) points.push(applyMat4(toPatient, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]))
  })
  return points
}

async function listed(path: string): Promise<Vec3[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new InputError(
      'segmentation.marks',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check the path and its permissions.',
    )
  }
  const points: Vec3[] = []
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const numbers = numbersIn(line)
    const [x, y, z] = numbers
    if (numbers.length === 3 && numbers.every(Number.isFinite)) points.push([x!, y!, z!])
    else if (n > 0 || numbers.some(Number.isFinite))
      throw new InputError(
        'segmentation.marks',
        `Line ${n + 1} of ${path} is not three numbers.`,
        'Write one point a line: x,y,z in patient coordinates (LPS, mm).',
      )
  }
  return points
}
