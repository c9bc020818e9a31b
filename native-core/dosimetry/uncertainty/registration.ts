/** What a displacement of the outline against the image does to the counts in it. */
import { InputError } from '../../errors/index.ts'
import { FWHM_PER_SIGMA } from '../../statistics/index.ts'

export interface RegistrationRequest {
  readonly volumeMl: number
  /** Resolution of the emission image. */
  readonly fwhmMm: number
  /** One standard deviation of the displacement along each axis. */
  readonly displacementMm: number
  /** Concentration around the structure over that inside; left out: 0, a cold background. */
  readonly backgroundRatio?: number
}

export interface RegistrationEffect {
  /** Root mean square of the relative change of the counts: the standard uncertainty where the change is not corrected for. */
  readonly relative: number
  /** Mean relative change: displaced outlines lose counts of a structure that is hotter than its surroundings. */
  readonly meanChange: number
}

const STEPS = { inner: 96, outer: 96 } as const
/** Tails beyond these many standard deviations are left out (1e-8 of the integral). */
const TAIL = 6

/**
 * Model (designed for this program): a uniform sphere of diameter D, blurred by a Gaussian of standard deviation σ, counted in its own outline that
 * is displaced by d. A point of the sphere that the blur moves by σg stays in the outline with the overlap of two spheres,
 * O(s) = 1 − 3s/(2D) + s³/(2D³), so counts are C(d) ∝ E[O(|d + σg|)] (the overlap as in `sphereRecovery`), and with a background ratio b
 * C(d)/C(0) = (b + (1 − b)·R(d))/(b + (1 − b)·R(0)). d is Gaussian in three dimensions with `displacementMm` along each axis.
 *
 * @throws InputError `uncertainty.registration`
 */
export function registrationUncertainty(request: RegistrationRequest): RegistrationEffect {
  const { volumeMl, fwhmMm, displacementMm, backgroundRatio = 0 } = request
  if (!(volumeMl > 0 && fwhmMm >= 0 && displacementMm >= 0 && backgroundRatio >= 0) || !Number.isFinite(volumeMl))
    throw new InputError(
      'uncertainty.registration',
      `A displacement of ${displacementMm} mm of ${volumeMl} mL at a resolution of ${fwhmMm} mm and a background ratio of ${backgroundRatio} cannot be judged.`,
      'Give a volume above 0 mL; displacement, resolution and background ratio of 0 or more.',
    )
  if (displacementMm === 0) return { relative: 0, meanChange: 0 }
  const diameterMm = Math.cbrt((6000 * volumeMl) / Math.PI)
  const sigmaMm = fwhmMm / FWHM_PER_SIGMA
  const counts = (d: number): number =>
    backgroundRatio + (1 - backgroundRatio) * displacedRecovery(d, diameterMm, sigmaMm)
  const centred = counts(0)
  const change = (d: number): number => counts(d) / centred - 1
  const density = (d: number): number => maxwell(d, displacementMm)
  const end = TAIL * displacementMm
  const moment = (power: number): number => simpson((d) => density(d) * change(d) ** power, 0, end, STEPS.outer)
  return { relative: Math.sqrt(moment(2)), meanChange: moment(1) }
}

/** Share of the blurred sphere's activity in its outline displaced by `d`. */
function displacedRecovery(d: number, diameterMm: number, sigmaMm: number): number {
  const overlap = (s: number): number => {
    const x = s / diameterMm
    return x < 1 ? 1 - 1.5 * x + 0.5 * x ** 3 : 0
  }
  if (sigmaMm === 0) return overlap(d)
  const from = Math.max(0, d - TAIL * sigmaMm)
  const to = Math.min(diameterMm, d + TAIL * sigmaMm)
  return to > from ? simpson((s) => overlap(s) * lengthDensity(s, d, sigmaMm), from, to, STEPS.inner) : 0
}

/** Density of |d + σg|, g Gaussian in three dimensions. */
function lengthDensity(s: number, d: number, sigma: number): number {
  // Below this the difference of the two exponentials loses its digits; the next term of the series is smaller than 1e-9.
  if (d * s < 1e-4 * sigma * sigma) return maxwell(s, sigma) * Math.exp((-d * d) / (2 * sigma * sigma))
  const near = Math.exp(-((s - d) ** 2) / (2 * sigma * sigma))
  const far = Math.exp(-((s + d) ** 2) / (2 * sigma * sigma))
  return ((s / d) * (near - far)) / (sigma * Math.sqrt(2 * Math.PI))
}

const maxwell = (s: number, sigma: number): number =>
  Math.sqrt(2 / Math.PI) * ((s * s) / sigma ** 3) * Math.exp((-s * s) / (2 * sigma * sigma))

function simpson(f: (x: number) => number, from: number, to: number, steps: number): number {
  const h = (to - from) / steps
  let sum = f(from) + f(to)
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * f(from + i * h)
  return (sum * h) / 3
}
