import { describe, expect, it } from 'vitest'
import {
  bqSecondsToMbqHours,
  decayConstantPerS,
  ELECTRON_REST_ENERGY_MEV,
  JOULE_PER_MEV,
  massKgOf,
  mbqHoursToBqSeconds,
  mevToJoule,
} from './index.ts'

describe('units', () => {
  it('1 MBq·h is 3.6e9 decays, and back', () => {
    expect(mbqHoursToBqSeconds(1)).toBe(3.6e9)
    expect(bqSecondsToMbqHours(3.6e9)).toBe(1)
  })

  it('1 MeV is 1.602176634e-13 J (SI 2019, exact), by constant and by function', () => {
    expect(JOULE_PER_MEV).toBeCloseTo(1.602176634e-13, 28)
    expect(mevToJoule(2)).toBeCloseTo(3.204353268e-13, 28)
  })

  it('the rest energy of the electron is m c² (CODATA 2022: m = 9.1093837139e-31 kg)', () => {
    const joule = 9.1093837139e-31 * 299792458 ** 2
    expect(joule / JOULE_PER_MEV / ELECTRON_REST_ENERGY_MEV).toBeCloseTo(1, 9)
  })

  it('1 L of density 1.05 g/mL weighs 1.05 kg; a half-life halves', () => {
    expect(massKgOf(1000, 1.05)).toBeCloseTo(1.05, 12)
    expect(Math.exp(-decayConstantPerS(10) * 10)).toBeCloseTo(0.5, 14)
  })
})
