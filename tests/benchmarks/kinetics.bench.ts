/** A curve in each voxel of four images, on two threads. */
import { createCompute } from '../../electron/adapters/compute/index.ts'
import type { Compute, VoxelFitTask } from '../../electron/services/ports/compute.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'
import { benchmark } from './harness.ts'

const VOXELS = 1_500_000
const HOURS = [4, 24, 72, 168]
/** A third phase needs early images and more of them. */
const MANY_HOURS = [0.5, 1.5, 4, 24, 48, 72, 120, 168]
const LU177_RATE = Math.LN2 / (159.53 * 3600)
/** Noise is drawn once for so many numbers, and used again and again: drawing is not what is measured. */
const DRAWN = 65_521

/** No voxel is negligible: each is fitted. */
function setup(
  model: VoxelFitTask['model'],
  hoursOf: readonly number[],
): { readonly compute: Compute; readonly task: VoxelFitTask } {
  const random = new RandomStream(1)
  const normal = Float64Array.from({ length: DRAWN }, () => random.normal())
  const values = hoursOf.map(() => new Float32Array(new SharedArrayBuffer(4 * VOXELS)))
  const share = model === 'uptake-washout' ? 0 : model === 'mono-exponential' ? 0.5 : 0.65
  let next = 0
  const draw = (): number => normal[next++ % DRAWN]!
  for (let voxel = 0; voxel < VOXELS; voxel++) {
    const slow = LU177_RATE + (Math.LN2 / (60 * 3600)) * Math.exp(0.2 * draw())
    const difference = (Math.LN2 / (3 * 3600)) * Math.exp(0.3 * draw())
    const size = 1e5 * Math.exp(0.3 * draw())
    for (const [image, hours] of hoursOf.entries()) {
      const time = 3600 * hours
      const left = Math.exp(-difference * time)
      const value = size * Math.exp(-slow * time) * ((1 - share) * (1 - left) + share * left)
      values[image]![voxel] = value * (1 + 0.1 * draw())
    }
  }
  return {
    compute: createCompute({ threads: 2 }),
    task: { model, timesS: hoursOf.map((hours) => 3600 * hours), values, physicalRatePerS: LU177_RATE },
  }
}

const ROWS = [
  { model: 'mono-exponential', hours: HOURS, bar: 10 },
  { model: 'uptake-washout', hours: HOURS, bar: 10 },
  { model: 'bi-exponential', hours: HOURS, bar: 10 },
  { model: 'bi-exponential-washout', hours: HOURS, bar: 10 },
  { model: 'hardiansyah-2023-f4d', hours: HOURS, bar: 10 },
  { model: 'trapezoid', hours: HOURS, bar: 10 },
  { model: 'tri-exponential', hours: MANY_HOURS, bar: 15 },
] as const

export const benchmarks = ROWS.map(({ model, hours, bar }) =>
  benchmark({
    row: `voxelwise time–activity fit, ${model}, 1.5 M voxels, ${hours.length} points`,
    bar: { value: bar, unit: 's', better: 'less' },
    runs: 3,
    setup: () => setup(model, hours),
    run: async ({ compute, task }) => void (await compute.fitVoxels(task)),
    teardown: ({ compute }) => compute.close(),
  }),
)
