/** Connected components of a slice's coverage image, and how components of neighbouring slices belong together. */
import type { PlaneLattice } from './coverage.ts'

export interface SliceComponent {
  /** Label in the slice's label image, from 1. */
  readonly label: number
  readonly areaMm2: number
  /** Centroid in plane coordinates, mm. */
  readonly centroidU: number
  readonly centroidV: number
  /** Pixel box, both ends included. */
  readonly columnLow: number
  readonly columnHigh: number
  readonly rowLow: number
  readonly rowHigh: number
}

export interface LabelledSlice {
  readonly w: number
  readonly coverage: Float32Array
  readonly labels: Uint16Array
  /** By label − 1. */
  readonly components: readonly SliceComponent[]
  /** Area that belongs to no component because it is thinner than a pixel, mm². */
  readonly lostAreaMm2: number
}

/** Components are 4-connected sets of pixels at least half covered; less covered pixels go to a component they touch. */
export function labelSlice(w: number, coverage: Float32Array, lattice: PlaneLattice): LabelledSlice {
  const { columns, rows } = lattice
  const labels = new Uint16Array(columns * rows)
  const stack: number[] = []
  let count = 0
  for (let seed = 0; seed < coverage.length; seed++) {
    if (coverage[seed]! < 0.5 || labels[seed] !== 0 || count === 65_535) continue
    labels[seed] = ++count
    stack.push(seed)
    while (stack.length > 0) {
      const pixel = stack.pop()!
      const column = pixel % columns
      if (column > 0) grow(pixel - 1)
      if (column + 1 < columns) grow(pixel + 1)
      if (pixel >= columns) grow(pixel - columns)
      if (pixel + columns < coverage.length) grow(pixel + columns)
    }
  }
  function grow(pixel: number): void {
    if (coverage[pixel]! >= 0.5 && labels[pixel] === 0) {
      labels[pixel] = count
      stack.push(pixel)
    }
  }
  const rim = adoptRim(coverage, labels, columns, rows)
  return { w, coverage, labels, ...measure(coverage, labels, count, rim, lattice) }
}

/** Gives pixels covered less than half to the component beside them (after all are labelled, so that none bridges two). */
function adoptRim(coverage: Float32Array, labels: Uint16Array, columns: number, rows: number): Map<number, number> {
  const rim = new Map<number, number>()
  for (let pixel = 0; pixel < coverage.length; pixel++) {
    if (coverage[pixel] === 0 || labels[pixel] !== 0) continue
    const column = pixel % columns
    const row = (pixel - column) / columns
    let best = 0
    let bestCoverage = 0
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
        const other = r * columns + c
        if (labels[other] !== 0 && coverage[other]! > bestCoverage) {
          best = labels[other]!
          bestCoverage = coverage[other]!
        }
      }
    }
    if (best > 0) rim.set(pixel, best)
  }
  for (const [pixel, label] of rim) labels[pixel] = label
  return rim
}

function measure(
  coverage: Float32Array,
  labels: Uint16Array,
  count: number,
  rim: Map<number, number>,
  lattice: PlaneLattice,
): { components: SliceComponent[]; lostAreaMm2: number } {
  const { columns, pitchMm, u0, v0 } = lattice
  const area = new Float64Array(count)
  const sumColumn = new Float64Array(count)
  const sumRow = new Float64Array(count)
  const box = Array.from({ length: count }, () => [Infinity, -Infinity, Infinity, -Infinity])
  let lost = 0
  for (let pixel = 0; pixel < coverage.length; pixel++) {
    const value = coverage[pixel]!
    if (value === 0) continue
    const label = labels[pixel]!
    if (label === 0) {
      lost += value
      continue
    }
    const column = pixel % columns
    const row = (pixel - column) / columns
    area[label - 1]! += value
    sumColumn[label - 1]! += value * column
    sumRow[label - 1]! += value * row
    if (rim.has(pixel)) continue
    const b = box[label - 1]!
    b[0] = Math.min(b[0]!, column)
    b[1] = Math.max(b[1]!, column)
    b[2] = Math.min(b[2]!, row)
    b[3] = Math.max(b[3]!, row)
  }
  const components = box.map((b, n) => ({
    label: n + 1,
    areaMm2: area[n]! * pitchMm * pitchMm,
    centroidU: u0 + (sumColumn[n]! / area[n]!) * pitchMm,
    centroidV: v0 + (sumRow[n]! / area[n]!) * pitchMm,
    columnLow: b[0]!,
    columnHigh: b[1]!,
    rowLow: b[2]!,
    rowHigh: b[3]!,
  }))
  return { components, lostAreaMm2: lost * pitchMm * pitchMm }
}

/** Components of two neighbouring slices that belong together; labels sorted. */
export interface LinkedGroup {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

/**
 * Groups the components of neighbouring slices that overlap when laid on each other, through chains of overlaps (a branching
 * vessel: one below, two above). Components that overlap nothing are in no group.
 */
export function linkSlices(lower: LabelledSlice, upper: LabelledSlice): LinkedGroup[] {
  const lowerCount = lower.components.length
  const parent = Int32Array.from({ length: lowerCount + upper.components.length }, (_, n) => n)
  const root = (n: number): number => {
    while (parent[n] !== n) {
      parent[n] = parent[parent[n]!]!
      n = parent[n]!
    }
    return n
  }
  const linked = new Uint8Array(parent.length)
  for (let pixel = 0; pixel < lower.labels.length; pixel++) {
    const a = lower.labels[pixel]!
    const b = upper.labels[pixel]!
    if (a === 0 || b === 0 || lower.coverage[pixel]! < 0.5 || upper.coverage[pixel]! < 0.5) continue
    linked[a - 1] = 1
    linked[lowerCount + b - 1] = 1
    parent[root(a - 1)] = root(lowerCount + b - 1)
  }
  const groups = new Map<number, { lower: number[]; upper: number[] }>()
  for (let n = 0; n < parent.length; n++) {
    if (linked[n] === 0) continue
    const key = root(n)
    let group = groups.get(key)
    if (group === undefined) {
      group = { lower: [], upper: [] }
      groups.set(key, group)
    }
    if (n < lowerCount) group.lower.push(n + 1)
    else group.upper.push(n - lowerCount + 1)
  }
  return [...groups.values()]
}
