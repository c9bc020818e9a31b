/** What of a time point is handed to the drawing worker. */
import type { MaskRef, TimePointView, VolumeRef } from '../../../../electron/contracts/index.ts'
import { resourceUrl } from '../../../bridge/index.ts'
import { layerOf } from '../../images/index.ts'
import type { ImageRole, ImageSource, StructureSource } from './protocol.ts'

/** The image whose voxels are drawn on: CT where there is one, being finer. Null where there is neither. */
export function roleOf(point: TimePointView): ImageRole | null {
  return point.ct ? 'ct' : point.emission ? 'emission' : null
}

function imageSource(point: TimePointView, role: ImageRole, volume: VolumeRef | null): ImageSource[] {
  const layer = layerOf(point, volume)
  if (!layer) return []
  return [
    {
      role,
      url: resourceUrl('volume', layer.id),
      grid: plain(layer.grid),
      unit: layer.unit,
      perUnit: layer.perUnit,
    },
  ]
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

export function imageSources(point: TimePointView): ImageSource[] {
  return [...imageSource(point, 'ct', point.ct), ...imageSource(point, 'emission', point.emission)]
}

/** A stored structure as it is opened for drawing. */
export function openedStructure(mask: MaskRef): StructureSource {
  const { structureId, name, kind, type, colourRgb, origin, method, review, identity } = mask
  return plain({
    structure: { id: structureId, name, kind, type, colourRgb, origin, method, review, identity, keptId: structureId },
    url: resourceUrl('mask', mask.id),
    grid: mask.grid,
    boxStart: mask.boxStart,
    boxSize: mask.boxSize,
  })
}
