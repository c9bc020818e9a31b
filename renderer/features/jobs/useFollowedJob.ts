import { computed, ref } from 'vue'
import type { JobEvent } from '../../../electron/contracts/index.ts'
import { useJobStore } from './store.ts'

/** The one job that a store waits for: `job` while it runs, null where there is none. */
export function useFollowedJob() {
  const jobs = useJobStore()
  const followedId = ref<string | null>(null)
  const job = computed(() => jobs.running.find(({ jobId }) => jobId === followedId.value) ?? null)

  /** Its last event: done, failed or cancelled. */
  async function follow(jobId: string): Promise<JobEvent> {
    followedId.value = jobId
    try {
      return await jobs.finished(jobId)
    } finally {
      followedId.value = null
    }
  }

  async function cancel(): Promise<void> {
    if (followedId.value !== null) await jobs.cancel(followedId.value)
  }

  return { job, follow, cancel }
}
