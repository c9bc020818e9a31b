import { WorkerClient } from '../bridge/index.ts'
import type { SliceCalls } from './sliceProtocol.ts'
import workerUrl from './slice.worker.ts?worker&url'

export type SliceClient = WorkerClient<SliceCalls>

let shared: SliceClient | null = null

/** The window's one slice worker. */
export function sliceClient(): SliceClient {
  shared ??= new WorkerClient<SliceCalls>(workerUrl, 'slices')
  return shared
}
