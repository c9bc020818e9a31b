import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClusterSValues, SingleHitSpectrum } from '../../dosimetry/cell/index.ts'
import { spheroidPositionsUm } from '../../dosimetry/cell/index.ts'
import { lognormalEubed } from '../volume/index.ts'
import { endlessCrossGyPerBqS, sharedDecays, voxelEffect } from './index.ts'
import type { VoxelCells, VoxelUptake } from './index.ts'

/** A smooth cross dose that falls with distance and ends at `reachUm`; the shape matters, not the numbers. */
const sOf = (selfGyPerBqS: number, cross: number, reachUm: number): ClusterSValues => ({
  selfGyPerBqS,
  reachUm,
  contactUm: 10,
  crossGyPerBqS: (r) => (r < reachUm ? (cross / (r * r)) * (1 - r / reachUm) ** 2 : 0),
})
const even: VoxelUptake = { meanDecaysPerCell: 100, receptorCv: 0, supply: null, negativeShare: 0, seed: 5 }
const uneven: VoxelUptake = {
  ...even,
  receptorCv: 0.6,
  supply: { vessels: { kind: 'parallel', spacingUm: 60 }, fallOffUm: 30 },
}
const sensitivity = { alphaPerGy: 0.3, alphaBetaGy: 8, g: 0.1, hits: null }
const voxel = (changed: Partial<VoxelCells>): VoxelCells => ({
  lattice: { kind: 'cubic', spacingUm: 10, radiusUm: 80 },
  surroundings: 'alike',
  uptake: even,
  s: sOf(0.05, 1, 120),
  sensitivity,
  ...changed,
})

describe('decays shared among cells', () => {
  const positions = spheroidPositionsUm({ kind: 'cubic', spacingUm: 10, radiusUm: 90 })
  const n = positions.length / 3

  it('add up to those of the voxel whatever the receptors, the vessels and the share of negative cells', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 5, max: 200, noNaN: true }),
        fc.double({ min: 0, max: 0.95, noNaN: true }),
        fc.nat(1e6),
        (receptorCv, fallOffUm, negativeShare, seed) => {
          const supply = { vessels: { kind: 'parallel', spacingUm: 50 }, fallOffUm } as const
          const decays = sharedDecays({ ...even, receptorCv, supply, negativeShare, seed }, positions)
          expect(decays.reduce((sum, one) => sum + one, 0) / (100 * n)).toBeCloseTo(1, 12)
          expect(decays.filter((one) => one === 0)).toHaveLength(Math.round(negativeShare * n))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('fall by e for each fall-off length from the vessel, and vary as the receptors do', () => {
    const point = { kind: 'points', positionsUm: Float64Array.of(0, 0, 0) } as const
    const decays = sharedDecays({ ...even, supply: { vessels: point, fallOffUm: 25 } }, positions)
    decays.forEach((one, i) => {
      const r = Math.hypot(positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!)
      expect(Math.log(decays[0]! / one)).toBeCloseTo(r / 25, 10)
    })
    const receptors = sharedDecays({ ...even, receptorCv: 0.5 }, positions)
    const variance = receptors.reduce((sum, one) => sum + (one - 100) ** 2, 0) / n
    expect(Math.sqrt(variance) / 100).toBeCloseTo(0.5, 1)
    expect(sharedDecays({ ...even, receptorCv: 0.5 }, positions)).toEqual(receptors)
    expect(sharedDecays({ ...even, receptorCv: 0.5, seed: 6 }, positions)).not.toEqual(receptors)
  })

  it('refuses what makes no sense', () => {
    expect(() => sharedDecays({ ...even, receptorCv: -1 }, positions)).toThrow(/vary by -1/)
    expect(() => sharedDecays({ ...even, negativeShare: 1 }, positions)).toThrow(/1 of the cells have none/)
    const far = { kind: 'points', positionsUm: Float64Array.of(1e6, 0, 0) } as const
    expect(() => sharedDecays({ ...even, supply: { vessels: far, fallOffUm: 1 } }, positions)).toThrow(/too far/)
  })
})

describe('cross dose of endless tissue', () => {
  it.each(['cubic', 'close-packed'] as const)(
    'on a %s lattice is the plain sum over all cells in reach, to 1e-3',
    (kind) => {
      const s = sOf(0, 1, 250)
      const positions = spheroidPositionsUm({ kind, spacingUm: 10, radiusUm: 250 })
      let sum = 0
      for (let i = 3; i < positions.length; i += 3)
        sum += s.crossGyPerBqS(Math.hypot(positions[i]!, positions[i + 1]!, positions[i + 2]!))
      expect(Math.abs(endlessCrossGyPerBqS({ kind, spacingUm: 10 }, s) / sum - 1)).toBeLessThan(1e-3)
    },
  )
})

describe('the effect of uneven uptake', () => {
  it('is that of one dose where uptake is even in tissue alike: no spread, ratio 1', () => {
    const found = voxelEffect(voxel({}))
    const doseGy = 100 * (0.05 + endlessCrossGyPerBqS({ kind: 'cubic', spacingUm: 10 }, sOf(0.05, 1, 120)))
    expect(found.meanGy / doseGy).toBeCloseTo(1, 12)
    expect(found.doseCv).toBeLessThan(1e-12)
    expect(found.effectRatio).toBeCloseTo(1, 12)
    expect(found.eubedGy).toBeCloseTo(doseGy * (1 + (0.1 * doseGy) / 8), 9)
  })

  it('far from the edges of a free cluster even uptake gives the dose of endless tissue, to 1e-3', () => {
    const s = sOf(0.05, 1, 60)
    const found = voxelEffect(voxel({ surroundings: 'none', s }))
    const endless = 100 * endlessCrossGyPerBqS({ kind: 'cubic', spacingUm: 10 }, s)
    expect(Math.abs(found.crossGy[0]! / endless - 1)).toBeLessThan(1e-3)
    expect(found.crossGy.at(-1)).toBeLessThan(0.7 * endless)
    expect(found.effectRatio).toBeLessThan(1)
  })

  it('without crossfire is the closed form of log-normal doses: EUBED to 0.5 %', () => {
    for (const receptorCv of [0.2, 0.5, 1]) {
      const found = voxelEffect(
        voxel({
          lattice: { kind: 'close-packed', spacingUm: 10, radiusUm: 130 },
          surroundings: 'none',
          s: sOf(0.1, 0, 10),
          uptake: { ...even, receptorCv },
        }),
      )
      const closed = lognormalEubed(10, receptorCv, { alphaPerGy: 0.3, alphaBetaGy: 8, g: 0.1 })
      expect(found.meanGy).toBeCloseTo(10, 10)
      expect(Math.abs(found.eubedGy / closed - 1)).toBeLessThan(5e-3)
    }
  })

  it('is never more than that of even uptake without edges, and less with crossfire than without at the same mean dose', () => {
    const ball = { kind: 'cubic', spacingUm: 10, radiusUm: 70 } as const
    const near = voxelEffect(voxel({ lattice: ball, surroundings: 'none', s: sOf(0.1, 0, 10), uptake: uneven }))
    const s = sOf(0.02, 1, 120)
    const wide = voxelEffect(voxel({ lattice: ball, s, uptake: uneven }))
    expect(near.effectRatio).toBeLessThan(0.95)
    expect(wide.doseCv).toBeLessThan(near.doseCv)
    expect(wide.effectRatio).toBeGreaterThan(near.effectRatio)
    expect(wide.effectRatio).toBeLessThan(1.001)
    expect(wide.crossShare).toBeGreaterThan(0.5)
    expect(voxelEffect(voxel({ lattice: ball, s, uptake: uneven })).survival).toBe(wide.survival)
  })

  it('averages alphas over their hits: exp(−n(1 − e^(−αz))) for hits of one size, less kill than their mean dose', () => {
    const hit = (z: number): SingleHitSpectrum => ({
      stepGy: z,
      probability: Float64Array.of(0, 1),
      meanHits: 1,
      frequencyMeanGy: z,
      doseMeanGy: z,
      doseGy: z,
    })
    const one = (z: number) =>
      voxelEffect(
        voxel({
          surroundings: 'none',
          s: sOf(0.05, 0, 10),
          sensitivity: { ...sensitivity, alphaPerGy: 1, hits: { self: hit(z), cross: hit(z) } },
        }),
      )
    expect(one(0.25).logSurvival).toBeCloseTo(-(5 / 0.25) * -Math.expm1(-0.25), 10)
    expect(one(1e-6).logSurvival).toBeCloseTo(-5, 4)
    expect(one(0.25).logSurvival).toBeGreaterThan(-5)
  })

  it('refuses sensitivities that are none', () => {
    expect(() => voxelEffect(voxel({ sensitivity: { ...sensitivity, g: 2 } }))).toThrow(/G 2/)
  })
})
