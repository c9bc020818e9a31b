import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Failure, ImportSummary } from '../../../electron/contracts/index.ts'
import { ask, pathsOf, toFailure } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { withAccepted } from './model/summary.ts'

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly jobId: string }
  | { readonly kind: 'done'; readonly summary: ImportSummary }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** One import at a time, from the choice of files to what it found. */
export const useImportStore = defineStore('import', () => {
  const jobs = useJobStore()
  const patients = usePatientStore()
  const state = ref<State>({ kind: 'idle' })
  const open = ref(false)
  /** The list of what import and analysis found, of the open patient. */
  const problemsOpen = ref(false)
  const job = computed(() => {
    const now = state.value
    return now.kind === 'running' ? (jobs.jobs.find((one) => one.jobId === now.jobId) ?? null) : null
  })

  async function follow(begin: () => Promise<{ jobId: string }>): Promise<void> {
    if (state.value.kind === 'running') {
      open.value = true
      return
    }
    try {
      const { jobId } = await begin()
      state.value = { kind: 'running', jobId }
      open.value = true
      const last = await jobs.finished(jobId)
      if (last.state === 'done' && last.result?.kind === 'import')
        state.value = { kind: 'done', summary: last.result.summary }
      else if (last.state === 'cancelled') {
        state.value = { kind: 'idle' }
        open.value = false
      } else state.value = { kind: 'failed', failure: last.failure ?? toFailure('The import ended without a result.') }
    } catch (error) {
      state.value = { kind: 'failed', failure: toFailure(error) }
      open.value = true
    }
    await patients.loadList()
  }

  async function choose(kind: 'folder' | 'files'): Promise<void> {
    const { paths } = await ask('dialog.chooseImport', { kind })
    if (paths.length > 0) await start(paths)
  }

  const start = (paths: readonly string[]): Promise<void> => follow(() => ask('import.start', { paths: [...paths] }))
  /** Opens the demonstration patient; it is always the same one, so it is simulated only where the store has none. */
  async function demonstration(): Promise<void> {
    const there = patients.list.find((one) => one.isDemonstration)
    if (!there) return follow(() => ask('import.demonstration', {}))
    try {
      await patients.open(there.patientId)
    } catch (error) {
      state.value = { kind: 'failed', failure: toFailure(error) }
      open.value = true
    }
  }

  async function drop(files: readonly File[]): Promise<void> {
    const paths = pathsOf(files).filter((path) => path !== '')
    if (paths.length > 0) await start(paths)
  }

  /** Accepts all registrations that the last import brought and nobody has judged. Throws RequestError. */
  async function acceptRegistrations(): Promise<void> {
    const now = state.value
    if (now.kind !== 'done') return
    for (const { patientId, registrationsToJudge } of now.summary.patients)
      if (registrationsToJudge.length > 0)
        await ask('registrations.accept', { patientId, registrationIds: [...registrationsToJudge] })
    if (state.value === now) state.value = { kind: 'done', summary: withAccepted(now.summary) }
  }

  return { state, open, problemsOpen, job, choose, start, demonstration, drop, acceptRegistrations }
})
