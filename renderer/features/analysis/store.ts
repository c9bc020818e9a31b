import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import { HOUR_S } from '../../units.ts'
import { ask } from '../../bridge/index.ts'
import { formatNumber } from '../../ui/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { differsInFitOnly } from './model/fitOnly.ts'
import { modelLabel, withModel, type TacModel } from './model/models.ts'
import { withPoint, type CurvePoint } from './model/points.ts'
import { withSeriesPoint, type SeriesPoint } from './model/seriesPoints.ts'

/** Starts the analysis of the open patient and changes what it is made with. */
export const useAnalysisStore = defineStore('analysis', () => {
  const jobs = useJobStore()
  const patients = usePatientStore()
  const running = computed(() => jobs.running.some((job) => job.kind === 'analysis'))
  const blockedBy = computed(() => patients.view?.analysisBlockedBy ?? '')
  /** The protocol of the last run that started by itself: one that failed is not tried again. */
  let tried: string | null = null

  async function run(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || running.value) return
    const { jobId } = await ask('analysis.run', { patientId })
    const last = await jobs.finished(jobId)
    if (last.state === 'done' && patients.patientId === patientId) await patients.open(patientId)
  }

  /** A structure's own model; null goes back to what the protocol says for all. */
  async function chooseModel(structure: string, model: TacModel | null): Promise<void> {
    const protocol = patients.view?.protocol
    if (!protocol) return
    const word = model === null ? 'that of the protocol' : modelLabel(model)
    await patients.changeProtocol(`Model of ${structure}: ${word}`, withModel(protocol, structure, model))
  }

  /** Leaves a point out of the fit for a reason, which may be ''; null takes it in again. */
  async function leaveOut(point: CurvePoint, timeS: number, reason: string | null): Promise<void> {
    const protocol = patients.view?.protocol
    if (!protocol) return
    const what = `${point.structure} at ${formatNumber(timeS / HOUR_S, 3)} h ${reason === null ? 'fitted' : 'left out'}`
    await patients.changeProtocol(what, withPoint(protocol, point, reason))
  }

  /** The same for a point of a measured series. */
  async function leaveSeriesPointOut(point: SeriesPoint, reason: string | null): Promise<void> {
    const protocol = patients.view?.protocol
    if (!protocol) return
    const what = `Series of ${point.structure} at ${formatNumber(point.timeS / HOUR_S, 3)} h ${reason === null ? 'fitted' : 'left out'}`
    await patients.changeProtocol(what, withSeriesPoint(protocol, point, reason))
  }

  /**
   * Runs the analysis whenever it is out of date by a change of the fit alone, which takes no measuring: after a choice, and after its undo.
   * To be called in the setup of a component, which hears of errors and ends it.
   */
  function followFit(): void {
    watch(
      () => patients.view,
      (view) => {
        if (!view?.analysis || view.analysisState !== 'stale' || running.value || blockedBy.value !== '') return
        const protocol = JSON.stringify(view.protocol)
        if (tried === protocol || !differsInFitOnly(view.analysis.protocol, view.protocol)) return
        tried = protocol
        return run()
      },
      { immediate: true },
    )
  }

  return { running, blockedBy, run, chooseModel, leaveOut, leaveSeriesPointOut, followFit }
})
