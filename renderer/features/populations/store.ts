/** Populations of the store: what there is, which curves a fit would take, fits, and their use for the open patient. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  populationDocumentSchema,
  type GatheredCurve,
  type PopulationDocument,
  type PopulationFitAsk,
  type PopulationSelection,
  type PopulationUse,
  type PopulationView,
  type Protocol,
} from '../../../electron/contracts/index.ts'
import { RequestError, ask, oneAtATime, toFailure } from '../../bridge/index.ts'
import { useFollowedJob } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { withoutPopulation, withPopulation, type FewScansMethod } from './model/use.ts'

/** Larger files are no population. */
const MOST_BYTES = 900_000

export const usePopulationStore = defineStore('populations', () => {
  const patients = usePatientStore()
  const list = shallowRef<readonly PopulationView[]>([])
  const uses = shallowRef<readonly PopulationUse[]>([])
  const loaded = ref(false)
  const chosenId = ref<string | null>(null)
  const gathered = shallowRef<readonly GatheredCurve[]>([])
  /** `failure`: what was refused last, for the place where it was asked. */
  const { busy, failure, attempt: attemptOne } = oneAtATime()
  const { job: fit, follow, cancel: cancelFit } = useFollowedJob()
  /** What was done last, in words. */
  const told = ref('')
  let latest = 0

  const chosen = computed(() => list.value.find(({ populationId }) => populationId === chosenId.value) ?? null)
  const usesOf = (populationId: string) => uses.value.filter((use) => use.populationId === populationId)

  const attempt = (act: () => Promise<unknown>): Promise<boolean> =>
    attemptOne(() => {
      told.value = ''
      return act()
    })

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
      const last = await follow(jobId)
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
    }
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

  /** Of the open patient's protocol, undone like all other changes. */
  const change = (what: string, changed: (protocol: Protocol) => Protocol) =>
    attempt(async () => {
      const protocol = patients.view?.protocol
      if (!protocol) return
      await patients.changeProtocol(what, changed(protocol))
      await read()
    })
  const use = (
    { name, populationId }: PopulationView,
    names: readonly string[],
    how: { method: FewScansMethod; upToScans: number },
  ) =>
    change(`Population ${name} used for ${names.join(', ')}`, (protocol) =>
      withPopulation(protocol, populationId, names, how),
    )
  const stopUsing = ({ name, populationId }: PopulationView) =>
    change(`Population ${name} no longer used`, (protocol) => withoutPopulation(protocol, populationId))

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

/** The population of a file. Throws RequestError where it holds none. */
async function documentOf(file: File): Promise<PopulationDocument> {
  const refused = (why: string) =>
    new RequestError({
      kind: 'input',
      code: 'population.file',
      message: `${file.name} is no document of a population: ${why}`,
      hint: 'Choose a file that Theratwin exported: theratwin-population-….json.',
    })
  if (file.size > MOST_BYTES) throw refused('it is too large.')
  let json: unknown
  try {
    json = JSON.parse(await file.text())
  } catch {
    throw refused('it is no JSON.')
  }
  const parsed = populationDocumentSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw refused(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not as expected'}.`)
}
