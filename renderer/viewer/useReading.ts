import { ref, watch } from 'vue'
import type { Vec3 } from '../../native-core/imaging/types.ts'
import { formatNumber, formatUncertain } from '../ui/index.ts'
import type { Affine } from './affine.ts'
import type { Comparison, ImageLayer, Picture } from './picture.ts'
import { sliceClient } from './sliceClient.ts'

export interface Reading {
  readonly ct: string
  readonly emission: string
  readonly structures: readonly string[]
}

/** A CT number in whole HU, with a true minus sign. */
export const huText = (value: number | null): string =>
  value === null ? '' : `${Math.round(value) < 0 ? '−' : ''}${Math.abs(Math.round(value))} HU`

/** A value with what is known of its uncertainty: that of the voxel, and that which the structure's values share. */
export function valueText(
  layer: ImageLayer,
  value: number,
  sd: number | null,
  relativeUncertainty: number | undefined,
): string {
  const shown = value / layer.perUnit
  if (sd === null && relativeUncertainty === undefined) return `${formatNumber(shown, 4)} ${layer.unit}`
  const uncertainty = Math.hypot((sd ?? 0) / layer.perUnit, (relativeUncertainty ?? 0) * shown)
  return formatUncertain(shown, uncertainty, layer.unit)
}

/** What both images of a comparison hold at a point, and the difference where that is what is seen; '' where neither reaches it. */
export function comparedText(
  { names, mode }: Pick<Comparison, 'names' | 'mode'>,
  of: 'ct' | 'emission',
  values: readonly [first: number | null, second: number | null],
  text: (value: number | null) => string,
): string {
  const [first, second] = values
  if (first === null && second === null) return ''
  const both = `${names[0]} ${text(first) || '–'}, ${names[1]} ${text(second) || '–'}`
  const isSeen = mode.kind === 'difference' && mode.of === of && first !== null && second !== null
  return isSeen ? `difference ${text(second - first)} (${both})` : both
}

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
    const { ct, emission, emissionSd = null, structures, comparison = null } = picture()
    const seconds = [comparison?.ct ?? null, comparison?.emission ?? null]
    const all = [ct, emission, emissionSd, ...seconds, ...structures]
    const layers = all.filter((layer) => layer !== null)
    try {
      const values = await sliceClient().ask('probe', {
        point: [...point()] as [number, number, number],
        layers: layers.map(({ id, toWorld }) => ({ id, toWorld: [...toWorld] as unknown as Affine })),
      })
      // By place, not by id: one image may lie in two places.
      const at = (layer: (typeof all)[number]) => (layer === null ? null : (values[layers.indexOf(layer)] ?? null))
      const inside = structures.filter((one) => (at(one) ?? 0) >= 0.5)
      const relative = inside.find((one) => one.relativeUncertainty !== undefined)?.relativeUncertainty
      const value = at(emission)
      const emissionText = (one: number | null): string =>
        emission && one !== null ? valueText(emission, one, at(emissionSd), relative) : ''
      const [secondCt = null, secondEmission = null] = seconds
      reading.value = {
        ct: comparison ? comparedText(comparison, 'ct', [at(ct), at(secondCt)], huText) : huText(at(ct)),
        emission: comparison
          ? comparedText(comparison, 'emission', [value, at(secondEmission)], emissionText)
          : emissionText(value),
        structures: inside.map((one) => one.name),
      }
    } catch {
      reading.value = { ct: '', emission: '', structures: [] }
    } finally {
      busy = false
      if (wanted) void read()
    }
  }

  watch([point, loaded, () => picture().ct, () => picture().emission, () => picture().comparison], () => void read(), {
    immediate: true,
  })
  return reading
}
