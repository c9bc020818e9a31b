/** The watershed between two markers. */
import type { Vec3 } from '../../types.ts'

/** Heights are told apart in so many steps. */
const LEVELS = 4096

export const UNLABELLED = 0

/**
 * Floods a relief from labelled voxels (Meyer, J. Vis. Commun. Image Represent. 1, 1990): the lowest voxel beside a
 * flooded one is flooded next and takes its label, so that labels meet on the ridges. `labels` holds the markers and is
 * filled. Equal heights go in the order in which they were reached.
 */
export function watershed(relief: Float32Array, [nx, ny, nz]: Vec3, labels: Uint8Array): void {
  let highest = 0
  for (let n = 0; n < relief.length; n++) if (relief[n]! > highest) highest = relief[n]!
  const scale = highest > 0 ? (LEVELS - 1) / highest : 0
  const first = new Int32Array(LEVELS).fill(-1)
  const last = new Int32Array(LEVELS).fill(-1)
  const next = new Int32Array(relief.length).fill(-1)
  let level = 0
  const push = (n: number): void => {
    const own = Math.max(level, Math.floor(relief[n]! * scale))
    if (first[own]! < 0) first[own] = n
    else next[last[own]!] = n
    last[own] = n
  }
  for (let n = 0; n < labels.length; n++) if (labels[n] !== UNLABELLED) push(n)
  const slice = nx * ny
  for (; level < LEVELS; level++)
    for (let n = first[level]!; n >= 0; n = first[level]!) {
      first[level] = next[n]!
      const label = labels[n]!
      const [x, y, z] = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / slice)]
      const flood = (m: number): void => {
        if (labels[m] !== UNLABELLED) return
        labels[m] = label
        push(m)
      }
      if (x > 0) flood(n - 1)
      if (x < nx - 1) flood(n + 1)
      if (y > 0) flood(n - nx)
      if (y < ny - 1) flood(n + nx)
      if (z > 0) flood(n - slice)
      if (z < nz - 1) flood(n + slice)
    }
}
