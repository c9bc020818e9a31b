/** Statistics of PET images in structures. */
import { maskStatistics, rasteriseShape } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, StructureShape } from '../../../native-core/imaging/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'

export interface PetStructure {
  readonly name: string
  readonly shape: StructureShape
}

export interface StructureMean {
  readonly name: string
  readonly volumeMl: number
  readonly fractionOutside: number
  readonly mean: number
  readonly sd: number
  readonly maximum: number
}

/** Structures as masks of a grid. @throws InputError `pet.structure-outside` for one with no part in the image. */
export function masksOn(
  grid: ImageGrid,
  structures: readonly PetStructure[],
): { readonly name: string; readonly mask: FractionalMask }[] {
  return structures.map(({ name, shape }) => {
    const mask = rasteriseShape(shape, grid, { sliceThicknessMm: grid.spacingMm[2] })
    if (mask.fractions.some((f) => f > 0)) return { name, mask }
    throw new InputError(
      'pet.structure-outside',
      `No part of the structure "${name}" lies in the image.`,
      'Give structures drawn on this image, or on one of its frame of reference.',
    )
  })
}

/** @throws InputError of `maskStatistics`. */
export function meanIn(
  { name, mask }: { readonly name: string; readonly mask: FractionalMask },
  values: Float32Array,
): StructureMean {
  const { volumeMl, fractionOutside, mean, sd, maximum } = maskStatistics(mask, values)
  return { name, volumeMl, fractionOutside, mean, sd, maximum }
}
