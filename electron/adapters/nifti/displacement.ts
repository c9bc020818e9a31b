/** Displacements as NIfTI vector volumes: five dimensions, the fifth of three components, as ITK, ANTs and elastix write them. */
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { InputError } from '../../../native-core/errors/index.ts'
import { isSameGrid, voxelCount } from '../../../native-core/imaging/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/types.ts'
import { decodeNifti } from './decode.ts'
import { encodeNifti, sameEverywhere } from './encode.ts'
import { FIELD, SINGLE_FILE_OFFSET } from './header.ts'

/** NIFTI_INTENT_VECTOR. */
const VECTOR_INTENT = 1007
const COMPONENTS = 3

export interface DisplacementVolume {
  readonly grid: ImageGrid
  /** x, y, z (LPS, mm) voxel after voxel. */
  readonly displacementMm: Float32Array
}

/**
 * A vector volume in float32, packed with gzip: intent 1007, components in LPS mm as ITK keeps them (it turns the vectors of intent 1006
 * only), while the header places the voxels in RAS as in any NIfTI file.
 *
 * @throws as `encodeNifti`.
 */
export async function encodeDisplacement(
  { grid, displacementMm }: DisplacementVolume,
  description: string,
): Promise<Uint8Array> {
  const count = voxelCount(grid)
  if (displacementMm.length !== COMPONENTS * count)
    throw new RangeError(`${displacementMm.length} numbers for ${count} vectors`)
  const component = (axis: number): Float32Array =>
    Float32Array.from({ length: count }, (_, n) => displacementMm[3 * n + axis]!)
  const first = await encodeNifti({ grid, values: component(0) }, { description })
  const bytes = new Uint8Array(SINGLE_FILE_OFFSET + 4 * COMPONENTS * count)
  bytes.set(first)
  for (const axis of [1, 2]) {
    const volume = await encodeNifti({ grid, values: component(axis) })
    bytes.set(volume.subarray(SINGLE_FILE_OFFSET), SINGLE_FILE_OFFSET + 4 * axis * count)
  }
  const header = new DataView(bytes.buffer)
  header.setInt16(FIELD.dim, 5, true)
  header.setInt16(FIELD.dim + 10, COMPONENTS, true)
  header.setInt16(FIELD.intentCode, VECTOR_INTENT, true)
  return sameEverywhere(new Uint8Array(await promisify(gzip)(bytes, { level: 6 })))
}

/**
 * Reads what `encodeDisplacement` writes, or another program: components in LPS with intent 1007 (or none), in RAS with 1006.
 *
 * @throws InputError `nifti.cannot-read`, `nifti.displacement` for another kind of file, and as `decodeNifti`.
 */
export async function readDisplacement(file: string): Promise<DisplacementVolume> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(file)
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = await promisify(gunzip)(bytes)
  } catch (error) {
    throw new InputError(
      'nifti.cannot-read',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check the path and its permissions.',
    )
  }
  const refuse = (why: string): InputError =>
    new InputError(
      'nifti.displacement',
      `${file} is no displacement field: ${why}.`,
      'Give the displacement.nii.gz that a registration wrote, or a vector volume of ITK (five dimensions, three components).',
    )
  if (bytes.length < SINGLE_FILE_OFFSET) throw refuse(`it has ${bytes.length} bytes`)
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = header.getInt32(0, true) === 348
  const dim = Array.from({ length: 6 }, (_, n) => header.getInt16(FIELD.dim + 2 * n, little))
  if (dim[0] !== 5 || dim[4] !== 1 || dim[5] !== COMPONENTS) throw refuse(`its dimensions are ${dim.join(' ')}`)
  const offset = Math.max(SINGLE_FILE_OFFSET, header.getFloat32(FIELD.voxOffset, little))
  const volume = (dim[1]! * dim[2]! * dim[3]! * header.getInt16(FIELD.bitpix, little)) / 8
  // Each component is a plain volume: read as one, behind the same header.
  const components = await Promise.all(
    [0, 1, 2].map((axis) => {
      const single = new Uint8Array(offset + volume)
      single.set(bytes.subarray(0, offset))
      single.set(bytes.subarray(offset + axis * volume, offset + (axis + 1) * volume), offset)
      new DataView(single.buffer).setInt16(FIELD.dim, 3, little)
      return decodeNifti(single, file)
    }),
  )
  const [x, y, z] = components as [(typeof components)[0], (typeof components)[0], (typeof components)[0]]
  if (!isSameGrid(x.grid, z.grid)) throw refuse('its components have different grids')
  const sign = header.getInt16(FIELD.intentCode, little) === 1006 ? -1 : 1
  const displacementMm = new Float32Array(COMPONENTS * x.values.length)
  for (let n = 0; n < x.values.length; n++)
    displacementMm.set([sign * x.values[n]!, sign * y.values[n]!, z.values[n]!], 3 * n)
  return { grid: x.grid, displacementMm }
}
