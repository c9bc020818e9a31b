import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ask } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'

export type ReportFormat = 'pdf' | 'csv' | 'json'

const OPERATOR_KEY = 'theratwin.operator'

/** Makes and saves the report of the open patient. */
export const useReportStore = defineStore('report', () => {
  const jobs = useJobStore()
  const patients = usePatientStore()
  const operator = ref(remembered())
  const savedTo = ref<readonly string[]>([])
  const running = computed(() => jobs.running.some((job) => job.kind === 'report'))
  const report = computed(() => patients.view?.report ?? null)

  function remembered(): string {
    try {
      return localStorage.getItem(OPERATOR_KEY) ?? ''
    } catch {
      return ''
    }
  }

  async function create(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || running.value) return
    savedTo.value = []
    try {
      localStorage.setItem(OPERATOR_KEY, operator.value)
    } catch {
      // The name is asked for again next time.
    }
    const { jobId } = await ask('report.create', { patientId, operator: operator.value.trim() })
    const last = await jobs.finished(jobId)
    if (last.state === 'done' && patients.patientId === patientId) await patients.open(patientId)
  }

  async function save(formats: ReportFormat[]): Promise<void> {
    if (!report.value || formats.length === 0) return
    const answer = await ask('report.save', { reportId: report.value.reportId, formats })
    savedTo.value = answer.savedTo
  }

  return { operator, savedTo, running, report, create, save }
})
