/**
 * The edge where the image is steepest (the gradient method of Geets et al., Eur. J. Nucl. Med. Mol. Imaging 34, 2007,
 * 1427, here with two markers).
 *
 * The image is smoothed by a Gaussian; the magnitude of its gradient is flooded from the seed and from the faces of the
 * box, and the two floods meet on the ridge (`watershed.ts`). Along the gradient through each voxel beside the ridge
 * the place of the steepest point is found to a part of a voxel (parabola), and the smoothed image read there. The
 * boundary is the level surface of the smoothed image at the mean of these values, weighted with the square of the
 * gradient so that clear edges count.
 *
 * On a flat edge that is the true one, whatever the point spread. On a curved one the steepest place lies inside it:
 * for a ball of radius R by about s²/R, s² being the sum of the variances of point spread and smoothing (the extremum
 * of dI/dr of `blurredSphere.ts`). So the level is lowered to the one that a ball, steepest at the radius of the found
 * volume, has at its own boundary: for the smoothing alone, or with the image's FWHM for both. No background is needed.
 */
import { InputError } from '../../../errors/index.ts'
import type { Vec3 } from '../../types.ts'
import { coverageVolumeMl } from '../manual/boxes.ts'
import { islandAt } from '../manual/islands.ts'
import { HALF } from '../manual/types.ts'
import { FWHM_PER_SIGMA } from '../../../statistics/index.ts'
import { blurredSphere, radiusOfSteepest, steepestPlace } from './blurredSphere.ts'
import { indexOfLargest, quantity, seedIn, valuesIn } from './place.ts'
import { slopes, smoothedIn, trilinear } from './smoothing.ts'
import { step } from './step.ts'
import { coverageAbove } from './subVoxel.ts'
import type { Found, GradientAsk, SegmentationControl, SegmentationImage } from './types.ts'
import { watershed } from './watershed.ts'

const INSIDE = 1
const OUTSIDE = 2
/** The level surface may lie so many voxels beyond the ridge, where the edge is not equally high all around. */
const BEYOND_RIDGE = 2

/**
 * The region around the seed, or around the largest value in the box. It must not reach the faces of the box. Errors:
 * InputError `segmentation.smoothing`, `segmentation.seed-outside`, `segmentation.no-contrast`; CancelledError.
 */
export function gradientEdge(image: SegmentationImage, ask: GradientAsk, control: SegmentationControl): Found {
  const { box, smoothingSdMm, seedMm } = ask
  if (!(smoothingSdMm >= 0) || !Number.isFinite(smoothingSdMm) || (ask.fwhmMm !== null && !(ask.fwhmMm > 0)))
    throw new InputError(
      'segmentation.smoothing',
      `A smoothing of ${smoothingSdMm} mm and a resolution of ${ask.fwhmMm ?? '–'} mm have no sense.`,
      'Give a standard deviation of 0 mm or more, and an FWHM of more than 0 mm where it is known.',
    )
  const { size } = box
  const s = image.grid.spacingMm
  const smooth = smoothedIn(image, box, smoothingSdMm)
  step(control, 0.4)
  const [gx, gy, gz] = slopes(smooth, size, s)
  const steepness = gx.map((value, n) => Math.hypot(value, gy[n]!, gz[n]!))
  const seed = seedMm === null ? indexOfLargest(valuesIn(image, box)) : seedIn(image, box, seedMm)
  const labels = new Uint8Array(smooth.length)
  forFaces(size, (n) => (labels[n] = OUTSIDE))
  if (labels[seed] === OUTSIDE)
    throw new InputError('segmentation.seed-outside', 'The seed lies at a face of the box.', 'Make the box larger.')
  labels[seed] = INSIDE
  watershed(steepness, size, labels)
  step(control, 0.7)

  let [sum, weight, slopeSum] = [0, 0, 0]
  let touchesFace = false
  const [nx, ny, nz] = size
  const finest = Math.min(...s)
  forInner(size, (n, x, y, z) => {
    const own = labels[n]
    const other = own === INSIDE ? OUTSIDE : INSIDE
    const isBeside =
      labels[n - 1] === other ||
      labels[n + 1] === other ||
      labels[n - nx] === other ||
      labels[n + nx] === other ||
      labels[n - nx * ny] === other ||
      labels[n + nx * ny] === other
    if (own === INSIDE && (x === 1 || y === 1 || z === 1 || x === nx - 2 || y === ny - 2 || z === nz - 2))
      touchesFace = true
    const steep = steepness[n]!
    if (!isBeside || !(steep > 0)) return
    const move = [gx[n]!, gy[n]!, gz[n]!].map((slope, axis) => (slope / steep) * (finest / s[axis]!))
    const at = (t: number, values: Float32Array): number =>
      trilinear(values, size, x + t * move[0]!, y + t * move[1]!, z + t * move[2]!)
    const [before, after] = [at(-1, steepness), at(1, steepness)]
    const bend = before + after - 2 * steep
    const t = bend < 0 ? Math.max(-1, Math.min(1, (before - after) / (2 * bend))) : 0
    sum += steep * steep * at(t, smooth)
    weight += steep * steep
    slopeSum += steep * steep * (steep - (bend < 0 ? (before - after) ** 2 / (8 * bend) : 0))
  })
  if (!(weight > 0))
    throw new InputError(
      'segmentation.no-contrast',
      'The image has no edge between the seed and the faces of the box.',
      'Choose another seed or a larger box.',
    )
  const edge = { value: sum / weight, slopePerMm: slopeSum / weight }
  const isNear = widened(labels, size)
  const coverageFrom = (level: number): Uint8Array => {
    const coverage = coverageAbove({ values: smooth, size, spacingMm: s }, { start: [0, 0, 0], size }, level)
    for (let n = 0; n < coverage.length; n++) if (isNear[n] === 0) coverage[n] = 0
    return coverage
  }
  const steepest = coverageFrom(edge.value)
  if (steepest[seed]! < HALF)
    throw new InputError(
      'segmentation.no-contrast',
      `The value at the seed is below that of the edge around it (${quantity(edge.value, image.unit)}).`,
      'Place the seed in the uptake; a cold structure cannot be found so.',
    )
  const sdMm = Math.hypot(smoothingSdMm, (ask.fwhmMm ?? 0) / FWHM_PER_SIGMA)
  const piece = islandAt(image.grid, { box: { start: [0, 0, 0], size }, coverage: steepest }, seed)
  const corrected = boundaryValue(edge, coverageVolumeMl(image.grid, piece), sdMm)
  const level = corrected ?? edge.value
  return {
    coverage: corrected === null ? steepest : coverageFrom(level),
    pieceAt: seed,
    parameters: {
      smoothingSdMm,
      ...(ask.fwhmMm === null ? {} : { fwhmMm: ask.fwhmMm }),
      steepestValue: edge.value,
      steepestSlopePerMm: edge.slopePerMm,
      boundaryValue: level,
    },
    description: `steepest edge, ${quantity(edge.value, image.unit)}, of the image smoothed by ${quantity(smoothingSdMm, 'mm')} (standard deviation), moved to ${quantity(level, image.unit)} for the curvature of the boundary`,
    remarks: [
      ...(ask.fwhmMm === null && image.fwhmMm == null
        ? ['Without the resolution of the image, bodies not much larger than it come out too small.']
        : []),
      ...(corrected === null && sdMm > 0
        ? ['It looks like a point seen with this resolution: its boundary is where it is steepest, not where it ends.']
        : []),
      ...(touchesFace ? ['The edge runs along the face of the box: make the box larger.'] : []),
    ],
  }
}

/**
 * The smoothed image's value at the boundary, from that where it is steepest: the ball that is steepest at the found
 * radius has them so far apart. Null where no ball is.
 */
function boundaryValue(
  edge: { readonly value: number; readonly slopePerMm: number },
  volumeMl: number,
  sdMm: number,
): number | null {
  if (sdMm === 0) return edge.value
  const foundMm = Math.cbrt((3000 * volumeMl) / (4 * Math.PI))
  const radiusMm = radiusOfSteepest(foundMm, sdMm)
  if (radiusMm === null) return null
  const { distanceMm, slopePerMm } = steepestPlace(radiusMm, sdMm)
  const contrast = -edge.slopePerMm / slopePerMm
  return edge.value - contrast * (blurredSphere(radiusMm, sdMm, distanceMm) - blurredSphere(radiusMm, sdMm, radiusMm))
}

function forFaces([nx, ny, nz]: Vec3, visit: (n: number) => void): void {
  for (let n = 0; n < nx * ny * nz; n++) {
    const [x, y, z] = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]
    if (x === 0 || y === 0 || z === 0 || x === nx - 1 || y === ny - 1 || z === nz - 1) visit(n)
  }
}

function forInner([nx, ny, nz]: Vec3, visit: (n: number, x: number, y: number, z: number) => void): void {
  for (let z = 1; z < nz - 1; z++)
    for (let y = 1; y < ny - 1; y++) for (let x = 1; x < nx - 1; x++) visit(x + nx * (y + ny * z), x, y, z)
}

/** The voxels that flooded from the seed and those up to `BEYOND_RIDGE` voxels (of 26 neighbours) off. */
function widened(labels: Uint8Array, size: Vec3): Uint8Array {
  let from = Uint8Array.from(labels, (label) => (label === INSIDE ? 1 : 0))
  const strides = [1, size[0], size[0] * size[1]]
  for (const axis of [0, 1, 2] as const) {
    const to = from.slice()
    const stride = strides[axis]!
    for (let n = 0; n < from.length; n++) {
      if (from[n] === 0) continue
      const place = Math.floor(n / stride) % size[axis]
      for (let k = -Math.min(BEYOND_RIDGE, place); k <= Math.min(BEYOND_RIDGE, size[axis] - 1 - place); k++)
        to[n + k * stride] = 1
    }
    from = to
  }
  return from
}
