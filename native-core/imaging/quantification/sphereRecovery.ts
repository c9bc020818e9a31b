/** A uniform sphere seen through a Gaussian point spread function. */
import { erf, FWHM_PER_SIGMA } from '../../statistics/index.ts'

const ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI)

/** Below this many σ the closed form loses digits to cancellation and its power series is used. */
const SERIES_BELOW = 1

/**
 * Part of the activity of a uniform sphere that is seen inside it (no activity around): its mean recovery coefficient.
 *
 * A point of the sphere displaced by s stays inside with probability 1 − 3s/(2D) + s³/(2D³) (overlap of two spheres of diameter D);
 * averaged over the lengths of a Gaussian of standard deviation σ, with a = D/σ:
 * R = erf(a/√2) − √(2/π)·(3/a − 4/a³ − (1/a − 4/a³)·e^(−a²/2)).
 * The profile whose mean this is: Kessler, Ellis & Eden, J Comput Assist Tomogr 8 (1984) 514.
 *
 * @returns coefficient (0 to 1) and its derivative by ln D, which is minus that by ln FWHM
 */
export function sphereRecovery(
  diameterMm: number,
  fwhmMm: number,
): { readonly coefficient: number; readonly perLnDiameter: number } {
  const a = (diameterMm * FWHM_PER_SIGMA) / fwhmMm
  if (a < SERIES_BELOW) return series(a)
  const e = Math.exp((-a * a) / 2)
  const coefficient = erf(a / Math.SQRT2) - ROOT_2_OVER_PI * (3 / a - 4 / a ** 3 - (1 / a - 4 / a ** 3) * e)
  const slope = ROOT_2_OVER_PI * (3 / a ** 2 - 12 / a ** 4 + (3 / a ** 2 + 12 / a ** 4) * e)
  return { coefficient, perLnDiameter: a * slope }
}

/** The same integral term by term, with the Gaussian as a power series. */
function series(a: number): { readonly coefficient: number; readonly perLnDiameter: number } {
  let coefficient = 0
  let perLnDiameter = 0
  let factor = ROOT_2_OVER_PI * a ** 3
  for (let k = 0; k < 30; k++) {
    const term = factor * (1 / (3 + 2 * k) - 3 / (2 * (4 + 2 * k)) + 1 / (2 * (6 + 2 * k)))
    coefficient += term
    perLnDiameter += (3 + 2 * k) * term
    factor *= (-a * a) / 2 / (k + 1)
  }
  return { coefficient, perLnDiameter }
}
