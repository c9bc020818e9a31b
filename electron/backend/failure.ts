import { CancelledError, InputError } from '../../native-core/errors/index.ts'
import type { Failure } from '../contracts/index.ts'

/** What a person is told of an error: what they can mend in full; of a bug only that it is one (its stack goes to the log). */
export function failureOf(error: unknown): Failure {
  if (error instanceof InputError) return { kind: 'input', code: error.code, message: error.message, hint: error.hint }
  if (error instanceof CancelledError) return { kind: 'cancelled', code: 'cancelled', message: error.message, hint: '' }
  return {
    kind: 'bug',
    code: 'internal',
    message: `Something went wrong inside Theratwin${error instanceof Error ? ` (${error.name})` : ''}.`,
    hint: 'Nothing stored is lost. The log has the details; please report it.',
  }
}
