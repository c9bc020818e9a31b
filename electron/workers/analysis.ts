/** Worker entry: the pure functions of services/analysis, with progress and cancel over a shared Int32Array. */
import { displayMasks, measureStructures } from '../services/analysis/index.ts'
import type { ComputeJob } from '../services/ports/compute.ts'

export default function run(job: ComputeJob): unknown {
  const progress = (fraction: number): boolean => {
    Atomics.store(job.control, 1, Math.round(fraction * 1000))
    return Atomics.load(job.control, 0) === 0
  }
  return job.name === 'measure' ? measureStructures(job.task, progress) : displayMasks(job.task, progress)
}
