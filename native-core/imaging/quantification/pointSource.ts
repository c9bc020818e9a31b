/** Calibration factor from a point source in air or in a scatterer. */
import { InputError } from '../../errors/index.ts'
import { indexToPatient } from '../grid.ts'
import type { ImageGrid, Vec3 } from '../types.ts'
import { ballMask } from './ball.ts'
import type { BudgetItem } from './budget.ts'
import { assertCounts, budgetOf, factorOf, meanOf } from './calibrationFactor.ts'
import type { CalibrationFactor, CountImage, KnownSource } from './calibrationFactor.ts'
import { countsIn } from './regions.ts'

/** The sphere is large enough where a smaller one of this share of its radius has the same net counts within `CUT_OFF_TOLD`. Designed. */
const SMALLER = 0.8
const CUT_OFF_TOLD = 0.01

export interface PointSource extends KnownSource {
  readonly activityBq: number
}

export interface PointRegion {
  readonly radiusMm: number
  /** Outer radius of the shell around the sphere whose mean is the background; null: none is subtracted. */
  readonly shellOuterMm: number | null
  /** Left out: found from the hottest voxel. */
  readonly centreMm?: Vec3
}

/**
 * K = (N_sphere − n·b)/(T·Ā): the counts in a sphere around the source less the background b per voxel in a shell around it, over the mean
 * activity (Dewaraja et al. 2012; Ljungberg et al. 2016). u²(N) = N_sphere + (n/n_shell)²·N_shell.
 *
 * @throws InputError as `uniformPhantomFactor`, and `calibration.region` for a shell that is not larger than the sphere
 */
export function pointSourceFactor(image: CountImage, source: PointSource, region: PointRegion): CalibrationFactor {
  assertCounts(image)
  const { radiusMm, shellOuterMm } = region
  if (shellOuterMm !== null && !(shellOuterMm > radiusMm))
    throw new InputError(
      'calibration.region',
      `The shell to ${shellOuterMm} mm is not larger than the sphere of ${radiusMm} mm.`,
      'Give an outer radius above that of the sphere.',
    )
  const centreMm = region.centreMm ?? centreOfSource(image, radiusMm)
  const inner = countsWithin(image, centreMm, radiusMm)
  const outer = shellOuterMm === null ? null : countsWithin(image, centreMm, shellOuterMm)
  const shell = outer === null ? null : { counts: outer.counts - inner.counts, voxels: outer.voxels - inner.voxels }
  const perVoxel = shell === null ? 0 : shell.counts / shell.voxels
  const background = perVoxel * inner.voxels
  const counts = inner.counts - background
  const ratio = shell === null ? 0 : inner.voxels / shell.voxels
  const variance = Math.max(0, inner.counts) + ratio ** 2 * Math.max(0, shell?.counts ?? 0)
  const meanActivity = meanOf(source.activityBq, source, image.durationS)
  const smaller = countsWithin(image, centreMm, SMALLER * radiusMm)
  const smallerNet = smaller.counts - perVoxel * smaller.voxels
  const cutOff = counts > 0 ? 1 - smallerNet / counts : 0
  const particular: BudgetItem[] = [
    {
      name: 'counting statistics',
      relativeStandardUncertainty: counts > 0 ? Math.sqrt(variance) / counts : 0,
      evaluation: 'A',
      note:
        shell === null
          ? `${inner.counts.toFixed(0)} counts, no background subtracted`
          : `${inner.counts.toFixed(0)} counts, of which ${background.toFixed(0)} background`,
    },
  ]
  return factorOf(counts / (image.durationS * meanActivity.value), budgetOf(particular, source, meanActivity), {
    centreMm,
    counts,
    meanActivity,
    remarks: [
      ...(Math.abs(cutOff) > CUT_OFF_TOLD
        ? [
            `A sphere of ${(SMALLER * radiusMm).toFixed(1)} mm has ${(100 * cutOff).toFixed(1)} % fewer counts than that of ${radiusMm} mm: not all counts of the source may be inside.`,
          ]
        : []),
      ...(shell === null ? ['No background was subtracted.'] : []),
    ],
  })
}

function countsWithin({ grid, values }: CountImage, centreMm: Vec3, radiusMm: number): ReturnType<typeof countsIn> {
  const mask = ballMask(grid, centreMm, radiusMm)
  if (mask.volumeOutsideMl > 0)
    throw new InputError(
      'calibration.region-outside',
      `The sphere of ${radiusMm} mm around (${centreMm.map((x) => x.toFixed(1)).join(', ')}) mm leaves the image.`,
      'Give smaller radii, or the place of the source (LPS, mm).',
    )
  return countsIn(mask, values)
}

/** From the hottest voxel to the centre of the counts around it, moved until it stays. */
function centreOfSource({ grid, values }: CountImage, radiusMm: number): Vec3 {
  let hottest = 0
  for (let n = 1; n < values.length; n++) if (values[n]! > values[hottest]!) hottest = n
  const [columns, rows] = grid.dimensions
  let centre = indexToPatient(grid, [
    hottest % columns,
    Math.floor(hottest / columns) % rows,
    Math.floor(hottest / (columns * rows)),
  ])
  for (let step = 0; step < 10; step++) centre = centroid(grid, values, centre, radiusMm)
  return centre
}

function centroid(grid: ImageGrid, values: Float32Array | Float64Array, around: Vec3, radiusMm: number): Vec3 {
  const { box, fractions } = ballMask(grid, around, radiusMm)
  const sum = [0, 0, 0]
  let total = 0
  for (let k = 0, n = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++)
      for (let i = 0; i < box.size[0]; i++, n++) {
        const index: Vec3 = [box.start[0] + i, box.start[1] + j, box.start[2] + k]
        const voxel = (index[2] * grid.dimensions[1] + index[1]) * grid.dimensions[0] + index[0]
        const weight = fractions[n]! * Math.max(0, values[voxel]!)
        index.forEach((value, axis) => (sum[axis]! += weight * value))
        total += weight
      }
  return total > 0 ? indexToPatient(grid, [sum[0]! / total, sum[1]! / total, sum[2]! / total]) : around
}
