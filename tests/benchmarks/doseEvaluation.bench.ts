/** Looking at dose: histograms of many structures, gamma index. */
import {
  doseStatistics,
  doseVolumeHistogram,
  gammaIndex,
  structureDose,
} from '../../native-core/dosimetry/evaluation/index.ts'
import { voxelCount } from '../../native-core/imaging/index.ts'
import { benchmark } from './harness.ts'
import type { DoseImage } from '../../native-core/dosimetry/evaluation/index.ts'
import type { FractionalMask, ImageGrid } from '../../native-core/imaging/types.ts'

const cube = (n: number): ImageGrid => ({
  dimensions: [n, n, n],
  spacingMm: [2, 2, 2],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
})

/** A hill of 60 Gy, moved by `shiftMm` along x. */
function hill(n: number, shiftMm: number): DoseImage {
  const grid = cube(n)
  const doseGy = new Float32Array(voxelCount(grid))
  let at = 0
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        const [x, y, z] = [(i - n / 2) / 20 + shiftMm / 40, (j - n / 2) / 25, (k - n / 2) / 30]
        doseGy[at++] = 60 * Math.exp(-(x * x + y * y + z * z))
      }
    }
  }
  return { grid, doseGy }
}

/** Ten slabs of a tenth of the cube. */
function slabs(grid: ImageGrid): FractionalMask[] {
  const [n] = grid.dimensions
  return Array.from({ length: 10 }, (_, slab) => ({
    grid,
    box: { start: [0, 0, (slab * n) / 10], size: [n, n, n / 10] },
    fractions: new Float32Array((n * n * n) / 10).fill(0.9),
    volumeOutsideMl: 0,
  }))
}

export const benchmarks = [
  benchmark({
    row: 'dose–volume histograms and statistics, 10 structures, 1,000,000 voxels together',
    bar: { value: 1, unit: 's', better: 'less' },
    setup: () => ({ dose: hill(100, 0), masks: slabs(cube(100)) }),
    run: ({ dose, masks }) => {
      for (const mask of masks) {
        const inside = structureDose(dose, { kind: 'voxels', mask })
        doseStatistics(inside)
        doseVolumeHistogram(inside)
      }
    },
  }),
  benchmark({
    row: 'gamma index 3 % / 3 mm, 128×128×128, cut-off 1 %',
    bar: { value: 5, unit: 's', better: 'less' },
    runs: 3,
    setup: () => ({ reference: hill(128, 0), evaluated: hill(128, 1) }),
    run: ({ reference, evaluated }) => void gammaIndex(reference, evaluated, { cutOffPercent: 1 }),
  }),
]
