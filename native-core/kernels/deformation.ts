/** Images and deformations (C++, `src/deformation`). They block their thread; the same bits on any number of threads. */
import { CancelledError, InputError } from '../errors/index.ts'
import {
  assertValidDeformation,
  assertValidGrid,
  indexToPatientMatrix,
  invertAffine,
  linearPart,
  multiplyMat4,
  notInvertible,
  patientToIndexMatrix,
  refuseFolding,
  volumeScale,
  voxelCount,
  voxelVolumeMl,
} from '../imaging/index.ts'
import { determinant3 } from '../imaging/transform.ts'
import { sharedFloat32 } from './index.ts'
import { nativeKernels } from './load.ts'
import type { Deformation, ImageGrid, Mat4 } from '../imaging/index.ts'
import type { Volume } from './index.ts'

export interface DeformationOptions {
  /** Threads to use, this one included; 0 (default): as many as the machine has. */
  readonly threads?: number
  /** Progress and cancel; see `createControl`. */
  readonly control?: Int32Array | null
}

export type WarpInterpolation = 'nearest' | 'trilinear' | 'cubic'

const INTERPOLATION: Readonly<Record<WarpInterpolation, number>> = { nearest: 0, trilinear: 1, cubic: 3 }

export interface WarpOptions extends DeformationOptions {
  /** Default trilinear. Cubic: Keys (1981); it may overshoot beside edges. */
  readonly interpolation?: WarpInterpolation
  /** Points along each axis of a target voxel of which the mean is taken, 1 (default: its centre) to 16. */
  readonly pointsPerAxis?: number
  /** What lies outside the moving image; default 0. May be NaN. */
  readonly fill?: number
}

/**
 * The moving image at the voxels of `targetGrid` in the fixed space. For values at points (CT numbers, dose, dose rate); for amounts per
 * volume whose total must be kept see `transportActivity`. Within the outer half voxels of the moving image the value is that of the
 * nearest centre plane; beyond, `fill`.
 *
 * @throws InputError for invalid grids, sizes or deformations; CancelledError when cancelled.
 */
export function warpImage(
  moving: Volume,
  deformation: Deformation,
  targetGrid: ImageGrid,
  options: WarpOptions = {},
): Float32Array {
  assertValidDeformation(deformation)
  assertVolume(moving, 'moving image')
  assertValidGrid(targetGrid, 'The target grid')
  const { grid: field, displacementMm, fixedToMoving } = deformation
  const toSource = multiplyMat4(patientToIndexMatrix(moving.grid), fixedToMoving)
  const target = indexToPatientMatrix(targetGrid)
  const output = sharedFloat32(voxelCount(targetGrid))
  const done = nativeKernels().warp(
    moving.values,
    Int32Array.from(moving.grid.dimensions),
    output,
    Int32Array.from(targetGrid.dimensions),
    displacementMm,
    Int32Array.from(field.dimensions),
    rows(multiplyMat4(patientToIndexMatrix(field), target)),
    rows(multiplyMat4(toSource, target)),
    rows(toSource),
    INTERPOLATION[options.interpolation ?? 'trilinear'],
    options.pointsPerAxis ?? 1,
    options.fill ?? 0,
    options.threads ?? 0,
    options.control ?? null,
  )
  if (!done) throw new CancelledError('Warping an image')
  return output
}

/**
 * Determinant of the Jacobian of the whole map fixed → moving at the voxel centres of `lattice`: volume in the moving space over volume in
 * the fixed one. As `jacobianDeterminantsReference` of `imaging`, which says how derivatives are taken.
 *
 * @throws InputError for an invalid deformation or lattice; CancelledError when cancelled.
 */
export function jacobianMap(
  deformation: Deformation,
  lattice: ImageGrid = deformation.grid,
  options: DeformationOptions = {},
): Float32Array {
  assertValidDeformation(deformation)
  assertValidGrid(lattice, 'The lattice')
  const toField = patientToIndexMatrix(deformation.grid)
  const output = sharedFloat32(voxelCount(lattice))
  const done = nativeKernels().jacobianDeterminants(
    output,
    Int32Array.from(lattice.dimensions),
    deformation.displacementMm,
    Int32Array.from(deformation.grid.dimensions),
    rows(multiplyMat4(toField, indexToPatientMatrix(lattice))),
    rows(toField),
    determinant3(linearPart(deformation.fixedToMoving)),
    options.threads ?? 0,
    options.control ?? null,
  )
  if (!done) throw new CancelledError('The Jacobian map')
  return output
}

export interface Folding {
  /** Determinant of the Jacobian of x ↦ x + u(x), in the corners of the cells between voxel centres. */
  readonly smallest: number
  /** Of the cells. */
  readonly foldedShare: number
}

/** Whether and where the map folds between its voxel centres; as `foldingOf` of `imaging`, which says how. */
export function foldingOf(deformation: Deformation, options: DeformationOptions = {}): Folding {
  assertValidDeformation(deformation)
  const answer = new Float64Array(2)
  const done = nativeKernels().fieldFolding(
    deformation.displacementMm,
    Int32Array.from(deformation.grid.dimensions),
    rows(patientToIndexMatrix(deformation.grid)),
    answer,
    options.threads ?? 0,
    options.control ?? null,
  )
  if (!done) throw new CancelledError('Looking for folds')
  return { smallest: answer[0]!, foldedShare: answer[1]! }
}

export interface InverseField {
  /** From the moving to the fixed space: y ↦ fixedToMoving⁻¹ · (y + v(y)), v on the grid that was asked for. */
  readonly inverse: Deformation
  /** Points of the grid in gaps that the field leaves where it does not fade out before its edge; there it was taken to go on. */
  readonly pointsInGaps: number
}

/**
 * The inverse of a deformation on a grid of the moving space.
 *
 * @throws InputError `deformation.folded`; for an invalid deformation or grid; CancelledError when cancelled.
 */
export function inverseField(
  deformation: Deformation,
  grid: ImageGrid,
  options: DeformationOptions = {},
): InverseField {
  assertValidGrid(grid, 'The grid of the inverse')
  const { displacements, pointsInGaps } = wayBack(deformation, grid, options)
  // x − q in the fixed space is v in the moving one, turned by the matrix.
  const l = linearPart(deformation.fixedToMoving)
  for (let n = 0; n < displacements.length; n += 3) {
    const [x, y, z] = [displacements[n]!, displacements[n + 1]!, displacements[n + 2]!]
    displacements[n] = l[0] * x + l[1] * y + l[2] * z
    displacements[n + 1] = l[3] * x + l[4] * y + l[5] * z
    displacements[n + 2] = l[6] * x + l[7] * y + l[8] * z
  }
  const fixedToMoving = invertAffine(deformation.fixedToMoving)
  return { inverse: { grid, displacementMm: displacements, fixedToMoving }, pointsInGaps }
}

/** For each point of a lattice of the moving space: x − q (mm, fixed space), where q is the point taken back by the matrix alone. */
export function wayBack(
  deformation: Deformation,
  lattice: ImageGrid,
  options: DeformationOptions,
): { readonly displacements: Float32Array; readonly pointsInGaps: number } {
  // A point of a fold has more than one way back, of which none is the right one.
  refuseFolding(foldingOf(deformation, withoutProgress(options)), 'The deformation')
  const displacements = sharedFloat32(3 * voxelCount(lattice))
  const counts = new Float64Array(2)
  const done = nativeKernels().invertField(
    displacements,
    Int32Array.from(lattice.dimensions),
    rows(multiplyMat4(invertAffine(deformation.fixedToMoving), indexToPatientMatrix(lattice))),
    deformation.displacementMm,
    Int32Array.from(deformation.grid.dimensions),
    rows(patientToIndexMatrix(deformation.grid)),
    counts,
    options.threads ?? 0,
    options.control ?? null,
  )
  if (!done) throw new CancelledError('Inverting a deformation')
  if (counts[0]! > 0)
    throw notInvertible(`${counts[0]} points of the moving image have no counterpart in the fixed one`)
  return { displacements, pointsInGaps: counts[1]! }
}

export interface TransportedActivity {
  /** Bq/mL on the target grid. */
  readonly values: Float32Array
  /** Σ concentration · voxel volume of the whole moving image and of the target grid, Bq: equal where all of it comes to lie inside. */
  readonly totalBefore: number
  readonly totalAfter: number
  /** Corners of moving voxels in gaps at the edge of the field (`InverseField`). */
  readonly pointsInGaps: number
}

/**
 * Activity concentration (Bq/mL, or any quantity per volume) carried to `targetGrid` in the fixed space: each moving voxel's amount goes
 * where its body goes, so that the total of all that comes to lie in the target grid is kept to rounding, and a concentration changes by
 * the Jacobian determinant (tissue that shrinks to half its volume holds twice the concentration).
 *
 * @throws InputError `image.not-finite` for a voxel that is no finite number, `deformation.folded`;
 * for invalid grids, sizes or deformations; CancelledError when cancelled.
 */
export function transportActivity(
  moving: Volume,
  deformation: Deformation,
  targetGrid: ImageGrid,
  options: DeformationOptions = {},
): TransportedActivity {
  assertVolume(moving, 'moving image')
  assertValidGrid(targetGrid, 'The target grid')
  if (!moving.values.every(Number.isFinite))
    throw new InputError(
      'image.not-finite',
      'The moving image has a voxel that is not a finite number, so that its total is not known.',
      'Check the image; give the voxels that were not measured a value of 0.',
    )
  const corners = cornerLattice(moving.grid)
  const { displacements, pointsInGaps } = wayBack(deformation, corners, withoutProgress(options))
  const toTarget = patientToIndexMatrix(targetGrid)
  const output = sharedFloat32(voxelCount(targetGrid))
  const done = nativeKernels().transportAmounts(
    moving.values,
    Int32Array.from(moving.grid.dimensions),
    output,
    Int32Array.from(targetGrid.dimensions),
    displacements,
    rows(multiplyMat4(toTarget, multiplyMat4(invertAffine(deformation.fixedToMoving), indexToPatientMatrix(corners)))),
    rows(toTarget),
    voxelVolumeMl(moving.grid) / voxelVolumeMl(targetGrid),
    options.threads ?? 0,
    options.control ?? null,
  )
  if (!done) throw new CancelledError('Carrying activity')
  return {
    values: output,
    totalBefore: totalOf(moving.values) * voxelVolumeMl(moving.grid),
    totalAfter: totalOf(output) * voxelVolumeMl(targetGrid),
    pointsInGaps,
  }
}

/** For a part of the work, whose own progress is not that of the whole: a control of the cancel slot only. */
export const withoutProgress = ({ threads, control }: DeformationOptions): DeformationOptions => ({
  ...(threads === undefined ? {} : { threads }),
  control: control?.subarray(0, 1) ?? null,
})

/** The corners of a grid's voxels as a grid of points. */
export function cornerLattice(grid: ImageGrid): ImageGrid {
  const { dimensions: n, spacingMm: s, originMm: o, direction: d } = grid
  const half = (row: 0 | 3 | 6): number => (d[row] * s[0] + d[row + 1]! * s[1] + d[row + 2]! * s[2]) / 2
  return {
    ...grid,
    dimensions: [n[0] + 1, n[1] + 1, n[2] + 1],
    originMm: [o[0] - half(0), o[1] - half(3), o[2] - half(6)],
  }
}

/** Volume in the fixed space for one in the moving space by the matrix alone. */
export const volumeByMatrix = (deformation: Deformation): number => 1 / volumeScale(deformation.fixedToMoving)

function totalOf(values: Float32Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}

const rows = (m: Mat4): Float64Array => Float64Array.from(m.slice(0, 12))

export function assertVolume({ grid, values }: Volume, what: string): void {
  assertValidGrid(grid, `The grid of the ${what}`)
  if (values.length === voxelCount(grid)) return
  throw new InputError(
    'geometry.size-mismatch',
    `The ${what} has ${values.length} voxels, its grid ${voxelCount(grid)}.`,
    'Load the image again.',
  )
}
