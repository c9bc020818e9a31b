/** Orientation of NIfTI-1 volumes (RAS) from and to image grids (LPS). nifti1.h, "3D image orientation and location in space". */
import { InputError } from '../../../native-core/errors/index.ts'
import { isRigidBasis } from '../../../native-core/imaging/transform.ts'
import { determinant3 } from '../../../native-core/imaging/index.ts'
import type { ImageGrid, Mat3, Vec3 } from '../../../native-core/imaging/types.ts'
import { FIELD } from './header.ts'

/** Cosine between axes from which on they are sheared and not rounded: srow holds single precision. */
const SHEAR_TOLERANCE = 1e-4

/** How far b² + c² + d² may lie above 1 by rounding. */
const QUATERNION_TOLERANCE = 1e-3
/** Rounding of b² + c² + d² in single precision: three units of 2⁻²³. */
const HALF_TURN_TOLERANCE = 3 * 2 ** -23

interface Affine {
  /** Columns: steps of one voxel along each index axis, RAS, in the file's unit. */
  readonly columns: readonly [Vec3, Vec3, Vec3]
  readonly origin: Vec3
}

/**
 * The grid of a header, LPS in mm. The sform is preferred to the qform; with neither (method 1) the axes are taken as R, A, S from
 * the first voxel on, which `isAssumed` says. Where both forms are there, `formsApartMm` is the largest distance between the places that
 * they give to a corner of the volume.
 *
 * @throws InputError `nifti.orientation` for an affine that is not finite, degenerate or sheared.
 */
export function readOrientation(
  header: DataView,
  little: boolean,
  dimensions: Vec3,
  mmPerUnit: number,
  name: string,
): { readonly grid: ImageGrid; readonly isAssumed: boolean; readonly formsApartMm: number } {
  const sform = header.getInt16(FIELD.sformCode, little) > 0
  const qform = header.getInt16(FIELD.qformCode, little) > 0
  const form = sform ? 'sform' : qform ? 'qform' : 'voxel size (pixdim)'
  const refuse = (why: string): never => {
    throw new InputError(
      'nifti.orientation',
      `The ${form} of ${name} ${why}.`,
      'Write the file again on a regular grid with perpendicular axes, for example by resampling it.',
    )
  }
  if (!sform && qform && quaternionSquares(header, little) > 1 + QUATERNION_TOLERANCE)
    refuse('has a quaternion that is no unit')
  const { columns, origin } = sform
    ? sformAffine(header, little)
    : qform
      ? qformAffine(header, little)
      : voxelSizeAffine(header, little)
  const lengths = columns.map((column) => Math.hypot(...column)) as [number, number, number]
  if (![...lengths, ...origin].every(Number.isFinite)) refuse('holds numbers that are not finite')
  if (lengths.some((length) => !(length * mmPerUnit > 1e-6))) refuse('gives a voxel no extent')
  const [x, y, z] = columns.map((column, axis) => column.map((v) => v / lengths[axis]!)) as [
    number[],
    number[],
    number[],
  ]
  // RAS to LPS: the first two patient axes turn round.
  const direction: Mat3 = [-x[0]!, -y[0]!, -z[0]!, -x[1]!, -y[1]!, -z[1]!, x[2]!, y[2]!, z[2]!].map(
    positiveZero,
  ) as unknown as Mat3
  if (!isRigidBasis(direction, SHEAR_TOLERANCE)) refuse('is sheared: its axes are not perpendicular')
  return {
    grid: {
      dimensions,
      spacingMm: lengths.map((length) => length * mmPerUnit) as unknown as Vec3,
      originMm: [-origin[0] * mmPerUnit, -origin[1] * mmPerUnit, origin[2] * mmPerUnit].map(
        positiveZero,
      ) as unknown as Vec3,
      direction,
    },
    isAssumed: !sform && !qform,
    formsApartMm: sform && qform ? mmPerUnit * apart({ columns, origin }, qformAffine(header, little), dimensions) : 0,
  }
}

/** Largest distance between the corners of a volume by two affines, in the file's unit; 0 where one of them is not finite. */
function apart(a: Affine, b: Affine, dimensions: Vec3): number {
  let most = 0
  for (let corner = 0; corner < 8; corner++) {
    const index = dimensions.map((n, axis) => (corner & (1 << axis) ? n - 1 : 0))
    const along = (row: 0 | 1 | 2): number =>
      index.reduce(
        (sum, n, axis) => sum + n * (a.columns[axis]![row] - b.columns[axis]![row]),
        a.origin[row] - b.origin[row],
      )
    most = Math.max(most, Math.hypot(along(0), along(1), along(2)))
  }
  return Number.isFinite(most) ? most : 0
}

const positiveZero = (value: number): number => (value === 0 ? 0 : value)

function sformAffine(header: DataView, little: boolean): Affine {
  const at = (row: number, column: number): number => header.getFloat32(FIELD.srow + 16 * row + 4 * column, little)
  const column = (c: number): Vec3 => [at(0, c), at(1, c), at(2, c)]
  return { columns: [column(0), column(1), column(2)], origin: column(3) }
}

/** Method 2: rotation by the unit quaternion (a, b, c, d), a ≥ 0 not stored, third axis times qfac. */
function qformAffine(header: DataView, little: boolean): Affine {
  const [b, c, d] = quaternion(header, little)
  const squares = quaternionSquares(header, little)
  // The vector part of a half turn is a unit but for rounding, of which a root would make an angle of up to 0.03°: taken as a half turn.
  const isHalfTurn = squares > 1 - HALF_TURN_TOLERANCE
  const scale = isHalfTurn ? 1 / Math.sqrt(squares) : 1
  const a = isHalfTurn ? 0 : Math.sqrt(1 - squares)
  const [p, q, r] = [b * scale, c * scale, d * scale]
  const rotation: Mat3 = [
    a * a + p * p - q * q - r * r,
    2 * (p * q - a * r),
    2 * (p * r + a * q),
    2 * (p * q + a * r),
    a * a + q * q - p * p - r * r,
    2 * (q * r - a * p),
    2 * (p * r - a * q),
    2 * (q * r + a * p),
    a * a + r * r - p * p - q * q,
  ]
  const size = voxelSize(header, little)
  const qfac = header.getFloat32(FIELD.pixdim, little) < 0 ? -1 : 1
  const column = (n: 0 | 1 | 2, step: number): Vec3 => [
    rotation[n] * step,
    rotation[n + 3]! * step,
    rotation[n + 6]! * step,
  ]
  return {
    columns: [column(0, size[0]), column(1, size[1]), column(2, size[2] * qfac)],
    origin: [0, 4, 8].map((step) => header.getFloat32(FIELD.qoffset + step, little)) as unknown as Vec3,
  }
}

function quaternion(header: DataView, little: boolean): Vec3 {
  return [0, 4, 8].map((step) => header.getFloat32(FIELD.quatern + step, little)) as unknown as Vec3
}

function quaternionSquares(header: DataView, little: boolean): number {
  return quaternion(header, little).reduce((sum, v) => sum + v * v, 0)
}

function voxelSizeAffine(header: DataView, little: boolean): Affine {
  const [x, y, z] = voxelSize(header, little)
  return {
    columns: [
      [x, 0, 0],
      [0, y, 0],
      [0, 0, z],
    ],
    origin: [0, 0, 0],
  }
}

/** Some writers leave a sign in pixdim; the standard has lengths there. */
function voxelSize(header: DataView, little: boolean): Vec3 {
  return [4, 8, 12].map((step) => Math.abs(header.getFloat32(FIELD.pixdim + step, little))) as unknown as Vec3
}

/** Writes sform, qform and pixdim of a grid (both with code 1, scanner coordinates), little endian. */
export function writeOrientation(header: DataView, { spacingMm, originMm, direction: d }: ImageGrid): void {
  const rotation: Mat3 = [-d[0], -d[1], -d[2], -d[3], -d[4], -d[5], d[6], d[7], d[8]]
  const origin = [-originMm[0], -originMm[1], originMm[2]]
  header.setInt16(FIELD.qformCode, 1, true)
  header.setInt16(FIELD.sformCode, 1, true)
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++)
      setFloat(header, FIELD.srow + 16 * row + 4 * column, rotation[3 * row + column]! * spacingMm[column]!)
    setFloat(header, FIELD.srow + 16 * row + 12, origin[row]!)
    setFloat(header, FIELD.qoffset + 4 * row, origin[row]!)
    setFloat(header, FIELD.pixdim + 4 + 4 * row, spacingMm[row]!)
  }
  const qfac = determinant3(rotation) < 0 ? -1 : 1
  header.setFloat32(FIELD.pixdim, qfac, true)
  const proper = rotation.map((v, n) => (n % 3 === 2 ? v * qfac : v)) as unknown as Mat3
  quaternionOf(proper).forEach((v, n) => setFloat(header, FIELD.quatern + 4 * n, v))
}

/** −0 and 0 are one number but not one byte: equal grids give equal bytes. */
function setFloat(header: DataView, at: number, value: number): void {
  header.setFloat32(at, positiveZero(value), true)
}

/** Vector part (b, c, d) of the unit quaternion with a ≥ 0 of a proper rotation: from its largest component, which is stable. */
function quaternionOf(m: Mat3): readonly [number, number, number] {
  const squares = [1 + m[0] + m[4] + m[8], 1 + m[0] - m[4] - m[8], 1 - m[0] + m[4] - m[8], 1 - m[0] - m[4] + m[8]]
  const largest = squares.indexOf(Math.max(...squares))
  // Four times the products of the components, by row of the largest one.
  const products = [
    [squares[0]!, m[7] - m[5], m[2] - m[6], m[3] - m[1]],
    [m[7] - m[5], squares[1]!, m[1] + m[3], m[2] + m[6]],
    [m[2] - m[6], m[1] + m[3], squares[2]!, m[5] + m[7]],
    [m[3] - m[1], m[2] + m[6], m[5] + m[7], squares[3]!],
  ][largest]!
  const scale = 1 / (2 * Math.sqrt(squares[largest]!))
  const sign = products[0]! < 0 ? -scale : scale
  return [products[1]! * sign, products[2]! * sign, products[3]! * sign]
}
