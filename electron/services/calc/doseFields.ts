/** Doses and structures as JSON, for the calculations that look at dose. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { assertValidGrid, voxelCount } from '../../../native-core/imaging/index.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'
import type { DoseImage } from '../../../native-core/dosimetry/evaluation/index.ts'
import type { ImageGrid, StructureShape } from '../../../native-core/imaging/types.ts'

const MOST_VOXELS = 4_000_000
const unitless = z.number().meta({ unit: '1' })

export const gridField = z
  .strictObject({
    dimensions: z
      .tuple([z.int().positive(), z.int().positive(), z.int().positive()])
      .meta({ description: 'Voxels along each index axis; the first index runs fastest' }),
    spacingMm: z.tuple([positiveQuantity('mm', ''), positiveQuantity('mm', ''), positiveQuantity('mm', '')]),
    originMm: z
      .tuple([quantity('mm', 'x'), quantity('mm', 'y'), quantity('mm', 'z')])
      .default([0, 0, 0])
      .meta({ description: 'Centre of the first voxel, DICOM patient coordinates (LPS)' }),
    direction: z
      .tuple([unitless, unitless, unitless, unitless, unitless, unitless, unitless, unitless, unitless])
      .default([1, 0, 0, 0, 1, 0, 0, 0, 1])
      .meta({ description: 'Row-major; the columns are the unit vectors of the index axes' }),
  })
  .meta({ description: 'Grid of voxels' })

export const doseField = z
  .strictObject({
    grid: gridField,
    doseGy: z.array(nonNegativeQuantity('Gy', 'Dose of each voxel, x fastest')).min(1).max(MOST_VOXELS),
    sdGy: z
      .array(nonNegativeQuantity('Gy', 'Statistical standard deviation of each voxel, independent of the others'))
      .max(MOST_VOXELS)
      .optional(),
  })
  .meta({ description: 'Dose map' })

export const structureField = z
  .strictObject({
    name: z.string().min(1).max(200),
    contours: z
      .array(z.array(z.tuple([quantity('mm', 'x'), quantity('mm', 'y'), quantity('mm', 'z')])).min(3))
      .min(1)
      .optional()
      .meta({ description: 'Closed planar contours in patient coordinates' }),
    fractions: z
      .array(z.number().min(0).max(1).meta({ unit: '1' }))
      .min(1)
      .max(MOST_VOXELS)
      .optional()
      .meta({ description: 'Instead: the part of each voxel that is inside, x fastest' }),
    grid: gridField.optional().meta({ description: 'Grid of the fractions; without it that of the dose' }),
  })
  .meta({ description: 'Structure: give either contours or fractions' })

export function doseOf({ grid, doseGy, sdGy }: z.output<typeof doseField>): DoseImage {
  return {
    grid,
    doseGy: Float64Array.from(doseGy),
    ...(sdGy === undefined ? {} : { sdGy: Float64Array.from(sdGy) }),
  }
}

/** @throws InputError `calc.structure` unless there are either contours or as many fractions as voxels. */
export function shapeOf(given: z.output<typeof structureField>, doseGrid: ImageGrid): StructureShape {
  const { name, contours, fractions } = given
  const refuse = (why: string): InputError =>
    new InputError('calc.structure', `The structure "${name}" ${why}.`, 'Give either "contours" or "fractions".')
  if (contours !== undefined) {
    if (fractions !== undefined) throw refuse('is given twice, as contours and as fractions')
    return { kind: 'contours', contours: contours.map((points) => ({ pointsMm: Float64Array.from(points.flat()) })) }
  }
  if (fractions === undefined) throw refuse('has neither contours nor fractions')
  const grid = given.grid ?? doseGrid
  assertValidGrid(grid, `The grid of the structure "${name}"`)
  if (fractions.length !== voxelCount(grid))
    throw refuse(`has ${fractions.length} fractions for ${voxelCount(grid)} voxels`)
  return {
    kind: 'voxels',
    mask: {
      grid,
      box: { start: [0, 0, 0], size: grid.dimensions },
      fractions: Float32Array.from(fractions),
      volumeOutsideMl: 0,
    },
  }
}

/** Numbers as JSON has them: null for NaN. */
export const nullForNaN = (values: Float32Array | Float64Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isNaN(value) ? null : value))
