import { indexToPatientMatrix } from '../grid.ts'
import type { ImageGrid } from '../types.ts'

/** Denser than this is patient, not air; the couch counts too, but lies about the middle. */
const BODY_HU = -400
/** Of each axis so many voxels are looked at: the middle of a body needs no more. */
const SAMPLES = 64

/**
 * x (LPS, mm: towards the patient's left) of the middle of a CT's body: the mean over sampled voxels above −400 HU. null where there are none.
 * An arm at one side shifts it by some centimetres, so only what lies clearly beside it is on a side. (Designed for this program.)
 */
export function bodyMidlineMm(grid: ImageGrid, hounsfield: Float32Array): number | null {
  const [nx, ny, nz] = grid.dimensions
  const [sx, sy, sz] = grid.dimensions.map((n) => Math.max(1, Math.floor(n / SAMPLES))) as [number, number, number]
  const m = indexToPatientMatrix(grid)
  const [ax, ay, az, origin] = [m[0] as number, m[1] as number, m[2] as number, m[3] as number]
  let sum = 0
  let count = 0
  for (let k = 0; k < nz; k += sz)
    for (let j = 0; j < ny; j += sy)
      for (let i = 0; i < nx; i += sx) {
        if (!((hounsfield[i + nx * (j + ny * k)] as number) > BODY_HU)) continue
        sum += ax * i + ay * j + az * k + origin
        count++
      }
  return count > 0 ? sum / count : null
}
