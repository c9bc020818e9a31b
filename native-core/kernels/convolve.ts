/** Convolution of a volume with voxel kernels (C++, `src/convolve`). Blocks its thread. */
import { CancelledError, InputError } from '../errors/index.ts'
import { nativeKernels } from './load.ts'

export interface ConvolutionRequest {
  /** x fastest. */
  readonly source: Float32Array
  readonly size: readonly [number, number, number]
  /** Each with the offsets 0 … size − 1 along each axis, x fastest; the same for the mirrored offsets. */
  readonly kernels: readonly Float64Array[]
  /** 0 (default): as many as the machine has. */
  readonly threads?: number
  readonly control?: Int32Array | null
  /** The part of the whole work that this is: progress goes from the first to the second, per mille; all of it if left out. */
  readonly progress?: readonly [number, number]
}

/**
 * Σ_u source(u) · kernel(|v − u|) for every voxel v, one volume for each kernel, in the order of the kernels. Nothing is cut off and
 * nothing wraps around. Single precision: errors of some 1e-7 of the largest sum, so that small sums may come out below zero.
 *
 * @throws InputError `geometry.size-mismatch`; CancelledError when cancelled.
 */
export function convolveEven(request: ConvolutionRequest): Float32Array[] {
  const { source, size, kernels, threads = 0, control = null, progress = [0, 1000] } = request
  const voxels = size[0] * size[1] * size[2]
  if (kernels.length === 0) return []
  for (const [what, length] of [
    ['source', source.length],
    ...kernels.map((kernel, i) => [`kernel ${i}`, kernel.length] as const),
  ] as const) {
    if (length !== voxels) {
      throw new InputError(
        'geometry.size-mismatch',
        `The ${what} has ${length} voxels, its grid ${voxels}.`,
        'Volume and kernels must be of one size.',
      )
    }
  }
  const joined = new Float64Array(voxels * kernels.length)
  kernels.forEach((kernel, i) => joined.set(kernel, i * voxels))
  const outputs = new Float32Array(voxels * kernels.length)
  const done = nativeKernels().convolve(source, Int32Array.from(size), joined, outputs, threads, control, ...progress)
  if (!done) throw new CancelledError('Convolution')
  return kernels.map((_, i) => outputs.subarray(i * voxels, (i + 1) * voxels))
}
