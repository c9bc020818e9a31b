/** Regions drawn on planar images of the open patient: the drawing with its history, the views, and what the chosen region measures. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Failure, PlanarMeasured, PlanarOrigin } from '../../../electron/contracts/index.ts'
import { ask, oneAtATime, toFailure } from '../../bridge/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { requestOf, workOf } from './model/planarForm.ts'
import { emptyWork, withAcquisitions, type Part, type PlanarWork } from './model/planarWork.ts'
import { viewImages, type ViewImages } from './model/planarViews.ts'

/** How long a hand may go on before the region is measured, ms. */
const PAUSE_MS = 120

export const usePlanarStore = defineStore('planarRegions', () => {
  const patients = usePatientStore()
  const { busy, failure, attempt } = oneAtATime()
  const past = shallowRef<readonly PlanarWork[]>([])
  const future = shallowRef<readonly PlanarWork[]>([])
  const work = shallowRef<PlanarWork>(emptyWork)
  /** Changes of one kind in a row are one step: the arrows of a keyboard, the letters of a field. */
  let lastKind = ''
  const nuclide = ref('')
  const scanImages = ref<string | null>(null)
  const regionName = ref<string | null>(null)
  const part = ref<Part>('source')
  /** What was found about the images that were added. */
  const problems = shallowRef<readonly string[]>([])

  const scan = computed(() => work.value.scans.find(({ images }) => images === scanImages.value) ?? work.value.scans[0])
  const region = computed(
    () => work.value.regions.find(({ name }) => name === regionName.value) ?? work.value.regions[0],
  )

  function change(next: PlanarWork, kind = ''): void {
    if (kind === '' || kind !== lastKind) past.value = [...past.value, work.value]
    lastKind = kind
    future.value = []
    work.value = next
  }
  function step(from: typeof past, to: typeof past): void {
    const next = from.value.at(-1)
    if (!next) return
    from.value = from.value.slice(0, -1)
    to.value = [...to.value, work.value]
    lastKind = ''
    work.value = next
  }
  const undo = (): void => step(past, future)
  const redo = (): void => step(future, past)

  function begin(next: PlanarWork): void {
    past.value = []
    future.value = []
    lastKind = ''
    failure.value = null
    work.value = next
    ;[scanImages.value, regionName.value, part.value, problems.value] = [null, null, 'source', []]
  }
  /** The drawing of a kept series. False where another version of the program wrote it. */
  function reopen(origin: PlanarOrigin): boolean {
    const next = workOf(origin)
    if (!next) return false
    begin(next)
    regionName.value = origin.region
    return true
  }

  const addImages = (cycle: number) =>
    attempt(async () => {
      const { patientId } = patients
      const [path] = (await ask('dialog.chooseImport', { kind: 'planar' })).paths
      if (patientId === null || path === undefined) return
      const found = await ask('planar.look', { patientId, cycle, path })
      if (patients.patientId !== patientId) return
      problems.value = found.problems
      if (found.acquisitions.length === 0) return
      change(withAcquisitions(work.value, found.acquisitions))
      scanImages.value = found.acquisitions[0]?.images ?? null
    })

  const views = shallowRef<ViewImages | null>(null)
  const viewFailure = shallowRef<Failure | null>(null)
  const wantedView = computed(() => {
    const peakKev = Number((work.value.texts['peakKev'] ?? '').replace(',', '.'))
    const { images, anteriorDetector } = scan.value ?? {}
    if (images === undefined || !(peakKev > 0)) return null
    return { images, peakKev, ...(anteriorDetector == null ? {} : { anteriorDetector }) }
  })
  watch(
    () => JSON.stringify(wantedView.value),
    async (key) => {
      viewFailure.value = null
      const what = wantedView.value
      views.value = null
      if (!what) return
      try {
        const found = viewImages(await ask('planar.views', what))
        if (JSON.stringify(wantedView.value) === key) views.value = found
      } catch (error) {
        if (JSON.stringify(wantedView.value) === key) viewFailure.value = toFailure(error)
      }
    },
  )

  const made = computed(() => requestOf(work.value, nuclide.value, region.value ? [region.value.name] : []))
  const measured = shallowRef<PlanarMeasured | null>(null)
  const measureFailure = shallowRef<Failure | null>(null)
  const isMeasuring = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch([made, () => work.value.ctPath], () => {
    clearTimeout(timer)
    const { value: now } = made
    const name = region.value?.name
    // Numbers of another drawing are not shown beside this one.
    measured.value = null
    measureFailure.value = null
    isMeasuring.value = now.ok && name !== undefined
    if (!now.ok || name === undefined) return
    const ctPath = work.value.ctPath || null
    timer = setTimeout(async () => {
      try {
        const found = await ask('planar.measure', { request: now.value, ctPath, region: name })
        if (made.value === now) measured.value = found
      } catch (error) {
        if (made.value === now) measureFailure.value = toFailure(error)
      } finally {
        if (made.value === now) isMeasuring.value = false
      }
    }, PAUSE_MS)
  })

  // A drawing is of one patient.
  watch(
    () => patients.patientId,
    () => begin(emptyWork),
  )
  const release = (): void => void ask('planar.release', {}).catch(() => undefined)

  return {
    ...{ work, change, undo, redo, begin, reopen, addImages, release, busy, failure, problems, nuclide },
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    ...{ scan, scanImages, region, regionName, part, views, viewFailure, made, measured, measureFailure, isMeasuring },
  }
})
