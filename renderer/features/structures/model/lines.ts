/** The outlines of drawn structures in the plane of a view. */
import type { CoverageVolume } from '../../../../native-core/imaging/segmentation/manual/index.ts'
import type { ImageGrid, VoxelBox } from '../../../../native-core/imaging/types.ts'
import { identity } from '../../../viewer/affine.ts'
import { inPixels, planeOf, type PlaneLines } from '../../../viewer/levelLines.ts'
import { maskOutlines, padded } from '../../../viewer/maskOutlines.ts'
import type { Polyline } from '../../../viewer/outline.ts'
import type { SlicePlane } from '../../../viewer/planes.ts'

/** How far a slice of the grid may be turned against the view and still be one of it. */
const PARALLEL = 1e-6

/** Planes that are remembered, over all structures: three views of some dozen structures. */
const KEPT = 300

export class OutlineMaker {
  readonly #kept = new Map<string, PlaneLines>()

  /** The outline of a volume. `version` names its state: the same one gives the same lines and is not made again. */
  lines(volume: CoverageVolume, version: string, plane: SlicePlane): Polyline[] {
    const of = planeOf(plane)
    const key = `${version} ${of.normal.join()} ${of.offsetMm.toFixed(4)}`
    let lines = this.#kept.get(key)
    if (lines === undefined) {
      lines = linesIn(volume, of)
      const oldest = this.#kept.keys().next().value
      if (this.#kept.size >= KEPT && oldest !== undefined) this.#kept.delete(oldest)
    } else this.#kept.delete(key)
    this.#kept.set(key, lines)
    return inPixels(lines, plane, of)
  }
}

function linesIn(volume: CoverageVolume, of: ReturnType<typeof planeOf>): PlaneLines {
  const box = slab(volume.grid, volume.bounds(), of)
  if (box.size.includes(0)) return { lines: [] }
  const { coverage } = volume.read(box)
  const mask = padded(coverage, { grid: volume.grid, boxStart: box.start, boxSize: box.size })
  return maskOutlines(mask.volume, mask.grid, identity, of)
}

/** What of the box is needed for a plane: two slices on each side of it where it runs along slices, else all. */
function slab(grid: ImageGrid, box: VoxelBox, { normal, offsetMm }: ReturnType<typeof planeOf>): VoxelBox {
  const d = grid.direction
  const along = ([0, 1, 2] as const).map(
    (axis) => d[axis] * normal[0] + d[3 + axis]! * normal[1] + d[6 + axis]! * normal[2],
  )
  const axis = along.findIndex((part) => Math.abs(part) > 1 - PARALLEL)
  if (axis < 0) return box
  const o = grid.originMm
  const fromOrigin = offsetMm - (o[0] * normal[0] + o[1] * normal[1] + o[2] * normal[2])
  const place = fromOrigin / (along[axis]! * grid.spacingMm[axis]!)
  const low = Math.max(box.start[axis]!, Math.floor(place) - 1)
  const high = Math.min(box.start[axis]! + box.size[axis]! - 1, Math.ceil(place) + 1)
  const start: [number, number, number] = [...box.start]
  const size: [number, number, number] = [...box.size]
  start[axis] = low
  size[axis] = Math.max(0, high - low + 1)
  return { start: start, size }
}
