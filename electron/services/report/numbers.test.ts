import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  joinUncertain,
  MISSING,
  printFixed,
  printInstant,
  printNumber,
  printPercent,
  printUncertain,
  supportedDecimals,
} from './numbers.ts'

const u = (value: number, standardUncertainty: number) => joinUncertain({ value, standardUncertainty })
/** The number that a printed text says. */
const read = (text: string): number => {
  const [mantissa = '', power] = text.replaceAll('\u00A0', '').replace('−', '-').split('×10')
  const exponent =
    power === undefined ? '0' : power.replace('⁻', '-').replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (c) => String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c)))
  return Number(mantissa) * 10 ** Number(exponent)
}

describe('numbers in print', () => {
  it('round an uncertainty by the rule of the Particle Data Group (0.827 ± 0.119 → 0.83 ± 0.12; ± 0.367 → 0.8 ± 0.4)', () => {
    expect(u(0.827, 0.119)).toBe('0.83 ± 0.12')
    expect(u(0.827, 0.367)).toBe('0.8 ± 0.4')
    expect(u(0.827, 0.0951)).toBe('0.83 ± 0.10')
    expect(u(0.82713, 0.0354)).toBe('0.827 ± 0.035')
    expect(u(0.82713, 0.0355)).toBe('0.83 ± 0.04')
  })

  it('round large numbers to tens and hundreds, with a space between thousands', () => {
    expect(u(14593, 312)).toBe('14\u00A0590 ± 310')
    expect(u(7400e6 / 1e6, 222)).toBe('7400 ± 220')
    expect(printFixed(1234567, 0)).toBe('1\u00A0234\u00A0567')
  })

  it('keep one or two digits of the uncertainty, and change neither number by more than half a unit of the last place', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-5, max: 1e5, noNaN: true }),
        (value, uncertainty) => {
          const printed = printUncertain({ value, standardUncertainty: uncertainty })
          const place = 10 ** -supportedDecimals(uncertainty)
          const leading = printed.uncertainty
            .replace(/[\u00A0.]/g, '')
            .replace(/^0+/, '')
            .replace(/0+$/, '')
          return (
            leading.length <= 2 &&
            Math.abs(read(printed.value) - value) <= place * 0.5000001 &&
            Math.abs(read(printed.uncertainty) - uncertainty) <= place * 0.5000001
          )
        },
      ),
    )
  })

  it('never print a missing number as a number, nor minus zero', () => {
    expect(printNumber(null)).toBe(MISSING)
    expect(printNumber(NaN)).toBe(MISSING)
    expect(printNumber(0)).toBe('0')
    expect(printFixed(-0.0001, 1)).toBe('0.0')
    expect(u(5, 0)).toBe('5.00')
    expect(printPercent(null)).toBe(MISSING)
  })

  it('use powers of ten only where plain digits would be unreadable', () => {
    expect(printNumber(1.234e-7)).toBe('1.23×10⁻⁷')
    expect(printNumber(-6.02e23)).toBe('−6.02×10²³')
    expect(printNumber(0.00123)).toBe('0.00123')
    expect(u(2.374e-14, 1.2e-16)).toBe('2.374×10⁻¹⁴ ± 0.012×10⁻¹⁴')
  })

  it('say shares and times as people do', () => {
    expect([0.0001, 0.0123, 0.0997, 0.31].map(printPercent)).toEqual(['< 0.1', '1.2', '10', '31'])
    expect(printInstant({ local: '2026-01-12T09:05:30', utcOffsetMin: null })).toBe('2026-01-12 09:05')
    expect(printInstant({ local: '2026-01-12T09:05:30', utcOffsetMin: -210 })).toBe('2026-01-12 09:05 UTC−03:30')
  })
})
