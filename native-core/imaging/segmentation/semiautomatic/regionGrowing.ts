/** Region growing from a seed: what is connected with it and alike. */
import { InputError } from '../../../errors/index.ts'
import type { Vec3 } from '../../types.ts'
import { quantity, seedIn, valuesIn } from './place.ts'
import { step } from './step.ts'
import { coverageBetween } from './threshold.ts'
import type { Found, RegionGrowingAsk, SegmentationControl, SegmentationImage } from './types.ts'

const MOST_ROUNDS = 50

/**
 * `tolerance`: the piece at the seed whose values differ from that at the seed by at most so much. `statistics`: the
 * piece within the mean ± so many standard deviations, both first those of a ball about the seed and then those of the
 * region that came out, until it does not change ("confidence connected", Ibáñez et al., The ITK Software Guide,
 * chapter Region Growing). Errors: InputError `segmentation.threshold`, `segmentation.no-spread`,
 * `segmentation.seed-outside`; CancelledError.
 */
export function regionGrowing(image: SegmentationImage, ask: RegionGrowingAsk, control: SegmentationControl): Found {
  const { box, rule } = ask
  const seed = seedIn(image, box, ask.seedMm)
  const values = valuesIn(image, box)
  if (rule.kind === 'tolerance') {
    if (!(rule.tolerance > 0) || !Number.isFinite(rule.tolerance)) throw refused('The tolerance must be more than 0.')
    const here = values[seed]!
    const [from, to] = [here - rule.tolerance, here + rule.tolerance]
    return {
      coverage: coverageBetween(image, box, from, to),
      pieceAt: seed,
      parameters: { tolerance: rule.tolerance, valueAtSeed: here, from, to },
      description: `region grown from ${quantity(here, image.unit)} with a tolerance of ${quantity(rule.tolerance, image.unit)}`,
      remarks: [],
    }
  }
  const { standardDeviations: k, startRadiusMm } = rule
  if (!(k > 0) || !(startRadiusMm > 0)) throw refused('Standard deviations and start radius must be more than 0.')
  let region: number[] = ballAbout(seed, box.size, image.grid.spacingMm, startRadiusMm)
  let limits = { from: NaN, to: NaN, mean: NaN, sd: NaN }
  let settled = false
  for (let round = 0; round < MOST_ROUNDS && !settled; round++) {
    step(control, round / MOST_ROUNDS)
    limits = limitsOf(region, values, k)
    if (region.every((n) => values[n] === values[region[0]!]))
      throw new InputError(
        'segmentation.no-spread',
        'The values around the seed are all the same: they tell no spread to grow by.',
        'Grow with a tolerance instead.',
      )
    const next = connected(seed, values, box.size, limits.from, limits.to)
    if (next.length === 0) throw round === 0 ? seedApart(values[seed]!, image.unit, k) : ranOut(k)
    settled = next.length === region.length && round > 0
    region = next
  }
  return {
    coverage: coverageBetween(image, box, limits.from, limits.to),
    pieceAt: seed,
    parameters: { standardDeviations: k, startRadiusMm, ...limits, settled },
    description: `region grown within ${k} standard deviations of its own mean: ${quantity(limits.mean, '')} ± ${k} · ${quantity(limits.sd, image.unit)}`,
    remarks: settled ? [] : [`It did not settle within ${MOST_ROUNDS} rounds: the last one is given.`],
  }
}

const seedApart = (here: number, unit: string, k: number): InputError =>
  new InputError(
    'segmentation.nothing-found',
    `The value at the seed (${quantity(here, unit)}) is not within ${k} standard deviations of the mean around it.`,
    'Move the seed, or allow more standard deviations.',
  )

/** Each round took in a little of the blurred edge, until the surroundings were the larger part. */
const ranOut = (k: number): InputError =>
  new InputError(
    'segmentation.ran-out',
    `With ${k} standard deviations the region ran out into its surroundings: its edge is too soft for its spread.`,
    'Allow fewer standard deviations, or use a tolerance, a threshold or the steepest edge.',
  )

const refused = (why: string): InputError =>
  new InputError('segmentation.threshold', why, 'Give other numbers for growing.')

function limitsOf(region: readonly number[], values: Float32Array, k: number) {
  let mean = 0
  for (const n of region) mean += values[n]! / region.length
  let squares = 0
  for (const n of region) squares += (values[n]! - mean) ** 2
  const sd = Math.sqrt(squares / region.length)
  return { from: mean - k * sd, to: mean + k * sd, mean, sd }
}

function ballAbout(centre: number, [nx, ny, nz]: Vec3, s: Vec3, radiusMm: number): number[] {
  const c = [centre % nx, Math.floor(centre / nx) % ny, Math.floor(centre / (nx * ny))] as const
  const found: number[] = []
  for (let n = 0; n < nx * ny * nz; n++) {
    const d = Math.hypot(
      ((n % nx) - c[0]) * s[0],
      ((Math.floor(n / nx) % ny) - c[1]) * s[1],
      (Math.floor(n / (nx * ny)) - c[2]) * s[2],
    )
    if (d <= radiusMm) found.push(n)
  }
  return found
}

/** The voxels within the limits that the seed reaches through faces; none where the seed is not. */
function connected(seed: number, values: Float32Array, [nx, ny, nz]: Vec3, from: number, to: number): number[] {
  const isIn = (n: number): boolean => values[n]! >= from && values[n]! <= to
  if (!isIn(seed)) return []
  const seen = new Uint8Array(values.length)
  const found = [seed]
  seen[seed] = 1
  const visit = (n: number): void => {
    if (seen[n] === 1 || !isIn(n)) return
    seen[n] = 1
    found.push(n)
  }
  const slice = nx * ny
  for (let next = 0; next < found.length; next++) {
    const n = found[next]!
    const [x, y, z] = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / slice)]
    if (x > 0) visit(n - 1)
    if (x < nx - 1) visit(n + 1)
    if (y > 0) visit(n - nx)
    if (y < ny - 1) visit(n + nx)
    if (z > 0) visit(n - slice)
    if (z < nz - 1) visit(n + slice)
  }
  return found
}
