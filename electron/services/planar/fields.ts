/** Fields of requests about planar images and samples. Each number says its unit in its name. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import type { PlanarRoi } from '../../../native-core/imaging/planar/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'

/** A number, or one with its standard uncertainty (k = 1) in the same unit. */
export const measured = (unit: string, description: string) =>
  z
    .union([
      z.number().meta({ unit }),
      z.strictObject({
        value: z.number().meta({ unit }),
        standardUncertainty: z.number().nonnegative().default(0).meta({ unit }),
      }),
    ])
    .meta({ unit, description: `${description}; a number, or { value, standardUncertainty }` })

export type MeasuredField = z.output<ReturnType<typeof measured>>

/** The field as a measurement, times a factor to the unit of the core. */
export function toMeasured(field: MeasuredField, factor = 1): Measured {
  const { value, standardUncertainty } = typeof field === 'number' ? { value: field, standardUncertainty: 0 } : field
  return { value: value * factor, standardUncertainty: standardUncertainty * factor }
}

const pointMm = z.tuple([z.number(), z.number()])

/** A region on a planar frame: polygons, or a rectangle [x0, y0, x1, y1], in mm from the centre of the first pixel. */
export const regionShape = {
  polygonMm: z.array(pointMm).min(3).max(10000).optional(),
  rectangleMm: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
}

interface RegionShape {
  readonly polygonMm?: readonly (readonly [number, number])[] | undefined
  readonly rectangleMm?: readonly [number, number, number, number] | undefined
}

/** @throws InputError `planar.roi` unless there is exactly one of polygon and rectangle. */
export function toRoi(name: string, { polygonMm, rectangleMm }: RegionShape): PlanarRoi {
  if ((polygonMm === undefined) === (rectangleMm === undefined))
    throw new InputError(
      'planar.roi',
      `The region "${name}" has ${polygonMm === undefined ? 'no' : 'two'} outlines.`,
      'Give either polygonMm or rectangleMm.',
    )
  if (polygonMm !== undefined) return { name, polygonsMm: [polygonMm] }
  const [x0, y0, x1, y1] = rectangleMm as readonly [number, number, number, number]
  return {
    name,
    polygonsMm: [
      [
        [x0, y0],
        [x1, y0],
        [x1, y1],
        [x0, y1],
      ],
    ],
  }
}

/** A time–activity model of the fit, or the automatic choice. */
export const modelField = z
  .enum(['auto', 'mono-exponential', 'uptake-washout', 'bi-exponential', 'tri-exponential'])
  .meta({ description: 'Model of the time–activity curve' })

/** What a schema refuses, in words: the first five issues with their places. */
export function parseRequest<T extends z.ZodType>(schema: T, json: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `"${path.map(String).join('.')}": ${message}`)
  throw new InputError(
    'request.input',
    `${what} is wrong: ${issues.join('; ')}.`,
    'Correct it; --schema prints what it takes.',
  )
}
