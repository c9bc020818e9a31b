/**
 * A threshold adapted to volume and background, without fitted constants: the one at which a ball of the found volume,
 * seen through the image's point spread, has its boundary.
 *
 * For a ball of radius R and a Gaussian point spread the image's value at the ball's boundary over its highest value is
 * τ(R) = I(R)/I(0) (`blurredSphere.ts`; with the 1 mL peak as reference, the mean of I over its ball stands for I(0)).
 * τ goes to ½ for balls large against the point spread and up for small ones, whose peak is not recovered. So the
 * threshold T = background + τ(R) · (reference − background) is right if R is the radius of a ball of the volume that T
 * encloses. That R is a fixed point; it is looked for by bisection and chords, the background being measured anew
 * around each result. The dependence on volume and contrast that Erdi et al. (Cancer 80, 1997, 2505) and Jentzen et al.
 * (J. Nucl. Med. 48, 2007, 108) tabulate from sphere phantoms is here computed.
 */
import { InputError } from '../../../errors/index.ts'
import type { Vec3 } from '../../types.ts'
import { coverageVolumeMl } from '../manual/boxes.ts'
import { FWHM_PER_SIGMA } from '../../../statistics/index.ts'
import { blurredSphere } from './blurredSphere.ts'
import { ballOfVoxels, meanInBall } from './peak.ts'
import { percent, quantity, valuesIn } from './place.ts'
import { notSettled, pieceAbove, referenceOf, settle } from './relativeThreshold.ts'
import { step } from './step.ts'
import { coverageBetween } from './threshold.ts'
import type { AdaptiveThresholdAsk, Found, SegmentationControl, SegmentationImage } from './types.ts'

/** The radius is looked for to this part of itself: 0.1 % of the volume. */
const RADIUS_TOLERANCE = 3e-4
const MOST_STEPS = 40
/**
 * Below τ of every ball (it is least 0.376 for the maximum, and more for the peak): what this part of the contrast
 * encloses is too large.
 */
const LOWEST_PART = 0.35
/** Steps downwards. */
const DOWN = 0.85
/** Below this diameter (in FWHM) the image is that of a point, to the percent: its volume is not in it. Designed. */
const LEAST_DIAMETER_FWHM = 0.5

const ballVolumeMl = (radiusMm: number): number => (4 / 3000) * Math.PI * radiusMm ** 3
const ballRadiusMm = (volumeMl: number): number => Math.cbrt((3000 * volumeMl) / (4 * Math.PI))

/** The highest value, at contrast 1, that a ball of a radius has where and as the reference was read. */
export type ReferenceModel = (radiusMm: number, sdMm: number) => number

/** τ(R): the part of the contrast of the reference that the image has at the ball's boundary. */
const boundaryPart = (radiusMm: number, sdMm: number, highest: ReferenceModel): number =>
  blurredSphere(radiusMm, sdMm, radiusMm) / highest(radiusMm, sdMm)

/**
 * The reference was read at a voxel's centre, or in the voxels of a ball about it; the ball's true centre lies up to
 * half a voxel off. It is found by parabolas along the axes, and the model is read as the image was.
 */
function modelOf(image: SegmentationImage, at: Vec3, of: 'maximum' | 'peak'): ReferenceModel {
  const { grid, values } = image
  const ball = ballOfVoxels(grid)
  const read = (place: Vec3): number =>
    of === 'peak'
      ? meanInBall(image, ball, place)
      : (values[place[0] + grid.dimensions[0] * (place[1] + grid.dimensions[1] * place[2])] ?? NaN)
  const offMm = ([0, 1, 2] as const).map((axis) => {
    const moved = (by: number): number =>
      read(at.map((index, a) => (a === axis ? index + by : index)) as unknown as Vec3)
    const isInside = at[axis] > 0 && at[axis] < grid.dimensions[axis] - 1
    const [before, here, after] = [isInside ? moved(-1) : NaN, read(at), isInside ? moved(1) : NaN]
    const bend = before + after - 2 * here
    return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) * grid.spacingMm[axis] : 0
  }) as unknown as Vec3
  const away = (p: Vec3): number => Math.hypot(p[0] - offMm[0], p[1] - offMm[1], p[2] - offMm[2])
  if (of === 'maximum') return (radiusMm, sdMm) => blurredSphere(radiusMm, sdMm, away([0, 0, 0]))
  const distances = ball.offsetsMm.map(away)
  return (radiusMm, sdMm) =>
    distances.reduce((sum, mm, k) => sum + ball.weights[k]! * blurredSphere(radiusMm, sdMm, mm), 0)
}

/**
 * The region of the uptake at the seed, or of the highest one in the box. Errors: InputError `segmentation.fwhm`,
 * `segmentation.no-contrast`, `segmentation.background`, `segmentation.peak` and `segmentation.too-small` where the
 * image is that of a point; CancelledError.
 */
export function adaptiveThreshold(
  image: SegmentationImage,
  ask: AdaptiveThresholdAsk,
  control: SegmentationControl,
): Found {
  const { box, fwhmMm } = ask
  if (!(fwhmMm > 0) || !Number.isFinite(fwhmMm))
    throw new InputError(
      'segmentation.fwhm',
      `A point spread with a full width at half maximum of ${fwhmMm} mm is none.`,
      'Give the resolution of the reconstructed image in mm.',
    )
  const sdMm = fwhmMm / FWHM_PER_SIGMA
  const values = valuesIn(image, box)
  const reference = referenceOf(image, ask, values)
  const first = settle(
    image,
    box,
    values,
    reference,
    ask.background,
    (background) => (reference.value + background) / 2,
  )

  const highest = modelOf(
    image,
    [
      box.start[0] + (reference.at % box.size[0]),
      box.start[1] + (Math.floor(reference.at / box.size[0]) % box.size[1]),
      box.start[2] + Math.floor(reference.at / (box.size[0] * box.size[1])),
    ],
    ask.of,
  )
  let background = first.background
  const levelOf = (radiusMm: number, around: number): number =>
    around + boundaryPart(radiusMm, sdMm, highest) * (reference.value - around)
  const foundRadius = (radiusMm: number): number =>
    ballRadiusMm(coverageVolumeMl(image.grid, pieceAbove(image, box, levelOf(radiusMm, background), reference.at)))

  let radiusMm = 0
  let result = first
  for (let round = 0; round < 4; round++) {
    step(control, round / 4)
    radiusMm = fixedRadius()
    result = settle(image, box, values, reference, ask.background, (around) => levelOf(radiusMm, around))
    const moved = Math.abs(result.background - background)
    background = result.background
    if (moved <= 1e-3 * (reference.value - background)) break
  }
  const part = boundaryPart(radiusMm, sdMm, highest)
  const volumeMl = ballVolumeMl(radiusMm)
  return {
    coverage: coverageBetween(image, box, result.level),
    pieceAt: reference.at,
    parameters: {
      fwhmMm,
      of: ask.of,
      reference: reference.value,
      background: result.background,
      partOfContrast: part,
      threshold: result.level,
      equivalentRadiusMm: radiusMm,
    },
    description: `threshold of ${quantity(result.level, image.unit)}: ${percent(part)} of the contrast of ${reference.words} to ${result.words}, where a ball of ${quantity(volumeMl, 'mL')} seen with ${quantity(fwhmMm, 'mm')} FWHM has its boundary`,
    remarks: notSettled(result.settled),
  }

  /**
   * The largest R with foundRadius(R) = R: from a radius that is too large downwards until one is too small, then
   * between the two.
   */
  function fixedRadius(): number {
    const least = (LEAST_DIAMETER_FWHM * fwhmMm) / 2
    const lowest = background + LOWEST_PART * (reference.value - background)
    let high = ballRadiusMm(coverageVolumeMl(image.grid, pieceAbove(image, box, lowest, reference.at)))
    let low = high
    let over = foundRadius(high) - high
    let [overLow, overHigh] = [over, over]
    while (!(over > 0) && low > least) {
      ;[high, overHigh] = [low, over]
      low = Math.max(least, low * DOWN)
      over = foundRadius(low) - low
      overLow = over
    }
    if (!(overLow > 0))
      throw new InputError(
        'segmentation.too-small',
        `The uptake looks like a point seen with ${quantity(fwhmMm, 'mm')} FWHM: its volume cannot be told from the image.`,
        'Draw it by hand on CT, or check the resolution that was given.',
      )
    let last = 0
    for (let n = 0; n < MOST_STEPS && high - low > RADIUS_TOLERANCE * low; n++) {
      // The Illinois rule: chords, and the weight of an end that stays is halved.
      const middle = n % 4 === 3 ? (low + high) / 2 : (low * overHigh - high * overLow) / (overHigh - overLow)
      over = foundRadius(middle) - middle
      if (Math.abs(over) < RADIUS_TOLERANCE * middle) return middle
      if (over > 0) {
        ;[low, overLow] = [middle, over]
        if (last > 0) overHigh /= 2
        last = 1
      } else {
        ;[high, overHigh] = [middle, over]
        if (last < 0) overLow /= 2
        last = -1
      }
    }
    return (low + high) / 2
  }
}
