/** Kernel jobs on a pool of worker threads, with progress and cancel. */
import { CancelledError } from '../../native-core/errors/index.ts'
import { createCancellablePool } from './cancellablePool.ts'
import type { PoolRunOptions } from './cancellablePool.ts'
import { CANCELLED } from './jobProtocol.ts'
import type { KernelAnswer, KernelJob, KernelTask, KernelTasks } from './jobProtocol.ts'

export interface KernelPool {
  /**
   * Runs one task in a worker. An abort of `signal` sets the job's shared cancel flag, which the kernel answers within 200 ms;
   * only a worker that has not answered after the grace time is ended (and replaced). Rejects with CancelledError then.
   */
  run<T extends KernelTask>(
    task: T,
    args: KernelTasks[T]['args'],
    options?: PoolRunOptions,
  ): Promise<KernelTasks[T]['result']>
  /** Ends all workers; jobs under way reject. */
  close(): Promise<void>
}

const GRACE_MS = 2_000

/** A pool of up to `threads` worker threads, started when needed. */
export function createKernelPool(options: { readonly threads: number; readonly graceMs?: number }): KernelPool {
  const pool = createCancellablePool({
    worker: 'kernels',
    threads: options.threads,
    graceMs: options.graceMs ?? GRACE_MS,
  })

  async function run<T extends KernelTask>(
    task: T,
    args: KernelTasks[T]['args'],
    runOptions: PoolRunOptions = {},
  ): Promise<KernelTasks[T]['result']> {
    const jobWith = (control: Int32Array<SharedArrayBuffer>): KernelJob =>
      ({ task, args, control: control.buffer }) as unknown as KernelJob
    const answer = (await pool.run(jobWith, runOptions)) as KernelAnswer<T>
    if (answer === CANCELLED) throw new CancelledError()
    runOptions.progress?.(1)
    return answer
  }

  return { run, close: () => pool.close() }
}
