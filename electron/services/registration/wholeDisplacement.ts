/** A deformation as displacements alone, its matrix among them, and back: how other programs exchange it. */
import { InputError } from '../../../native-core/errors/index.ts'
import { applyMat4, assertValidDeformation, invertAffine } from '../../../native-core/imaging/index.ts'
import type { Deformation, ImageGrid, Mat4, Vec3 } from '../../../native-core/imaging/index.ts'
import { centresOf, indexOf } from '../../../native-core/imaging/deformation.ts'

export interface WholeDisplacement {
  readonly grid: ImageGrid
  /** x, y, z of (place in the moving image − place in the fixed one) for each voxel, LPS mm. */
  readonly displacementMm: Float32Array
}

/** At each voxel centre x of the grid: fixedToMoving · (x + u(x)) − x. */
export function wholeDisplacement({ grid, displacementMm: u, fixedToMoving }: Deformation): WholeDisplacement {
  return { grid, displacementMm: mapped(grid, (x, n) => minus(applyMat4(fixedToMoving, plus(x, vectorAt(u, n))), x)) }
}

/** The deformation whose whole displacement this is, with the matrix that it is to have. @throws InputError as `assertValidDeformation`. */
export function deformationOfWhole({ grid, displacementMm: d }: WholeDisplacement, fixedToMoving: Mat4): Deformation {
  const back = invertAffine(fixedToMoving)
  if (!d.every(Number.isFinite))
    throw new InputError(
      'deformation.not-finite',
      'The displacement field has a vector that is not finite.',
      'Compute the registration again.',
    )
  const deformation = {
    grid,
    displacementMm: mapped(grid, (x, n) => minus(applyMat4(back, plus(x, vectorAt(d, n))), x)),
    fixedToMoving,
  }
  assertValidDeformation(deformation)
  return deformation
}

function mapped(grid: ImageGrid, vector: (x: Vec3, voxel: number) => Vec3): Float32Array {
  const [nx, ny, nz] = grid.dimensions
  const out = new Float32Array(3 * nx * ny * nz)
  const centre = centresOf(grid)
  for (let voxel = 0; 3 * voxel < out.length; voxel++)
    out.set(vector(centre(...indexOf(grid, voxel)), voxel), 3 * voxel)
  return out
}

const vectorAt = (all: Float32Array, n: number): Vec3 => [all[3 * n]!, all[3 * n + 1]!, all[3 * n + 2]!]
const plus = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
