/** Matter and activity on the computing grid. Runs on worker threads: large volumes are resampled by the native kernels. */
import { InputError } from '../../../native-core/errors/index.ts'
import {
  boxCorners,
  densityFromHu,
  indexToPatient,
  isSameGrid,
  patientToIndexMatrix,
  applyMat4,
  voxelCount,
  voxelVolumeMl,
} from '../../../native-core/imaging/index.ts'
import type { HuDensityTable, ImageGrid } from '../../../native-core/imaging/index.ts'
import { resampleActivity } from '../../../native-core/kernels/index.ts'
import { findMedium, mediumIndexFromHu } from '../../../native-core/physics/media/index.ts'
import type { MediaTable, Medium } from '../../../native-core/physics/media/index.ts'

export interface Volume {
  readonly grid: ImageGrid
  readonly values: Float32Array
}

export interface Matter {
  readonly densityGPerMl: Float32Array
  readonly mediumIndex: Uint8Array
  readonly media: readonly Medium[]
  /** 1 for voxels of which the CT covers less than half; null where it covers all of them. */
  readonly outsideCt: Uint8Array | null
  readonly remarks: readonly string[]
}

/** CT numbers are averaged between these: padding (−2000, −3024) and metal do not pull at their neighbours. */
const LOWEST_HU = -1000
const HIGHEST_HU = 3071
/** Share of the activity that may lie where the CT or the grid is not. */
const LARGEST_LOST_SHARE = 0.05
/** Below this share of loss nothing is said: rounding, and the cells of oblique overlaps. */
const UNTOLD_SHARE = 2e-3

/** Water of 1 g/mL everywhere. */
export function waterOnGrid(grid: ImageGrid, media: MediaTable): Matter {
  const voxels = voxelCount(grid)
  return {
    densityGPerMl: new Float32Array(voxels).fill(1),
    mediumIndex: new Uint8Array(voxels),
    media: [findMedium(media, 'water')],
    outsideCt: null,
    remarks: ['There is no CT: water of 1 g/mL everywhere, also around the patient.'],
  }
}

/**
 * Density (g/mL) and medium of each voxel of `grid`. Densities are averaged by volume, so that mass is kept; the medium is that of the mean
 * CT number. Voxels of which less than half is in the CT are air.
 *
 * @throws InputError `dose.ct-voxel` for a CT number that is not finite.
 */
export function matterOnGrid(
  ct: Volume,
  grid: ImageGrid,
  tables: { readonly huDensity: HuDensityTable; readonly media: MediaTable },
  threads: number,
): Matter {
  const { hu, remarks } = boundedHu(ct)
  const isSame = isSameGrid(ct.grid, grid)
  const densityOfCt = hu.map((value) => densityFromHu(value, tables.huDensity))
  const brought = (values: Float32Array): Float32Array =>
    isSame ? values : resampleActivity({ grid: ct.grid, values }, grid, { threads })
  const densityGPerMl = brought(densityOfCt)
  const meanHu = brought(hu)
  const outsideCt = isSame || liesInside(grid, ct.grid) ? null : new Uint8Array(voxelCount(grid))
  if (outsideCt) {
    const covered = brought(new Float32Array(hu.length).fill(1))
    const airGPerMl = densityFromHu(LOWEST_HU, tables.huDensity)
    for (let n = 0; n < covered.length; n++) {
      const share = covered[n]!
      if (share < 0.5) {
        outsideCt[n] = 1
        densityGPerMl[n] = airGPerMl
        meanHu[n] = LOWEST_HU
      } else {
        densityGPerMl[n]! /= share
        meanHu[n]! /= share
      }
    }
  }
  const { mediumIndex } = mediumIndexFromHu(meanHu, tables.media.schneider)
  return { densityGPerMl, mediumIndex, media: tables.media.schneider.media, outsideCt, remarks }
}

function boundedHu({ values, grid }: Volume): { hu: Float32Array; remarks: string[] } {
  const hu = new Float32Array(values.length)
  let [above, lowest] = [0, Infinity]
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!
    if (!Number.isFinite(value))
      throw new InputError(
        'dose.ct-voxel',
        `Voxel ${n + 1} of the CT (${grid.dimensions.join(' × ')}) is ${value}.`,
        'Replace voxels that are not finite (by −1000 in air) and give the CT again.',
      )
    if (value < lowest) lowest = value
    if (value > HIGHEST_HU) above++
    hu[n] = Math.min(HIGHEST_HU, Math.max(LOWEST_HU, value))
  }
  return {
    hu,
    remarks: [
      ...(above > 0
        ? [`${above} voxels of the CT lie above ${HIGHEST_HU} HU (metal) and were taken as ${HIGHEST_HU} HU.`]
        : []),
      ...(lowest >= 0
        ? [
            'No voxel of the CT lies below 0 HU: if it holds numbers without the offset of −1024, the densities are wrong.',
          ]
        : []),
    ],
  }
}

/** Whether all of a grid lies within another's outer faces. */
function liesInside(grid: ImageGrid, outer: ImageGrid): boolean {
  const toIndex = patientToIndexMatrix(outer)
  const [nx, ny, nz] = grid.dimensions
  return boxCorners([-0.5, -0.5, -0.5], [nx - 0.5, ny - 0.5, nz - 0.5]).every((corner) =>
    applyMat4(toIndex, indexToPatient(grid, corner)).every(
      (x, axis) => x >= -0.5 - 1e-4 && x <= outer.dimensions[axis]! - 0.5 + 1e-4,
    ),
  )
}

/**
 * Activity per mL on `grid`, with its total kept. What lies beyond the grid, or where the CT is not (nothing is known of the matter
 * there), is left out: up to 5 % of the total and told, above that refused.
 *
 * @throws InputError `dose.activity-voxel`, `dose.activity-outside`.
 */
export function activityOnGrid(
  activity: Volume,
  grid: ImageGrid,
  outsideCt: Uint8Array | null,
  threads: number,
): { readonly activityPerMl: Float32Array; readonly remarks: readonly string[] } {
  const given = activity.values.findIndex((value) => !Number.isFinite(value))
  if (given >= 0)
    throw new InputError(
      'dose.activity-voxel',
      `Voxel ${given + 1} of the activity map is ${activity.values[given]}.`,
      'Replace voxels that are not finite (by 0 where there is no activity) and give the map again.',
    )
  const isSame = isSameGrid(activity.grid, grid)
  const onGrid = isSame ? activity.values : resampleActivity(activity, grid, { threads })
  const total = (values: Float32Array, of: ImageGrid): number =>
    values.reduce((sum, value) => sum + value, 0) * voxelVolumeMl(of)
  const before = total(activity.values, activity.grid)
  const inGrid = total(onGrid, grid)
  const activityPerMl = outsideCt ? onGrid.map((value, n) => (outsideCt[n] ? 0 : value)) : onGrid
  const kept = outsideCt ? total(activityPerMl, grid) : inGrid
  const remarks = [
    ...lost(before, inGrid, before, 'beyond the computing grid', 'Compute on the grid of the activity.'),
    ...lost(
      inGrid,
      kept,
      before,
      'outside the CT',
      'Give a CT that covers the activity, or cut the activity map to it.',
    ),
  ]
  return { activityPerMl, remarks }
}

function lost(from: number, to: number, whole: number, where: string, hint: string): string[] {
  const share = whole > 0 ? (from - to) / whole : 0
  const percent = `${Number((100 * share).toPrecision(2))} %`
  if (share > LARGEST_LOST_SHARE)
    throw new InputError('dose.activity-outside', `${percent} of the activity lies ${where}.`, hint)
  return share > UNTOLD_SHARE ? [`${percent} of the activity lies ${where} and is left out.`] : []
}
