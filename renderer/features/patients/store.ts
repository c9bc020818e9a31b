import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { PatientSummary, PatientView, Protocol } from '../../../electron/contracts/index.ts'
import { ask, onEvent } from '../../bridge/index.ts'

/** One change of a protocol that can be taken back. */
export interface ProtocolChange {
  /** In words: "Model of KIDNEY_L set to bi-exponential". */
  readonly what: string
  readonly before: Protocol
  readonly after: Protocol
}

/** The patients of the store, and the one that is open. */
export const usePatientStore = defineStore('patients', () => {
  const list = ref<PatientSummary[]>([])
  const listLoaded = ref(false)
  const view = shallowRef<PatientView | null>(null)
  const opening = ref(false)
  const changes = ref<ProtocolChange[]>([])
  const undone = ref<ProtocolChange[]>([])
  const patientId = computed(() => view.value?.summary.patientId ?? null)
  let asked = 0

  async function loadList(): Promise<void> {
    list.value = await ask('patients.list', {})
    listLoaded.value = true
  }

  async function open(id: string): Promise<void> {
    const mine = ++asked
    opening.value = true
    try {
      const answer = await ask('patient.open', { patientId: id })
      if (mine !== asked) return
      if (patientId.value !== id) {
        changes.value = []
        undone.value = []
      }
      view.value = answer
    } finally {
      if (mine === asked) opening.value = false
    }
  }

  function close(): void {
    asked++
    view.value = null
    changes.value = []
    undone.value = []
  }

  async function put(protocol: Protocol): Promise<void> {
    const id = patientId.value
    if (id === null) return
    const answer = await ask('protocol.save', { patientId: id, protocol })
    if (patientId.value === id) view.value = answer
  }

  /** Saves a changed protocol; the change can be undone without limit while the patient is open. */
  async function changeProtocol(what: string, after: Protocol): Promise<void> {
    const before = view.value?.protocol
    if (!before || JSON.stringify(before) === JSON.stringify(after)) return
    await put(after)
    changes.value.push({ what, before, after })
    undone.value = []
  }

  /** A change of the protocol that another request makes in the store; undone like the others. */
  async function changeThrough(what: string, request: (patientId: string) => Promise<unknown>): Promise<void> {
    const id = patientId.value
    const before = view.value?.protocol
    if (id === null || !before) return
    await request(id)
    const answer = await ask('patient.open', { patientId: id })
    if (patientId.value !== id) return
    view.value = answer
    if (JSON.stringify(before) === JSON.stringify(answer.protocol)) return
    changes.value.push({ what, before, after: answer.protocol })
    undone.value = []
  }

  async function undo(): Promise<void> {
    const change = changes.value.at(-1)
    if (!change) return
    await put(change.before)
    changes.value.pop()
    undone.value.push(change)
  }

  async function redo(): Promise<void> {
    const change = undone.value.at(-1)
    if (!change) return
    await put(change.after)
    undone.value.pop()
    changes.value.push(change)
  }

  /** Subscribes to changes in the store; returns the function that ends it. */
  function listen(onFault: (error: unknown) => void): () => void {
    return onEvent('patientChanged', ({ patientId: changed }) => {
      loadList().catch(onFault)
      if (changed === patientId.value) open(changed).catch(onFault)
    })
  }

  return {
    list,
    listLoaded,
    view,
    opening,
    patientId,
    changes,
    undone,
    loadList,
    open,
    close,
    changeProtocol,
    changeThrough,
    undo,
    redo,
    listen,
  }
})
