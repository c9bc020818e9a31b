import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { JobEvent } from '../../../electron/contracts/index.ts'
import { ask, onEvent } from '../../bridge/index.ts'
import { foldJob, forgetFinished, isRunning } from './model/jobs.ts'

type Finished = (job: JobEvent) => void

/** Every job that this window has heard of since it opened. */
export const useJobStore = defineStore('jobs', () => {
  const jobs = ref<JobEvent[]>([])
  const cancelling = ref(new Set<string>())
  const backend = ref<{ state: 'starting' | 'ready' | 'stopped' | 'failed'; message: string }>({
    state: 'ready',
    message: '',
  })
  const running = computed(() => jobs.value.filter(isRunning))
  const latest = computed(() => jobs.value.at(-1) ?? null)
  const waiting = new Map<string, Finished[]>()

  function hear(event: JobEvent): void {
    jobs.value = foldJob(jobs.value, event)
    if (isRunning(event)) return
    cancelling.value.delete(event.jobId)
    for (const tell of waiting.get(event.jobId) ?? []) tell(event)
    waiting.delete(event.jobId)
  }

  /** Subscribes to the backend's events; returns the function that ends it. */
  function listen(): () => void {
    const ends = [onEvent('job', hear), onEvent('backend', (event) => (backend.value = event))]
    return () => ends.forEach((end) => end())
  }

  /** The last event of a job: done, failed or cancelled. */
  function finished(jobId: string): Promise<JobEvent> {
    const known = jobs.value.find((job) => job.jobId === jobId && !isRunning(job))
    if (known) return Promise.resolve(known)
    return new Promise((resolve) => waiting.set(jobId, [...(waiting.get(jobId) ?? []), resolve]))
  }

  async function cancel(jobId: string): Promise<void> {
    cancelling.value.add(jobId)
    await ask('job.cancel', { jobId })
  }

  function clear(): void {
    jobs.value = forgetFinished(jobs.value)
  }

  return { jobs, running, latest, cancelling, backend, listen, hear, finished, cancel, clear }
})
