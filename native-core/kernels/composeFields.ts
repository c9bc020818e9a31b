/** Deformations one after the other (C++ where they are looked up); they block their thread. */
import {
  assertValidDeformation,
  deformationOfAffine,
  IDENTITY_MAT4,
  invertAffine,
  linearPart,
  multiplyMat4,
} from '../imaging/index.ts'
import type { Deformation, ImageGrid } from '../imaging/index.ts'
import { warpImage } from './deformation.ts'
import type { DeformationOptions } from './deformation.ts'
import { sharedFloat32 } from './index.ts'

/**
 * x ↦ outer(inner(x)) with its displacements on `grid`, as `composeDeformations` of `imaging`, its twin: the displacements are interpolated
 * between their voxel centres, beyond a field's grid its matrix alone acts, and beyond `grid` both matrices.
 *
 * With inner(x) = A·(x + u(x)) and outer(y) = B·(y + v(y)) the composition is BA·(x + u(x) + L⁻¹·v(inner(x))), L the linear part of A.
 *
 * @throws InputError for an invalid deformation or grid; CancelledError when cancelled.
 */
export function composeFields(
  outer: Deformation,
  inner: Deformation,
  grid: ImageGrid,
  options: DeformationOptions = {},
): Deformation {
  assertValidDeformation(outer, 'The outer deformation')
  assertValidDeformation(inner, 'The inner deformation')
  const [u, v] = [
    componentsOn(inner, deformationOfAffine(IDENTITY_MAT4), grid, options),
    componentsOn(outer, inner, grid, options),
  ]
  const back = linearPart(invertAffine(inner.fixedToMoving))
  const displacementMm = sharedFloat32(3 * u[0].length)
  for (let voxel = 0; voxel < u[0].length; voxel++)
    for (let row = 0; row < 3; row++)
      displacementMm[3 * voxel + row] =
        u[row as 0 | 1 | 2][voxel]! +
        back[3 * row]! * v[0][voxel]! +
        back[3 * row + 1]! * v[1][voxel]! +
        back[3 * row + 2]! * v[2][voxel]!
  return { grid, displacementMm, fixedToMoving: multiplyMat4(outer.fixedToMoving, inner.fixedToMoving) }
}

/** The displacements x, y and z of a field where `map` leads from the voxel centres of `grid`; 0 beyond the field. */
function componentsOn(
  field: Deformation,
  map: Deformation,
  grid: ImageGrid,
  options: DeformationOptions,
): readonly [Float32Array, Float32Array, Float32Array] {
  const component = (axis: number): Float32Array => {
    const values = new Float32Array(field.displacementMm.length / 3)
    for (let n = 0; n < values.length; n++) values[n] = field.displacementMm[3 * n + axis]!
    return warpImage({ grid: field.grid, values }, map, grid, { ...options, fill: 0 })
  }
  return [component(0), component(1), component(2)]
}
