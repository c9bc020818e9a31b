/** Worker entry: voxelwise fits, the plan of all or a range of voxels, with progress and cancel over a shared Int32Array. */
import { fitVoxelRange, prepareVoxelFit } from '../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelKineticsJob, WorkerAnswer } from '../services/ports/compute.ts'
import { failureAnswer } from './answers.ts'

export default function run(job: VoxelKineticsJob): WorkerAnswer<unknown> {
  const progress = (fraction: number): boolean => {
    Atomics.store(job.control, 1, Math.round(fraction * 1000))
    return Atomics.load(job.control, 0) === 0
  }
  try {
    if (job.name === 'plan') return { kind: 'done', answer: prepareVoxelFit({ ...job.task, progress }) }
    fitVoxelRange(job.plan, job.task, job.maps, job.range, progress)
    return { kind: 'done', answer: null }
  } catch (error) {
    return failureAnswer(error)
  }
}
