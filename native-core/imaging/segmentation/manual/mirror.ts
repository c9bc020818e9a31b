/** Mirroring in a plane, to begin a paired organ from its twin. */
import { resampleMask } from '../../resampleMask.ts'
import type { ImageGrid, Mat4, Vec3 } from '../../types.ts'
import { coverageOfMask, cropped, emptyCoverage, maskOfCoverage } from './boxes.ts'
import { directionToFrame, dot, toFrame, unit } from './solids.ts'
import type { CoverageBox, PatientPlane } from './types.ts'

const PARALLEL = 1e-6

/**
 * The mirror image of a structure in a plane. Where the plane lies across an axis of the grid, it is moved to the nearest voxel centre or face (a quarter
 * of a voxel at most), so that voxels go to voxels and mirroring twice gives the structure back bit for bit; else voxels are shared out by volume.
 * What falls outside the grid is lost.
 */
export function mirror(grid: ImageGrid, source: CoverageBox, plane: PatientPlane): CoverageBox {
  const content = cropped(source)
  if (content.coverage.length === 0) return emptyCoverage()
  const normal = unit(directionToFrame(grid, plane.normal))
  const axis = normal.findIndex((part) => Math.abs(part) > 1 - PARALLEL)
  if (axis < 0) {
    return cropped(coverageOfMask(resampleMask(maskOfCoverage(grid, content), grid, reflection(plane))))
  }
  // Index i goes to 2c − i, which is a whole number for planes through centres and faces.
  const twice = Math.round((2 * toFrame(grid, plane.pointMm)[axis]!) / grid.spacingMm[axis]!)
  return mirrorIndex(grid, content, axis as 0 | 1 | 2, twice)
}

function mirrorIndex(grid: ImageGrid, { box, coverage }: CoverageBox, axis: 0 | 1 | 2, twice: number): CoverageBox {
  const last = box.start[axis] + box.size[axis] - 1
  const start: [number, number, number] = [...box.start]
  start[axis] = Math.max(0, twice - last)
  const end = Math.min(grid.dimensions[axis], twice - box.start[axis] + 1)
  const size: [number, number, number] = [...box.size]
  size[axis] = end - start[axis]
  if (size[axis] <= 0) return emptyCoverage()
  const out = new Uint8Array(size[0] * size[1] * size[2])
  const from: [number, number, number] = [0, 0, 0]
  let at = 0
  for (let z = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[0]; x++, at++) {
        from[0] = start[0] + x
        from[1] = start[1] + y
        from[2] = start[2] + z
        from[axis] = twice - from[axis]
        out[at] =
          coverage[
            from[0] - box.start[0] + box.size[0] * (from[1] - box.start[1] + box.size[1] * (from[2] - box.start[2]))
          ]!
      }
    }
  }
  return cropped({ box: { start, size }, coverage: out })
}

/** x ↦ x − 2·n·(n·(x − p)). */
function reflection({ pointMm, normal }: PatientPlane): Mat4 {
  const n: Vec3 = unit(normal)
  const offset = 2 * dot(n, pointMm)
  const row = (a: 0 | 1 | 2): number[] => [
    ...([0, 1, 2] as const).map((b) => (a === b ? 1 : 0) - 2 * n[a] * n[b]),
    offset * n[a],
  ]
  return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1]
}
