import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import type { ChainEmissions } from '../../physics/emissions/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { sphere } from './sphere.ts'
import type { EngineData, TableSource } from './types.ts'

const data: EngineData = {
  dosimetryTable: (name) =>
    JSON.parse(readFileSync(new URL(`../../../resources/dosimetry/${name}.json`, import.meta.url), 'utf8')),
  materialTable: () => {
    throw new Error('no materials are needed')
  },
}
const defaults = Object.fromEntries(sphere.parameters.map((p) => [p.id, p.default]))
const source: ChainEmissions = {
  parent: 'X-1',
  members: [],
  total: {
    photons: [{ energyMev: 0.2, yield: 1 }],
    electrons: [{ energyMev: 0.005, yield: 1 }],
    betas: [],
    alphas: [{ energyMev: 6, yield: 1 }],
    recoils: [{ energyMev: 0.1, yield: 1 }],
  },
}
const tumour = (region: string, activity: number, massKg: number | null): TableSource => ({ region, activity, massKg })
const compute = (sources: TableSource[], parameters = {}) =>
  sphere.compute(
    { quantity: 'dose', sources, source },
    { parameters: { ...defaults, tissue: 'water', ...parameters }, threads: 1, control: null },
    data,
  )

describe('sphere', () => {
  it('short ranges stay: electrons of 5 keV, alphas and recoils are all of their energy in 100 g (0.1 %), photons are not', () => {
    const [t] = compute([tumour('Liver metastasis', 1e12, 0.1)]).targets
    const full = (mev: number): number => (1e12 * mev * JOULE_PER_MEV) / 0.1
    expect(t!.byRadiationGy.electron! / full(0.005)).toBeCloseTo(1, 3)
    expect(t!.byRadiationGy.recoil! / full(0.1)).toBeCloseTo(1, 12)
    expect(Math.abs(t!.byRadiationGy.alpha! / full(6) - 1)).toBeLessThan(1e-3)
    expect(t!.byRadiationGy.photon! / full(0.2)).toBeLessThan(0.15)
    const sum = Object.values(t!.byRadiationGy).reduce((s, v) => s + v, 0)
    expect(sum / t!.doseGy).toBeCloseTo(1, 12)
    expect(t!.bySourceGy).toEqual({ 'Liver metastasis': t!.doseGy })
  })

  it('each sphere by itself; dose is linear in the activity; none without activity', () => {
    const dose = compute([tumour('a', 1e9, 1e-3), tumour('b', 2e9, 1e-3), tumour('c', 0, 1e-4)])
    expect(dose.targets.map((t) => t.region)).toEqual(['a', 'b', 'c'])
    expect(dose.targets[1]!.doseGy / dose.targets[0]!.doseGy).toBeCloseTo(2, 12)
    expect(dose.targets[2]!.doseGy).toBe(0)
  })

  it('takes and records the density that is given, else that of the tissue', () => {
    expect(compute([tumour('a', 1, 1e-3)]).facts.densityGPerMl).toBe(1)
    const dense = compute([tumour('a', 1, 1e-3)], { densityGPerMl: 1.5 })
    expect(dense.facts.densityGPerMl).toBe(1.5)
    expect(dense.targets[0]!.byRadiationGy.photon).toBeGreaterThan(
      compute([tumour('a', 1, 1e-3)]).targets[0]!.byRadiationGy.photon!,
    )
  })

  it.each([
    ['no mass', [tumour('T', 1, null)], /T has no mass/],
    ['a mass that is too large', [tumour('T', 1, 2)], /2000 g/],
    ['no number', [tumour('T', NaN, 1e-3)], /NaN/],
    ['a sphere twice', [tumour('T', 1, 1e-3), tumour('T', 1, 1e-3)], /twice/],
    ['no sphere', [], /no sphere/],
  ])('refuses %s', (_, sources, what) => {
    expect(() => compute(sources)).toThrow(InputError)
    expect(() => compute(sources)).toThrow(what)
  })
})
