import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import type { ChainEmissions } from '../../physics/emissions/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { organMird } from './organMird.ts'
import type { EngineData, EngineRun, TableSource } from './types.ts'

const file = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../resources/dosimetry/${name}.json`, import.meta.url), 'utf8'))
const data = (marrow?: unknown): EngineData => ({
  dosimetryTable: (name) => {
    if (name !== 'marrow-electron-fractions') return file(name)
    if (marrow === undefined) throw new InputError('resources.missing', 'none', 'none')
    return marrow
  },
  materialTable: () => {
    throw new Error('no materials are needed')
  },
})
const run = (parameters: EngineRun['parameters'] = {}): EngineRun => ({ parameters, threads: 1, control: null })

/** One electron of 1 MeV and one photon of 0.2 MeV per decay. */
const source: ChainEmissions = {
  parent: 'X-1',
  members: [],
  total: {
    photons: [{ energyMev: 0.2, yield: 1 }],
    electrons: [{ energyMev: 1, yield: 1 }],
    betas: [],
    alphas: [],
    recoils: [],
  },
}
const organ = (region: string, activity: number, massKg: number | null = null): TableSource => ({
  region,
  activity,
  massKg,
})
const compute = (sources: TableSource[], parameters = {}, marrow?: unknown) =>
  organMird.compute({ quantity: 'dose', sources, source }, run(parameters), data(marrow))
const target = (dose: ReturnType<typeof compute>, name: string) => dose.targets.find((t) => t.region === name)!

describe('organ-mird', () => {
  it('electrons stay, photons reach others; parts by radiation and by source add up to the dose', () => {
    const dose = compute([organ('Liver', 1e12), organ('Kidneys', 2e11)])
    expect(target(dose, 'Liver').byRadiationGy.electron).toBeCloseTo((1e12 * JOULE_PER_MEV) / 1.91, 12)
    expect(target(dose, 'Spleen').byRadiationGy.electron).toBe(0)
    expect(target(dose, 'Spleen').doseGy).toBeGreaterThan(0)
    for (const t of dose.targets) {
      const sum = (parts: object): number => Object.values(parts).reduce((s: number, v: number) => s + v, 0)
      expect(sum(t.byRadiationGy)).toBeCloseTo(t.doseGy, 12)
      expect(sum(t.bySourceGy)).toBeCloseTo(t.doseGy, 12)
    }
  })

  it('scales self-dose to the mass given, unless scaling is off, which it says', () => {
    const [reference, half] = [compute([organ('Kidneys', 1e12)]), compute([organ('Kidneys', 1e12, 0.1495)])]
    const off = compute([organ('Kidneys', 1e12, 0.1495)], { massScaling: false })
    const of = (dose: typeof half) => target(dose, 'Kidneys')
    expect(of(half).byRadiationGy.electron! / of(reference).byRadiationGy.electron!).toBeCloseTo(2, 10)
    expect(of(half).byRadiationGy.photon! / of(reference).byRadiationGy.photon!).toBeCloseTo(2 ** (2 / 3), 10)
    expect(of(half).massKg).toBe(0.1495)
    expect(of(off)).toEqual(of(reference))
    expect(off.remarks.join(' ')).toMatch(/scaling is off/)
    expect(target(half, 'Liver')).toEqual(target(reference, 'Liver'))
  })

  it('the remainder irradiates what is no source organ, with what the organs leave of the body', () => {
    const dose = compute([organ('Liver', 0), organ('Remainder of body', 1e12)])
    expect(target(dose, 'Spleen').byRadiationGy.electron).toBeCloseTo((1e12 * JOULE_PER_MEV) / (73.7 - 1.91), 12)
    expect(target(dose, 'Liver').byRadiationGy.electron).toBe(0)
    expect(target(dose, 'Liver').byRadiationGy.photon).toBeGreaterThan(0)
  })

  it('takes electron fractions of marrow of its own where asked to and where they are, else ICRP 30', () => {
    const marrow = { energiesMev: [0.01, 10], absorbedFraction: { 'active-marrow<-active-marrow': [0.7, 0.7] } }
    const electron = (...args: Parameters<typeof compute>) =>
      target(compute(...args), 'Red marrow').byRadiationGy.electron!
    const all = electron([organ('Red marrow', 1e12)])
    expect(electron([organ('Red marrow', 1e12)], { marrow: 'own' }, marrow) / all).toBeCloseTo(0.7, 12)
    expect(electron([organ('Red marrow', 1e12)], { marrow: 'own' }) / all).toBeCloseTo(1, 12)
    expect(electron([organ('Red marrow', 1e12)], {}, marrow) / all).toBeCloseTo(1, 12)
    expect(() => compute([organ('Red marrow', 1)], { marrow: 'own' }, { energiesMev: [] })).toThrow(InputError)
  })

  it.each([
    ['an unknown region', [organ('Tumour', 1)], /Tumour/],
    ['a negative activity', [organ('Liver', -1)], /activity is -1/],
    ['no number', [organ('Liver', NaN)], /NaN/],
    ['a mass of zero', [organ('Liver', 1, 0)], /mass is 0/],
    ['a region twice', [organ('Liver', 1), organ('liver', 1)], /twice/],
    ['no source', [], /no source/],
    ['total body and remainder', [organ('Total body', 1), organ('Remainder', 1)], /leave none/],
  ])('refuses %s', (_, sources, what) => {
    expect(() => compute(sources)).toThrow(InputError)
    expect(() => compute(sources)).toThrow(what)
  })
})
