/** A body of contours sampled on an image grid: the part of each voxel that lies inside. */
import { applyMat4, invertAffine, multiplyMat4 } from '../transform.ts'
import { boxCorners, indexToPatientMatrix, voxelVolumeMl } from '../grid.ts'
import { coverageAt, uniformAt } from './piece.ts'
import { stopIfCancelled } from './solid.ts'
import type { ContourSolid } from './solid.ts'
import type { FractionalMask, ImageGrid, Mat4, Vec3 } from '../types.ts'
import type { Piece } from './piece.ts'

/**
 * Samples the body on `grid`. `toStructure` maps patient coordinates of the grid to those of the contours.
 *
 * Blocks of voxels that are wholly inside or outside are found by the distance fields and filled at once; voxels on the
 * boundary are divided into samples no larger than about an eighth of the body's radius, and each sample counts by the part
 * of it that is inside (within the slice by its distance from the outline, along the normal by its overlap with the piece).
 * Parts of the body outside the grid are sampled the same way and go into `volumeOutsideMl`. Throws CancelledError once
 * `options.isCancelled` says true.
 */
export function rasteriseSolid(
  solid: ContourSolid,
  grid: ImageGrid,
  toStructure: Mat4,
  options: { readonly isCancelled?: () => boolean } = {},
): FractionalMask {
  const sampler = new SolidSampler(solid, grid, toStructure)
  return sampler.run(() => stopIfCancelled(options))
}

/** Bins along the normal in which pieces are looked up. */
const BINS = 512

class SolidSampler {
  private readonly solid: ContourSolid
  private readonly grid: ImageGrid
  /** Index → (u, v, w), row-major 3×4. */
  private readonly map: Float64Array
  private readonly bins: Piece[][]
  private readonly perAxis: readonly [number, number, number]
  /** In-plane width and half height along the normal of one sample, mm. */
  private readonly sampleWidthMm: number
  private readonly sampleHalfHeightMm: number
  private readonly start: Vec3
  private readonly size: Vec3
  private readonly low: Vec3
  private readonly high: Vec3
  private readonly fractions: Float32Array
  private outsideVoxels = 0
  private readonly found: Piece[] = []
  private foundLow = NaN
  private foundHigh = NaN

  constructor(solid: ContourSolid, grid: ImageGrid, toStructure: Mat4) {
    this.solid = solid
    this.grid = grid
    const full = multiplyMat4(planeMatrix(solid), multiplyMat4(toStructure, indexToPatientMatrix(grid)))
    this.map = Float64Array.from(full.slice(0, 12))
    this.bins = binPieces(solid)

    const step = sampleStepMm(solid)
    const axisLength = (axis: 0 | 1 | 2): number =>
      Math.hypot(this.map[axis]!, this.map[4 + axis]!, this.map[8 + axis]!)
    const samples = (axis: 0 | 1 | 2): number => Math.min(16, Math.max(2, Math.ceil(axisLength(axis) / step)))
    this.perAxis = [samples(0), samples(1), samples(2)]
    let half = 0
    let inPlane = 0
    for (const axis of [0, 1, 2] as const) {
      const flat = Math.hypot(this.map[axis]!, this.map[4 + axis]!) / this.perAxis[axis]
      half += Math.abs(this.map[8 + axis]!) / this.perAxis[axis] / 2
      inPlane += flat * flat
    }
    this.sampleHalfHeightMm = half
    this.sampleWidthMm = Math.sqrt(inPlane / 2)

    const { low, high } = indexBounds(solid, full)
    const n = grid.dimensions
    const clippedLow = low.map((value) => Math.max(0, value))
    const clippedHigh = high.map((value, axis) => Math.min(n[axis]! - 1, value))
    const isEmpty = clippedLow.some((value, axis) => value > clippedHigh[axis]!)
    this.start = isEmpty ? [0, 0, 0] : [clippedLow[0]!, clippedLow[1]!, clippedLow[2]!]
    this.size = isEmpty
      ? [0, 0, 0]
      : [
          clippedHigh[0]! - clippedLow[0]! + 1,
          clippedHigh[1]! - clippedLow[1]! + 1,
          clippedHigh[2]! - clippedLow[2]! + 1,
        ]
    this.fractions = new Float32Array(this.size[0] * this.size[1] * this.size[2])
    this.low = low
    this.high = high
  }

  run(pause: () => void): FractionalMask {
    const block = 16
    for (let k = this.low[2]; k <= this.high[2]; k += block) {
      for (let j = this.low[1]; j <= this.high[1]; j += block) {
        for (let i = this.low[0]; i <= this.high[0]; i += block) {
          pause()
          this.visit(
            i,
            j,
            k,
            Math.min(block, this.high[0] - i + 1),
            Math.min(block, this.high[1] - j + 1),
            Math.min(block, this.high[2] - k + 1),
          )
        }
      }
    }
    return {
      grid: this.grid,
      box: { start: this.start, size: this.size },
      fractions: this.fractions,
      volumeOutsideMl: this.outsideVoxels * voxelVolumeMl(this.grid),
    }
  }

  /** Settles a block of voxels if it is uniform, else halves it down to single voxels. */
  private visit(i: number, j: number, k: number, ni: number, nj: number, nk: number): void {
    const state = this.classify(i + (ni - 1) / 2, j + (nj - 1) / 2, k + (nk - 1) / 2, ni / 2, nj / 2, nk / 2)
    if (state === 0) return
    if (state === 1) {
      for (let c = k; c < k + nk; c++)
        for (let b = j; b < j + nj; b++) for (let a = i; a < i + ni; a++) this.put(a, b, c, 1)
      return
    }
    if (ni === 1 && nj === 1 && nk === 1) {
      this.put(i, j, k, this.fraction(i, j, k))
      return
    }
    const hi = ni > 1 ? ni >> 1 : 1
    const hj = nj > 1 ? nj >> 1 : 1
    const hk = nk > 1 ? nk >> 1 : 1
    for (let c = 0; c < nk; c += c === 0 ? hk : nk) {
      for (let b = 0; b < nj; b += b === 0 ? hj : nj) {
        for (let a = 0; a < ni; a += a === 0 ? hi : ni) {
          this.visit(i + a, j + b, k + c, a === 0 ? hi : ni - a, b === 0 ? hj : nj - b, c === 0 ? hk : nk - c)
        }
      }
    }
  }

  private put(i: number, j: number, k: number, fraction: number): void {
    const a = i - this.start[0]
    const b = j - this.start[1]
    const c = k - this.start[2]
    if (a >= 0 && b >= 0 && c >= 0 && a < this.size[0] && b < this.size[1] && c < this.size[2]) {
      this.fractions[a + this.size[0] * (b + this.size[1] * c)] = fraction
    } else {
      this.outsideVoxels += fraction
    }
  }

  /** 1: the box around the centre is all inside; 0: all outside; -1: look closer. */
  private classify(i: number, j: number, k: number, hi: number, hj: number, hk: number): number {
    const m = this.map
    const u = m[0]! * i + m[1]! * j + m[2]! * k + m[3]!
    const v = m[4]! * i + m[5]! * j + m[6]! * k + m[7]!
    const w = m[8]! * i + m[9]! * j + m[10]! * k + m[11]!
    const ru = Math.abs(m[0]!) * hi + Math.abs(m[1]!) * hj + Math.abs(m[2]!) * hk
    const rv = Math.abs(m[4]!) * hi + Math.abs(m[5]!) * hj + Math.abs(m[6]!) * hk
    const halfHeight = Math.abs(m[8]!) * hi + Math.abs(m[9]!) * hj + Math.abs(m[10]!) * hk
    const radius = Math.hypot(ru, rv) + this.sampleWidthMm
    let insideHeight = 0
    let allOutside = true
    const low = w - halfHeight
    const high = w + halfHeight
    this.collect(low, high)
    for (const piece of this.found) {
      const state = uniformAt(piece, u, v, w, radius, halfHeight)
      if (state === 0) continue
      allOutside = false
      if (state === -1) return -1
      insideHeight += Math.min(high, piece.wEnd) - Math.max(low, piece.wStart)
    }
    if (allOutside) return 0
    return insideHeight >= (high - low) * (1 - 1e-9) ? 1 : -1
  }

  /** Puts the pieces that overlap a range along the normal into `found`. */
  private collect(low: number, high: number): void {
    // Samples of one plane of an aligned grid ask for the same range again and again.
    if (low === this.foundLow && high === this.foundHigh) return
    this.foundLow = low
    this.foundHigh = high
    this.found.length = 0
    const from = this.bin(low)
    const to = this.bin(high)
    for (let n = from; n <= to; n++) {
      for (const piece of this.bins[n]!) {
        if (piece.wEnd <= low || piece.wStart >= high) continue
        if (n > from && this.bin(piece.wStart) < n) continue
        this.found.push(piece)
      }
    }
  }

  private bin(w: number): number {
    return binOf(this.solid, w)
  }

  private fraction(i: number, j: number, k: number): number {
    const m = this.map
    const [nx, ny, nz] = this.perAxis
    const half = this.sampleHalfHeightMm
    let sum = 0
    for (let c = 0; c < nz; c++) {
      const z = k + (c + 0.5) / nz - 0.5
      for (let b = 0; b < ny; b++) {
        const y = j + (b + 0.5) / ny - 0.5
        for (let a = 0; a < nx; a++) {
          const x = i + (a + 0.5) / nx - 0.5
          const w = m[8]! * x + m[9]! * y + m[10]! * z + m[11]!
          const low = w - half
          const high = w + half
          if (high <= this.solid.low[2] || low >= this.solid.high[2]) continue
          const u = m[0]! * x + m[1]! * y + m[2]! * z + m[3]!
          const v = m[4]! * x + m[5]! * y + m[6]! * z + m[7]!
          this.collect(low, high)
          let part = 0
          for (const piece of this.found) {
            const from = Math.max(low, piece.wStart)
            const to = Math.min(high, piece.wEnd)
            part += ((to - from) / (2 * half)) * coverageAt(piece, u, v, (from + to) / 2, this.sampleWidthMm)
          }
          sum += part < 1 ? part : 1
        }
      }
    }
    return sum / (nx * ny * nz)
  }
}

function planeMatrix(solid: ContourSolid): Mat4 {
  return [...solid.uAxis, 0, ...solid.vAxis, 0, ...solid.normal, 0, 0, 0, 0, 1]
}

function binOf(solid: ContourSolid, w: number): number {
  const x = ((w - solid.low[2]) / (solid.high[2] - solid.low[2])) * BINS
  return x <= 0 ? 0 : x >= BINS - 1 ? BINS - 1 : x | 0
}

function binPieces(solid: ContourSolid): Piece[][] {
  const bins: Piece[][] = Array.from({ length: BINS }, () => [])
  for (const piece of solid.pieces) {
    for (let n = binOf(solid, piece.wStart); n <= binOf(solid, piece.wEnd); n++) bins[n]!.push(piece)
  }
  return bins
}

/** Sample size for boundary voxels: about an eighth of the radius of a sphere of the body's volume, 0.3 to 1.25 mm; a sixtieth in bodies of litres. */
function sampleStepMm(solid: ContourSolid): number {
  const radius = Math.cbrt((3000 * solid.volumeMl) / (4 * Math.PI))
  return Math.min(Math.max(1.25, radius / 60), Math.max(0.3, radius / 8))
}

/** Whole-index bounds (voxels that the body may touch), not clipped to the grid. */
function indexBounds(solid: ContourSolid, indexToPlane: Mat4): { low: Vec3; high: Vec3 } {
  const back = invertAffine(indexToPlane)
  const corners = boxCorners(solid.low, solid.high).map((c) => applyMat4(back, c))
  const bound = (axis: 0 | 1 | 2): [number, number] => {
    const values = corners.map((c) => c[axis])
    return [Math.floor(Math.min(...values) + 0.5), Math.ceil(Math.max(...values) - 0.5)]
  }
  const [x, y, z] = [bound(0), bound(1), bound(2)]
  return { low: [x[0], y[0], z[0]], high: [x[1], y[1], z[1]] }
}
