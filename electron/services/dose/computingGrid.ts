import { InputError } from '../../../native-core/errors/index.ts'
import { assertFitsMemory } from '../../../native-core/dosimetry/engines/index.ts'
import { gridCentreMm } from '../../../native-core/imaging/index.ts'
import type { ImageGrid, Vec3 } from '../../../native-core/imaging/index.ts'

/** The activity's grid, the CT's, cubes of so many mm over the activity's extent, or any grid. */
export type GridChoice = 'activity' | 'ct' | number | ImageGrid

const SMALLEST_MM = 0.2
const LARGEST_MM = 50

/**
 * The grid that a dose is computed on.
 *
 * @throws InputError `dose.grid-choice` for the CT's grid without a CT and for a voxel size outside 0.2 to 50 mm, `dose.too-large`.
 */
export function computingGrid(
  choice: GridChoice,
  activity: ImageGrid,
  ct: ImageGrid | null,
  memoryLimitBytes: number,
): ImageGrid {
  const grid = chosen(choice, activity, ct)
  assertFitsMemory(grid.dimensions, memoryLimitBytes)
  return grid
}

function chosen(choice: GridChoice, activity: ImageGrid, ct: ImageGrid | null): ImageGrid {
  if (choice === 'activity') return activity
  if (choice === 'ct') {
    if (ct) return ct
    throw new InputError('dose.grid-choice', 'There is no CT whose grid could be used.', 'Give a CT, or another grid.')
  }
  if (typeof choice !== 'number') return choice
  if (!(choice >= SMALLEST_MM && choice <= LARGEST_MM))
    throw new InputError(
      'dose.grid-choice',
      `Voxels of ${choice} mm cannot be used.`,
      `Give a size from ${SMALLEST_MM} to ${LARGEST_MM} mm.`,
    )
  // A hair less than a whole number of voxels is that number.
  const dimensions = activity.dimensions.map((n, axis) =>
    Math.max(1, Math.ceil((n * activity.spacingMm[axis]!) / choice - 1e-6)),
  ) as unknown as Vec3
  const { direction: d } = activity
  const half = dimensions.map((n) => ((n - 1) / 2) * choice)
  const originMm = gridCentreMm(activity).map(
    (c, row) => c - (d[3 * row]! * half[0]! + d[3 * row + 1]! * half[1]! + d[3 * row + 2]! * half[2]!),
  ) as unknown as Vec3
  return { dimensions, spacingMm: [choice, choice, choice], originMm, direction: d }
}
