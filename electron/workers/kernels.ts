/** Worker entry: the native kernels, with the job protocol of `jobProtocol.ts`. */
import { CancelledError } from '../../native-core/errors/index.ts'
import { resampleActivity, resampleTrilinear } from '../../native-core/kernels/index.ts'
import { CANCELLED } from './jobProtocol.ts'
import type { KernelAnswer, KernelJob, KernelTask } from './jobProtocol.ts'

function run(job: KernelJob): Float32Array {
  const control = new Int32Array(job.control)
  switch (job.task) {
    case 'resampleTrilinear':
      return resampleTrilinear(job.args.source, job.args.targetGrid, { ...job.args, control })
    case 'resampleActivity':
      return resampleActivity(job.args.source, job.args.targetGrid, { ...job.args, control })
  }
}

export default function answer(job: KernelJob): KernelAnswer<KernelTask> {
  try {
    return run(job)
  } catch (error) {
    if (error instanceof CancelledError) return CANCELLED
    throw error
  }
}
