/** Worker entry: registrations, and what is carried through them, with progress and cancel over a shared Int32Array. */
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { CancelledError, InputError } from '../../native-core/errors/index.ts'
import { registerDeformable, registerLinear } from '../../native-core/kernels/registration.ts'
import { runRegistration, runWarp } from '../services/registration/index.ts'
import type { RegistrationJob, RegistrationJobAnswer } from '../services/ports/compute.ts'

export default function run(job: RegistrationJob): unknown {
  try {
    // What is carried lies in shared memory already.
    if (job.name === 'warp') return done(runWarp(job.task, job.control))
    const answer = runRegistration(job.task, { registerLinear, registerDeformable }, job.control)
    const buffer = answer.deformable?.deformation.displacementMm.buffer
    if (!(buffer instanceof ArrayBuffer)) return done(answer)
    const movable = { [transferableSymbol]: [buffer], [valueSymbol]: done(answer) }
    // The typings of piscina know only objects of Node; it takes any with its two symbols.
    return move(movable)
  } catch (error) {
    if (error instanceof CancelledError) return { kind: 'cancelled' } satisfies RegistrationJobAnswer
    if (!(error instanceof InputError)) throw error
    const { code, message, hint } = error
    return { kind: 'input', code, message, hint } satisfies RegistrationJobAnswer
  }
}

const done = (answer: unknown): RegistrationJobAnswer => ({ kind: 'done', answer })
