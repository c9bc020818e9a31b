/** Worker entry: advice on scan times, cancelled over a shared Int32Array. */
import type { ScanAdvice } from '../contracts/scanTime.ts'
import type { ScanTimeJob, WorkerAnswer } from '../services/ports/compute.ts'
import { runScanTimeTask } from '../services/scanTimes/scanTimeTask.ts'
import { failureAnswer } from './answers.ts'

export default function run({ task, control }: ScanTimeJob): WorkerAnswer<ScanAdvice[]> {
  try {
    return { kind: 'done', answer: runScanTimeTask(task, () => Atomics.load(control, 0) !== 0) }
  } catch (error) {
    return failureAnswer(error)
  }
}
