import { describe, expect, it } from 'vitest'
import type { NuclideSheet } from '../../../../electron/contracts/index.ts'
import { decades, shortNumber, spectrumColumns } from './emissionPlot.ts'

const sheet = (betas: NuclideSheet['betas']): NuclideSheet =>
  ({ betas, lines: { photon: [], electron: [], alpha: [] } }) as unknown as NuclideSheet

describe('charts of emissions', () => {
  it('gives a logarithmic axis whole decades around what it shows', () => {
    expect(decades([0.5, 30], 1e-6)).toEqual([0.1, 100])
    expect(decades([], 1)).toEqual([1, 10])
    expect(decades([10], 1e-6)).toEqual([10, 100])
  })

  it('puts spectra on one energy axis, zero beyond their end points, and keeps their integral', () => {
    const triangle = { kind: 'beta-minus' as const, from: 'X', energiesMev: [0, 0.1], perMevAndDecay: [20, 0] }
    const flat = { kind: 'beta-plus' as const, from: 'Y', energiesMev: [0, 0.2], perMevAndDecay: [5, 5] }
    const [energies = [], first = [], second = []] = spectrumColumns(sheet([triangle, flat]))
    expect(energies).toEqual([0, 100, 200])
    expect(first).toEqual([0.02, 0, 0])
    expect(second).toEqual([0.005, 0.005, 0.005])
    const integral = (y: number[]): number =>
      energies.slice(1).reduce((sum, e, i) => sum + ((e - (energies[i] ?? 0)) * ((y[i] ?? 0) + (y[i + 1] ?? 0))) / 2, 0)
    expect(integral(first)).toBeCloseTo(1, 12)
    expect(integral(second)).toBeCloseTo(1, 12)
  })

  it('writes ticks short', () => expect([0, 100, 0.001, 1e-6].map(shortNumber)).toEqual(['0', '100', '0.001', '1e−6']))
})
