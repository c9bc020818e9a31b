/** Scatter in the photopeak window, estimated from neighbouring energy windows. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'
import type { EnergyWindow } from './types.ts'

/** Counts of a region or pixel in an energy window. */
export interface WindowCounts {
  readonly window: EnergyWindow
  readonly counts: Measured
}

/**
 * How the counts per keV beside the peak make those under it. `ogawa`: the mean of both sides, as published; exact for a spectrum that is
 * linear in energy where the two windows lie symmetrically about the peak window. `linear`: interpolated between the centres of the two
 * windows at the centre of the peak window; exact for a linear spectrum wherever they lie.
 */
export type ScatterInterpolation = 'ogawa' | 'linear'

export interface ScatterCorrection {
  /** Estimated scattered counts in the peak window. */
  readonly scatter: Measured
  /** Counts of the peak window less the scattered ones; may be negative, which keeps sums over regions unbiased. */
  readonly primary: Measured
  readonly remarks: readonly string[]
}

const widthKev = ({ lowKev, highKev }: EnergyWindow): number => highKev - lowKev
const centreKev = ({ lowKev, highKev }: EnergyWindow): number => (lowKev + highKev) / 2

/**
 * Triple energy window: S = W_p · (w_l·C_l/W_l + w_u·C_u/W_u) with w = ½ (Ogawa, Harata, Ichihara, Kubo, Hashimoto, IEEE Trans. Med.
 * Imaging 10 (1991) 408, eq. 1), or weights of linear interpolation. With `upper` null nothing is counted above the peak and the
 * scatter is the triangle under it, S = W_p·C_l/(2·W_l), as Ogawa et al. do for the highest line of a nuclide.
 * u² = u²(C_p) + Σ (W_p·w/W)²·u²(C): the windows count different photons.
 *
 * @throws InputError `planar.windows` for limits that are not in order, `planar.counts` for counts that are none.
 */
export function tripleEnergyWindow(input: {
  readonly peak: WindowCounts
  readonly lower: WindowCounts
  readonly upper: WindowCounts | null
  readonly interpolation?: ScatterInterpolation
}): ScatterCorrection {
  const { peak, lower, upper, interpolation = 'ogawa' } = input
  const all = [lower, peak, ...(upper ? [upper] : [])]
  for (const one of all) checkWindow(one)
  for (let i = 1; i < all.length; i++) {
    const [below, above] = [all[i - 1] as WindowCounts, all[i] as WindowCounts]
    if (!(centreKev(below.window) < centreKev(above.window)))
      throw new InputError(
        'planar.windows',
        `The energy windows ${show(below.window)} and ${show(above.window)} are not in the order lower, peak, upper.`,
        'Check which window is which.',
      )
  }
  const weights = weightsOf(peak.window, lower.window, upper?.window ?? null, interpolation)
  const factors = [lower, ...(upper ? [upper] : [])].map(
    ({ window }, i) => (widthKev(peak.window) * (weights[i] as number)) / widthKev(window),
  )
  const sides = [lower, ...(upper ? [upper] : [])]
  const value = sides.reduce((sum, { counts }, i) => sum + (factors[i] as number) * counts.value, 0)
  const standardUncertainty = Math.hypot(
    ...sides.map(({ counts }, i) => (factors[i] as number) * counts.standardUncertainty),
  )
  return corrected(peak.counts, { value, standardUncertainty }, remarksOn(peak, lower, upper, interpolation))
}

/**
 * Dual energy window: S = k·C_s with the counts C_s of a window in the Compton plateau and a ratio k measured for nuclide, windows and
 * camera (Jaszczak, Greer, Floyd, Harris, Coleman, J. Nucl. Med. 25 (1984) 893). There is no default of k: it depends on all of these.
 *
 * @throws InputError `planar.windows`, `planar.counts`.
 */
export function dualEnergyWindow(input: {
  readonly peak: WindowCounts
  readonly scatterWindow: WindowCounts
  readonly ratio: Measured
}): ScatterCorrection {
  const { peak, scatterWindow, ratio } = input
  checkWindow(peak)
  checkWindow(scatterWindow)
  assertMeasured(
    ratio,
    'The ratio k of scatter in the peak to counts in the scatter window',
    'planar.counts',
    'positive',
  )
  const { counts } = scatterWindow
  const scatter = {
    value: ratio.value * counts.value,
    standardUncertainty: Math.hypot(ratio.value * counts.standardUncertainty, counts.value * ratio.standardUncertainty),
  }
  return corrected(peak.counts, scatter, overlapRemarks([scatterWindow.window, peak.window]))
}

function corrected(peak: Measured, scatter: Measured, remarks: readonly string[]): ScatterCorrection {
  const primary = {
    value: peak.value - scatter.value,
    standardUncertainty: Math.hypot(peak.standardUncertainty, scatter.standardUncertainty),
  }
  return {
    scatter,
    primary,
    remarks:
      primary.value > 0
        ? remarks
        : [...remarks, 'The scatter estimate is as large as the counts of the peak window: nothing is left.'],
  }
}

function weightsOf(
  peak: EnergyWindow,
  lower: EnergyWindow,
  upper: EnergyWindow | null,
  interpolation: ScatterInterpolation,
): readonly number[] {
  if (upper === null || interpolation === 'ogawa') return [0.5, 0.5]
  const span = centreKev(upper) - centreKev(lower)
  return [(centreKev(upper) - centreKev(peak)) / span, (centreKev(peak) - centreKev(lower)) / span]
}

function remarksOn(
  peak: WindowCounts,
  lower: WindowCounts,
  upper: WindowCounts | null,
  interpolation: ScatterInterpolation,
): string[] {
  const remarks = overlapRemarks([lower.window, peak.window, ...(upper ? [upper.window] : [])])
  if (upper === null) return [...remarks, 'No window above the peak: no counts are taken to lie there.']
  const below = centreKev(peak.window) - centreKev(lower.window)
  const above = centreKev(upper.window) - centreKev(peak.window)
  if (interpolation === 'ogawa' && Math.abs(below - above) > 0.02 * (below + above))
    remarks.push(
      `The scatter windows lie ${below.toFixed(1)} keV below and ${above.toFixed(1)} keV above the peak: the mean of both sides is not exact there; the interpolation "linear" is.`,
    )
  return remarks
}

function overlapRemarks(windows: readonly EnergyWindow[]): string[] {
  return windows.flatMap((above, i) => {
    const below = windows[i - 1]
    return below && below.highKev > above.lowKev + 1e-6
      ? [
          `The windows ${show(below)} and ${show(above)} overlap: photons counted in both were treated as independent, so that the uncertainty is somewhat wrong.`,
        ]
      : []
  })
}

const show = ({ lowKev, highKev }: EnergyWindow): string => `${lowKev} to ${highKev} keV`

function checkWindow({ window, counts }: WindowCounts): void {
  if (!(window.lowKev >= 0) || !(window.highKev > window.lowKev) || !Number.isFinite(window.highKev))
    throw new InputError(
      'planar.windows',
      `An energy window from ${show(window)} is none.`,
      'Give the limits in keV, the lower one first.',
    )
  assertMeasured(counts, `The count in the window ${show(window)}`, 'planar.counts', 'non-negative')
}
