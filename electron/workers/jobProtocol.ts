/**
 * What passes between a caller and a kernel worker: the job out, the result back, and a control block that both share while the
 * job runs. Volumes travel as typed arrays on SharedArrayBuffer and are not copied.
 */
import type { ImageGrid, Mat4 } from '../../native-core/imaging/index.ts'

export interface ResampleArguments {
  readonly source: { readonly grid: ImageGrid; readonly values: Float32Array }
  readonly targetGrid: ImageGrid
  /** Patient coordinates of the source to those of the target, mm; identity if left out. */
  readonly transform?: Mat4
  /** Threads of the kernels' own pool; 0 or left out: all of the machine. */
  readonly threads?: number
}

/** Every task of the kernel worker: what it takes and what it gives. */
export interface KernelTasks {
  resampleTrilinear: { args: ResampleArguments & { readonly fill?: number }; result: Float32Array }
  resampleActivity: { args: ResampleArguments; result: Float32Array }
}

export type KernelTask = keyof KernelTasks

export type KernelJob = {
  readonly [T in KernelTask]: {
    readonly task: T
    readonly args: KernelTasks[T]['args']
    /** Two 32-bit slots, polled by C++: 0 cancel (set to 1 by the caller), 1 progress in per mille (set by the worker). */
    readonly control: SharedArrayBuffer
  }
}[KernelTask]

/** A cancelled job's answer; errors cannot carry their class between threads. */
export const CANCELLED = 'theratwin:cancelled'

export type KernelAnswer<T extends KernelTask> = KernelTasks[T]['result'] | typeof CANCELLED
