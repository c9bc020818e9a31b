/** The `Compute` port on a pool of worker threads. */
import type {
  Compute,
  ComputeJob,
  ComputeOptions,
  DisplayMask,
  StructureMeasurement,
} from '../../services/ports/compute.ts'
import { createCancellablePool } from '../../workers/cancellablePool.ts'

/** A worker that has not answered to cancel after this is ended. */
const GRACE_MS = 1500

type Task = ComputeJob extends infer J ? (J extends unknown ? Omit<J, 'control'> : never) : never

export function createCompute(options: { readonly threads: number }): Compute {
  const pool = createCancellablePool({ worker: 'analysis', threads: options.threads, graceMs: GRACE_MS })
  const run = (job: Task, how?: ComputeOptions): Promise<unknown> => pool.run((control) => ({ ...job, control }), how)
  return {
    measure: async (task, how) => (await run({ name: 'measure', task }, how)) as readonly StructureMeasurement[],
    displayMasks: async (task, how) => (await run({ name: 'displayMasks', task }, how)) as readonly DisplayMask[],
    close: () => pool.close(),
  }
}
