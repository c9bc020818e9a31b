/** Advice on scan times on a worker thread, one at a time. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type { Compute, ScanTimeJob, WorkerAnswer } from '../../services/ports/compute.ts'
import { createCancellablePool } from '../../workers/cancellablePool.ts'

type Advice = Awaited<ReturnType<Compute['adviseScanTime']>>

/** A worker that has not answered to cancel after this is ended. */
const GRACE_MS = 1500

export interface ScanTimes extends Pick<Compute, 'adviseScanTime'> {
  close(): Promise<void>
}

export function createScanTimes(): ScanTimes {
  const pool = createCancellablePool({ worker: 'scanTime', threads: 1, graceMs: GRACE_MS })
  return {
    async adviseScanTime(task, how = {}) {
      const answer = (await pool.run((control): ScanTimeJob => ({ control, task }), how)) as WorkerAnswer<Advice>
      if (answer.kind === 'done') return answer.answer
      if (answer.kind === 'cancelled') throw new CancelledError('The advice on scan times')
      throw new InputError(answer.code, answer.message, answer.hint)
    },
    close: () => pool.close(),
  }
}
