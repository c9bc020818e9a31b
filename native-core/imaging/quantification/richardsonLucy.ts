/** Richardson–Lucy deconvolution of an image with a Gaussian point spread function. */
import { CancelledError, InputError } from '../../errors/index.ts'
import { voxelCount } from '../grid.ts'
import type { ImageGrid } from '../types.ts'
import { continued, cropped, embedded } from './edges.ts'
import { gaussianBlur, kernelReach } from './gaussianBlur.ts'
import type { GaussianPsf } from './gaussianBlur.ts'

/** More than this part of the counts below zero is no image of counts, and is told. */
const NEGATIVE_SHARE_TOLD = 0.01
/** More than this change of the total in the image is told: activity lies at its edge. */
const EDGE_SHARE_TOLD = 0.01

export interface RichardsonLucyOptions {
  /** Called with 0 to 1 after each iteration; CancelledError where it returns false. */
  readonly progress?: (fraction: number) => boolean
}

export interface Deconvolved {
  readonly values: Float32Array
  /** Σ of the negative voxels, which are set to zero before, over Σ of the positive ones. */
  readonly negativeShare: number
  /** Root mean square of (image − blurred result) over that of the image: what the result does not explain. */
  readonly residualShare: number
  /** Σ of voxels, of the image without its negative voxels and of the result. They differ by what is blurred over the edges. */
  readonly totalBefore: number
  readonly totalAfter: number
  readonly remarks: readonly string[]
}

/**
 * x ← x/(Hᵀ1) · Hᵀ(y / Hx), from x = y on, H being the blur (Richardson, J Opt Soc Am 62 (1972) 55; Lucy, Astron J 79 (1974) 745; for
 * emission images Erlandsson et al., Phys Med Biol 57 (2012) R119). The result is nowhere negative. x goes beyond the edges of the image as
 * far as the blur reaches, and H ends at them: what lies outside and is seen inside, and what lies inside and is blurred over the edge, are
 * found from the image too (Bertero & Boccacci, Astron Astrophys 437 (2005) 369). Each iteration keeps Σ (Hᵀ1)·x = Σ y, which is the total
 * wherever nothing is near the edges; a uniform image stays as it is.
 *
 * Noise grows with the iterations and edges overshoot (Gibbs): means over structures gain, single voxels do not.
 *
 * @param values one number per voxel of `grid`, x fastest, in any unit
 * @throws InputError `rl.iterations`, `rl.size`, `rl.not-finite`, `rl.nothing`, `psf.width`
 */
export function richardsonLucy(
  grid: ImageGrid,
  values: Float32Array | Float64Array,
  { fwhmMm }: GaussianPsf,
  iterations: number,
  options: RichardsonLucyOptions = {},
): Deconvolved {
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new InputError('rl.iterations', `${iterations} iterations cannot be done.`, 'Give a whole number above 0.')
  const { image, negativeShare, total } = withoutNegatives(grid, values)
  const reach = kernelReach({ fwhmMm }, grid.spacingMm)
  const margins = { before: reach, after: reach }
  const start = continued(image, grid.dimensions, margins)
  const blur = (of: Float64Array): Float64Array => gaussianBlur(of, start.dimensions, grid.spacingMm, fwhmMm, 'nothing')
  const seen = (of: Float64Array): Float64Array => cropped({ ...start, values: blur(of) }, margins)
  const isSeen = embedded(new Float64Array(image.length).fill(1), start, margins)
  const sensitivity = blur(isSeen)
  const wide = start.values
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const ratio = seen(wide)
    for (let n = 0; n < ratio.length; n++) ratio[n] = ratio[n]! > 0 ? image[n]! / ratio[n]! : 0
    const correction = blur(embedded(ratio, start, margins))
    for (let n = 0; n < wide.length; n++)
      wide[n] = sensitivity[n]! > 0 ? (wide[n]! * correction[n]!) / sensitivity[n]! : 0
    if (options.progress && !options.progress(iteration / iterations)) throw new CancelledError('The deconvolution')
  }
  const estimate = cropped(start, margins)
  const again = seen(wide)
  let misfit = 0
  let power = 0
  for (let n = 0; n < image.length; n++) {
    misfit += (image[n]! - again[n]!) ** 2
    power += image[n]! ** 2
  }
  const totalAfter = estimate.reduce((sum, value) => sum + value, 0)
  return {
    values: Float32Array.from(estimate),
    negativeShare,
    residualShare: Math.sqrt(misfit / power),
    totalBefore: total,
    totalAfter,
    remarks: [
      ...(negativeShare > NEGATIVE_SHARE_TOLD
        ? [
            `${(100 * negativeShare).toFixed(1)} % of the image's total was below zero and was set to zero before deconvolution.`,
          ]
        : []),
      ...(Math.abs(totalAfter / total - 1) > EDGE_SHARE_TOLD
        ? [
            `Activity at the edges of the image: its total is ${(100 * Math.abs(totalAfter / total - 1)).toFixed(1)} % ${totalAfter > total ? 'larger' : 'smaller'} after deconvolution, by what is blurred over the edges.`,
          ]
        : []),
    ],
  }
}

function withoutNegatives(
  grid: ImageGrid,
  values: Float32Array | Float64Array,
): { readonly image: Float64Array; readonly negativeShare: number; readonly total: number } {
  if (values.length !== voxelCount(grid))
    throw new InputError(
      'rl.size',
      `The image has ${values.length} voxels, its grid ${voxelCount(grid)}.`,
      'Read the image again.',
    )
  const image = new Float64Array(values.length)
  let total = 0
  let negative = 0
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!
    if (!Number.isFinite(value))
      throw new InputError(
        'rl.not-finite',
        `Voxel ${n} of the image is ${value}: deconvolution would spread it.`,
        'Look at the image; export it again.',
      )
    if (value > 0) {
      image[n] = value
      total += value
    } else negative -= value
  }
  if (total === 0)
    throw new InputError('rl.nothing', 'The image holds nothing above zero.', 'Choose the image with the activity.')
  return { image, negativeShare: negative / total, total }
}
