/** The ends of a worker's job that are no answer, as it tells them. */
import { CancelledError, InputError } from '../../native-core/errors/index.ts'
import type { WorkerAnswer } from '../services/ports/compute.ts'

/** @throws what is neither the user's to mend nor a cancellation. */
export function failureAnswer(error: unknown): WorkerAnswer<never> {
  if (error instanceof CancelledError) return { kind: 'cancelled' }
  if (!(error instanceof InputError)) throw error
  const { code, message, hint } = error
  return { kind: 'input', code, message, hint }
}
