import { RequestError, WorkerClient } from '../../bridge/index.ts'
import workerUrl from './drawing.worker.ts?worker&url'
import type { DrawingCalls } from './model/protocol.ts'

export type DrawingClient = Pick<WorkerClient<DrawingCalls>, 'ask' | 'onLost'>

let shared: WorkerClient<DrawingCalls> | null = null

/** The window's one drawing worker. What a user can mend comes as RequestError, like a refused request. */
export function drawingClient(): DrawingClient {
  shared ??= new WorkerClient<DrawingCalls>(workerUrl, 'drawing', (message, input) =>
    input ? new RequestError({ kind: 'input', code: input.code, message, hint: input.hint }) : new Error(message),
  )
  return shared
}
