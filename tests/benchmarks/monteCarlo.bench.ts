/** Monte Carlo in a trunk: decays per second, efficiency, threads, voxels. */
import { monteCarlo } from '../../native-core/dosimetry/engines/monteCarlo.ts'
import type { VoxelDose, VoxelDoseInput } from '../../native-core/dosimetry/engines/types.ts'
import { allowMainThread } from '../../native-core/kernels/index.ts'
import { engineData } from '../../native-core/kernels/transport.test-support.ts'
import { benchmark } from './harness.ts'
import type { Benchmark } from './harness.ts'
import { trunk } from './trunk.ts'

allowMainThread()

const compute = (input: VoxelDoseInput, decays: number, threads: number): VoxelDose =>
  monteCarlo.compute(input, { parameters: { decays, seed: 1 }, threads, control: null }, engineData)

const seconds = (work: () => unknown): number => {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

/** Decays in a second, the making of tables left out: two runs of different length. */
function decaysPerSecond(input: VoxelDoseInput, decays: number, threads: number): number {
  const short = seconds(() => compute(input, decays / 10, threads))
  const long = seconds(() => compute(input, decays, threads))
  return (0.9 * decays) / (long - short)
}

const speed = (nuclide: string, asked: number | null, decays: number): Benchmark =>
  benchmark({
    row: `Monte Carlo, ${nuclide} in a CT of 4.8 mm voxels, one thread`,
    bar: { value: asked, unit: 'decays/s', better: 'more' },
    runs: 3,
    warmUps: 0,
    setup: () => trunk(nuclide),
    run: (input) => decaysPerSecond(input, decays, 1),
  })

/** 1/(σ²T) of a structure's mean dose: one decay more in the same time is worth the same whatever the number of decays. */
const efficiency = (nuclide: string, structure: string): Benchmark =>
  benchmark({
    row: `Monte Carlo, ${nuclide}, efficiency 1/(σ²T) of the mean dose of ${structure}`,
    bar: { value: null, unit: '1/s', better: 'more' },
    runs: 3,
    warmUps: 0,
    setup: () => trunk(nuclide),
    run: (input) => {
      let dose: VoxelDose | null = null
      const time = seconds(() => (dose = compute(input, 1_000_000, 2)))
      const mean = (dose as VoxelDose | null)?.structures.find(({ name }) => name === structure)
      return 1 / (((mean?.statisticalSdGy ?? NaN) / (mean?.doseGy ?? NaN)) ** 2 * time)
    },
  })

export const benchmarks = [
  speed('Lu-177', 400_000, 1_000_000),
  speed('Y-90', 150_000, 500_000),
  speed('I-131', null, 500_000),
  efficiency('Lu-177', 'Kidneys'),
  efficiency('Lu-177', 'Tumour'),
  benchmark({
    row: 'Monte Carlo, Lu-177, two threads against one',
    bar: { value: null, unit: 'times', better: 'more' },
    runs: 3,
    warmUps: 0,
    setup: () => trunk('Lu-177'),
    run: (input) => decaysPerSecond(input, 1_000_000, 2) / decaysPerSecond(input, 1_000_000, 1),
  }),
  benchmark({
    row: 'Monte Carlo, Lu-177 in 256×256×200 voxels of 2.4 mm, one thread',
    bar: { value: null, unit: 'decays/s', better: 'more' },
    runs: 1,
    warmUps: 0,
    setup: () => trunk('Lu-177', [256, 256, 200]),
    run: (input) => decaysPerSecond(input, 1_000_000, 1),
  }),
  benchmark({
    row: 'Monte Carlo, memory for 256×256×200 voxels besides the input',
    bar: { value: 1, unit: 'GB', better: 'less' },
    runs: 1,
    warmUps: 0,
    setup: () => trunk('Lu-177', [256, 256, 200]),
    run: (input) => {
      const before = process.memoryUsage().rss
      const dose = compute(input, 100_000, 2)
      return dose.doseGy.length > 0 ? (process.memoryUsage().rss - before) / 1e9 : NaN
    },
  }),
]
