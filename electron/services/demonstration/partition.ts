/** Cuts a voxel grid along the surfaces of solids: which part of which voxel each piece of the body fills. */
import type { ImageGrid, Mat4 } from '../../../native-core/imaging/types.ts'
import type { Solid } from './implicit.ts'

export interface PartitionSink {
  /** `fraction` of voxel `voxel` (linear index, x fastest) belongs to solid number `solid` (−1: to none). May come in pieces. */
  (voxel: number, solid: number, fraction: number): void
}

/**
 * Calls `sink` with the fraction of every voxel of an axis-aligned grid that each solid fills; earlier solids hide later ones.
 * The solids live in a frame that `gridToBody` (rigid) takes grid coordinates to. Boxes are halved until they lie on one side
 * of every surface (by the solids' distance bounds) or are cells of at most `cellMm`; a cell that a surface runs through is
 * shared in proportion to how far its centre is from it, which is exact for planes along the grid.
 */
export function partitionGrid(
  grid: ImageGrid,
  solids: readonly Solid[],
  gridToBody: Mat4,
  cellMm: number,
  sink: PartitionSink,
): void {
  const [nx, ny, nz] = grid.dimensions
  const [sx, sy, sz] = grid.spacingMm
  const [ox, oy, oz] = grid.originMm
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = gridToBody as unknown as number[]
  const splits = [sx, sy, sz].map((s) => 2 ** Math.max(0, Math.ceil(Math.log2(s / cellMm)))) as [number, number, number]
  // Everything is counted in cells, so that boxes always halve into whole cells once they are inside a voxel.
  const [kx, ky, kz] = splits
  const [wx, wy, wz] = [sx / kx, sy / ky, sz / kz]
  const cellFraction = 1 / (kx * ky * kz)
  const cellWidth = Math.cbrt(wx * wy * wz)

  // A box, in cells, and the solids that may have a part in it. With `isFull` the last of them fills the whole box: by the
  // distance bound it then fills every part of it, and need not be asked again.
  const visit = (
    x0: number,
    x1: number,
    y0: number,
    y1: number,
    z0: number,
    z1: number,
    from: readonly number[],
    isFull: boolean,
  ): void => {
    const cx = ox + ((x0 + x1) / 2 - kx / 2) * wx
    const cy = oy + ((y0 + y1) / 2 - ky / 2) * wy
    const cz = oz + ((z0 + z1) / 2 - kz / 2) * wz
    const px = m0! * cx + m1! * cy + m2! * cz + m3!
    const py = m4! * cx + m5! * cy + m6! * cz + m7!
    const pz = m8! * cx + m9! * cy + m10! * cz + m11!
    const hx = x1 - x0
    const hy = y1 - y0
    const hz = z1 - z0
    if (hx === 1 && hy === 1 && hz === 1) {
      const voxel = Math.floor(x0 / kx) + nx * (Math.floor(y0 / ky) + ny * Math.floor(z0 / kz))
      let left = 1
      for (let c = 0; c < from.length && left > 0; c++) {
        const share = isFull && c === from.length - 1 ? 1 : 0.5 - solids[from[c]!]!.value(px, py, pz) / cellWidth
        if (share <= 0) continue
        const part = share >= 1 ? left : left * share
        sink(voxel, from[c]!, part * cellFraction)
        left -= part
      }
      if (left > 0) sink(voxel, -1, left * cellFraction)
      return
    }
    const reach = 0.5 * Math.sqrt(hx * hx * wx * wx + hy * hy * wy * wy + hz * hz * wz * wz)
    const candidates: number[] = []
    let fills = false
    for (let c = 0; c < from.length && !fills; c++) {
      const s = from[c]!
      fills = isFull && c === from.length - 1
      if (!fills) {
        const v = solids[s]!.value(px, py, pz)
        if (v > reach) continue
        fills = v <= -reach
      }
      candidates.push(s)
    }
    const first = candidates[0]
    if (first === undefined || (candidates.length === 1 && fills)) {
      const solid = first ?? -1
      for (let z = z0; z < z1;) {
        const vz = Math.floor(z / kz)
        const zn = Math.min(z1, (vz + 1) * kz)
        for (let y = y0; y < y1;) {
          const vy = Math.floor(y / ky)
          const yn = Math.min(y1, (vy + 1) * ky)
          for (let x = x0; x < x1;) {
            const vx = Math.floor(x / kx)
            const xn = Math.min(x1, (vx + 1) * kx)
            sink(vx + nx * (vy + ny * vz), solid, (xn - x) * (yn - y) * (zn - z) * cellFraction)
            x = xn
          }
          y = yn
        }
        z = zn
      }
      return
    }
    // Halve the longest side.
    const lx = hx > 1 ? hx * wx : 0
    const ly = hy > 1 ? hy * wy : 0
    const lz = hz > 1 ? hz * wz : 0
    if (lx >= ly && lx >= lz) {
      const m = x0 + (hx >> 1)
      visit(x0, m, y0, y1, z0, z1, candidates, fills)
      visit(m, x1, y0, y1, z0, z1, candidates, fills)
    } else if (ly >= lz) {
      const m = y0 + (hy >> 1)
      visit(x0, x1, y0, m, z0, z1, candidates, fills)
      visit(x0, x1, m, y1, z0, z1, candidates, fills)
    } else {
      const m = z0 + (hz >> 1)
      visit(x0, x1, y0, y1, z0, m, candidates, fills)
      visit(x0, x1, y0, y1, m, z1, candidates, fills)
    }
  }
  visit(
    0,
    nx * kx,
    0,
    ny * ky,
    0,
    nz * kz,
    solids.map((_, i) => i),
    false,
  )
}
