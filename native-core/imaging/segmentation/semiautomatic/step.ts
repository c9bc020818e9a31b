import { CancelledError } from '../../../errors/index.ts'
import type { SegmentationControl } from './types.ts'

/** Tells how far the work is. Throws CancelledError where it is to stop. */
export function step(control: SegmentationControl, fraction: number): void {
  if (control.progress?.(Math.min(1, fraction)) === false) throw new CancelledError('The segmentation')
}
