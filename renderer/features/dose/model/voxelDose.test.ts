import { describe, expect, it } from 'vitest'
import { voxelDoseAskSchema } from '../../../../electron/contracts/index.ts'
import { fakeView } from '../../../dev/fakeData.ts'
import { fakeSummary, fakeVoxelDose } from '../../../dev/fakeDoses.ts'
import { protocolSchema } from '../../../../electron/contracts/index.ts'
import { agreementRows, dvhCurves, relativeUncertainties, titlesOf, unitOf, voxelDoseRows } from './voxelDose.ts'

const ask = (change: object = {}) =>
  voxelDoseAskSchema.parse({ patientId: 'demo', cycle: 1, engineId: 'local-energy', timePointId: null, ...change })
const dose = fakeVoxelDose(fakeSummary(ask(), 'a'))
const rate = fakeVoxelDose(fakeSummary(ask({ timePointId: 'tp2' }), 'b'))
const cycle =
  fakeView({ analysed: true, stale: false, reported: false, protocol: protocolSchema.parse({}), problems: [] }).analysis
    ?.cycles[0] ?? null

describe('rows of a voxel dose', () => {
  it('are in Gy, with the structure’s own dose beside them and the dose per activity', () => {
    const [row] = voxelDoseRows(dose, cycle)
    const structure = dose.structures[0]
    const own = cycle?.structures.find(({ name }) => name === row?.name)?.doses[0]?.doseGy
    expect(row?.mean.value).toBe(structure?.meanGy)
    expect(row?.structureMean?.value).toBe(own?.value)
    expect(row?.massG).toBeCloseTo(1000 * (structure?.massKg ?? 0), 9)
    const administered = cycle?.administration.activityBq
    expect(row?.perGbq?.value).toBeCloseTo((structure?.meanGy ?? 0) / ((administered?.value ?? 0) / 1e9), 9)
    // The administered activity is a further, independent uncertainty.
    expect((row?.perGbq?.u ?? 0) / (row?.perGbq?.value ?? 1)).toBeCloseTo(
      Math.hypot(0.07, (administered?.standardUncertainty ?? 0) / (administered?.value ?? 1)),
      9,
    )
  })

  it('of a dose rate are in mGy/h and have no dose per activity', () => {
    const [row] = voxelDoseRows(rate, cycle)
    expect(row?.mean.value).toBeCloseTo((rate.structures[0]?.meanGy ?? 0) * 1000 * 3600, 9)
    expect(row).toMatchObject({ structureMean: null, perGbq: null })
    expect(unitOf('dose-rate').unit).toBe('mGy/h')
  })

  it('say what is wrong with a structure', () => {
    const structures = dose.structures.map((one) => ({ ...one, insideGrid: 0.8 }))
    const [row] = voxelDoseRows({ ...dose, structures }, cycle)
    expect(row?.remarks.join(' ')).toContain('20 %')
  })
})

describe('curves of a voxel dose', () => {
  it('have bands when cumulative; differential ones keep their area in the unit shown', () => {
    const [cumulative] = dvhCurves(rate, 'cumulative')
    const [differential] = dvhCurves(rate, 'differential')
    expect(cumulative?.lower).not.toBeNull()
    expect(differential).toMatchObject({ lower: null, upper: null })
    const { doses = [], share = [] } = differential ?? {}
    const area = share.reduce((sum, value) => sum + value * ((doses[1] ?? 0) - (doses[0] ?? 0)), 0)
    expect(area).toBeCloseTo(1, 1)
  })
})

describe('titles of results', () => {
  const one = fakeSummary(ask({ parameters: { photons: false } }), 'a')
  const other = fakeSummary(ask({ parameters: { photons: true } }), 'b')
  it('are those of engine and quantity, with what differs where two are alike', () => {
    expect(titlesOf([one]).get('a')).toBe('Local energy deposition: dose')
    const labelled = titlesOf([one, other], (engine, id) => `${engine} ${id}`)
    expect(labelled.get('b')).toBe('Local energy deposition: dose (local-energy photons: yes)')
    const unmatched = fakeSummary(ask({ parameters: { photons: true }, activityMap: { matchStructures: false } }), 'c')
    expect(titlesOf([other, unmatched]).get('c')).toBe('Local energy deposition: dose (structures matched: no)')
    const rateTitle = titlesOf([fakeSummary(ask({ timePointId: 'tp2' }), 'c')]).get('c')
    expect(rateTitle).toBe('Local energy deposition: dose rate, 24.1 h p.i.')
  })
})

describe('uncertainty and agreement', () => {
  it('leaves the engine’s noise of the mean out of what voxels share', () => {
    const structures = dose.structures.map((one) => ({
      ...one,
      meanStandardUncertaintyGy: one.meanGy * 0.05,
      statisticalSdGy: one.meanGy * 0.03,
    }))
    const [relative] = relativeUncertainties({ ...dose, structures }).values()
    expect(relative).toBeCloseTo(0.04, 9)
  })

  it('is of the images over the curve, per cent', () => {
    expect(agreementRows(dose)[0]).toMatchObject({ imagesPercent: 93, usedPercent: 100 })
  })
})
