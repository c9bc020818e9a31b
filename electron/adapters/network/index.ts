/** The `OrganNetworks` port: networks run by ONNX Runtime on a worker thread. See README.md. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type {
  NetworkFile,
  NetworkJob,
  NetworkOptions,
  NetworkRun,
  NetworkWorkerAnswer,
  OrganNetworks,
} from '../../services/ports/organNetwork.ts'
import { createCancellablePool } from '../../workers/cancellablePool.ts'
import type { CancellablePool } from '../../workers/cancellablePool.ts'
import { installedNetworks } from './installed.ts'
import { readNetwork } from './readFiles.ts'

/** A network does not look at the cancel flag while it runs on a box: its thread is ended. */
const GRACE_MS = 100

export function createOrganNetworks(options: { readonly threads: number }): OrganNetworks {
  const running = new Set<CancellablePool>()

  async function onWorker(
    file: NetworkFile,
    task: NetworkJob['task'],
    how: NetworkOptions = {},
  ): Promise<NetworkRun | null> {
    const job = (control: Int32Array): NetworkJob => ({ control, threads: options.threads, file, task })
    // A thread of its own for each: the runtime's memory only grows while its thread lives, and is not to be trusted after a failure.
    const pool = createCancellablePool({ worker: 'network', threads: 1, graceMs: GRACE_MS })
    running.add(pool)
    const answer = (await pool.run(job, how).finally(() => void end(pool))) as NetworkWorkerAnswer
    if (answer.kind === 'done') return answer.answer
    if (answer.kind === 'cancelled') throw new CancelledError('The segmentation')
    throw new InputError(answer.code, answer.message, answer.hint)
  }

  async function end(pool: CancellablePool): Promise<void> {
    await pool.close()
    running.delete(pool)
  }

  return {
    read: readNetwork,
    check: async (file, how) => {
      await onWorker(file, null, how)
    },
    run: async ({ modelPath, ...task }, how) => {
      const run = await onWorker({ modelPath, description: task.description }, task, how)
      if (run === null) throw new Error('the worker ran no task')
      how?.progress?.(1)
      return run
    },
    installed: installedNetworks,
    close: async () => {
      await Promise.all([...running].map(end))
    },
  }
}
