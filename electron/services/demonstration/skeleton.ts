/** Spine and ribs of the simulated body. */
import { boundedTube, cluster, columnZ, grow, remembered, union } from './implicit.ts'
import type { BoundedSolid, Point, Solid } from './implicit.ts'

const VERTEBRA_PITCH_MM = 36
export const SPINE_LOW_MM = -120
export const SPINE_HIGH_MM = 96

export interface Spine {
  /** Marrow of the vertebral bodies wholly inside the images, and of those beyond. */
  readonly marrow: Solid
  readonly marrowBeyond: Solid
  /** What bodies, discs and the soft tissue at their rim fill together. */
  readonly spineColumn: Solid
  readonly canal: Solid
  readonly bone: Solid
}

/** Vertebral bodies 28 mm high with discs between them, the canal and the arches behind. */
export function buildSpine(): Spine {
  const spineY = 48
  const vertebrae: Solid[] = []
  const outside: Solid[] = []
  const arches: BoundedSolid[] = []
  for (let i = -1; i <= 8; i++) {
    const low = SPINE_LOW_MM + (i - 1) * VERTEBRA_PITCH_MM + 4
    const inside = low >= SPINE_LOW_MM && low + 28 <= SPINE_HIGH_MM
    ;(inside ? vertebrae : outside).push(columnZ([0, spineY], [22, 17], low, low + 28))
    const z = low + 10
    arches.push(
      boundedTube(
        [
          [-12, spineY + 18, z + 6],
          [-14, spineY + 29, z + 2],
          [0, spineY + 38, z - 4],
          [14, spineY + 29, z + 2],
          [12, spineY + 18, z + 6],
        ],
        4.5,
      ),
      boundedTube(
        [
          [0, spineY + 36, z - 2],
          [0, spineY + 56, z - 10],
        ],
        4,
      ),
      boundedTube(
        [
          [-14, spineY + 22, z],
          [-42, spineY + 26, z + 2],
        ],
        4.5,
      ),
      boundedTube(
        [
          [14, spineY + 22, z],
          [42, spineY + 26, z + 2],
        ],
        4.5,
      ),
    )
  }
  const marrow = remembered(union(...vertebrae))
  const marrowBeyond = remembered(union(...outside))
  const spineColumn = remembered(columnZ([0, spineY], [24, 19], -400, 400))
  const canal = columnZ([0, spineY + 25], [8, 7], -400, 400)
  const bone = union(cluster(arches), grow(marrow, 2), grow(marrowBeyond, 2))
  return { marrow, marrowBeyond, spineColumn, canal, bone }
}

/** Seven pairs of ribs: tilted arcs of an ellipse of the given half axes, from beside the spine to the flank and forward. */
export function ribCage(halfWidth: number, halfDepth: number): Solid {
  const arcs: BoundedSolid[] = []
  for (let i = 0; i < 7; i++) {
    const zBack = 22 + i * 27
    const reach = 70 + i * 14
    for (const side of [1, -1]) {
      const points: Point[] = []
      for (let deg = -62; deg <= reach - 62; deg += 8) {
        const a = (deg * Math.PI) / 180
        points.push([side * halfWidth * Math.cos(a), -2 - halfDepth * Math.sin(a), zBack - 0.42 * (deg + 62)])
      }
      for (let k = 0; k + 3 < points.length + 2; k += 3) arcs.push(boundedTube(points.slice(k, k + 4), 5))
    }
  }
  return cluster(arcs)
}
