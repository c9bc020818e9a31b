/** Responses over time on a worker thread, one at a time. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type { Compute, ResponseAnswer, ResponseJob, WorkerAnswer } from '../../services/ports/compute.ts'
import { createCancellablePool } from '../../workers/cancellablePool.ts'

/** The worker does not look at the flag: a response that is not wanted any more is ended after this. */
const GRACE_MS = 200

export interface Responses extends Pick<Compute, 'computeResponse'> {
  close(): Promise<void>
}

export function createResponses(): Responses {
  const pool = createCancellablePool({ worker: 'response', threads: 1, graceMs: GRACE_MS })
  return {
    async computeResponse(job, how = {}) {
      const answer = (await pool.run((control): ResponseJob => ({ control, job }), how)) as WorkerAnswer<ResponseAnswer>
      if (answer.kind === 'done') return answer.answer
      if (answer.kind === 'cancelled') throw new CancelledError('The response')
      throw new InputError(answer.code, answer.message, answer.hint)
    },
    close: () => pool.close(),
  }
}
