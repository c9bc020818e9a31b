/** The decays of a map against those of the structures' own curves. */
import { maskStatistics } from '../../../native-core/imaging/index.ts'
import type { FractionalMask } from '../../../native-core/imaging/index.ts'
import type { MatchedStructure } from '../ports/compute.ts'

/** A map that is off by more than this is not scaled: the images and the curve speak of different things, which a person must look at. */
export const LARGEST_FACTOR = 2
/** Means agree when they differ by less. */
const TOLERANCE = 1e-4
/** Voxels that several structures share take some rounds until all agree. */
const ROUNDS = 40

interface Target {
  readonly name: string
  readonly expectedPerMl: number | null
  readonly mask: FractionalMask | null
}

/**
 * Compares the map's mean in each structure with what is expected of it and, where `scale` is set, scales the map in place: each voxel by
 * the factor of the structures that it lies in, weighted by the parts that lie inside, in rounds until the means agree. Voxels outside all
 * structures stay as they are. A structure that would need more than `LARGEST_FACTOR` is left as it is and named.
 */
export function matchStructures(
  map: Float32Array,
  targets: readonly Target[],
  scale: boolean,
): readonly MatchedStructure[] {
  const meanOf = (target: Target): number | null => {
    const mean = target.mask ? maskStatistics(target.mask, map).mean : NaN
    return Number.isFinite(mean) ? mean : null
  }
  const before = targets.map(meanOf)
  const notes = targets.map(({ expectedPerMl }, position) => noteOn(before[position] ?? null, expectedPerMl))
  if (scale) {
    const usable = targets.filter(
      ({ expectedPerMl }, position) => expectedPerMl !== null && before[position] !== null && notes[position] === '',
    )
    for (let round = 0; round < ROUNDS; round++) {
      const factors = usable.map((target) => {
        const mean = meanOf(target) ?? 0
        return mean > 0 ? (target.expectedPerMl ?? 0) / mean : 1
      })
      if (factors.every((factor) => Math.abs(factor - 1) < TOLERANCE)) break
      applyFactors(map, usable, factors)
    }
  }
  return targets.map((target, position): MatchedStructure => {
    const mean = meanOf(target)
    const expected = target.expectedPerMl
    return {
      name: target.name,
      mapPerMl: before[position] ?? null,
      expectedPerMl: expected,
      agreement: mean !== null && expected !== null && expected > 0 ? mean / expected : null,
      note: scale ? (notes[position] ?? '') : '',
    }
  })
}

function noteOn(mean: number | null, expected: number | null): string {
  if (mean === null || expected === null) return ''
  const factor = mean > 0 ? expected / mean : Infinity
  return factor > LARGEST_FACTOR || factor < 1 / LARGEST_FACTOR
    ? `The map holds ${mean > 0 && expected > 0 ? `${((100 * mean) / expected).toPrecision(3)} %` : 'none'} of what the curve says; it was not scaled.`
    : ''
}

/** Each voxel by 1 + Σ part · (factor − 1), the parts of overlapping structures taken down to 1 together. */
function applyFactors(map: Float32Array, targets: readonly Target[], factors: readonly number[]): void {
  const weight = new Float32Array(map.length)
  const change = new Float32Array(map.length)
  for (const [position, { mask }] of targets.entries())
    visit(mask, (voxel, fraction) => {
      weight[voxel] = (weight[voxel] as number) + fraction
      change[voxel] = (change[voxel] as number) + fraction * ((factors[position] as number) - 1)
    })
  for (let voxel = 0; voxel < map.length; voxel++) {
    const sum = weight[voxel] as number
    if (sum > 0) map[voxel] = (map[voxel] as number) * (1 + (change[voxel] as number) / Math.max(1, sum))
  }
}

function visit(mask: FractionalMask | null, use: (voxel: number, fraction: number) => void): void {
  if (!mask) return
  const { start, size } = mask.box
  const [columns, rows] = mask.grid.dimensions
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      const row = ((start[2] + k) * rows + start[1] + j) * columns + start[0]
      for (let i = 0; i < size[0]; i++, at++) {
        const fraction = mask.fractions[at] as number
        if (fraction > 0) use(row + i, fraction)
      }
    }
}
