/** The scale of the emission images: who shares it and how far it reaches. */
import type { CycleView, TimePointView } from '../../../../electron/contracts/index.ts'
import { roundUp, type Window } from '../../../viewer/index.ts'

/** 'point': each time point its own; 'cycle': one for all; 'fixed': as set by hand or preset, in the unit that is shown. */
export type EmissionScale =
  { readonly kind: 'point' } | { readonly kind: 'cycle' } | { readonly kind: 'fixed'; readonly window: Window }

/** Share of the maximum that the scale reaches by itself: above it lie few voxels, and the rest becomes visible. */
const SHARE = 0.4

const reach = (maximum: number): Window => ({ low: 0, high: roundUp(Math.max(maximum, 0) * SHARE) })

/** What a stored value of a time point is divided by to be shown; it differs between time points in SUV. */
export type PerUnitOf = (point: TimePointView) => number

const asStored: PerUnitOf = () => 1
const largestIn = (points: readonly (TimePointView | null)[], perUnitOf: PerUnitOf): number =>
  points.reduce((most, one) => Math.max(most, one?.emission ? one.emission.maximum / perUnitOf(one) : 0), 0)

/** The window of one time point's emission image, in stored units; what time points share is the same in the unit that is shown. */
export function emissionWindow(
  scale: EmissionScale,
  cycle: CycleView | null,
  point: TimePointView | null,
  perUnitOf: PerUnitOf = asStored,
): Window {
  const points = scale.kind === 'cycle' ? (cycle?.timePoints ?? []) : [point]
  const { low, high } = scale.kind === 'fixed' ? scale.window : reach(largestIn(points, perUnitOf))
  const per = point ? perUnitOf(point) : 1
  return { low: low * per, high: high * per }
}

/** Round upper ends in the unit that is shown from the largest down, for the preset menu. */
export function presetHighs(cycle: CycleView | null, perUnitOf: PerUnitOf = asStored): number[] {
  const largest = roundUp(largestIn(cycle?.timePoints ?? [], perUnitOf))
  const steps = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005]
  return [...new Set(steps.map((step) => roundUp(largest * step * 0.999)))]
}
