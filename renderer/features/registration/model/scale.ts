/** The colours of what is seen and what they stand for. */
import type { Picture, Window } from '../../../viewer/index.ts'

export interface ColourScale {
  readonly window: Window
  readonly map: Picture['map']
  readonly unit: string
  readonly perUnit: number
}

/**
 * Of a difference, of the Jacobian, or of the emission images, whose scales end at `scaleShare` of their maxima; null where there is nothing but
 * CT in grey.
 */
export function colourScale(
  { ct, emission, emissionWindow, map, comparison }: Picture,
  scaleShare: number,
): ColourScale | null {
  if (comparison?.mode.kind === 'difference') {
    const { of, reach } = comparison.mode
    const layer = of === 'ct' ? ct : emission
    const window = { low: -reach, high: reach }
    return layer && { window, map: 'difference', unit: `Δ ${layer.unit}`, perUnit: layer.perUnit }
  }
  // Both images in one picture, each by its own scale: what a colour stands for is a part of the largest value of its image.
  if (emission && comparison)
    return { window: { low: 0, high: 100 * scaleShare }, map, unit: '% of maximum', perUnit: 1 }
  return emission && { window: emissionWindow, map, unit: emission.unit, perUnit: emission.perUnit }
}
