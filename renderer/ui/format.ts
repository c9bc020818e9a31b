/**
 * Numbers as a physicist writes them: digits that the uncertainty supports, a true minus sign, narrow spaces between
 * thousands, ISO dates. All functions are pure; a missing number is an en dash, never 0.
 */
const MISSING = '–'
const MINUS = '−'
const NARROW_SPACE = '\u202F'

function grouped(text: string): string {
  const [whole = '', decimals] = text.replace('-', MINUS).split('.')
  const digits = whole.replace(MINUS, '')
  const sign = whole.startsWith(MINUS) ? MINUS : ''
  const spaced = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE) : digits
  return sign + spaced + (decimals === undefined ? '' : `.${decimals}`)
}

/** A number with that many significant digits, never in exponent form between 1e−4 and 1e7. */
export function formatNumber(value: number | null | undefined, significant = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e7 || size < 1e-4) return formatPower(value, significant - 1)
  const decimals = Math.max(0, significant - 1 - Math.floor(Math.log10(Number(size.toPrecision(significant)))))
  return grouped(value.toFixed(Math.min(decimals, 20)))
}

/** "2.29×10⁵", with so many decimals. */
export function formatPower(value: number, decimals: number): string {
  const [mantissa = '', power = '0'] = value.toExponential(Math.max(0, decimals)).split('e')
  return `${grouped(mantissa)}×10${superscript(Number(power))}`
}

function superscript(power: number): string {
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹'
  return (power < 0 ? '⁻' : '') + [...String(Math.abs(power))].map((digit) => digits[Number(digit)]).join('')
}

/**
 * Decimals that an uncertainty supports, by the rule of the Particle Data Group: three leading digits 100–354 keep two
 * digits of the uncertainty, 355–949 one, 950–999 round to 1000 and keep two. Returns the decimal place (−1 = tens).
 */
function supportedDecimals(uncertainty: number): number {
  const power = Math.floor(Math.log10(uncertainty))
  const leading = Math.round((uncertainty / 10 ** power) * 100)
  return (leading <= 354 ? 1 : 0) - power
}

/**
 * A value and its standard uncertainty (k = 1), both rounded to the digits that the uncertainty supports.
 * Where the uncertainty is zero or unknown the value has three significant digits and `uncertainty` is ''.
 */
export function splitUncertain(value: number, uncertainty: number | null): { value: string; uncertainty: string } {
  if (!Number.isFinite(value)) return { value: MISSING, uncertainty: '' }
  if (uncertainty === null || !Number.isFinite(uncertainty) || uncertainty <= 0) {
    return { value: formatNumber(value, 3), uncertainty: '' }
  }
  const decimals = supportedDecimals(uncertainty)
  if (decimals > 8) {
    const power = Math.floor(Math.log10(Math.max(Math.abs(value), uncertainty)))
    const scaled = splitUncertain(value / 10 ** power, uncertainty / 10 ** power)
    return { value: scaled.value, uncertainty: `${scaled.uncertainty}×10${superscript(power)}` }
  }
  return { value: fixed(value, decimals), uncertainty: fixed(uncertainty, decimals) }
}

function fixed(value: number, decimals: number): string {
  if (decimals >= 0) return grouped(avoidMinusZero(value.toFixed(decimals)))
  const step = 10 ** -decimals
  return grouped(avoidMinusZero((Math.round(value / step) * step).toFixed(0)))
}

function avoidMinusZero(text: string): string {
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text
}

/** "0.82 ± 0.09"; with a unit "0.82 ± 0.09 Gy/GBq"; "(1.20 ± 0.05)×10⁻⁹" where plain digits would not fit. */
export function formatUncertain(value: number | null, uncertainty: number | null, unit = ''): string {
  if (value === null || !Number.isFinite(value)) return MISSING
  const parts = splitUncertain(value, uncertainty)
  const [digits = '', power] = parts.uncertainty.split('×')
  const tail = unit === '' ? '' : ` ${unit}`
  if (parts.uncertainty === '') return parts.value + tail
  const core = `${parts.value} ± ${digits}`
  return (power === undefined ? core : `(${core})×${power}`) + tail
}

/** Hours after injection: "4.2 h p.i."; one decimal below 100 h, none above. */
export function formatHours(hours: number | null): string {
  if (hours === null || !Number.isFinite(hours)) return 'time unknown'
  return `${fixed(hours, Math.abs(hours) < 99.95 ? 1 : 0)} h p.i.`
}

/** "2024-01-08" of an ISO date or date and time. */
export function formatDate(local: string | null | undefined): string {
  return local ? local.slice(0, 10) : MISSING
}

/** "2024-01-08 09:05", with the offset from UTC where it is known. */
export function formatInstant(instant: { local: string; utcOffsetMin: number | null } | null | undefined): string {
  if (!instant) return MISSING
  const minutes = instant.utcOffsetMin
  const day = `${instant.local.slice(0, 10)} ${instant.local.slice(11, 16)}`
  if (minutes === null) return day
  const size = Math.abs(minutes)
  const pad = (n: number) => String(n).padStart(2, '0')
  return `${day} UTC${minutes < 0 ? MINUS : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
}

/** A moment that was recorded in UTC, as the clock of this machine shows it: "2024-02-01 11:20 UTC+01:00". */
export function formatMoment(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return MISSING
  const offset = -date.getTimezoneOffset()
  return formatInstant({
    local: new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19),
    utcOffsetMin: offset,
  })
}

/** A wait: "4 s", "2 min 05 s", "1 h 10 min". */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return MISSING
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`
}
