/** Voxels of known curves, for the tests: drawn around a structure's shape, with Gaussian noise. */
import { RandomStream } from '../../statistics/index.ts'
import type { ExponentialTerm } from '../types.ts'
import type { VoxelModelId, VoxelSpread } from './types.ts'

const HOUR = 3600
export const LU177_RATE = Math.LN2 / (159.53 * HOUR)

export interface DrawnVoxels {
  readonly timesS: readonly number[]
  readonly values: Float32Array[]
  /** Of each voxel, without noise. */
  readonly integral: number[]
  readonly terms: (readonly ExponentialTerm[])[]
}

export interface DrawnStructure {
  readonly model: VoxelModelId
  readonly slowHours: number
  readonly fastHours: number
  readonly startShare: number
  readonly spread: VoxelSpread
}

/** A structure like a kidney after a 177Lu peptide. */
export const KIDNEY: DrawnStructure = {
  model: 'mono-exponential',
  slowHours: 45,
  fastHours: 4,
  startShare: 0.6,
  spread: { slowRate: 0.15, fastRate: 0.3, startShare: 0.3 },
}

export const rateOf = (hours: number): number => Math.LN2 / (hours * HOUR)

/** The curve of one voxel with working parameters `steps` standard deviations away from the structure's. */
function curveOf({ model, ...s }: DrawnStructure, size: number, steps: readonly number[]): ExponentialTerm[] {
  const [a = 0, b = 0, c = 0] = steps
  const slow = Math.max(LU177_RATE, rateOf(s.slowHours) * Math.exp(s.spread.slowRate * a))
  if (model === 'mono-exponential') return [{ amplitudeBq: size, effectiveRatePerS: slow }]
  const fast = slow + (rateOf(s.fastHours) - rateOf(s.slowHours)) * Math.exp(s.spread.fastRate * b)
  const logit = Math.log(s.startShare / (1 - s.startShare)) + s.spread.startShare * c
  const share = model === 'bi-exponential' ? 1 / (1 + Math.exp(-logit)) : 0
  return [
    { amplitudeBq: size * (1 - share), effectiveRatePerS: slow },
    { amplitudeBq: size * (2 * share - 1), effectiveRatePerS: fast },
  ]
}

export const structureTerms = (structure: DrawnStructure, size = 1): ExponentialTerm[] => curveOf(structure, size, [])

export const valueAt = (terms: readonly ExponentialTerm[], timeS: number): number =>
  terms.reduce((sum, term) => sum + term.amplitudeBq * Math.exp(-term.effectiveRatePerS * timeS), 0)

export const integralOf = (terms: readonly ExponentialTerm[]): number =>
  terms.reduce((sum, term) => sum + term.amplitudeBq / term.effectiveRatePerS, 0)

/** `noise`: share of the value, and absolute. Sizes lie from 5000 to 15000. */
export function drawVoxels(
  structure: DrawnStructure,
  timesHours: readonly number[],
  voxels: number,
  noise: { readonly fraction: number; readonly absolute: number },
  seed = 1,
): DrawnVoxels {
  const random = new RandomStream(seed)
  const timesS = timesHours.map((hours) => hours * HOUR)
  const values = timesS.map(() => new Float32Array(voxels))
  const terms: (readonly ExponentialTerm[])[] = []
  for (let voxel = 0; voxel < voxels; voxel++) {
    const curve = curveOf(structure, 5000 + 10_000 * random.uniform(), [
      random.normal(),
      random.normal(),
      random.normal(),
    ])
    terms.push(curve)
    for (const [image, timeS] of timesS.entries()) {
      const value = valueAt(curve, timeS)
      const sd = Math.hypot(noise.fraction * value, noise.absolute)
      ;(values[image] as Float32Array)[voxel] = value + (sd > 0 ? sd * random.normal() : 0)
    }
  }
  return { timesS, values, terms, integral: terms.map(integralOf) }
}
