/**
 * A uniform ball seen through a Gaussian point spread, in closed form. With R the ball's radius, s the standard
 * deviation and a contrast of 1 the image at distance r is I(r) = ½ [erf((R − r)/√2 s) + erf((R + r)/√2 s)] − s/(√(2π)
 * r) [exp(−(R − r)²/2s²) − exp(−(R + r)²/2s²)], the convolution of a ball with a Gaussian done in spherical coordinates
 * (as in Kessler, Ellis and Eden, J. Comput. Assist. Tomogr. 8, 1984).
 */
import { erf } from '../../../statistics/index.ts'

/** I(r); radii in mm. */
export function blurredSphere(radiusMm: number, sdMm: number, distanceMm: number): number {
  const [R, s, r] = [radiusMm, sdMm, distanceMm]
  const u = R / (Math.SQRT2 * s)
  // The limit for r → 0; the next term is of order (r/s)².
  if (r < 1e-4 * s) return erf(u) - (2 / Math.sqrt(Math.PI)) * u * Math.exp(-u * u)
  const near = (R - r) / (Math.SQRT2 * s)
  const far = (R + r) / (Math.SQRT2 * s)
  const tails = Math.exp(-near * near) - Math.exp(-far * far)
  return 0.5 * (erf(near) + erf(far)) - (s / (Math.sqrt(2 * Math.PI) * r)) * tails
}

/** dI/dr, by a central difference. */
function slope(radiusMm: number, sdMm: number, distanceMm: number): number {
  const h = 1e-3 * sdMm
  return (blurredSphere(radiusMm, sdMm, distanceMm + h) - blurredSphere(radiusMm, sdMm, distanceMm - h)) / (2 * h)
}

/**
 * The distance from the centre at which a blurred ball is steepest, and its slope there (negative, for a contrast of
 * 1).
 */
export function steepestPlace(
  radiusMm: number,
  sdMm: number,
): { readonly distanceMm: number; readonly slopePerMm: number } {
  let low = Math.max(0.2 * sdMm, radiusMm - 3 * sdMm)
  let high = radiusMm + 2 * sdMm
  while (high - low > 1e-4 * sdMm) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3]
    if (slope(radiusMm, sdMm, a) < slope(radiusMm, sdMm, b)) high = b
    else low = a
  }
  const distanceMm = (low + high) / 2
  return { distanceMm, slopePerMm: slope(radiusMm, sdMm, distanceMm) }
}

/**
 * The radius of the ball that is steepest at a distance, or null where there is none: the image of a point is steepest
 * at one standard deviation, so that distances near that say nothing about the radius.
 */
export function radiusOfSteepest(distanceMm: number, sdMm: number): number | null {
  let low = 0.5 * sdMm
  let high = distanceMm + 2 * sdMm
  if (steepestPlace(low, sdMm).distanceMm > distanceMm) return null
  while (high - low > 1e-4 * sdMm) {
    const middle = (low + high) / 2
    if (steepestPlace(middle, sdMm).distanceMm < distanceMm) low = middle
    else high = middle
  }
  return (low + high) / 2
}
