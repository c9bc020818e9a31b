import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { regionMassKg, regionVolumeUm3 } from './geometry.ts'
import type { SingleHitSpectrum } from './microdosimetry/deposits.ts'
import { meanSurvival, multiEventSpectrum } from './microdosimetry/multiEvent.ts'
import { singleHitSpectrum } from './microdosimetry/singleHit.ts'
import { cellSource, cellSValue } from './sValue.ts'
import { cellStopping } from './stopping.ts'
import { direction, flatModel, NOTHING, pointOf, testRandom } from './testTools.ts'
import type { CellGeometry } from './types.ts'

const table = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../resources/dosimetry/${name}.json`, import.meta.url), 'utf8'))
const stopping = cellStopping(table('cell-electron-water'), table('cell-alpha-water'))
const water = stopping.alpha
const cell: CellGeometry = { cellRadiusUm: 7, nucleusRadiusUm: 5, densityGPerMl: 1 }
const line = (energyMev: number) => [{ energyMev, yield: 1 }]
const grayPerMev = JOULE_PER_MEV / regionMassKg('N', cell)
/** Mean and mean square of a distribution on the lattice. */
function moments({ stepGy, probability }: { stepGy: number; probability: Float64Array }): [number, number, number] {
  const sum = (power: number): number => probability.reduce((s, p, k) => s + p * (k * stepGy) ** power, 0)
  return [sum(0), sum(1), sum(2)]
}

describe('singleHitSpectrum', () => {
  it.each(['N', 'Cy', 'CS', 'C'] as const)('from %s: hits times mean specific energy is decays times S', (region) => {
    for (const e of [4, 5.87, 8.4]) {
      const single = singleHitSpectrum(line(e), [{ region, decays: 3 }], cell, water)
      const s = cellSValue(cellSource({ ...NOTHING, alphas: line(e) }, cell, stopping), 'N', region).byRadiation.alpha
      expect(single.doseGy / (3 * s)).toBeCloseTo(1, 3)
      expect(Math.abs(single.doseGy / (3 * s) - 1)).toBeLessThan(2e-4)
      expect(single.meanHits * single.frequencyMeanGy).toBeCloseTo(single.doseGy, 12)
    }
  })

  it('cell and medium of one concentration: the dose is that of equilibrium, and hits are c·(V + πR²·range)', () => {
    const perUm3 = 2e-4
    const sources = [
      { region: 'C', decays: perUm3 * regionVolumeUm3('C', cell) },
      { region: 'medium', decays: perUm3 },
    ] as const
    for (const e of [1, 5.3, 8]) {
      const single = singleHitSpectrum(line(e), sources, cell, water)
      // 1 MeV/µm³ at 1 g/mL.
      const equilibriumGy = perUm3 * e * JOULE_PER_MEV * 1e15
      expect(Math.abs(single.doseGy / equilibriumGy - 1)).toBeLessThan(1e-3)
      const hits = perUm3 * (regionVolumeUm3('N', cell) + Math.PI * 25 * water.rangeUm(e))
      expect(Math.abs(single.meanHits / hits - 1)).toBeLessThan(1e-3)
    }
  })

  it('long tracks of constant LET from all around: z̄1F = LET·(4R/3)/m, z̄1D/z̄1F = 9/8 (Kellerer), f1 rises in proportion to z', () => {
    const mevPerUm = 0.01
    const single = singleHitSpectrum(
      line(mevPerUm * 5e4),
      [
        { region: 'C', decays: 1e-3 * regionVolumeUm3('C', cell) },
        { region: 'medium', decays: 1e-3 },
      ],
      cell,
      flatModel(mevPerUm),
    )
    expect(single.frequencyMeanGy / (mevPerUm * grayPerMev * (20 / 3))).toBeCloseTo(1, 3)
    expect(single.doseMeanGy / single.frequencyMeanGy).toBeCloseTo(9 / 8, 3)
    const bins = 1024
    const most = bins * single.stepGy
    for (const z of [0.25, 0.5, 0.75]) {
      const below = single.probability.slice(0, Math.round(z * bins)).reduce((a, b) => a + b, 0)
      expect(Math.abs(below - z * z), `share below ${z} of the largest`).toBeLessThan(4e-3)
    }
    // The lattice ends a little beyond the diameter's deposit.
    expect(most / (mevPerUm * grayPerMev * 10)).toBeCloseTo(1, 2)
  })

  it('from the surface on long tracks hits are the solid angle (1 − √(1 − (Rn/Rc)²))/2', () => {
    const single = singleHitSpectrum(line(100), [{ region: 'CS', decays: 1 }], cell, flatModel(0.01))
    expect(single.meanHits).toBeCloseTo((1 - Math.sqrt(1 - 25 / 49)) / 2, 6)
  })

  it('agrees with tracks that are thrown one by one: hits, means, quartiles within five standard errors', () => {
    const random = testRandom(11)
    const deposits: number[] = []
    const tracks = 60_000
    const e = 5.87
    const range = water.rangeUm(e)
    for (let n = 0; n < tracks; n++) {
      const p = pointOf('Cy', cell, random)
      const u = direction(random)
      const along = -(p[0] * u[0] + p[1] * u[1] + p[2] * u[2])
      const half2 = 25 - (p[0] ** 2 + p[1] ** 2 + p[2] ** 2 - along * along)
      if (half2 <= 0 || along <= 0) continue
      const [enter, leave] = [along - Math.sqrt(half2), along + Math.sqrt(half2)]
      if (enter < range) deposits.push((water.energyMev(range - enter) - water.energyMev(range - leave)) * grayPerMev)
    }
    const single = singleHitSpectrum(line(e), [{ region: 'Cy', decays: 1 }], cell, water)
    const hits = deposits.length / tracks
    expect(Math.abs(single.meanHits - hits)).toBeLessThan(5 * Math.sqrt((hits * (1 - hits)) / tracks))
    const mean = deposits.reduce((a, b) => a + b, 0) / deposits.length
    const square = deposits.reduce((a, b) => a + b * b, 0) / deposits.length
    const error = Math.sqrt((square - mean * mean) / deposits.length)
    expect(Math.abs(single.frequencyMeanGy - mean)).toBeLessThan(5 * error)
    expect(Math.abs(single.doseMeanGy - square / mean)).toBeLessThan(5 * error)
    deposits.sort((a, b) => a - b)
    for (const q of [0.25, 0.5, 0.75]) {
      const z = deposits[Math.floor(q * deposits.length)]!
      const below = single.probability.slice(0, Math.round(z / single.stepGy)).reduce((a, b) => a + b, 0)
      expect(Math.abs(below - q)).toBeLessThan(5 * Math.sqrt((q * (1 - q)) / deposits.length) + 2e-3)
    }
  })

  it('the lattice adds up to 1 and has the mean and the mean square that are stated', () => {
    const single = singleHitSpectrum(
      [...line(5.87), { energyMev: 7.45, yield: 0.58 }],
      [{ region: 'CS', decays: 1 }],
      cell,
      water,
    )
    const [sum, mean, square] = moments(single)
    expect(sum).toBeCloseTo(1, 10)
    expect(mean / single.frequencyMeanGy).toBeCloseTo(1, 5)
    expect(square / (single.frequencyMeanGy * single.doseMeanGy)).toBeCloseTo(1, 4)
  })

  it.each([
    ['no decays', () => singleHitSpectrum(line(5), [], cell, water), /No alpha reaches/],
    ['a short range', () => singleHitSpectrum(line(0.05), [{ region: 'CS', decays: 1 }], cell, water), /No alpha/],
    ['negative decays', () => singleHitSpectrum(line(5), [{ region: 'N', decays: -1 }], cell, water), /-1 decays/],
    ['an alpha beyond the table', () => singleHitSpectrum(line(99), [{ region: 'N', decays: 1 }], cell, water), /99/],
    ['few steps', () => singleHitSpectrum(line(5), [{ region: 'N', decays: 1 }], cell, water, 3), /3 steps/],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(InputError)
    expect(run).toThrow(message)
  })
})

describe('multiEventSpectrum', () => {
  const made: SingleHitSpectrum = {
    stepGy: 0.1,
    probability: Float64Array.of(0, 0.5, 0.3, 0, 0.2),
    meanHits: 1,
    frequencyMeanGy: 0.19,
    doseMeanGy: 0.49 / 1.9,
    doseGy: 0.19,
  }

  it('is the Poisson sum of convolutions, term by term', () => {
    for (const hits of [0.05, 1, 6]) {
      const { probability } = multiEventSpectrum(made, hits)
      const expected = new Float64Array(probability.length)
      let power: number[] = [1]
      let weight = Math.exp(-hits)
      for (let n = 1; n < 80; n++) {
        power.forEach((p, k) => {
          if (k < expected.length) expected[k] = expected[k]! + weight * p
        })
        const next = new Array<number>(power.length + 4).fill(0)
        power.forEach((p, k) => made.probability.forEach((q, l) => (next[k + l] = next[k + l]! + p * q)))
        power = next
        weight *= hits / n
      }
      probability.forEach((p, k) => expect(p).toBeCloseTo(expected[k]!, 13))
    }
  })

  it('compound Poisson: mean n̄·z̄1F, variance mean·z̄1D, e^−n̄ without a hit; the spectrum itself has them', () => {
    const alphas = singleHitSpectrum(line(5.87), [{ region: 'CS', decays: 1 }], cell, water)
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 60, noNaN: true }), (hits) => {
        const multi = multiEventSpectrum(alphas, hits)
        const [sum, mean, square] = moments(multi)
        expect(sum).toBeCloseTo(1, 9)
        expect(mean / (hits * alphas.frequencyMeanGy)).toBeCloseTo(1, 4)
        expect((square - mean * mean) / (mean * alphas.doseMeanGy)).toBeCloseTo(1, 3)
        expect(multi.meanGy / mean).toBeCloseTo(1, 6)
        expect(multi.sdGy ** 2 / (square - mean * mean)).toBeCloseTo(1, 6)
        expect(multi.missedFraction).toBe(Math.exp(-hits))
        // Hits that lay down less than half a step count as none on the lattice.
        expect(multi.probability[0]).toBeCloseTo(Math.exp(-hits * (1 - alphas.probability[0]!)), 12)
      }),
      { numRuns: 20 },
    )
  })

  it('no hits: all cells at zero; too many: refused', () => {
    expect(multiEventSpectrum(made, 0).probability[0]).toBeCloseTo(1, 14)
    expect(() => multiEventSpectrum(made, 1e9)).toThrow(/1000000000 hits need/)
    expect(() => multiEventSpectrum(made, -1)).toThrow(InputError)
  })
})

it('meanSurvival is the mean of e^−αz over the multi-event spectrum; 1 − αD for small α, e^−n̄ for large α', () => {
  const single = singleHitSpectrum(line(5.87), [{ region: 'CS', decays: 1 }], cell, water)
  const hits = 4
  const multi = multiEventSpectrum(single, hits)
  for (const alpha of [0.1, 1, 3]) {
    const direct = multi.probability.reduce((s, p, k) => s + p * Math.exp(-alpha * k * multi.stepGy), 0)
    expect(meanSurvival(single, hits, alpha) / direct).toBeCloseTo(1, 9)
  }
  expect((1 - meanSurvival(single, hits, 1e-6)) / (1e-6 * hits * single.frequencyMeanGy)).toBeCloseTo(1, 4)
  expect(meanSurvival(single, hits, 1e7) / multi.probability[0]!).toBeCloseTo(1, 6)
  expect(() => meanSurvival(single, hits, NaN)).toThrow(InputError)
})
