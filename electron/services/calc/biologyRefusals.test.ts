import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { runCalc } from './index.ts'

const resources = fileResources()
const run = (name: string, input: unknown): Record<string, unknown> =>
  runCalc(name, input, resources) as Record<string, unknown>
const refusal = (name: string, input: unknown) => expect(() => run(name, input))
const curves = [{ doseGy: 40, effectiveHalfLifeH: 64 }]
const cells = { alphaPerGy: 0.3, alphaBetaGy: 10 }

describe('biology refuses what it would have to guess', () => {
  it('a BED without a dose, with G twice, or with repair that acts on nothing', () => {
    refusal('bed', { alphaBetaGy: 3 }).toThrow(/no dose/)
    refusal('bed', { g: 0.5, alphaBetaGy: 3 }).toThrow(/no dose/)
    refusal('bed', { curves, g: 0.2, repairHalfTimeH: 2, alphaBetaGy: 3 }).toThrow(/both a Lea–Catcheside factor/)
    refusal('bed', { doseGy: 10, g: 0.2, repairHalfTimeH: 2, alphaBetaGy: 3 }).toThrow(/no dose rates/)
  })

  it('parameters of another model', () => {
    refusal('tcp', { bedGy: 60, clonogens: 1e7, alphaPerGy: 0.3, curves, atH: 3 }).toThrow(/does not use curves, atH/)
    refusal('ntcp', {
      ...{ model: 'lkb', td50Gy: 30, m: 0.1, n: 0.7, gamma50: 2 },
      histogram: [{ doseGy: 20, volume: 1 }],
    }).toThrow(/does not use gamma50/)
  })

  it('a dose rate that turns negative after its start', () => {
    const terms = [
      { rateGyPerH: 10, halfLifeH: 10 },
      { rateGyPerH: -0.1, halfLifeH: 20 },
    ]
    refusal('g-factor', { curves: [{ terms }], repairHalfTimeH: 2 }).toThrow(/after its start/)
    const between = [
      { rateGyPerH: 10, halfLifeH: 1 },
      { rateGyPerH: -9, halfLifeH: 5 },
      { rateGyPerH: 3, halfLifeH: 50 },
    ]
    refusal('g-factor', { curves: [{ terms: between }], repairHalfTimeH: 2 }).toThrow(/after its start/)
  })

  it('a cumulative histogram, by name', () => {
    const histogram = [1, 0.7, 0.2].map((volume, k) => ({ doseGy: 10 * k, volume }))
    refusal('geud', { histogram }).toThrow(/cumulative/)
  })

  it('a tumour above the capacity of its growth, and numbers beyond floating point, by field', () => {
    const gompertz = { kind: 'gompertz', ratePerH: 1e-3, capacityMl: 100 }
    refusal('growth', { growth: gompertz, volumeMl: 150, ...cells, timesH: [0, 10] }).toThrow(/more than the capacity/)
    const exponential = { kind: 'exponential', doublingTimeH: 1 }
    refusal('growth', { growth: exponential, volumeMl: 1, ...cells, timesH: [0, 2000] }).toThrow(
      /states\[1\]\.volumeMl is Infinity/,
    )
  })

  it('phases without their assumption, and the last clone that mutates', () => {
    const phases = [{ fraction: 1, ...cells }]
    refusal('cell-survival', { doseGy: 2, g: 1, phases }).toThrow(/what becomes of them/)
    refusal('clones', {
      clones: [{ name: 'only', cells: 10, birthPerH: 0.01, ...cells, mutation: 0.1 }],
      ...{ curves, repairHalfTimeH: 2, atH: 100 },
    }).toThrow(/no clone follows/)
  })
})

describe('biology answers at the edges', () => {
  it('a course of 10 kGy leaves a finite logarithm under Gompertz growth, also with hypoxic cells', () => {
    const { states } = run('growth', {
      ...{ growth: { kind: 'gompertz', ratePerH: 1e-3, capacityMl: 100 }, volumeMl: 10, ...cells, repairHalfTimeH: 2 },
      ...{ curves: [{ doseGy: 1e4, effectiveHalfLifeH: 64 }], timesH: [0, 100] },
      hypoxia: { fraction: 0.3, oerAlpha: 3, oerBeta: 3, reoxygenationHalfTimeH: 10 },
    })
    const last = (states as { logSurvival: number; livingMl: number }[]).at(-1)
    expect(last?.livingMl).toBe(0)
    expect(last?.logSurvival).toBeLessThan(-1000)
  })

  it('microdosimetry prints spectra with the mean that it states, whatever the lattice', () => {
    const answer = run('microdosimetry', {
      ...{ nuclide: 'Ac-225', cellRadiusUm: 7, nucleusRadiusUm: 5, decays: { CS: 0.3 }, bins: 4096, doseGy: 3 },
    })
    const { stepGy, perGy, meanGy } = answer['multiEvent'] as { stepGy: number; perGy: number[]; meanGy: number }
    const mean = perGy.reduce((sum, density, k) => sum + density * stepGy * k * stepGy, 0)
    expect(Math.abs(mean / meanGy - 1)).toBeLessThan(1e-6)
    expect(perGy.length).toBeLessThanOrEqual(1024)
  })

  it('utcp by hand, small complications with their digits', () => {
    expect(run('utcp', { tcp: 0.8, ntcp: [0.05, 0.1] })['utcp']).toBeCloseTo(0.684, 14)
    expect(run('utcp', { tcp: 0.8, ntcp: [1e-20] })['anyComplication']).toBeCloseTo(1e-20, 30)
  })
})
