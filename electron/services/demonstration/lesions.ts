/** Places lesions of asked sizes where they fit, by drawing places until one is free. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { PlacedLesion } from './body.ts'
import type { Point, Solid } from './implicit.ts'
import type { PhantomOptions } from './options.ts'
import { createRandom } from './random.ts'

const CLEARANCE_MM = 6
const BETWEEN_LESIONS_MM = 14

/** Volume of an ellipsoid with the given semi-axes in mm, in mL. */
export function ellipsoidVolumeMl([a, b, c]: Point): number {
  return ((4 / 3) * Math.PI * a * b * c) / 1000
}

/**
 * Lesions in the order asked, named TUMOUR_1 … Positions do not depend on `scale`, which multiplies the diameters (growth or
 * response between cycles). Every other one is an ellipsoid with axes 1.15 : 1 : 1/1.15 of a ball's of the same volume.
 * Throws InputError('phantom.lesions') where one does not fit.
 */
export function placeLesions(
  o: PhantomOptions,
  scale: number,
  body: { readonly liver: Solid; readonly cavity: Solid; readonly organs: readonly Solid[] },
): PlacedLesion[] {
  const placed: PlacedLesion[] = []
  const rooms: { centre: Point; radius: number }[] = []
  o.lesions.forEach((wanted, index) => {
    const name = `TUMOUR_${index + 1}`
    const random = createRandom(o.seed, `lesion ${name}`)
    const elongation = index % 2 === 0 ? 1 : 1.15
    const full = (wanted.diameterMm / 2) * elongation
    const turnDeg = random.between(-90, 90)
    const fits = (c: Point): boolean => {
      if (
        rooms.some(
          (r) =>
            Math.hypot(c[0] - r.centre[0], c[1] - r.centre[1], c[2] - r.centre[2]) <
            r.radius + full + BETWEEN_LESIONS_MM,
        )
      )
        return false
      // Lower bounds of distances: a place that passes is free; some that are free do not pass.
      if (wanted.site === 'liver') return body.liver.value(...c) < -(full + CLEARANCE_MM)
      return body.cavity.value(...c) < -(full + 3) && body.organs.every((s) => s.value(...c) > full + CLEARANCE_MM)
    }
    for (let attempt = 0; attempt < 20000; attempt++) {
      const c: Point =
        wanted.site === 'liver'
          ? [random.between(-140, 40), random.between(-75, 70), random.between(-60, 95)]
          : [random.between(-100, 100), random.between(-60, 30), random.between(-110, -10)]
      if (!fits(c)) continue
      const r = (wanted.diameterMm / 2) * scale
      const radiiMm: Point = [r * elongation, r, r / elongation]
      rooms.push({ centre: c, radius: full })
      placed.push({
        name,
        site: wanted.site,
        centreMm: c,
        radiiMm,
        turnDeg: elongation === 1 ? 0 : turnDeg,
        volumeMl: ellipsoidVolumeMl(radiiMm),
        contrast: wanted.contrast ?? null,
      })
      return
    }
    throw new InputError(
      'phantom.lesions',
      `No room in the ${wanted.site} for lesion ${name} of ${wanted.diameterMm} mm.`,
      'Ask for fewer or smaller lesions.',
    )
  })
  return placed
}
