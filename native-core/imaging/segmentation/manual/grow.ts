/** Growing and shrinking by a distance. */
import { InputError } from '../../../errors/index.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { cropped, inBox, widenedBox } from './boxes.ts'
import { boxCut } from './boxCut.ts'
import { signedDistance } from './signedDistance.ts'
import { FULL, HALF, type CoverageBox } from './types.ts'

/** Further than this no structure of a patient is grown: more is a slip of the keyboard. */
const MOST_MM = 200

/**
 * All points within `distanceMm` of a structure (positive), or those of it that are farther than that from its boundary (negative). Euclidean,
 * with sub-voxel boundaries: a ball of radius R becomes one of R + distance. Where the grid ends the structure ends.
 *
 * Throws InputError `segmentation.distance` for a distance that is not a number or beyond ±200 mm.
 */
export function grow(grid: ImageGrid, source: CoverageBox, distanceMm: number): CoverageBox {
  if (!Number.isFinite(distanceMm) || Math.abs(distanceMm) > MOST_MM) {
    throw new InputError(
      'segmentation.distance',
      `A structure cannot be grown by ${distanceMm} mm.`,
      `Give millimetres from −${MOST_MM} (shrink) to ${MOST_MM} (grow).`,
    )
  }
  const s = grid.spacingMm
  const content = cropped(source)
  if (distanceMm === 0 || content.coverage.length === 0) return content
  const margin = s.map((spacing) => Math.ceil(Math.max(0, distanceMm) / spacing) + 2) as unknown as Vec3
  const box = widenedBox(grid, content.box, margin)
  const coverage = inBox(content, box)
  const voxelMm = Math.hypot(s[0], s[1], s[2])
  const field = signedDistance(
    { size: box.size, spacingMm: s, coverage },
    { ofMm: Math.abs(distanceMm), withinMm: 2 * voxelMm },
  )
  // No boundary inside the grid: the structure fills its box to the grid's ends, or is nothing.
  if (field === null) return content
  const out = new Uint8Array(coverage.length)
  for (let n = 0; n < out.length; n++) {
    const inside = coverage[n]! >= HALF
    if (distanceMm > 0 && inside && coverage[n] === FULL) {
      out[n] = FULL
      continue
    }
    const part = boxCut(
      Math.abs(field.normals[3 * n]!) * s[0],
      Math.abs(field.normals[3 * n + 1]!) * s[1],
      Math.abs(field.normals[3 * n + 2]!) * s[2],
      field.distanceMm[n]! + distanceMm,
    )
    out[n] = Math.round(FULL * part)
    // Growing takes nothing away, shrinking adds nothing.
    if (distanceMm > 0 ? out[n]! < coverage[n]! : out[n]! > coverage[n]!) out[n] = coverage[n]!
  }
  return cropped({ box, coverage: out })
}
