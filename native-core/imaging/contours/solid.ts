/** A structure's contours turned into a body: pieces between neighbouring contours, and ends. */
import { CancelledError, InputError } from '../../errors/index.ts'
import { labelSlice, linkSlices } from './components.ts'
import { polygonCoverage } from './coverage.ts'
import { SolidBuilder } from './solidBuilder.ts'
import { polygonBox, stackContours } from './stack.ts'
import type { LabelledSlice } from './components.ts'
import type { PlaneLattice } from './coverage.ts'
import type { Piece } from './piece.ts'
import type { ContourStack } from './stack.ts'
import type { PlanarContour, Vec3 } from '../types.ts'

export interface ContourOptions {
  /**
   * Thickness in mm that a contour without neighbours stands for: the slice spacing of the image the contours were drawn on.
   * Also the reference for gaps where a structure has only two slices.
   */
  readonly sliceThicknessMm?: number
  /** Asked every few milliseconds; once it says true, the work ends with a CancelledError. */
  readonly isCancelled?: () => boolean
}

/** Throws CancelledError where the caller wants the work to stop. */
export function stopIfCancelled(options: { readonly isCancelled?: () => boolean }): void {
  if (options.isCancelled?.() === true) throw new CancelledError('Rasterising a structure')
}

export interface ContourSolid {
  readonly uAxis: Vec3
  readonly vAxis: Vec3
  readonly normal: Vec3
  /** Sorted by wStart. */
  readonly pieces: readonly Piece[]
  /** Box in plane coordinates (u, v, w), mm. */
  readonly low: Vec3
  readonly high: Vec3
  readonly volumeMl: number
}

/** A gap this many times the usual spacing, and unlike the gaps beside it, separates two parts. */
const GAP_FACTOR = 1.5
/** Pixels of all slices together; bounds memory to about 100 MB for the largest structures. */
const MAX_SAMPLES = 12_000_000

/**
 * Builds the body that a stack of contours describes. See `areaModel.ts` for how areas run between and beyond slices, and
 * `shapeField.ts` for the shapes. Inner contours and keyholes are cut out; components are followed from slice to slice by
 * overlap, so a body may branch; a gap in the stack makes two parts.
 *
 * Throws InputError as `stackContours` does, and `structure.single-slice` where a contour has no neighbour and
 * `options.sliceThicknessMm` is not given.
 */
export function contourSolid(contours: readonly PlanarContour[], options: ContourOptions = {}): ContourSolid {
  // The same structure is wanted on the emission grid, on the CT grid and for display: the body is made once.
  const known = made.get(contours)
  if (known !== undefined && known.sliceThicknessMm === options.sliceThicknessMm) return known.solid
  const solid = makeSolid(contours, options)
  made.set(contours, { sliceThicknessMm: options.sliceThicknessMm, solid })
  return solid
}

const made = new WeakMap<
  readonly PlanarContour[],
  { readonly sliceThicknessMm: number | undefined; readonly solid: ContourSolid }
>()

function makeSolid(contours: readonly PlanarContour[], options: ContourOptions): ContourSolid {
  const stack = stackContours(contours)
  const { slices, lattice } = sampleStack(stack, options)
  const joined = joinedIntervals(
    slices.map((slice) => slice.w),
    options.sliceThicknessMm,
  )
  const links = joined.map((isJoined, n) => (isJoined ? linkSlices(slices[n]!, slices[n + 1]!) : []))
  const pieces = new SolidBuilder(slices, lattice, links, nominalSpacing(slices, options)).build(() =>
    stopIfCancelled(options),
  )
  pieces.sort((a, b) => a.wStart - b.wStart)
  return {
    uAxis: stack.uAxis,
    vAxis: stack.vAxis,
    normal: stack.normal,
    pieces,
    ...extentOf(pieces),
    volumeMl: pieces.reduce((sum, p) => sum + p.volumeMm3, 0) / 1000,
  }
}

/** Box in plane coordinates around all pieces. */
function extentOf(pieces: readonly Piece[]): { low: Vec3; high: Vec3 } {
  const low: [number, number, number] = [Infinity, Infinity, Infinity]
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (const { lower, box, wStart, wEnd, shiftU, shiftV } of pieces) {
    const driftU = Math.abs(shiftU) * (wEnd - wStart)
    const driftV = Math.abs(shiftV) * (wEnd - wStart)
    low[0] = Math.min(low[0], lower.u0 + (box.columnLow - 1) * lower.pitchMm - driftU)
    low[1] = Math.min(low[1], lower.v0 + (box.rowLow - 1) * lower.pitchMm - driftV)
    low[2] = Math.min(low[2], wStart)
    high[0] = Math.max(high[0], lower.u0 + (box.columnHigh + 1) * lower.pitchMm + driftU)
    high[1] = Math.max(high[1], lower.v0 + (box.rowHigh + 1) * lower.pitchMm + driftV)
    high[2] = Math.max(high[2], wEnd)
  }
  return { low, high }
}

/** Coverage images of all slices on one lattice, fine enough that (almost) no area is lost in parts thinner than a pixel. */
function sampleStack(stack: ContourStack, options: ContourOptions): { slices: LabelledSlice[]; lattice: PlaneLattice } {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  let largest = 0
  for (const { uv, areaMm2 } of stack.slices.flatMap((slice) => slice.polygons)) {
    const own = polygonBox(uv)
    for (const n of [0, 1]) box[n] = Math.min(box[n]!, own[n]!)
    for (const n of [2, 3]) box[n] = Math.max(box[n]!, own[n]!)
    largest = Math.max(largest, Math.abs(areaMm2))
  }
  const [uLow, vLow] = box
  const width = box[2] - uLow
  const height = box[3] - vLow
  const smallestPitch = Math.sqrt((width * height * stack.slices.length) / MAX_SAMPLES)
  const side = Math.sqrt(largest)
  let pitchMm = Math.max(smallestPitch, 0.1, Math.min(side / 40, Math.max(1.25, side / 120)))
  for (;;) {
    const lattice: PlaneLattice = {
      u0: uLow - 1.5 * pitchMm,
      v0: vLow - 1.5 * pitchMm,
      pitchMm,
      columns: Math.ceil(width / pitchMm) + 4,
      rows: Math.ceil(height / pitchMm) + 4,
    }
    const slices = stack.slices.map((s) => {
      stopIfCancelled(options)
      return labelSlice(s.w, polygonCoverage(s.polygons, lattice), lattice)
    })
    const lost = slices.reduce((sum, s) => sum + s.lostAreaMm2, 0)
    const kept = slices.reduce((sum, s) => sum + s.components.reduce((a, c) => a + c.areaMm2, 0), 0)
    if (lost <= 0.003 * kept || pitchMm / 2 < smallestPitch || pitchMm < 0.1) {
      const drawn = slices.filter((s) => s.components.length > 0)
      if (drawn.length === 0) {
        throw new InputError(
          'structure.no-area',
          'The contours of the structure enclose no area (they may cancel each other).',
          'Draw the structure as closed contours, or leave it out.',
        )
      }
      return { slices: drawn, lattice }
    }
    pitchMm /= 2
  }
}

/** Usual distance between neighbouring slices: the lower median of the gaps, or what the caller says. */
function nominalSpacing(slices: readonly LabelledSlice[], options: ContourOptions): number | null {
  const gaps = slices
    .slice(1)
    .map((slice, n) => slice.w - slices[n]!.w)
    .sort((a, b) => a - b)
  if (gaps.length < 2 && options.sliceThicknessMm !== undefined) return options.sliceThicknessMm
  return gaps[Math.floor((gaps.length - 1) / 2)] ?? null
}

/**
 * Which neighbouring slices belong to one part. A gap over 1.5 times the usual spacing separates, unless a gap beside it is
 * about as large: then the contours were drawn with coarser spacing there.
 */
function joinedIntervals(positions: readonly number[], sliceThicknessMm: number | undefined): boolean[] {
  const gaps = positions.slice(1).map((w, n) => w - positions[n]!)
  if (gaps.length === 0) return []
  const sorted = [...gaps].sort((a, b) => a - b)
  const usual =
    gaps.length < 2 && sliceThicknessMm !== undefined ? sliceThicknessMm : sorted[Math.floor((gaps.length - 1) / 2)]!
  return gaps.map((gap, n) => {
    if (gap <= GAP_FACTOR * usual) return true
    return [gaps[n - 1], gaps[n + 1]].some((other) => other !== undefined && Math.abs(other - gap) <= 0.2 * gap)
  })
}
