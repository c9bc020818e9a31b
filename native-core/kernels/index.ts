/**
 * Native kernels: C++20 numerics behind Node-API, for worker threads. Each has a plain TypeScript twin in `native-core/imaging`
 * that says what it computes and is its test oracle.
 *
 * Volumes are Float32Array, x fastest, best on a SharedArrayBuffer (`sharedFloat32`), so that they pass between threads
 * without being copied. Results have the same bits whatever the number of threads.
 */
import { CancelledError, InputError } from '../errors/index.ts'
import {
  IDENTITY_MAT4,
  assertAffine,
  assertValidGrid,
  indexToPatientMatrix,
  invertAffine,
  multiplyMat4,
  patientToIndexMatrix,
  voxelCount,
  voxelVolumeMl,
} from '../imaging/index.ts'
import { cellsForObliqueOverlap } from '../imaging/volumeOverlap.ts'
import { nativeKernels } from './load.ts'
import type { ImageGrid, Mat4 } from '../imaging/index.ts'

export { allowMainThread, kernelsPath } from './load.ts'

/** Slots of a control block: set CANCEL to 1 to stop a kernel; PROGRESS is what it has done, in per mille. */
export const CANCEL_SLOT = 0
export const PROGRESS_SLOT = 1

/** A new control block in shared memory. */
export function createControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
}

/** A volume of `length` voxels in shared memory, all zero. */
export function sharedFloat32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT))
}

/** Threads the machine runs at once. */
export function hardwareThreads(): number {
  return nativeKernels().hardwareThreads
}

export interface KernelOptions {
  /** Threads to use, this one included; 0 (default): as many as the machine has. */
  readonly threads?: number
  /** Progress and cancel; see `createControl`. */
  readonly control?: Int32Array | null
  /** Maps patient coordinates (LPS, mm) of the source to those of the target; identity if left out. */
  readonly transform?: Mat4
  /** Where to write; a new shared volume if left out. */
  readonly output?: Float32Array
}

export interface Volume {
  readonly grid: ImageGrid
  readonly values: Float32Array
}

/**
 * Source values at the voxel centres of `targetGrid`, trilinear between source voxel centres. Within the half voxel between
 * the outermost centres and the image's faces the value is that of the face's centre plane; beyond, `fill` (default 0).
 * For concentrations use this where values at points are wanted, `resampleActivity` where totals must be kept.
 *
 * Throws InputError for invalid grids, sizes or transforms, CancelledError when cancelled.
 */
export function resampleTrilinear(
  source: Volume,
  targetGrid: ImageGrid,
  options: KernelOptions & { readonly fill?: number } = {},
): Float32Array {
  const { output, transform, threads, control } = prepare(source, targetGrid, options)
  const targetToSource = multiplyMat4(
    patientToIndexMatrix(source.grid),
    multiplyMat4(invertAffine(transform), indexToPatientMatrix(targetGrid)),
  )
  const done = nativeKernels().resampleTrilinear(
    source.values,
    Int32Array.from(source.grid.dimensions),
    output,
    Int32Array.from(targetGrid.dimensions),
    Float64Array.from(targetToSource.slice(0, 12)),
    options.fill ?? 0,
    threads,
    control,
  )
  if (!done) throw new CancelledError('Resampling')
  return output
}

/**
 * Activity concentration (Bq/mL, or any quantity per volume) on `targetGrid` by volume overlap: Σ value · voxel volume of
 * what lies inside the target grid is kept (to rounding), for parallel axes exactly voxel by voxel.
 *
 * Throws InputError for invalid grids, sizes or transforms, CancelledError when cancelled.
 */
export function resampleActivity(source: Volume, targetGrid: ImageGrid, options: KernelOptions = {}): Float32Array {
  const { output, transform, threads, control } = prepare(source, targetGrid, options)
  const sourceToTarget = multiplyMat4(
    patientToIndexMatrix(targetGrid),
    multiplyMat4(transform, indexToPatientMatrix(source.grid)),
  )
  const done = nativeKernels().resampleConservative(
    source.values,
    Int32Array.from(source.grid.dimensions),
    output,
    Int32Array.from(targetGrid.dimensions),
    Float64Array.from(sourceToTarget.slice(0, 12)),
    voxelVolumeMl(source.grid) / voxelVolumeMl(targetGrid),
    Int32Array.from(cellsForObliqueOverlap(sourceToTarget)),
    threads,
    control,
  )
  if (!done) throw new CancelledError('Resampling')
  return output
}

function prepare(
  source: Volume,
  targetGrid: ImageGrid,
  options: KernelOptions,
): { output: Float32Array; transform: Mat4; threads: number; control: Int32Array | null } {
  assertValidGrid(source.grid, 'The source grid')
  assertValidGrid(targetGrid, 'The target grid')
  const transform = options.transform ?? IDENTITY_MAT4
  assertAffine(transform)
  const output = options.output ?? sharedFloat32(voxelCount(targetGrid))
  for (const [values, grid, name] of [
    [source.values, source.grid, 'source'],
    [output, targetGrid, 'output'],
  ] as const) {
    if (values.length !== voxelCount(grid)) {
      throw new InputError(
        'geometry.size-mismatch',
        `The ${name} has ${values.length} voxels, its grid ${voxelCount(grid)}.`,
        'Load the image again.',
      )
    }
  }
  return { output, transform, threads: options.threads ?? 0, control: options.control ?? null }
}
