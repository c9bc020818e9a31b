/** The separate pieces of a structure, and its holes. */
import { InputError } from '../../../errors/index.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { boxAround, coverageVolumeMl, cropped, emptyCoverage, inBox, placeIn } from './boxes.ts'
import { FULL, HALF, type CoverageBox } from './types.ts'

export interface Island {
  readonly content: CoverageBox
  readonly volumeMl: number
}

/**
 * The pieces of a structure, largest first. Voxels that are at least half covered belong together where they share a face; a less covered one goes
 * with the piece it touches (the larger, of two), so that the pieces' coverages add up to the structure's. What is nowhere half
 * covered forms pieces of its own.
 */
export function islands(grid: ImageGrid, source: CoverageBox): Island[] {
  const { box, coverage } = cropped(source)
  if (coverage.length === 0) return []
  const labels = new Int32Array(coverage.length)
  const steps = neighbours(box.size)
  let count = 0
  const sizes = [0]
  const flood = (accept: (n: number) => boolean) => {
    for (let seed = 0; seed < coverage.length; seed++) {
      if (labels[seed] !== 0 || !accept(seed)) continue
      const label = ++count
      labels[seed] = label
      const stack = [seed]
      let size = 0
      for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
        size++
        steps(n, (next) => {
          if (labels[next] !== 0 || !accept(next)) return
          labels[next] = label
          stack.push(next)
        })
      }
      sizes.push(size)
    }
  }
  flood((n) => coverage[n]! >= HALF)
  spread(coverage, labels, sizes, steps)
  flood((n) => coverage[n]! > 0)
  return pieces(grid, { box, coverage }, labels, count)
}

/** Gives the thinly covered voxels beside a piece to it, ring by ring. */
function spread(
  coverage: Uint8Array,
  labels: Int32Array,
  sizes: readonly number[],
  steps: ReturnType<typeof neighbours>,
): void {
  let front: number[] = []
  for (let n = 0; n < labels.length; n++) if (labels[n] !== 0) front.push(n)
  while (front.length > 0) {
    const claimed = new Map<number, number>()
    for (const n of front) {
      steps(n, (next) => {
        if (labels[next] !== 0 || coverage[next] === 0) return
        const rival = claimed.get(next)
        if (rival === undefined || sizes[labels[n]!]! > sizes[rival]!) claimed.set(next, labels[n]!)
      })
    }
    front = [...claimed.keys()]
    for (const [n, label] of claimed) labels[n] = label
  }
}

function pieces(grid: ImageGrid, { box, coverage }: CoverageBox, labels: Int32Array, count: number): Island[] {
  const [nx, ny] = box.size
  const low = Array.from({ length: count + 1 }, () => [Infinity, Infinity, Infinity])
  const high = Array.from({ length: count + 1 }, () => [-1, -1, -1])
  for (let n = 0; n < labels.length; n++) {
    const label = labels[n]!
    if (label === 0) continue
    const place = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]
    for (let axis = 0; axis < 3; axis++) {
      low[label]![axis] = Math.min(low[label]![axis]!, place[axis]!)
      high[label]![axis] = Math.max(high[label]![axis]!, place[axis]!)
    }
  }
  const found: Island[] = []
  for (let label = 1; label <= count; label++) {
    const first = low[label]!
    const size = first.map((start, axis) => high[label]![axis]! - start + 1) as unknown as Vec3
    const content: CoverageBox = {
      box: { start: first.map((start, axis) => box.start[axis]! + start) as unknown as Vec3, size },
      coverage: new Uint8Array(size[0] * size[1] * size[2]),
    }
    let at = 0
    for (let z = 0; z < size[2]; z++) {
      for (let y = 0; y < size[1]; y++) {
        for (let x = 0; x < size[0]; x++, at++) {
          const n = first[0]! + x + nx * (first[1]! + y + ny * (first[2]! + z))
          if (labels[n] === label) content.coverage[at] = coverage[n]!
        }
      }
    }
    found.push({ content, volumeMl: coverageVolumeMl(grid, content) })
  }
  return found.sort((a, b) => b.volumeMl - a.volumeMl)
}

/**
 * The piece that holds the voxel at place `n` of the box; nothing where that voxel is not at least half inside. The same as that of `islands`,
 * without looking for the others.
 */
export function islandAt(grid: ImageGrid, all: CoverageBox, n: number): CoverageBox {
  const { box, coverage } = all
  if (coverage[n]! < HALF) return emptyCoverage()
  const steps = neighbours(box.size)
  const own = new Uint8Array(coverage.length)
  const reached = [n]
  own[n] = 1
  const claim = (m: number): void => {
    own[m] = 1
    reached.push(m)
  }
  for (let next = 0; next < reached.length; next++)
    steps(reached[next]!, (m) => {
      if (own[m] === 0 && coverage[m]! >= HALF) claim(m)
    })
  let isContested = false
  for (let next = 0; next < reached.length; next++)
    steps(reached[next]!, (m) => {
      if (own[m] === 1 || coverage[m] === 0) return
      if (coverage[m]! < HALF) claim(m)
      else isContested = true
    })
  if (isContested) return contestedIslandAt(grid, all, n)
  const content = new Uint8Array(coverage.length)
  for (const m of reached) content[m] = coverage[m]!
  return cropped({ box, coverage: content })
}

/** Where another piece is near enough to claim a thinly covered voxel too, all of them must be known. */
function contestedIslandAt(grid: ImageGrid, all: CoverageBox, n: number): CoverageBox {
  const { start, size } = all.box
  const place = [
    start[0] + (n % size[0]),
    start[1] + (Math.floor(n / size[0]) % size[1]),
    start[2] + Math.floor(n / (size[0] * size[1])),
  ]
  const found = islands(grid, all).find(({ content }) => {
    const inside = place.every(
      (index, axis) => index >= content.box.start[axis]! && index < content.box.start[axis]! + content.box.size[axis]!,
    )
    return inside && content.coverage[placeIn(content.box, place)]! >= HALF
  })
  return found?.content ?? emptyCoverage()
}

/** The largest piece alone. */
export function largestIsland(grid: ImageGrid, source: CoverageBox): CoverageBox {
  return islands(grid, source)[0]?.content ?? emptyCoverage()
}

/** Without the pieces smaller than `minimumMl`. Throws InputError `segmentation.volume` where that is no volume. */
export function withoutSmallIslands(grid: ImageGrid, source: CoverageBox, minimumMl: number): CoverageBox {
  if (!(minimumMl >= 0 && Number.isFinite(minimumMl))) {
    throw new InputError('segmentation.volume', `${minimumMl} mL is no volume.`, 'Give a volume of 0 mL or more.')
  }
  return joined(
    islands(grid, source)
      .filter((one) => one.volumeMl >= minimumMl)
      .map((one) => one.content),
  )
}

/** Pieces that do not overlap, together. */
function joined(contents: readonly CoverageBox[]): CoverageBox {
  const box = contents.reduce((whole, one) => boxAround(whole, one.box), emptyCoverage().box)
  const coverage = new Uint8Array(box.size[0] * box.size[1] * box.size[2])
  for (const one of contents) {
    const its = inBox(one, box)
    for (let n = 0; n < coverage.length; n++) coverage[n]! |= its[n]!
  }
  return { box, coverage }
}

/**
 * The structure with its holes filled: what is less than half covered and cannot be reached from outside, through faces. `axis` fills slice by
 * slice across that axis instead, so that a channel open at its ends is filled too.
 */
export function fillHoles(source: CoverageBox, axis: 0 | 1 | 2 | null = null): CoverageBox {
  const { box, coverage } = cropped(source)
  if (coverage.length === 0) return emptyCoverage()
  const { size } = box
  const steps = neighbours(size, axis)
  const outside = new Uint8Array(coverage.length)
  const stack: number[] = []
  const reach = (n: number) => {
    if (outside[n] === 1 || coverage[n]! >= HALF) return
    outside[n] = 1
    stack.push(n)
  }
  for (let n = 0; n < coverage.length; n++) {
    const place = [n % size[0], Math.floor(n / size[0]) % size[1], Math.floor(n / (size[0] * size[1]))]
    if (place.some((value, a) => a !== axis && (value === 0 || value === size[a]! - 1))) reach(n)
  }
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) steps(n, reach)
  const filled = coverage.slice()
  for (let n = 0; n < coverage.length; n++) if (outside[n] === 0 && coverage[n]! < HALF) filled[n] = FULL
  // The rim of a hole was partly covered; with the hole filled nothing of it is left open, unless the outside is beside it too.
  for (let n = 0; n < coverage.length; n++) {
    if (coverage[n]! < HALF || coverage[n] === FULL) continue
    let hole = false
    let open = false
    steps(n, (next) => {
      if (outside[next] === 1) open = true
      else if (coverage[next]! < HALF) hole = true
    })
    const place = [n % size[0], Math.floor(n / size[0]) % size[1], Math.floor(n / (size[0] * size[1]))]
    const atEdge = place.some((value, a) => a !== axis && (value === 0 || value === size[a]! - 1))
    if (hole && !open && !atEdge) filled[n] = FULL
  }
  return { box, coverage: filled }
}

/** Visits the voxels that share a face with voxel n; across `without` none. */
function neighbours(size: Vec3, without: 0 | 1 | 2 | null = null) {
  const [nx, ny, nz] = size
  const slice = nx * ny
  return (n: number, visit: (next: number) => void): void => {
    const x = n % nx
    const y = Math.floor(n / nx) % ny
    const z = Math.floor(n / slice)
    if (without !== 0) {
      if (x > 0) visit(n - 1)
      if (x < nx - 1) visit(n + 1)
    }
    if (without !== 1) {
      if (y > 0) visit(n - nx)
      if (y < ny - 1) visit(n + nx)
    }
    if (without !== 2) {
      if (z > 0) visit(n - slice)
      if (z < nz - 1) visit(n + slice)
    }
  }
}
