/** Jobs of one kind on their worker threads, their answers as values. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type { WorkerAnswer } from '../../services/ports/compute.ts'
import { createCancellablePool } from '../../workers/cancellablePool.ts'
import type { PoolRunOptions } from '../../workers/cancellablePool.ts'

type WithoutControl<Job> = Job extends unknown ? Omit<Job, 'control'> : never

export interface JobPool<Job, Answer> {
  /** @throws the failure of the worker as what it was: InputError; CancelledError. */
  run(job: WithoutControl<Job>, how?: PoolRunOptions): Promise<Answer>
  close(): Promise<void>
}

/** A worker that has not answered to cancel after this is ended. */
const GRACE_MS = 1500

/** A pool of the worker entry `electron/workers/<worker>.ts`, of one thread unless more are given; `what` is cancelled, as a person calls it. */
export function createJobPool<Job extends { readonly control: Int32Array }, Answer = unknown>(
  worker: string,
  what: string,
  { threads = 1, graceMs = GRACE_MS }: { readonly threads?: number; readonly graceMs?: number } = {},
): JobPool<Job, Answer> {
  const pool = createCancellablePool({ worker, threads, graceMs })
  return {
    async run(job, how) {
      const answer = (await pool.run((control) => ({ ...job, control }), how)) as WorkerAnswer<Answer>
      if (answer.kind === 'done') return answer.answer
      if (answer.kind === 'cancelled') throw new CancelledError(what)
      throw new InputError(answer.code, answer.message, answer.hint)
    },
    close: () => pool.close(),
  }
}
