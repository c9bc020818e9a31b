import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { calcSchemas, runCalc } from './index.ts'

const run = (name: string, input: unknown) => runCalc(name, input, fileResources()) as Record<string, never>

describe('calculations on planar images, samples, SUV and the pair', () => {
  it('scatter-window and conjugate-view answer with uncertainties', () => {
    const windows = {
      peak: { lowKev: 126, highKev: 154, counts: 5000 },
      lower: { lowKev: 120, highKev: 126, counts: 300 },
      upper: { lowKev: 154, highKev: 160, counts: 60 },
    }
    expect(run('scatter-window', windows)).toMatchObject({ scatterCounts: { value: 840 }, remarks: [] })
    expect(run('scatter-window', { ...windows, ratio: 0.5 })).toMatchObject({ primaryCounts: { value: 4850 } })
    const rates = { anteriorCps: { value: 100, standardUncertainty: 2 }, posteriorCps: 25, sensitivityCpsPerMbq: 10 }
    const measured = run('conjugate-view', { ...rates, transmission: 0.25 })
    expect(measured).toMatchObject({
      activityMbq: { value: 10, standardUncertainty: expect.closeTo(0.1, 12) as number },
    })
    const thickness = { muPerCm: 0.1, bodyThicknessCm: Math.LN2 * 20 }
    expect(run('conjugate-view', { ...rates, ...thickness })).toMatchObject({
      transmission: { value: expect.closeTo(0.25, 12) as number },
    })
    const flood = { openCounts: 40000, openDurationS: 100, attenuatedCounts: 10000, attenuatedDurationS: 100 }
    expect(run('transmission', { ...flood, bodyThicknessCm: 10 })).toMatchObject({
      transmission: { value: 0.25 },
      effectiveMuPerCm: { value: expect.closeTo(Math.log(4) / 10, 12) as number },
    })
    expect(() => run('conjugate-view', rates)).toThrow(/twice, or not at all/)
  })

  it('hybrid-scale, excretion and blood-marrow', () => {
    const planar = [0, 10].map((timeH) => ({ timeH, value: 50 * 2 ** (-timeH / 10) }))
    const scaled = run('hybrid-scale', {
      planar,
      spect: { timeH: 5, activityMbq: { value: 100 / Math.SQRT2, standardUncertainty: 7 } },
    })
    expect(scaled).toMatchObject({
      planarAtSpect: 'interpolated',
      points: [{ activityMbq: { value: expect.closeTo(100, 9) as number } }, {}],
    })
    const voided = run('excretion', {
      physicalHalfLifeH: 100,
      administeredActivityMbq: 1000,
      voids: [{ timeH: 10, measuredAtH: 100, activityMbq: 250 }],
    })
    expect(voided).toMatchObject({ retained: [{ value: expect.closeTo(0.5, 12) as number }] })
    const marrow = { bloodTiaMbqHPerMl: 0.02, marrowMassG: 1030 }
    expect(run('blood-marrow', { ...marrow, marrowToBloodRatio: 1 })).toMatchObject({
      tiaMbqH: { value: expect.closeTo(20, 9) as number },
    })
    const lighter = { marrowToBloodRatio: 1, patientMassKg: 36.5, referenceMassKg: 73 }
    expect(run('blood-marrow', { ...marrow, ...lighter })).toMatchObject({
      marrowMassG: { value: expect.closeTo(515, 9) as number },
      tiaMbqH: { value: expect.closeTo(10, 9) as number },
    })
    expect(() => run('blood-marrow', { ...marrow, ...lighter, referenceMassKg: undefined })).toThrow(/only one of/)
    const organs = [{ name: 'kidneys', tiaMbqH: { value: 30, standardUncertainty: 3 } }]
    expect(run('remainder', { wholeBodyTiaMbqH: { value: 100, standardUncertainty: 4 }, organs })).toMatchObject({
      tiaMbqH: { value: expect.closeTo(70, 9) as number, standardUncertainty: expect.closeTo(5, 9) as number },
    })
    expect(() => run('blood-marrow', marrow)).toThrow(/neither hematocrit nor/)
    expect(() => run('blood-marrow', { ...marrow, hematocrit: 0.4, marrowToBloodRatio: 1 })).toThrow(/both/)
  })

  it('suv there and back, and the pair', () => {
    const given = { physicalHalfLifeH: 2, administeredActivityMbq: 140, delayH: 2, weightKg: 70 }
    expect(run('suv', { ...given, concentrationBqPerMl: 2000, suv: 2 })).toMatchObject({
      suv: { value: expect.closeTo(2, 12) as number },
      concentrationBqPerMl: { value: expect.closeTo(2000, 8) as number },
    })
    expect(() => run('suv', { ...given, weightKg: null })).toThrow(/\(0010,1030\)/)
    const same = { nuclide: 'Lu-177', administeredActivityMbq: 100 }
    const points = [4, 24, 96, 300].map((timeH) => ({
      timeH,
      activityMbq: { value: 20 * 2 ** (-timeH / 60), standardUncertainty: 0.4 },
    }))
    const pair = { diagnostic: same, therapy: same, points, agentFactor: 1, model: 'mono-exponential' }
    expect(run('theranostic-pair', pair)).toMatchObject({
      tiaMbqH: { value: expect.closeTo((20 * 60) / Math.LN2, 4) as number },
      shareAfterLastPoint: expect.closeTo(2 ** -5, 5) as number,
    })
    expect(() => run('theranostic-pair', { ...pair, points: points.slice(0, 2) })).toThrow(/lie after the last scan/)
  })

  it.each([
    'conjugate-view',
    'scatter-window',
    'hybrid-scale',
    'blood-marrow',
    'suv',
    'theranostic-pair',
    'excretion',
    'transmission',
    'remainder',
  ])('%s describes itself with units', (name) => expect(JSON.stringify(calcSchemas(name).output)).toContain('"unit"'))
})
