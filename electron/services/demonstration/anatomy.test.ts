import { describe, expect, it } from 'vitest'
import { buildAnatomy } from './anatomy.ts'
import { caseGrids } from './grids.ts'
import { ellipsoidVolumeMl } from './lesions.ts'
import { resolvePhantomOptions } from './options.ts'
import { partitionGrid } from './partition.ts'
import { compartmentVolumesMl } from './plan.ts'
import { IDENTITY } from './rigid.ts'
import { outlineStepMm, outlineStructure, structureBoxes } from './session.ts'
import { hounsfieldOfDensity, TISSUES } from './tissues.ts'

const builds = [
  { habitus: 'slim', seed: 1 },
  { habitus: 'average', seed: 2 },
  { habitus: 'large', seed: 3 },
] as const

describe('simulated anatomy', () => {
  it.each(builds)(
    'of seed $seed, $habitus: organs have adult sizes and lesions the asked ones',
    ({ habitus, seed }) => {
      const o = resolvePhantomOptions({ seed, habitus })
      const anatomy = buildAnatomy(o, 1)
      const ml = compartmentVolumesMl(anatomy)
      const between = (name: string, low: number, high: number): void => {
        expect(ml.get(name)!, name).toBeGreaterThan(low)
        expect(ml.get(name)!, name).toBeLessThan(high)
      }
      between('LIVER', 1100, 2200)
      between('SPLEEN', 90, 280)
      between('KIDNEY_R', 100, 230)
      between('KIDNEY_L', 100, 230)
      // Known by formula: six vertebral bodies, two vessels.
      expect(ml.get('MARROW_SPINE')! / ((6 * Math.PI * 22 * 17 * 28) / 1000)).toBeCloseTo(1, 2)
      o.lesions.forEach((l, i) => {
        const r = l.diameterMm / 2
        expect(anatomy.lesions[i]!.volumeMl).toBeCloseTo(ellipsoidVolumeMl([r, r, r]), 9)
      })
    },
  )

  it.each(builds)(
    'of seed $seed, $habitus: drawn structures hold what they say and do not overlap',
    ({ habitus, seed }) => {
      const anatomy = buildAnatomy(resolvePhantomOptions({ seed, habitus }), 1)
      const organs = anatomy.structures.filter((s) => s.type !== 'EXTERNAL')
      const parts = anatomy.activityParts
      const grid = { ...caseGrids('tiny').emission, originMm: [-210.8, -210.8, -142.8] as const }
      const cell = 3.4
      const total = (solids: readonly (typeof parts)[number]['solid'][], take: (solid: number) => boolean): number => {
        let sum = 0
        partitionGrid(grid, solids, IDENTITY, cell, (_v, s, f) => (sum += s >= 0 && take(s) ? f : 0))
        return sum
      }
      for (const structure of organs) {
        const alone = total([structure.solid], () => true)
        const held = total(
          parts.map((p) => p.solid),
          (s) => structure.holds.includes(anatomy.compartments[parts[s]!.compartment]!.name),
        )
        expect(held / alone, structure.name).toBeCloseTo(1, 2)
      }
    },
  )

  it.each(builds)('of seed $seed, $habitus: outlines of organs have no holes', ({ habitus, seed }) => {
    const anatomy = buildAnatomy(resolvePhantomOptions({ seed, habitus }), 1)
    const boxes = structureBoxes(anatomy)
    for (const s of anatomy.structures) {
      const box = boxes.get(s.name)!
      for (const { contour } of outlineStructure(s, caseGrids('small').ct, IDENTITY, box, outlineStepMm(s, box))) {
        const p = contour.pointsMm
        let twice = 0
        for (let i = 0; i < p.length; i += 3) {
          const j = (i + 3) % p.length
          twice += p[i]! * p[j + 1]! - p[j]! * p[i + 1]!
        }
        expect(twice, `${s.name} at ${p[2]}`).toBeGreaterThan(0)
      }
    }
  })

  it('shrinks lesions in place from cycle to cycle', () => {
    const o = resolvePhantomOptions({ seed: 1 })
    const [before, after] = [buildAnatomy(o, 1).lesions, buildAnatomy(o, 0.9).lesions]
    after.forEach((l, i) => {
      expect(l.centreMm).toEqual(before[i]!.centreMm)
      expect(l.volumeMl / before[i]!.volumeMl).toBeCloseTo(0.729, 12)
    })
  })

  it('refuses lesions that do not fit, and options that make no patient', () => {
    const crowd = Array.from({ length: 40 }, () => ({ site: 'liver' as const, diameterMm: 55 }))
    expect(() => buildAnatomy(resolvePhantomOptions({ seed: 1, lesions: crowd }), 1)).toThrow(/No room in the liver/)
    expect(() => resolvePhantomOptions({ seed: 1, timesH: [24, 4] })).toThrow(/increasing/)
    expect(() => resolvePhantomOptions({ seed: 1, nuclide: 'Xx-1' })).toThrow(/nuclide must be one of/)
    expect(() => resolvePhantomOptions({ seed: 1, nuclide: 'Ga-68', emission: 'nm' })).toThrow(/no SPECT/)
  })

  it('shows each tissue with the CT number whose density it is (Schneider 2000)', () => {
    expect(hounsfieldOfDensity(1.06)).toBeCloseTo((1.06 - 1.003) / 1.169e-3, 9)
    expect(TISSUES.lung.hounsfield).toBeGreaterThan(-800)
    expect(TISSUES.lung.hounsfield).toBeLessThan(-700)
    expect(TISSUES.fat.hounsfield).toBeLessThan(-50)
    expect(TISSUES.bone.hounsfield).toBeGreaterThan(700)
  })
})
