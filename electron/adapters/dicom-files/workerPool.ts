/** The worker threads that read files, one task a file, each with a time limit that ends its thread and not the rest. */
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { CancelledError } from '../../../native-core/errors/index.ts'
import { workerUrl } from '../../workers/workerUrl.ts'

/** Milliseconds since 1970 at which a worker began with a task; 0 before. A thread that is still starting is not a slow file. */
export type StartMark = Float64Array<SharedArrayBuffer>

/** What a task of a worker came to. */
export type PoolResult<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed'; readonly message: string }

export class WorkerPool {
  readonly threads: number
  private readonly piscina: Piscina

  constructor(threads: number | undefined) {
    this.threads = Math.max(1, Math.min(threads ?? Math.min(4, availableParallelism()), 64))
    this.piscina = new Piscina({
      filename: workerUrl('dicomFiles').href,
      minThreads: 0,
      maxThreads: this.threads,
      idleTimeout: 5000,
      // A header that needs more than this is an attack or damage; the limit ends one worker instead of the process.
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    })
  }

  /**
   * Runs a task by its name in the worker module. Callers keep at most `threads` of them under way, so that none waits for its turn
   * within its time. Throws CancelledError on `signal`; a crash or a time-out of the worker is a result.
   */
  async run<T>(name: string, task: object, limitMs: number, signal?: AbortSignal): Promise<PoolResult<T>> {
    if (signal?.aborted) throw new CancelledError('Reading DICOM files')
    const started: StartMark = new Float64Array(new SharedArrayBuffer(8))
    const abort = new AbortController()
    let isTimeout = false
    let timer: NodeJS.Timeout
    const watch = (): void => {
      const begun = started[0]!
      const left = begun === 0 ? limitMs : begun + limitMs - Date.now()
      if (begun !== 0 && left <= 0) {
        isTimeout = true
        abort.abort()
      } else {
        timer = setTimeout(watch, Math.max(left, 10))
      }
    }
    timer = setTimeout(watch, limitMs)
    const cancel = (): void => abort.abort()
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      const value = (await this.piscina.run({ ...task, started }, { name, signal: abort.signal })) as T
      return { kind: 'done', value }
    } catch (error) {
      if (isTimeout) return { kind: 'timeout' }
      if (signal?.aborted) throw new CancelledError('Reading DICOM files')
      return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    }
  }

  async close(): Promise<void> {
    await this.piscina.destroy()
  }
}

/** Works through `items` with at most `width` under way; the first error ends it when those under way are done. */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  let failure: { readonly error: unknown } | null = null
  const runner = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done && !failure; next = iterator.next()) {
      try {
        await work(next.value)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: width }, runner))
  const failed = failure as { readonly error: unknown } | null
  if (failed) throw failed.error
}
