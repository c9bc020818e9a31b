/** Measured series of the open patient: what is stored, a draft that is looked at, and which of them count. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type {
  ActivitySeries,
  MeasuredSeriesView,
  SeriesFromRequest,
  SeriesUse,
} from '../../../electron/contracts/index.ts'
import { ask, oneAtATime, toFailure } from '../../bridge/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { seriesRows, USE_WORDS, withEntry, type SeriesRow } from './model/use.ts'

export const useSeriesStore = defineStore('measuredSeries', () => {
  const patients = usePatientStore()
  const views = shallowRef<readonly MeasuredSeriesView[]>([])
  /** The patient whose series these are. */
  const loadedFor = ref<string | null>(null)
  const { busy, failure, attempt: attemptOne } = oneAtATime()
  /** What was done last, in words, while the protocol is the one that it was said of: an undo makes it untrue. */
  const done = ref({ words: '', protocol: '' })
  const protocolText = () => JSON.stringify(patients.view?.protocol)
  const told = computed(() => (done.value.protocol === protocolText() ? done.value.words : ''))
  const tell = (words: string): void => {
    done.value = { words, protocol: protocolText() }
  }
  /** Shown before it is kept. */
  const draft = shallowRef<ActivitySeries | null>(null)
  const rows = computed(() => {
    const protocol = patients.view?.protocol
    return protocol && loadedFor.value === patients.patientId ? seriesRows(views.value, protocol) : []
  })

  async function attempt(act: (patientId: string) => Promise<unknown>): Promise<boolean> {
    const { patientId } = patients
    if (patientId === null) return false
    return attemptOne(() => {
      tell('')
      return act(patientId)
    })
  }

  async function read(patientId: string): Promise<void> {
    const found = await ask('measuredSeries.list', { patientId })
    if (patients.patientId !== patientId) return
    views.value = found
    loadedFor.value = patientId
  }

  async function load(): Promise<void> {
    const { patientId } = patients
    if (patientId === null) return
    try {
      await read(patientId)
    } catch (error) {
      if (patients.patientId === patientId) failure.value = toFailure(error)
    }
  }

  /** A draft of images or samples; the backend computes it and stores nothing. */
  const request = (what: SeriesFromRequest) =>
    attempt(async (patientId) => {
      const { draft: made } = await ask('measuredSeries.fromRequest', what)
      if (patients.patientId === patientId) draft.value = made
    })

  /** How a change is called where it can be undone. */
  const words = ({ structure, cycle, source }: ActivitySeries, use: SeriesUse | null): string =>
    `Series (${source}) of ${structure}, cycle ${cycle}: ${use === null ? 'not used' : USE_WORDS[use]}`

  const useStored = (seriesId: string, content: ActivitySeries, use: SeriesUse): Promise<void> =>
    patients.changeThrough(words(content, use), (patientId) => ask('measuredSeries.use', { patientId, seriesId, use }))

  /** Stores the draft, and uses it where `use` says how. */
  const keep = (use: SeriesUse | null) =>
    attempt(async (patientId) => {
      const content = draft.value
      if (!content) return
      const { seriesId } = await ask('measuredSeries.add', { patientId, content })
      draft.value = null
      await read(patientId)
      if (use !== null) await useStored(seriesId, content, use)
      tell(use === null ? 'Stored. It counts once you choose how.' : `Stored, and used ${USE_WORDS[use]}.`)
    })

  /** Another way of counting; null takes it out of the protocol. Undone like every change of the protocol. */
  const change = (row: SeriesRow, use: SeriesUse | null) =>
    attempt(async () => {
      const protocol = patients.view?.protocol
      if (!protocol) return
      if (row.entry)
        await patients.changeProtocol(
          words(row.content, use),
          withEntry(protocol, row.entry, use === null ? null : { use }),
        )
      else if (row.stored && use !== null) await useStored(row.stored.seriesId, row.content, use)
    })

  const setTolerance = ({ entry, content }: SeriesRow, toleranceH: number) =>
    attempt(async () => {
      const protocol = patients.view?.protocol
      if (!protocol || !entry) return
      const what = `Series of ${content.structure}: images within ${toleranceH} h scale it`
      await patients.changeProtocol(what, withEntry(protocol, entry, { use: entry.use, toleranceH }))
    })

  const retire = ({ stored, entry }: SeriesRow) =>
    attempt(async (patientId) => {
      if (!stored) return
      views.value = await ask('measuredSeries.retire', { patientId, seriesId: stored.seriesId })
      tell(
        entry
          ? 'Taken out of the list. The protocol keeps its copy until you choose "not used".'
          : 'Taken out of the list.',
      )
    })

  return { rows, loadedFor, busy, failure, told, draft, load, request, keep, change, setTolerance, retire }
})
