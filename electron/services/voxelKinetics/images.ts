/** Voxelwise kinetics of images that lie on one grid, without a course: activity or dose rates at known times. */
import { InputError } from '../../../native-core/errors/index.ts'
import { isSameGrid } from '../../../native-core/imaging/index.ts'
import type { ImageGrid, StructureShape } from '../../../native-core/imaging/index.ts'
import type { VoxelFitResult } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitOptionsAsk } from '../../contracts/doseMaps.ts'
import { fitChoice, labelsOf } from '../doseMaps/index.ts'
import { structureMasks } from '../doseMaps/structureMasks.ts'
import type { Compute, ComputeOptions } from '../ports/compute.ts'

export interface ImagesRequest {
  readonly images: readonly {
    readonly name: string
    readonly grid: ImageGrid
    /** Bq/mL or Gy/s at `timeS`, not decay-corrected; NaN where it was not imaged. */
    readonly values: Float32Array
    /** Start of the image after the injection. */
    readonly timeS: number
  }[]
  readonly structures: readonly { readonly name: string; readonly shape: StructureShape }[]
  readonly physicalRatePerS: number
  readonly fit: VoxelFitOptionsAsk
  readonly negligibleShare: number
  /** Whether the terms of each voxel's curve are kept. */
  readonly terms?: boolean
}

export interface FittedImages {
  readonly grid: ImageGrid
  readonly labels: Uint8Array | Uint16Array
  readonly structures: readonly string[]
  readonly fit: VoxelFitResult
}

/**
 * Fits a curve in each voxel, around the mean curve of its structure, in any order of the images.
 *
 * @throws InputError `voxel-kinetics.images` for no image, `voxel-kinetics.grids` where they are not on one grid, those of `fitVoxels`;
 * CancelledError.
 */
export async function fitImages(
  request: ImagesRequest,
  compute: Pick<Compute, 'fitVoxels'>,
  options: ComputeOptions,
): Promise<FittedImages> {
  const images = request.images.toSorted((a, b) => a.timeS - b.timeS)
  const [first] = images
  if (!first) throw new InputError('voxel-kinetics.images', 'There is no image.', 'Give one image for each time point.')
  const other = images.find(({ grid }) => !isSameGrid(grid, first.grid))
  if (other)
    throw new InputError(
      'voxel-kinetics.grids',
      `${other.name} is not on the grid of ${first.name}.`,
      'Bring each image to one grid (`theratwin register --apply`), or give the folder of the patient with its registrations.',
    )
  const { grid } = first
  const masks = structureMasks(
    grid,
    {
      structures: request.structures.map(({ name, shape }) => ({ name, shape, kind: 'other' as const })),
      shapeToReference: null,
      sliceThicknessMm: grid.spacingMm[2],
      lesionsInOrgans: 'include',
    },
    () => undefined,
  )
  const labels = labelsOf(
    masks.map((mask) => mask?.source ?? null),
    grid,
  )
  const structures = request.structures.map(({ name }) => name)
  const fit = await compute.fitVoxels(
    {
      timesS: images.map(({ timeS }) => timeS),
      values: images.map(({ values }) => values),
      physicalRatePerS: request.physicalRatePerS,
      labels,
      structures: structures.map((name) => ({ name, terms: null })),
      ...fitChoice(request.fit, request.negligibleShare),
      terms: request.terms ?? false,
    },
    options,
  )
  return { grid, labels, structures, fit }
}
