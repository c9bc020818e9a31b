/** Jobs on a pool of worker threads, with progress and cancel over two shared 32-bit slots that the job polls. */
import type { Transferable } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { CancelledError } from '../../native-core/errors/index.ts'
import { workerUrl } from './workerUrl.ts'

export interface PoolRunOptions {
  /** Called with 0 to 1 while the job runs. */
  readonly progress?: (fraction: number) => void
  readonly signal?: AbortSignal
  /** Parts of the job that move to the worker, such as a MessagePort. */
  readonly transfer?: readonly Transferable[]
}

export interface CancellablePool {
  /**
   * Runs the job that `jobWith` makes around its control block: slot 0 is set to 1 to cancel, slot 1 is the progress in per mille.
   * A worker that has not answered to cancel after the grace time is ended and replaced. Rejects with CancelledError then, and
   * where the signal was aborted before or while the job ran.
   */
  run(jobWith: (control: Int32Array<SharedArrayBuffer>) => object, options?: PoolRunOptions): Promise<unknown>
  /** Ends all workers; jobs under way reject. */
  close(): Promise<void>
}

const POLL_MS = 50

/** A pool of up to `threads` threads of the worker entry `electron/workers/<worker>.ts`, started when needed. */
export function createCancellablePool(options: {
  readonly worker: string
  readonly threads: number
  readonly graceMs: number
}): CancellablePool {
  const pool = new Piscina({
    filename: workerUrl(options.worker).href,
    minThreads: 0,
    maxThreads: Math.max(1, options.threads),
    idleTimeout: 30_000,
  })

  async function run(
    jobWith: (control: Int32Array<SharedArrayBuffer>) => object,
    { progress, signal, transfer }: PoolRunOptions = {},
  ): Promise<unknown> {
    if (signal?.aborted) throw new CancelledError()
    const control = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
    const killer = new AbortController()
    let grace: NodeJS.Timeout | undefined
    const cancel = (): void => {
      Atomics.store(control, 0, 1)
      grace = setTimeout(() => killer.abort(), options.graceMs)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    const poll =
      progress === undefined ? undefined : setInterval(() => progress(Atomics.load(control, 1) / 1000), POLL_MS)
    try {
      return await pool.run(jobWith(control), {
        signal: killer.signal,
        ...(transfer ? { transferList: [...transfer] } : {}),
      })
    } catch (error) {
      if (signal?.aborted) throw new CancelledError()
      throw error
    } finally {
      clearInterval(poll)
      clearTimeout(grace)
      signal?.removeEventListener('abort', cancel)
    }
  }

  return { run, close: () => pool.destroy() }
}
