/** Dose that differs from cell to cell below the size of a voxel. */
import { InputError } from '../../errors/index.ts'
import { gaussLegendre } from '../doseRate/exponentials.ts'

/**
 * ln of the mean survival of cells whose dose is log-normal with mean `doseGy` and coefficient of variation `cv`, each surviving with
 * exp(−α·D − α·G·D²/(α/β)): a nearly Gaussian integral in ln D around its largest point, by Gauss–Legendre over ±9 of its widths.
 *
 * @throws InputError `biology.heterogeneity`
 */
export function logLognormalSurvival(
  doseGy: number,
  cv: number,
  { alphaPerGy, alphaBetaGy, g }: { readonly alphaPerGy: number; readonly alphaBetaGy: number; readonly g: number },
): number {
  if (!(doseGy >= 0) || !(cv >= 0) || !(alphaPerGy > 0) || !(alphaBetaGy > 0) || !(g >= 0 && g <= 1))
    throw new InputError(
      'biology.heterogeneity',
      `Cells have a mean dose of ${doseGy} Gy, a coefficient of variation of ${cv}, α ${alphaPerGy} 1/Gy, α/β ${alphaBetaGy} Gy and G ${g}.`,
      'Dose and spread are not negative, α and α/β positive, G from 0 to 1.',
    )
  const effect = (dose: number): number => alphaPerGy * dose * (1 + (g * dose) / alphaBetaGy)
  // A spread of 1e-8 changes the effect E by E²·1e-16: nothing.
  if (cv < 1e-8 || doseGy === 0) return -effect(doseGy)
  const sigma2 = Math.log1p(cv * cv)
  const sigma = Math.sqrt(sigma2)
  const mu = Math.log(doseGy) - sigma2 / 2
  // Exponent of the integrand over x = ln D, its largest point by Newton's method; it is concave.
  const exponent = (x: number): number => -effect(Math.exp(x)) - (x - mu) ** 2 / (2 * sigma2)
  let x = mu
  let curvature = 1 / sigma2
  for (let round = 0; round < 200; round++) {
    const dose = Math.exp(x)
    const slope = -alphaPerGy * dose * (1 + (2 * g * dose) / alphaBetaGy) - (x - mu) / sigma2
    curvature = alphaPerGy * dose * (1 + (4 * g * dose) / alphaBetaGy) + 1 / sigma2
    const step = Math.max(-2, Math.min(2, slope / curvature))
    x += step
    if (Math.abs(step) < 1e-12) break
  }
  const top = exponent(x)
  // To the left only the log-normal falls off, to the right at least that fast.
  const left = Math.max(9 / Math.sqrt(curvature), 9 * sigma)
  const length = left + 9 * sigma
  const integral = gaussLegendre(length, Math.sqrt(curvature) * 4, (y) => Math.exp(exponent(x - left + y) - top))
  return top + Math.log(integral) - Math.log(sigma * Math.sqrt(2 * Math.PI))
}

/** The BED in Gy that gives every cell the same survival as the uneven dose has on average: never more than the BED of the mean dose. */
export const lognormalEubed = (
  doseGy: number,
  cv: number,
  sensitivity: { readonly alphaPerGy: number; readonly alphaBetaGy: number; readonly g: number },
): number => -logLognormalSurvival(doseGy, cv, sensitivity) / sensitivity.alphaPerGy
