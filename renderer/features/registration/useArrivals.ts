import { computed, watch } from 'vue'
import { resourceUrl } from '../../bridge/index.ts'
import { sliceClient } from '../../viewer/index.ts'
import { useImageStore, useVoxels } from '../images/index.ts'
import { useRegistrationStore } from './store.ts'

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Brings the voxels of both time points, and what a deformable registration carries, to the slice worker. */
export function useArrivals(fail: (error: unknown) => void) {
  const registration = useRegistrationStore()
  const images = useImageStore()
  const client = sliceClient()
  const voxels = useVoxels(client)

  watch(
    () => [registration.fixed?.point, registration.moving?.point, images.masks],
    () => {
      const points = [registration.fixed?.point, registration.moving?.point].filter((point) => point !== undefined)
      images.load(points).catch(fail)
    },
    { immediate: true },
  )
  watch(
    () => registration.carried,
    (preview) => {
      if (!preview) return
      const { grid, ctId, emissionId, jacobianId, displacementId, displacementGrid, structures } = preview
      const volume = (id: string | null, description: string, modality: 'CT' | 'NM') =>
        id === null ? Promise.resolve() : voxels.loadVolume({ id, grid, description, modality })
      const field = async (): Promise<void> => {
        if (displacementId === null || displacementGrid === null) return
        const url = resourceUrl('volume', displacementId)
        await client.ask('loadField', { id: displacementId, url, grid: plain(displacementGrid) })
        voxels.state.arrivals.value++
      }
      const lines = structures.map((one) => voxels.loadMask(one))
      const all = [
        volume(ctId, 'Carried CT', 'CT'),
        volume(emissionId, 'Carried emission image', 'NM'),
        volume(jacobianId, 'Jacobian', 'CT'),
        field(),
        ...lines,
      ]
      Promise.all(all).catch(fail)
    },
    { immediate: true },
  )

  return {
    arrivals: computed(() => images.arrivals + voxels.state.arrivals.value),
    failure: computed(() => images.loadingFailure || voxels.state.loadingFailure.value),
    fraction: computed(() => images.loadingFraction ?? voxels.state.loadingFraction.value),
  }
}
