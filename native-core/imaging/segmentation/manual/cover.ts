/** Coverage of the voxels of a grid by a solid. */
import type { ImageGrid, Vec3 } from '../../types.ts'
import { boxBetween, boxLength, cropped, emptyCoverage } from './boxes.ts'
import type { Solid } from './solids.ts'
import { FULL, type CoverageBox } from './types.ts'

/** Lines along x through a solid's least extent: a ball of them comes out right to some thousandths of its volume. */
const LINES_ACROSS = 32
const FEWEST_LINES = 6
const MOST_LINES = 16

/** Lines through a voxel along an axis with this spacing. */
function linesPerVoxel(spacingMm: number, finenessMm: number): number {
  return Math.min(MOST_LINES, Math.max(FEWEST_LINES, Math.ceil((LINES_ACROSS * spacingMm) / finenessMm)))
}

/**
 * How much of each voxel a solid covers, for the voxels that it reaches inside the grid: lines along x, exact along each and at the middles of a
 * lattice across.
 */
export function cover(grid: ImageGrid, solid: Solid): CoverageBox {
  const s = grid.spacingMm
  // A voxel reaches half its spacing to either side of its centre.
  const first = solid.low.map((mm, axis) => Math.floor(mm / s[axis]! + 0.5)) as unknown as Vec3
  const last = solid.high.map((mm, axis) => Math.ceil(mm / s[axis]! - 0.5)) as unknown as Vec3
  const box = boxBetween(grid, first, last)
  if (boxLength(box) === 0) return emptyCoverage()
  const [nx, ny, nz] = box.size
  const linesY = linesPerVoxel(s[1], solid.finenessMm)
  const linesZ = linesPerVoxel(s[2], solid.finenessMm)
  const coverage = new Uint8Array(boxLength(box))
  // Part of each voxel as a sum of steps: `ends` are partial voxels, `whole` starts and stops runs of full ones.
  const ends = new Float64Array(nx)
  const whole = new Float64Array(nx + 1)
  const pairs: number[] = []
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let isTouched = false
      for (let c = 0; c < linesZ; c++) {
        const lineZ = (box.start[2] + z - 0.5 + (c + 0.5) / linesZ) * s[2]
        for (let b = 0; b < linesY; b++) {
          const lineY = (box.start[1] + y - 0.5 + (b + 0.5) / linesY) * s[1]
          const count = solid.crossings(lineY, lineZ, pairs)
          for (let n = 0; n < count; n += 2) {
            // In voxels, 0 at the first face of the box.
            const from = Math.max(0, pairs[n]! / s[0] + 0.5 - box.start[0])
            const to = Math.min(nx, pairs[n + 1]! / s[0] + 0.5 - box.start[0])
            if (!(from < to)) continue
            isTouched = true
            addRun(ends, whole, from, to)
          }
        }
      }
      if (!isTouched) continue
      const scale = FULL / (linesY * linesZ)
      let run = 0
      const at = nx * (y + ny * z)
      for (let x = 0; x < nx; x++) {
        run += whole[x]!
        coverage[at + x] = Math.min(FULL, Math.round((run + ends[x]!) * scale))
      }
      ends.fill(0)
      whole.fill(0)
    }
  }
  return cropped({ box, coverage })
}

function addRun(ends: Float64Array, whole: Float64Array, from: number, to: number): void {
  const first = Math.floor(from)
  const last = Math.ceil(to) - 1
  if (first === last) {
    ends[first]! += to - from
    return
  }
  ends[first]! += first + 1 - from
  ends[last]! += to - last
  whole[first + 1]! += 1
  whole[last]! -= 1
}
