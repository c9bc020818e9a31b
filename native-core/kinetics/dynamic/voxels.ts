/** A dynamic scan voxel by voxel: what all parametric images share. */
import { CancelledError, InputError } from '../../errors/index.ts'
import { frameWeights } from './weights.ts'
import type { FrameCurve, FrameSchedule, FrameWeighting } from './types.ts'

export interface VoxelFrames {
  readonly schedule: FrameSchedule
  /** Each frame's voxels, in any one unit and state of decay correction. */
  readonly frames: readonly Float32Array[]
  /** What brings each frame to Bq/mL, decay-corrected to the administration. */
  readonly factors: readonly number[]
  /** What is then taken off each frame, Bq/mL, decay-corrected alike: the blood in the voxels. Left out: nothing. */
  readonly offsets?: readonly number[]
  /** Only voxels that are not zero here; null: all. */
  readonly mask: Uint8Array | null
  /** Asked now and then with 0 to 1; false cancels. */
  readonly progress?: (fraction: number) => boolean
}

export interface ParametricMap {
  readonly name: string
  readonly title: string
  readonly unit: string
  /** NaN outside the mask and where the model has no answer. */
  readonly values: Float32Array
}

export interface ParametricMaps {
  readonly maps: readonly ParametricMap[]
  /** Voxels that were asked for, and those of them without an answer. */
  readonly voxels: number
  readonly unanswered: number
  readonly remarks: readonly string[]
}

/** Voxels between two looks at `progress`: a compartment model takes up to a millisecond for each. */
const LOOK = 0x7f

/** What a model answers for one voxel's curve: fills `out` in the order of the maps; false where it has none. */
export type VoxelModel = (curve: Float64Array, out: Float64Array) => boolean

/**
 * Runs a model over the voxels.
 *
 * @throws InputError `dynamic.voxels` for frames, factors or a mask of other sizes, CancelledError.
 */
export function parametricMaps(
  scan: VoxelFrames,
  maps: readonly Omit<ParametricMap, 'values'>[],
  model: VoxelModel,
): ParametricMaps {
  checkVoxels(scan)
  const size = scan.frames[0]?.length ?? 0
  const values = maps.map(() => new Float32Array(size).fill(NaN))
  return madeMaps(maps, values, fillMaps(scan, model, values, [0, size]))
}

/** Voxels that were asked for, and those of them without an answer. */
export type VoxelCounts = Pick<ParametricMaps, 'voxels' | 'unanswered'>

/**
 * Runs a model over the voxels `from` (inclusive) to `to` (exclusive) into maps that are NaN. A voxel's answer depends on itself alone, so any division
 * into ranges gives the same bits.
 *
 * @throws CancelledError where `progress` (of this range) answers false
 */
export function fillMaps(
  { frames, factors, offsets, mask, progress }: VoxelFrames,
  model: VoxelModel,
  values: readonly Float32Array[],
  [from, to]: readonly [number, number],
): VoxelCounts {
  const curve = new Float64Array(frames.length)
  const out = new Float64Array(values.length)
  let [voxels, unanswered] = [0, 0]
  for (let v = from; v < to; v++) {
    if (((v - from) & LOOK) === 0 && progress?.((v - from) / (to - from)) === false)
      throw new CancelledError('The parametric image')
    if (mask && mask[v] === 0) continue
    voxels++
    for (let f = 0; f < frames.length; f++)
      curve[f] = ((frames[f] as Float32Array)[v] as number) * (factors[f] as number) - (offsets?.[f] ?? 0)
    if (!model(curve, out) || !out.every(Number.isFinite)) {
      unanswered++
      continue
    }
    for (let m = 0; m < values.length; m++) (values[m] as Float32Array)[v] = out[m] as number
  }
  return { voxels, unanswered }
}

/** Filled maps with what is to be said of them. */
export function madeMaps(
  maps: readonly Omit<ParametricMap, 'values'>[],
  values: readonly Float32Array[],
  { voxels, unanswered }: VoxelCounts,
): ParametricMaps {
  return {
    maps: maps.map((map, m) => ({ ...map, values: values[m] as Float32Array })),
    voxels,
    unanswered,
    remarks:
      unanswered > 0
        ? [
            `${unanswered} of ${voxels} voxels have no answer and are NaN: no activity, or a curve that the model cannot follow.`,
          ]
        : [],
  }
}

/** Mean of the voxels asked for in each frame. @throws InputError `dynamic.voxels`. */
export function meanCurve(scan: VoxelFrames): FrameCurve {
  checkVoxels(scan)
  const { frames, factors, offsets, mask, schedule } = scan
  const concentrationBqPerMl = frames.map((frame, f) => {
    let [sum, count] = [0, 0]
    for (let v = 0; v < frame.length; v++) {
      if (mask && mask[v] === 0) continue
      const value = frame[v] as number
      if (!Number.isFinite(value)) continue
      sum += value
      count++
    }
    return count > 0 ? (sum / count) * (factors[f] as number) - (offsets?.[f] ?? 0) : 0
  })
  return { label: 'The mean of the voxels', schedule, concentrationBqPerMl }
}

/**
 * One over σ of each frame, the same for all voxels: by the counts of their mean as measured, since a voxel's own value is mostly noise.
 */
export function voxelWeights({ offsets: _, ...measured }: VoxelFrames, weighting: FrameWeighting): readonly number[] {
  return frameWeights(meanCurve(measured), weighting).inverseSigma
}

/** @throws InputError `dynamic.voxels`. */
function checkVoxels({ frames, factors, mask, schedule }: VoxelFrames): void {
  const size = frames[0]?.length ?? 0
  const isGood =
    size > 0 &&
    frames.length === schedule.frames.length &&
    factors.length === frames.length &&
    factors.every(Number.isFinite) &&
    frames.every((frame) => frame.length === size) &&
    (mask === null || mask.length === size)
  if (isGood) return
  throw new InputError(
    'dynamic.voxels',
    `There are ${frames.length} images of ${[...new Set(frames.map((frame) => frame.length))].join(', ')} voxels for ${schedule.frames.length} frames${mask ? `, and a mask of ${mask.length}` : ''}.`,
    'Give each frame an image on one grid, and a mask on the same.',
  )
}
