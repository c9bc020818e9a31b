/**
 * From the images of a cycle to one map of activity: the time-integrated activity of each voxel, or the activity at one time point. Plain
 * data in and out, so that a worker thread can run it.
 */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { IDENTITY_MAT4, voxelCount } from '../../../native-core/imaging/index.ts'
import type { ImageGrid, Mat4 } from '../../../native-core/imaging/index.ts'
import { integrateVoxels } from '../../../native-core/kinetics/index.ts'
import { sharpened } from '../analysis/imageCorrection.ts'
import type { ActivityMap, ActivityMapTask, CarriedImages } from '../ports/compute.ts'
import type { CarryActivity } from './carryActivity.ts'
import { labelsOf } from './labels.ts'
import { matchStructures } from './matchStructures.ts'
import { structureMasks } from './structureMasks.ts'
import { totalOf } from './totals.ts'

/** Raised with every change that may change a number. */
export const ACTIVITY_MAP_VERSION = 'activity-map/2'

/** Stands for voxels that an image does not hold: resampling takes no NaN, and no image reaches it. Exact in 32 bits. */
const OUTSIDE = -(2 ** 127)

export type Resample = (
  source: { readonly grid: ImageGrid; readonly values: Float32Array },
  targetGrid: ImageGrid,
  options: { readonly transform?: Mat4; readonly fill?: number },
) => Float32Array

export interface ActivityMapKernels {
  readonly resample: Resample
  readonly carry: CarryActivity
  /** One slot, for cancelling; null: none. */
  readonly control: Int32Array | null
}

/**
 * Each image, where asked for deconvolved before, is brought to the grid by its registration (trilinear; by a deformation with its
 * activity kept), in Bq/mL at its time. For a dose they are integrated voxel by voxel
 * (`integrateVoxels`). Negative voxels become zero and are counted. Where `matchStructures` is set, the voxels of each structure are
 * scaled to the mean that its own fitted curve gives, so that voxel and structure doses speak of the same decays.
 *
 * @param kernels `resampleTrilinear`, or its TypeScript twin, and `carryActivity`
 * @param progress called with 0 to 1; throws CancelledError where it returns false
 * @throws InputError `tia.images` where no image holds any of the grid
 */
export function activityMap(
  task: ActivityMapTask,
  kernels: ActivityMapKernels,
  progress: (fraction: number) => boolean = () => true,
): ActivityMap {
  const step = stepOf(progress)
  const { grid } = task
  const { maps, carried } = broughtImages(task, kernels, (share) => progress(0.4 * share))
  const made = task.quantity === 'dose' ? integrated(task, maps, (share) => progress(0.4 + 0.3 * share)) : asItIs(maps)
  if (made.unseen === made.activityPerMl.length) throw nothingSeen()
  step(0.7)
  const masks = structureMasks(grid, task, (share) => step(0.7 + 0.25 * share))
  const totalBeforeMatching = totalOf(made.activityPerMl, grid)
  const structures = matchStructures(
    made.activityPerMl,
    task.structures.map(({ name, expectedPerMl }, position) => ({
      name,
      expectedPerMl,
      mask: masks[position]?.source ?? null,
    })),
    task.matchStructures,
  )
  step(1)
  return {
    activityPerMl: made.activityPerMl,
    totalBeforeMatching,
    total: totalOf(made.activityPerMl, grid),
    structures,
    masks: masks.map((mask) => mask?.target ?? null),
    voxels: { all: voxelCount(grid), negligible: made.negligible, unseen: made.unseen, negative: made.negative },
    ...(carried.length > 0 ? { carried } : {}),
    shareBefore: made.shareBefore,
    shareAfter: made.shareAfter,
  }
}

/** As `activityMap`, up to where the voxels are integrated: for those that are fitted, on several threads. */
export function carryImages(
  task: ActivityMapTask,
  kernels: ActivityMapKernels,
  progress: (fraction: number) => boolean = () => true,
): CarriedImages {
  const step = stepOf(progress)
  const { maps, carried } = broughtImages(task, kernels, (share) => progress(0.6 * share))
  if (maps.every((map) => map.every(Number.isNaN))) throw nothingSeen()
  const masks = structureMasks(task.grid, task, (share) => step(0.6 + 0.3 * share))
  const values = maps.map((map) => {
    const shared = new Float32Array(new SharedArrayBuffer(map.byteLength))
    shared.set(map)
    return shared
  })
  const labels = labelsOf(
    masks.map((mask) => mask?.source ?? null),
    task.grid,
  )
  step(1)
  return { values, labels, masks, carried }
}

const stepOf =
  (progress: (fraction: number) => boolean) =>
  (fraction: number): void => {
    if (!progress(fraction)) throw new CancelledError('The activity map')
  }

const nothingSeen = (): InputError =>
  new InputError(
    'tia.images',
    'No emission image of the cycle holds any of the grid of the reference time point.',
    'Check the registrations of the time points.',
  )

/** Each image on the grid in Bq/mL, NaN where it does not hold a voxel. */
function broughtImages(
  { images, grid, correction }: ActivityMapTask,
  kernels: ActivityMapKernels,
  progress: (share: number) => boolean,
): { readonly maps: readonly Float32Array[]; readonly carried: NonNullable<ActivityMap['carried']> } {
  const carried: { timeS: number; totalBefore: number; totalAfter: number }[] = []
  const maps = images.map((image, position) => {
    stepOf(progress)(position / images.length)
    const values = sharpened(image, correction, (fraction) => progress((position + fraction) / images.length))
    if (image.toImage) {
      const { toImage, timeS, factorToBqPerMl } = image
      const found = kernels.carry({ grid: image.grid, values }, toImage, grid, kernels.control)
      carried.push({
        timeS,
        totalBefore: found.totalBefore * factorToBqPerMl,
        totalAfter: found.totalAfter * factorToBqPerMl,
      })
      return found.values.map((value) => value * factorToBqPerMl)
    }
    const map = kernels.resample({ grid: image.grid, values }, grid, {
      transform: image.toReference ?? IDENTITY_MAT4,
      fill: OUTSIDE,
    })
    for (let voxel = 0; voxel < map.length; voxel++) {
      const value = map[voxel] as number
      map[voxel] = value === OUTSIDE ? NaN : value * image.factorToBqPerMl
    }
    return map
  })
  return { maps, carried }
}

interface Made {
  readonly activityPerMl: Float32Array
  readonly negligible: number
  readonly unseen: number
  readonly negative: number
  readonly shareBefore: number
  readonly shareAfter: number
}

function integrated(task: ActivityMapTask, maps: readonly Float32Array[], progress: (share: number) => boolean): Made {
  const result = integrateVoxels({
    timesS: task.images.map((image) => image.timeS),
    activityPerMl: maps,
    physicalRatePerS: task.physicalRatePerS,
    options: task.voxelwise,
    progress,
  })
  // On shared memory, so that the map goes on to the dose engine without a copy.
  const shared = new Float32Array(new SharedArrayBuffer(result.tiaPerMl.byteLength))
  shared.set(result.tiaPerMl)
  return {
    activityPerMl: shared,
    negligible: result.negligibleVoxels,
    unseen: result.unseenVoxels,
    negative: result.negativeVoxels,
    shareBefore: result.shareBefore,
    shareAfter: result.shareAfter,
  }
}

function asItIs(maps: readonly Float32Array[]): Made {
  const map = maps[0]
  if (!map || maps.length !== 1) throw new Error('a dose rate is of one time point')
  const shared = new Float32Array(new SharedArrayBuffer(map.byteLength))
  let unseen = 0
  let negative = 0
  for (let voxel = 0; voxel < map.length; voxel++) {
    const value = map[voxel] as number
    if (Number.isNaN(value)) unseen++
    else if (value < 0) negative++
    else shared[voxel] = value
  }
  return { activityPerMl: shared, negligible: 0, unseen, negative, shareBefore: 0, shareAfter: 0 }
}
