/** Worker entry: a registration, with progress and cancel over a shared Int32Array. */
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { CancelledError, InputError } from '../../native-core/errors/index.ts'
import { registerDeformable, registerLinear } from '../../native-core/kernels/registration.ts'
import { runRegistration } from '../services/registration/index.ts'
import type { RegistrationTask } from '../services/registration/index.ts'
import type { RegistrationJobAnswer } from '../services/ports/compute.ts'

interface RegistrationJob {
  readonly task: RegistrationTask
  readonly control: Int32Array
}

export default function run({ task, control }: RegistrationJob): unknown {
  try {
    const answer = runRegistration(task, { registerLinear, registerDeformable }, control)
    const done = { kind: 'done', answer } satisfies RegistrationJobAnswer
    const buffer = answer.deformable?.deformation.displacementMm.buffer
    if (!(buffer instanceof ArrayBuffer)) return done
    const movable = { [transferableSymbol]: [buffer], [valueSymbol]: done }
    // The typings of piscina know only objects of Node; it takes any with its two symbols.
    return move(movable)
  } catch (error) {
    if (error instanceof CancelledError) return { kind: 'cancelled' } satisfies RegistrationJobAnswer
    if (!(error instanceof InputError)) throw error
    const { code, message, hint } = error
    return { kind: 'input', code, message, hint } satisfies RegistrationJobAnswer
  }
}
