/** What goes between the window and its slice worker. */
import type { Vec3 } from '../../native-core/imaging/types.ts'
import type { Projection } from './projection.ts'
import type { Layer, MaskSource, SliceAnswer, SliceAsk, VolumeSource } from './sliceEngine.ts'

export interface SliceCalls {
  loadVolume: { ask: VolumeSource; answer: null }
  loadMask: { ask: MaskSource; answer: null }
  slice: { ask: SliceAsk; answer: SliceAnswer }
  probe: { ask: { point: Vec3; layers: readonly Layer[] }; answer: (number | null)[] }
  projection: { ask: { id: string; largest: number }; answer: Projection | null }
}

export type CallName = keyof SliceCalls

export type ToWorker = {
  [N in CallName]: { readonly call: number; readonly name: N; readonly ask: SliceCalls[N]['ask'] }
}[CallName]

export type FromWorker =
  | { readonly call: number; readonly kind: 'answer'; readonly answer: unknown }
  | { readonly call: number; readonly kind: 'progress'; readonly fraction: number }
  | { readonly call: number; readonly kind: 'error'; readonly message: string }
