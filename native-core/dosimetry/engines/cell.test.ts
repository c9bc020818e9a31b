import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import type { ChainEmissions } from '../../physics/emissions/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { cell } from './cell.ts'
import type { EngineData, TableSource } from './types.ts'

const data: EngineData = {
  dosimetryTable: (name) =>
    JSON.parse(readFileSync(new URL(`../../../resources/dosimetry/${name}.json`, import.meta.url), 'utf8')),
  materialTable: () => {
    throw new Error('no materials are needed')
  },
}
const defaults = Object.fromEntries(cell.parameters.map((p) => [p.id, p.default]))
/** One alpha with its recoil and one electron per decay. */
const source: ChainEmissions = {
  parent: 'X-1',
  members: [],
  total: {
    photons: [{ energyMev: 0.2, yield: 1 }],
    electrons: [{ energyMev: 0.01, yield: 1 }],
    betas: [],
    alphas: [{ energyMev: 6, yield: 1 }],
    recoils: [{ energyMev: 0.1, yield: 1 }],
  },
}
const at = (region: string, activity: number, massKg: number | null = null): TableSource => ({
  region,
  activity,
  massKg,
})
const compute = (sources: TableSource[], parameters = {}) =>
  cell.compute(
    { quantity: 'dose', sources, source },
    { parameters: { ...defaults, ...parameters }, threads: 1, control: null },
    data,
  )
const target = (dose: ReturnType<typeof compute>, name: string) => dose.targets.find((t) => t.region === name)!

describe('cell', () => {
  it('a cell wider than every range takes all that is emitted, without the photon; recoils stay in their region', () => {
    const wide = { cellRadiusUm: 500, nucleusRadiusUm: 250 }
    const dose = compute([at('N', 1e6)], wide)
    const massKg = (4 / 3) * Math.PI * 500 ** 3 * 1e-15
    expect(target(dose, 'C').massKg / massKg).toBeCloseTo(1, 12)
    expect(target(dose, 'C').doseGy / ((1e6 * 6.11 * JOULE_PER_MEV) / massKg)).toBeCloseTo(1, 6)
    expect(target(dose, 'Cy').byRadiationGy.recoil).toBe(0)
    expect(target(dose, 'N').byRadiationGy.recoil! / ((1e6 * 0.1 * JOULE_PER_MEV) / (massKg / 8))).toBeCloseTo(1, 9)
    expect(target(dose, 'N').byRadiationGy.photon).toBeUndefined()
  })

  it('energies of nucleus and cytoplasm add up to those of the cell; parts by source and radiation to the dose', () => {
    const dose = compute([at('N', 3), at('CS', 5), at('Cy', 2), at('CS', 1)])
    const joule = (name: string): number => target(dose, name).doseGy * target(dose, name).massKg
    expect((joule('N') + joule('Cy')) / joule('C')).toBeCloseTo(1, 4)
    for (const t of dose.targets) {
      const sum = (parts: object): number => Object.values(parts).reduce((s: number, v: number) => s + v, 0)
      expect(sum(t.byRadiationGy) / t.doseGy).toBeCloseTo(1, 12)
      expect(sum(t.bySourceGy) / t.doseGy).toBeCloseTo(1, 12)
    }
    expect(target(dose, 'N').bySourceGy.CS! / target(compute([at('CS', 6)]), 'N').doseGy).toBeCloseTo(1, 12)
  })

  it('a nucleus as large as the cell leaves no cytoplasm to report', () => {
    const dose = compute([at('N', 1)], { nucleusRadiusUm: 5 })
    expect(dose.targets.map((t) => t.region)).toEqual(['N', 'C'])
    expect(target(dose, 'N').doseGy).toBe(target(dose, 'C').doseGy)
  })

  it('the relation of Cole changes electrons only and is recorded; masses that are given are named as not used', () => {
    const [own, cole] = [compute([at('N', 1)]), compute([at('N', 1, 1e-12)], { electronModel: 'cole-1969' })]
    expect(target(cole, 'N').byRadiationGy.alpha).toBe(target(own, 'N').byRadiationGy.alpha)
    expect(target(cole, 'N').byRadiationGy.electron).not.toBe(target(own, 'N').byRadiationGy.electron)
    expect([own.facts.electronModel, cole.facts.electronModel]).toEqual(['csda-icru37', 'cole-1969'])
    expect(own.remarks.join(' ')).not.toMatch(/were not used/)
    expect(cole.remarks.join(' ')).toMatch(/were not used/)
  })

  it.each([
    ['an unknown region', [at('Golgi', 1)], {}, /"Golgi"/],
    ['a negative activity', [at('N', -1)], {}, /-1/],
    ['no number', [at('N', NaN)], {}, /NaN/],
    ['a nucleus larger than the cell', [at('N', 1)], { nucleusRadiusUm: 9 }, /9 µm in a cell of 5 µm/],
    ['cytoplasm where there is none', [at('Cy', 1)], { nucleusRadiusUm: 5 }, /no cytoplasm/],
  ])('refuses %s', (_, sources, parameters, what) => {
    expect(() => compute(sources, parameters)).toThrow(InputError)
    expect(() => compute(sources, parameters)).toThrow(what)
  })
})
