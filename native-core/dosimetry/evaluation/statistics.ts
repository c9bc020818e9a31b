/**
 * Statistics of the dose in a structure.
 *
 * Dx is read off the samples, without bins: the samples in ascending order fill the volume from 0 to V, each dose stands at the middle
 * of its own volume, between the middles it runs linearly, beyond the outermost it is the lowest or highest dose (for equal
 * volumes these are Hazen's plotting positions, Hyndman and Fan 1996, definition 5). Dx% is then the dose that x % of the volume
 * receive or exceed: D98 is near the minimum, D2 near the maximum (ICRU Report 83, 2010).
 */
import { InputError } from '../../errors/index.ts'
import type { StructureDose } from './types.ts'

export interface DoseStatistics {
  readonly insideMl: number
  readonly outsideMl: number
  /** Part of the structure without dose, 0 to 1. */
  readonly fractionOutside: number
  readonly meanGy: number
  /** Statistical standard deviation of the mean; null where none is known. */
  readonly meanSdGy: number | null
  readonly minGy: number
  readonly maxGy: number
  /** Volume-weighted population standard deviation over the structure. Noise of the dose is part of it. */
  readonly sdGy: number
  readonly d98Gy: number
  readonly d95Gy: number
  readonly d50Gy: number
  readonly d5Gy: number
  readonly d2Gy: number
  /** (D2 − D98)/D50 (ICRU Report 83, 2010); null where D50 is not positive. */
  readonly homogeneityIndex: number | null
  readonly negativeSamples: number
}

/** Mean, extremes, spread, D98 … D2 and homogeneity of the dose in a structure. */
export function doseStatistics(dose: StructureDose): DoseStatistics {
  const { doseGy, volumeMl, meanGy, insideMl, outsideMl } = dose
  let squares = 0
  for (let n = 0; n < doseGy.length; n++) squares += volumeMl[n]! * (doseGy[n]! - meanGy) ** 2
  const [d98Gy, d95Gy, d50Gy, d5Gy, d2Gy] = [98, 95, 50, 5, 2].map((percent) => doseAtVolumePercent(dose, percent))
  return {
    insideMl,
    outsideMl,
    fractionOutside: outsideMl / (insideMl + outsideMl),
    meanGy,
    meanSdGy: dose.meanSdGy,
    minGy: doseGy[0]!,
    maxGy: doseGy[doseGy.length - 1]!,
    sdGy: Math.sqrt(squares / insideMl),
    d98Gy: d98Gy!,
    d95Gy: d95Gy!,
    d50Gy: d50Gy!,
    d5Gy: d5Gy!,
    d2Gy: d2Gy!,
    homogeneityIndex: d50Gy! > 0 ? (d2Gy! - d98Gy!) / d50Gy! : null,
    negativeSamples: dose.negativeSamples,
  }
}

/**
 * Dx%: the dose in Gy that `percent` (0 to 100) of the volume inside the dose grid receive or exceed. D0 is the maximum, D100 the
 * minimum.
 *
 * @throws InputError `dose.volume-percent`.
 */
export function doseAtVolumePercent(dose: StructureDose, percent: number): number {
  if (!(percent >= 0 && percent <= 100)) {
    throw new InputError(
      'dose.volume-percent',
      `A dose to ${percent} % of the volume cannot be given.`,
      'Ask for a part of the volume from 0 to 100 %.',
    )
  }
  return doseAbove(dose, (percent / 100) * dose.insideMl)
}

/**
 * D of a volume: the dose in Gy that the hottest `volumeMl` receive or exceed; null where the structure is smaller than that.
 *
 * @throws InputError `dose.volume` for a volume that is negative or no number.
 */
export function doseAtVolumeMl(dose: StructureDose, volumeMl: number): number | null {
  if (!(volumeMl >= 0)) {
    throw new InputError(
      'dose.volume',
      `A dose to ${volumeMl} mL cannot be given.`,
      'Ask for a volume of 0 mL or more.',
    )
  }
  // Rounding of a sum over many voxels must not refuse the whole volume itself.
  if (volumeMl > dose.insideMl * (1 + 1e-9)) return null
  return doseAbove(dose, Math.min(volumeMl, dose.insideMl))
}

/** The dose that the hottest `hotMl` exceed. */
function doseAbove(dose: StructureDose, hotMl: number): number {
  const { doseGy, volumeMl, cumulativeMl } = dose
  const position = dose.insideMl - hotMl
  const middle = (n: number): number => cumulativeMl[n]! - volumeMl[n]! / 2
  const above = firstIndex(doseGy.length, (n) => middle(n) >= position)
  if (above === 0) return doseGy[0]!
  if (above === doseGy.length) return doseGy[above - 1]!
  const [low, high] = [middle(above - 1), middle(above)]
  const share = high > low ? (position - low) / (high - low) : 1
  return doseGy[above - 1]! + share * (doseGy[above]! - doseGy[above - 1]!)
}

/**
 * V at a dose: the volume in mL of the samples that receive `atDoseGy` or more. A dose map of 32-bit numbers holds 0.7 Gy as
 * 0.69999999, so doses below by no more than such a rounding count.
 */
export function volumeAtDoseMl(dose: StructureDose, atDoseGy: number): number {
  const threshold = atDoseGy - Math.abs(atDoseGy) * 2 ** -23
  const first = firstIndex(dose.doseGy.length, (n) => dose.doseGy[n]! >= threshold)
  return first === 0 ? dose.insideMl : dose.insideMl - dose.cumulativeMl[first - 1]!
}

/** The first of 0 … count − 1 for which `holds`, which is false before and true after some place; `count` if none. */
export function firstIndex(count: number, holds: (n: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
