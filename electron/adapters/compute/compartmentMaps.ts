/** Parametric images of compartment models on a pool of worker threads. */
import { madeMaps, prepareCompartments } from '../../../native-core/kinetics/dynamic/index.ts'
import type { ParametricMaps, VoxelCounts } from '../../../native-core/kinetics/dynamic/index.ts'
import type { CompartmentMapsJob, CompartmentMapsTask, ComputeOptions } from '../../services/ports/compute.ts'
import { divided, onSharedMemory, overRanges } from './divided.ts'
import { createJobPool } from './jobPool.ts'

/** Masks leave ranges unequal; each range tabulates the input anew. */
const RANGES_PER_THREAD = 3

export interface CompartmentMaps {
  compartmentMaps(task: CompartmentMapsTask, options?: ComputeOptions): Promise<ParametricMaps>
  close(): Promise<void>
}

/** Each voxel's answer depends on itself and the plan only: the same bits whatever the number of threads. */
export function createCompartmentMaps({ threads }: { readonly threads: number }): CompartmentMaps {
  const pool = createJobPool<CompartmentMapsJob, VoxelCounts>('parametricMaps', 'The parametric image', { threads })

  async function compartmentMaps(
    { scan, input, model, options }: CompartmentMapsTask,
    { progress, signal }: ComputeOptions = {},
  ): Promise<ParametricMaps> {
    const plan = prepareCompartments(scan, input, model, options)
    const size = scan.frames[0]?.length ?? 0
    const values = plan.maps.map(() => onSharedMemory(new Float32Array(size).fill(NaN)))
    const images = { ...scan, frames: scan.frames.map(onSharedMemory) }
    const ranges = divided(size, RANGES_PER_THREAD * threads)
    const counts = await overRanges(ranges, progress, (range, tell) =>
      pool.run({ plan, scan: images, values, range }, { ...(signal ? { signal } : {}), progress: tell }),
    )
    const total = (name: keyof VoxelCounts): number => counts.reduce((sum, one) => sum + one[name], 0)
    return madeMaps(plan.maps, values, { voxels: total('voxels'), unanswered: total('unanswered') })
  }

  return { compartmentMaps, close: () => pool.close() }
}
