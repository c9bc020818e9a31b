/** BED and Lea–Catcheside factor of each voxel of a map, two exponentials with rates of their own. */
import { bedMap } from '../../native-core/radiobiology/index.ts'
import type { BedMapRequest } from '../../native-core/radiobiology/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'
import { benchmark } from './harness.ts'

const VOXELS = 1_500_000
const HOUR_S = 3600
/** Drawn once for so many numbers, and used again and again: drawing is not what is measured. */
const DRAWN = 65_521

/** Uptake and washout of each voxel by itself, some 20 Gy: no voxel is without dose. */
function setup(): BedMapRequest {
  const random = new RandomStream(2)
  const normal = Float64Array.from({ length: DRAWN }, () => random.normal())
  const map = (): Float32Array => new Float32Array(VOXELS)
  const [washout, uptake, slow, fast] = [map(), map(), map(), map()]
  let next = 0
  const draw = (): number => normal[next++ % DRAWN] ?? 0
  for (let voxel = 0; voxel < VOXELS; voxel++) {
    const decay = (Math.LN2 / (55 * HOUR_S)) * Math.exp(0.2 * draw())
    const rise = (Math.LN2 / (3 * HOUR_S)) * Math.exp(0.3 * draw())
    const rate = (20 * Math.exp(0.4 * draw())) / (1 / decay - 1 / rise)
    washout[voxel] = rate
    uptake[voxel] = -rate
    slow[voxel] = decay
    fast[voxel] = rise
  }
  return {
    terms: [
      { rateGyPerS: washout, decayPerS: slow },
      { rateGyPerS: uptake, decayPerS: fast },
    ],
    repair: { kind: 'exponential', components: [{ halfTimeS: 2.8 * HOUR_S, fraction: 1 }] },
    alphaBetaGy: 2.6,
  }
}

export const benchmarks = [
  benchmark({
    row: 'voxelwise BED and G, bi-exponential, 1.5 M voxels, one thread',
    bar: { value: 3, unit: 's', better: 'less' },
    setup,
    run: (request) => void bedMap(request),
  }),
]
