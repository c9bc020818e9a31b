/** The surface of a structure as triangles. */
import { indexToPatientMatrix } from '../grid.ts'
import { applyMat4 } from '../transform.ts'
import type { FractionalMask } from '../types.ts'

export interface Surface {
  /** x, y, z of each vertex, LPS mm. */
  readonly verticesMm: Float64Array
  /** Three vertices for each triangle. */
  readonly triangles: Uint32Array
  /** A third of the area of the triangles around each vertex, mm². */
  readonly vertexAreaMm2: Float64Array
}

const LEVEL = 0.5

/** Empty voxels around the box, so that an edge has neighbours on both sides. */
const RIM = 2

/**
 * The surface of a mask (surface nets, Gibson 1998): a vertex in each cell of eight voxel centres that it passes, at the mean of the places
 * where it passes the cell's edges, and a pair of triangles around each such edge. Outside its box a mask counts as 0. No triangle where
 * nothing reaches 0.5.
 *
 * The place on an edge is where the parts of the voxels along it say (height function of the volume-of-fluid method, Hirt and Nichols
 * 1981): exact for a plane that is not far from across the edge. Linear interpolation of fractions is off by up to a tenth of a voxel.
 */
export function surfaceOf(mask: FractionalMask): Surface {
  const { start, size } = mask.box
  const n = [size[0] + 2 * RIM, size[1] + 2 * RIM, size[2] + 2 * RIM] as const
  const stride = [1, n[0], n[0] * n[1]] as const
  const padded = new Float32Array(n[0] * n[1] * n[2])
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      const from = size[0] * (j + size[1] * k)
      padded.set(mask.fractions.subarray(from, from + size[0]), RIM + stride[1] * (j + RIM) + stride[2] * (k + RIM))
    }
  const toPatient = indexToPatientMatrix(mask.grid)
  const vertices: number[] = []
  const triangles: number[] = []
  /** Vertex of the cell whose lowest corner is this voxel. */
  const vertexOf = new Int32Array(padded.length).fill(-1)
  for (let k = 1; k < n[2] - 2; k++)
    for (let j = 1; j < n[1] - 2; j++)
      for (let i = 1; i < n[0] - 2; i++) {
        const base = i + stride[1] * j + stride[2] * k
        const middle = crossingsOf(padded, base, stride)
        if (middle === null) continue
        vertexOf[base] = vertices.length / 3
        vertices.push(
          ...applyMat4(toPatient, [
            i - RIM + start[0] + middle[0],
            j - RIM + start[1] + middle[1],
            k - RIM + start[2] + middle[2],
          ]),
        )
      }
  // The border of empty voxels keeps the four cells around each crossed edge inside the array.
  for (let voxel = 0; voxel < padded.length; voxel++)
    for (let axis = 0; axis < 3; axis++) {
      const next = voxel + stride[axis]!
      if (next >= padded.length || padded[voxel]! >= LEVEL === padded[next]! >= LEVEL) continue
      const [p, q] = [stride[(axis + 1) % 3]!, stride[(axis + 2) % 3]!]
      const ring = [voxel, voxel - p, voxel - p - q, voxel - q].map((cell) => vertexOf[cell]!)
      triangles.push(ring[0]!, ring[1]!, ring[2]!, ring[0]!, ring[2]!, ring[3]!)
    }
  const verticesMm = Float64Array.from(vertices)
  const indices = Uint32Array.from(triangles)
  return { verticesMm, triangles: indices, vertexAreaMm2: vertexAreas(verticesMm, indices) }
}

/** Mean of the places where the level is passed on the twelve edges of a cell, in the cell (0 to 1); null where it is passed nowhere. */
function crossingsOf(
  values: Float32Array,
  base: number,
  stride: readonly [number, number, number],
): readonly [number, number, number] | null {
  let filled = 0
  for (let corner = 0; corner < 8; corner++) if (values[base + offsetOf(corner, stride)]! >= LEVEL) filled++
  if (filled === 0 || filled === 8) return null
  const sum: [number, number, number] = [0, 0, 0]
  let count = 0
  for (let axis = 0; axis < 3; axis++)
    for (let corner = 0; corner < 8; corner++) {
      if ((corner & (1 << axis)) !== 0) continue
      const low = base + offsetOf(corner, stride)
      const high = low + stride[axis]!
      const isLowInside = values[low]! >= LEVEL
      if (isLowInside === values[high]! >= LEVEL) continue
      const place = isLowInside ? crossing(values, low, stride[axis]!) : 1 - crossing(values, high, -stride[axis]!)
      count++
      for (let other = 0; other < 3; other++) sum[other]! += other === axis ? place : (corner >> other) & 1
    }
  return [sum[0] / count, sum[1] / count, sum[2] / count]
}

/** How far beyond the centre of a voxel inside, towards the next one outside, the boundary lies: 0 to 1. */
function crossing(values: Float32Array, inside: number, step: number): number {
  const [before, a, b, after] = [-1, 0, 1, 2].map((n) => values[inside + n * step]!) as [number, number, number, number]
  // Another boundary is near where the parts do not fall all the way: then the sum would mix both.
  if (before < a || after > b) return (a - LEVEL) / (a - b)
  return Math.min(1, Math.max(0, before - 1 + a + b + after - 0.5))
}

/** A corner's bits are its steps along x, y, z. */
function offsetOf(corner: number, stride: readonly [number, number, number]): number {
  return (corner & 1) * stride[0] + ((corner >> 1) & 1) * stride[1] + (corner >> 2) * stride[2]
}

function vertexAreas(v: Float64Array, triangles: Uint32Array): Float64Array {
  const areas = new Float64Array(v.length / 3)
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t]!, 3 * triangles[t + 1]!, 3 * triangles[t + 2]!]
    const [ux, uy, uz] = [v[b]! - v[a]!, v[b + 1]! - v[a + 1]!, v[b + 2]! - v[a + 2]!]
    const [wx, wy, wz] = [v[c]! - v[a]!, v[c + 1]! - v[a + 1]!, v[c + 2]! - v[a + 2]!]
    const third = Math.hypot(uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx) / 6
    for (const corner of [a, b, c]) areas[corner / 3]! += third
  }
  return areas
}
