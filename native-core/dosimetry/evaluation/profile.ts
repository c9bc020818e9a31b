/** Dose along a line. */
import { InputError } from '../../errors/index.ts'
import { patientToIndexMatrix } from '../../imaging/grid.ts'
import { applyMat4 } from '../../imaging/transform.ts'
import { assertDoseImage, valueAt } from './trilinear.ts'
import type { Vec3 } from '../../imaging/types.ts'
import type { DoseImage } from './types.ts'

export interface DoseProfile {
  /** Distance of each point from the first one, mm. */
  readonly distanceMm: Float64Array
  /** Patient coordinates (LPS) x, y, z of the points, mm. */
  readonly positionMm: Float64Array
  /** Trilinear dose, Gy; NaN outside the dose grid. */
  readonly doseGy: Float64Array
}

const MOST_POINTS = 100_000

/**
 * Dose along the straight line from one point to another (LPS, mm), both ends included, at equal steps no longer than `stepMm`
 * (default: half the smallest spacing).
 *
 * @throws InputError `dose.profile` for points that are not finite or the same, a step that is not positive, or more than 100,000
 * points.
 */
export function doseProfile(dose: DoseImage, fromMm: Vec3, toMm: Vec3, stepMm?: number): DoseProfile {
  assertDoseImage(dose)
  const step = stepMm ?? Math.min(...dose.grid.spacingMm) / 2
  const length = Math.hypot(toMm[0] - fromMm[0], toMm[1] - fromMm[1], toMm[2] - fromMm[2])
  const refuse = (why: string): InputError =>
    new InputError('dose.profile', `The profile cannot be drawn: ${why}.`, 'Give two points in mm and a step.')
  if (!Number.isFinite(length)) throw refuse('an end is not finite')
  if (length === 0) throw refuse('both ends are the same point')
  if (!(step > 0)) throw refuse(`a step of ${step} mm is not positive`)
  // 10 mm in steps of 0.1 mm are 100 steps, whatever the rounding.
  const steps = Math.max(1, Math.ceil((length / step) * (1 - 1e-12)))
  if (steps >= MOST_POINTS) throw refuse(`${step} mm steps make more than 100,000 points`)
  const toIndex = patientToIndexMatrix(dose.grid)
  const distanceMm = new Float64Array(steps + 1)
  const positionMm = new Float64Array(3 * (steps + 1))
  const doseGy = new Float64Array(steps + 1)
  for (let n = 0; n <= steps; n++) {
    const t = n / steps
    const point: Vec3 = [
      fromMm[0] + t * (toMm[0] - fromMm[0]),
      fromMm[1] + t * (toMm[1] - fromMm[1]),
      fromMm[2] + t * (toMm[2] - fromMm[2]),
    ]
    distanceMm[n] = t * length
    positionMm.set(point, 3 * n)
    const [x, y, z] = applyMat4(toIndex, point)
    doseGy[n] = valueAt(dose.doseGy, dose.grid, x, y, z)
  }
  return { distanceMm, positionMm, doseGy }
}
