import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { indexToPatientMatrix } from '../../../native-core/imaging/grid.ts'
import { applyMat4, IDENTITY_MAT4 } from '../../../native-core/imaging/transform.ts'
import type { ImageGrid, Mat4, Vec3 } from '../../../native-core/imaging/types.ts'
import { usePatientStore } from '../patients/index.ts'
import { moved, numbersOf, poseOf, rigidPart, shiftBetween, turned, type PoseNumbers } from './model/pose.ts'
import { useRegistrationStore } from './store.ts'

const middleOf = ({ dimensions, ...grid }: ImageGrid): Vec3 => {
  const last = dimensions.map((n) => (n - 1) / 2) as unknown as Vec3
  return applyMat4(indexToPatientMatrix({ ...grid, dimensions }), last)
}

/** The moving image as it is moved by hand, with steps back. Null until it is begun. */
export const useHandStore = defineStore('registrationByHand', () => {
  const patients = usePatientStore()
  const registration = useRegistrationStore()
  const pose = shallowRef<Mat4 | null>(null)
  const before = shallowRef<readonly Mat4[]>([])
  const stepMm = ref(2)
  const stepDeg = ref(1)

  /** The middle of the moving image, in its own coordinates: what the numbers turn about. */
  const centreMm = computed<Vec3>(() => {
    const point = registration.moving?.point
    const grid = (point?.ct ?? point?.emission)?.grid
    return grid ? middleOf(grid) : [0, 0, 0]
  })
  const fixedCentreMm = computed<Vec3>(() => {
    const point = registration.fixed?.point
    const grid = (point?.ct ?? point?.emission)?.grid
    return grid ? middleOf(grid) : [0, 0, 0]
  })
  const numbers = computed<PoseNumbers>(() => numbersOf(pose.value ?? IDENTITY_MAT4, centreMm.value))
  const isChanged = computed(() => before.value.length > 0)

  /** From what is shown, without its stretch; where nothing is shown in place, middle on middle. */
  function begin(): void {
    pose.value = registration.matrix
      ? rigidPart(registration.matrix, centreMm.value)
      : shiftBetween(centreMm.value, fixedCentreMm.value)
    before.value = []
  }

  /** Remembers where the image lies, before a movement that is one step back. */
  function mark(): void {
    if (pose.value) before.value = [...before.value, pose.value]
  }

  function set(next: Mat4): void {
    pose.value = next
  }

  function change(next: (pose: Mat4) => Mat4): void {
    if (!pose.value) return
    mark()
    set(next(pose.value))
  }

  function undo(): void {
    const last = before.value.at(-1)
    if (!last) return
    before.value = before.value.slice(0, -1)
    set(last)
  }

  /** Throws RequestError. */
  async function save(): Promise<void> {
    const [patientId, fixed, moving] = [patients.patientId, registration.fixed, registration.moving]
    if (patientId === null || !fixed || !moving || !pose.value) return
    const ask = {
      patientId,
      fixedTimePointId: fixed.point.id,
      movingTimePointId: moving.point.id,
      movingToFixed: [...pose.value],
    }
    if (await registration.make({ name: 'manual', ask })) end()
  }

  function end(): void {
    pose.value = null
    before.value = []
  }

  // Another pair, or the same turned round, is another movement.
  watch(() => [registration.fixedId, registration.movingId], end)

  return {
    pose,
    numbers,
    stepMm,
    stepDeg,
    isChanged,
    begin,
    mark,
    set,
    shift: (byMm: Vec3) => change((now) => moved(now, byMm)),
    turn: (axis: 0 | 1 | 2, degrees: number, aboutMm: Vec3) => change((now) => turned(now, axis, degrees, aboutMm)),
    setNumbers: (next: PoseNumbers) => change(() => poseOf(next, centreMm.value)),
    undo,
    save,
    end,
  }
})
