/** Voxelwise fits on a pool of worker threads. */
import { summariseVoxelFit, voxelFitMaps } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitPlan, VoxelFitResult } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { ComputeOptions, VoxelFitTask, VoxelKineticsJob } from '../../services/ports/compute.ts'
import { divided, onSharedMemory, overRanges } from './divided.ts'
import { createJobPool } from './jobPool.ts'

/** Ranges for each thread, so that none waits long for another whose voxels take more steps. */
const RANGES_PER_THREAD = 4
/** Share of the progress that the plan has. */
const PLAN = 0.1

export interface VoxelKinetics {
  fitVoxels(task: VoxelFitTask, options?: ComputeOptions): Promise<VoxelFitResult>
  close(): Promise<void>
}

/** Each voxel's answer depends on itself and the plan only: the same bits whatever the number of threads. */
export function createVoxelKinetics({ threads }: { readonly threads: number }): VoxelKinetics {
  const pool = createJobPool<VoxelKineticsJob>('voxelKinetics', 'The voxelwise fit', { threads })

  async function fitVoxels(asked: VoxelFitTask, { progress, signal }: ComputeOptions = {}): Promise<VoxelFitResult> {
    const task = taskOnSharedMemory(asked)
    const stopped = signal ? { signal } : {}
    const plan = (await pool.run({ name: 'plan', task }, stopped)) as VoxelFitPlan
    progress?.(PLAN)
    const voxels = task.values[0]?.length ?? 0
    const maps = voxelFitMaps(voxels, plan, { terms: task.terms ?? false, shared: true })
    const ranges = divided(voxels, RANGES_PER_THREAD * threads)
    const images = { values: task.values, labels: task.labels ?? null }
    await overRanges(
      ranges,
      (fraction) => progress?.(PLAN + (1 - PLAN) * fraction),
      (range, tell) => pool.run({ name: 'range', plan, task: images, maps, range }, { ...stopped, progress: tell }),
    )
    return { plan, maps, counts: summariseVoxelFit(maps) }
  }

  return { fitVoxels, close: () => pool.close() }
}

/** What is not shared yet is copied once, instead of once for each range. */
function taskOnSharedMemory(task: VoxelFitTask): VoxelFitTask {
  const values = task.values.map(onSharedMemory)
  const { labels } = task
  if (!labels || labels.buffer instanceof SharedArrayBuffer) return { ...task, values }
  const buffer = new SharedArrayBuffer(labels.byteLength)
  const shared = labels instanceof Uint8Array ? new Uint8Array(buffer) : new Uint16Array(buffer)
  shared.set(labels)
  return { ...task, values, labels: shared }
}
