/** Regions that phantoms are measured with, as voxels of the image with weights. */
import { InputError } from '../../errors/index.ts'
import { indexToPatient, patientToIndexMatrix, voxelVolumeMl } from '../grid.ts'
import { applyMat4 } from '../transform.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../types.ts'

/** Points along each axis of a voxel: a cylinder of five voxels' radius has its volume within 0.1 %. */
const SUBDIVISION = 6

/**
 * The part of each voxel inside an upright cylinder: its axis is the slice axis of the grid, its flat ends `lengthMm` apart.
 *
 * @throws InputError `calibration.region` for sides that are not positive, `calibration.region-outside` where it leaves the image
 */
export function cylinderMask(grid: ImageGrid, centreMm: Vec3, radiusMm: number, lengthMm: number): FractionalMask {
  if (!(radiusMm > 0) || !(lengthMm > 0))
    throw new InputError(
      'calibration.region',
      `A cylinder of radius ${radiusMm} mm and length ${lengthMm} mm is none.`,
      'Give both in mm, above 0.',
    )
  const { spacingMm, dimensions } = grid
  const centre = applyMat4(patientToIndexMatrix(grid), centreMm)
  const half: Vec3 = [radiusMm / spacingMm[0], radiusMm / spacingMm[1], lengthMm / 2 / spacingMm[2]]
  for (const axis of [0, 1, 2] as const)
    if (centre[axis] - half[axis] < -0.5 || centre[axis] + half[axis] > dimensions[axis] - 0.5)
      throw new InputError(
        'calibration.region-outside',
        `The cylinder of radius ${radiusMm} mm and length ${lengthMm} mm around (${centreMm.map((x) => x.toFixed(1)).join(', ')}) mm leaves the image.`,
        'Make it smaller or give its middle (LPS, mm).',
      )
  const low = [0, 1, 2].map((axis) => Math.max(0, Math.ceil(centre[axis as 0] - half[axis as 0] - 0.5)))
  const high = [0, 1, 2].map((axis) =>
    Math.min(dimensions[axis as 0] - 1, Math.floor(centre[axis as 0] + half[axis as 0] + 0.5)),
  )
  const size: Vec3 = [high[0]! - low[0]! + 1, high[1]! - low[1]! + 1, high[2]! - low[2]! + 1]
  const disc = new Float32Array(size[0] * size[1])
  for (let j = 0; j < size[1]; j++)
    for (let i = 0; i < size[0]; i++)
      disc[j * size[0] + i] = discPart(
        [(low[0]! + i - centre[0]) * spacingMm[0], (low[1]! + j - centre[1]) * spacingMm[1]],
        spacingMm,
        radiusMm,
      )
  const fractions = new Float32Array(disc.length * size[2])
  for (let k = 0; k < size[2]; k++) {
    const at = low[2]! + k
    const part = Math.min(at + 0.5, centre[2] + half[2]) - Math.max(at - 0.5, centre[2] - half[2])
    for (let n = 0; n < disc.length; n++) fractions[k * disc.length + n] = disc[n]! * Math.max(0, part)
  }
  return { grid, box: { start: [low[0]!, low[1]!, low[2]!], size }, fractions, volumeOutsideMl: 0 }
}

/** Part of a pixel whose centre is `offset` from the middle of a disc that lies inside it. */
export function discPart(offset: readonly [number, number], spacingMm: Vec3, radiusMm: number): number {
  const distance = Math.hypot(...offset)
  const reach = Math.hypot(spacingMm[0], spacingMm[1]) / 2
  if (distance >= radiusMm + reach) return 0
  if (distance <= radiusMm - reach) return 1
  let inside = 0
  for (let j = 0; j < SUBDIVISION; j++)
    for (let i = 0; i < SUBDIVISION; i++) {
      const dx = offset[0] + ((i + 0.5) / SUBDIVISION - 0.5) * spacingMm[0]
      const dy = offset[1] + ((j + 0.5) / SUBDIVISION - 0.5) * spacingMm[1]
      if (dx * dx + dy * dy <= radiusMm * radiusMm) inside++
    }
  return inside / SUBDIVISION ** 2
}

/** Centre of the positive values, LPS in mm. @throws InputError `calibration.no-counts`. */
export function centreOfCounts(grid: ImageGrid, values: Float32Array | Float64Array): Vec3 {
  const [columns, rows] = grid.dimensions
  const sum = [0, 0, 0, 0]
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!
    if (!(value > 0)) continue
    sum[0]! += value * (n % columns)
    sum[1]! += value * (Math.floor(n / columns) % rows)
    sum[2]! += value * Math.floor(n / (columns * rows))
    sum[3]! += value
  }
  const total = sum[3]!
  if (!(total > 0))
    throw new InputError('calibration.no-counts', 'The image holds no counts.', 'Choose the image of the phantom.')
  return indexToPatient(grid, [sum[0]! / total, sum[1]! / total, sum[2]! / total])
}

/** Σ fraction·value of a region and its volume. */
export function countsIn(
  { grid, box, fractions }: FractionalMask,
  values: Float32Array | Float64Array,
): { readonly counts: number; readonly volumeMl: number; readonly voxels: number } {
  let counts = 0
  let voxels = 0
  for (let k = 0, n = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++) {
      const row = ((box.start[2] + k) * grid.dimensions[1] + box.start[1] + j) * grid.dimensions[0] + box.start[0]
      for (let i = 0; i < box.size[0]; i++, n++) {
        counts += fractions[n]! * values[row + i]!
        voxels += fractions[n]!
      }
    }
  return { counts, volumeMl: voxels * voxelVolumeMl(grid), voxels }
}
