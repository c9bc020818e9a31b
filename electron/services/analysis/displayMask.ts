import { maskVolumeMl, rasteriseShape } from '../../../native-core/imaging/index.ts'
import type { DisplayMask, DisplayMaskTask } from '../ports/compute.ts'

/** Rasterises outlines for the views; 255 is wholly inside. A structure without volume on the grid gives an empty box. */
export function displayMasks(
  task: DisplayMaskTask,
  progress: (fraction: number) => boolean = () => true,
): readonly DisplayMask[] {
  return task.structures.map(({ name, shape }, position) => {
    const mask = rasteriseShape(shape, task.grid, {
      sliceThicknessMm: task.sliceThicknessMm,
      isCancelled: () => !progress(position / task.structures.length),
    })
    progress((position + 1) / task.structures.length)
    return {
      name,
      box: mask.box,
      fractions: Uint8Array.from(mask.fractions, (fraction) => Math.round(fraction * 255)),
      volumeMl: maskVolumeMl(mask) + mask.volumeOutsideMl,
    }
  })
}
