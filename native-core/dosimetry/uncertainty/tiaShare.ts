/** How much of a TIA follows some of the points of its curve. */
import type { CurveSensitivity } from './curveSensitivity.ts'
import type { UncertainCurve } from './types.ts'

/**
 * d ln TIA for one common relative change of the points at these places: Σ d ln TIA / d ln A_i. 1 for all points (the TIA is proportional to them), 0 for
 * none. Where no curve was fitted nothing is known of single points: then 1, an upper bound.
 *
 * @param places in the request's order; left out: all points
 */
export function tiaShare(
  places: readonly number[] | undefined,
  curve: UncertainCurve,
  sensitivity: CurveSensitivity | null,
): number {
  if (!places) return 1
  if (places.length === 0) return 0
  if (curve.kind === 'tia' || !sensitivity || places.length === sensitivity.points.length) return 1
  return places.reduce((sum, place) => sum + (sensitivity.points[place]?.slope ?? 0), 0)
}
