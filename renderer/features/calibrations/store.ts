/** Calibrations of the site's cameras: those in the store, drafts of an analysis, and their use for the open patient. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type {
  CalibrationAnalyse,
  CalibrationDraft,
  CalibrationView,
  PhantomImageView,
  StoredCalibration,
} from '../../../electron/contracts/index.ts'
import { RequestError, ask, oneAtATime } from '../../bridge/index.ts'
import { useFollowedJob } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import type { CalibrationKind } from './model/describe.ts'

export const useCalibrationStore = defineStore('calibrations', () => {
  const patients = usePatientStore()
  /** `failure`: what was refused last, for the place where it was asked. */
  const { busy, failure, attempt } = oneAtATime()
  const { job: analysing, follow, cancel: cancelAnalysis } = useFollowedJob()
  const list = ref<readonly CalibrationView[]>([])
  const loaded = ref(false)
  const chosenId = ref<string | null>(null)
  const drafts = ref<CalibrationDraft | null>(null)
  /** Of the store, or of the folder that was looked at; null before. */
  const images = ref<readonly PhantomImageView[] | null>(null)
  const chosen = computed(() => list.value.find((one) => one.calibrationId === chosenId.value) ?? null)
  const ofKind = (kind: CalibrationKind) => list.value.filter(({ content }) => content.kind === kind)

  const load = () =>
    attempt(async () => {
      list.value = await ask('calibrations.list', {})
      loaded.value = true
    })

  /** Stores each of them; what was stored before one was refused stays stored, and `drafts` keeps the others. */
  const add = (contents: readonly StoredCalibration[]) =>
    attempt(async () => {
      try {
        for (const content of contents) {
          chosenId.value = (await ask('calibrations.add', { content })).calibrationId
          if (drafts.value)
            drafts.value = {
              ...drafts.value,
              drafts: drafts.value.drafts.filter(({ kind }) => kind !== content.kind),
            }
        }
      } finally {
        list.value = await ask('calibrations.list', {})
      }
    })

  const retire = (calibrationId: string) =>
    attempt(async () => {
      list.value = await ask('calibrations.retire', { calibrationId })
      if (chosenId.value === calibrationId) chosenId.value = null
    })

  /** Lists the emission images of a folder, or those of the store for null. */
  const lookFor = (folder: string | null) =>
    attempt(async () => {
      images.value = null
      images.value = await ask('calibrations.images', { folder })
    })

  /** Analyses a phantom; `drafts` has what it proposes. One that was cancelled leaves everything as it was. */
  const analyse = (what: CalibrationAnalyse) =>
    attempt(async () => {
      const { jobId } = await ask('calibrations.analyse', what)
      const { state, failure: refusal, result } = await follow(jobId)
      if (state === 'cancelled') return
      if (refusal) throw new RequestError(refusal)
      if (result?.kind === 'calibration') drafts.value = result.draft
    })

  /** Copies it into the open patient's protocol; undone like other changes of it. */
  const apply = ({ calibrationId, content }: CalibrationView, seriesUid?: string) =>
    attempt(() =>
      patients.changeThrough(`"${content.name}" used`, (patientId) =>
        ask('calibrations.apply', { patientId, calibrationId, ...(seriesUid === undefined ? {} : { seriesUid }) }),
      ),
    )

  return {
    list,
    loaded,
    chosenId,
    chosen,
    drafts,
    images,
    analysing,
    busy,
    failure,
    ofKind,
    load,
    add,
    retire,
    lookFor,
    analyse,
    cancelAnalysis,
    apply,
    attempt,
  }
})
