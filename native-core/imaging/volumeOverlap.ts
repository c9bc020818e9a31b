/**
 * How the volume of source voxels is shared out over the voxels of another grid: the base of conservative resampling.
 *
 * Where the axes of both grids are parallel (any order, direction and spacing) the shares are exact products of 1-D overlaps.
 * Otherwise each source voxel is cut into small cells and each cell is laid down as a box along the target's axes with the
 * cell's second moments; every cell's shares add up to one, so nothing is lost or gained.
 */
import type { Mat4, Vec3 } from './types.ts'

/** Shares of one source index along one axis: target indices `first` … `first + shares.length − 1`. */
interface AxisShare {
  readonly first: number
  readonly shares: Float64Array
}

/** Parts of the interval [low, high) in each unit cell (cell n spans n − ½ to n + ½). */
function shareOut(low: number, high: number): AxisShare {
  const first = Math.floor(low + 0.5)
  const last = Math.max(first, Math.ceil(high - 0.5))
  const shares = new Float64Array(last - first + 1)
  for (let n = first; n <= last; n++) {
    shares[n - first] = Math.max(0, Math.min(high, n + 0.5) - Math.max(low, n - 0.5)) / (high - low)
  }
  return { first, shares }
}

/** For parallel axes: which target axis each source axis runs along; null if the grids are oblique to each other. */
export function parallelAxes(sourceToTarget: Mat4, sourceSize: Vec3): readonly [number, number, number] | null {
  const axes: number[] = []
  for (let a = 0; a < 3; a++) {
    const column = [sourceToTarget[a]!, sourceToTarget[4 + a]!, sourceToTarget[8 + a]!]
    const along = column.reduce((best, value, n) => (Math.abs(value) > Math.abs(column[best]!) ? n : best), 0)
    // The whole row of voxels may drift sideways by a thousandth of a target voxel, no more.
    const isParallel = column.every((value, n) => n === along || Math.abs(value) * sourceSize[a]! < 1e-3)
    if (!isParallel || axes.includes(along)) return null
    axes.push(along)
  }
  return [axes[0]!, axes[1]!, axes[2]!]
}

/** Receives a share: the part `share` of source voxel `source` (its place in the box) lies in target voxel (i, j, k). */
export type ShareVisitor = (source: number, i: number, j: number, k: number, share: number) => void

/**
 * Visits the shares of all source voxels with `wanted(source)`. `sourceToTarget` maps continuous source index (relative to the
 * source box's first voxel) to continuous target index. `cellsPerVoxel` is the number of cells along each source axis where
 * the grids are oblique.
 */
export function visitShares(
  sourceToTarget: Mat4,
  sourceSize: Vec3,
  cellsPerVoxel: Vec3,
  wanted: (source: number) => boolean,
  visit: ShareVisitor,
): void {
  const axes = parallelAxes(sourceToTarget, sourceSize)
  if (axes !== null) visitParallel(sourceToTarget, sourceSize, axes, wanted, visit)
  else visitOblique(sourceToTarget, sourceSize, cellsPerVoxel, wanted, visit)
}

function visitParallel(
  m: Mat4,
  size: Vec3,
  axes: readonly [number, number, number],
  wanted: (source: number) => boolean,
  visit: ShareVisitor,
): void {
  const tables = axes.map((targetAxis, a) =>
    Array.from({ length: size[a]! }, (_, n) => {
      const scale = m[4 * targetAxis + a]!
      const offset = m[4 * targetAxis + 3]!
      const p = scale * (n - 0.5) + offset
      const q = scale * (n + 0.5) + offset
      return shareOut(Math.min(p, q), Math.max(p, q))
    }),
  )
  const index: [number, number, number] = [0, 0, 0]
  let source = 0
  for (let z = 0; z < size[2]; z++) {
    const shareZ = tables[2]![z]!
    for (let y = 0; y < size[1]; y++) {
      const shareY = tables[1]![y]!
      for (let x = 0; x < size[0]; x++, source++) {
        if (!wanted(source)) continue
        const shareX = tables[0]![x]!
        for (let c = 0; c < shareZ.shares.length; c++) {
          index[axes[2]] = shareZ.first + c
          for (let b = 0; b < shareY.shares.length; b++) {
            index[axes[1]] = shareY.first + b
            const yz = shareY.shares[b]! * shareZ.shares[c]!
            if (yz === 0) continue
            for (let a = 0; a < shareX.shares.length; a++) {
              const share = shareX.shares[a]! * yz
              if (share === 0) continue
              index[axes[0]] = shareX.first + a
              visit(source, index[0], index[1], index[2], share)
            }
          }
        }
      }
    }
  }
}

function visitOblique(
  m: Mat4,
  size: Vec3,
  cells: Vec3,
  wanted: (source: number) => boolean,
  visit: ShareVisitor,
): void {
  const half = [0, 1, 2].map(
    (row) => Math.hypot(m[4 * row]! / cells[0], m[4 * row + 1]! / cells[1], m[4 * row + 2]! / cells[2]) / 2,
  )
  const perCell = 1 / (cells[0] * cells[1] * cells[2])
  let source = 0
  for (let z = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[0]; x++, source++) {
        if (!wanted(source)) continue
        for (let c = 0; c < cells[2]; c++) {
          const sz = z - 0.5 + (c + 0.5) / cells[2]
          for (let b = 0; b < cells[1]; b++) {
            const sy = y - 0.5 + (b + 0.5) / cells[1]
            for (let a = 0; a < cells[0]; a++) {
              const sx = x - 0.5 + (a + 0.5) / cells[0]
              const centre = [0, 1, 2].map(
                (r) => m[4 * r]! * sx + m[4 * r + 1]! * sy + m[4 * r + 2]! * sz + m[4 * r + 3]!,
              )
              const [sharesX, sharesY, sharesZ] = centre.map((t, r) => shareOut(t - half[r]!, t + half[r]!)) as [
                AxisShare,
                AxisShare,
                AxisShare,
              ]
              for (let k = 0; k < sharesZ.shares.length; k++) {
                for (let j = 0; j < sharesY.shares.length; j++) {
                  for (let i = 0; i < sharesX.shares.length; i++) {
                    const share = sharesX.shares[i]! * sharesY.shares[j]! * sharesZ.shares[k]! * perCell
                    if (share > 0) visit(source, sharesX.first + i, sharesY.first + j, sharesZ.first + k, share)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

/**
 * Cells along each source axis for oblique overlap, 1 to 16: a cell's side is at most `part` of a target voxel's along every
 * target axis. Left out, `part` is a fifth, or two fifths for the few degrees of a patient registration, where boxes along
 * the target's axes hardly differ from the tilted cells. A uniform volume then comes out uniform to 1 % at any angle, and
 * to 0.2 % at small ones.
 */
export function cellsForObliqueOverlap(sourceToTarget: Mat4, part = defaultPart(sourceToTarget)): Vec3 {
  const cells = [0, 1, 2].map((a) => {
    const reach = Math.max(...[0, 1, 2].map((row) => Math.abs(sourceToTarget[4 * row + a]!)))
    return Math.min(16, Math.max(1, Math.ceil(reach / part - 1e-9)))
  })
  return [cells[0]!, cells[1]!, cells[2]!]
}

function defaultPart(sourceToTarget: Mat4): number {
  const tilts = [0, 1, 2].map((a) => {
    const parts = [0, 1, 2].map((row) => Math.abs(sourceToTarget[4 * row + a]!)).sort((p, q) => q - p)
    return parts[1]! / parts[0]!
  })
  return Math.max(...tilts) < 0.1 ? 0.4 : 0.2
}
