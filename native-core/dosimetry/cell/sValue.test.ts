import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { coleRangeModel } from './cole.ts'
import { reductionBreaksUm, regionMassKg, selfReduction } from './geometry.ts'
import { electronList, kernelPathEnergy, pathEnergy } from './particles.ts'
import { cellSource, cellSValue } from './sValue.ts'
import { cellStopping, parseCellStopping, tableRangeModel } from './stopping.ts'
import { flatModel, integrate, NOTHING } from './testTools.ts'
import type { CellGeometry, CellStopping, CellTarget, RangeModel } from './types.ts'

const table = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../resources/dosimetry/${name}.json`, import.meta.url), 'utf8'))
const [electronTable, alphaTable] = [table('cell-electron-water'), table('cell-alpha-water')]
const stopping = cellStopping(electronTable, alphaTable)
const cell: CellGeometry = { cellRadiusUm: 5, nucleusRadiusUm: 3, densityGPerMl: 1 }
const electron = (energyMev: number) => ({ ...NOTHING, electrons: [{ energyMev, yield: 1 }] })
const alpha = (energyMev: number) => ({ ...NOTHING, alphas: [{ energyMev, yield: 1 }] })
const flat = (mevPerUm: number): CellStopping => ({
  electron: flatModel(mevPerUm),
  alpha: flatModel(mevPerUm),
  electronModel: 'csda-icru37',
  sources: [],
})
const s = (energyMev: number, target: CellTarget, source: 'N' | 'Cy' | 'CS' | 'C', d: number | null = null): number =>
  cellSValue(cellSource(electron(energyMev), cell, stopping), target, source, d).sGyPerBqS

describe.each([
  ['electrons, ICRU 37', stopping.electron],
  ['alphas, ASTAR', stopping.alpha],
  ['electrons, Cole', coleRangeModel()],
] satisfies [string, RangeModel][])('range model: %s', (_, model) => {
  it('energy and range are inverse, and the stopping power is the slope between them', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 0.95, noNaN: true }), (log) => {
        const e = 10 ** log
        const r = model.rangeUm(e)
        expect(Math.abs(model.energyMev(r) / e - 1)).toBeLessThan(1e-10)
        const h = 1e-6 * r
        const slope = (model.energyMev(r + h) - model.energyMev(r - h)) / (2 * h)
        // The power laws change at nodes: the slope from both sides is between that of the pieces.
        expect(Math.abs(slope / model.stoppingMevPerUm(e) - 1)).toBeLessThan(2e-5)
      }),
    )
    expect(model.rangeUm(0)).toBe(0)
    expect(model.energyMev(-1)).toBe(0)
  })
})

it('a flat stopping power in a table gives range = energy over it', () => {
  const model = tableRangeModel([0.1, 1, 10], [50, 50, 50])
  for (const e of [0.01, 0.1, 0.5, 1, 7]) expect(model.rangeUm(e) / (e / 5e-3)).toBeCloseTo(1, 12)
})

it.each([
  ['another schema', { ...(electronTable as object), schema: 'x' }, /schema "x"/],
  ['alphas for electrons', alphaTable, /"alpha", not of the electron/],
  [
    'a falling energy',
    { ...(electronTable as object), energiesMev: [1, 2, 1], stoppingMevCm2PerG: [1, 1, 1] },
    /ascend/,
  ],
  [
    'a negative number',
    { ...(electronTable as object), energiesMev: [1, 2, 3], stoppingMevCm2PerG: [1, -1, 1] },
    /\[1\] is -1/,
  ],
])('refuses a table with %s', (_, json, message) => {
  expect(() => parseCellStopping(json, 'electron')).toThrow(InputError)
  expect(() => parseCellStopping(json, 'electron')).toThrow(message)
})

describe('cellSValue', () => {
  it('is E/m where the range is short, half of it from a surface into the cell, nothing elsewhere', () => {
    const e = 20e-6
    const full = (target: CellTarget): number => (e * JOULE_PER_MEV) / regionMassKg(target, cell)
    for (const region of ['N', 'Cy', 'C'] as const) expect(s(e, region, region) / full(region)).toBeCloseTo(1, 3)
    expect(s(e, 'C', 'CS') / full('C')).toBeCloseTo(0.5, 3)
    expect(s(e, 'N', 'CS')).toBe(0)
    expect(s(e, 'N', 'N', 10)).toBe(0)
  })

  it('is stopping power times mean path where the range is long: 3R/4 from inside, R/2 from the surface, solid angle far away', () => {
    const source = cellSource(electron(100), cell, flat(1e-4))
    const gray = JOULE_PER_MEV * 1e-4
    const path = (target: CellTarget, from: 'N' | 'CS' | 'C', d: number | null = null): number =>
      (cellSValue(source, target, from, d).sGyPerBqS * regionMassKg(target, cell)) / gray
    expect(path('N', 'N') / (0.75 * 3)).toBeCloseTo(1, 5)
    expect(path('C', 'C') / (0.75 * 5)).toBeCloseTo(1, 5)
    expect(path('C', 'CS') / 2.5).toBeCloseTo(1, 5)
    const d = 400
    expect(path('N', 'C', d) / ((4 / 3) * Math.PI * 27) / (1 / (4 * Math.PI * d * d))).toBeCloseTo(1, 3)
  })

  it('is reciprocal: S(N ← Cy) = S(Cy ← N), in one cell and between two, for electrons and alphas', () => {
    const source = cellSource({ ...electron(0.02), alphas: [{ energyMev: 6, yield: 1 }] }, cell, stopping)
    for (const d of [null, 10, 25])
      for (const kind of ['electron', 'alpha'] as const) {
        const [there, back] = [cellSValue(source, 'N', 'Cy', d), cellSValue(source, 'Cy', 'N', d)]
        expect(Math.abs(there.byRadiation[kind] - back.byRadiation[kind])).toBeLessThanOrEqual(
          2e-4 * back.byRadiation[kind],
        )
      }
  })

  it('keeps the energy: parts add up to the cell, and a cell wider than the range takes all', () => {
    const g = { cellRadiusUm: 900, nucleusRadiusUm: 4, densityGPerMl: 1 }
    const emissions = {
      ...electron(0.2),
      alphas: [{ energyMev: 7, yield: 2 }],
      recoils: [{ energyMev: 0.1, yield: 2 }],
    }
    const source = cellSource(emissions, g, stopping)
    const mev = (target: CellTarget, from: 'N' | 'CS'): number =>
      (cellSValue(source, target, from).sGyPerBqS * regionMassKg(target, g)) / JOULE_PER_MEV
    expect(mev('C', 'N') / (0.2 + 14 + 0.2)).toBeCloseTo(1, 9)
    expect((mev('N', 'N') + mev('Cy', 'N')) / mev('C', 'N')).toBeCloseTo(1, 5)
  })

  it.each([0.001, 0.005, 0.03, 0.3, 2])(
    'agrees with ∫ψ·(dE/dx) dx by Gauss–Legendre over energy to 1e-4: electrons of %f MeV',
    (e) => {
      for (const [target, from] of [
        ['N', 'N'],
        ['N', 'Cy'],
        ['N', 'CS'],
        ['C', 'CS'],
      ] as const) {
        const psi = selfReduction(target, from, cell)
        const range = stopping.electron.rangeUm(e)
        const breaks = reductionBreaksUm(target, from, cell).filter((x) => x < range)
        const last = Math.min(range, reductionBreaksUm(target, from, cell).at(-1)!)
        const nodes = [...new Set([0, ...breaks, last])].flatMap((x, i, all) =>
          i === 0 ? [x] : Array.from({ length: 60 }, (_, k) => all[i - 1]! + ((x - all[i - 1]!) * (k + 1)) / 60),
        )
        // Over what is left of the energy, where the integrand has no singular end.
        const energies = nodes.map((x) => stopping.electron.energyMev(range - x)).reverse()
        const mev = integrate((left) => psi(range - stopping.electron.rangeUm(left)), energies)
        const found = (s(e, target, from) * regionMassKg(target, cell)) / JOULE_PER_MEV
        expect(Math.abs(found - mev)).toBeLessThanOrEqual(1e-4 * mev + 1e-15)
      }
    },
  )

  it('scales with density: the same cell in mass thickness has S larger by ρ²', () => {
    const dense = { cellRadiusUm: 2.5, nucleusRadiusUm: 1.5, densityGPerMl: 2 }
    const [a, b] = [cellSource(alpha(6), cell, stopping), cellSource(alpha(6), dense, stopping)]
    expect(cellSValue(b, 'N', 'CS').sGyPerBqS / cellSValue(a, 'N', 'CS').sGyPerBqS).toBeCloseTo(4, 9)
  })

  it('takes electrons from a point kernel: the kernel of straight tracks gives the S values of straight tracks', () => {
    const straight = pathEnergy(electronList(electron(0.05)), stopping, 1)
    const radii = Float64Array.from({ length: 4001 }, (_, i) => (straight.maxRangeUm * 1e-4 * i) / 4000)
    const kernel = {
      medium: 'water',
      radiiGPerCm2: radii,
      enclosedFraction: radii.map((r) => 1 - straight.remainingMev(r * 1e4) / 0.05),
      tailFraction: 0,
      tailMeanFreePathGPerCm2: 1,
    }
    const source = { ...cellSource(NOTHING, cell, stopping), electrons: kernelPathEnergy(kernel, 0.05, 1) }
    expect(cellSValue(source, 'N', 'CS').sGyPerBqS / s(0.05, 'N', 'CS')).toBeCloseTo(1, 3)
    expect(source.electrons.remainingMev(1e9)).toBeCloseTo(0, 9)
  })

  it.each([
    ['cells that overlap', () => s(0.1, 'N', 'N', 9), /overlap/],
    [
      'no cytoplasm',
      () => cellSValue(cellSource(electron(1), { ...cell, nucleusRadiusUm: 5 }, stopping), 'Cy', 'N'),
      /no cytoplasm/,
    ],
    ['a particle beyond the table', () => cellSource(electron(11), cell, stopping), /11 MeV is beyond/],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(InputError)
    expect(run).toThrow(message)
  })
})
