import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { LesionCandidates, MaskRef, StructureSetView } from '../../../electron/contracts/index.ts'
import { RequestError, ask } from '../../bridge/index.ts'
import { useVoxels } from '../images/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import { formatMoment } from '../../ui/index.ts'
import { sliceClient } from '../../viewer/index.ts'
import { acceptedOf, nothingFound, rowsOf, runningBurden, type Decision, type Verdict } from './model/candidates.ts'
import { firstForm, searchAsk, type SearchForm, type SearchPlace } from './model/searchForm.ts'

/** Looking for lesions in the chosen time point, and judging what was found. Decisions are kept for each set while the window is open. */
export const useLesionStore = defineStore('lesions', () => {
  const patients = usePatientStore()
  const selection = useSelectionStore()
  const jobs = useJobStore()
  const voxels = useVoxels(sliceClient())

  const form = ref<SearchForm>({ ...firstForm })
  /** Of the time point: those that can be looked through, and that organs can be taken from. */
  const sets = shallowRef<readonly StructureSetView[]>([])
  const inUse = shallowRef<readonly MaskRef[]>([])
  const found = shallowRef<LesionCandidates | null>(null)
  const masks = shallowRef<readonly MaskRef[]>([])
  const decisions = ref<Record<string, Record<string, Decision>>>({})
  /** Sets that were judged since they were last saved, and where they belong. */
  const judged = ref<Record<string, { readonly patientId: string; readonly timePointId: string }>>({})
  const chosenId = ref<string | null>(null)
  const hoveredId = ref<string | null>(null)
  /** What is to be told of the last work; '' nothing. */
  const message = ref('')
  const searching = ref(false)
  let asked = 0

  const rows = computed(() => rowsOf(found.value?.candidates ?? [], decisions.value[found.value?.setId ?? ''] ?? {}))
  const burden = computed(() => runningBurden(rows.value))
  const place = computed<SearchPlace | null>(() => {
    const patientId = patients.patientId
    const point = selection.timePoint
    return patientId === null || !point ? null : { patientId, timePointId: point.id, structures: inUse.value }
  })
  /** Sets that a search may have made. */
  const candidateSets = computed(() => sets.value.filter(({ origin }) => origin === 'computed'))
  const setInUse = computed(() => sets.value.find((one) => one.inUse) ?? null)

  /** The sets of the time point and the structures in use; what was found stays while it is of the same time point. Throws RequestError. */
  async function load(): Promise<void> {
    const at = place.value
    const mine = ++asked
    if (!at) return
    const { patientId, timePointId } = at
    const [nextSets, nextInUse] = await Promise.all([
      ask('structures.sets', { patientId, timePointId }),
      ask('structures.list', { patientId, timePointId }),
    ])
    if (mine !== asked) return
    sets.value = nextSets
    inUse.value = nextInUse
  }

  /** Shows the candidates of a set that a search made. Throws RequestError. */
  async function open(setId: string): Promise<void> {
    const at = place.value
    if (!at) return
    const { patientId, timePointId } = at
    const [candidates, itsMasks] = await Promise.all([
      ask('lesions.candidates', { patientId, timePointId, setId }),
      ask('structures.list', { patientId, timePointId, setId }),
    ])
    if (place.value?.timePointId !== timePointId) return
    found.value = candidates
    masks.value = itsMasks
    chosenId.value = rows.value[0]?.structureId ?? null
    void loadMasks()
  }

  const loadMasks = (): Promise<unknown> => Promise.all(masks.value.map((mask) => voxels.loadMask(mask)))

  // As the images' own: a worker that breaks down again and again is not started again.
  let restarts = 0
  sliceClient().onLost(() => {
    if (restarts++ < 3) void loadMasks()
  })

  /** Runs the search that the form asks for and shows what it found. Throws RequestError of a refusal. */
  async function search(): Promise<void> {
    const at = place.value
    const made = at && searchAsk(form.value, at)
    if (!at || !made?.ask || searching.value) return
    message.value = ''
    searching.value = true
    try {
      const { jobId } = await ask('lesions.find', made.ask)
      const last = await jobs.finished(jobId)
      if (last.failure) throw new RequestError(last.failure)
      if (last.state !== 'done' || last.result?.kind !== 'lesions') return
      if (place.value?.timePointId !== at.timePointId) return
      const { setId } = last.result
      if (setId === null) {
        forget()
        message.value = nothingFound(last.result)
        return
      }
      await load()
      await open(setId)
    } finally {
      searching.value = false
    }
  }

  function change(structureId: string, next: Partial<Decision>): void {
    const setId = found.value?.setId
    const row = rows.value.find((one) => one.structureId === structureId)
    if (setId === undefined || !row) return
    const before = { verdict: row.verdict, name: row.shownName }
    if (place.value) {
      const { patientId, timePointId } = place.value
      judged.value = { ...judged.value, [setId]: { patientId, timePointId } }
    }
    decisions.value = {
      ...decisions.value,
      [setId]: { ...decisions.value[setId], [structureId]: { ...before, ...next } },
    }
  }

  /** Decides; the same decision again takes it back. */
  function judge(structureId: string, verdict: Exclude<Verdict, 'open'>): void {
    const row = rows.value.find((one) => one.structureId === structureId)
    change(structureId, { verdict: row?.verdict === verdict ? 'open' : verdict })
  }

  function rename(structureId: string, name: string): void {
    const given = name.trim().slice(0, 200)
    if (given !== '') change(structureId, { name: given })
  }

  /** Stores the accepted candidates as a new set. Throws RequestError. */
  async function accept(label: string, withSetId: string | null, use: boolean): Promise<void> {
    const at = place.value
    const setId = found.value?.setId
    if (!at || setId === undefined) return
    const { patientId, timePointId } = at
    const accepted = acceptedOf(rows.value)
    const stored = await ask('lesions.accept', { patientId, timePointId, setId, accepted, withSetId, label, use })
    judged.value = Object.fromEntries(Object.entries(judged.value).filter(([one]) => one !== setId))
    const { count } = stored.burden
    message.value = `${count} lesion${count === 1 ? '' : 's'} saved as "${label}"${use ? ', which is in use now' : ''}.`
    await load()
  }

  /** Accepted candidates of judged sets that were not saved, by set. */
  const unsaved = computed(() =>
    Object.entries(judged.value).flatMap(([setId, at]) => {
      const accepted = Object.entries(decisions.value[setId] ?? {})
        .filter(([, { verdict }]) => verdict === 'accepted')
        .map(([structureId, { name }]) => ({ structureId, name, identity: null }))
      return accepted.length === 0 ? [] : [{ ...at, setId, accepted }]
    }),
  )

  /** Stores them as sets that count nowhere. Throws RequestError. */
  async function keepUnsaved(): Promise<void> {
    const label = `Lesions kept at closing, ${formatMoment(new Date().toISOString())}`
    for (const one of unsaved.value) await ask('lesions.accept', { ...one, withSetId: null, label, use: false })
    judged.value = {}
  }

  function forget(): void {
    found.value = null
    masks.value = []
    chosenId.value = null
    hoveredId.value = null
  }

  watch(
    // Each by itself: a view that was asked for again has the same ones, and what was found stays.
    [() => patients.patientId, () => selection.timePoint?.id],
    () => {
      forget()
      sets.value = []
      inUse.value = []
      message.value = ''
    },
  )

  return {
    form,
    sets,
    inUse,
    found,
    masks,
    rows,
    burden,
    place,
    candidateSets,
    setInUse,
    chosenId,
    hoveredId,
    message,
    searching,
    arrivals: voxels.state.arrivals,
    load,
    open,
    loadMasks,
    search,
    judge,
    rename,
    accept,
    hasUnsaved: computed(() => unsaved.value.length > 0),
    keepUnsaved,
  }
})
