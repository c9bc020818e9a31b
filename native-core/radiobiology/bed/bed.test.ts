import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import type { DoseRateCourse } from '../doseRate/index.ts'
import { protraction } from '../repair/index.ts'
import type { ExponentialRepair } from '../repair/index.ts'
import {
  bedMap,
  bedOf,
  bedOfEqd,
  doseOfBed,
  effectiveBed,
  eqdOf,
  externalBeamBed,
  simpleCriticalTime,
} from './index.ts'

const HOUR_S = 3600
const DAY_S = 86400
const repair: ExponentialRepair = {
  kind: 'exponential',
  components: [{ halfTimeS: 2.8 * HOUR_S, fraction: 1 }],
}
const dose = fc.double({ min: 0, max: 200, noNaN: true })
const factor = fc.double({ min: 0, max: 1, noNaN: true })
const ratio = fc.double({ min: 0.5, max: 50, noNaN: true })

describe('BED', () => {
  it('is at least the dose, equals it where nothing pairs, and goes back to the dose to 1e-12', () => {
    fc.assert(
      fc.property(dose, factor, ratio, (doseGy, g, alphaBeta) => {
        const bed = bedOf(doseGy, g, alphaBeta)
        expect(bed).toBeGreaterThanOrEqual(doseGy)
        expect(bedOf(doseGy, 0, alphaBeta)).toBe(doseGy)
        expect(Math.abs(doseOfBed(bed, g, alphaBeta) - doseGy)).toBeLessThan(1e-12 * (1 + doseGy))
      }),
    )
  })

  it('of acute fractions of 2 Gy has an EQD2 that is their dose', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), ratio, (fractions, alphaBeta) => {
        const bed = externalBeamBed({ fractions, dosePerFractionGy: 2 }, alphaBeta)
        expect(eqdOf(bed, alphaBeta)).toBeCloseTo(2 * fractions, 10)
        expect(bedOfEqd(eqdOf(bed, alphaBeta, 3), alphaBeta, 3)).toBeCloseTo(bed, 10)
      }),
    )
  })

  it('of 23 Gy to a kidney in four cycles with T_eff 51 h, T_rep 2.8 h, α/β 2.6 Gy is 23·(1 + 5.75·2.8/53.8/2.6) Gy', () => {
    const lambda = Math.LN2 / (51 * HOUR_S)
    const course: DoseRateCourse = [0, 1, 2, 3].map((cycle) => ({
      kind: 'exponentials',
      startS: cycle * 56 * DAY_S,
      terms: [{ rateGyPerS: 5.75 * lambda, decayPerS: lambda }],
    }))
    const { doseGy, pairGy2 } = protraction(course, repair)
    expect(doseGy).toBeCloseTo(23, 12)
    expect(doseGy + pairGy2 / 2.6).toBeCloseTo(23 * (1 + (5.75 * 2.8) / 53.8 / 2.6), 6)
  })

  it('refuses bad input and names it', () => {
    expect(() => bedOf(10, 0.5, 0)).toThrow(/α\/β is 0/)
    expect(() => bedOf(-1, 0.5, 3)).toThrow(/dose is -1/)
    expect(() => bedOf(10, 1.5, 3)).toThrow(/factor is 1.5/)
    expect(() => eqdOf(10, 3, 0)).toThrow(/fraction is 0/)
    expect(() => externalBeamBed({ fractions: 2.5, dosePerFractionGy: 2 }, 3)).toThrow(/2.5 fractions/)
  })
})

describe('BED with repopulation', () => {
  const lambda = Math.LN2 / (60 * HOUR_S)
  const rate = 0.4 / HOUR_S
  const course: DoseRateCourse = [{ kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: rate, decayPerS: lambda }] }]
  const growth = { alphaPerGy: 0.3, doublingTimeS: 5 * DAY_S, kickOffS: 0 }
  const slowest: ExponentialRepair = { kind: 'exponential', components: [{ halfTimeS: 1, fraction: 1 }] }

  it('ends at ln(αR₀T_pot/ln 2)/λ where nothing pairs', () => {
    const end = simpleCriticalTime(rate, lambda, growth)
    const found = effectiveBed(course, slowest, 10, growth)
    expect(Math.abs(found.endS / end - 1)).toBeLessThan(1e-4)
    expect(found.lostGy).toBeCloseTo((found.endS * Math.LN2) / (0.3 * 5 * DAY_S), 9)
    expect(found.doseGy + found.wastedDoseGy).toBeCloseTo(rate / lambda, 9)
  })

  it('is largest at the critical time, of all ends', () => {
    const best = effectiveBed(course, repair, 3, growth)
    for (const part of [0.3, 0.7, 0.95, 1.05, 1.3, 3])
      expect(effectiveBed(course, repair, 3, growth, part * best.endS).bedGy).toBeLessThan(best.bedGy)
  })

  it('loses nothing before the kick-off and is nothing where the dose rate never keeps up', () => {
    expect(effectiveBed(course, repair, 3, { ...growth, kickOffS: 1e9 }).lostGy).toBe(0)
    const weak: DoseRateCourse = [
      { kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: rate / 1e4, decayPerS: lambda }] },
    ]
    expect(effectiveBed(weak, repair, 3, growth)).toMatchObject({ bedGy: 0, doseGy: 0 })
  })

  it('of several cycles ends after the last one', () => {
    const cycles: DoseRateCourse = [0, 28, 56].map((day) => ({
      kind: 'exponentials',
      startS: day * DAY_S,
      terms: [{ rateGyPerS: rate, decayPerS: lambda }],
    }))
    expect(effectiveBed(cycles, repair, 3, growth).endS).toBeGreaterThan(56 * DAY_S)
  })
})

describe('a BED map', () => {
  it('is in each voxel what the curve of that voxel gives, with one decay for all or one for each', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: 1e-7, max: 1e-4, noNaN: true }), fc.double({ min: 1e-6, max: 1e-4, noNaN: true })),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        (voxels) => {
          const slow = Float32Array.from(voxels, ([rate]) => rate)
          const decay = Float32Array.from(voxels, ([, decayPerS]) => decayPerS)
          const fast = Float32Array.from(voxels, ([rate]) => -rate / 2)
          const terms = [
            { rateGyPerS: slow, decayPerS: decay },
            { rateGyPerS: fast, decayPerS: 3e-4 },
          ]
          const map = bedMap({
            terms,
            repair,
            alphaBetaGy: { labels: new Uint8Array(voxels.length).fill(1), values: [10, 2.6] },
          })
          voxels.forEach((_, at) => {
            const { doseGy, pairGy2, g } = protraction(
              [
                {
                  kind: 'exponentials',
                  startS: 0,
                  terms: [
                    { rateGyPerS: slow[at] as number, decayPerS: decay[at] as number },
                    { rateGyPerS: fast[at] as number, decayPerS: 3e-4 },
                  ],
                },
              ],
              repair,
            )
            expect(map.bed[at]).toBeCloseTo(doseGy + pairGy2 / 2.6, 4)
            expect((map.bed[at] as number) / (doseGy + pairGy2 / 2.6)).toBeCloseTo(1, 6)
            expect((map.g[at] as number) / g).toBeCloseTo(1, 6)
          })
        },
      ),
    )
  })

  it('is the same in parts, has no effect without dose, and can be cancelled', () => {
    const terms = [{ rateGyPerS: Float32Array.of(1e-5, 0, 2e-5), decayPerS: 4e-6 }]
    const whole = bedMap({ terms, repair, alphaBetaGy: 3 })
    expect(whole.bed[1]).toBe(0)
    expect([...bedMap({ terms, repair, alphaBetaGy: 3, range: [1, 3] }).bed]).toEqual([...whole.bed.slice(1)])
    expect(() => bedMap({ terms, repair, alphaBetaGy: 3, progress: () => false })).toThrow(/cancelled/)
    expect(() => bedMap({ terms: [], repair, alphaBetaGy: 3 })).toThrow(/no voxels/)
    expect(() =>
      bedMap({ terms: [{ rateGyPerS: Float32Array.of(-1e-5), decayPerS: 4e-6 }], repair, alphaBetaGy: 3 }),
    ).toThrow(/Voxel 0/)
  })
})
