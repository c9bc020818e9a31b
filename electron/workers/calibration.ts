/** Worker entry: phantoms analysed to calibrations, with progress and cancel over a shared Int32Array. */
import { CancelledError } from '../../native-core/errors/index.ts'
import { analysePhantom } from '../services/calibrations/analysePhantom.ts'
import type { CalibrationJob, PhantomAnswer, WorkerAnswer } from '../services/ports/compute.ts'
import { failureAnswer } from './answers.ts'

export default function run({ task, control }: CalibrationJob): WorkerAnswer<PhantomAnswer> {
  try {
    const answer = analysePhantom(task, (fraction) => {
      if (Atomics.load(control, 0) !== 0) throw new CancelledError('The analysis of the phantom')
      Atomics.store(control, 1, Math.round(fraction * 1000))
    })
    return { kind: 'done', answer }
  } catch (error) {
    return failureAnswer(error)
  }
}
