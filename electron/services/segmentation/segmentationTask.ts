/** A semi-automatic segmentation as one task for a worker. */
import { segmentRegion } from '../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type {
  SegmentationAsk,
  SegmentationImage,
  SegmentedRegion,
} from '../../../native-core/imaging/segmentation/semiautomatic/index.ts'

export interface SegmentationTask {
  readonly image: SegmentationImage
  readonly ask: SegmentationAsk
}

/**
 * Progress goes to slot 1 of `control` in per mille; slot 0 set to 1 cancels.
 *
 * @throws InputError and CancelledError of `segmentRegion`.
 */
export function runSegmentation({ image, ask }: SegmentationTask, control: Int32Array | null): SegmentedRegion {
  if (control === null) return segmentRegion(image, ask)
  return segmentRegion(image, ask, {
    progress: (fraction) => {
      Atomics.store(control, 1, Math.round(1000 * fraction))
      return Atomics.load(control, 0) === 0
    },
  })
}
