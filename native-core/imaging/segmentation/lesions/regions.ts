/** From the hills of an image to masks with boundaries between voxels. */
import type { FractionalMask, ImageGrid, Vec3 } from '../../types.ts'
import { LevelCoverage } from '../manual/levelCoverage.ts'
import { neighboursOf } from './neighbours.ts'
import type { Hill, Hills } from './watershed.ts'

export interface Region {
  readonly hill: Hill
  readonly level: number
  /** Voxels that reach the level, connected to the peak. */
  readonly core: readonly number[]
  readonly mask: FractionalMask
  /** It meets another region at a face, an edge or a corner of a voxel. */
  readonly touches: boolean
  readonly atImageFace: boolean
}

/**
 * A region for each hill that reaches `lowest`: what of the hill lies above `levelOf(hill)` and hangs together with its peak, bounded where the image
 * has that level (`LevelCoverage`). Where two regions meet, each voxel belongs to one of them.
 */
export function regionsOf(
  grid: ImageGrid,
  values: Float32Array,
  { labels, hills }: Hills,
  lowest: number,
  levelOf: (hill: Hill) => number,
): Region[] {
  const visit = neighboursOf(grid.dimensions)
  // Region of each voxel, plus 1: cores, then the rims around them.
  const owner = new Int32Array(labels.length)
  const chosen = hills.flatMap((hill, position) => (hill.height >= lowest ? [{ hill, label: position + 1 }] : []))
  const cores = chosen.map(({ hill, label }, position) => {
    const level = levelOf(hill)
    const core = [hill.peak]
    owner[hill.peak] = position + 1
    for (let at = 0; at < core.length; at++)
      visit(core[at]!, (next) => {
        if (owner[next] !== 0 || labels[next] !== label || values[next]! < level) return
        owner[next] = position + 1
        core.push(next)
      })
    return { hill, level, core }
  })
  const field = new LevelCoverage(values, grid.dimensions, grid.spacingMm)
  const rims = rimsOf(cores, owner, values, visit, (n, level) => field.above(n, level))
  return cores.map(({ hill, level, core }, position) => {
    const rim = rims[position]!
    let touches = false
    for (const n of core)
      visit(n, (next) => {
        if (owner[next] !== 0 && owner[next] !== position + 1) touches = true
      })
    const mask = maskOf(grid, [...core, ...rim], (n) => field.above(n, level))
    return { hill, level, core, mask, touches, atImageFace: core.some((n) => isAtFace(grid.dimensions, n)) }
  })
}

/** Voxels below the level through which the boundary passes: each goes to the region beside it that is highest there. */
function rimsOf(
  cores: readonly { readonly level: number; readonly core: readonly number[] }[],
  owner: Int32Array,
  values: Float32Array,
  visit: ReturnType<typeof neighboursOf>,
  above: (n: number, level: number) => number,
): readonly (readonly number[])[] {
  const claims = new Map<number, { readonly region: number; readonly beside: number }>()
  for (const [region, { level, core }] of cores.entries())
    for (const n of core)
      visit(n, (next) => {
        if (owner[next] !== 0 || values[next]! >= level) return
        const rival = claims.get(next)
        if (rival && values[rival.beside]! >= values[n]!) return
        if (rival?.region === region || above(next, level) > 0) claims.set(next, { region, beside: n })
      })
  const rims: number[][] = cores.map(() => [])
  for (const [n, { region }] of claims) {
    rims[region]!.push(n)
    owner[n] = region + 1
  }
  return rims
}

function maskOf(grid: ImageGrid, voxels: readonly number[], partOf: (n: number) => number): FractionalMask {
  const [nx, ny] = grid.dimensions
  const placeOf = (n: number): Vec3 => [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]
  const low: [number, number, number] = [Infinity, Infinity, Infinity]
  const high: [number, number, number] = [-1, -1, -1]
  for (const n of voxels) {
    const place = placeOf(n)
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], place[axis])
      high[axis] = Math.max(high[axis], place[axis])
    }
  }
  const size: Vec3 = [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1]
  const fractions = new Float32Array(size[0] * size[1] * size[2])
  for (const n of voxels) {
    const [x, y, z] = placeOf(n)
    fractions[x - low[0] + size[0] * (y - low[1] + size[1] * (z - low[2]))] = partOf(n)
  }
  return { grid, box: { start: low, size }, fractions, volumeOutsideMl: 0 }
}

function isAtFace([nx, ny, nz]: Vec3, n: number): boolean {
  const place = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]
  return place.some((index, axis) => index === 0 || index === [nx, ny, nz][axis]! - 1)
}
