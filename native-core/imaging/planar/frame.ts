/** Counting in regions of planar frames, and bringing a posterior view upon its anterior one. */
import { InputError } from '../../errors/index.ts'
import type { Measured } from '../../statistics/index.ts'
import { polygonCoverage } from '../contours/coverage.ts'
import type { PlanarFrame, PlanarRoi } from './types.ts'

/** The part of each pixel of a frame (0 to 1, column fastest) inside a region, and the share of the region beyond the frame. */
export interface RoiMask {
  readonly fractions: Float32Array
  readonly areaMm2: number
  readonly fractionOutside: number
}

/**
 * Pixels of a region with partial ones by their part.
 *
 * @throws InputError `planar.frame` for a frame whose size does not fit, `planar.roi` for a region without area, or wholly outside.
 */
export function roiMask(frame: PlanarFrame, roi: PlanarRoi): RoiMask {
  checkFrame(frame)
  const { columns, rows, pixelSpacingMm } = frame
  const points = roi.polygonsMm.flat()
  if (points.length < 3 || points.some(([x, y]) => !Number.isFinite(x) || !Number.isFinite(y)))
    throw badRoi(roi, 'it has fewer than three points, or points that are no numbers')
  const across = points.map(([x]) => x / pixelSpacingMm[0])
  const down = points.map(([, y]) => y / pixelSpacingMm[1])
  const first = [Math.min(0, Math.floor(Math.min(...across))), Math.min(0, Math.floor(Math.min(...down)))] as const
  const last = [
    Math.max(columns - 1, Math.ceil(Math.max(...across))),
    Math.max(rows - 1, Math.ceil(Math.max(...down))),
  ] as const
  const wide = last[0] - first[0] + 1
  const high = last[1] - first[1] + 1
  if (wide * high > 1e8) throw badRoi(roi, 'it reaches far beyond the frame')
  const polygons = roi.polygonsMm.map((polygon) => ({
    uv: Float64Array.from(polygon.flatMap(([x, y]) => [x / pixelSpacingMm[0], y / pixelSpacingMm[1]])),
    areaMm2: NaN,
  }))
  // One pixel more on each side: the coverage needs its polygons inside the lattice.
  const lattice = { u0: first[0] - 1, v0: first[1] - 1, pitchMm: 1, columns: wide + 2, rows: high + 2 }
  const all = polygonCoverage(polygons, lattice)
  const fractions = new Float32Array(columns * rows)
  let inside = 0
  const total = all.reduce((sum, f) => sum + f, 0)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const f = all[(y - lattice.v0) * lattice.columns + x - lattice.u0] as number
      fractions[y * columns + x] = f
      inside += f
    }
  if (!(total > 0)) throw badRoi(roi, 'it has no area')
  if (!(inside > 0)) throw badRoi(roi, 'it lies outside the frame')
  return {
    fractions,
    areaMm2: inside * pixelSpacingMm[0] * pixelSpacingMm[1],
    fractionOutside: Math.max(0, 1 - inside / total),
  }
}

/**
 * Counts in a region: N = Σ f·n. As the pixels are Poisson numbers, u²(N) = Σ f²·n.
 *
 * @throws InputError `planar.frame` for a frame of another size, or where it holds what is no count.
 */
export function roiCounts(frame: PlanarFrame, mask: RoiMask): Measured {
  checkFrame(frame)
  const { counts } = frame
  if (mask.fractions.length !== counts.length)
    throw badFrame(`the region was drawn on ${mask.fractions.length} pixels, the frame has ${counts.length}`)
  let value = 0
  let variance = 0
  for (let i = 0; i < counts.length; i++) {
    const f = mask.fractions[i] as number
    if (f === 0) continue
    const n = counts[i] as number
    if (!Number.isFinite(n) || n < 0) throw badFrame(`pixel ${i} holds ${n}, which is no count`)
    value += f * n
    variance += f * f * n
  }
  return { value, standardUncertainty: Math.sqrt(variance) }
}

/** All counts of a frame with those of Poisson's law as uncertainty. */
export function frameCounts(frame: PlanarFrame): Measured {
  return roiCounts(frame, { fractions: new Float32Array(frame.counts.length).fill(1), areaMm2: 0, fractionOutside: 0 })
}

/** The frame seen in a mirror, left and right exchanged: a posterior view comes upon its anterior one. */
export function mirrorFrame(frame: PlanarFrame): PlanarFrame {
  checkFrame(frame)
  const { columns, rows, counts } = frame
  const mirrored = new Float32Array(counts.length)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) mirrored[y * columns + x] = counts[y * columns + columns - 1 - x] as number
  return { ...frame, counts: mirrored }
}

/** A region moved by so many mm. */
export function shiftRoi(roi: PlanarRoi, shiftMm: readonly [number, number]): PlanarRoi {
  return {
    ...roi,
    polygonsMm: roi.polygonsMm.map((polygon) => polygon.map(([x, y]) => [x + shiftMm[0], y + shiftMm[1]] as const)),
  }
}

/** @throws InputError `planar.frame`. */
export function checkFrame({ columns, rows, pixelSpacingMm, counts }: PlanarFrame): void {
  const isWhole = (n: number): boolean => Number.isInteger(n) && n > 0
  if (!isWhole(columns) || !isWhole(rows) || counts.length !== columns * rows)
    throw badFrame(`it has ${counts.length} values for ${columns} × ${rows} pixels`)
  if (!pixelSpacingMm.every((mm) => Number.isFinite(mm) && mm > 0))
    throw badFrame(`its pixel spacing is ${pixelSpacingMm.join(' × ')} mm`)
}

const badFrame = (why: string): InputError =>
  new InputError('planar.frame', `A planar frame cannot be used: ${why}.`, 'Export the image again.')

const badRoi = (roi: PlanarRoi, why: string): InputError =>
  new InputError('planar.roi', `The region "${roi.name}" cannot be used: ${why}.`, 'Draw it again, on the image.')
