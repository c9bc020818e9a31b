import { InputError } from '../../errors/index.ts'
import type { Vec3 } from '../types.ts'

/** The same anatomical point in both images, patient coordinates (LPS, mm). */
export interface LandmarkPair {
  readonly name: string
  readonly fixedMm: Vec3
  readonly movingMm: Vec3
}

export interface LandmarkErrors {
  readonly count: number
  readonly meanMm: number
  readonly rmsMm: number
  readonly maximumMm: number
  readonly each: readonly { readonly name: string; readonly errorMm: number }[]
}

/**
 * Target registration error (Fitzpatrick and others 1998): how far each fixed landmark, taken to the moving image, lies from its counterpart.
 *
 * @param map From fixed to moving points, mm
 * @throws InputError `landmarks.none`.
 */
export function landmarkErrors(pairs: readonly LandmarkPair[], map: (fixedMm: Vec3) => Vec3): LandmarkErrors {
  if (pairs.length === 0)
    throw new InputError('landmarks.none', 'There is no pair of landmarks.', 'Mark at least one point in both images.')
  const each = pairs.map(({ name, fixedMm, movingMm }) => {
    const found = map(fixedMm)
    return { name, errorMm: Math.hypot(...found.map((mm, axis) => mm - movingMm[axis]!)) }
  })
  const errors = each.map(({ errorMm }) => errorMm)
  return {
    count: errors.length,
    meanMm: errors.reduce((sum, mm) => sum + mm, 0) / errors.length,
    rmsMm: Math.sqrt(errors.reduce((sum, mm) => sum + mm * mm, 0) / errors.length),
    maximumMm: Math.max(...errors),
    each,
  }
}
