/** An emission image brought to the reference by a deformation, its activity kept. */
import type { Deformation, ImageGrid } from '../../../native-core/imaging/index.ts'
import { transportActivity, warpImage } from '../../../native-core/kernels/deformation.ts'
import type { Volume } from '../../../native-core/kernels/index.ts'

export interface CarriedImage {
  /** On the target grid, per volume of the reference's tissue; NaN where it shows nothing of the image. */
  readonly values: Float32Array
  /** Σ value · voxel volume of the image and of what was carried: equal where all of it comes to lie in the target grid. */
  readonly totalBefore: number
  readonly totalAfter: number
}

export type CarryActivity = (
  image: Volume,
  toImage: Deformation,
  targetGrid: ImageGrid,
  control: Int32Array | null,
) => CarriedImage

/**
 * Each voxel's activity goes where its body goes (`transportActivity`); voxels of the target whose centre lies outside the image are NaN and
 * not 0: nobody has seen them.
 *
 * @throws InputError `image.not-finite`, `deformation.*`; CancelledError.
 */
export const carryActivity: CarryActivity = (image, toImage, targetGrid, control) => {
  const { values, totalBefore, totalAfter } = transportActivity(image, toImage, targetGrid, { control })
  const seen = warpImage(
    { grid: image.grid, values: new Float32Array(image.values.length).fill(1) },
    toImage,
    targetGrid,
    {
      control,
      fill: NaN,
      interpolation: 'nearest',
    },
  )
  const carried = Float32Array.from(values, (value, voxel) => (Number.isNaN(seen[voxel]) ? NaN : value))
  return { values: carried, totalBefore, totalAfter }
}
