/** Worker entry: a range of voxels of a dynamic scan by a compartment model, with progress and cancel over a shared Int32Array. */
import { fitCompartmentRange } from '../../native-core/kinetics/dynamic/index.ts'
import type { VoxelCounts } from '../../native-core/kinetics/dynamic/index.ts'
import type { CompartmentMapsJob, WorkerAnswer } from '../services/ports/compute.ts'
import { failureAnswer } from './answers.ts'

export default function run({ control, plan, scan, values, range }: CompartmentMapsJob): WorkerAnswer<VoxelCounts> {
  const progress = (fraction: number): boolean => {
    Atomics.store(control, 1, Math.round(fraction * 1000))
    return Atomics.load(control, 0) === 0
  }
  try {
    return { kind: 'done', answer: fitCompartmentRange(plan, { ...scan, progress }, values, range) }
  } catch (error) {
    return failureAnswer(error)
  }
}
