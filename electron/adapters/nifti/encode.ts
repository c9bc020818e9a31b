import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { InputError } from '../../../native-core/errors/index.ts'
import { assertValidGrid, voxelCount } from '../../../native-core/imaging/index.ts'
import { FIELD, FLOAT32_CODE, HEADER_BYTES, SINGLE_FILE_OFFSET } from './header.ts'
import { writeOrientation } from './orientation.ts'
import type { NiftiImage } from './types.ts'

/** Dimensions are 16-bit numbers. */
const LARGEST_DIMENSION = 32767
const DESCRIPTION_BYTES = 79
const UNITS_MM = 2
/** Byte 9 of a gzip member is the system that packed it; 255: unknown, the same everywhere. */
const GZIP_SYSTEM = { at: 9, unknown: 255 }

/**
 * A NIfTI-1 single file in float32, little endian, with sform and qform; equal images give equal bytes.
 *
 * @param description Up to 79 ASCII characters
 * @throws InputError `geometry.invalid-grid`, `nifti.dimensions` for a grid that the format cannot hold.
 */
export async function encodeNifti(
  { grid, values }: NiftiImage,
  options: { readonly description?: string; readonly gzip?: boolean } = {},
): Promise<Uint8Array> {
  assertValidGrid(grid)
  if (values.length !== voxelCount(grid))
    throw new RangeError(`${values.length} values for a grid of ${voxelCount(grid)} voxels`)
  if (grid.dimensions.some((n) => n > LARGEST_DIMENSION))
    throw new InputError(
      'nifti.dimensions',
      `NIfTI-1 holds at most ${LARGEST_DIMENSION} voxels along an axis; the grid has ${grid.dimensions.join(' × ')}.`,
      'Use a coarser grid.',
    )
  const bytes = new Uint8Array(SINGLE_FILE_OFFSET + 4 * values.length)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, HEADER_BYTES, true)
  ;[3, ...grid.dimensions, 1, 1, 1, 1].forEach((n, at) => view.setInt16(FIELD.dim + 2 * at, n, true))
  view.setInt16(FIELD.datatype, FLOAT32_CODE, true)
  view.setInt16(FIELD.bitpix, 32, true)
  for (let n = 4; n < 8; n++) view.setFloat32(FIELD.pixdim + 4 * n, 1, true)
  view.setFloat32(FIELD.voxOffset, SINGLE_FILE_OFFSET, true)
  view.setFloat32(FIELD.sclSlope, 1, true)
  view.setUint8(FIELD.xyztUnits, UNITS_MM)
  writeOrientation(view, grid)
  bytes.set(new TextEncoder().encode('n+1\0'), FIELD.magic)
  bytes.set(ascii(options.description ?? ''), FIELD.descrip)
  values.forEach((value, n) => view.setFloat32(SINGLE_FILE_OFFSET + 4 * n, value, true))
  if (!options.gzip) return bytes
  return sameEverywhere(new Uint8Array(await promisify(gzip)(bytes, { level: 6 })))
}

/** zlib writes no time of its own into a gzip member, but the system it runs on: that is taken out. */
export function sameEverywhere(packed: Uint8Array): Uint8Array {
  packed[GZIP_SYSTEM.at] = GZIP_SYSTEM.unknown
  return packed
}

/** Writes a file, packed where its name ends with .gz. Errors as `encodeNifti` and of the file system. */
export async function writeNifti(file: string, image: NiftiImage, description = ''): Promise<void> {
  await writeFile(file, await encodeNifti(image, { description, gzip: /\.gz$/i.test(file) }))
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, DESCRIPTION_BYTES))
}
