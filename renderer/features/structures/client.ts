import { RequestError, WorkerClient, type InputFailure } from '../../bridge/index.ts'
import workerUrl from './drawing.worker.ts?worker&url'
import searchUrl from './search.worker.ts?worker&url'
import type { DrawingCalls, SearchCalls } from './model/protocol.ts'

export type DrawingClient = Pick<WorkerClient<DrawingCalls>, 'ask' | 'onLost'>

export type SearchClient = Pick<WorkerClient<SearchCalls>, 'ask' | 'stop'>

let shared: WorkerClient<DrawingCalls> | null = null
let searching: WorkerClient<SearchCalls> | null = null

const errorOf = (message: string, input?: InputFailure): Error =>
  input ? new RequestError({ kind: 'input', code: input.code, message, hint: input.hint }) : new Error(message)

/** The window's one drawing worker. What a user can mend comes as RequestError, like a refused request. */
export function drawingClient(): DrawingClient {
  shared ??= new WorkerClient<DrawingCalls>(workerUrl, 'drawing', errorOf)
  return shared
}

/** The window's one worker that looks for regions. */
export function searchClient(): SearchClient {
  searching ??= new WorkerClient<SearchCalls>(searchUrl, 'search', errorOf)
  return searching
}
