import { describe, expect, it } from 'vitest'
import { parseQuantity, resolveQuantities } from './index.ts'

describe('parseQuantity', () => {
  it('reads activities in any usual unit', () => {
    expect(parseQuantity('7.4 GBq', 'activityBq')).toBeCloseTo(7.4e9, 0)
    expect(parseQuantity('200 mCi', 'activityBq')).toBeCloseTo(7.4e9, 0)
    expect(parseQuantity(7.4e9, 'activityBq')).toBe(7.4e9)
  })
  it('reads densities', () => {
    expect(parseQuantity('1050 kg/m^3', 'densityGPerMl')).toBeCloseTo(1.05, 12)
  })
  it.each(['seven', '7.4 Gy', '7.4', ''])('refuses %j as an activity', (text) => {
    expect(() => parseQuantity(text, 'activityBq')).toThrow(/not a quantity in Bq/)
  })
})

describe('resolveQuantities', () => {
  it('turns the quantities of a protocol into its units and leaves the rest', () => {
    const given = {
      name: 'x',
      administrations: [{ cycle: 1, activityBq: '7.4 GBq' }],
      densityGPerMl: { LIVER: '1.06 g/mL' },
    }
    expect(resolveQuantities(given)).toEqual({
      name: 'x',
      administrations: [{ cycle: 1, activityBq: expect.closeTo(7.4e9, 0) }],
      densityGPerMl: { LIVER: expect.closeTo(1.06, 12) },
    })
  })
  it('leaves what is not a protocol to the schema', () => {
    expect(resolveQuantities(null)).toBeNull()
    expect(resolveQuantities([1])).toEqual([1])
  })
})
