import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { InputError } from '../../../native-core/errors/index.ts'
import type { Vec3 } from '../../../native-core/imaging/types.ts'
import {
  FIELD,
  HEADER_BYTES,
  NIFTI2_HEADER_BYTES,
  OTHER_TYPES,
  SINGLE_FILE_OFFSET,
  STORED_TYPES,
  millimetresPerUnit,
} from './header.ts'
import { readOrientation } from './orientation.ts'
import type { NiftiReading } from './types.ts'

/** More unpacked bytes than this are taken for damage or malice. */
const MOST_BYTES = 2 ** 32
/** Two places of a volume that are further apart than this part of a voxel are said. */
const TOLD_APART = 0.1

/** Whether a file's name is that of a NIfTI file. */
export function isNiftiName(name: string): boolean {
  return /\.nii(\.gz)?$/i.test(name)
}

/** Reads a file. @throws InputError `nifti.cannot-read` where it cannot be read, else as `decodeNifti`. */
export async function readNifti(file: string): Promise<NiftiReading> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(file)
  } catch (error) {
    throw new InputError(
      'nifti.cannot-read',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check the path and its permissions.',
    )
  }
  return decodeNifti(bytes, file)
}

/**
 * A single-file NIfTI-1 volume, packed with gzip or not, in either byte order: the grid in LPS mm, values scaled by slope and
 * intercept (slope 0 or not finite: as stored) in single precision, on a SharedArrayBuffer; NaN stays NaN.
 *
 * @param name How messages call the file
 * @throws InputError `nifti.truncated`, `nifti.format` (no NIfTI-1 single file), `nifti.dimensions` (not one 3D volume),
 * `nifti.data-type`, `nifti.scaling`, `nifti.units`, `nifti.orientation`, each naming the file.
 */
export async function decodeNifti(packed: Uint8Array, name: string): Promise<NiftiReading> {
  const bytes = await unpacked(packed, name)
  if (bytes.length < HEADER_BYTES) throw truncated(name, `it has ${bytes.length} bytes, a header ${HEADER_BYTES}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = byteOrder(view, name)
  const dimensions = readDimensions(view, little, name)
  const remarks: string[] = []

  const code = view.getInt16(FIELD.datatype, little)
  const stored = STORED_TYPES.get(code)
  if (!stored) {
    const what = OTHER_TYPES.get(code) ?? 'an unknown type'
    throw new InputError(
      'nifti.data-type',
      `${name} holds ${what} (datatype ${code}), not plain numbers.`,
      'Save it with a whole-number type up to 64 bits, float32 or float64.',
    )
  }
  const offset = dataOffset(view.getFloat32(FIELD.voxOffset, little), name)
  const count = dimensions[0] * dimensions[1] * dimensions[2]
  if (bytes.length < offset + count * stored.bytes)
    throw truncated(
      name,
      `its header promises ${dimensions.join(' × ')} values of ${stored.bytes} bytes from byte ${offset} on, and it has ${bytes.length} bytes`,
    )
  const units = view.getUint8(FIELD.xyztUnits)
  const mmPerUnit = millimetresPerUnit(units)
  if (mmPerUnit === null)
    throw new InputError(
      'nifti.units',
      `${name} gives lengths in an unknown unit (xyzt_units ${units}).`,
      'Save it with millimetres.',
    )
  if ((units & 7) === 0) remarks.push(`${name} does not say the unit of its lengths: taken as mm.`)
  const { grid, isAssumed, formsApartMm } = readOrientation(view, little, dimensions, mmPerUnit, name)
  if (isAssumed)
    remarks.push(
      `${name} has neither an sform nor a qform: its axes were taken as right, anterior, superior, with the first voxel at 0, 0, 0.`,
    )
  if (formsApartMm > TOLD_APART * Math.min(...grid.spacingMm))
    remarks.push(
      `${name} gives two places, an sform and a qform, that are up to ${formsApartMm.toFixed(1)} mm apart: the sform was taken.`,
    )

  const { slope, intercept } = scaling(view, little, name)
  const values = new Float32Array(new SharedArrayBuffer(4 * count))
  const { read, bytes: step } = stored
  for (let n = 0, at = offset; n < count; n++, at += step) values[n] = slope * read(view, at, little) + intercept
  return { grid, values, remarks }
}

async function unpacked(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'Z_BUF_ERROR') throw truncated(name, 'its packed data ends early')
    throw new InputError(
      'nifti.format',
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `${name} unpacks to more than ${MOST_BYTES / 2 ** 30} GiB.`
        : `${name} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
      'Copy or export the file again.',
    )
  }
}

function truncated(name: string, why: string): InputError {
  return new InputError('nifti.truncated', `${name} is cut short: ${why}.`, 'Copy or export the file again.')
}

/** True for little endian. */
function byteOrder(view: DataView, name: string): boolean {
  const sizes = [view.getInt32(0, true), view.getInt32(0, false)]
  const magic = String.fromCharCode(...[0, 1, 2].map((n) => view.getUint8(FIELD.magic + n)))
  const refuse = (what: string, hint: string): never => {
    throw new InputError('nifti.format', `${name} ${what}.`, hint)
  }
  if (sizes.includes(NIFTI2_HEADER_BYTES)) refuse('is a NIfTI-2 file', 'Save it as NIfTI-1 (.nii or .nii.gz).')
  if (!sizes.includes(HEADER_BYTES)) refuse('is no NIfTI-1 file', 'Give a .nii or .nii.gz file.')
  if (magic === 'ni1') refuse('is the header of a pair (.hdr and .img)', 'Save it as a single .nii or .nii.gz file.')
  if (magic !== 'n+1')
    refuse(
      'has no NIfTI mark ("n+1"): an Analyze 7.5 file does not say how it is oriented',
      'Save it as a single .nii or .nii.gz file.',
    )
  return sizes[0] === HEADER_BYTES
}

function readDimensions(view: DataView, little: boolean, name: string): Vec3 {
  const dim = Array.from({ length: 8 }, (_, n) => view.getInt16(FIELD.dim + 2 * n, little))
  const rank = dim[0]!
  const sizes = dim.slice(1, 1 + Math.max(0, Math.min(rank, 7)))
  const refuse = (why: string, hint: string): never => {
    throw new InputError('nifti.dimensions', `${name} ${why} (dim ${dim.join(' ')}).`, hint)
  }
  if (rank < 1 || rank > 7 || sizes.some((size) => size < 1))
    refuse('has dimensions that cannot be', 'Copy or export the file again.')
  if (rank < 3) refuse(`has ${rank} dimension(s): it is no volume`, 'Give a 3D volume.')
  if (sizes.slice(3).some((size) => size !== 1))
    refuse(`holds ${sizes.slice(3).reduce((a, b) => a * b, 1)} volumes`, 'Save the one that is meant as a 3D file.')
  return [sizes[0]!, sizes[1]!, sizes[2]!]
}

/** 0 stands for the first possible byte: some writers leave it unset. */
function dataOffset(stored: number, name: string): number {
  if (stored === 0) return SINGLE_FILE_OFFSET
  if (Number.isInteger(stored) && stored >= SINGLE_FILE_OFFSET) return stored
  throw new InputError(
    'nifti.format',
    `The data of ${name} would begin at byte ${stored} (vox_offset), inside the header.`,
    'Copy or export the file again.',
  )
}

function scaling(view: DataView, little: boolean, name: string): { slope: number; intercept: number } {
  const slope = view.getFloat32(FIELD.sclSlope, little)
  if (slope === 0 || !Number.isFinite(slope)) return { slope: 1, intercept: 0 }
  const intercept = view.getFloat32(FIELD.sclInter, little)
  if (Number.isFinite(intercept)) return { slope, intercept }
  throw new InputError(
    'nifti.scaling',
    `${name} scales its values by ${slope} with an intercept that is not finite (scl_inter).`,
    'Export the file again.',
  )
}
