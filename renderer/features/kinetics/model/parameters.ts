import type { FitResult } from '../../../../electron/contracts/index.ts'
import { formatNumber, formatUncertain } from '../../../ui/index.ts'
import { HOUR_S, MBQ } from '../../../units.ts'

/** Stored SI units and what a user sees instead; a unit that is not here is shown as it is. */
const shown: Readonly<Record<string, { unit: string; factor: number }>> = {
  Bq: { unit: 'MBq', factor: 1 / MBQ },
  '1/s': { unit: '1/h', factor: HOUR_S },
  's⁻¹': { unit: '1/h', factor: HOUR_S },
  s: { unit: 'h', factor: 1 / HOUR_S },
  'Bq·s': { unit: 'MBq·h', factor: 1 / (MBQ * HOUR_S) },
}

/** "lambda1" as "λ₁", "lambdaBiol1" as "λ₁ biological", "A2" as "A₂"; other names as they are. */
export function parameterName(name: string): string {
  const match = /^(lambda|lambdaBiol|A)(\d)$/.exec(name)
  if (!match) return name
  const [, kind, digit] = match
  return `${kind === 'A' ? 'A' : 'λ'}${'₀₁₂₃₄₅₆₇₈₉'[Number(digit)]}${kind === 'lambdaBiol' ? ' biological' : ''}`
}

/** A model's weight in percent; what is below a tenth of a percent is only said to be so. */
export function weightText(weight: number | null): string {
  if (weight === null) return '–'
  return weight < 0.001 ? '< 0.1 %' : `${formatNumber(weight * 100, 2)} %`
}

/** A share in percent with two digits. */
export const percentText = (share: number | null): string =>
  share === null ? '–' : `${formatNumber(share * 100, 2)} %`

/** Standard deviations that a point lies off its curve; what rounds to nothing is 0. */
export const residualText = (residual: number | null): string =>
  residual !== null && Math.abs(residual) < 0.005 ? '0' : formatNumber(residual, 2)

/** A fitted parameter with its standard error in the unit that people read: "0.0124 ± 0.0007 1/h". */
export function parameterText(parameter: FitResult['parameters'][number]): string {
  const { unit, factor } = shown[parameter.unit] ?? { unit: parameter.unit, factor: 1 }
  const error = parameter.standardError === null ? null : parameter.standardError * factor
  return formatUncertain(parameter.value * factor, error, unit)
}
