/** What a registration is given, checked and put as the addon takes it. */
import { InputError } from '../errors/index.ts'
import {
  IDENTITY_MAT4,
  assertAffine,
  assertValidGrid,
  gridCentreMm,
  indexToPatientMatrix,
  isSameGrid,
  patientToIndexMatrix,
  voxelCount,
  wholeBox,
  wholeFractions,
} from '../imaging/index.ts'
import type { FractionalMask, Mat4, Vec3, VoxelBox } from '../imaging/index.ts'
import type { Volume } from './index.ts'
import type { LinearRequest, RegistrationChannel } from './registration.ts'
import { boxAround } from './registrationPlan.ts'

/** Voxels around a mask that belong to its surroundings: an edge needs both its sides. */
const MASK_MARGIN = 4

export function nativeChannel(channel: RegistrationChannel): object {
  const { fixed, moving, fixedMask, movingMask, metric, weight = 1 } = channel
  const [low, high] = rangeOf(channel)
  return {
    fixed: nativeImage(fixed),
    moving: nativeImage(moving),
    masks: (fixedMask ? 1 : 0) + (movingMask ? 2 : 0),
    ...(fixedMask ? { fixedMask: nativeMask(fixedMask) } : {}),
    ...(movingMask ? { movingMask: nativeMask(movingMask) } : {}),
    metric: metric === 'normalised-correlation' ? 0 : 1,
    weight,
    low,
    high,
  }
}

const nativeMask = (mask: FractionalMask): object => nativeImage({ grid: mask.grid, values: wholeFractions(mask) })

function nativeImage({ grid, values }: Volume): object {
  return {
    values,
    size: Int32Array.from(grid.dimensions),
    patientToIndex: Float64Array.from(patientToIndexMatrix(grid).slice(0, 12)),
    indexToPatient: Float64Array.from(indexToPatientMatrix(grid).slice(0, 12)),
  }
}

function rangeOf({ fixed, moving, range }: RegistrationChannel): readonly [number, number] {
  if (range) return range
  let [low, high] = [Infinity, -Infinity]
  for (const { values } of [fixed, moving])
    for (let n = 0; n < values.length; n++) {
      const value = values[n]!
      if (value < low) low = value
      if (value > high) high = value
    }
  return high > low ? [low, high] : [low, low + 1]
}

/** The part of the fixed image that is compared; throws for what cannot be. */
export function checkedBox(channels: readonly RegistrationChannel[]): VoxelBox {
  for (const { fixed, moving, fixedMask } of channels) {
    checkVolume(fixed, 'fixed')
    checkVolume(moving, 'moving')
    if (fixedMask && !fixedMask.fractions.some((fraction) => fraction > 0))
      throw new InputError(
        'registration.empty-mask',
        'The mask of the fixed image is empty: nothing would be compared.',
        'Choose a structure that lies inside the image.',
      )
  }
  const { fixed, fixedMask } = channels[0]!
  if (!fixedMask) return wholeBox(fixed.grid)
  // On another grid the mask says only which points count.
  return isSameGrid(fixedMask.grid, fixed.grid) ? boxAround(fixedMask, MASK_MARGIN) : wholeBox(fixed.grid)
}

function checkVolume({ grid, values }: Volume, name: 'fixed' | 'moving'): void {
  assertValidGrid(grid, `The grid of the ${name} image`)
  if (values.length !== voxelCount(grid))
    throw new InputError(
      'geometry.size-mismatch',
      `The ${name} image has ${values.length} voxels, its grid ${voxelCount(grid)}.`,
      'Load the image again.',
    )
  for (let n = 0; n < values.length; n++)
    if (!Number.isFinite(values[n]))
      throw new InputError(
        'image.not-finite',
        `The ${name} image has a voxel that is not a finite number.`,
        'Check the image; such voxels cannot be compared.',
      )
}

export function startOf({ initial, channels }: LinearRequest): Mat4 {
  if (typeof initial !== 'string') {
    assertAffine(initial)
    return initial
  }
  if (initial === 'identity') return IDENTITY_MAT4
  const [{ fixed, moving }] = channels
  const [from, to] =
    initial === 'centres'
      ? [gridCentreMm(fixed.grid), gridCentreMm(moving.grid)]
      : [centreOfMassMm(fixed, rangeOf(channels[0])), centreOfMassMm(moving, rangeOf(channels[0]))]
  const [x, y, z] = to.map((at, axis) => at - from[axis]!) as [number, number, number]
  return [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1]
}

/** Of what the values have above the low end of the range. */
function centreOfMassMm({ grid, values }: Volume, [low, high]: readonly [number, number]): Vec3 {
  const [nx, ny, nz] = grid.dimensions
  const sum = [0, 0, 0]
  let mass = 0
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++) {
        const weight = Math.min(values[n]!, high) - low
        if (!(weight > 0)) continue
        mass += weight
        sum[0]! += weight * i
        sum[1]! += weight * j
        sum[2]! += weight * k
      }
  if (!(mass > 0)) return gridCentreMm(grid)
  const m = indexToPatientMatrix(grid)
  const [i, j, k] = sum.map((s) => s / mass) as [number, number, number]
  return [0, 1, 2].map(
    (row) => m[4 * row]! * i + m[4 * row + 1]! * j + m[4 * row + 2]! * k + m[4 * row + 3]!,
  ) as unknown as Vec3
}
