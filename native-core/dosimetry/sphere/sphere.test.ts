import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import type { NuclidePointKernel, PointKernel } from '../pointKernel/index.ts'
import { nominalDensityGPerMl, overlapFraction, selfAbsorbedFraction, sphereMatter, sphereSValue } from './index.ts'
import type { SphereSource } from './index.ts'

const kernelOf = (enclosed: (r: number) => number, last: number, count = 4000): PointKernel => {
  const radiiGPerCm2 = Float64Array.from({ length: count + 1 }, (_, i) => (last * i) / count)
  const enclosedFraction = radiiGPerCm2.map(enclosed)
  return {
    medium: 'made-up',
    radiiGPerCm2,
    enclosedFraction,
    tailFraction: 1 - enclosedFraction[count]!,
    tailMeanFreePathGPerCm2: 1,
  }
}
const absorption = kernelOf((r) => -Math.expm1(-2 * r), 60, 60_000)

it('overlapFraction is the volume of the lens of two balls over that of one', () => {
  for (const x of [0, 0.1, 0.5, 0.99]) {
    // Two caps of height h = R − d/2 with d = 2R·x, R = 1.
    const h = 1 - x
    expect(overlapFraction(x)).toBeCloseTo((2 * Math.PI * h * h * (1 - h / 3)) / ((4 / 3) * Math.PI), 14)
  }
  expect(overlapFraction(1.5)).toBe(0)
})

describe('selfAbsorbedFraction', () => {
  it('straight tracks of constant LET: 1 − 3x/4 + x³/8 with x = range/2R, and 3R/4 over the range beyond', () => {
    const track = kernelOf((r) => Math.min(1, r / 0.4), 0.4, 7)
    for (const radius of [0.2, 0.25, 1, 30]) {
      const x = 0.4 / (2 * radius)
      expect(selfAbsorbedFraction(track, radius)).toBeCloseTo(1 - 0.75 * x + x ** 3 / 8, 12)
    }
    for (const radius of [1e-4, 0.05, 0.2]) {
      expect(selfAbsorbedFraction(track, radius)).toBeCloseTo((0.75 * radius) / 0.4, 12)
    }
  })

  it('pure absorption: 1 − 3/(8a³)·(2a² − 1 + (1 + 2a)·e^−2a), a = µR (Case, de Hoffmann & Placzek 1953), 1e-5', () => {
    for (const a of [0.1, 0.5, 2, 10]) {
      const escape = (3 / (8 * a ** 3)) * (2 * a * a - 1 + (1 + 2 * a) * Math.exp(-2 * a))
      expect(Math.abs(selfAbsorbedFraction(absorption, a / 2) - (1 - escape))).toBeLessThan(1e-5)
    }
  })

  it('what is left at the point stays; nothing is more than all', () => {
    const point = kernelOf(() => 1, 1, 2)
    expect(selfAbsorbedFraction(point, 1e-6)).toBe(1)
  })
})

const kernel: NuclidePointKernel = {
  source: 'X-1',
  medium: 'made-up',
  electronMev: 0,
  photonMev: 0.3,
  alphaMev: 0,
  recoilMev: 0.1,
  electron: null,
  photon: absorption,
  alpha: null,
}
const source: SphereSource = { kernels: [{ kernel, massFraction: 1 }] }

describe('sphereSValue', () => {
  it('is energy times absorbed fraction over mass; recoils stay; nothing of what is not emitted', () => {
    const s = sphereSValue(source, 1e-3, 1)
    const radiusCm = Math.cbrt(3 / (4 * Math.PI))
    expect(s.radiusMm).toBeCloseTo(10 * radiusCm, 12)
    const photon = (0.3 * selfAbsorbedFraction(absorption, radiusCm) * JOULE_PER_MEV) / 1e-3
    expect(s.byRadiation.photon / photon).toBeCloseTo(1, 12)
    expect(s.byRadiation.recoil / ((0.1 * JOULE_PER_MEV) / 1e-3)).toBeCloseTo(1, 12)
    expect(s.sGyPerBqS).toBe(s.byRadiation.photon + s.byRadiation.recoil)
    expect(s.absorbedFraction).toMatchObject({ electron: null, alpha: null, recoil: 1 })
  })

  it('law: φ of mass m and density ρ is that of mass m·ρ² and density 1, and rises with both', () => {
    const fraction = (massG: number, density: number): number =>
      sphereSValue(source, massG * 1e-3, density).absorbedFraction.photon!
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 5, noNaN: true }),
        fc.double({ min: 0.2, max: 10, noNaN: true }),
        (massG, density) => {
          const found = fraction(massG, density)
          expect(found / fraction(massG * density * density, 1)).toBeCloseTo(1, 9)
          expect(fraction(massG * 1.1, density)).toBeGreaterThan(found)
          expect(fraction(massG, density * 0.9)).toBeLessThan(found)
        },
      ),
    )
  })

  it('takes 0.01 and 1000 g and all between, and refuses others', () => {
    expect(sphereSValue(source, 0.01 / 1000, 1).sGyPerBqS).toBeGreaterThan(0)
    expect(sphereSValue(source, 1000 / 1000, 1).sGyPerBqS).toBeGreaterThan(0)
    for (const massKg of [0, -1, NaN, 9e-6, 1.1]) {
      expect(() => sphereSValue(source, massKg, 1)).toThrow(InputError)
      expect(() => sphereSValue(source, massKg, 1)).toThrow(/mass of the sphere/)
    }
    for (const density of [0, NaN, 100]) expect(() => sphereSValue(source, 1e-3, density)).toThrow(/density/)
  })

  it('a mixture lies between its parts, by mass', () => {
    const other = { ...kernel, photonMev: 0.3, photon: kernelOf((r) => -Math.expm1(-5 * r), 30, 30_000) }
    const s = (kernels: SphereSource['kernels']): number => sphereSValue({ kernels }, 0.1, 1).byRadiation.photon
    const [a, b] = [s([{ kernel, massFraction: 1 }]), s([{ kernel: other, massFraction: 1 }])]
    const mixed = s([
      { kernel, massFraction: 0.25 },
      { kernel: other, massFraction: 0.75 },
    ])
    expect(mixed / (0.25 * a + 0.75 * b)).toBeCloseTo(1, 12)
  })
})

it('sphereMatter knows its tissues; densities of mixtures add up as volumes', () => {
  expect(nominalDensityGPerMl(sphereMatter('water', null, 0))).toBe(1)
  const mixed = nominalDensityGPerMl(sphereMatter('water', 'cortical-bone', 0.5))
  expect(mixed).toBeCloseTo(2 / (1 + 1 / 1.92), 12)
  expect(sphereMatter('water', 'lung', 1).tissue.id).toBe('lung')
  expect(sphereMatter('water', 'water', 0.5).mixedWith).toBeNull()
  expect(() => sphereMatter('cheese', null, 0)).toThrow(/"cheese"/)
  expect(() => sphereMatter('water', 'lung', 1.5)).toThrow(InputError)
})
