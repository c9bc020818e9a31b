/**
 * Numbers as the report prints them: digits that the uncertainty supports (rule of the Particle Data Group, as in the window), a
 * true minus sign, ISO dates. A missing number is an en dash, never 0.
 */
import type { Uncertain } from '../../contracts/analysis.ts'
import type { Instant } from '../../contracts/domain.ts'

export const MISSING = '–'
const MINUS = '−'
/** No-break space between thousands: tables are set in a typeface whose narrow one is not to be relied on. */
const THOUSANDS = '\u00A0'
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A value and its standard uncertainty as texts, rounded to the same decimal place; `uncertainty` is '' where there is none. */
export interface PrintedUncertain {
  readonly value: string
  readonly uncertainty: string
}

function grouped(text: string): string {
  const negative = text.startsWith('-')
  const [whole = '', decimals] = text.replace('-', '').split('.')
  const spaced = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THOUSANDS) : whole
  const zero = /^0*$/.test(whole) && /^0*$/.test(decimals ?? '')
  return (negative && !zero ? MINUS : '') + spaced + (decimals === undefined ? '' : `.${decimals}`)
}

/** A power of ten as "×10⁻⁹". */
function timesTen(power: number): string {
  return `×10${power < 0 ? '⁻' : ''}${[...String(Math.abs(power))].map((d) => SUPERSCRIPTS[Number(d)]).join('')}`
}

/** A number with so many significant digits; in powers of ten from 10⁷ up and below 10⁻⁴. */
export function printNumber(value: number | null, significant = 3): string {
  if (value === null || !Number.isFinite(value)) return MISSING
  if (value === 0) return '0'
  const rounded = Number(value.toPrecision(significant))
  const power = Math.floor(Math.log10(Math.abs(rounded)))
  if (power >= 7 || power < -4) {
    const [mantissa = '', exponent = '0'] = value.toExponential(significant - 1).split('e')
    return grouped(mantissa) + timesTen(Number(exponent))
  }
  return printFixed(value, significant - 1 - power)
}

/** A number with so many decimals; a negative number of decimals rounds to tens, hundreds, … */
export function printFixed(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return MISSING
  if (decimals >= 0) return grouped(value.toFixed(Math.min(decimals, 20)))
  const step = 10 ** -decimals
  return grouped((Math.round(value / step) * step).toFixed(0))
}

/**
 * Decimal place that an uncertainty supports: its three leading digits 100–354 keep two digits, 355–949 one, 950–999 become 1000
 * and keep two (Review of Particle Physics, section 5.3).
 */
export function supportedDecimals(uncertainty: number): number {
  const power = Math.floor(Math.log10(uncertainty))
  const leading = Math.round(uncertainty / 10 ** (power - 2))
  return (leading <= 354 ? 1 : 0) - power
}

/** Rounds a value and its uncertainty together; a value without uncertainty has three significant digits. */
export function printUncertain({ value, standardUncertainty: u }: Uncertain): PrintedUncertain {
  if (!Number.isFinite(value)) return { value: MISSING, uncertainty: '' }
  if (!Number.isFinite(u) || u <= 0) return { value: printNumber(value), uncertainty: '' }
  const decimals = supportedDecimals(u)
  if (decimals > 6 || decimals < -6) {
    const power = Math.floor(Math.log10(Math.max(Math.abs(value), u)))
    const scaled = printUncertain({ value: value / 10 ** power, standardUncertainty: u / 10 ** power })
    return { value: `${scaled.value}${timesTen(power)}`, uncertainty: `${scaled.uncertainty}${timesTen(power)}` }
  }
  return { value: printFixed(value, decimals), uncertainty: printFixed(u, decimals) }
}

/** "0.82 ± 0.09". */
export function joinUncertain(u: Uncertain): string {
  const printed = printUncertain(u)
  return printed.uncertainty === '' ? printed.value : `${printed.value} ± ${printed.uncertainty}`
}

/** The same quantity in another unit. */
export function scaled(u: Uncertain, factor: number): Uncertain {
  return { value: u.value * factor, standardUncertainty: u.standardUncertainty * factor }
}

/** A quantity that is another over a constant, as EQD2 is of BED: with that one's relative uncertainty. */
export function inProportion(value: number, to: Uncertain): Uncertain {
  return { value, standardUncertainty: to.value > 0 ? (to.standardUncertainty * value) / to.value : 0 }
}

/** A share as percent: whole percents from 10 on, else one decimal, and "< 0.1" for what is there but less. */
export function printPercent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return MISSING
  const percent = share * 100
  if (percent > 0 && percent < 0.05) return '< 0.1'
  return Math.abs(percent) >= 9.95 ? printFixed(percent, 0) : printFixed(percent, 1)
}

/** "2024-01-08 09:05", with the offset from UTC where the files say it. */
export function printInstant(instant: Instant | null): string {
  if (!instant) return MISSING
  const text = `${instant.local.slice(0, 10)} ${instant.local.slice(11, 16)}`
  const offset = instant.utcOffsetMin
  if (offset === null) return text
  const two = (n: number): string => String(n).padStart(2, '0')
  const size = Math.abs(offset)
  return `${text} UTC${offset < 0 ? MINUS : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
