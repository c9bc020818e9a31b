/**
 * The hills of an image above a floor, by flooding from the highest value down (watershed by immersion: Vincent and Soille, IEEE Trans Pattern
 * Anal Mach Intell 13 (1991) 583), where a hill that rises too little above the saddle to a higher one belongs to it.
 */
import type { Vec3 } from '../../types.ts'
import { neighboursOf } from './neighbours.ts'

export interface Hill {
  /** Voxel of its highest value (the first of equal ones). */
  readonly peak: number
  readonly height: number
  /** Peaks of lower hills that belong to it. */
  readonly lesser: readonly number[]
}

export interface Hills {
  /** For each voxel the number of its hill in `hills`, plus 1; 0 below the floor. */
  readonly labels: Int32Array
  /** The highest first. */
  readonly hills: readonly Hill[]
}

export interface WatershedRule {
  /** Voxels below are on no hill; above 0. */
  readonly floor: number
  /** Hills that reach this stay apart where the saddle between them does not. Not below `floor`. */
  readonly apartAt: number
  /** A hill stays apart from a higher one where (its height − saddle) > splitDepth · its height. */
  readonly splitDepth: number
}

/** `values` are finite, x fastest. Calls `step` now and then with 0 to 1. The same image gives the same hills, equal values too. */
export function hillsOf(
  values: ArrayLike<number>,
  dimensions: Vec3,
  { floor, apartAt, splitDepth }: WatershedRule,
  step: (fraction: number) => void,
): Hills {
  const order = descending(values, floor)
  step(0.3)
  const visit = neighboursOf(dimensions)
  const labels = new Int32Array(values.length)
  const parent: number[] = [-1]
  const peaks: number[] = [-1]
  const lesser: number[][] = [[]]
  const rootOf = (label: number): number => {
    let root = label
    while (parent[root] !== root) root = parent[root]!
    for (let at = label; at !== root;) {
      const next = parent[at]!
      parent[at] = root
      at = next
    }
    return root
  }
  const around: number[] = []
  for (let at = 0; at < order.length; at++) {
    if (at % 65536 === 0) step(0.3 + (0.6 * at) / order.length)
    const n = order[at]!
    const saddle = values[n]!
    around.length = 0
    let steepest = -1
    visit(n, (next) => {
      if (labels[next] === 0) return
      const root = rootOf(labels[next]!)
      if (!around.includes(root)) around.push(root)
      if (steepest < 0 || values[next]! > values[steepest]!) steepest = next
    })
    if (steepest < 0) {
      labels[n] = parent.length
      parent.push(parent.length)
      peaks.push(n)
      lesser.push([])
      continue
    }
    // Hills meet in this voxel, which is the steepest way's: only with that one do the others hang together.
    let own = rootOf(labels[steepest]!)
    // Labels grow as peaks fall: the least is the highest hill.
    for (const other of around.sort((a, b) => a - b)) {
      if (other === own) continue
      const [higher, lower] = other < own ? [other, own] : [own, other]
      const height = values[peaks[lower]!]!
      if ((height >= apartAt && saddle < apartAt) || height - saddle > splitDepth * height) continue
      parent[lower] = higher
      lesser[higher]!.push(peaks[lower]!, ...lesser[lower]!)
      own = higher
    }
    labels[n] = own
  }
  step(0.9)
  const numberOf = new Int32Array(parent.length)
  const hills: Hill[] = []
  for (let label = 1; label < parent.length; label++) {
    if (parent[label] !== label) continue
    hills.push({ peak: peaks[label]!, height: values[peaks[label]!]!, lesser: lesser[label]! })
    numberOf[label] = hills.length
  }
  for (const n of order) labels[n] = numberOf[rootOf(labels[n]!)]!
  step(1)
  return { labels, hills }
}

/** The voxels that reach the floor, the highest first, of equal ones the first in the image. */
function descending(values: ArrayLike<number>, floor: number): Uint32Array {
  let count = 0
  for (let n = 0; n < values.length; n++) if (values[n]! >= floor) count++
  const order = new Uint32Array(count)
  for (let n = 0, at = 0; n < values.length; n++) if (values[n]! >= floor) order[at++] = n
  return order.sort((a, b) => values[b]! - values[a]! || a - b)
}
