/** What goes between the window and its slice worker. */
import type { Vec3 } from '../../native-core/imaging/types.ts'
import type { Projection, Shrinking } from './projection.ts'
import type { Layer, MaskSource, SliceAnswer, SliceAsk, VolumeSource } from './sliceEngine.ts'

export interface SliceCalls {
  loadVolume: { ask: VolumeSource; answer: null }
  loadMask: { ask: MaskSource; answer: null }
  loadField: { ask: VolumeSource; answer: null }
  slice: { ask: SliceAsk; answer: SliceAnswer }
  probe: { ask: { point: Vec3; layers: readonly Layer[] }; answer: (number | null)[] }
  projection: { ask: { id: string; largest: number; by: Shrinking }; answer: Projection | null }
}
