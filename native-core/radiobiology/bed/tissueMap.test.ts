import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { bedOf, protraction, tissueBedMap } from '../index.ts'
import type { DoseRateCourse, RepairModel, VoxelTissue } from '../index.ts'

const HOUR_S = 3600
const repairOf = (hours: number): RepairModel => ({
  kind: 'exponential',
  components: [{ halfTimeS: hours * HOUR_S, fraction: 1 }],
})
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const tissue = fc
  .record({ alphaBetaGy: number(0.5, 20), halfTimeH: number(0.2, 50), g: number(0, 1) })
  .map(({ alphaBetaGy, halfTimeH, g }): VoxelTissue => ({ alphaBetaGy, repair: repairOf(halfTimeH), g }))
/** Washout and uptake of a voxel with its dose: 1/s, 1/s, share of the uptake, Gy. */
const voxel = fc.record({
  slow: number(1e-6, 1e-5),
  fast: number(2e-5, 3e-4),
  uptake: number(0, 1),
  doseGy: number(0.01, 100),
})
const voxels = fc.array(voxel, { minLength: 1, maxLength: 12 })
type Voxels = readonly { slow: number; fast: number; uptake: number; doseGy: number }[]
const termsOf = (all: Voxels) => [
  { rateGyPerS: new Float32Array(all.length).fill(1), decayPerS: Float32Array.from(all, ({ slow }) => slow) },
  {
    rateGyPerS: Float32Array.from(all, ({ uptake }) => -uptake),
    decayPerS: Float32Array.from(all, ({ fast }) => fast),
  },
]

describe('a BED map by tissues', () => {
  it('has never less BED than dose nor less than EQD2, and a G from 0 to 1', () => {
    fc.assert(
      fc.property(voxels, tissue, fc.boolean(), (all, one, isOwn) => {
        const doseGy = Float32Array.from(all, (each) => each.doseGy)
        const map = tissueBedMap({
          ...{ doseGy, labels: new Uint8Array(all.length), tissues: [one] },
          ...(isOwn ? { terms: termsOf(all) } : {}),
        })
        doseGy.forEach((dose, at) => {
          expect(map.bedGy[at]).toBeGreaterThanOrEqual(dose)
          expect(map.eqd2Gy[at]).toBeLessThanOrEqual(map.bedGy[at] as number)
          expect(map.g[at]).toBeGreaterThanOrEqual(0)
          expect(map.g[at]).toBeLessThanOrEqual(1 + 1e-7)
        })
        expect(map.voxels).toEqual({ withBed: all.length, ownCurve: isOwn ? all.length : 0, unknown: 0 })
      }),
    )
  })

  it('of a voxel with the curve of the structure is the BED of the structure, to 1e-9, by its G or by its terms', () => {
    fc.assert(
      fc.property(voxel, number(0.5, 20), number(0.2, 50), ({ slow, fast, uptake, doseGy }, alphaBetaGy, halfTimeH) => {
        const repair = repairOf(halfTimeH)
        const [term] = termsOf([{ slow, fast, uptake, doseGy }])
        // Decay constants and amplitudes as the maps of 32 bits hold them.
        const terms = [Math.fround(slow), Math.fround(fast)].map((decayPerS, at) => ({
          rateGyPerS: at === 0 ? 1 : -Math.fround(uptake),
          decayPerS,
        }))
        expect(term?.rateGyPerS[0]).toBe(1)
        const course: DoseRateCourse = [{ kind: 'exponentials', startS: 0, terms }]
        const { g } = protraction(course, repair)
        const expected = bedOf(doseGy, g, alphaBetaGy)
        const asked = { doseGy: Float64Array.of(doseGy), labels: new Uint8Array(1) }
        const byG = tissueBedMap({ ...asked, tissues: [{ alphaBetaGy, repair, g }] })
        const byTerms = tissueBedMap({
          ...asked,
          tissues: [{ alphaBetaGy, repair, g: null }],
          terms: termsOf([{ slow, fast, uptake, doseGy }]),
        })
        expect(Math.abs((byG.bedGy[0] as number) / expected - 1)).toBeLessThan(1e-9)
        expect(Math.abs((byTerms.bedGy[0] as number) / expected - 1)).toBeLessThan(1e-9)
        expect(Math.abs(((byG.eqd2Gy[0] as number) * (1 + 2 / alphaBetaGy)) / expected - 1)).toBeLessThan(1e-9)
      }),
    )
  })

  it('may be added up over cycles that lie apart: two of them have the BED of the course, to 1e-9', () => {
    fc.assert(
      fc.property(voxel, voxel, number(0.5, 20), number(0.2, 6), (one, other, alphaBetaGy, halfTimeH) => {
        const repair = repairOf(halfTimeH)
        // Scaled so that each cycle has its dose; the second begins a year later, when nothing is left of the first.
        const curveOf = ({ slow, doseGy }: typeof one, startS: number) => ({
          kind: 'exponentials' as const,
          startS,
          terms: [{ rateGyPerS: doseGy * slow, decayPerS: slow }],
        })
        const course: DoseRateCourse = [curveOf(one, 0), curveOf(other, 365 * 24 * HOUR_S)]
        const { doseGy, pairGy2 } = protraction(course, repair)
        const sum = [one, other].reduce((bed, cycle) => {
          const { g } = protraction([curveOf(cycle, 0)], repair)
          const doses = Float64Array.of(cycle.doseGy)
          const map = tissueBedMap({ doseGy: doses, labels: new Uint8Array(1), tissues: [{ alphaBetaGy, repair, g }] })
          return bed + (map.bedGy[0] as number)
        }, 0)
        expect(Math.abs(sum / (doseGy + pairGy2 / alphaBetaGy) - 1)).toBeLessThan(1e-9)
      }),
    )
  })

  it('has the same bits however the voxels are shared out', () => {
    fc.assert(
      fc.property(voxels, tissue, tissue, fc.nat(), (all, one, other, cut) => {
        const whole = {
          doseGy: Float32Array.from(all, ({ doseGy }) => doseGy),
          labels: Uint8Array.from(all, (_, at) => at % 2),
          tissues: [one, other],
          terms: termsOf(all),
        }
        const at = cut % (all.length + 1)
        const parts = [tissueBedMap({ ...whole, range: [0, at] }), tissueBedMap({ ...whole, range: [at, all.length] })]
        const together = tissueBedMap(whole)
        for (const name of ['bedGy', 'eqd2Gy', 'g'] as const)
          expect(parts.flatMap((part) => [...part[name]])).toEqual([...together[name]])
      }),
    )
  })

  it('gives nothing where no tissue is known, counts these voxels, and falls back to the structure where a voxel has no curve', () => {
    const repair = repairOf(2)
    const map = tissueBedMap({
      doseGy: Float32Array.of(10, 10, 0, 10),
      labels: Uint8Array.of(0, 1, 1, 1),
      tissues: [null, { alphaBetaGy: 5, repair, g: 0.5 }],
      terms: [{ rateGyPerS: Float32Array.of(1, 0, 1, 1), decayPerS: 1e-5 }],
    })
    const own = 2 / (2 + Math.LN2 / 1e-5 / HOUR_S)
    expect(map.bedGy[0]).toBe(0)
    expect(map.bedGy[1]).toBeCloseTo(10 * (1 + (0.5 * 10) / 5), 5)
    expect(map.bedGy[2]).toBe(0)
    expect(map.bedGy[3]).toBeCloseTo(10 * (1 + (own * 10) / 5), 5)
    expect(map.voxels).toEqual({ withBed: 2, ownCurve: 1, unknown: 1 })
  })

  it('refuses what cannot be one, and can be cancelled', () => {
    const repair = repairOf(2)
    const good = {
      doseGy: Float32Array.of(1, 2),
      labels: Uint8Array.of(0, 0),
      tissues: [{ alphaBetaGy: 3, repair, g: 0.1 }],
    }
    expect(() => tissueBedMap({ ...good, labels: Uint8Array.of(0) })).toThrow(/1 labels for 2 doses/)
    expect(() => tissueBedMap({ ...good, labels: Uint8Array.of(0, 1) })).toThrow(/Voxel 1 has a label/)
    expect(() => tissueBedMap({ ...good, doseGy: Float32Array.of(1, -2) })).toThrow(/Voxel 1 has a dose of -2/)
    expect(() => tissueBedMap({ ...good, doseGy: Float32Array.of(NaN, 2) })).toThrow(/NaN/)
    expect(() => tissueBedMap({ ...good, tissues: [{ alphaBetaGy: 0, repair, g: 0.1 }] })).toThrow(/α\/β is 0/)
    expect(() => tissueBedMap({ ...good, tissues: [{ alphaBetaGy: 3, repair, g: 1.5 }] })).toThrow(/factor is 1.5/)
    expect(() => tissueBedMap({ ...good, terms: [{ rateGyPerS: Float32Array.of(1), decayPerS: 1e-5 }] })).toThrow(
      /decay have 1 voxels/,
    )
    expect(() => tissueBedMap({ ...good, progress: () => false })).toThrow(/cancelled/)
  })
})
