export { errorForLog } from './errorForLog.ts'

/**
 * An error that a person can act on: bad input, never a bug.
 *
 * `code` is a stable dotted word for machines ("geometry.gantry-tilt"), `message` says what is wrong and where (file, tag,
 * structure, time point), `hint` says what to do about it. Everything that is thrown and is not an InputError is a bug.
 */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly code: string
  readonly hint: string

  constructor(code: string, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

/** Work that the user stopped. Not an error of input and not a bug: callers unwind and leave nothing half-done. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'

  constructor(what = 'The work') {
    super(`${what} was cancelled.`)
  }
}
