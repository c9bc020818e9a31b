import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/index.ts'
import {
  countsVolumeSlopeOfSphere,
  doseUncertainty,
  emittedEnergy,
  localDose,
  localEnergyMev,
  massScaledDose,
  voxelDose,
} from './index.ts'
import type { EmittedEnergy } from './index.ts'

const energy: EmittedEnergy = {
  betaMev: 0.1,
  positronMev: 0.2,
  conversionAugerMev: 0.3,
  alphaMev: 5,
  recoilMev: 0.1,
  photonMev: 2,
}

describe('localDose', () => {
  it('is TIA·E/m: 1e13 decays of 1 MeV in 1 kg are 1.602176634 Gy', () => {
    const one: EmittedEnergy = {
      ...energy,
      betaMev: 1,
      positronMev: 0,
      conversionAugerMev: 0,
      alphaMev: 0,
      recoilMev: 0,
    }
    const dose = localDose({ label: 'x', tiaBqS: 1e13, massKg: 1, energy: one, administeredActivityBq: 2e9 })
    expect(dose.doseGy).toBeCloseTo(1.602176634, 12)
    expect(dose.dosePerActivityGyPerGbq).toBeCloseTo(0.801088317, 12)
    expect(dose.doseUncertaintyGy).toBe(0)
  })

  it('splits by radiation, and counts photons only when told', () => {
    const request = { label: 'x', tiaBqS: 1e12, massKg: 0.02, energy }
    const without = localDose(request)
    const all = localDose({ ...request, photonLocalFraction: 1 })
    const sum = Object.values(without.byRadiationGy).reduce((s, v) => s + v, 0)
    expect(sum).toBeCloseTo(without.doseGy, 12)
    expect(without.byRadiationGy.photon).toBe(0)
    expect(all.doseGy / without.doseGy).toBeCloseTo((5.7 + 2) / 5.7, 12)
    expect(localEnergyMev(energy)).toBeCloseTo(5.7, 12)
  })

  it('is linear in TIA and inverse in mass', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e16, noNaN: true }),
        fc.double({ min: 1e-6, max: 100, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (tiaBqS, massKg, k) => {
          const dose = (t: number, m: number): number => localDose({ label: 'x', tiaBqS: t, massKg: m, energy }).doseGy
          const base = dose(tiaBqS, massKg)
          expect(dose(k * tiaBqS, massKg) / base / k).toBeCloseTo(1, 10)
          expect((dose(tiaBqS, k * massKg) * k) / base).toBeCloseTo(1, 10)
        },
      ),
    )
  })

  it.each([
    ['dose.mass', { massKg: 0 }],
    ['dose.mass', { massKg: Number.NaN }],
    ['dose.tia', { tiaBqS: -1 }],
    ['dose.tia', { tiaBqS: Infinity }],
    ['dose.energy', { photonLocalFraction: 2 }],
    ['dose.energy', { energy: { ...energy, alphaMev: Number.NaN } }],
    ['dose.uncertainty', { uncertainty: { volume: Number.NaN } }],
  ])('refuses bad input with %s, naming the structure', (code, wrong) => {
    try {
      localDose({ label: 'Kidney left', tiaBqS: 1, massKg: 1, energy, ...wrong })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).code).toBe(code)
      expect((error as InputError).message).toContain('Kidney left')
    }
  })

  it('sorts the energies of a decay into local and photon', () => {
    const sorted = emittedEnergy({
      betaMinus: 1,
      betaPlus: 2,
      conversionElectron: 3,
      auger: 4,
      alpha: 5,
      alphaRecoil: 6,
      gamma: 7,
      xray: 8,
      annihilation: 9,
    })
    expect(sorted).toEqual({
      betaMev: 1,
      positronMev: 2,
      conversionAugerMev: 7,
      alphaMev: 5,
      recoilMev: 6,
      photonMev: 24,
    })
  })
})

describe('doseUncertainty', () => {
  it('adds independent terms in quadrature and ranks them', () => {
    const { relative, terms } = doseUncertainty({ tiaFit: 0.03, calibration: 0.04 })
    expect(relative).toBeCloseTo(0.05, 12)
    expect(terms[0]?.name).toBe('calibration')
    expect(terms[0]?.varianceShare).toBeCloseTo(0.64, 12)
    expect(terms.reduce((s, t) => s + t.varianceShare, 0)).toBeCloseTo(1, 12)
  })

  it('agrees with Monte Carlo through D ∝ C(V)/(R(V)·V) within 3 %, with the correlation kept', () => {
    // C ∝ V^0.4, R ∝ V^0.15, u(V)/V = 5 %: exponent 0.4 − 0.15 − 1 = −0.75
    const u = 0.05
    const samples: number[] = []
    let state = 12345
    const uniform = (): number => {
      state = (state * 1103515245 + 12345) % 2147483648
      return (state + 0.5) / 2147483648
    }
    for (let i = 0; i < 40000; i++) {
      const v = 1 + u * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
      samples.push(v ** 0.4 / (v ** 0.15 * v))
    }
    const mean = samples.reduce((s, x) => s + x, 0) / samples.length
    const sd = Math.sqrt(samples.reduce((s, x) => s + (x - mean) ** 2, 0) / samples.length)
    const { relative } = doseUncertainty({ volume: u, countsVolumeSlope: 0.4, recoveryVolumeSlope: 0.15 })
    expect(relative).toBeCloseTo(0.0375, 12)
    expect(Math.abs(sd / mean / relative - 1)).toBeLessThan(0.03)
  })

  it('the edge of a large sphere has half the activity of its inside, that of a small one less of its own mean', () => {
    expect(countsVolumeSlopeOfSphere(1e6, 10, 1)).toBeCloseTo(0.5, 1)
    // Independent: counts of a blurred uniform sphere in its own outline, differentiated numerically.
    const radius = 15
    const sigma = 6
    const profile = (r: number): number => {
      let sum = 0
      const n = 4000
      for (let i = 0; i < n; i++) {
        const s = ((i + 0.5) / n) * radius
        const g = Math.exp(-((r - s) ** 2) / (2 * sigma ** 2)) - Math.exp(-((r + s) ** 2) / (2 * sigma ** 2))
        sum += s * g * (radius / n)
      }
      return sum / (r * sigma * Math.sqrt(2 * Math.PI))
    }
    const counts = (r: number): number => {
      let sum = 0
      const n = 400
      for (let i = 0; i < n; i++) {
        const x = ((i + 0.5) / n) * r
        sum += 4 * Math.PI * x * x * profile(x) * (r / n)
      }
      return sum
    }
    const volumeMl = ((4 * Math.PI) / 3) * radius ** 3 * 1e-3
    const recovery = counts(radius) / (volumeMl * 1e3)
    const h = 0.05
    const slope =
      (Math.log(counts(radius + h)) - Math.log(counts(radius - h))) / (3 * Math.log((radius + h) / (radius - h)))
    expect(countsVolumeSlopeOfSphere(volumeMl, sigma * Math.sqrt(8 * Math.LN2), recovery)).toBeCloseTo(slope, 3)
  })
})

describe('voxelDose', () => {
  it('agrees with localDose in the mean over a uniform structure', () => {
    const tiaBqSPerMl = new Float32Array(1000).fill(1e9)
    const { doseGy } = voxelDose({ tiaBqSPerMl, densityGPerMl: 1.05, localEnergyMev: localEnergyMev(energy) })
    // 1000 voxels of 1 mL: 1 L of 1.05 kg with 1e12 decays
    const expected = localDose({ label: 'x', tiaBqS: 1e12, massKg: 1.05, energy }).doseGy
    expect((doseGy[500] as number) / expected).toBeCloseTo(1, 6)
  })

  it('is inverse in density, keeps negative noise, and gives air no dose but counts it', () => {
    const { doseGy, skippedVoxels } = voxelDose({
      tiaBqSPerMl: Float32Array.of(1e9, 1e9, -1e9, 1e9, 0),
      densityGPerMl: Float32Array.of(1, 2, 1, 0.001, 0.001),
      localEnergyMev: 1,
    })
    expect((doseGy[0] as number) / (doseGy[1] as number)).toBeCloseTo(2, 6)
    expect(doseGy[2]).toBe(-(doseGy[0] as number))
    expect(doseGy[3]).toBe(0)
    expect(skippedVoxels).toBe(1)
  })

  it('refuses grids of unequal size and voxels that are no numbers', () => {
    const two = Float32Array.of(1, 2)
    expect(() => voxelDose({ tiaBqSPerMl: two, densityGPerMl: Float32Array.of(1), localEnergyMev: 1 })).toThrow(
      /one grid|voxels/,
    )
    expect(() => voxelDose({ tiaBqSPerMl: Float32Array.of(1, NaN), densityGPerMl: 1, localEnergyMev: 1 })).toThrow(
      /Voxel 1/,
    )
  })
})

describe('massScaledDose', () => {
  const electron = { sGyPerBqS: 2e-12, massKg: 0.3, source: 'test' }
  const photon = { sGyPerBqS: 1e-12, massKg: 0.3, source: 'test' }

  it('at the reference mass is TIA·S', () => {
    expect(massScaledDose({ label: 'x', tiaBqS: 1e12, massKg: 0.3, electron, photon }).doseGy).toBeCloseTo(3, 12)
  })

  it('scales electrons by 1/m and photons by m^(−2/3), cross dose not at all', () => {
    const scaled = massScaledDose({
      label: 'x',
      tiaBqS: 1e12,
      massKg: 0.3 / 8,
      electron,
      photon,
      photonCrossGyPerBqS: 1e-13,
    })
    expect(scaled.electronGy).toBeCloseTo(16, 10)
    expect(scaled.photonGy).toBeCloseTo(4 + 0.1, 10)
  })

  it('of local electrons alone it is the local dose: S = E/m', () => {
    const e: EmittedEnergy = { ...energy, alphaMev: 0, recoilMev: 0, photonMev: 0 }
    const s = (0.6 * 1.602176634e-13) / 0.3
    const scaled = massScaledDose({
      label: 'x',
      tiaBqS: 5e12,
      massKg: 0.21,
      electron: { sGyPerBqS: s, massKg: 0.3, source: 'E/m' },
    })
    expect(scaled.doseGy).toBeCloseTo(localDose({ label: 'x', tiaBqS: 5e12, massKg: 0.21, energy: e }).doseGy, 12)
  })

  it.each([
    [{ massKg: 0 }],
    [{ tiaBqS: -1 }],
    [{ electron: undefined, photon: undefined }],
    [{ electron: { ...electron, massKg: 0 } }],
  ])('refuses %j', (wrong) => {
    const request = { label: 'x', tiaBqS: 1, massKg: 1, electron, ...wrong } as Parameters<typeof massScaledDose>[0]
    expect(() => massScaledDose(request)).toThrow(InputError)
  })
})
