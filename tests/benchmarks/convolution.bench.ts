/** Voxel kernel convolution: the Fourier transforms alone, and the whole engine from activity to dose. */
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { voxelKernel } from '../../native-core/dosimetry/engines/voxelKernel.ts'
import type { VoxelDoseInput } from '../../native-core/dosimetry/engines/index.ts'
import { convolveEven } from '../../native-core/kernels/convolve.ts'
import { allowMainThread } from '../../native-core/kernels/index.ts'
import { chainEmissions, findNuclide, parseEmissions, parseNuclideTable } from '../../native-core/physics/index.ts'
import { findMedium, parseMedia } from '../../native-core/physics/media/index.ts'
import { benchmark } from './harness.ts'

const SIZE = [128, 128, 90] as const
const VOXELS = SIZE[0] * SIZE[1] * SIZE[2]
const THREADS = 2

/** An ellipsoid of activity in a grid of 4.4 mm; water. */
function phantom(): VoxelDoseInput {
  const resources = fileResources()
  const nuclides = parseNuclideTable(resources.nuclideTable())
  const activityPerMl = Float32Array.from({ length: VOXELS }, (_, n) => {
    const [i, j, k] = [n % SIZE[0], Math.floor(n / SIZE[0]) % SIZE[1], Math.floor(n / SIZE[0] / SIZE[1])]
    return Math.hypot((i - 64) / 40, (j - 64) / 25, (k - 45) / 40) < 1 ? 1e6 * (1 + (n % 7)) : 0
  })
  return {
    grid: {
      dimensions: [...SIZE],
      spacingMm: [4.4, 4.4, 4.4],
      originMm: [0, 0, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    },
    quantity: 'dose',
    activityPerMl,
    densityGPerMl: new Float32Array(VOXELS).fill(1),
    mediumIndex: new Uint8Array(VOXELS),
    media: [findMedium(parseMedia(resources.materialTable('media')), 'water')],
    source: chainEmissions(nuclides, parseEmissions(resources.nuclideEmissions()), findNuclide(nuclides, 'Lu-177')),
    structures: [],
  }
}

export const benchmarks = [
  benchmark({
    row: 'voxel kernel convolution, 128×128×90, two kernels',
    bar: { value: 0.5, unit: 's', better: 'less' },
    setup: () => {
      allowMainThread()
      const { activityPerMl } = phantom()
      return { source: activityPerMl, kernel: Float64Array.from({ length: VOXELS }, (_, i) => Math.exp(-i / 1000)) }
    },
    run: ({ source, kernel }) => void convolveEven({ source, size: SIZE, kernels: [kernel, kernel], threads: THREADS }),
  }),
  benchmark({
    row: 'engine voxel-kernel, Lu-177, 128×128×90',
    bar: { value: 2, unit: 's', better: 'less' },
    setup: () => {
      allowMainThread()
      return { input: phantom(), data: fileResources() }
    },
    run: ({ input, data }) => {
      const parameters = Object.fromEntries(voxelKernel.parameters.map((one) => [one.id, one.default]))
      voxelKernel.compute(input, { parameters, threads: THREADS, control: null }, data)
    },
  }),
]
