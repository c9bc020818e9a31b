import { trustedWorker } from './trustedWorker.ts'

/** A question to a worker; `Calls` gives what is asked and answered by name. */
export type ToWorker<Calls> = {
  [N in keyof Calls]: {
    readonly call: number
    readonly name: N
    readonly ask: Calls[N] extends { ask: infer A } ? A : never
  }
}[keyof Calls]

export type FromWorker =
  | { readonly call: number; readonly kind: 'answer'; readonly answer: unknown }
  | { readonly call: number; readonly kind: 'progress'; readonly fraction: number }
  | { readonly call: number; readonly kind: 'error'; readonly message: string; readonly input?: InputFailure }

/** What a user can mend, as it crosses from the worker. */
export interface InputFailure {
  readonly code: string
  readonly hint: string
}

interface Pending {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
  readonly onProgress: (fraction: number) => void
}

/** A question was given up by `stop`. */
export class StoppedError extends Error {
  constructor() {
    super('The work was stopped')
  }
}

/** Asks a worker of the window's own; it starts with the first question. */
export class WorkerClient<Calls extends { [N in keyof Calls]: { ask: unknown; answer: unknown } }> {
  readonly #url: string
  readonly #name: string
  readonly #errorOf: (message: string, input: InputFailure | undefined) => Error
  #worker: Worker | null = null
  #calls = 0
  #pending = new Map<number, Pending>()
  #onLost: (() => void)[] = []

  /** `url` as the bundler gives it; `errorOf` makes the error that a refused question throws. */
  constructor(
    url: string,
    name: string,
    errorOf: (message: string, input?: InputFailure) => Error = (m) => new Error(m),
  ) {
    this.#url = url
    this.#name = name
    this.#errorOf = errorOf
  }

  ask<N extends keyof Calls>(
    name: N,
    what: Calls[N]['ask'],
    onProgress: (fraction: number) => void = () => {},
  ): Promise<Calls[N]['answer']> {
    const call = ++this.#calls
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { resolve: resolve, reject, onProgress })
      this.#start().postMessage({ call, name, ask: what })
    })
  }

  /** Calls back when the worker broke down and what it held is gone; the next question starts a new one. */
  onLost(callback: () => void): void {
    this.#onLost.push(callback)
  }

  /** Ends the worker at once, whatever it computes: its questions are given up (StoppedError), the next one starts another. */
  stop(): void {
    this.#worker?.terminate()
    this.#worker = null
    for (const { reject } of this.#pending.values()) reject(new StoppedError())
    this.#pending.clear()
  }

  #start(): Worker {
    if (!this.#worker) {
      this.#worker = trustedWorker(this.#url, this.#name)
      this.#worker.addEventListener('message', (event: MessageEvent<FromWorker>) => this.#hear(event.data))
      this.#worker.addEventListener('error', (event) =>
        this.#fail(event.message || `The worker of the ${this.#name} could not be started`),
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
    else pending.reject(this.#errorOf(message.message, message.input))
  }

  #fail(message: string): void {
    for (const { reject } of this.#pending.values()) reject(new Error(message))
    this.#pending.clear()
    this.#worker?.terminate()
    this.#worker = null
    for (const tell of this.#onLost) tell()
  }
}
