import type { PointKernel } from '../pointKernel/types.ts'

/**
 * Share of the points at distance 2R·x from uniform points of a ball of radius R, in all directions, that lie in it: the overlap of the
 * ball with itself, shifted (Berger, MIRD Pamphlet 7 (1971); Kellerer, Radiat. Res. 47 (1971) 359).
 */
export const overlapFraction = (x: number): number => (x >= 1 ? 0 : 1 - 1.5 * x + 0.5 * x * x * x)

/** ∫_0^x overlapFraction. */
const overlapIntegral = (x: number): number => x * (1 - 0.75 * x + 0.125 * x * x * x)

/**
 * Share of the energy that a uniform source leaves in its own ball, in an infinite medium of the same matter:
 * φ = ∫ w(r/2R) dF(r), F the enclosed fraction of the point kernel. Exact for a kernel that is linear between its radii, as it is stored.
 *
 * @param radiusGPerCm2 mass thickness ρR of the ball's radius.
 */
export function selfAbsorbedFraction(kernel: PointKernel, radiusGPerCm2: number): number {
  const { radiiGPerCm2: radii, enclosedFraction: enclosed } = kernel
  const diameter = 2 * radiusGPerCm2
  let sum = enclosed[0]!
  for (let i = 1; i < radii.length && radii[i - 1]! < diameter; i++) {
    const [from, to] = [radii[i - 1]! / diameter, radii[i]! / diameter]
    const density = (enclosed[i]! - enclosed[i - 1]!) / (to - from)
    sum += density * (overlapIntegral(Math.min(1, to)) - overlapIntegral(from))
  }
  return Math.min(1, Math.max(0, sum))
}
