import type { AnswerOf, EventName, EventOf, RequestName, RequestOf } from './requests.ts'
import type { Result } from './result.ts'

/** `window.theratwin`: all that the sandboxed window can do outside itself. */
export interface TheratwinBridge {
  request<N extends RequestName>(name: N, ask: RequestOf<N>): Promise<Result<AnswerOf<N>>>
  /** Returns the function that ends the subscription. */
  on<N extends EventName>(name: N, listener: (event: EventOf<N>) => void): () => void
  /** The paths of files and folders dropped on the window. */
  pathsOf(files: readonly File[]): string[]
}

declare global {
  interface Window {
    readonly theratwin: TheratwinBridge
  }
}
