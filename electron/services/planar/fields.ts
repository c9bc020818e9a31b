/** Fields of requests about planar images and samples. Each number says its unit in its name. */
import type { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { ellipseOutline, rectangleOutline } from '../../../native-core/imaging/planar/index.ts'
import type { PlanarRoi } from '../../../native-core/imaging/planar/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import type { MeasuredField } from '../../contracts/planarRequest.ts'

export { measured, modelField } from '../../contracts/planarRequest.ts'
export type { MeasuredField } from '../../contracts/planarRequest.ts'

/** The field as a measurement, times a factor to the unit of the core. */
export function toMeasured(field: MeasuredField, factor = 1): Measured {
  const { value, standardUncertainty } = typeof field === 'number' ? { value: field, standardUncertainty: 0 } : field
  return { value: value * factor, standardUncertainty: standardUncertainty * factor }
}

type Edges = readonly [number, number, number, number]

interface RegionShape {
  readonly polygonMm?: readonly (readonly [number, number])[] | undefined
  readonly rectangleMm?: Edges | undefined
  readonly ellipseMm?: Edges | undefined
}

/** @throws InputError `planar.roi` unless there is exactly one of polygon, rectangle and ellipse. */
export function toRoi(name: string, { polygonMm, rectangleMm, ellipseMm }: RegionShape): PlanarRoi {
  const outlines = [
    ...(polygonMm ? [polygonMm] : []),
    ...(rectangleMm ? [rectangleOutline(rectangleMm)] : []),
    ...(ellipseMm ? [ellipseOutline(ellipseMm)] : []),
  ]
  const [outline] = outlines
  if (outline && outlines.length === 1) return { name, polygonsMm: [outline] }
  throw new InputError(
    'planar.roi',
    `The region "${name}" has ${outline ? 'several' : 'no'} outlines.`,
    'Give one of polygonMm, rectangleMm and ellipseMm.',
  )
}

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
