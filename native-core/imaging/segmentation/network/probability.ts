import { InputError } from '../../../errors/index.ts'
import type { NetworkDescription } from './types.ts'

/** How far beyond 0 and 1 rounding may take what a network calls a probability. */
const ROUNDING = 1e-3

/**
 * Probabilities of the voxels of one plane in place: `values` holds `count` voxels of each channel, channel after channel. Softmax
 * exp(l_c − max l) / Σ exp(l_k − max l), or the logistic function.
 *
 * @throws InputError `network.not-probabilities` where the network is said to answer with probabilities and does not.
 */
export function toProbabilities(
  values: Float32Array,
  count: number,
  { activation, channels }: NetworkDescription['output'],
): void {
  if (activation === 'sigmoid') {
    for (let n = 0; n < values.length; n++) values[n] = 1 / (1 + Math.exp(-values[n]!))
    return
  }
  if (activation === 'none') {
    const strange = values.find((value) => value < -ROUNDING || value > 1 + ROUNDING)
    if (strange === undefined) return
    throw new InputError(
      'network.not-probabilities',
      `The network answered ${strange}, which is no probability, although "output.activation" is "none".`,
      'Say in its description whether softmax or sigmoid makes probabilities of its answer.',
    )
  }
  for (let n = 0; n < count; n++) {
    let largest = -Infinity
    for (let c = 0; c < channels; c++) largest = Math.max(largest, values[c * count + n]!)
    let sum = 0
    for (let c = 0; c < channels; c++) sum += values[c * count + n] = Math.exp(values[c * count + n]! - largest)
    for (let c = 0; c < channels; c++) values[c * count + n]! /= sum
  }
}

/** The two largest probabilities of a voxel, and the channel that has the largest. */
export function largestTwo(
  values: Float32Array,
  count: number,
  n: number,
  channels: number,
): { readonly best: number; readonly first: number; readonly second: number } {
  let best = 0
  let first = -Infinity
  let second = -Infinity
  for (let c = 0; c < channels; c++) {
    const value = values[c * count + n]!
    if (value > first) {
      second = first
      first = value
      best = c
    } else if (value > second) second = value
  }
  return { best, first, second }
}
