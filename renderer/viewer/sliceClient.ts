import { trustedWorker } from '../bridge/index.ts'
import type { CallName, FromWorker, SliceCalls } from './sliceProtocol.ts'
import workerUrl from './slice.worker.ts?worker&url'

interface Pending {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
  readonly onProgress: (fraction: number) => void
}

/** Asks the slice worker. One for the window; the worker starts with the first question. */
export class SliceClient {
  #worker: Worker | null = null
  #calls = 0
  #pending = new Map<number, Pending>()
  #onLost: (() => void)[] = []

  ask<N extends CallName>(
    name: N,
    what: SliceCalls[N]['ask'],
    onProgress: (fraction: number) => void = () => {},
  ): Promise<SliceCalls[N]['answer']> {
    const call = ++this.#calls
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { resolve: resolve as (answer: unknown) => void, reject, onProgress })
      this.#start().postMessage({ call, name, ask: what })
    })
  }

  /** Calls back when the worker broke down and its voxels are gone; the next question starts a new one. */
  onLost(callback: () => void): void {
    this.#onLost.push(callback)
  }

  #start(): Worker {
    if (!this.#worker) {
      this.#worker = trustedWorker(workerUrl, 'slices')
      this.#worker.addEventListener('message', (event: MessageEvent<FromWorker>) => this.#hear(event.data))
      this.#worker.addEventListener('error', (event) =>
        this.#fail(event.message || 'The slice worker could not be started'),
      )
    }
    return this.#worker
  }

  #hear(message: FromWorker): void {
    const pending = this.#pending.get(message.call)
    if (!pending) return
    if (message.kind === 'progress') return pending.onProgress(message.fraction)
    this.#pending.delete(message.call)
    if (message.kind === 'answer') pending.resolve(message.answer)
    else pending.reject(new Error(message.message))
  }

  #fail(message: string): void {
    for (const { reject } of this.#pending.values()) reject(new Error(message))
    this.#pending.clear()
    this.#worker?.terminate()
    this.#worker = null
    for (const tell of this.#onLost) tell()
  }
}

let shared: SliceClient | null = null

/** The window's one slice worker. */
export function sliceClient(): SliceClient {
  shared ??= new SliceClient()
  return shared
}
