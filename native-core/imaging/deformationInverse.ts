/** The way back through a deformation: from points of the moving space to those of the fixed one. */
import { InputError } from '../errors/index.ts'
import { assertValidGrid, voxelCount } from './grid.ts'
import { centresOf, displacementField, indexOf, sum } from './deformation.ts'
import { applyMat4, determinant3, invertAffine, linearPart } from './transform.ts'
import type { DisplacementField } from './deformation.ts'
import type { Deformation, ImageGrid, Mat3, Vec3 } from './types.ts'

/** Residual at which a point counts as found, mm. */
const TOLERANCE_MM = 1e-6
const MOST_STEPS = 80

/**
 * The fixed point x (mm) that the deformation takes to `pointMm` of the moving space. Newton steps on the trilinear field, halved until
 * they bring it nearer.
 *
 * Where the field does not fade out before the edge of its grid, its step there leaves moving points that two fixed points reach (the one
 * in the grid is given) or none (an error).
 *
 * @throws InputError `deformation.not-invertible` where no point is found: the map folds, or leaves a gap at the edge of its grid.
 */
export function inversePoint(deformation: Deformation, pointMm: Vec3): Vec3 {
  return inverseMapper(deformation)(pointMm)
}

/** As `inversePoint`, for many points. */
export function inverseMapper(deformation: Deformation): (pointMm: Vec3) => Vec3 {
  const field = displacementField(deformation)
  const back = invertAffine(deformation.fixedToMoving)
  return (point) => {
    const q = applyMat4(back, point)
    const found = solve(field, q)
    if (found !== null && field.covers(found)) return found
    if (!field.covers(q)) return q
    throw notInvertible(
      `The point ${point.map((mm) => mm.toFixed(1)).join(', ')} mm of the moving image has no counterpart in the fixed one`,
    )
  }
}

/**
 * The inverse as a deformation of its own, from the moving to the fixed space, given on `grid` (of the moving space):
 * y ↦ fixedToMoving⁻¹ · (y + v(y)). Beyond the field's grid the field is taken to go on as at its edge, where a point alone has u = 0: a step
 * there would be a fold of the way back.
 *
 * @throws InputError `deformation.not-invertible` where the map folds.
 */
export function invertDeformation(deformation: Deformation, grid: ImageGrid): Deformation {
  assertValidGrid(grid)
  const field = displacementField(deformation)
  const back = invertAffine(deformation.fixedToMoving)
  const linear = linearPart(deformation.fixedToMoving)
  const centre = centresOf(grid)
  const displacementMm = new Float32Array(3 * voxelCount(grid))
  for (let voxel = 0; 3 * voxel < displacementMm.length; voxel++) {
    const q = applyMat4(back, centre(...indexOf(grid, voxel)))
    const found = solve(field, q)
    if (found === null) throw notInvertible('The deformation cannot be inverted everywhere')
    const d: Vec3 = [found[0] - q[0], found[1] - q[1], found[2] - q[2]]
    displacementMm.set(times(linear, d), 3 * voxel)
  }
  return { grid, displacementMm, fixedToMoving: back }
}

export function notInvertible(what: string): InputError {
  return new InputError(
    'deformation.not-invertible',
    `${what}: the deformation folds there, or ends before it has faded out.`,
    'Register again with a stronger regularisation, or on a grid that covers the patient.',
  )
}

export const times = (m: Mat3, v: Vec3): Vec3 => [
  m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
  m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
  m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
]

/** x with x + u(x) = q for the continued field, or null. */
function solve(field: DisplacementField, q: Vec3): Vec3 | null {
  let x = q
  let sample = field.continued(x)
  let residual = residualOf(x, sample.displacementMm, q)
  for (let step = 0; step < MOST_STEPS; step++) {
    const size = Math.hypot(...residual)
    if (size <= TOLERANCE_MM) return x
    const newton = solve3(sample.gradient, residual) ?? residual
    let isNearer = false
    for (let part = 1; part > 1e-3 && !isNearer; part /= 2) {
      // A Newton step that leads nowhere, however short, is one across a kink: a plain step then.
      for (const direction of [newton, residual]) {
        const next = sum(x, [-part * direction[0], -part * direction[1], -part * direction[2]])
        const nextSample = field.continued(next)
        const nextResidual = residualOf(next, nextSample.displacementMm, q)
        if (Math.hypot(...nextResidual) >= size) continue
        ;[x, sample, residual, isNearer] = [next, nextSample, nextResidual, true]
        break
      }
    }
    if (!isNearer) return null
  }
  return null
}

const residualOf = (x: Vec3, u: Vec3, q: Vec3): Vec3 => [x[0] + u[0] - q[0], x[1] + u[1] - q[1], x[2] + u[2] - q[2]]

/** (I + gradient)⁻¹ · r, or null where there is none. */
function solve3(g: Mat3, r: Vec3): Vec3 | null {
  const m: Mat3 = [g[0] + 1, g[1], g[2], g[3], g[4] + 1, g[5], g[6], g[7], g[8] + 1]
  const determinant = determinant3(m)
  if (!(Math.abs(determinant) > 1e-6)) return null
  const column = (c: 0 | 1 | 2): number => {
    const replaced = m.map((value, n) => (n % 3 === c ? r[Math.floor(n / 3)]! : value)) as unknown as Mat3
    return determinant3(replaced) / determinant
  }
  return [column(0), column(1), column(2)]
}
