/** What voxels themselves take from a curved body whose boundary is sought half-way between inside and outside. */
import type { Vec3 } from '../../types.ts'

/** The curvature is taken over voxels nearer to the surface than this, in the largest spacing, by their nearness. */
const NEAR_VOXELS = 1.5

/**
 * Expected volume that is found less the true one, in mm³: below 0 for a body that bulges.
 *
 * A voxel is a mean over its box, a blur of variance hᵢ²/12 along each axis. A blur of variance σ² moves the half level of an edge with
 * principal curvatures κ₁ + κ₂ = k to the inside of the curve, by σ²k/2 (a ball of radius R: σ²/R, the first term of Kessler, Ellis & Eden,
 * J Comput Assist Tomogr 8 (1984) 514); by axes −½·Σ σᵢ²·∂ᵢᵢφ, φ being the signed distance. The change is the integral of it over the surface,
 * here over the voxels about it by their nearness.
 *
 * @param phi signed distance in mm, positive inside, right near its zero; x fastest
 */
export function voxelShrinkageMm3(phi: Float32Array, [nx, ny, nz]: Vec3, spacingMm: Vec3): number {
  const nearMm = NEAR_VOXELS * Math.max(...spacingMm)
  const lines: readonly (readonly [count: number, stride: number])[] = [
    [nx, 1],
    [ny, nx],
    [nz, nx * ny],
  ]
  let sum = 0
  for (let n = 0; n < phi.length; n++) {
    const near = 1 - Math.abs(phi[n]!) / nearMm
    if (near <= 0) continue
    let second = 0
    for (const [count, stride] of lines) {
      const at = Math.floor(n / stride) % count
      // hᵢ²·∂ᵢᵢφ by differences; a voxel at a face of the box has no second one.
      if (at > 0 && at < count - 1) second += phi[n - stride]! + phi[n + stride]! - 2 * phi[n]!
    }
    sum += near * second
  }
  const voxelMm3 = spacingMm[0] * spacingMm[1] * spacingMm[2]
  return ((sum / 24) * voxelMm3) / nearMm
}
