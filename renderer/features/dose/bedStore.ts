import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { AnswerOf, BedElsewhere, BedMapResult, BedSum, BedTissue } from '../../../electron/contracts/index.ts'
import { ask } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { useVoxelDoseStore } from './store.ts'

/** BED maps of the voxel dose that is looked at, and making them. */
export const useBedMapStore = defineStore('bedMap', () => {
  const jobs = useJobStore()
  const patients = usePatientStore()
  const doses = useVoxelDoseStore()

  /** Of the dose that it names. */
  const latest = shallowRef<BedMapResult | null>(null)
  const tissues = shallowRef<readonly BedTissue[]>([])
  const curves = ref<BedMapResult['curves']>('voxel')
  const hasElsewhere = ref(false)
  const elsewhere = ref<BedElsewhere>({ alphaBetaGy: 3, repairHalfTimeH: 1.5 })

  /** On the grid of the dose that it names, and the doses that could be added up there. */
  const latestSum = shallowRef<BedSum | null>(null)
  const addable = shallowRef<AnswerOf<'bedSum.available'>>([])

  const doseId = computed(() => doses.summary?.doseId ?? null)
  const result = computed(() => (latest.value?.doseId === doseId.value ? latest.value : null))
  const sum = computed(() => (latestSum.value?.referenceId === doseId.value ? latestSum.value : null))
  /** Cycles beside that of the dose have BED maps, and so has the dose. */
  const canAdd = computed(
    () =>
      !doses.running &&
      result.value?.stale === false &&
      addable.value.length > 1 &&
      addable.value.some((one) => one.doseId === doseId.value),
  )
  const canRun = computed(
    () => !doses.running && doses.summary?.quantity === 'dose' && !doses.summary.stale && doseId.value !== null,
  )

  let asked = 0
  let newest: Promise<void> | null = null
  /** Reads the maps of the dose anew. One that another overtakes ends with that: whoever waits finds the newest. */
  const load = (): Promise<void> => (newest = read())
  async function read(): Promise<void> {
    const mine = ++asked
    const [patientId, id] = [patients.patientId, doseId.value]
    if (patientId === null || id === null) {
      latest.value = null
      latestSum.value = null
      addable.value = []
      return
    }
    const dose = { patientId, doseId: id }
    const [found, added, choices] = await Promise.all([
      ask('bedMap.result', dose),
      ask('bedSum.result', dose),
      ask('bedSum.available', dose),
    ])
    if (mine === asked) {
      latest.value = found
      latestSum.value = added
      addable.value = choices
    } else await newest
  }

  /** What the structures would be judged by, for the form. */
  async function loadTissues(): Promise<void> {
    const [patientId, id] = [patients.patientId, doseId.value]
    if (patientId === null || id === null) return
    const found = await ask('bedMap.tissues', { patientId, doseId: id })
    if (doseId.value === id) tissues.value = found
  }

  /** Computes the maps of the dose; whether they are there and the dose is still looked at. */
  async function run(): Promise<boolean> {
    const [patientId, id] = [patients.patientId, doseId.value]
    if (patientId === null || id === null || !canRun.value) return false
    const { jobId } = await ask('bedMap.compute', {
      ...{ patientId, doseId: id, curves: curves.value },
      elsewhere: hasElsewhere.value ? { ...elsewhere.value } : null,
    })
    const last = await jobs.finished(jobId)
    if (last.state !== 'done' || doseId.value !== id) return false
    await load()
    return result.value !== null
  }

  /** Adds the BED of all cycles up that have maps; whether the sum is there and the dose is still looked at. */
  async function add(): Promise<boolean> {
    const [patientId, id] = [patients.patientId, doseId.value]
    if (patientId === null || id === null || !canAdd.value) return false
    const doseIds = addable.value.map((one) => one.doseId)
    const { jobId } = await ask('bedSum.compute', { patientId, referenceId: id, doseIds })
    const last = await jobs.finished(jobId)
    if (last.state !== 'done' || doseId.value !== id) return false
    await load()
    return sum.value !== null
  }

  /** Writes the maps, of this cycle or of the sum, into a folder that the person chooses; answers with the paths. */
  async function save(kind: 'bed-map' | 'bed-sum' = 'bed-map'): Promise<readonly string[]> {
    const [patientId, id] = [patients.patientId, doseId.value]
    if (patientId === null || id === null || !(kind === 'bed-map' ? result.value : sum.value)) return []
    return (await ask('files.export', { kind, patientId, doseId: id })).savedTo
  }

  // The view is another object whenever something of the patient was stored, such as settings of biology.
  watch([doseId, () => patients.view], () => void load(), { immediate: true })

  return {
    ...{ result, sum, addable, tissues, curves, hasElsewhere, elsewhere, canRun, canAdd },
    ...{ load, loadTissues, run, add, save },
  }
})
