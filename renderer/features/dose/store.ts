import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type {
  ActivityMapOptions,
  DoseComparison,
  EngineValues,
  VoxelDoseResult,
  VoxelEngine,
} from '../../../electron/contracts/index.ts'
import { activityMapOptionsSchema } from '../../../electron/contracts/index.ts'
import { ask } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'

/** Voxel doses of the open patient: which there are, which is looked at, and making another. */
export const useVoxelDoseStore = defineStore('voxelDose', () => {
  const jobs = useJobStore()
  const patients = usePatientStore()
  const selection = useSelectionStore()

  const engines = shallowRef<readonly VoxelEngine[]>([])
  const results = shallowRef<Record<string, VoxelDoseResult>>({})
  const chosenId = ref<string | null>(null)
  const otherId = ref<string | null>(null)
  const criteria = ref<{ dosePercent: number; distanceMm: number; normalisation: 'global' | 'local' }>({
    dosePercent: 3,
    distanceMm: 3,
    normalisation: 'global',
  })
  const comparison = shallowRef<DoseComparison | null>(null)
  const savedTo = ref<readonly string[]>([])
  /** The form of the next run. */
  const engineId = ref('')
  const parameters = ref<Record<string, EngineValues>>({})
  const timePointId = ref<string | null>(null)
  const activityMap = ref<ActivityMapOptions>(activityMapOptionsSchema.parse({}))

  const running = computed(() => jobs.running.some((job) => job.kind === 'dose'))
  const summaries = computed(() =>
    (patients.view?.voxelDoses ?? []).filter((one) => one.cycle === selection.cycle?.index),
  )
  const summary = computed(
    () => summaries.value.find((one) => one.doseId === chosenId.value) ?? summaries.value[0] ?? null,
  )
  const result = computed(() => (summary.value ? (results.value[summary.value.doseId] ?? null) : null))
  const engine = computed(() => engines.value.find((one) => one.id === engineId.value) ?? engines.value[0] ?? null)
  const values = computed<EngineValues>(() => {
    const own = engine.value
    if (!own) return {}
    const defaults = Object.fromEntries(own.parameters.map((one) => [one.id, one.default]))
    return { ...defaults, ...parameters.value[own.id] }
  })
  const canRun = computed(
    () => !running.value && patients.view?.analysisState === 'done' && selection.analysisCycle !== null,
  )

  async function loadEngines(): Promise<void> {
    if (engines.value.length === 0) engines.value = await ask('dose.engines', {})
  }

  function setParameter(id: string, value: number | string | boolean): void {
    const own = engine.value
    if (own) parameters.value = { ...parameters.value, [own.id]: { ...values.value, [id]: value } }
  }

  function resetParameters(): void {
    const own = engine.value
    if (own) parameters.value = Object.fromEntries(Object.entries(parameters.value).filter(([id]) => id !== own.id))
    activityMap.value = activityMapOptionsSchema.parse({})
  }

  /** A dose rate is of one image: there is no curve in it. */
  function optionsFor(point: string | null): ActivityMapOptions {
    const { fit, ...others } = activityMap.value
    return point === null && fit ? { ...others, fit } : others
  }

  async function run(): Promise<void> {
    const patientId = patients.patientId
    const cycle = selection.cycle
    const own = engine.value
    if (patientId === null || !cycle || !own || !canRun.value) return
    const { jobId } = await ask('dose.compute', {
      patientId,
      cycle: cycle.index,
      engineId: own.id,
      parameters: { ...values.value },
      timePointId: timePointId.value,
      activityMap: optionsFor(timePointId.value),
    })
    const last = await jobs.finished(jobId)
    if (last.state !== 'done' || last.result?.kind !== 'dose' || patients.patientId !== patientId) return
    await patients.open(patientId)
    chosenId.value = last.result.doseId
  }

  async function load(doseId: string): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || results.value[doseId]) return
    const found = await ask('dose.result', { patientId, doseId })
    if (patients.patientId === patientId) results.value = { ...results.value, [doseId]: found }
  }

  /** Results that the one looked at can be compared with. */
  const comparable = computed(() =>
    summaries.value.filter((one) => one.doseId !== summary.value?.doseId && one.quantity === summary.value?.quantity),
  )

  async function compare(): Promise<void> {
    const patientId = patients.patientId
    const evaluatedId = summary.value?.doseId
    const referenceId = otherId.value
    if (patientId === null || evaluatedId === undefined || referenceId === null || running.value) return
    comparison.value = null
    const { jobId } = await ask('dose.compare', { patientId, evaluatedId, referenceId, ...criteria.value })
    const last = await jobs.finished(jobId)
    if (last.state !== 'done' || last.result?.kind !== 'dose-comparison') return
    const found = await ask('dose.comparison', { patientId, comparisonId: last.result.comparisonId })
    if (summary.value?.doseId === found.evaluatedId && otherId.value === found.referenceId) comparison.value = found
  }

  /** Writes the dose that is looked at into a folder that the person chooses: RT Dose and NIfTI. */
  async function save(): Promise<void> {
    const patientId = patients.patientId
    const doseId = summary.value?.doseId
    if (patientId === null || doseId === undefined) return
    savedTo.value = (await ask('files.export', { kind: 'dose', patientId, doseId })).savedTo
  }

  watch(
    () => patients.patientId,
    () => {
      results.value = {}
      chosenId.value = null
      timePointId.value = null
    },
  )
  watch(
    () => selection.cycle?.index,
    () => (timePointId.value = null),
  )
  watch(
    () => summary.value?.doseId,
    (doseId) => {
      savedTo.value = []
      otherId.value = null
      if (doseId !== undefined) void load(doseId)
    },
    { immediate: true },
  )

  watch([otherId, criteria], () => (comparison.value = null), { deep: true })

  return {
    otherId,
    criteria,
    comparison,
    comparable,
    compare,
    engines,
    engine,
    engineId,
    values,
    timePointId,
    activityMap,
    running,
    canRun,
    summaries,
    summary,
    result,
    results,
    chosenId,
    savedTo,
    save,
    loadEngines,
    setParameter,
    resetParameters,
    run,
    load,
  }
})
