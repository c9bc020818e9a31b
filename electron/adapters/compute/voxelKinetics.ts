/** Voxelwise fits on a pool of worker threads. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { summariseVoxelFit, voxelFitMaps } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitPlan, VoxelFitResult } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { ComputeOptions, VoxelFitTask, VoxelKineticsJob, WorkerAnswer } from '../../services/ports/compute.ts'
import { createCancellablePool } from '../../workers/cancellablePool.ts'

/** A worker that has not answered to cancel after this is ended. */
const GRACE_MS = 1500
/** Ranges for each thread, so that none waits long for another whose voxels take more steps. */
const RANGES_PER_THREAD = 4
/** Share of the progress that the plan has. */
const PLAN = 0.1

type Job = VoxelKineticsJob extends infer J ? (J extends unknown ? Omit<J, 'control'> : never) : never

export interface VoxelKinetics {
  fitVoxels(task: VoxelFitTask, options?: ComputeOptions): Promise<VoxelFitResult>
  close(): Promise<void>
}

/** Each voxel's answer depends on itself and the plan only: the same bits whatever the number of threads. */
export function createVoxelKinetics({ threads }: { readonly threads: number }): VoxelKinetics {
  const pool = createCancellablePool({ worker: 'voxelKinetics', threads, graceMs: GRACE_MS })

  async function run(job: Job, how: ComputeOptions): Promise<unknown> {
    const answer = (await pool.run((control) => ({ ...job, control }), how)) as WorkerAnswer<unknown>
    if (answer.kind === 'done') return answer.answer
    if (answer.kind === 'cancelled') throw new CancelledError('The voxelwise fit')
    throw new InputError(answer.code, answer.message, answer.hint)
  }

  async function fitVoxels(asked: VoxelFitTask, { progress, signal }: ComputeOptions = {}): Promise<VoxelFitResult> {
    const task = onSharedMemory(asked)
    const stopped = signal ? { signal } : {}
    const plan = (await run({ name: 'plan', task }, stopped)) as VoxelFitPlan
    progress?.(PLAN)
    const voxels = task.values[0]?.length ?? 0
    const maps = voxelFitMaps(voxels, plan, { terms: task.terms ?? false, shared: true })
    const ranges = divided(voxels, RANGES_PER_THREAD * threads)
    const done = ranges.map(() => 0)
    const images = { values: task.values, labels: task.labels ?? null }
    const settled = await Promise.allSettled(
      ranges.map(async (range, at) => {
        const tell = (fraction: number): void => {
          done[at] = fraction
          progress?.(PLAN + ((1 - PLAN) * done.reduce((sum, one) => sum + one, 0)) / ranges.length)
        }
        await run({ name: 'range', plan, task: images, maps, range }, { ...stopped, progress: tell })
        tell(1)
      }),
    )
    const failed = settled.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
    return { plan, maps, counts: summariseVoxelFit(maps) }
  }

  return { fitVoxels, close: () => pool.close() }
}

function divided(voxels: number, parts: number): (readonly [number, number])[] {
  const size = Math.max(1, Math.ceil(voxels / parts))
  return Array.from({ length: Math.ceil(voxels / size) }, (_, at) => [at * size, Math.min(voxels, (at + 1) * size)])
}

/** What is not shared yet is copied once, instead of once for each range. */
function onSharedMemory(task: VoxelFitTask): VoxelFitTask {
  const values = task.values.map((map) => {
    if (map.buffer instanceof SharedArrayBuffer) return map
    const shared = new Float32Array(new SharedArrayBuffer(map.byteLength))
    shared.set(map)
    return shared
  })
  const { labels } = task
  if (!labels || labels.buffer instanceof SharedArrayBuffer) return { ...task, values }
  const buffer = new SharedArrayBuffer(labels.byteLength)
  const shared = labels instanceof Uint8Array ? new Uint8Array(buffer) : new Uint16Array(buffer)
  shared.set(labels)
  return { ...task, values, labels: shared }
}
