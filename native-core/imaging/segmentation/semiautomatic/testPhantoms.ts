/** Analytic bodies seen by a camera, and sharp ones as CT has them: for tests. */
import { indexToPatientMatrix } from '../../grid.ts'
import { wholeFractions } from '../../maskAlgebra.ts'
import { gridAround, rotation } from '../../testShapes.ts'
import { applyMat4 } from '../../transform.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { erf, FWHM_PER_SIGMA } from '../../../statistics/index.ts'
import { maskOfCoverage } from '../manual/boxes.ts'
import { cover } from '../manual/cover.ts'
import { capsule } from '../manual/solids.ts'
import { blurredSphere } from './blurredSphere.ts'
import type { SegmentationImage } from './types.ts'

const OBLIQUE = rotation(0.3, 0.5, -0.4)

/** Cubes, bricks, and oblique ones, their centres off the origin. */
export const gridsAround = (halfMm: number): readonly (readonly [string, ImageGrid])[] => [
  ['cubes of 2.5 mm', gridAround(halfMm, [2.5, 2.5, 2.5], [0.7, -0.4, 0.9])],
  ['cubes of 4.4 mm', gridAround(halfMm, [4.4, 4.4, 4.4], [1.3, -1.7, 0.6])],
  ['oblique cubes of 4 mm', gridAround(halfMm, [4, 4, 4], [0.7, -0.4, 0.9], OBLIQUE)],
  ['bricks of 2 × 2 × 5 mm', gridAround(halfMm, [2, 2, 5], [0.2, -0.4, 1.9])],
  ['oblique bricks of 2 × 2 × 5 mm', gridAround(halfMm, [2, 2, 5], [0.7, -0.4, 0.9], OBLIQUE)],
]

interface PhantomImage extends SegmentationImage {
  readonly values: Float32Array
}

/** One value for each voxel centre (LPS, mm). */
export function imageOf(grid: ImageGrid, value: (point: Vec3) => number, unit = 'Bq/mL'): PhantomImage {
  const toPatient = indexToPatientMatrix(grid)
  const [nx, ny, nz] = grid.dimensions
  const values = Float32Array.from({ length: nx * ny * nz }, (_, n) =>
    value(applyMat4(toPatient, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))])),
  )
  return { grid, values, unit }
}

/** A ball about the origin in a background, seen with a Gaussian point spread. */
export const blurredBall = (
  grid: ImageGrid,
  radiusMm: number,
  fwhmMm: number,
  { background = 1000, contrast = 8000 } = {},
): PhantomImage =>
  imageOf(grid, (p) => background + contrast * blurredSphere(radiusMm, fwhmMm / FWHM_PER_SIGMA, Math.hypot(...p)))

/** A cuboid of half sides along the patient's axes, likewise: a product of three error functions. */
export function blurredCuboid(grid: ImageGrid, halfSidesMm: Vec3, fwhmMm: number): PhantomImage {
  const scale = (Math.SQRT2 * fwhmMm) / FWHM_PER_SIGMA
  const along = (x: number, half: number): number => (erf((half - x) / scale) + erf((half + x) / scale)) / 2
  return imageOf(
    grid,
    (p) => 500 + 4500 * halfSidesMm.reduce((product, half, axis) => product * along(p[axis]!, half), 1),
  )
}

/** A sharp ball of 60 HU in −100 HU about the origin, each voxel with the mean of what it holds. */
export function sharpBall(
  grid: ImageGrid,
  radiusMm: number,
  noiseHu: (voxel: number) => number = () => 0,
): PhantomImage {
  const parts = wholeFractions(maskOfCoverage(grid, cover(grid, capsule(grid, [0, 0, 0], [0, 0, 0], radiusMm))))
  return { grid, values: parts.map((part, n) => -100 + 160 * part + noiseHu(n)), unit: 'HU' }
}

/** The voxels whose centres lie at distances from the origin that a rule takes. */
export function voxelsWhere(grid: ImageGrid, rule: (distanceMm: number) => boolean): number[] {
  const { values } = imageOf(grid, (p) => Number(rule(Math.hypot(...p))))
  return Array.from(values.keys()).filter((n) => values[n] === 1)
}
