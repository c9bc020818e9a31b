/** How a registration goes from coarse to fine: lattices of points in the fixed space, smoothing, steps, grids of control points. */
import { indexToPatient, wholeBox } from '../imaging/index.ts'
import type { FractionalMask, ImageGrid, Vec3, VoxelBox } from '../imaging/index.ts'

export interface RegistrationLevel {
  readonly lattice: ImageGrid
  /** Standard deviation of the Gaussian that both images are smoothed with. */
  readonly sigmaMm: number
  readonly iterations: number
  readonly longestStepMm: number
  readonly shortestStepMm: number
  readonly relativeChange: number
  /** Parts between control points along each axis; null for linear maps. */
  readonly intervals: Vec3 | null
}

export interface PlanOptions {
  /** Points of the finest lattice at most. */
  readonly maximumPoints: number
  readonly levels: number
  /** The finest; null for linear maps. */
  readonly controlSpacingMm: number | null
  readonly iterations: number
}

/** A lattice with fewer points along its longest side shows too little to match. */
const FEWEST_POINTS = 12

/**
 * Levels over the box of a fixed image, each twice as fine as the one before. The finest has the image's voxels, or larger ones where
 * these are more than `maximumPoints`; no lattice is finer than the image along any axis.
 */
export function planLevels(fixed: ImageGrid, box: VoxelBox, options: PlanOptions): readonly RegistrationLevel[] {
  const side = box.size.map((n, axis) => n * fixed.spacingMm[axis]!) as unknown as Vec3
  const pointsAt = (stepMm: number): Vec3 =>
    box.size.map((n, axis) => Math.max(1, Math.min(n, Math.round(side[axis]! / stepMm)))) as unknown as Vec3
  let finest = Math.min(...fixed.spacingMm)
  while (product(pointsAt(finest)) > options.maximumPoints) finest *= 1.05
  const steps = Array.from({ length: options.levels }, (_, level) => finest * 2 ** (options.levels - 1 - level)).filter(
    (stepMm, position, all) => position === all.length - 1 || Math.max(...pointsAt(stepMm)) >= FEWEST_POINTS,
  )
  return steps.map((stepMm, position) => {
    const { controlSpacingMm } = options
    return {
      lattice: latticeOf(fixed, box, pointsAt(stepMm)),
      sigmaMm: 0.5 * stepMm,
      iterations: options.iterations,
      longestStepMm: stepMm,
      shortestStepMm: (controlSpacingMm === null ? 1e-3 : 5e-3) * stepMm,
      relativeChange: controlSpacingMm === null ? 1e-7 : 2e-6,
      intervals: controlSpacingMm === null ? null : intervalsAt(side, controlSpacingMm, steps.length, position),
    }
  })
}

/** Every level halves the distance of the control points, so that a coarser field goes over into the finer grid exactly. */
function intervalsAt(side: Vec3, spacingMm: number, levels: number, position: number): Vec3 {
  return side.map(
    (mm) => Math.max(1, Math.round(mm / (spacingMm * 2 ** (levels - 1)))) * 2 ** position,
  ) as unknown as Vec3
}

function latticeOf(fixed: ImageGrid, box: VoxelBox, dimensions: Vec3): ImageGrid {
  const spacingMm = box.size.map((n, axis) => (n * fixed.spacingMm[axis]!) / dimensions[axis]!) as unknown as Vec3
  const first = box.start.map((start, axis) => start - 0.5 + spacingMm[axis]! / fixed.spacingMm[axis]! / 2)
  return {
    dimensions,
    spacingMm,
    originMm: indexToPatient(fixed, first as unknown as Vec3),
    direction: fixed.direction,
  }
}

/** The box of a mask's voxels with `marginVoxels` around it, inside its grid; the whole grid for an empty mask. */
export function boxAround(mask: FractionalMask, marginVoxels: number): VoxelBox {
  const { box, fractions, grid } = mask
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  let n = 0
  for (let k = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++)
      for (let i = 0; i < box.size[0]; i++, n++) {
        if (!(fractions[n]! > 0)) continue
        for (const [axis, at] of [i, j, k].entries()) {
          low[axis] = Math.min(low[axis]!, at + box.start[axis]!)
          high[axis] = Math.max(high[axis]!, at + box.start[axis]!)
        }
      }
  if (!Number.isFinite(low[0])) return wholeBox(grid)
  const start = low.map((at) => Math.max(0, at - marginVoxels))
  const end = high.map((at, axis) => Math.min(grid.dimensions[axis]!, at + 1 + marginVoxels))
  return {
    start: start as unknown as Vec3,
    size: end.map((at, axis) => at - start[axis]!) as unknown as Vec3,
  }
}

const product = (n: Vec3): number => n[0] * n[1] * n[2]
