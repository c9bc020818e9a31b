/** A ball on an image grid. */
import { InputError } from '../../errors/index.ts'
import { patientToIndexMatrix } from '../grid.ts'
import { applyMat4 } from '../transform.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../types.ts'

/** Points along each axis of a voxel that the surface cuts: with 8 a ball of two voxels' radius has its volume within 0.1 %. */
const SUBDIVISION = 8

/**
 * The part of each voxel inside a ball: voxels that the surface may cut are sampled at 8³ points, the others are decided by the distance of
 * their centre. What lies beyond the grid is counted in `volumeOutsideMl`.
 *
 * @param centreMm patient coordinates (LPS, mm)
 * @throws InputError `ball.radius`
 */
export function ballMask(grid: ImageGrid, centreMm: Vec3, radiusMm: number): FractionalMask {
  if (!(radiusMm > 0) || centreMm.some((x) => !Number.isFinite(x)))
    throw new InputError(
      'ball.radius',
      `A sphere of radius ${radiusMm} mm is none.`,
      'Give a place and a radius in mm.',
    )
  const { spacingMm, dimensions } = grid
  const centre = applyMat4(patientToIndexMatrix(grid), centreMm)
  const bounds = ([0, 1, 2] as const).map((axis) => {
    const low = Math.max(0, Math.ceil(centre[axis] - radiusMm / spacingMm[axis] - 0.5))
    const high = Math.min(dimensions[axis] - 1, Math.floor(centre[axis] + radiusMm / spacingMm[axis] + 0.5))
    return { low, count: Math.max(0, high - low + 1) }
  })
  const [x, y, z] = bounds as [Bound, Bound, Bound]
  const fractions = new Float32Array(x.count * y.count * z.count)
  const reach = Math.hypot(...spacingMm) / 2
  let inside = 0
  for (let k = 0, n = 0; k < z.count; k++)
    for (let j = 0; j < y.count; j++)
      for (let i = 0; i < x.count; i++, n++) {
        const offset: Vec3 = [
          (x.low + i - centre[0]) * spacingMm[0],
          (y.low + j - centre[1]) * spacingMm[1],
          (z.low + k - centre[2]) * spacingMm[2],
        ]
        const distance = Math.hypot(...offset)
        const fraction =
          distance >= radiusMm + reach ? 0 : distance <= radiusMm - reach ? 1 : sampled(offset, spacingMm, radiusMm)
        fractions[n] = fraction
        inside += fraction
      }
  const volumeMl = (4 / 3) * Math.PI * (radiusMm / 10) ** 3
  const insideMl = (inside * spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000
  const isWhole = ([0, 1, 2] as const).every((axis) => {
    const reachInVoxels = radiusMm / spacingMm[axis]
    return centre[axis] - reachInVoxels >= -0.5 && centre[axis] + reachInVoxels <= dimensions[axis] - 0.5
  })
  return {
    grid,
    box: { start: [x.low, y.low, z.low], size: [x.count, y.count, z.count] },
    fractions,
    volumeOutsideMl: isWhole ? 0 : Math.max(0, volumeMl - insideMl),
  }
}

interface Bound {
  readonly low: number
  readonly count: number
}

function sampled(offset: Vec3, spacingMm: Vec3, radiusMm: number): number {
  let inside = 0
  for (let k = 0; k < SUBDIVISION; k++)
    for (let j = 0; j < SUBDIVISION; j++)
      for (let i = 0; i < SUBDIVISION; i++) {
        const dx = offset[0] + ((i + 0.5) / SUBDIVISION - 0.5) * spacingMm[0]
        const dy = offset[1] + ((j + 0.5) / SUBDIVISION - 0.5) * spacingMm[1]
        const dz = offset[2] + ((k + 0.5) / SUBDIVISION - 0.5) * spacingMm[2]
        if (dx * dx + dy * dy + dz * dz <= radiusMm * radiusMm) inside++
      }
  return inside / SUBDIVISION ** 3
}
