/** Parametric images of a dynamic PET, and compartment fits of a structure. */
import {
  compareCompartments,
  frameInput,
  modelCurve,
  plasmaOnFrames,
  referenceCurve,
  voxelCompartments,
  voxelLogan,
  voxelMultilinear,
  voxelSrtm,
} from '../../native-core/kinetics/dynamic/index.ts'
import type { VoxelFrames } from '../../native-core/kinetics/dynamic/index.ts'
import { ga68Frames, testInput } from '../../native-core/kinetics/dynamic/testCurves.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'
import { benchmark } from './harness.ts'

const VOXELS = 128 * 128 * 90
const bar = { value: null, unit: 's', better: 'less' } as const
const curveOf = (k1: number, k2: number, k3: number): readonly number[] =>
  modelCurve(frameInput(testInput, ga68Frames, 0), { k1, k2, k3, k4: 0.0004 }, 0.03).value

/** 35 frames of 128×128×90 voxels: eight tissues with noise of 10 %. */
function scan(): VoxelFrames {
  const random = new RandomStream(5)
  const tissues = Array.from({ length: 8 }, (_, i) => curveOf(0.001 + 0.0004 * i, 0.003, 0.0001 * i))
  const noise = Float32Array.from({ length: 4099 }, () => 1 + 0.1 * random.normal())
  const frames = ga68Frames.frames.map((_, f) =>
    Float32Array.from({ length: VOXELS }, (__, v) => tissues[v & 7]![f]! * noise[(v * 31 + f * 997) % 4099]!),
  )
  return { schedule: ga68Frames, frames, factors: frames.map(() => 1), mask: null }
}
const reference = {
  label: 'reference',
  schedule: ga68Frames,
  concentrationBqPerMl: curveOf(0.0015, 0.003, 0),
}

export const benchmarks = [
  benchmark({
    row: 'Logan plot voxel by voxel, 35 frames of 128×128×90',
    bar,
    runs: 3,
    setup: () => ({ images: scan(), plasma: plasmaOnFrames(testInput.plasma, ga68Frames) }),
    run: ({ images, plasma }) => void voxelLogan(images, plasma, { kind: 'plasma' }, 1200),
  }),
  benchmark({
    row: 'MRTM1 voxel by voxel, 35 frames of 128×128×90',
    bar,
    runs: 3,
    setup: scan,
    run: (images) =>
      void voxelMultilinear(
        images,
        {
          average: reference.concentrationBqPerMl,
          integral: [...referenceCurve(reference, 'mean-preserving').integral],
        },
        { kind: 'mrtm1' },
        { weighting: { kind: 'counts' }, tStarS: 0 },
      ),
  }),
  benchmark({
    row: 'SRTM basis functions voxel by voxel, 35 frames of 128×128×90',
    bar,
    runs: 1,
    warmUps: 0,
    setup: scan,
    run: (images) => void voxelSrtm(images, referenceCurve(reference, 'mean-preserving')),
  }),
  benchmark({
    row: 'one tissue compartment voxel by voxel, 35 frames of 128×128, on one thread',
    bar,
    runs: 1,
    warmUps: 0,
    setup: () => {
      const images = scan()
      return { ...images, frames: images.frames.map((frame) => frame.subarray(0, 128 * 128)) }
    },
    run: (images) => void voxelCompartments(images, testInput, '1tcm'),
  }),
  benchmark({
    row: 'compartment models of one structure, three compared by AICc',
    bar,
    setup: () => ({ label: 'tissue', schedule: ga68Frames, concentrationBqPerMl: curveOf(0.002, 0.003, 0.0008) }),
    run: (curve) => void compareCompartments(curve, testInput),
  }),
]
