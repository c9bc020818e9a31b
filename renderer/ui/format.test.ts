import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatDate,
  formatDuration,
  formatHours,
  formatInstant,
  formatMoment,
  formatNumber,
  formatUncertain,
  splitUncertain,
} from './format.ts'

const plain = (text: string) => Number(text.replaceAll('\u202F', '').replace('−', '-'))

describe('formatUncertain', () => {
  it.each([
    // The examples of the Particle Data Group, Review of Particle Physics, Introduction, section 5.3.
    [0.827, 0.119, '0.83 ± 0.12'],
    [0.827, 0.367, '0.8 ± 0.4'],
    // UX.md
    [0.8234, 0.0901, '0.82 ± 0.09'],
    [9494, 475, '9500 ± 500'],
    [12345.6, 12.3, '12\u202F346 ± 12'],
    [1.0, 0.0963, '1.00 ± 0.10'],
    [0, 0.02, '0.000 ± 0.020'],
    [-0.001, 0.2, '0.00 ± 0.20'],
  ])('writes %f with u = %f as %s', (value, u, text) => {
    expect(formatUncertain(value, u)).toBe(text)
  })

  it('puts the unit behind and says nothing of an uncertainty that is not known', () => {
    expect(formatUncertain(12.345, null, 'Gy')).toBe('12.3 Gy')
    expect(formatUncertain(12.345, 0, 'Gy')).toBe('12.3 Gy')
    expect(formatUncertain(NaN, 1)).toBe('–')
    expect(formatUncertain(null, 1)).toBe('–')
  })

  it('takes a power of ten out of numbers too small to write', () => {
    expect(formatUncertain(1.234e-10, 5e-12)).toBe('(1.23 ± 0.05)×10⁻¹⁰')
  })

  it('never moves a value by more than half a unit of its last digit, and keeps the uncertainty within 5 %', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
        (value, u) => {
          const shown = splitUncertain(value, u)
          // The last digit is worth at most 29 % of the uncertainty (0.1 of 0.35), so half of it moves the value by less than 0.15 u.
          expect(Math.abs(plain(shown.value) - value)).toBeLessThanOrEqual(0.15 * u + 1e-9 * Math.abs(value))
          expect(Math.abs(plain(shown.uncertainty) - u) / u).toBeLessThanOrEqual(0.145)
        },
      ),
    )
  })

  it('gives value and uncertainty the same number of decimals', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        fc.double({ min: 1e-3, max: 100, noNaN: true }),
        (value, u) => {
          const shown = splitUncertain(value, u)
          const decimals = (text: string) => text.split('.')[1]?.length ?? 0
          expect(decimals(shown.value)).toBe(decimals(shown.uncertainty))
        },
      ),
    )
  })
})

describe('formatNumber', () => {
  it.each([
    [0, 3, '0'],
    [3.14159, 3, '3.14'],
    [0.99999, 3, '1.00'],
    [1234.5, 3, '1235'],
    [35647, 3, '35\u202F647'],
    [-0.5, 2, '−0.50'],
    [12345678, 3, '1.23×10⁷'],
    [0.0000123, 2, '1.2×10⁻⁵'],
  ])('%f with %i digits is %s', (value, digits, text) => {
    expect(formatNumber(value, digits)).toBe(text)
  })

  it('writes what is missing as a dash', () => {
    expect(formatNumber(null)).toBe('–')
    expect(formatNumber(undefined)).toBe('–')
    expect(formatNumber(Infinity)).toBe('–')
  })
})

describe('times', () => {
  it('gives hours p.i. one decimal below 100', () => {
    expect(formatHours(4.208)).toBe('4.2 h p.i.')
    expect(formatHours(99.96)).toBe('100 h p.i.')
    expect(formatHours(167.5)).toBe('168 h p.i.')
    expect(formatHours(-1.25)).toBe('−1.3 h p.i.')
    expect(formatHours(null)).toBe('time unknown')
  })

  it('writes ISO dates, with the offset where it is known', () => {
    expect(formatDate('2024-01-08T09:05:00')).toBe('2024-01-08')
    expect(formatDate(null)).toBe('–')
    expect(formatInstant({ local: '2024-01-08T09:05:31', utcOffsetMin: null })).toBe('2024-01-08 09:05')
    expect(formatInstant({ local: '2024-01-08T09:05:31', utcOffsetMin: -210 })).toBe('2024-01-08 09:05 UTC−03:30')
    expect(formatInstant({ local: '2024-01-08T09:05:31', utcOffsetMin: 60 })).toBe('2024-01-08 09:05 UTC+01:00')
  })

  it('shows recorded moments by the clock of this machine', () => {
    const shown = formatMoment('2024-02-01T10:20:00Z')
    const [, day, time, sign, hours, minutes] = /^(\S+) (\S+) UTC([+−])(\d\d):(\d\d)$/.exec(shown)!
    const back = new Date(`${day}T${time}:00${sign === '−' ? '-' : '+'}${hours}:${minutes}`)
    expect(back.toISOString()).toBe('2024-02-01T10:20:00.000Z')
    expect(formatMoment('never')).toBe('–')
  })

  it('writes waits', () => {
    expect(formatDuration(4.4)).toBe('4 s')
    expect(formatDuration(125)).toBe('2 min 05 s')
    expect(formatDuration(4200)).toBe('1 h 10 min')
    expect(formatDuration(null)).toBe('–')
  })
})
