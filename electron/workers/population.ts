/** Worker entry: fits of populations, with progress and cancel over a shared Int32Array. */
import { runPopulationTask } from '../services/populations/populationTask.ts'
import type { PopulationAnswer } from '../services/populations/populationTask.ts'
import type { PopulationJob, WorkerAnswer } from '../services/ports/compute.ts'
import { failureAnswer } from './answers.ts'

export default function run({ task, control }: PopulationJob): WorkerAnswer<PopulationAnswer> {
  try {
    const answer = runPopulationTask(
      task,
      (fraction) => {
        Atomics.store(control, 1, Math.round(fraction * 1000))
      },
      () => Atomics.load(control, 0) !== 0,
    )
    return { kind: 'done', answer }
  } catch (error) {
    return failureAnswer(error)
  }
}
