/** Long work: one at a time for each patient's sake, with progress, an estimate of what remains, and cancel. */
import { randomUUID } from 'node:crypto'
import { CancelledError } from '../../native-core/errors/index.ts'
import type { JobEvent } from '../contracts/index.ts'
import { failureOf } from './failure.ts'

export interface JobContext {
  readonly signal: AbortSignal
  readonly progress: (fraction: number, what: string) => void
}

interface Job {
  readonly controller: AbortController
}

/** Progress is told at most this often. */
const REPORT_MS = 80

export class JobRunner {
  readonly #emit: (event: JobEvent) => void
  readonly #onBug: (error: unknown, kind: JobEvent['kind']) => void
  readonly #jobs = new Map<string, Job>()
  #queue: Promise<unknown> = Promise.resolve()

  /** @param onBug is told of every error that is not the user's to mend, for the log */
  constructor(
    emit: (event: JobEvent) => void,
    onBug: (error: unknown, kind: JobEvent['kind']) => void = () => undefined,
  ) {
    this.#emit = emit
    this.#onBug = onBug
  }

  /** Starts the work behind what is running; answers at once with the id under which it is reported and cancelled. */
  start(kind: JobEvent['kind'], title: string, work: (context: JobContext) => Promise<JobEvent['result']>): string {
    const jobId = randomUUID()
    const controller = new AbortController()
    this.#jobs.set(jobId, { controller })
    const base = { jobId, kind, title, failure: null, result: null }
    this.#emit({ ...base, state: 'running', fraction: 0, what: 'Waiting', elapsedS: 0, remainingS: null })
    this.#queue = this.#queue.then(() => this.#run(base, controller, work))
    return jobId
  }

  cancel(jobId: string): void {
    this.#jobs.get(jobId)?.controller.abort()
  }

  /** Cancels everything and resolves when the last job has unwound. */
  async stop(): Promise<void> {
    for (const { controller } of this.#jobs.values()) controller.abort()
    await this.#queue
  }

  async #run(
    base: Pick<JobEvent, 'jobId' | 'kind' | 'title' | 'failure' | 'result'>,
    controller: AbortController,
    work: (context: JobContext) => Promise<JobEvent['result']>,
  ): Promise<void> {
    const startedAt = performance.now()
    const elapsedS = (): number => (performance.now() - startedAt) / 1000
    let last = { fraction: 0, what: '', at: -Infinity }
    const progress = (fraction: number, what: string): void => {
      const bounded = Math.min(1, Math.max(last.fraction, fraction))
      const now = performance.now()
      if (now - last.at < REPORT_MS && what === last.what) return
      last = { fraction: bounded, what, at: now }
      const remainingS = bounded > 0.05 ? (elapsedS() * (1 - bounded)) / bounded : null
      this.#emit({ ...base, state: 'running', fraction: bounded, what, elapsedS: elapsedS(), remainingS })
    }
    const end = (state: 'done' | 'failed' | 'cancelled', rest: Pick<JobEvent, 'failure' | 'result'>): void =>
      this.#emit({ ...base, ...rest, state, fraction: last.fraction, what: '', elapsedS: elapsedS(), remainingS: null })
    try {
      if (controller.signal.aborted) throw new CancelledError(base.title)
      const result = await work({ signal: controller.signal, progress })
      last = { ...last, fraction: 1 }
      end('done', { failure: null, result })
    } catch (error) {
      const cancelled = error instanceof CancelledError || controller.signal.aborted
      const failure = failureOf(error)
      if (failure.kind === 'bug' && !cancelled) this.#onBug(error, base.kind)
      end(cancelled ? 'cancelled' : 'failed', { failure, result: null })
    } finally {
      this.#jobs.delete(base.jobId)
    }
  }
}
