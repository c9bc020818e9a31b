/** Worker entry: semi-automatic segmentations, with progress and cancel over a shared Int32Array. */
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { runSegmentation } from '../services/segmentation/index.ts'
import type { SegmentationJob, SegmentedRegion, WorkerAnswer } from '../services/ports/compute.ts'
import { failureAnswer } from './answers.ts'

export default function run({ task, control }: SegmentationJob): unknown {
  try {
    const region = runSegmentation(task, control)
    const answer: WorkerAnswer<SegmentedRegion> = { kind: 'done', answer: region }
    // The typings of piscina know only objects of Node; it takes any with its two symbols.
    return move({ [transferableSymbol]: [region.mask.fractions.buffer], [valueSymbol]: answer })
  } catch (error) {
    return failureAnswer(error)
  }
}
