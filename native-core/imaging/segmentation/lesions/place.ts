import { indexToPatientMatrix } from '../../grid.ts'
import { applyMat4 } from '../../transform.ts'
import type { FractionalMask, Vec3 } from '../../types.ts'
import type { LesionPlace } from './types.ts'

/** What is needed of a structure to say where a point lies from it. */
export interface Landmark {
  readonly name: string
  /** x, y, z (LPS, mm) of the centres of the voxels that are at least half inside, one after the other. */
  readonly pointsMm: Float64Array
  readonly centreMm: Vec3
  /** From a voxel's centre to its corner, mm: nearer than that to a centre is inside. */
  readonly halfVoxelMm: number
}

/** null where no voxel of the mask is at least half inside. */
export function landmarkOf(name: string, { grid, box, fractions }: FractionalMask): Landmark | null {
  const toPatient = indexToPatientMatrix(grid)
  const points: number[] = []
  for (let k = 0, n = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++)
      for (let i = 0; i < box.size[0]; i++, n++)
        if (fractions[n]! >= 0.5)
          points.push(...applyMat4(toPatient, [box.start[0] + i, box.start[1] + j, box.start[2] + k]))
  if (points.length === 0) return null
  const centre: [number, number, number] = [0, 0, 0]
  for (let n = 0; n < points.length; n++) centre[n % 3]! += (3 * points[n]!) / points.length
  return {
    name,
    pointsMm: Float64Array.from(points),
    centreMm: centre,
    halfVoxelMm: Math.hypot(...grid.spacingMm) / 2,
  }
}

/** The nearest structure to a point and the direction from it, the first of equally near ones; null without landmarks. */
export function placeOf(pointMm: Vec3, landmarks: readonly Landmark[]): LesionPlace | null {
  let best: { landmark: Landmark; nearest: Vec3; distanceMm: number } | null = null
  for (const landmark of landmarks) {
    const { pointsMm: p } = landmark
    let squared = Infinity
    let at = 0
    for (let n = 0; n < p.length; n += 3) {
      const d = (p[n]! - pointMm[0]) ** 2 + (p[n + 1]! - pointMm[1]) ** 2 + (p[n + 2]! - pointMm[2]) ** 2
      if (d < squared) {
        squared = d
        at = n
      }
    }
    const distanceMm = Math.sqrt(squared)
    if (best === null || distanceMm < best.distanceMm)
      best = { landmark, nearest: [p[at]!, p[at + 1]!, p[at + 2]!], distanceMm }
  }
  if (best === null) return null
  const { landmark, nearest, distanceMm } = best
  if (distanceMm <= landmark.halfVoxelMm)
    return { structure: landmark.name, distanceMm: 0, words: `in ${landmark.name}` }
  const words = [`${distanceMm.toFixed(0)} mm from ${landmark.name}`, ...directions(nearest, pointMm)]
  return { structure: landmark.name, distanceMm, words: words.join(', ') }
}

/** A direction is named where it makes more than a third of the way: sin 22.5°, half of the angle between two named ones. */
const NAMED = Math.sin(Math.PI / 8)

/** LPS: x to the patient's left, y to the back, z to the head. The largest part first. */
function directions(from: Vec3, to: Vec3): string[] {
  const way = to.map((mm, axis) => mm - from[axis]!)
  const length = Math.hypot(...way)
  const words = [
    ['right', 'left'],
    ['in front', 'behind'],
    ['below', 'above'],
  ]
  return way
    .map((part, axis) => ({ size: Math.abs(part), word: words[axis]![part > 0 ? 1 : 0]! }))
    .filter(({ size }) => size > NAMED * length)
    .sort((a, b) => b.size - a.size)
    .map(({ word }) => word)
}
