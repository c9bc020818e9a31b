import { computed, type Ref } from 'vue'
import type { MaskRef } from '../../../electron/contracts/index.ts'
import { identity, type Picture } from '../../viewer/index.ts'
import { useImageStore } from '../images/index.ts'
import { useSelectionStore, useStructureStyles } from '../patients/index.ts'
import { useHandStore } from './handStore.ts'
import { useLandmarkStore } from './landmarkStore.ts'
import { layersAt, linesOf, movingLayers, pictureOf, scaleOf } from './model/look.ts'
import { useRegistrationStore } from './store.ts'

/** What the views of the page show now; null where there are not two time points. */
export function useComparison(flickerSide: Ref<0 | 1>) {
  const registration = useRegistrationStore()
  const hand = useHandStore()
  const landmarks = useLandmarkStore()
  const images = useImageStore()
  const selection = useSelectionStore()
  const styles = useStructureStyles()

  const isByHand = computed(() => registration.tab === 'hand' && hand.pose !== null)
  const isMarking = computed(() => registration.tab === 'landmarks')
  /** A movement that was not kept yet is also what a registration may begin from. */
  const showsHand = computed(() => isByHand.value || (registration.tab === 'compute' && hand.isChanged))
  /** Landmarks and movements by hand go with the linear part of a registration. */
  const carried = computed(() => (showsHand.value || isMarking.value ? null : registration.carried))
  const matrix = computed(() => (showsHand.value ? hand.pose : registration.matrix))
  const alone = computed<0 | 1 | null>(() => {
    if (isMarking.value) return landmarks.pendingMm === null ? 0 : 1
    if (registration.look.mode === 'flicker') return flickerSide.value
    return null
  })
  const masksOf = (id: string | undefined): readonly MaskRef[] => (id === undefined ? [] : (images.masks[id] ?? []))

  const picture = computed<Picture | null>(() => {
    const [fixed, moving] = [registration.fixed?.point, registration.moving?.point]
    if (!fixed || !moving) return null
    return pictureOf(registration.look, {
      fixed,
      moving,
      fixedLayers: layersAt(fixed, identity),
      movingLayers: movingLayers(moving, matrix.value, carried.value),
      carried: carried.value,
      ctWindow: images.ctWindow,
      map: images.map,
      blend: images.blend,
      structures: linesOf(
        registration.look,
        masksOf(fixed.id),
        masksOf(moving.id),
        matrix.value,
        carried.value,
        styles.styleOf,
        (name) => name === selection.hovered,
      ),
      alone: alone.value,
    })
  })

  /** A view's window was dragged. */
  function changePicture(change: Partial<Pick<Picture, 'ctWindow' | 'emissionWindow'>>): void {
    const { look, fixed } = registration
    if (change.ctWindow) images.changePicture({ ctWindow: change.ctWindow })
    const whole = scaleOf(fixed?.point.emission ?? null, 1).high
    if (change.emissionWindow && look.mode !== 'jacobian')
      registration.look = { ...look, scaleShare: Math.min(2, Math.max(0.01, change.emissionWindow.high / whole)) }
  }

  return { picture, matrix, alone, isByHand, showsHand, isMarking, masksOf, changePicture }
}
