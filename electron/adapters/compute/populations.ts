/** Fits of populations on a worker thread, one at a time. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type {
  ComputeOptions,
  PopulationAnswer,
  PopulationJob,
  PopulationTask,
  WorkerAnswer,
} from '../../services/ports/compute.ts'
import { createCancellablePool } from '../../workers/cancellablePool.ts'

/** A worker that has not answered to cancel after this is ended. */
const GRACE_MS = 1500

export interface Populations {
  fitPopulation(task: PopulationTask, options?: ComputeOptions): Promise<PopulationAnswer>
  close(): Promise<void>
}

export function createPopulations(): Populations {
  const pool = createCancellablePool({ worker: 'population', threads: 1, graceMs: GRACE_MS })
  return {
    async fitPopulation(task, how = {}) {
      const answer = (await pool.run(
        (control): PopulationJob => ({ control, task }),
        how,
      )) as WorkerAnswer<PopulationAnswer>
      if (answer.kind === 'done') return answer.answer
      if (answer.kind === 'cancelled') throw new CancelledError('The fit of the population')
      throw new InputError(answer.code, answer.message, answer.hint)
    },
    close: () => pool.close(),
  }
}
