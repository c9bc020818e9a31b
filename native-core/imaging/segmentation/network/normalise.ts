import { InputError } from '../../../errors/index.ts'
import type { Normalisation } from './types.ts'

/** Spread below which an image counts as uniform (as nnU-Net bounds its divisor). */
const SMALLEST_SPREAD = 1e-8

/**
 * The values as a network was trained with them. `window`: (min(max(v, lowest), highest) − mean) / standard deviation; `z-score` with mean and population
 * standard deviation of the values themselves.
 *
 * @throws InputError `network.image-not-finite`; `network.no-contrast` for a z-score of a uniform image.
 */
export function normalised(values: Float32Array, normalisation: Normalisation): Float32Array {
  for (let n = 0; n < values.length; n++) {
    if (Number.isFinite(values[n])) continue
    throw new InputError(
      'network.image-not-finite',
      `Voxel ${n} of the image is ${values[n]}, no finite number.`,
      'Check the image; a network would spread it over everything near.',
    )
  }
  if (normalisation.kind === 'none') return values.slice()
  if (normalisation.kind === 'window') {
    const { lowest, highest, mean, standardDeviation } = normalisation
    return values.map((value) => (Math.min(highest, Math.max(lowest, value)) - mean) / standardDeviation)
  }
  let mean = 0
  for (let n = 0; n < values.length; n++) mean += values[n]!
  mean /= values.length
  let squares = 0
  for (let n = 0; n < values.length; n++) squares += (values[n]! - mean) ** 2
  const spread = Math.sqrt(squares / values.length)
  if (spread > SMALLEST_SPREAD) return values.map((value) => (value - mean) / spread)
  throw new InputError(
    'network.no-contrast',
    'All voxels of the image have the same value.',
    'Choose the image that the network is made for.',
  )
}
