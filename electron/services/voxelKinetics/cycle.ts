/** Voxelwise kinetics of a cycle that was analysed: its images by their registrations, around the curves of its structures. */
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import type { VoxelFitResult } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitOptionsAsk } from '../../contracts/doseMaps.ts'
import { activityTask, fitChoice } from '../doseMaps/index.ts'
import type { ActivityTaskRequest } from '../doseMaps/activityTask.ts'
import type { AnalysisPorts } from '../analysis/index.ts'
import type { Compute, ComputeOptions } from '../ports/compute.ts'

export interface FittedCycle {
  /** Of the reference time point's emission image. */
  readonly grid: ImageGrid
  readonly labels: Uint8Array | Uint16Array
  readonly structures: readonly string[]
  readonly fit: VoxelFitResult
  readonly remarks: readonly string[]
}

/**
 * Fits a curve in each voxel of the cycle, as a voxel dose does, without matching structures: what the images say.
 *
 * @throws InputError of `activityTask`, `carryImages` and `fitVoxels`; CancelledError.
 */
export async function fitCycle(
  request: Omit<ActivityTaskRequest, 'timePoint'> & { readonly terms?: boolean },
  fit: VoxelFitOptionsAsk,
  ports: Pick<AnalysisPorts, 'loadVoxels' | 'deformable'> & {
    readonly compute: Pick<Compute, 'carryImages' | 'fitVoxels'>
  },
  { progress, signal }: ComputeOptions,
): Promise<FittedCycle> {
  const part = (from: number, to: number): ComputeOptions => ({
    ...(signal ? { signal } : {}),
    ...(progress ? { progress: (fraction: number) => progress(from + (to - from) * fraction) } : {}),
  })
  const remarks: string[] = []
  const { task } = await activityTask({ ...request, timePoint: null, ...(signal ? { signal } : {}) }, ports, remarks)
  const { values, labels } = await ports.compute.carryImages(task, part(0, 0.5))
  const found = await ports.compute.fitVoxels(
    {
      timesS: task.images.map(({ timeS }) => timeS),
      values,
      physicalRatePerS: task.physicalRatePerS,
      ...(task.administration ? { administration: task.administration } : {}),
      labels,
      structures: task.structures.map(({ name, terms = null }) => ({ name, terms })),
      ...fitChoice(fit, request.activityMap.negligibleShare, task.circulationRatePerS),
      terms: request.terms ?? false,
    },
    part(0.5, 1),
  )
  return { grid: task.grid, labels, structures: task.structures.map(({ name }) => name), fit: found, remarks }
}
