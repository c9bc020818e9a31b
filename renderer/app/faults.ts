import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Failure } from '../../electron/contracts/index.ts'
import { toFailure } from '../bridge/index.ts'

/** What went wrong and was not expected where it happened: shown until it is read and put away. */
export const useFaultStore = defineStore('faults', () => {
  const faults = ref<Failure[]>([])

  function report(error: unknown): void {
    const failure = toFailure(error)
    if (failure.kind === 'cancelled') return
    if (faults.value.some((known) => known.code === failure.code && known.message === failure.message)) return
    faults.value.push(failure)
    if (failure.kind === 'bug') console.error(error)
  }

  function dismiss(index: number): void {
    faults.value.splice(index, 1)
  }

  return { faults, report, dismiss }
})
