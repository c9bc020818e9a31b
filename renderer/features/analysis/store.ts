import { defineStore } from 'pinia'
import { computed } from 'vue'
import { ask } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { modelLabel, withModel, type TacModel } from './model/models.ts'

/** Starts the analysis of the open patient and changes what it is made with. */
export const useAnalysisStore = defineStore('analysis', () => {
  const jobs = useJobStore()
  const patients = usePatientStore()
  const running = computed(() => jobs.running.some((job) => job.kind === 'analysis'))
  const blockedBy = computed(() => patients.view?.analysisBlockedBy ?? '')

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

  return { running, blockedBy, run, chooseModel }
})
