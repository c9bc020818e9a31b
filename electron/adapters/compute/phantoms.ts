/** Analyses of phantoms on a worker thread, one at a time. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type { CalibrationJob, Compute, PhantomAnswer, WorkerAnswer } from '../../services/ports/compute.ts'
import { createCancellablePool } from '../../workers/cancellablePool.ts'

/** A worker that has not answered to cancel after this is ended: a step of an analysis is not interrupted. */
const GRACE_MS = 500

export interface Phantoms extends Pick<Compute, 'analysePhantom'> {
  close(): Promise<void>
}

export function createPhantoms(): Phantoms {
  const pool = createCancellablePool({ worker: 'calibration', threads: 1, graceMs: GRACE_MS })
  return {
    async analysePhantom(task, how = {}) {
      const answer = (await pool.run(
        (control): CalibrationJob => ({ control, task }),
        how,
      )) as WorkerAnswer<PhantomAnswer>
      if (answer.kind === 'done') return answer.answer
      if (answer.kind === 'cancelled') throw new CancelledError('The analysis of the phantom')
      throw new InputError(answer.code, answer.message, answer.hint)
    },
    close: () => pool.close(),
  }
}
