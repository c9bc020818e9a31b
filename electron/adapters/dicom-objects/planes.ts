/** One image plane in patient space, and whether what a file says of it can be used. */
import type { Vec3 } from '../../../native-core/imaging/types.ts'
import { nums } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { refused } from './problems.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'
import { cross, dot, length, scale, subtract, toVec3 } from './vectors.ts'

/** Cosines in files have six digits at least: what is farther from orthonormal is not rounding. */
const ORTHONORMAL_TOLERANCE = 1e-3

/** Directions of the columns' and rows' indices and their normal, orthonormal and right-handed. */
export interface Orientation {
  /** Along which the column index grows. */
  readonly x: Vec3
  /** Along which the row index grows. */
  readonly y: Vec3
  readonly normal: Vec3
}

/** Image Orientation (Patient) as orthonormal axes, or why it cannot be. */
export function readOrientation(dataSet: DicomDataSet, path: string = TAG.imageOrientation): Orientation | Finding {
  const cosines = nums(dataSet, path)
  if (cosines === null || cosines.length !== 6)
    return refused(
      'geometry.no-orientation',
      cosines?.length === 0
        ? 'Image Orientation (Patient) (0020,0037) is missing.'
        : 'Image Orientation (Patient) (0020,0037) is not six numbers.',
      'Export the series again from the scanner, with its geometry.',
    )
  return orthonormal([cosines[0]!, cosines[1]!, cosines[2]!], [cosines[3]!, cosines[4]!, cosines[5]!])
}

/** Two direction cosines made exactly orthonormal if they are so but for rounding. */
export function orthonormal(first: Vec3, second: Vec3): Orientation | Finding {
  const [a, b] = [length(first), length(second)]
  const skew = a > 0 && b > 0 ? dot(first, second) / (a * b) : 1
  if (
    Math.abs(a - 1) > ORTHONORMAL_TOLERANCE ||
    Math.abs(b - 1) > ORTHONORMAL_TOLERANCE ||
    Math.abs(skew) > ORTHONORMAL_TOLERANCE
  )
    return refused(
      'geometry.orientation-not-orthonormal',
      `Image Orientation (Patient) (0020,0037) is ${[...first, ...second].join('\\')}: not two perpendicular unit vectors ` +
        `(lengths ${a.toFixed(4)} and ${b.toFixed(4)}, angle ${((Math.acos(Math.max(-1, Math.min(1, skew))) * 180) / Math.PI).toFixed(2)}°).`,
      'Export the series again; a resampled or edited series may have lost its geometry.',
    )
  const x = scale(first, 1 / a)
  const rest = subtract(second, scale(x, dot(second, x)))
  const y = scale(rest, 1 / length(rest))
  return { x, y, normal: cross(x, y) }
}

export function isFinding(value: object): value is Finding {
  return 'severity' in value
}

/** Image Position (Patient), or why it cannot be used. */
export function readPosition(dataSet: DicomDataSet, path: string = TAG.imagePosition): Vec3 | Finding {
  const numbers = nums(dataSet, path)
  return (
    toVec3(numbers) ??
    refused(
      'geometry.no-position',
      numbers?.length === 0
        ? 'Image Position (Patient) (0020,0032) is missing: the slice cannot be placed.'
        : 'Image Position (Patient) (0020,0032) is not three numbers.',
      'Export the series again from the scanner, with its geometry.',
    )
  )
}

/** [between columns, between rows] in mm: the spacing along x and y of the grid. */
export function readPixelSpacing(
  dataSet: DicomDataSet,
  path: string = TAG.pixelSpacing,
): readonly [number, number] | Finding {
  const numbers = nums(dataSet, path)
  const [betweenRows, betweenColumns] = numbers ?? []
  if (numbers?.length === 2 && betweenRows! > 0 && betweenColumns! > 0) return [betweenColumns!, betweenRows!]
  return refused(
    'geometry.no-pixel-spacing',
    'Pixel Spacing (0028,0030) is missing or not two positive numbers: sizes are unknown.',
    'Export the series again from the scanner, with its geometry.',
  )
}

/** Largest angle between the axes of two orientations, in degrees. */
export function angleBetweenDeg(a: Orientation, b: Orientation): number {
  const worst = Math.min(dot(a.x, b.x), dot(a.y, b.y), dot(a.normal, b.normal))
  return (Math.acos(Math.max(-1, Math.min(1, worst))) * 180) / Math.PI
}
