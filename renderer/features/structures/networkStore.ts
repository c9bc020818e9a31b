import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { AnswerOf, EventOf, InstalledNetworkView, RequestOf } from '../../../electron/contracts/index.ts'
import { RequestError, ask } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import { originOf, type OriginForm } from './model/network.ts'

type Found = Extract<NonNullable<EventOf<'job'>['result']>, { kind: 'network-segmentation' }>

/** Networks that the site has installed, and structures found by one of them in the chosen time point. */
export const useNetworkStore = defineStore('networks', () => {
  const patients = usePatientStore()
  const selection = useSelectionStore()
  const jobs = useJobStore()

  const networks = shallowRef<readonly InstalledNetworkView[]>([])
  const damaged = shallowRef<readonly string[]>([])
  const loaded = ref(false)
  const chosenId = ref('')
  /** A file beside which nothing says where the network comes from: the person is asked. */
  const nameless = ref<string | null>(null)
  const result = shallowRef<Found | null>(null)
  const running = ref(false)

  function show({ networks: all, damaged: bad }: AnswerOf<'networks.list'>): void {
    networks.value = all
    damaged.value = bad
    loaded.value = true
    if (!all.some(({ networkId }) => networkId === chosenId.value)) chosenId.value = all[0]?.networkId ?? ''
  }

  async function load(): Promise<void> {
    result.value = null
    nameless.value = null
    show(await ask('networks.list', {}))
  }

  /** Asks main for a file and installs it. Throws RequestError of a refusal. */
  async function add(): Promise<void> {
    const { paths } = await ask('dialog.chooseImport', { kind: 'network' })
    const [path] = paths
    if (path !== undefined) await install(path, null)
  }

  /** Installs the file with what the person said of it. Throws RequestError. */
  async function addWith(form: OriginForm): Promise<void> {
    if (nameless.value !== null) await install(nameless.value, originOf(form))
  }

  async function install(path: string, origin: RequestOf<'networks.add'>['origin']): Promise<void> {
    try {
      const { networkId } = await ask('networks.add', { path, origin })
      nameless.value = null
      show(await ask('networks.list', {}))
      chosenId.value = networkId
    } catch (error) {
      if (error instanceof RequestError && error.failure.code === 'network.no-description') nameless.value = path
      throw error
    }
  }

  async function remove(networkId: string): Promise<void> {
    show(await ask('networks.remove', { networkId }))
  }

  /** Answers with the set that was made, null where it was not. Throws RequestError of a refusal. */
  async function run(image: 'ct' | 'emission'): Promise<string | null> {
    const patientId = patients.patientId
    const timePointId = selection.timePoint?.id
    if (patientId === null || timePointId === undefined || chosenId.value === '' || running.value) return null
    running.value = true
    result.value = null
    try {
      const { jobId } = await ask('networks.run', { patientId, timePointId, networkId: chosenId.value, image })
      const last = await jobs.finished(jobId)
      if (last.failure) throw new RequestError(last.failure)
      if (last.state !== 'done' || last.result?.kind !== 'network-segmentation') return null
      result.value = last.result
      return last.result.timePointId === selection.timePoint?.id ? last.result.setId : null
    } finally {
      running.value = false
    }
  }

  return { networks, damaged, loaded, chosenId, nameless, result, running, load, add, addWith, remove, run }
})
