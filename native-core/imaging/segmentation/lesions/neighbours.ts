import type { Vec3 } from '../../types.ts'

/** Visits the voxels of a whole grid that share a face, an edge or a corner with voxel n. */
export type VisitNeighbours = (n: number, visit: (next: number) => void) => void

/** Lesions are small beside voxels: what meets at a corner is one region, so that noise does not cut it to pieces. */
export function neighboursOf(dimensions: Vec3): VisitNeighbours {
  const [nx, ny, nz] = dimensions
  const slice = nx * ny
  return (n, visit) => {
    const x = n % nx
    const y = Math.floor(n / nx) % ny
    const z = Math.floor(n / slice)
    for (let c = z > 0 ? -1 : 0; c <= (z < nz - 1 ? 1 : 0); c++)
      for (let b = y > 0 ? -1 : 0; b <= (y < ny - 1 ? 1 : 0); b++)
        for (let a = x > 0 ? -1 : 0; a <= (x < nx - 1 ? 1 : 0); a++)
          if (a !== 0 || b !== 0 || c !== 0) visit(n + a + nx * b + slice * c)
  }
}
