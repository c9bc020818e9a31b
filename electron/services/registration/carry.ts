/** Points carried from the fixed to the moving space by a registration of either kind. */
import { applyMat4, pointMapper } from '../../../native-core/imaging/index.ts'
import type { Deformation, Mat4, Vec3 } from '../../../native-core/imaging/index.ts'
import { landmarkErrors as errorsOf } from '../../../native-core/imaging/registrationQuality/index.ts'
import type { LandmarkErrors, LandmarkPair } from '../../../native-core/imaging/registrationQuality/index.ts'

export type { LandmarkErrors, LandmarkPair }

/** A map of fixed to moving coordinates, linear or deformable. */
export type FixedToMoving = Mat4 | Deformation

export function mapperOf(map: FixedToMoving): (pointMm: Vec3) => Vec3 {
  return 'displacementMm' in map ? pointMapper(map) : (point) => applyMat4(map, point)
}

/** How far each landmark of the fixed image, mapped, ends from its twin in the moving one; null without landmarks. */
export function landmarkErrors(pairs: readonly LandmarkPair[], map: FixedToMoving): LandmarkErrors | null {
  return pairs.length === 0 ? null : errorsOf(pairs, mapperOf(map))
}
