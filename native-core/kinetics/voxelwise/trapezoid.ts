/** Time-integrated activity voxel by voxel, from few images and without a fit in each voxel: trapezoids and a tail. */
import { CancelledError, InputError } from '../../errors/index.ts'
import { positivePercentile } from './percentile.ts'

export const VOXELWISE_VERSION = '1.0.0'

export interface VoxelwiseOptions {
  /**
   * What is taken from the injection to the first image. `physical-decay`: nothing moves, A(t) = A₁·exp(λ(t₁ − t)); `linear-rise`: from
   * nothing at the injection in a straight line.
   */
  readonly beforeFirst: 'physical-decay' | 'linear-rise'
  /** Voxels whose mean over the images is below this share of the 99.5th percentile follow the curve of the whole image. */
  readonly negligibleShare: number
  /** After the last image no voxel falls faster than by this factor over the time between the last two images. */
  readonly steepestFall: number
}

/** Designed, not taken from a publication: see each option. */
export const DEFAULT_VOXELWISE: VoxelwiseOptions = {
  beforeFirst: 'physical-decay',
  negligibleShare: 0.02,
  steepestFall: 10,
}

export interface VoxelwiseRequest {
  /** Start of each image after the injection, s: ascending, positive. */
  readonly timesS: readonly number[]
  /** Activity concentration of each image on one grid, Bq/mL, not decay-corrected; NaN where it was not imaged. */
  readonly activityPerMl: readonly Float32Array[]
  /** Decay constant of the nuclide, 1/s. */
  readonly physicalRatePerS: number
  readonly options?: Partial<VoxelwiseOptions>
  /** Asked now and then with 0 to 1; false cancels. */
  readonly progress?: (fraction: number) => boolean
}

export interface VoxelwiseResult {
  /** Bq·s/mL, not negative. */
  readonly tiaPerMl: Float32Array
  /** Of the whole image (voxels that all images hold), by the same rule: TIA over the sum of the image means, s. */
  readonly wholeImageShapeS: number
  /** Voxels that followed the whole image, those that no image holds, those set to zero because their TIA was negative. */
  readonly negligibleVoxels: number
  readonly unseenVoxels: number
  readonly negativeVoxels: number
  /** Share of the map's TIA before the first and after the last image, as extrapolated. */
  readonly shareBefore: number
  readonly shareAfter: number
}

/**
 * TIA of each voxel, Bq·s/mL. Between images the trapezoidal rule, linear where activity rises and logarithmic where it falls (exact for
 * a single exponential; Purves, J Pharmacokinet Biopharm 20 (1992) 211). After the last image a single exponential with the rate of
 * the last two, not slower than physical decay and not faster than `steepestFall`. Before the first as `beforeFirst` says. Voxels of
 * negligible activity, whose own rates are noise, take the shape of the whole image: linear in their values, so unbiased by noise.
 * Images that do not hold a voxel are passed over for it.
 *
 * @throws InputError `tia.times`, `tia.images` for times that are not ascending and positive, or maps that differ in size; CancelledError.
 */
export function integrateVoxels(request: VoxelwiseRequest): VoxelwiseResult {
  const { timesS, activityPerMl, physicalRatePerS } = request
  const options = { ...DEFAULT_VOXELWISE, ...request.options }
  check(request, options)
  const n = activityPerMl[0]?.length ?? 0
  const images = activityPerMl.length
  const whole = wholeImage(activityPerMl)
  const rule = curveIntegrator(timesS, physicalRatePerS, options)
  const wholeSum = whole.reduce((sum, one) => sum + one, 0)
  const physicalShape = timesS.map((timeS) => Math.exp(-physicalRatePerS * timeS))
  const shapeOf = (curve: readonly number[]): number => {
    const parts = rule(curve, 0)
    return (parts.before + parts.between + parts.after) / curve.reduce((sum, one) => sum + one, 0)
  }
  // An image without activity has no shape; then physical decay has the word.
  const wholeImageShapeS = shapeOf(wholeSum > 0 ? whole : physicalShape)
  const threshold = options.negligibleShare * percentile(activityPerMl, 0.995)

  const tiaPerMl = new Float32Array(n)
  const curve = new Float64Array(images)
  const counts = { negligible: 0, unseen: 0, negative: 0 }
  const sums = { before: 0, after: 0, total: 0 }
  for (let voxel = 0; voxel < n; voxel++) {
    if ((voxel & 0xffff) === 0 && request.progress?.(voxel / n) === false) throw new CancelledError('The integration')
    let seen = 0
    let sum = 0
    for (let image = 0; image < images; image++) {
      const value = (activityPerMl[image] as Float32Array)[voxel] as number
      curve[image] = value
      if (Number.isNaN(value)) continue
      seen++
      sum += value
    }
    if (seen === 0) {
      counts.unseen++
      continue
    }
    if (sum / seen < threshold) {
      counts.negligible++
      // Of images that do not hold the voxel the whole image's share is left out too.
      const expected =
        seen === images ? wholeSum : whole.reduce((s, one, at) => (Number.isNaN(curve[at]) ? s : s + one), 0)
      const tia = expected > 0 ? (sum / expected) * wholeSum * wholeImageShapeS : sum * wholeImageShapeS
      if (tia < 0) counts.negative++
      else {
        tiaPerMl[voxel] = tia
        sums.total += tia
      }
      continue
    }
    const parts = rule(curve, seen)
    const tia = parts.before + parts.between + parts.after
    tiaPerMl[voxel] = tia
    sums.before += parts.before
    sums.after += parts.after
    sums.total += tia
  }
  return {
    tiaPerMl,
    wholeImageShapeS,
    negligibleVoxels: counts.negligible,
    unseenVoxels: counts.unseen,
    negativeVoxels: counts.negative,
    shareBefore: sums.total > 0 ? sums.before / sums.total : 0,
    shareAfter: sums.total > 0 ? sums.after / sums.total : 0,
  }
}

interface Parts {
  before: number
  between: number
  after: number
}

/** The rule for one curve; values that are NaN are passed over, negative ones count as nothing. The answer is reused: read it at once. */
function curveIntegrator(
  timesS: readonly number[],
  rate: number,
  options: VoxelwiseOptions,
): (curve: ArrayLike<number>, seen: number) => Readonly<Parts> {
  const parts: Parts = { before: 0, between: 0, after: 0 }
  return (curve) => {
    parts.before = parts.between = parts.after = 0
    let lastTime = NaN
    let last = 0
    let tailRate = rate
    for (let at = 0; at < timesS.length; at++) {
      const raw = curve[at] as number
      if (Number.isNaN(raw)) continue
      const value = Math.max(0, raw)
      const time = timesS[at] as number
      if (Number.isNaN(lastTime)) {
        parts.before = value * (options.beforeFirst === 'linear-rise' ? time / 2 : Math.expm1(rate * time) / rate)
      } else {
        const span = time - lastTime
        parts.between += trapezoid(last, value, span)
        const fall = value > 0 && last > 0 ? Math.log(last / value) / span : value > 0 ? rate : Infinity
        tailRate = Math.max(rate, Math.min(fall, Math.log(options.steepestFall) / span))
      }
      last = value
      lastTime = time
    }
    parts.after = last / tailRate
    return parts
  }
}

/** Integral between two values over `span`: straight where it rises, exponential where it falls. */
function trapezoid(from: number, to: number, span: number): number {
  if (!(to > 0) || to >= from) return ((from + to) / 2) * span
  const x = Math.log(from / to)
  // (from − to)/x without cancellation where both are nearly equal.
  return (to * span * Math.expm1(x)) / x
}

/** Mean of each image over the voxels that all of them hold. */
function wholeImage(maps: readonly Float32Array[]): number[] {
  const n = maps[0]?.length ?? 0
  const sums = maps.map(() => 0)
  let count = 0
  for (let voxel = 0; voxel < n; voxel++) {
    if (maps.some((map) => Number.isNaN(map[voxel]))) continue
    count++
    for (let image = 0; image < maps.length; image++)
      (sums[image] as number) += (maps[image] as Float32Array)[voxel] as number
  }
  return sums.map((sum) => (count > 0 ? sum / count : 0))
}

/** Percentile of the voxels' mean over the images that hold them. */
function percentile(maps: readonly Float32Array[], share: number): number {
  const meanOf = (voxel: number): number => {
    let sum = 0
    let seen = 0
    for (const map of maps) {
      const value = map[voxel] as number
      if (Number.isNaN(value)) continue
      sum += value
      seen++
    }
    return seen > 0 ? sum / seen : 0
  }
  return positivePercentile(meanOf, maps[0]?.length ?? 0, share)
}

function check({ timesS, activityPerMl, physicalRatePerS }: VoxelwiseRequest, options: VoxelwiseOptions): void {
  const ascending = timesS.every(
    (time, at) => Number.isFinite(time) && time > (at === 0 ? 0 : (timesS[at - 1] as number)),
  )
  if (timesS.length === 0 || !ascending)
    throw new InputError(
      'tia.times',
      `The images' times after the injection are ${timesS.join(', ') || 'none'} s.`,
      'They must be positive and ascending: check the time of administration.',
    )
  const sizes = new Set(activityPerMl.map((map) => map.length))
  if (activityPerMl.length !== timesS.length || sizes.size !== 1)
    throw new InputError(
      'tia.images',
      `There are ${timesS.length} times and ${activityPerMl.length} activity maps of ${[...sizes].join(', ')} voxels.`,
      'Bring each image to one grid.',
    )
  if (!(physicalRatePerS > 0) || !Number.isFinite(physicalRatePerS))
    throw new InputError(
      'tia.nuclide',
      `The decay constant is ${physicalRatePerS} 1/s.`,
      'Choose a radioactive nuclide.',
    )
  if (!(options.negligibleShare >= 0 && options.negligibleShare < 1) || !(options.steepestFall > 1))
    throw new InputError(
      'tia.options',
      `The negligible share is ${options.negligibleShare}, the steepest fall ${options.steepestFall}.`,
      'The share lies from 0 to below 1, the fall above 1.',
    )
  for (const [at, map] of activityPerMl.entries())
    if (map.some((value) => value === Infinity || value === -Infinity))
      throw new InputError(
        'tia.images',
        `The activity map at ${timesS[at]} s has a voxel that is infinite.`,
        'Check the image; such voxels cannot be integrated.',
      )
}
