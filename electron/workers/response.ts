/** Worker entry: responses over time. They take a few seconds at most; cancelling ends the worker. */
import { runResponseTask } from '../services/biology/responseTask.ts'
import type { ResponseAnswer } from '../services/biology/responseTask.ts'
import type { ResponseJob, WorkerAnswer } from '../services/ports/compute.ts'
import { failureAnswer } from './answers.ts'

export default function run({ job }: ResponseJob): WorkerAnswer<ResponseAnswer> {
  try {
    return { kind: 'done', answer: runResponseTask(job) }
  } catch (error) {
    return failureAnswer(error)
  }
}
