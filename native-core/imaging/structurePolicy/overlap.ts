/**
 * Structures that claim the same voxels.
 *
 * Two fractions of a voxel do not say where in it the parts lie; the directions in which both fractions fall do. Parts whose surfaces face the
 * same way are nested (a cortex that ends where its kidney ends) and share min(a, b); parts that face each other only touch and share
 * max(0, a + b − 1); parts whose surfaces cross at right angles share a·b, as if they lay independently. In between, the share is
 * linear in the cosine of the angle. Where one of the fractions is 0 or 1 all three agree. (Designed for this program.)
 */
import { InputError } from '../../errors/index.ts'
import { fractionAt, intersectionVolumeMl } from '../maskAlgebra.ts'
import { isSameGrid } from '../grid.ts'
import { maskVolumeMl } from '../maskStatistics.ts'
import type { FractionalMask, Vec3 } from '../types.ts'

/**
 * The masks with the ranks of `ranks` (positions in `masks`, from the highest rank down; those of one rank do not take from each other) such that
 * each voxel belongs to the highest rank that claims it: a lower one keeps what no higher one has. Masks without a rank stay as they are.
 * Where each rank has one mask, the parts add up to at most 1 in every voxel and to the union of the claims, so that no volume is lost
 * and none counts twice. `volumeOutsideMl` is not known voxel by voxel and stays.
 *
 * Throws InputError `geometry.grids-differ`.
 */
export function claimInOrder(
  masks: readonly FractionalMask[],
  ranks: readonly (readonly number[])[],
): readonly FractionalMask[] {
  const claimed = [...masks]
  const higher: FractionalMask[] = []
  for (const positions of ranks) {
    const parts = positions.map((position) => {
      const own = masks[position]
      if (!own) throw new Error(`no mask at ${position}`)
      return (claimed[position] = withoutSum(own, higher))
    })
    higher.push(...parts)
  }
  return claimed
}

/** `a` without what it shares with `b`, by the directions of both surfaces. Throws InputError `geometry.grids-differ`. */
export function subtractBySurfaces(a: FractionalMask, b: FractionalMask): FractionalMask {
  return withoutSum(a, [b])
}

/** `own` without the sum of `others`, which fill a voxel at most once. */
function withoutSum(own: FractionalMask, others: readonly FractionalMask[]): FractionalMask {
  for (const other of others)
    if (!isSameGrid(own.grid, other.grid))
      throw new InputError(
        'geometry.grids-differ',
        'Two structures cannot be compared: they are rasterised on different grids.',
        'Rasterise both on the same grid.',
      )
  const near = others.filter((other) => meets(own, other))
  if (near.length === 0) return own
  const a = new Neighbourhood(own, (i, j, k) => fractionAt(own, i, j, k))
  const b = new Neighbourhood(own, (i, j, k) => near.reduce((sum, other) => sum + fractionAt(other, i, j, k), 0))
  const fractions = new Float32Array(own.fractions.length)
  const [nx, ny, nz] = own.box.size
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++) {
        const part = own.fractions[n] as number
        if (part <= 0) continue
        const taken = Math.min(1, b.at(i, j, k))
        fractions[n] = taken <= 0 ? part : Math.max(0, part - shared(part, taken, cosine(a, b, i, j, k)))
      }
  return { ...own, fractions }
}

/** The part of a voxel that two fractions share when their surfaces meet at an angle of that cosine. */
function shared(a: number, b: number, cosineOfNormals: number): number {
  if (a >= 1 || b >= 1) return Math.min(a, b)
  const crossing = a * b
  const limit = cosineOfNormals >= 0 ? Math.min(a, b) : Math.max(0, a + b - 1)
  return crossing + Math.abs(cosineOfNormals) * (limit - crossing)
}

function cosine(a: Neighbourhood, b: Neighbourhood, i: number, j: number, k: number): number {
  const u = a.fall(i, j, k)
  const v = b.fall(i, j, k)
  const size = Math.hypot(...u) * Math.hypot(...v)
  return size > 0 ? Math.max(-1, Math.min(1, (u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / size)) : 0
}

/** A field of fractions in the box of a mask and one voxel around it. */
class Neighbourhood {
  readonly #values: Float32Array
  readonly #nx: number
  readonly #ny: number
  readonly #spacingMm: Vec3

  constructor({ box, grid }: FractionalMask, value: (i: number, j: number, k: number) => number) {
    const { start, size } = box
    this.#nx = size[0] + 2
    this.#ny = size[1] + 2
    this.#spacingMm = grid.spacingMm
    this.#values = new Float32Array(this.#nx * this.#ny * (size[2] + 2))
    for (let k = 0, n = 0; k < size[2] + 2; k++)
      for (let j = 0; j < this.#ny; j++)
        for (let i = 0; i < this.#nx; i++, n++)
          this.#values[n] = value(start[0] + i - 1, start[1] + j - 1, start[2] + k - 1)
  }

  at(i: number, j: number, k: number): number {
    return this.#values[i + 1 + this.#nx * (j + 1 + this.#ny * (k + 1))] as number
  }

  /** The direction in which the field falls (not normalised): differences along each axis, smoothed across it by 1, 2, 1. */
  fall(i: number, j: number, k: number): Vec3 {
    const g: [number, number, number] = [0, 0, 0]
    for (let c = -1; c <= 1; c++)
      for (let b = -1; b <= 1; b++)
        for (let a = -1; a <= 1; a++) {
          const value = this.at(i + a, j + b, k + c)
          const [wa, wb, wc] = [2 - Math.abs(a), 2 - Math.abs(b), 2 - Math.abs(c)]
          g[0] -= a * wb * wc * value
          g[1] -= b * wa * wc * value
          g[2] -= c * wa * wb * value
        }
    const s = this.#spacingMm
    return [g[0] / s[0], g[1] / s[1], g[2] / s[2]]
  }
}

function meets(a: FractionalMask, b: FractionalMask): boolean {
  return [0, 1, 2].every((axis) => {
    const [from, other] = [a.box.start[axis] as number, b.box.start[axis] as number]
    return from < other + (b.box.size[axis] as number) && other < from + (a.box.size[axis] as number)
  })
}

/** Two structures, by position, that are sure to share `volumeMl` (`intersectionVolumeMl`), and its share of the smaller one. */
export interface Overlap {
  readonly first: number
  readonly second: number
  readonly volumeMl: number
  readonly shareOfSmaller: number
}

/** All pairs of masks (on one grid) that share more than `leastShare` of the smaller one's volume. Throws InputError `geometry.grids-differ`. */
export function overlapsOf(masks: readonly FractionalMask[], leastShare: number): readonly Overlap[] {
  const volumes = masks.map(maskVolumeMl)
  return masks.flatMap((mask, first) =>
    masks.slice(first + 1).flatMap((other, step): Overlap[] => {
      const second = first + 1 + step
      const smaller = Math.min(volumes[first] as number, volumes[second] as number)
      if (smaller <= 0 || !meets(mask, other)) return []
      const volumeMl = intersectionVolumeMl(mask, other)
      return volumeMl > leastShare * smaller ? [{ first, second, volumeMl, shareOfSmaller: volumeMl / smaller }] : []
    }),
  )
}
