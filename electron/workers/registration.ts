/** Worker entry: registrations, and what is carried through them, with progress and cancel over a shared Int32Array. */
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { registerDeformable, registerLinear } from '../../native-core/kernels/registration.ts'
import { runRegistration, runWarp } from '../services/registration/index.ts'
import type { RegistrationJob, WorkerAnswer } from '../services/ports/compute.ts'
import { failureAnswer } from './answers.ts'

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
    return failureAnswer(error)
  }
}

const done = (answer: unknown): WorkerAnswer<unknown> => ({ kind: 'done', answer })
