/** How far a mirrored posterior view lies from its anterior one. */
import { InputError } from '../../errors/index.ts'
import { checkFrame } from './frame.ts'
import type { PlanarFrame } from './types.ts'

export interface ConjugateShift {
  /** What a region on the anterior view is to be moved by to lie on the mirrored posterior view, mm. */
  readonly shiftMm: readonly [number, number]
  /** Normalised correlation there, −1 to 1. */
  readonly correlation: number
}

/**
 * The shift of two frames of one matrix with the greatest normalised correlation of the square roots of their counts (which have all the
 * same noise), among whole pixels up to `reachPixels`, refined by a parabola along each axis.
 *
 * @throws InputError `planar.align` for frames of two sizes, or without contrast.
 */
export function conjugateShift(
  anterior: PlanarFrame,
  mirroredPosterior: PlanarFrame,
  reachPixels: number,
): ConjugateShift {
  checkFrame(anterior)
  checkFrame(mirroredPosterior)
  const { columns, rows, pixelSpacingMm } = anterior
  const isSame =
    columns === mirroredPosterior.columns &&
    rows === mirroredPosterior.rows &&
    pixelSpacingMm.every((mm, axis) => Math.abs(mm / (mirroredPosterior.pixelSpacingMm[axis] as number) - 1) < 1e-3)
  if (!isSame) throw cannot('the two views differ in matrix or pixel size')
  const reach = Math.min(reachPixels, Math.floor(Math.min(columns, rows) / 2) - 1)
  if (!(reach >= 0) || !Number.isInteger(reach)) throw cannot(`a reach of ${reachPixels} pixels is none`)
  const a = anterior.counts.map((n) => Math.sqrt(Math.max(0, n)))
  const b = mirroredPosterior.counts.map((n) => Math.sqrt(Math.max(0, n)))
  const at = (dx: number, dy: number): number => correlation(a, b, columns, rows, dx, dy)
  let best: readonly [number, number, number] = [0, 0, -Infinity]
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const value = at(dx, dy)
      if (value > best[2]) best = [dx, dy, value]
    }
  const [dx, dy, value] = best
  if (!Number.isFinite(value)) throw cannot('one of the views is uniform')
  const fine = (before: number, after: number): number => {
    const curvature = before - 2 * value + after
    return curvature < 0 ? (before - after) / (2 * curvature) : 0
  }
  const x = Math.abs(dx) < reach ? dx + fine(at(dx - 1, dy), at(dx + 1, dy)) : dx
  const y = Math.abs(dy) < reach ? dy + fine(at(dx, dy - 1), at(dx, dy + 1)) : dy
  return { shiftMm: [x * pixelSpacingMm[0], y * pixelSpacingMm[1]], correlation: value }
}

function correlation(a: Float32Array, b: Float32Array, columns: number, rows: number, dx: number, dy: number): number {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0]
  for (let y = Math.max(0, -dy); y < Math.min(rows, rows - dy); y++)
    for (let x = Math.max(0, -dx); x < Math.min(columns, columns - dx); x++) {
      const p = a[y * columns + x] as number
      const q = b[(y + dy) * columns + x + dx] as number
      n++
      sa += p
      sb += q
      saa += p * p
      sbb += q * q
      sab += p * q
    }
  const spread = (n * saa - sa * sa) * (n * sbb - sb * sb)
  return spread > 0 ? (n * sab - sa * sb) / Math.sqrt(spread) : -Infinity
}

const cannot = (why: string): InputError =>
  new InputError(
    'planar.align',
    `Anterior and posterior view cannot be aligned: ${why}.`,
    'Give two views of one acquisition, or the shift by hand.',
  )
