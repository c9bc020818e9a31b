import type { JobEvent } from '../../../../electron/contracts/index.ts'

export const isRunning = (job: JobEvent): boolean => job.state === 'running'

/** The list with this event in: a job keeps its place, its newest state replaces the older; a late "running" is dropped. */
export function foldJob(jobs: readonly JobEvent[], event: JobEvent): JobEvent[] {
  const index = jobs.findIndex((job) => job.jobId === event.jobId)
  if (index < 0) return [...jobs, event]
  const known = jobs[index]
  if (known && !isRunning(known) && isRunning(event)) return [...jobs]
  return jobs.map((job, i) => (i === index ? event : job))
}

export function forgetFinished(jobs: readonly JobEvent[]): JobEvent[] {
  return jobs.filter(isRunning)
}
