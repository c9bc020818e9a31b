import { distanceTo } from './nearest.ts'
import { surfaceOf } from './surface.ts'
import type { Surface } from './surface.ts'
import type { FractionalMask } from '../types.ts'

export interface SurfaceDistances {
  /** Mean over both surfaces by area, each to the other. */
  readonly meanMm: number
  /** The larger of both 95th percentiles by area (of A to B, and of B to A). */
  readonly percentile95Mm: number
  /** Hausdorff distance. */
  readonly maximumMm: number
}

/**
 * Symmetric surface distances of two structures (Heimann and others 2009), sub-voxel: between the surfaces at the fraction 0.5. The masks
 * may lie on different grids of one patient space. Null where one has no surface.
 */
export function surfaceDistances(a: FractionalMask, b: FractionalMask): SurfaceDistances | null {
  const surfaces = [surfaceOf(a), surfaceOf(b)] as const
  if (surfaces.some(({ triangles }) => triangles.length === 0)) return null
  const there = directed(surfaces[0], surfaces[1])
  const back = directed(surfaces[1], surfaces[0])
  return {
    meanMm: (there.sum + back.sum) / (there.area + back.area),
    percentile95Mm: Math.max(there.percentile95, back.percentile95),
    maximumMm: Math.max(there.maximum, back.maximum),
  }
}

function directed(
  from: Surface,
  to: Surface,
): { readonly sum: number; readonly area: number; readonly percentile95: number; readonly maximum: number } {
  const distance = distanceTo(to)
  const { verticesMm: v, vertexAreaMm2 } = from
  const found = Float64Array.from(vertexAreaMm2, (_, n) => distance(v[3 * n]!, v[3 * n + 1]!, v[3 * n + 2]!))
  const area = vertexAreaMm2.reduce((total, mm2) => total + mm2, 0)
  const order = Uint32Array.from(found.keys()).sort((p, q) => found[p]! - found[q]!)
  let passed = 0
  const at = order.find((n) => (passed += vertexAreaMm2[n]!) >= 0.95 * area)
  return {
    sum: found.reduce((total, mm, n) => total + mm * vertexAreaMm2[n]!, 0),
    area,
    percentile95: found[at ?? order.at(-1)!]!,
    maximum: found[order.at(-1)!]!,
  }
}
