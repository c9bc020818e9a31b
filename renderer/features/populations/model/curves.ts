/** Curves that a population can follow, and their parameters in the units of the screen. */
import { EXPONENTIAL_FORMS } from '../../../../native-core/kinetics/parametric/index.ts'
import type { PopulationPrior } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'
import { HOUR_S } from '../../../units.ts'

export interface CurveChoice {
  readonly id: string
  readonly title: string
  readonly formula: string
  readonly parameterCount: number
}

/** Simplest first. */
export const CURVE_CHOICES: readonly CurveChoice[] = EXPONENTIAL_FORMS.map(({ id, title, formula, parameters }) => ({
  id,
  title,
  formula,
  parameterCount: parameters.length,
}))

export const curveTitle = (id: string): string => CURVE_CHOICES.find((one) => one.id === id)?.title ?? id

interface Shown {
  readonly unit: string
  /** Multiply a stored value by it. */
  readonly factor: number
}

/**
 * Units of a population's parameters: values are activities over the administered one (and over the mass), so that Bq stands for a share
 * of it.
 */
export function parameterUnit(unit: string, normalisation: PopulationPrior['normalisation']): Shown {
  const perKg = normalisation === 'administered-per-kg'
  switch (unit) {
    case 'Bq':
      return perKg ? { unit: '%IA/kg', factor: 100 } : { unit: '%IA', factor: 100 }
    case 'Bq·s':
      return perKg ? { unit: 'h/kg', factor: 1 / HOUR_S } : { unit: 'h', factor: 1 / HOUR_S }
    case 'Bq/s':
      return perKg ? { unit: '%IA/kg/h', factor: 100 * HOUR_S } : { unit: '%IA/h', factor: 100 * HOUR_S }
    case '1/s':
      return { unit: '1/h', factor: HOUR_S }
    case 's':
      return { unit: 'h', factor: 1 / HOUR_S }
    default:
      return { unit: unit === '1' ? '' : unit, factor: 1 }
  }
}

export interface ParameterRow {
  readonly name: string
  readonly title: string
  readonly unit: string
  /** Of the typical patient: the median where the parameter is positive or a share. */
  readonly typical: number
  readonly standardError: number | null
  /** Biological half-life of a rate, h; null of other parameters. */
  readonly halfLifeH: number | null
  /** Between patients, in words: "×/÷ 1.35", "± 0.4 (logit)", "none". */
  readonly spread: string
  /** Relative standard error of the variance between patients; null where it is not known. */
  readonly spreadError: number | null
  /** Share of the spread that the patients' own points do not show; null where there is no spread. */
  readonly shrinkage: number | null
}

/** Parameters of a population: what a typical patient has, how well that is known, and how patients differ. */
export function parameterRows(content: PopulationPrior): ParameterRow[] {
  return content.parameters.map((parameter, k) => {
    const mu = content.mu[k] ?? { value: NaN, standardError: null }
    const variance = content.omega[k]?.[k] ?? 0
    const varianceError = content.omegaStandardErrors[k]?.[k] ?? null
    const { unit, factor } = parameterUnit(parameter.unit, content.normalisation)
    const { natural, slope } = naturalOf(mu.value, parameter.scale)
    return {
      name: parameter.name,
      title: parameter.title,
      unit,
      typical: natural * factor,
      standardError: mu.standardError === null ? null : slope * mu.standardError * factor,
      halfLifeH: parameter.unit === '1/s' && natural > 0 ? Math.LN2 / natural / HOUR_S : null,
      spread: spreadText(parameter.scale, Math.sqrt(Math.max(0, variance)), factor, unit),
      spreadError: variance > 0 && varianceError !== null ? varianceError / variance : null,
      shrinkage: content.shrinkage[k] ?? null,
    }
  })
}

/** A natural parameter and its slope against the working one. */
function naturalOf(phi: number, scale: PopulationPrior['parameters'][number]['scale']) {
  if (scale === 'log') return { natural: Math.exp(phi), slope: Math.exp(phi) }
  if (scale === 'linear') return { natural: phi, slope: 1 }
  const share = 1 / (1 + Math.exp(-phi))
  return { natural: share, slope: share * (1 - share) }
}

/** A spread that would be shown as a factor of 1.00. */
const LEAST_SPREAD = 0.005

function spreadText(
  scale: PopulationPrior['parameters'][number]['scale'],
  sd: number,
  factor: number,
  unit: string,
): string {
  if (!(sd >= LEAST_SPREAD)) return 'none'
  if (scale === 'log') return `×/÷ ${formatNumber(Math.exp(sd), 3)}`
  if (scale === 'logit') return `± ${Number(sd.toPrecision(2))} (logit)`
  return `± ${Number((sd * factor).toPrecision(2))} ${unit}`.trim()
}

/** Correlations between patients' parameters that are not zero, by name. */
export function correlations(content: PopulationPrior): { readonly pair: string; readonly value: number }[] {
  return content.parameters.flatMap((one, i) =>
    content.parameters.slice(i + 1).flatMap((other, offset) => {
      const j = i + 1 + offset
      const covariance = content.omega[i]?.[j] ?? 0
      const scale = Math.sqrt((content.omega[i]?.[i] ?? 0) * (content.omega[j]?.[j] ?? 0))
      return covariance === 0 || !(scale > 0) ? [] : [{ pair: `${one.name}, ${other.name}`, value: covariance / scale }]
    }),
  )
}
