/** The scale of the emission images: who shares it and how far it reaches. */
import type { CycleView, TimePointView } from '../../../../electron/contracts/index.ts'
import { roundUp, type Window } from '../../../viewer/index.ts'

/** 'point': each time point its own; 'cycle': one for all; 'fixed': as set by hand or preset. */
export type EmissionScale =
  { readonly kind: 'point' } | { readonly kind: 'cycle' } | { readonly kind: 'fixed'; readonly window: Window }

/** Share of the maximum that the scale reaches by itself: above it lie few voxels, and the rest becomes visible. */
const SHARE = 0.4

const reach = (maximum: number): Window => ({ low: 0, high: roundUp(Math.max(maximum, 0) * SHARE) })

/** The window of one time point's emission image. */
export function emissionWindow(scale: EmissionScale, cycle: CycleView | null, point: TimePointView | null): Window {
  if (scale.kind === 'fixed') return scale.window
  const points = scale.kind === 'cycle' ? (cycle?.timePoints ?? []) : [point]
  return reach(points.reduce((most, one) => Math.max(most, one?.emission?.maximum ?? 0), 0))
}

/** Round upper ends in stored units from the largest down, for the preset menu. */
export function presetHighs(cycle: CycleView | null): number[] {
  const largest = roundUp(
    (cycle?.timePoints ?? []).reduce((most, point) => Math.max(most, point.emission?.maximum ?? 0), 0),
  )
  const steps = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005]
  return [...new Set(steps.map((step) => roundUp(largest * step * 0.999)))]
}
