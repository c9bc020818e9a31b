import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { StructureSetView, TimePointView } from '../../../electron/contracts/index.ts'
import type { Vec3 } from '../../../native-core/imaging/types.ts'
import { ask } from '../../bridge/index.ts'
import type { Plane } from '../../viewer/index.ts'
import { formatMoment } from '../../ui/index.ts'
import { usePatientStore, useSelectionStore, useStructureStyles } from '../patients/index.ts'
import { drawingClient } from './client.ts'
import { imageSources, openedStructure, roleOf } from './model/opening.ts'
import type {
  DrawingCalls,
  DrawingState,
  DrawnStructure,
  DrawRules,
  Operation,
  StructureState,
} from './model/protocol.ts'
import { freeName } from './model/operations.ts'
import { useSearch } from './useSearch.ts'

type SessionCall = 'commit' | 'cancel' | 'undo' | 'redo'

const sessionKey = (patientId: string, timePointId: string, setId: string) => `${patientId}/${timePointId}/${setId}`

/** Where a drawing belongs. */
interface DrawingPlace {
  readonly patientId: string
  readonly timePointId: string
}

/** The structures of the chosen time point as they are drawn: their state in the drawing worker, and what is asked of it. */
export const useDrawingStore = defineStore('drawing', () => {
  const patients = usePatientStore()
  const selection = useSelectionStore()
  const styles = useStructureStyles()
  const client = drawingClient()
  const search = useSearch()

  const sets = shallowRef<readonly StructureSetView[]>([])
  const setId = ref<string | null>(null)
  const key = ref<string | null>(null)
  const state = shallowRef<DrawingState | null>(null)
  const chosenId = ref<string | null>(null)
  const hidden = ref<Record<string, boolean>>({})
  const isOpening = ref(false)
  /** Where the hand is over a view, and which: a ball of a brush is seen in the other views too. */
  const hand = shallowRef<{ readonly pointMm: Vec3; readonly plane: Plane } | null>(null)
  /** Questions under way that change something. */
  const waiting = ref(0)
  /** How often the drawing worker broke down: what was not saved is gone then. */
  const losses = ref(0)
  client.onLost(() => {
    losses.value++
    unsaved.value = new Map()
  })
  /** The drawings of this window, also of other time points, that differ from what is stored. */
  const unsaved = shallowRef<ReadonlyMap<string, DrawingPlace>>(new Map())
  let opened = 0
  let created = 0

  const structures = computed<readonly StructureState[]>(() => state.value?.structures ?? [])
  const chosen = computed(() => structures.value.find((one) => one.id === chosenId.value) ?? null)
  const visible = computed(() => structures.value.filter((one) => !hidden.value[one.id] || one.id === chosenId.value))
  const role = computed(() => (selection.timePoint ? roleOf(selection.timePoint) : null))

  function showState(of: string, next: DrawingState): void {
    if (key.value === of) state.value = next
    if (next.isChanged === unsaved.value.has(of)) return
    const changed = new Map(unsaved.value)
    const [patientId = '', timePointId = ''] = of.split('/')
    if (next.isChanged) changed.set(of, { patientId, timePointId })
    else changed.delete(of)
    unsaved.value = changed
  }

  /** Opens the structures of a time point: those of the named set, or of the one that its numbers are made from. Throws RequestError. */
  async function open(point: TimePointView, wanted: string | null = null): Promise<void> {
    const patientId = patients.patientId
    const drawnOn = roleOf(point)
    if (patientId === null || drawnOn === null) return
    const mine = ++opened
    search.stop()
    isOpening.value = true
    try {
      const found = await ask('structures.sets', { patientId, timePointId: point.id })
      const set = found.find((one) => one.setId === wanted) ?? found.find((one) => one.inUse) ?? found[0] ?? null
      const masks = set ? await ask('structures.list', { patientId, timePointId: point.id, setId: set.setId }) : []
      const next = sessionKey(patientId, point.id, set?.setId ?? '')
      const images = imageSources(point)
      const answer = await client.ask('open', {
        key: next,
        role: drawnOn,
        grid: images.find((image) => image.role === drawnOn)!.grid,
        images,
        structures: masks.map(openedStructure),
      })
      if (mine !== opened) return
      styles.meet(masks)
      sets.value = found
      setId.value = set?.setId ?? null
      key.value = next
      state.value = answer
      chosenId.value = structures.value.find((one) => one.name === selection.structure)?.id ?? null
    } finally {
      if (mine === opened) isOpening.value = false
    }
  }

  async function change<N extends Exclude<keyof DrawingCalls, 'open' | 'lines' | 'upload' | 'saved' | 'search'>>(
    name: N,
    what: Omit<DrawingCalls[N]['ask'], 'key' | 'found'>,
    found: Pick<DrawingCalls['edit']['ask'], 'found'> = {},
  ): Promise<void> {
    const of = key.value
    if (of === null) return
    // What is looked for was asked of the state before this.
    search.stop()
    waiting.value++
    try {
      // Plain data: what comes out of reactive state cannot be cloned to the worker.
      const plain = JSON.parse(JSON.stringify({ ...what, key: of })) as DrawingCalls[N]['ask']
      showState(of, await client.ask(name, { ...plain, ...found }))
    } finally {
      waiting.value--
    }
  }

  const call = (name: SessionCall) => change(name, {})

  /** Draws an edit that can be seen. What takes long is looked for in the search worker; nothing changes where that is stopped. */
  async function edit(operation: Operation, rules: DrawRules, step: 'more' | 'anew'): Promise<void> {
    const [id, of] = [chosenId.value, key.value]
    if (id === null || of === null) return
    if (operation.kind !== 'find' && operation.kind !== 'walk') return change('edit', { id, operation, rules, step })
    const plain = JSON.parse(JSON.stringify(operation)) as typeof operation
    const found = await search.find(() => client.ask('search', { key: of, id, operation: plain }))
    if (found !== null) await change('edit', { id, operation, rules, step }, { found })
  }

  /** A new, empty structure, chosen at once. */
  async function add(wantedName: string, kind: DrawnStructure['kind']): Promise<void> {
    const id = `drawn-${++created}`
    const name = freeName(wantedName, structures.value)
    await change('add', {
      structure: {
        id,
        name,
        kind,
        type: '',
        colourRgb: null,
        origin: 'drawn here',
        method: { kind: 'drawn', description: 'drawn by hand', parameters: {} },
        review: 'none',
        identity: null,
        keptId: null,
      },
    })
    chosenId.value = id
  }

  function choose(id: string | null): void {
    search.stop()
    chosenId.value = id
    const one = structures.value.find((structure) => structure.id === id)
    if (one) selection.structure = one.name
  }

  /** Stores a drawing as a new set and goes on with it as that set; answers with the names of empty structures, which are left out. */
  async function store(
    of: string,
    { patientId, timePointId }: DrawingPlace,
    label: string,
    use: boolean,
  ): Promise<readonly string[]> {
    const upload = await client.ask('upload', { key: of })
    if (upload.structures.length === 0) return upload.empty
    const stored = await ask('structures.save', {
      patientId,
      timePointId,
      label,
      use,
      structures: [...upload.structures],
    })
    // The old set is opened as it is stored when it is chosen again.
    const next = sessionKey(patientId, timePointId, stored.setId)
    const answer = await client.ask('saved', { key: of, newKey: next })
    unsaved.value = new Map([...unsaved.value].filter(([one]) => one !== of))
    if (key.value === of) {
      key.value = next
      setId.value = stored.setId
      state.value = answer
    }
    return upload.empty
  }

  /** Stores what is drawn as a new set; answers with the names of empty structures, which are left out. Throws RequestError. */
  async function save(label: string, use: boolean): Promise<readonly string[]> {
    const of = key.value
    const timePointId = selection.timePoint?.id
    const patientId = patients.patientId
    if (of === null || timePointId === undefined || patientId === null) return []
    const empty = await store(of, { patientId, timePointId }, label, use)
    sets.value = await ask('structures.sets', { patientId, timePointId })
    return empty
  }

  /** Stores every drawing that differs from what is stored, as sets that count nowhere. Throws RequestError. */
  async function keepUnsaved(): Promise<void> {
    const label = `Kept at closing, ${formatMoment(new Date().toISOString())}`
    for (const [of, place] of unsaved.value) await store(of, place, label, false)
  }

  watch(structures, (now) => styles.join(now.map((one) => one.name)), { flush: 'sync' })
  watch(
    () => selection.structure,
    (name) => {
      const one = structures.value.find((structure) => structure.name === name)
      if (one) chosenId.value = one.id
    },
  )

  return {
    sets,
    setId,
    key,
    state,
    structures,
    visible,
    chosen,
    chosenId,
    hidden,
    role,
    isOpening,
    hand,
    waiting,
    isSearching: search.isSearching,
    searchFraction: search.fraction,
    stopSearch: search.stop,
    losses,
    hasUnsaved: computed(() => unsaved.value.size > 0),
    keepUnsaved,
    open,
    edit,
    commit: () => call('commit'),
    cancel: () => call('cancel'),
    undo: () => call('undo'),
    redo: () => call('redo'),
    remove: (id: string) => change('remove', { id }),
    update: (label: string, structure: DrawnStructure) => change('change', { label, structure }),
    add,
    choose,
    save,
    lines: (plane: DrawingCalls['lines']['ask']['plane']) =>
      client.ask('lines', { key: key.value ?? '', plane, ids: visible.value.map((one) => one.id) }),
  }
})
