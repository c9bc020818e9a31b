import type { BetaSpectrum, EmissionLine } from '../../physics/emissions/types.ts'
import type { SafTable } from './phantom.ts'

/** A specific absorbed fraction (1/kg) as a function of energy (MeV). */
export type SafOfEnergy = (energyMev: number) => number

/**
 * Between the energies of a table straight lines in log–log; where a value is zero, straight in the value over log energy. Below the first
 * energy straight over energy from `atZero` (1/kg at zero energy: where everything stays or nothing arrives) to the first value; above
 * the last the last value.
 */
export function safOfEnergy(table: SafTable, values: Float64Array, atZero: number): SafOfEnergy {
  const e = table.energiesMev
  const last = e.length - 1
  return (energyMev) => {
    if (energyMev >= e[last]!) return values[last]!
    if (energyMev <= e[0]!) return atZero + ((values[0]! - atZero) * energyMev) / e[0]!
    let i = 1
    while (e[i]! < energyMev) i++
    const [lower, upper] = [values[i - 1]!, values[i]!]
    const t = Math.log(energyMev / e[i - 1]!) / Math.log(e[i]! / e[i - 1]!)
    return lower > 0 && upper > 0 ? lower * (upper / lower) ** t : lower + (upper - lower) * t
  }
}

/** Σ yield·energy·SAF over lines, MeV/kg per decay. */
export const absorbedFromLines = (lines: readonly EmissionLine[], saf: SafOfEnergy): number =>
  lines.reduce((s, line) => s + line.yield * line.energyMev * saf(line.energyMev), 0)

/** ∫ E·f(E)·SAF(E) dE over a spectrum, MeV/kg per decay: Simpson on each interval of the spectrum's own grid. */
export function absorbedFromSpectrum(spectrum: BetaSpectrum, saf: SafOfEnergy): number {
  const { energiesMev: e, perMevAndDecay: f } = spectrum
  let sum = 0
  for (let i = 1; i < e.length; i++) {
    const [a, b, fa, fb] = [e[i - 1]!, e[i]!, f[i - 1]!, f[i]!]
    const middle = (a + b) / 2
    sum += ((b - a) / 6) * (a * fa * saf(a) + 4 * middle * ((fa + fb) / 2) * saf(middle) + b * fb * saf(b))
  }
  return sum
}
