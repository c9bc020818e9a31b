/** The NEMA IEC body phantom: its spheres, and where they are in an image. */
import { InputError } from '../../errors/index.ts'
import { indexToPatient, voxelCount } from '../grid.ts'
import type { ImageGrid, Vec3 } from '../types.ts'
import { FWHM_PER_SIGMA } from '../../statistics/index.ts'
import { gaussianBlur } from './gaussianBlur.ts'
import type { PhantomSphere } from './sphereCoefficients.ts'

/**
 * Inner diameters in mm, in their order around the circle, and the diameter of the circle that their centres lie on. NEMA NU 2-2007 and
 * IEC 61675-1: 10, 13, 17, 22, 28 and 37 mm, 114.4 mm. Evidence: transcribed (from the NEMA phantom as the OpenGATE model places it,
 * centres at 57.2 mm from the axis every 60°).
 */
export const NEMA_SPHERES = {
  diametersMm: [37, 28, 22, 17, 13, 10],
  circleDiameterMm: 114.4,
  stepDegrees: 60,
} as const

/** Blur before looking: about the size of the middle spheres, so that each is one hill. */
const LOOK_FWHM_MM = 12
const TURN_STEP_DEGREES = 6
/** How far from the middle of the image a phantom with cold spheres may lie, and the steps of the search. Designed. */
const COLD = { reachMm: 32, stepMm: 8, alongMm: 8 } as const
/** Spheres that must stand out from the places between them; the smallest may drown. Designed. */
const LEAST_SEEN = 4

export interface FoundSpheres {
  readonly spheres: readonly PhantomSphere[]
  /** Middle of the circle, LPS in mm. */
  readonly centreMm: Vec3
  /** Direction from the middle to the largest sphere, from the columns' axis towards the rows' axis. */
  readonly turnDegrees: number
  /** Whether the smaller spheres follow in that sense or against it: how the phantom lay. */
  readonly sense: 1 | -1
}

/** Where the spheres are for a place of the phantom: middle in index coordinates, turn in radians. */
interface Place {
  readonly index: Vec3
  readonly turn: number
  readonly sense: 1 | -1
}

/**
 * Finds the six spheres in an emission image: the largest is the strongest hill of the blurred image, the circle through it is turned until
 * the other spheres stand out most from the places between them, and place and turn are refined together. The circle lies in the slices of
 * the image (the phantom lay along the bed).
 *
 * @param contrast hot spheres stand above their surroundings, cold ones below
 * @throws InputError `nema.not-found` where fewer than four spheres stand out, `nema.size`
 */
export function findNemaSpheres(
  grid: ImageGrid,
  values: Float32Array | Float64Array,
  contrast: 'hot' | 'cold' = 'hot',
): FoundSpheres {
  if (values.length !== voxelCount(grid))
    throw new InputError('nema.size', 'Image and grid do not belong together.', 'Read the image again.')
  const fwhm: Vec3 = [LOOK_FWHM_MM, LOOK_FWHM_MM, LOOK_FWHM_MM]
  const sign = contrast === 'hot' ? 1 : -1
  const hills = gaussianBlur(values, grid.dimensions, grid.spacingMm, fwhm).map((value) => sign * value)
  const nearest = scorer(grid, (index) => nearestValue(grid, hills, index))
  const start = contrast === 'hot' ? aroundHottest(grid, hills, nearest) : everywhere(grid, nearest)
  const exact = (index: Vec3): number => sign * hillAt(grid, values, index)
  const place = refine(start, scorer(grid, exact))
  const spheres = spheresAt(grid, place)
  const seen = standingOut(grid, exact, place)
  if (seen < LEAST_SEEN)
    throw new InputError(
      'nema.not-found',
      `Only ${seen} of the six spheres of the NEMA IEC body phantom stand out in the image.`,
      'Give the places and inner diameters of the spheres (centreMm in LPS, innerDiameterMm).',
    )
  return {
    spheres,
    centreMm: indexToPatient(grid, place.index),
    turnDegrees: ((place.turn * 180) / Math.PI + 360) % 360,
    sense: place.sense,
  }
}

type Score = (place: Place) => number
type Hill = (index: Vec3) => number

/** Mean of the hills at the spheres, the larger ones more, less that between them. */
function scorer(grid: ImageGrid, hill: Hill): Score {
  const weights = NEMA_SPHERES.diametersMm.map((d) => d / 37)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return (place) => {
    let sum = 0
    for (let n = 0; n < weights.length; n++)
      sum += (weights[n]! / total) * hill(at(grid, place, n)) - hill(at(grid, place, n + 0.5)) / weights.length
    return sum
  }
}

/** Index coordinates of sphere n, or with n + ½ of the place between two. */
function at({ spacingMm }: ImageGrid, { index, turn, sense }: Place, n: number): Vec3 {
  const angle = turn + (sense * n * NEMA_SPHERES.stepDegrees * Math.PI) / 180
  const radius = NEMA_SPHERES.circleDiameterMm / 2
  return [
    index[0] + (radius * Math.cos(angle)) / spacingMm[0],
    index[1] + (radius * Math.sin(angle)) / spacingMm[1],
    index[2],
  ]
}

function spheresAt(grid: ImageGrid, place: Place): PhantomSphere[] {
  return NEMA_SPHERES.diametersMm.map((innerDiameterMm, n) => ({
    centreMm: indexToPatient(grid, at(grid, place, n)),
    innerDiameterMm,
  }))
}

function aroundHottest(grid: ImageGrid, hills: Float64Array, score: Score): Place {
  let hottest = 0
  for (let n = 1; n < hills.length; n++) if (hills[n]! > hills[hottest]!) hottest = n
  const [columns, rows] = grid.dimensions
  const top: Vec3 = [hottest % columns, Math.floor(hottest / columns) % rows, Math.floor(hottest / (columns * rows))]
  const radius = NEMA_SPHERES.circleDiameterMm / 2
  return best(
    turns().map(({ turn, sense }) => ({
      index: [
        top[0] - (radius * Math.cos(turn)) / grid.spacingMm[0],
        top[1] - (radius * Math.sin(turn)) / grid.spacingMm[1],
        top[2],
      ],
      turn,
      sense,
    })),
    score,
  )
}

/** Cold spheres are no hills of their own: the middle is looked for around that of the image, along all of it. */
function everywhere(grid: ImageGrid, score: Score): Place {
  const [columns, rows, slices] = grid.dimensions
  const places: Place[] = []
  for (let k = 0; k < slices; k += Math.max(1, Math.round(COLD.alongMm / grid.spacingMm[2])))
    for (let dj = -COLD.reachMm; dj <= COLD.reachMm; dj += COLD.stepMm)
      for (let di = -COLD.reachMm; di <= COLD.reachMm; di += COLD.stepMm)
        for (const { turn, sense } of turns())
          places.push({
            index: [(columns - 1) / 2 + di / grid.spacingMm[0], (rows - 1) / 2 + dj / grid.spacingMm[1], k],
            turn,
            sense,
          })
  return best(places, score)
}

function turns(): { readonly turn: number; readonly sense: 1 | -1 }[] {
  const list: { turn: number; sense: 1 | -1 }[] = []
  for (let degrees = 0; degrees < 360; degrees += TURN_STEP_DEGREES)
    for (const sense of [1, -1] as const) list.push({ turn: (degrees * Math.PI) / 180, sense })
  return list
}

function best(places: readonly Place[], score: Score): Place {
  let top = places[0]!
  let highest = -Infinity
  for (const place of places) {
    const value = score(place)
    if (value > highest) [top, highest] = [place, value]
  }
  return top
}

/** Steps along each coordinate, halved until they are a hundredth of a voxel. */
function refine(start: Place, score: Score): Place {
  let place = start
  let value = score(place)
  for (let step = 2; step > 0.01;) {
    const tried = [-step, step].flatMap((d): Place[] => [
      { ...place, index: [place.index[0] + d, place.index[1], place.index[2]] },
      { ...place, index: [place.index[0], place.index[1] + d, place.index[2]] },
      { ...place, index: [place.index[0], place.index[1], place.index[2] + d] },
      { ...place, turn: place.turn + d / 20 },
    ])
    const next = best(tried, score)
    const nextValue = score(next)
    if (nextValue > value) [place, value] = [next, nextValue]
    else step /= 2
  }
  return place
}

/** Spheres that are above both places beside them by a twentieth. */
function standingOut(grid: ImageGrid, hill: Hill, place: Place): number {
  const value = (n: number): number => hill(at(grid, place, n))
  return NEMA_SPHERES.diametersMm.filter((_, n) => {
    const beside = Math.max(value(n - 0.5), value(n + 0.5))
    return value(n) - beside > 0.05 * Math.abs(beside)
  }).length
}

/** 0 outside the image. */
function nearestValue({ dimensions }: ImageGrid, values: Float64Array, point: Vec3): number {
  const [i, j, k] = point.map(Math.round) as unknown as Vec3
  if (i < 0 || j < 0 || k < 0 || i >= dimensions[0] || j >= dimensions[1] || k >= dimensions[2]) return 0
  return values[(k * dimensions[1] + j) * dimensions[0] + i]!
}

/** The blurred image at a point between voxels: Gaussian weights of the voxels around it, which have no preference for voxel centres. */
function hillAt({ dimensions, spacingMm }: ImageGrid, values: Float32Array | Float64Array, point: Vec3): number {
  const sigmaMm = LOOK_FWHM_MM / FWHM_PER_SIGMA
  const [x, y, z] = ([0, 1, 2] as const).map((axis) => {
    const reach = (3 * sigmaMm) / spacingMm[axis]
    const first = Math.max(0, Math.ceil(point[axis] - reach))
    const last = Math.min(dimensions[axis] - 1, Math.floor(point[axis] + reach))
    const weights: number[] = []
    for (let n = first; n <= last; n++)
      weights.push(Math.exp(-(((n - point[axis]) * spacingMm[axis]) ** 2) / 2 / sigmaMm ** 2))
    return { first, weights }
  }) as unknown as [Weighted, Weighted, Weighted]
  let sum = 0
  let total = 0
  for (let k = 0; k < z.weights.length; k++)
    for (let j = 0; j < y.weights.length; j++) {
      const row = ((z.first + k) * dimensions[1] + y.first + j) * dimensions[0] + x.first
      const weight = z.weights[k]! * y.weights[j]!
      for (let i = 0; i < x.weights.length; i++) {
        sum += weight * x.weights[i]! * values[row + i]!
        total += weight * x.weights[i]!
      }
    }
  return total > 0 ? sum / total : 0
}

interface Weighted {
  readonly first: number
  readonly weights: readonly number[]
}
