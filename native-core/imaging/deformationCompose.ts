/** Deformations one after the other, and with matrices before and after. */
import { assertValidGrid, boxCorners, gridExtentMm, voxelCount } from './grid.ts'
import { assertValidDeformation, centresOf, displacementField, indexOf, sum } from './deformation.ts'
import { times } from './deformationInverse.ts'
import { applyMat4, assertAffine, invertAffine, isRigidTransform, linearPart, multiplyMat4 } from './transform.ts'
import type { Deformation, ImageGrid, Mat3, Mat4, Vec3 } from './types.ts'

/** x ↦ after · T(x), exactly: for a moving image whose coordinates lead to those of the deformation's moving space by a matrix. */
export function affineAfterDeformation(after: Mat4, deformation: Deformation): Deformation {
  assertAffine(after)
  assertValidDeformation(deformation)
  return { ...deformation, fixedToMoving: multiplyMat4(after, deformation.fixedToMoving) }
}

/**
 * x ↦ T(before · x): for a fixed image whose coordinates lead to those of the deformation's fixed space by a matrix. Exact for a rigid
 * matrix, where the grid is turned; otherwise the field is given anew on `grid`, by default on a box around the turned one with its spacing.
 *
 * @throws InputError for an invalid deformation, matrix or grid.
 */
export function deformationAfterAffine(deformation: Deformation, before: Mat4, grid?: ImageGrid): Deformation {
  assertAffine(before)
  assertValidDeformation(deformation)
  const back = invertAffine(before)
  const backLinear = linearPart(back)
  const fixedToMoving = multiplyMat4(deformation.fixedToMoving, before)
  if (grid === undefined && isRigidTransform(before, 1e-9)) {
    const { displacementMm: u } = deformation
    const turned = new Float32Array(u.length)
    for (let n = 0; n < u.length; n += 3) turned.set(times(backLinear, [u[n]!, u[n + 1]!, u[n + 2]!]), n)
    return { grid: turnedGrid(deformation.grid, back), displacementMm: turned, fixedToMoving }
  }
  const onto = grid ?? surroundingGrid(deformation.grid, back)
  const field = displacementField(deformation)
  return sampled(onto, fixedToMoving, (x) => times(backLinear, field.at(applyMat4(before, x))))
}

/**
 * x ↦ outer(inner(x)): `inner` leads from the fixed space to one between, `outer` from there to the moving one. The displacements are
 * given anew on `grid` (default: that of `inner`); beyond it only the matrices act, so give one that covers what matters.
 *
 * @throws InputError for an invalid deformation or grid.
 */
export function composeDeformations(outer: Deformation, inner: Deformation, grid: ImageGrid = inner.grid): Deformation {
  const innerField = displacementField(inner)
  const outerField = displacementField(outer)
  const innerBack = linearPart(invertAffine(inner.fixedToMoving))
  return sampled(grid, multiplyMat4(outer.fixedToMoving, inner.fixedToMoving), (x) => {
    const u = innerField.at(x)
    const between = applyMat4(inner.fixedToMoving, sum(x, u))
    return sum(u, times(innerBack, outerField.at(between)))
  })
}

function sampled(grid: ImageGrid, fixedToMoving: Mat4, displacement: (x: Vec3) => Vec3): Deformation {
  assertValidGrid(grid)
  const centre = centresOf(grid)
  const displacementMm = new Float32Array(3 * voxelCount(grid))
  for (let voxel = 0; 3 * voxel < displacementMm.length; voxel++)
    displacementMm.set(displacement(centre(...indexOf(grid, voxel))), 3 * voxel)
  return { grid, displacementMm, fixedToMoving }
}

/** The grid mapped by a rigid matrix. */
function turnedGrid(grid: ImageGrid, m: Mat4): ImageGrid {
  const l = linearPart(m)
  const d = grid.direction
  const column = (c: 0 | 1 | 2): Vec3 => times(l, [d[c], d[3 + c]!, d[6 + c]!])
  const [x, y, z] = [column(0), column(1), column(2)]
  const direction: Mat3 = [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]]
  return { ...grid, originMm: applyMat4(m, grid.originMm), direction }
}

/** A grid along the patient axes, with about the voxels of `grid`, around what `m` makes of it. */
function surroundingGrid(grid: ImageGrid, m: Mat4): ImageGrid {
  const { low, high } = gridExtentMm(grid)
  const corners = boxCorners(low, high).map((corner) => applyMat4(m, corner))
  const least = ([0, 1, 2] as const).map((axis) => Math.min(...corners.map((c) => c[axis])))
  const most = ([0, 1, 2] as const).map((axis) => Math.max(...corners.map((c) => c[axis])))
  const spacing = Math.min(...grid.spacingMm)
  const dimensions = least.map((value, axis) => Math.max(1, Math.ceil((most[axis]! - value) / spacing)))
  return {
    dimensions: dimensions as unknown as Vec3,
    spacingMm: [spacing, spacing, spacing],
    originMm: least.map((value) => value + spacing / 2) as unknown as Vec3,
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
}
