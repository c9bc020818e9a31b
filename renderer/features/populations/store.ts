/** Populations of the store: what there is, which curves a fit would take, fits, and their use for the open patient. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  populationDocumentSchema,
  type Failure,
  type GatheredCurve,
  type PopulationFitAsk,
  type PopulationSelection,
  type PopulationUse,
  type PopulationView,
} from '../../../electron/contracts/index.ts'
import { ask, toFailure } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { withoutPopulation, withPopulation, type FewScansMethod } from './model/use.ts'

/** Larger files are no population. */
const MOST_BYTES = 900_000

const refusal = (code: string, message: string, hint: string): Failure => ({ kind: 'input', code, message, hint })

export const usePopulationStore = defineStore('populations', () => {
  const jobs = useJobStore()
  const patients = usePatientStore()
  const list = shallowRef<readonly PopulationView[]>([])
  const uses = shallowRef<readonly PopulationUse[]>([])
  const loaded = ref(false)
  const chosenId = ref<string | null>(null)
  const gathered = shallowRef<readonly GatheredCurve[]>([])
  const fitId = ref<string | null>(null)
  const busy = ref(false)
  /** What was refused last, for the place where it was asked. */
  const failure = ref<Failure | null>(null)
  /** What was done last, in words. */
  const told = ref('')
  let latest = 0

  const chosen = computed(() => list.value.find(({ populationId }) => populationId === chosenId.value) ?? null)
  const usesOf = (populationId: string) => uses.value.filter((use) => use.populationId === populationId)
  const fit = computed(() => jobs.running.find(({ jobId }) => jobId === fitId.value) ?? null)

  async function attempt(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    failure.value = null
    told.value = ''
    try {
      await act()
      return true
    } catch (error) {
      failure.value = toFailure(error)
      return false
    } finally {
      busy.value = false
    }
  }

  async function read(): Promise<void> {
    const [views, named] = await Promise.all([ask('populations.list', {}), ask('populations.uses', {})])
    list.value = views
    uses.value = named
    loaded.value = true
  }
  const load = () => attempt(read)

  /** The curves of a selection; null empties the list. Only the newest answer counts. */
  async function gather(selection: PopulationSelection | null): Promise<void> {
    const mine = ++latest
    if (!selection) {
      gathered.value = []
      return
    }
    try {
      const found = await ask('populations.gather', selection)
      if (mine === latest) gathered.value = found
    } catch (error) {
      if (mine !== latest) return
      gathered.value = []
      failure.value = toFailure(error)
    }
  }

  /** True where a version was stored, or the same was stored already; it is then the chosen one. */
  async function fitPopulation(what: PopulationFitAsk): Promise<boolean> {
    failure.value = null
    told.value = ''
    try {
      const { jobId } = await ask('populations.fit', what)
      fitId.value = jobId
      const last = await jobs.finished(jobId)
      failure.value = last.failure
      if (last.state !== 'done' || last.result?.kind !== 'population') return false
      await read()
      chosenId.value = last.result.populationId
      told.value = last.result.added
        ? 'Fitted and stored.'
        : 'The same curves had been fitted to the same end before: nothing was added.'
      return true
    } catch (error) {
      failure.value = toFailure(error)
      return false
    } finally {
      fitId.value = null
    }
  }

  async function cancelFit(): Promise<void> {
    if (fitId.value !== null) await jobs.cancel(fitId.value)
  }

  const retire = (populationId: string) =>
    attempt(async () => {
      list.value = await ask('populations.retire', { populationId })
      if (chosenId.value === populationId) chosenId.value = null
      told.value = 'It is out of use. What was made with it keeps its numbers.'
    })

  /** A document of another site, or of an earlier export. */
  const importFile = (file: File) =>
    attempt(async () => {
      const document = await documentOf(file)
      if ('code' in document) {
        failure.value = document
        return
      }
      const { populationId } = await ask('populations.import', { document })
      await read()
      chosenId.value = populationId
      const view = list.value.find((one) => one.populationId === populationId)
      told.value = `Imported as version ${view?.version ?? ''} of “${document.name}”, marked as imported.`
    })

  const exportFile = (populationId: string) =>
    attempt(async () => {
      const { savedTo } = await ask('files.export', { kind: 'population', populationId })
      if (savedTo.length > 0) told.value = `Saved: ${savedTo.join(', ')}`
    })

  /** Changes of the open patient's protocol, undone like all others. */
  const use = (view: PopulationView, names: readonly string[], how: { method: FewScansMethod; upToScans: number }) =>
    attempt(async () => {
      const protocol = patients.view?.protocol
      if (!protocol) return
      const what = `Population ${view.name} used for ${names.join(', ')}`
      await patients.changeProtocol(what, withPopulation(protocol, view.populationId, names, how))
      await read()
    })
  const stopUsing = (view: PopulationView) =>
    attempt(async () => {
      const protocol = patients.view?.protocol
      if (!protocol) return
      await patients.changeProtocol(
        `Population ${view.name} no longer used`,
        withoutPopulation(protocol, view.populationId),
      )
      await read()
    })

  return {
    list,
    loaded,
    chosenId,
    chosen,
    gathered,
    fit,
    busy,
    failure,
    told,
    usesOf,
    load,
    gather,
    fitPopulation,
    cancelFit,
    retire,
    importFile,
    exportFile,
    use,
    stopUsing,
  }
})

async function documentOf(file: File) {
  const refused = (why: string) =>
    refusal(
      'population.file',
      `${file.name} is no document of a population: ${why}`,
      'Choose a file that Theratwin exported: theratwin-population-….json.',
    )
  if (file.size > MOST_BYTES) return refused('it is too large.')
  let json: unknown
  try {
    json = JSON.parse(await file.text())
  } catch {
    return refused('it is no JSON.')
  }
  const parsed = populationDocumentSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return refused(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not as expected'}.`)
}
