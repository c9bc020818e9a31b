import { describe, expect, it } from 'vitest'
import { createFakeBedMaps } from '../../../dev/fakeBedMaps.ts'
import { fakeSummary, fakeVoxelDose } from '../../../dev/fakeDoses.ts'
import { voxelDoseAskSchema, type BedMapResult } from '../../../../electron/contracts/index.ts'
import { alphaBetas, bedMaps, bedUnit, bvhCurves, tissueRows } from './bedMap.ts'

const ask = { patientId: 'demo', cycle: 1, engineId: 'local-energy', timePointId: null }
const dose = fakeVoxelDose(fakeSummary(voxelDoseAskSchema.parse(ask), 'dose-1'))

function made(elsewhere: BedMapResult['elsewhere'] = null): BedMapResult {
  const fake = createFakeBedMaps(
    () => dose,
    (done) => ({ jobId: done().bedId }),
  )
  fake['bedMap.compute']({ patientId: 'demo', doseId: 'dose-1', elsewhere })
  const found = fake['bedMap.result']({ doseId: 'dose-1' })
  if (!found) throw new Error('there is a map')
  return found
}

describe('a BED map on the screen', () => {
  it('names α/β in its unit: the range of those that are used, with that given for elsewhere', () => {
    expect(alphaBetas(made())).toEqual([2.6, 10])
    expect(bedUnit(made())).toBe('Gy BED (α/β 2.60–10.0)')
    expect(alphaBetas(made({ alphaBetaGy: 1.5, repairHalfTimeH: 1 }))).toEqual([1.5, 2.6, 10])
    expect(bedUnit({ ...made(), tissues: [] })).toBe('Gy BED')
  })

  it('has BED and EQD2 with lines as a dose has them, up to the hottest organ, and G without', () => {
    const [bed, eqd2, g] = bedMaps(made())
    const hottest = Math.max(
      ...made()
        .structures.filter(({ kind }) => kind === 'organ')
        .map(({ d2Gy }) => d2Gy),
    )
    expect(bed?.high).toBeGreaterThanOrEqual(hottest)
    expect(bed?.high).toBeLessThan(2.01 * hottest)
    expect(eqd2?.high).toBeLessThanOrEqual(bed?.high ?? 0)
    expect([bed?.isDoseLike, eqd2?.isDoseLike, g?.isDoseLike]).toEqual([true, true, false])
  })

  it('has a curve of each structure with a BED, with its band in the cumulative histogram only', () => {
    const cumulative = bvhCurves(made(), 'cumulative')
    expect(cumulative.map(({ structure }) => structure)).toEqual(made().structures.map(({ name }) => name))
    expect(cumulative[0]?.lower).not.toBeNull()
    expect(bvhCurves(made(), 'differential')[0]?.lower).toBeNull()
  })

  it('lists parameters in hours and Gy with what is not verified, unknown ones last with what to do', () => {
    const rows = tissueRows(made().tissues)
    const kidney = rows.find(({ name }) => /kidney/i.test(name))
    expect(kidney).toMatchObject({ alphaBeta: '2.60', halfTime: '2.80', problem: '' })
    expect(kidney?.unverified).toHaveLength(2)
    expect(rows.at(-1)).toMatchObject({ alphaBeta: '–', set: 'not known' })
    expect(rows.at(-1)?.problem).toMatch(/Biology/)
  })
})
