/** Jobs of the bridge without Electron: they report each step and can be cancelled. */
import type { EventName, EventOf, JobEvent } from '../../electron/contracts/index.ts'

export type FakeJob = (
  kind: JobEvent['kind'],
  title: string,
  steps: readonly string[],
  end: () => JobEvent['result'],
) => { jobId: string }

export function createFakeJobs(
  emit: <N extends EventName>(name: N, event: EventOf<N>) => void,
  tickMs: number,
): { readonly job: FakeJob; readonly cancel: (jobId: string) => void } {
  const cancelled = new Set<string>()
  let jobs = 0
  const job: FakeJob = (kind, title, steps, end) => {
    const jobId = `job-${++jobs}`
    let step = 0
    const base = { jobId, kind, title, failure: null, result: null }
    const tick = (): void => {
      const elapsedS = (step * tickMs) / 1000
      const fraction = step / steps.length
      if (cancelled.has(jobId)) {
        emit('job', { ...base, state: 'cancelled', fraction, what: '', elapsedS, remainingS: null })
      } else if (step < steps.length) {
        const remainingS = step < 1 ? null : ((steps.length - step) * tickMs) / 1000
        emit('job', { ...base, state: 'running', fraction, what: steps[step] ?? '', elapsedS, remainingS })
        step++
        setTimeout(tick, tickMs)
      } else {
        const result = end()
        emit('patientChanged', { patientId: 'demo' })
        emit('job', { ...base, state: 'done', fraction: 1, what: '', elapsedS, remainingS: 0, result })
      }
    }
    setTimeout(tick, 0)
    return { jobId }
  }
  return { job, cancel: (jobId) => void cancelled.add(jobId) }
}
