import { ref, watch } from 'vue'
import type { Vec3 } from '../../native-core/imaging/types.ts'
import { formatNumber } from '../ui/index.ts'
import type { Affine } from './affine.ts'
import type { ImageLayer, Picture } from './picture.ts'
import { sliceClient } from './sliceClient.ts'

export interface Reading {
  readonly ct: string
  readonly emission: string
  readonly structures: readonly string[]
}

/** A CT number in whole HU, with a true minus sign. */
export const huText = (value: number | null): string =>
  value === null ? '' : `${Math.round(value) < 0 ? '−' : ''}${Math.abs(Math.round(value))} HU`

/** Values of the voxels at a point, with their units, and the structures that hold it; newest wish first. */
export function useReading(point: () => Vec3, picture: () => Picture, loaded: () => number) {
  const reading = ref<Reading>({ ct: '', emission: '', structures: [] })
  let busy = false
  let wanted = false

  async function read(): Promise<void> {
    if (busy) {
      wanted = true
      return
    }
    busy = true
    wanted = false
    const { ct, emission, structures } = picture()
    const layers = [ct, emission, ...structures].filter((layer) => layer !== null)
    try {
      const values = await sliceClient().ask('probe', {
        point: [...point()] as [number, number, number],
        layers: layers.map(({ id, toWorld }) => ({ id, toWorld: [...toWorld] as unknown as Affine })),
      })
      const at = (layer: { id: string } | null) => {
        const index = layers.findIndex((one) => one.id === layer?.id)
        return values[index] ?? null
      }
      const text = (layer: ImageLayer | null) => {
        const value = at(layer)
        return layer && value !== null ? `${formatNumber(value / layer.perUnit, 4)} ${layer.unit}` : ''
      }
      reading.value = {
        ct: huText(at(ct)),
        emission: text(emission),
        structures: structures.filter((one) => (at(one) ?? 0) >= 0.5).map((one) => one.name),
      }
    } catch {
      reading.value = { ct: '', emission: '', structures: [] }
    } finally {
      busy = false
      if (wanted) void read()
    }
  }

  watch([point, loaded, () => picture().ct, () => picture().emission], () => void read(), { immediate: true })
  return reading
}
