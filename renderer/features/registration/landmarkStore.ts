import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { RegistrationLandmark } from '../../../electron/contracts/index.ts'
import { landmarkErrors } from '../../../native-core/imaging/registrationQuality/index.ts'
import { applyMat4, IDENTITY_MAT4, invertAffine } from '../../../native-core/imaging/transform.ts'
import type { Vec3 } from '../../../native-core/imaging/types.ts'
import { ask } from '../../bridge/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { useRegistrationStore } from './store.ts'

const plain = ([x, y, z]: Vec3): [number, number, number] => [x, y, z]

/** Landmarks of the two time points: one is marked in the fixed image first, then in the moving one, and stored. */
export const useLandmarkStore = defineStore('registrationLandmarks', () => {
  const patients = usePatientStore()
  const registration = useRegistrationStore()
  const landmarks = shallowRef<readonly RegistrationLandmark[]>([])
  /** Marked in the fixed image and not yet in the moving one. */
  const pendingMm = shallowRef<Vec3 | null>(null)
  const isSaving = ref(false)

  const pair = computed(() => {
    const [patientId, fixed, moving] = [patients.patientId, registration.fixed, registration.moving]
    if (patientId === null || !fixed || !moving || fixed === moving) return null
    return { patientId, fixedTimePointId: fixed.point.id, movingTimePointId: moving.point.id }
  })
  const toFixed = computed(() => registration.matrix ?? IDENTITY_MAT4)

  /** Of the chosen registration: a deformable one is measured where its displacements are. Null without landmarks. */
  const errors = computed(() => {
    if (landmarks.value.length === 0 || registration.matrix === null) return null
    if (registration.chosen?.type === 'DEFORMABLE') return registration.chosen.quality?.landmarks ?? null
    const back = invertAffine(registration.matrix)
    return landmarkErrors(landmarks.value, (point) => applyMat4(back, point))
  })

  /** Throws RequestError. */
  async function load(): Promise<void> {
    const of = pair.value
    if (!of) return
    const found = await ask('registrations.landmarks', of)
    if (JSON.stringify(pair.value) === JSON.stringify(of)) landmarks.value = found
  }

  async function store(next: readonly RegistrationLandmark[]): Promise<void> {
    const of = pair.value
    if (!of) return
    isSaving.value = true
    try {
      registration.take(await ask('registrations.saveLandmarks', { ...of, landmarks: [...next] }))
      if (JSON.stringify(pair.value) === JSON.stringify(of)) landmarks.value = next
    } finally {
      isSaving.value = false
    }
  }

  function freeName(): string {
    const taken = new Set(landmarks.value.map(({ name }) => name))
    let n = 1
    while (taken.has(`L${n}`)) n++
    return `L${n}`
  }

  /** A point of the views: of the fixed image, or of the moving one as it lies there. Throws RequestError. */
  async function mark(pointMm: Vec3): Promise<void> {
    const first = pendingMm.value
    if (!first) {
      pendingMm.value = pointMm
      return
    }
    pendingMm.value = null
    const movingMm = applyMat4(invertAffine(toFixed.value), pointMm)
    await store([...landmarks.value, { name: freeName(), fixedMm: plain(first), movingMm: plain(movingMm) }])
  }

  watch(pair, (now, old) => {
    if (JSON.stringify(now) === JSON.stringify(old)) return
    landmarks.value = []
    pendingMm.value = null
  })

  return {
    landmarks,
    pendingMm,
    isSaving,
    toFixed,
    errors,
    load,
    mark,
    cancel: () => (pendingMm.value = null),
    remove: (name: string) => store(landmarks.value.filter((one) => one.name !== name)),
  }
})
