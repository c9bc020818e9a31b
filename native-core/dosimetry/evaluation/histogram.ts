/** Dose–volume histograms (ICRU Report 83, 2010), with bands. */
import { InputError } from '../../errors/index.ts'
import { volumeAtDoseMl } from './statistics.ts'
import { volumeBandAtDose } from './uncertainty.ts'
import type { StructureDose } from './types.ts'

export interface DoseVolumeHistogram {
  /** Edges of the bins, Gy: one more than there are bins. The first is 0, or below where there are negative doses. */
  readonly edgesGy: Float64Array
  /** Volume in each bin, mL; lower edge included. They sum to the volume inside the dose grid. */
  readonly differentialMl: Float64Array
  /** Volume at or above each edge, mL, as long as the edges. */
  readonly cumulativeMl: Float64Array
  /** One standard uncertainty (k = 1) to both sides of the cumulative volume, mL; null where no uncertainty is known. */
  readonly band: { readonly lowMl: Float64Array; readonly highMl: Float64Array } | null
}

export interface HistogramOptions {
  /** Width of a bin, Gy; default: a round width of about a 200th of the maximum. */
  readonly binWidthGy?: number
  /** The last edge is at or above this dose, Gy, so that histograms of several structures have the same bins. */
  readonly upToGy?: number
  /** Relative standard uncertainty common to all doses (calibration, recovery, fit); widens the band. */
  readonly relativeUncertainty?: number
}

const DEFAULT_BINS = 200
const MOST_BINS = 100_000

/**
 * Differential and cumulative histogram of the dose in a structure. Both are exact at the edges: bins only say where the curve
 * is given.
 *
 * @throws InputError `dose.bin-width` for a width that is not positive, or gives more than 100,000 bins; `dose.uncertainty`.
 */
export function doseVolumeHistogram(dose: StructureDose, options: HistogramOptions = {}): DoseVolumeHistogram {
  const highest = Math.max(dose.doseGy[dose.doseGy.length - 1]!, options.upToGy ?? 0)
  const lowest = Math.min(dose.doseGy[0]!, 0)
  const width = options.binWidthGy ?? roundBinWidthGy(highest - lowest)
  const first = Math.floor(lowest / width)
  // The last edge lies above the maximum, also by the rounding that `volumeAtDoseMl` grants.
  const bins = Math.floor((highest * (1 + 2 ** -22)) / width) - first + 1
  if (!(width > 0) || !(bins <= MOST_BINS)) {
    throw new InputError(
      'dose.bin-width',
      width > 0
        ? `A bin width of ${width} Gy gives too many bins up to ${highest.toPrecision(4)} Gy.`
        : `A bin width of ${width} Gy cannot be used.`,
      'Give a positive width in Gy, such that there are at most 100,000 bins.',
    )
  }
  const edgesGy = Float64Array.from({ length: bins + 1 }, (_, n) => (first + n) * width)
  const cumulativeMl = edgesGy.map((edge) => volumeAtDoseMl(dose, edge))
  const differentialMl = new Float64Array(bins)
  for (let n = 0; n < bins; n++) differentialMl[n] = cumulativeMl[n]! - cumulativeMl[n + 1]!
  return { edgesGy, differentialMl, cumulativeMl, band: bandOf(dose, edgesGy, options.relativeUncertainty ?? 0) }
}

function bandOf(dose: StructureDose, edgesGy: Float64Array, relative: number): DoseVolumeHistogram['band'] {
  if (relative === 0 && dose.sdGy === null) return null
  const lowMl = new Float64Array(edgesGy.length)
  const highMl = new Float64Array(edgesGy.length)
  edgesGy.forEach((edge, n) => {
    const band = volumeBandAtDose(dose, edge, relative)
    lowMl[n] = band.lowMl
    highMl[n] = band.highMl
  })
  return { lowMl, highMl }
}

/** 1, 2 or 5 times a power of ten, about a 200th of the range; 0.01 Gy where all doses are 0. */
export function roundBinWidthGy(rangeGy: number): number {
  if (!(rangeGy > 0)) return 0.01
  const wanted = rangeGy / DEFAULT_BINS
  const power = 10 ** Math.floor(Math.log10(wanted))
  return power * ([1, 2, 5].find((step) => step * power >= wanted * (1 - 1e-9)) ?? 10)
}
