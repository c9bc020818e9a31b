import type { AnswerOf, EventName, EventOf, Failure, RequestName, RequestOf } from '../../electron/contracts/index.ts'

/** A refused request, with what the other side said: `failure.kind` 'input' is for the user to mend, 'bug' is ours. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

/**
 * Asks main or the backend and returns the answer. Throws RequestError where the answer is a failure.
 * What is asked is copied to plain data first: reactive proxies cannot be cloned across the bridge.
 */
export async function ask<N extends RequestName>(name: N, what: RequestOf<N>): Promise<AnswerOf<N>> {
  const plain = JSON.parse(JSON.stringify(what)) as RequestOf<N>
  const result = await window.theratwin.request(name, plain)
  if (!result.ok) throw new RequestError(result.error)
  return result.value
}

/** Listens to an event; returns the function that ends it. */
export function onEvent<N extends EventName>(name: N, listener: (event: EventOf<N>) => void): () => void {
  return window.theratwin.on(name, listener)
}

/** The paths of dropped files and folders. */
export function pathsOf(files: readonly File[]): string[] {
  return window.theratwin.pathsOf(files)
}

/** Any thrown thing as a failure that can be shown. */
export function toFailure(error: unknown): Failure {
  if (error instanceof RequestError) return error.failure
  const message = error instanceof Error ? error.message : String(error)
  return {
    kind: 'bug',
    code: 'window.unexpected',
    message,
    hint: 'This is a defect of the program, not of the data. Nothing stored is lost.',
  }
}
