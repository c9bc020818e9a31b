/** Uncertainty of the mean dose of a structure after Gear et al., Eur J Nucl Med Mol Imaging 45 (2018) 2456 (EANM guidance), in one line. */
import type { DoseTerm, DoseUncertaintyInput } from '../types.ts'

/** What is not given counts as exactly known, and the volume as changing neither counts nor recovery. */
const NOTHING: DoseUncertaintyInput = {
  tiaFit: 0,
  calibration: 0,
  recovery: 0,
  volume: 0,
  density: 0,
  recoveryVolumeSlope: 0,
  countsVolumeSlope: 0,
  energyPerDecay: 0,
}

/**
 * Relative standard uncertainty of D = E·TIA/m with TIA ∝ C/(Q·R) and m = ρV, where the measured counts C and the recovery R depend
 * on the volume V of the outline: D ∝ C(V)/(Q·R(V)·ρ·V), so that the volume enters with the exponent
 * d ln C/d ln V − d ln R/d ln V − 1, and the correlation of activity and mass is kept.
 */
export function doseUncertainty(input: Partial<DoseUncertaintyInput>): { relative: number; terms: DoseTerm[] } {
  const u = { ...NOTHING, ...input }
  const volumeExponent = u.countsVolumeSlope - u.recoveryVolumeSlope - 1
  const parts: [string, number][] = [
    ['time–activity fit', u.tiaFit],
    ['calibration', u.calibration],
    ['recovery', u.recovery],
    ['volume', Math.abs(volumeExponent) * u.volume],
    ['density', u.density],
    ['energy per decay', u.energyPerDecay],
  ]
  const variance = parts.reduce((s, [, r]) => s + r * r, 0)
  return {
    relative: Math.sqrt(variance),
    terms: parts
      .map(([name, relative]) => ({ name, relative, varianceShare: variance > 0 ? relative ** 2 / variance : 0 }))
      .sort((a, b) => b.relative - a.relative),
  }
}
