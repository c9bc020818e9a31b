/** Thresholds that follow the uptake: a part of the highest value, or of the contrast to what lies around. */
import { InputError } from '../../../errors/index.ts'
import type { Vec3, VoxelBox } from '../../types.ts'
import { islandAt } from '../manual/islands.ts'
import type { CoverageBox } from '../manual/types.ts'
import { backgroundOf } from './background.ts'
import { placeIn } from '../manual/boxes.ts'
import { PEAK_RADIUS_MM, peakIn } from './peak.ts'
import { indexOfLargest, percent, quantity, seedIn, valuesIn } from './place.ts'
import { coverageBetween } from './threshold.ts'
import type { Background, Found, RelativeThresholdAsk, SegmentationImage } from './types.ts'

/**
 * A shell is measured around what a threshold gives, which depends on it: so often at most, and until it moves by less
 * than this part of the contrast.
 */
const MOST_ROUNDS = 20
const SETTLED = 1e-3
/** Of the values themselves: what single precision cannot tell from none. */
const LEAST_CONTRAST = 1e-6

export interface Reference {
  readonly kind: 'maximum' | 'peak'
  readonly value: number
  /** Place in the box. */
  readonly at: number
  readonly words: string
}

/**
 * The highest value about which a region is taken: of the box, or with a seed that of the uptake which holds it, found
 * by going uphill, so that another, hotter one in the box is not taken for it.
 */
export function referenceOf(
  image: SegmentationImage,
  { box, seedMm, of }: Pick<RelativeThresholdAsk, 'box' | 'seedMm' | 'of'>,
  values: Float32Array,
): Reference {
  const climbed = seedMm === null ? null : summitFrom(values, box, image.grid.spacingMm, seedIn(image, box, seedMm))
  if (of === 'maximum') {
    const at = climbed ?? indexOfLargest(values)
    return { kind: of, value: values[at]!, at, words: `the maximum of ${quantity(values[at]!, image.unit)}` }
  }
  const isNear = climbed === null ? undefined : within(image, box, climbed)
  const peak = peakIn(image, box, isNear)
  const words = `the 1 mL peak of ${quantity(peak.value, image.unit)}`
  return { kind: of, value: peak.value, at: placeIn(box, peak.at), words }
}

/**
 * The voxel that the way uphill from a voxel ends at: each step goes to the largest voxel in a ball of 1 mL, so that
 * noise does not hold it.
 */
function summitFrom(values: Float32Array, { size }: VoxelBox, spacingMm: Vec3, from: number): number {
  const [nx, ny, nz] = size
  const [rx, ry, rz] = spacingMm.map((mm) => Math.max(1, Math.floor(PEAK_RADIUS_MM / mm))) as unknown as Vec3
  const isNear = (a: number, b: number, c: number): boolean =>
    Math.abs(a) + Math.abs(b) + Math.abs(c) === 1 ||
    Math.hypot(a * spacingMm[0], b * spacingMm[1], c * spacingMm[2]) <= PEAK_RADIUS_MM
  for (let n = from; ;) {
    const [x, y, z] = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]
    let best = n
    for (let c = Math.max(0, z - rz); c <= Math.min(nz - 1, z + rz); c++)
      for (let b = Math.max(0, y - ry); b <= Math.min(ny - 1, y + ry); b++)
        for (let a = Math.max(0, x - rx); a <= Math.min(nx - 1, x + rx); a++) {
          const next = a + nx * (b + ny * c)
          if (values[next]! > values[best]! && isNear(a - x, b - y, c - z)) best = next
        }
    if (best === n) return n
    n = best
  }
}

/** Whether a voxel's centre lies within a ball of 1 mL about another's. */
function within({ grid }: SegmentationImage, { size }: VoxelBox, centre: number): (n: number) => boolean {
  const place = (n: number): number[] => [
    n % size[0],
    Math.floor(n / size[0]) % size[1],
    Math.floor(n / (size[0] * size[1])),
  ]
  const c = place(centre)
  return (n) =>
    Math.hypot(...place(n).map((index, axis) => (index - c[axis]!) * grid.spacingMm[axis]!)) <= PEAK_RADIUS_MM
}

/** The piece above a level that holds a voxel of the box; nothing where that voxel does not reach it. */
export function pieceAbove(image: SegmentationImage, box: VoxelBox, level: number, at: number): CoverageBox {
  return islandAt(image.grid, { box, coverage: coverageBetween(image, box, level) }, at)
}

/**
 * A threshold that depends on the background, and a background that is measured around what the threshold gives: both
 * until they agree. `levelOf` answers with the threshold for a background. Throws InputError `segmentation.background`
 * and `segmentation.no-contrast`.
 */
export function settle(
  image: SegmentationImage,
  box: VoxelBox,
  values: Float32Array,
  reference: Reference,
  background: Background,
  levelOf: (background: number) => number,
): { readonly level: number; readonly background: number; readonly words: string; readonly settled: boolean } {
  let level = levelOf(lowQuartile(values))
  let last = NaN
  for (let round = 0; ; round++) {
    const piece = pieceAbove(image, box, level, reference.at)
    const { value, words } = backgroundOf(image, box, values, piece, background)
    if (!(reference.value - value > LEAST_CONTRAST * Math.max(Math.abs(value), Math.abs(reference.value))))
      throw new InputError(
        'segmentation.no-contrast',
        `There is no contrast: ${reference.words} does not exceed ${words}.`,
        'Choose a place with more uptake than around it.',
      )
    level = levelOf(value)
    const settled = Math.abs(value - last) <= SETTLED * (reference.value - value)
    if (background.kind === 'given' || settled || round === MOST_ROUNDS)
      return { level, background: value, words, settled: background.kind === 'given' || settled }
    last = value
  }
}

/** Enough values to know a quartile by. */
const SAMPLE = 20_000

/**
 * The lower quartile of a box: a first guess of its background, if the structure fills less than three quarters of it.
 */
function lowQuartile(values: Float32Array): number {
  const stride = Math.ceil(values.length / SAMPLE)
  const sample = values.filter((_, n) => n % stride === 0).sort()
  return sample[sample.length >> 2]!
}

/** What is said where `settle` did not. */
export const notSettled = (settled: boolean): string[] =>
  settled ? [] : [`Threshold and background did not agree within ${MOST_ROUNDS} rounds: the last is given.`]

/**
 * A part p of the highest value: T = p · reference, or with a background T = p · (reference − background) + background.
 * `reference` is the largest voxel or the 1 mL peak; with a seed, of the uptake that holds it. Errors: InputError
 * `segmentation.threshold`, `segmentation.no-contrast`, `segmentation.background`, `segmentation.peak`,
 * `segmentation.seed-outside`.
 */
export function relativeThreshold(image: SegmentationImage, ask: RelativeThresholdAsk): Found {
  const { box, part } = ask
  if (!(part > 0 && part < 1))
    throw new InputError(
      'segmentation.threshold',
      'A relative threshold lies between 0 and 100 % of the highest value.',
      'Give for example 0.41.',
    )
  const values = valuesIn(image, box)
  const reference = referenceOf(image, ask, values)
  if (!(reference.value > 0) && ask.background === null)
    throw new InputError(
      'segmentation.no-contrast',
      'The image has no value above 0 in the box: there is nothing to take a part of.',
      'Choose another box.',
    )
  const found =
    ask.background === null
      ? { level: part * reference.value, background: null, words: '', settled: true }
      : settle(
          image,
          box,
          values,
          reference,
          ask.background,
          (background) => part * (reference.value - background) + background,
        )
  return {
    coverage: coverageBetween(image, box, found.level),
    pieceAt: ask.isConnected || ask.seedMm !== null ? reference.at : null,
    parameters: {
      part,
      of: reference.kind,
      reference: reference.value,
      threshold: found.level,
      ...(found.background === null ? {} : { background: found.background }),
    },
    description: `threshold of ${quantity(found.level, image.unit)}: ${percent(part)} of ${found.background === null ? '' : 'the contrast of '}${reference.words}${found.background === null ? '' : ` to ${found.words}`}`,
    remarks: notSettled(found.settled),
  }
}
