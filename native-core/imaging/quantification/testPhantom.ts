/** Images of spheres in a Gaussian point spread function by closed form, independent of the kernels: for tests. */
import { erf } from '../../statistics/index.ts'
import { indexToPatient, voxelCount } from '../grid.ts'
import type { ImageGrid, Vec3 } from '../types.ts'

export interface TestSphere {
  readonly centreMm: Vec3
  readonly radiusMm: number
  readonly value: number
}

/** A uniform ball of height one, radius r, blurred, at distance d from its middle (Kessler, Ellis & Eden 1984). */
export function blurredBall(d: number, r: number, fwhmMm: number): number {
  const s = fwhmMm / (2 * Math.sqrt(2 * Math.LN2))
  const root = Math.SQRT2 * s
  if (d < 1e-6 * s) return erf(r / root) - Math.sqrt(2 / Math.PI) * (r / s) * Math.exp(-((r / s) ** 2) / 2)
  const bell = (x: number): number => Math.exp(-((x / s) ** 2) / 2)
  return (
    (erf((d + r) / root) - erf((d - r) / root)) / 2 - (s / (d * Math.sqrt(2 * Math.PI))) * (bell(d - r) - bell(d + r))
  )
}

/** Values at the voxels' centres: `background` everywhere, and spheres in it. */
export function sphereImage(
  grid: ImageGrid,
  spheres: readonly TestSphere[],
  fwhmMm: number,
  background = 0,
): Float64Array {
  const values = new Float64Array(voxelCount(grid)).fill(background)
  const [columns, rows] = grid.dimensions
  for (let n = 0; n < values.length; n++) {
    const at = indexToPatient(grid, [n % columns, Math.floor(n / columns) % rows, Math.floor(n / (columns * rows))])
    for (const { centreMm, radiusMm, value } of spheres) {
      const d = Math.hypot(at[0] - centreMm[0], at[1] - centreMm[1], at[2] - centreMm[2])
      if (d > radiusMm + 3 * fwhmMm) continue
      values[n]! += (value - background) * blurredBall(d, radiusMm, fwhmMm)
    }
  }
  return values
}

export const cubicGrid = (dimensions: Vec3, spacingMm: number, originMm: Vec3 = [0, 0, 0]): ImageGrid => ({
  dimensions,
  spacingMm: [spacingMm, spacingMm, spacingMm],
  originMm,
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
})
