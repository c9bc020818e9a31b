import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cieLab, da, ds, dsMm, dt, tm } from './values.ts'

describe('decimal strings', () => {
  it('fit 16 characters of the DS repertoire and read back within 1e-8, for any double that has an exponent of two digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (v) => {
        fc.pre(v === 0 || (Math.abs(v) > 1e-99 && Math.abs(v) < 1e99))
        const text = ds(v)
        return text.length <= 16 && /^[-+0-9.eE]+$/.test(text) && Math.abs(Number(text) - v) <= 1e-8 * Math.abs(v)
      }),
      { numRuns: 5000 },
    )
  })

  it('keep numbers that fit exactly', () => {
    fc.assert(fc.property(fc.integer({ min: -1e12, max: 1e12 }), (v) => Number(ds(v / 1000)) === v / 1000))
  })

  it('round coordinates to a tenth of a micrometre', () => {
    expect(dsMm(-215.80078125)).toBe('-215.8008')
    expect(dsMm(-1e-9)).toBe('0')
  })

  it('refuse what is no number', () => {
    expect(() => ds(NaN)).toThrow(RangeError)
    expect(() => ds(Infinity)).toThrow(RangeError)
  })
})

describe('dates and times', () => {
  it('take the parts of a local time, and the zone where there is one', () => {
    const local = '2026-01-12T09:05:30'
    expect([da(local), tm(local), dt(local, null), dt(local, '+0100')]).toEqual([
      '20260112',
      '090530',
      '20260112090530',
      '20260112090530+0100',
    ])
  })
})

describe('cieLab', () => {
  it('scales white, black and red as PS3.3 C.10.7.1.1 (L* 0..100, a* and b* −128..127 to 0..65535)', () => {
    expect(cieLab([0, 0, 0])).toEqual([0, 32896, 32896])
    const white = cieLab([255, 255, 255])
    expect(white[0]).toBe(65535)
    expect(Math.abs(white[1] - 32896)).toBeLessThan(20)
    // sRGB red in D50: L* 54.29, a* 80.80, b* 69.89 (Lindbloom).
    const red = cieLab([255, 0, 0])
    expect(red[0] / 655.35).toBeCloseTo(54.29, 1)
    expect((red[1] * 255) / 65535 - 128).toBeCloseTo(80.8, 1)
    expect((red[2] * 255) / 65535 - 128).toBeCloseTo(69.89, 1)
  })
})
