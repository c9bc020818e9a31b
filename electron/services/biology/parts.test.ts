import { describe, expect, it } from 'vitest'
import { parseBiologySets } from '../../../native-core/radiobiology/index.ts'
import { exampleAnalysis } from '../../../tests/phantoms/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import { biologyResultSchema, biologySettingsSchema } from '../../contracts/biology.ts'
import type { BiologyResult, StructureEffect } from '../../contracts/biology.ts'
import { biologicalEffects, biologyDosimetry } from './index.ts'

const resources = fileResources()
const sets = resources.biologySets().flatMap(parseBiologySets)
const dosimetry = biologyDosimetry(resources)

/** The example with a kidney: 6.1634 ± 0.2871 Gy, effective half-life 50 h, TIA 100 MBq·50 h/ln 2, 100 g. */
function withKidney(cycles = 1): Analysis {
  const analysis = structuredClone(exampleAnalysis())
  const [cycle] = analysis.cycles
  const [kidney] = cycle?.structures ?? []
  if (!cycle || !kidney) throw new Error('the example has a structure')
  kidney.name = 'KIDNEY_L'
  analysis.cycles = Array.from({ length: cycles }, (_, k) => ({
    ...structuredClone(cycle),
    index: k + 1,
    administration: {
      ...cycle.administration,
      start: { ...cycle.administration.start, local: `2026-0${1 + 2 * k}-12T09:00:00` },
    },
  }))
  analysis.cumulativeDose = []
  return analysis
}
const DOSE_GY = 6.1634
const G = 2.8 / 52.8

const effects = (kidney: object, more: object = {}, analysis = withKidney()): BiologyResult =>
  biologicalEffects({
    ...{ analysis, sets, dosimetry },
    settings: biologySettingsSchema.parse({ byStructure: { KIDNEY_L: kidney }, ...more }),
  })
const kidneyOf = ({ structures }: BiologyResult): StructureEffect => {
  const found = structures.find(({ name }) => name === 'KIDNEY_L')
  if (!found) throw new Error('there is no kidney')
  return found
}
const partsOf = (result: BiologyResult): NonNullable<StructureEffect['parts']> => {
  const { parts } = kidneyOf(result)
  if (!parts) throw new Error('there are no parts')
  return parts
}

describe('parts of a kidney', () => {
  it('have the dose of the whole as their mean by mass, and BED and EQD2 of their own dose with its time course', () => {
    const result = effects({ parts: { model: 'kidney-cortex' } })
    const { parts, meanDoseGy, evidence, equivalent } = partsOf(result)
    expect(meanDoseGy).toBeCloseTo(DOSE_GY, 9)
    expect(evidence).toBe('unverified')
    const cortex = parts.find(({ name }) => name === 'Cortex')
    // All activity in 70 % of the mass; some of its electrons reach the medulla.
    expect(cortex?.doseGy.value).toBeLessThan(DOSE_GY / 0.7)
    expect(cortex?.doseGy.value).toBeGreaterThan(0.97 * (DOSE_GY / 0.7))
    for (const part of parts.filter(({ doseGy }) => doseGy.value > 0)) {
      const { value } = part.doseGy
      expect(part.g).toBeCloseTo(G, 10)
      expect(part.bedGy.value).toBeCloseTo(value * (1 + (G * value) / 2.6), 10)
      expect(part.totalEqd2Gy).toBeCloseTo(part.bedGy.value / (1 + 2 / 2.6), 10)
      expect(part.doseGy.standardUncertainty / value).toBeCloseTo(0.2871 / DOSE_GY, 10)
    }
    // gEUD with a = 1/0.7 of the set; there is no α for the kidney.
    const mean = parts.reduce((sum, { massShare, doseGy }) => sum + (massShare ?? 0) * doseGy.value ** (1 / 0.7), 0)
    expect(equivalent.geudGy).toBeCloseTo(mean ** 0.7, 9)
    expect(equivalent.eubedGy).toBeNull()
    expect(kidneyOf(result).limits).toEqual(kidneyOf(effects({})).limits)
    expect(biologyResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
  })

  it('are alike where the activity is even, but for what leaves the organ; shares and α of a person count', () => {
    const even = partsOf(effects({ parts: { model: 'kidney-even' }, alphaPerGy: 0.1 }))
    const dose = (name: string): number => even.parts.find((one) => one.name === name)?.doseGy.value ?? 0
    expect(dose('Medulla')).toBeCloseTo(DOSE_GY, 2)
    expect(dose('Cortex')).toBeCloseTo(DOSE_GY, 2)
    const survival = even.parts.reduce(
      (sum, { massShare, bedGy }) => sum + (massShare ?? 0) * Math.exp(-0.1 * bedGy.value),
      0,
    )
    expect(even.equivalent.eubedGy).toBeCloseTo(-Math.log(survival) / 0.1, 9)
    const own = { model: 'kidney-even', activityShares: { Cortex: 0.6, Medulla: 0.4 } }
    const given = partsOf(effects({ parts: own, reason: 'autoradiography' }))
    expect(given.parts.map(({ activityShare }) => activityShare)).toEqual([0, 0.4, 0.6])
    expect(given.parameters.find(({ name }) => name === 'activityShare Medulla')).toMatchObject({
      ...{ value: 0.4, evidence: 'given', source: 'given: autoradiography' },
    })
  })

  it('follow a table of a person for its nuclide, with a word where its mean is not the dose of the whole', () => {
    const table = {
      ...{ schema: 'theratwin.suborgan/1', name: 'Made-up nephron', organ: 'Kidney', nuclide: '177Lu' },
      provenance: { source: 'test', citation: 'none', evidence: 'designed' },
      parts: [
        { name: 'Glomeruli', massKg: 0.01 },
        { name: 'Tubules', massKg: 0.09 },
      ],
      fractions: [{ part: 'Tubules', fraction: 1 }],
      sValues: [
        { target: 'Tubules', source: 'Tubules', sGyPerBqS: 3e-13 },
        { target: 'Glomeruli', source: 'Tubules', sGyPerBqS: 1e-13 },
      ],
    }
    const { parts, remarks, meanDoseGy } = partsOf(effects({ parts: { table } }))
    const tia = (1e8 * 50 * 3600) / Math.LN2
    expect(parts.map(({ doseGy }) => doseGy.value)).toEqual([
      expect.closeTo(1e-13 * tia, 10),
      expect.closeTo(3e-13 * tia, 10),
    ])
    expect(meanDoseGy).toBeCloseTo((0.1 * 1e-13 + 0.9 * 3e-13) * tia, 10)
    expect(remarks.join(' ')).toMatch(/mean dose of the parts .* that of the whole 6\.16 Gy/)
    expect(() => effects({ parts: { table: { ...table, nuclide: 'Y-90' } } })).toThrow(/is of Y-90/)
  })

  it('add up over cycles on one clock, with external beam in EQD2', () => {
    const beam = { externalBeam: [{ structure: 'KIDNEY_L', fractions: 5, dosePerFractionGy: 2 }] }
    const one = partsOf(effects({ parts: { model: 'kidney-cortex' } }))
    const two = partsOf(effects({ parts: { model: 'kidney-cortex' } }, beam, withKidney(2)))
    one.parts.forEach((part, p) => {
      expect(two.parts[p]?.doseGy.value).toBeCloseTo(2 * part.doseGy.value, 10)
      expect(two.parts[p]?.bedGy.value).toBeCloseTo(2 * part.bedGy.value, 6)
      expect(two.parts[p]?.totalEqd2Gy).toBeCloseTo((2 * part.bedGy.value + 10 * (1 + 2 / 2.6)) / (1 + 2 / 2.6), 6)
    })
  })

  it('are refused for a model that is none', () => {
    expect(() => effects({ parts: { model: 'bark' } })).toThrow(/no model "bark".*/)
  })
})

describe('further cycles', () => {
  it('whose date is not after the last delivered cycle are left out and told of, so that none counts twice', () => {
    const planned = [{ date: '2026-01-12' }, {}]
    const result = effects({}, { furtherCycles: planned })
    expect(kidneyOf(result).further).toEqual(kidneyOf(effects({}, { furtherCycles: [{}] })).further)
    expect(result.assumptions.join(' ')).toMatch(/1 of the 2 further cycles would not begin after the last delivered/)
    expect(kidneyOf(effects({}, { furtherCycles: planned.slice(0, 1) }))).not.toHaveProperty('further')
  })

  it('add f·D(1 + G·f·D/(α/β)) each after complete repair, count against limits, and leave what was delivered alone', () => {
    const furtherCycles = [{}, { activityBq: 3.7e9, date: '2026-06-01' }]
    const before = kidneyOf(effects({}))
    const kidney = kidneyOf(effects({}, { furtherCycles }))
    expect(kidney.totalBedGy).toEqual(before.totalBedGy)
    expect(kidney.limits).toEqual(before.limits)
    const bed = (dose: number): number => dose * (1 + (G * dose) / 2.6)
    const { cycles, doseGy, totalBedGy, limits = [] } = kidney.further ?? {}
    expect(cycles).toEqual([
      { start: '2026-03-09T09:00', activityBq: 7.4e9, doseGy: DOSE_GY, bedGy: expect.closeTo(bed(DOSE_GY), 9) },
      { start: '2026-06-01T09:00', activityBq: 3.7e9, doseGy: DOSE_GY / 2, bedGy: expect.closeTo(bed(DOSE_GY / 2), 9) },
    ])
    expect(doseGy?.value).toBeCloseTo(2.5 * DOSE_GY, 10)
    expect(totalBedGy?.value).toBeCloseTo(2 * bed(DOSE_GY) + bed(DOSE_GY / 2), 6)
    expect(limits.find(({ set }) => set === 'kidney-bed-limit')?.share).toBeCloseTo((totalBedGy?.value ?? 0) / 40, 9)
    expect(kidney.further?.complication?.probability).toBeGreaterThanOrEqual(before.complication?.probability ?? 1)
  })

  it('a day apart leave sublethal damage for each other', () => {
    const bedAfter = (afterDays: number): number =>
      kidneyOf(effects({}, { furtherCycles: [{ afterDays }] })).further?.totalBedGy.value ?? 0
    expect(bedAfter(1)).toBeGreaterThan(bedAfter(60) + 0.1)
  })

  it('hold the largest cycle against a limit of one cycle', () => {
    const limits = { limits: ['kidney-bed-cycle-limit'] }
    const share = (furtherCycles: object[]): number =>
      kidneyOf(effects(limits, { furtherCycles })).further?.limits[0]?.share ?? 0
    const alone = kidneyOf(effects(limits)).limits[0]?.share ?? 0
    expect(share([{ relativeActivity: 0.5 }])).toBeCloseTo(alone, 12)
    expect(share([{ relativeActivity: 2 }])).toBeGreaterThan(2 * alone)
  })
})
