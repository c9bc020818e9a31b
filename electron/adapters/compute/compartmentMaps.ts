/** Parametric images of compartment models on a pool of worker threads. */
import { madeMaps, prepareCompartments } from '../../../native-core/kinetics/dynamic/index.ts'
import type { ParametricMaps, VoxelCounts } from '../../../native-core/kinetics/dynamic/index.ts'
import type { CompartmentMapsJob, CompartmentMapsTask, ComputeOptions } from '../../services/ports/compute.ts'
import { divided } from './divided.ts'
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
    const values = plan.maps.map(() => shared(size).fill(NaN))
    const images = { ...scan, frames: scan.frames.map(onSharedMemory) }
    const ranges = divided(size, RANGES_PER_THREAD * threads)
    const done = ranges.map(() => 0)
    const settled = await Promise.allSettled(
      ranges.map(async (range, at) => {
        const tell = (fraction: number): void => {
          done[at] = fraction
          progress?.(done.reduce((sum, one) => sum + one, 0) / ranges.length)
        }
        const counts = await pool.run(
          { plan, scan: images, values, range },
          { ...(signal ? { signal } : {}), progress: tell },
        )
        tell(1)
        return counts
      }),
    )
    const total = { voxels: 0, unanswered: 0 }
    for (const one of settled) {
      if (one.status === 'rejected') throw one.reason
      total.voxels += one.value.voxels
      total.unanswered += one.value.unanswered
    }
    return madeMaps(plan.maps, values, total)
  }

  return { compartmentMaps, close: () => pool.close() }
}

const shared = (size: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * size))

function onSharedMemory(frame: Float32Array): Float32Array {
  if (frame.buffer instanceof SharedArrayBuffer) return frame
  const copy = shared(frame.length)
  copy.set(frame)
  return copy
}
