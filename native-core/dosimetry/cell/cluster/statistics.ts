import { InputError } from '../../../errors/index.ts'

export interface DoseHistogram {
  /** One more than `cells`, ascending, Gy. */
  readonly edgesGy: readonly number[]
  readonly cells: readonly number[]
}

export interface DoseSummary {
  readonly meanGy: number
  readonly sdGy: number
  readonly minGy: number
  readonly medianGy: number
  readonly maxGy: number
}

/** Of one dose or more, Gy; the standard deviation is that of the population of cells. */
export function doseSummary(dosesGy: Float64Array): DoseSummary {
  const n = dosesGy.length
  const sorted = Float64Array.from(dosesGy).sort()
  const meanGy = dosesGy.reduce((s, v) => s + v, 0) / n
  const variance = dosesGy.reduce((s, v) => s + (v - meanGy) ** 2, 0) / n
  return {
    meanGy,
    sdGy: Math.sqrt(variance),
    minGy: sorted[0]!,
    medianGy: (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2,
    maxGy: sorted[n - 1]!,
  }
}

/** Cells by dose in `bins` steps from 0 to the highest dose. */
export function doseHistogram(dosesGy: Float64Array, bins: number): DoseHistogram {
  const top = dosesGy.reduce((a, b) => Math.max(a, b), 0)
  const width = top > 0 ? top / bins : 1 / bins
  const cells = new Array<number>(bins).fill(0)
  for (const dose of dosesGy) {
    const k = Math.min(bins - 1, Math.floor(dose / width))
    cells[k] = cells[k]! + 1
  }
  return { edgesGy: Array.from({ length: bins + 1 }, (_, k) => k * width), cells }
}

/** Linear–quadratic parameters of dose from a cell's own decays and from others: 1/Gy and 1/Gy². */
export interface CellSensitivity {
  readonly alphaSelf: number
  readonly betaSelf: number
  readonly alphaCross: number
  readonly betaCross: number
}

/**
 * Mean surviving fraction of the cells, each exp(−α_s·D_s − β_s·D_s² − α_c·D_c − β_c·D_c²) (MIRDcell; Vaziri et al. 2014). Of mean
 * doses: for alphas the hits of single cells vary besides, see `meanSurvival` of the microdosimetry.
 */
export function clusterSurvival(selfGy: Float64Array, crossGy: Float64Array, p: CellSensitivity): number {
  if (Object.values(p).some((v: number) => !(v >= 0)))
    throw new InputError('dose.cell-sensitivity', 'A parameter of survival is negative.', 'Give zero or more.')
  let sum = 0
  selfGy.forEach((own, i) => {
    const other = crossGy[i]!
    sum += Math.exp(-own * (p.alphaSelf + p.betaSelf * own) - other * (p.alphaCross + p.betaCross * other))
  })
  return sum / selfGy.length
}
