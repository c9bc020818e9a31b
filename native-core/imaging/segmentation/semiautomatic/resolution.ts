/**
 * What the resolution of an image does to the volume that a method found in it.
 *
 * Whatever the method, its boundary lies where the image has some value. Of a uniform ball of radius R seen through a
 * Gaussian point spread (`blurredSphere.ts`) the image at distance r over its mean within r is h(R) = I(r)/m(r), m(r) =
 * 3/r³ ∫₀ʳ I(ρ) ρ² dρ, both above the background. h grows with R, from that of a point to 1. So the mean of the image
 * along the found boundary over its mean inside, for r the radius of a ball of the found volume, tells the R of the ball
 * that looks like this; (r/R)³ is how much too large its volume came out. Means over many voxels are taken, not the
 * highest one, so that noise does not count as contrast.
 */
import { InputError } from '../../../errors/index.ts'
import { FWHM_PER_SIGMA } from '../../../statistics/index.ts'
import { indexToPatient } from '../../grid.ts'
import type { ImageGrid, Vec3, VoxelBox } from '../../types.ts'
import { coverageVolumeMl, inBox, widenedBox } from '../manual/boxes.ts'
import { cover } from '../manual/cover.ts'
import { capsule } from '../manual/solids.ts'
import { HALF, type CoverageBox } from '../manual/types.ts'
import { backgroundOf } from './background.ts'
import { blurredSphere } from './blurredSphere.ts'
import { SEGMENTATION_DEFAULTS as DEFAULTS } from './defaults.ts'
import { valuesIn } from './place.ts'
import type { ResolutionEffect, SegmentationImage } from './types.ts'

/** Below this radius (in FWHM) h is that of a point, to the percent: as for the adaptive threshold. Designed. */
const LEAST_RADIUS_FWHM = 0.25
/** A ball larger than the found one by this (in FWHM) is flat within it: what is found then is a part of a body. */
const MOST_BEYOND_FWHM = 1.5
/** Of the radius. */
const TOLERANCE = 1e-4
/** The model is worked out at distances so far apart, in the smallest spacing. */
const STEP_VOXELS = 0.05

/**
 * What is to be expected of the volume of `piece`, found in `image`, for a full width at half maximum of `fwhmMm` (mm,
 * isotropic). The ball's image is read as the image was: in the voxels of a ball of the found volume about the centre of
 * the piece. Null where nothing can be said: no background around it (1 to 2 FWHM beyond its boundary), no contrast to
 * it, or a boundary well inside a body.
 */
export function resolutionEffect(
  image: SegmentationImage,
  piece: CoverageBox,
  fwhmMm: number,
): ResolutionEffect | null {
  const { grid } = image
  const foundRadiusMm = Math.cbrt((3000 * coverageVolumeMl(grid, piece)) / (4 * Math.PI))
  const background = shellOf(image, piece, fwhmMm)
  if (background === null) return null
  const found = meansOf(readAt(grid, piece, valuesIn(image, aroundOf(grid, piece))))
  if (!(found.inside > background)) return null
  const wanted = (found.boundary - background) / (found.inside - background)
  const sdMm = fwhmMm / FWHM_PER_SIGMA
  const ratio = ratioOfBalls(grid, centreOf(piece), foundRadiusMm, sdMm)
  let low = LEAST_RADIUS_FWHM * fwhmMm
  let high = foundRadiusMm + MOST_BEYOND_FWHM * fwhmMm
  if (!(wanted < ratio(high))) return null
  const place = { fwhmMm, foundRadiusMm }
  if (wanted <= ratio(low)) return { ...place, likeRadiusMm: null, volumeRatio: null }
  while (high - low > TOLERANCE * high) {
    const middle = (low + high) / 2
    if (ratio(middle) < wanted) low = middle
    else high = middle
  }
  const likeRadiusMm = (low + high) / 2
  return { ...place, likeRadiusMm, volumeRatio: (foundRadiusMm / likeRadiusMm) ** 3 }
}

const aroundOf = (grid: ImageGrid, { box }: CoverageBox): VoxelBox => widenedBox(grid, box, [1, 1, 1])

/** The median around it, or null where too little of the image lies there. */
function shellOf(image: SegmentationImage, piece: CoverageBox, fwhmMm: number): number | null {
  const [fromMm, toMm] = [DEFAULTS.shellFromFwhm.value * fwhmMm, DEFAULTS.shellToFwhm.value * fwhmMm]
  const reach = image.grid.spacingMm.map((mm) => 1 + Math.ceil(toMm / mm)) as unknown as Vec3
  const around = widenedBox(image.grid, piece.box, reach)
  try {
    return backgroundOf(image, around, valuesIn(image, around), piece, { kind: 'shell', fromMm, toMm }).value
  } catch (error) {
    if (error instanceof InputError && error.code === 'segmentation.background') return null
    throw error
  }
}

/** Centre of mass, in indices of the grid. */
function centreOf({ box: { start, size }, coverage }: CoverageBox): Vec3 {
  let [x, y, z, sum] = [0, 0, 0, 0]
  for (let n = 0; n < coverage.length; n++) {
    const part = coverage[n]!
    x += part * (n % size[0])
    y += part * (Math.floor(n / size[0]) % size[1])
    z += part * Math.floor(n / (size[0] * size[1]))
    sum += part
  }
  return [start[0] + x / sum, start[1] + y / sum, start[2] + z / sum]
}

/** Weights of values: for their mean inside, and for that along the boundary. */
interface Readings {
  readonly values: Float32Array
  readonly inside: Float64Array
  readonly boundary: Float64Array
}

/**
 * How the values around a piece make its two means: inside, voxels by their parts; along the boundary, where the part
 * passes a half between neighbours, linearly between them.
 */
function readAt(grid: ImageGrid, piece: CoverageBox, values: Float32Array): Readings {
  const box = aroundOf(grid, piece)
  const coverage = inBox(piece, box)
  const boundary = new Float64Array(coverage.length)
  const strides = [1, box.size[0], box.size[0] * box.size[1]]
  for (let n = 0; n < coverage.length; n++)
    for (const axis of [0, 1, 2] as const) {
      const stride = strides[axis]!
      if (Math.floor(n / stride) % box.size[axis] === box.size[axis] - 1) continue
      const [part, other] = [coverage[n]!, coverage[n + stride]!]
      if (part >= HALF === other >= HALF) continue
      const t = (HALF - part) / (other - part)
      // The face between the two is the larger the closer they are, for the same voxel.
      boundary[n]! += (1 - t) / grid.spacingMm[axis]
      boundary[n + stride]! += t / grid.spacingMm[axis]
    }
  return { values, inside: Float64Array.from(coverage), boundary }
}

function meansOf({ values, inside, boundary }: Readings): { readonly inside: number; readonly boundary: number } {
  let [sum, weight, along, length] = [0, 0, 0, 0]
  for (let n = 0; n < values.length; n++) {
    sum += inside[n]! * values[n]!
    weight += inside[n]!
    along += boundary[n]! * values[n]!
    length += boundary[n]!
  }
  return { inside: sum / weight, boundary: along / length }
}

/** h of a ball as a function of its radius: read in the voxels of a ball of `foundRadiusMm` about `centre` (indices). */
function ratioOfBalls(
  grid: ImageGrid,
  centre: Vec3,
  foundRadiusMm: number,
  sdMm: number,
): (radiusMm: number) => number {
  const centreMm = indexToPatient(grid, centre)
  const ball = cover(grid, capsule(grid, centreMm, centreMm, foundRadiusMm))
  const { start, size } = aroundOf(grid, ball)
  const stepMm = STEP_VOXELS * Math.min(...grid.spacingMm)
  const distances = new Float32Array(size[0] * size[1] * size[2])
  let [n, farthest] = [0, 0]
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++, n++) {
        const dx = (start[0] + x - centre[0]) * grid.spacingMm[0]
        const dy = (start[1] + y - centre[1]) * grid.spacingMm[1]
        const dz = (start[2] + z - centre[2]) * grid.spacingMm[2]
        distances[n] = Math.sqrt(dx * dx + dy * dy + dz * dz)
        farthest = Math.max(farthest, distances[n]!)
      }
  const readings = readAt(grid, ball, distances)
  const count = Math.ceil(farthest / stepMm) + 2
  const [inside, boundary] = [new Float64Array(count), new Float64Array(count)]
  for (let voxel = 0; voxel < distances.length; voxel++) {
    const place = Math.round(distances[voxel]! / stepMm)
    inside[place]! += readings.inside[voxel]!
    boundary[place]! += readings.boundary[voxel]!
  }
  return (radiusMm) => {
    const values = new Float32Array(count)
    for (let place = 0; place < count; place++)
      if (inside[place]! > 0 || boundary[place]! > 0) values[place] = blurredSphere(radiusMm, sdMm, place * stepMm)
    const means = meansOf({ values, inside, boundary })
    return means.boundary / means.inside
  }
}
