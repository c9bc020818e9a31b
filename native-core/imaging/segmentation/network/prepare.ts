/** From the images to what a network takes: turned, cropped, normalised, at its spacing. */
import { InputError } from '../../../errors/index.ts'
import { assertValidGrid, indexToPatient, voxelCount } from '../../grid.ts'
import type { ImageGrid, VoxelBox } from '../../types.ts'
import { wholeBox } from '../../grid.ts'
import { normalised } from './normalise.ts'
import { reversed, turnedGrid, turnedValues, turnTo } from './orientation.ts'
import { gridAtSpacing, toSpacing } from './spacing.ts'
import type { NetworkDescription } from './types.ts'

export interface PreparedImages {
  /** Index axes x, y, z are the network's tensor axes 2, 1, 0. */
  readonly grid: ImageGrid
  readonly channels: readonly Float32Array[]
  readonly obliquityDegrees: number
}

/**
 * Brings the images of a network's channels (one grid for all) to its axes and spacing. Order of the steps as in nnU-Net's preprocessing (Isensee et al. 2021): turn, crop
 * to the box of non-zero voxels, normalise, resample.
 *
 * @throws InputError `network.channels` where there are more or fewer images than the network takes, `geometry.size-mismatch`, `network.empty-image` where all
 * voxels are 0 and it crops to others, and those of `normalised`.
 */
export function prepareImages(
  images: readonly Float32Array[],
  grid: ImageGrid,
  description: NetworkDescription,
): PreparedImages {
  assertValidGrid(grid)
  if (images.length !== description.channels.length)
    throw new InputError(
      'network.channels',
      `The network "${description.name}" takes ${description.channels.length} images (${description.channels.map(({ name }) => name).join(', ')}), ${images.length} given.`,
      'Choose a network for the images that there are.',
    )
  for (const values of images)
    if (values.length !== voxelCount(grid))
      throw new InputError(
        'geometry.size-mismatch',
        `The image has ${values.length} voxels, its grid ${voxelCount(grid)}.`,
        'Load the image again.',
      )
  const turn = turnTo(description.axes, grid)
  const turned = turnedGrid(grid, turn)
  const whole = images.map((values) => turnedValues(values, grid, turn))
  const box = description.cropToNonzero ? nonzeroBox(whole, turned) : wholeBox(turned)
  const cut: ImageGrid = { ...turned, dimensions: box.size, originMm: indexToPatient(turned, box.start) }
  const target = gridAtSpacing(cut, reversed(description.spacingMm))
  const channels = whole.map((values, n) =>
    toSpacing(
      normalised(cropped(values, turned, box), description.channels[n]!.normalisation),
      cut,
      target,
      description.resampling,
    ),
  )
  return { grid: target, channels, obliquityDegrees: turn.obliquityDegrees }
}

/** The smallest box around all voxels that are not 0 in one of the images. @throws InputError `network.empty-image`. */
function nonzeroBox(images: readonly Float32Array[], { dimensions: [nx, ny, nz] }: ImageGrid): VoxelBox {
  const low = [nx, ny, nz]
  const high = [-1, -1, -1]
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++) {
        if (images.every((values) => values[n] === 0)) continue
        const index = [i, j, k]
        for (let axis = 0; axis < 3; axis++) {
          low[axis] = Math.min(low[axis]!, index[axis]!)
          high[axis] = Math.max(high[axis]!, index[axis]!)
        }
      }
  if (high[0]! < 0)
    throw new InputError('network.empty-image', 'All voxels of the image are 0.', 'Choose another image.')
  return {
    start: [low[0]!, low[1]!, low[2]!],
    size: [high[0]! - low[0]! + 1, high[1]! - low[1]! + 1, high[2]! - low[2]! + 1],
  }
}

function cropped(values: Float32Array, { dimensions: [nx, ny] }: ImageGrid, { start, size }: VoxelBox): Float32Array {
  const out = new Float32Array(size[0] * size[1] * size[2])
  let n = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++, n += size[0]) {
      const from = start[0] + nx * (start[1] + j + ny * (start[2] + k))
      out.set(values.subarray(from, from + size[0]), n)
    }
  return out
}
