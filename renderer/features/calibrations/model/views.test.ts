/** What is shown of a calibration: words, budget, curve. */
import { describe, expect, it } from 'vitest'
import { recoveryCurveSchema, storedCalibrationSchema } from '../../../../electron/contracts/index.ts'
import { createFakeCalibrations } from '../../../dev/fakeCalibrations.ts'
import { fakeView } from '../../../dev/fakeData.ts'
import { fakeProblems } from '../../../dev/fakeProblems.ts'
import { protocolSchema } from '../../../../electron/contracts/index.ts'
import { budgetRows, budgetSentence, shareText } from './budget.ts'
import { choiceLabel, conditionFacts, facts, valueText } from './describe.ts'
import { drawnVolumes, reachOf, readingAt, recoveryColumns } from './recoveryPlot.ts'
import { emissionSeries } from './series.ts'

const all = createFakeCalibrations(false).list()
const of = (kind: string) => all.find(({ content }) => content.kind === kind)!.content

describe('words', () => {
  it('give each value in the unit of the field', () => {
    expect(valueText(of('camera-factor'))).toBe('9.42 ± 0.23 cps/MBq')
    expect(valueText(of('psf'))).toBe('12.4 × 12.6 × 11.9 mm ± 6.0 %')
    expect(valueText(of('dead-time'))).toBe('τ = 0.55 ± 0.06 µs, paralysable')
    // √0.025 = 0.158, √0.0016 = 0.04.
    expect(valueText(of('recovery-curve'))).toBe('β = 4.02 ± 0.16 mL, γ = 1.09 ± 0.04')
    expect(choiceLabel(of('psf'))).toContain('Camera A, room 2 · MEHRS · Lu-177 · 2024-01-06')
  })

  it('do not show what is not known as if it were', () => {
    const bare = storedCalibrationSchema.parse({ ...of('dead-time'), conditions: {} })
    expect(conditionFacts(bare.conditions).map(({ text }) => text)).toEqual(Array.from({ length: 7 }, () => 'not said'))
    const device = {
      ...{ manufacturer: 'SIEMENS NM', model: 'Symbia T16', stationName: '', serialNumber: '1404' },
      ...{ collimatorName: 'MELP', collimatorType: 'PARA' },
    }
    expect(conditionFacts({ ...bare.conditions, device })).toContainEqual({
      name: 'Named by the image',
      text: 'SIEMENS NM Symbia T16; serial number 1404; collimator MELP, PARA',
    })
    const alone = recoveryCurveSchema.parse({ ...of('recovery-curve'), reducedChiSquare: null })
    expect(facts(alone).find(({ name }) => name === 'χ²/ν')?.text).toContain('none')
  })
})

describe('an uncertainty budget', () => {
  const item = (name: string, u: number) => ({
    name,
    relativeStandardUncertainty: u,
    evaluation: 'B' as const,
    note: '',
  })

  it('is ordered by shares of the variance, which add up to one', () => {
    const rows = budgetRows([item('volume', 0.01), item('activity', 0.03), item('counts', 0)])
    expect(rows.map(({ name }) => name)).toEqual(['activity', 'volume', 'counts'])
    expect(rows[0]!.varianceShare).toBeCloseTo(0.9, 12)
    expect(rows.reduce((sum, row) => sum + row.varianceShare, 0)).toBeCloseTo(1, 12)
    expect(budgetSentence(rows)).toBe('Dominated by activity: 90 % of the variance.')
    expect([0, 0.001, 0.0049, 0.005, 0.9].map(shareText)).toEqual(['0', '< 1', '< 1', '1', '90'])
  })

  it('says so where no term is more than all others', () => {
    const rows = budgetRows([item('a', 0.02), item('b', 0.02), item('c', 0.02)])
    expect(rows.some(({ dominates }) => dominates)).toBe(false)
    expect(budgetSentence(rows)).toContain('No term dominates')
    expect(budgetSentence(budgetRows([item('a', 0)]))).toBe('')
  })
})

describe('a recovery curve as it is drawn', () => {
  const curve = recoveryCurveSchema.parse({
    ...of('recovery-curve'),
    form: 'hyperbolic',
    parameters: [4],
    covariance: [[0.04]],
    volumeRangeMl: [1, 16],
  })

  it('is whole inside the measured volumes and dashed outside, and both meet at its ends', () => {
    const [volumes = [], upper = [], lower = [], inside = [], outside = []] = recoveryColumns(curve)
    expect([volumes[0], volumes.at(-1)]).toEqual([...drawnVolumes(curve)].map((v) => expect.closeTo(v, 9) as number))
    volumes.forEach((volume, index) => {
      const v = volume!
      const inRange = v >= 1 && v <= 16
      expect(inside[index] !== null, `${v} mL inside`).toBe(inRange)
      expect(outside[index] !== null, `${v} mL outside`).toBe(!inRange || v === 1 || v === 16)
      const value = inside[index] ?? outside[index]!
      // R = v/(v + β); |dR/dβ| = v/(v + β)², u(β) = 0.2 mL.
      expect(value).toBeCloseTo(v / (v + 4), 9)
      const ofBeta = (1.959964 * 0.2 * v) / (v + 4) ** 2
      if (inRange) expect(upper[index]! - value).toBeCloseTo(ofBeta, 9)
      else expect(upper[index]! - value).toBeGreaterThan(ofBeta)
      expect(lower[index]!).toBeLessThan(value)
    })
  })

  it('has room for spheres above 1 and reads itself, with a word where it is extrapolated', () => {
    const above = { ...curve, spheres: [{ volumeMl: 10, coefficient: 1.2, standardUncertainty: 0.1 }] }
    expect(reachOf(above)).toBeGreaterThan(1.3)
    expect(readingAt(curve, 4)).toBe('4.00 mL: R = 0.500 ± 0.013')
    expect(readingAt(curve, 40)).toContain('extrapolated')
    expect(readingAt(curve, 0)).toBe('')
  })
})

describe('series of a patient', () => {
  const protocol = protocolSchema.parse({})
  const view = (analysed: boolean) =>
    fakeView({ analysed, stale: false, reported: false, protocol, problems: fakeProblems })

  it('are those of the analysis, and those that the import asks about, once each', () => {
    const asked = new Set(fakeProblems.map(({ seriesUid }) => seriesUid).filter((uid) => uid !== null))
    expect(emissionSeries(view(false)).every(({ seriesUid }) => asked.has(seriesUid))).toBe(true)
    const both = emissionSeries(view(true))
    expect(both[0]!.label).toContain('Cycle 1, time point 1')
    expect(new Set(both.map(({ seriesUid }) => seriesUid)).size).toBe(both.length)
  })

  it('are in the order of their names, and told apart where two have one name', () => {
    const problem = (seriesUid: string, item: string) => ({
      severity: 'question' as const,
      code: 'activity.needs-calibration',
      item,
      message: '',
      hint: '',
      seriesUid,
      filePaths: [],
    })
    const problems = [
      problem('1.2.3', 'NM of 2024-01-10'),
      problem('1.2.4', 'NM of 2024-01-08'),
      problem('1.2.5', 'NM of 2024-01-08'),
    ]
    const shown = emissionSeries(fakeView({ analysed: false, stale: false, reported: false, protocol, problems }))
    expect(shown.map(({ label }) => label)).toEqual([
      'NM of 2024-01-08, series …1.2.4',
      'NM of 2024-01-08, series …1.2.5',
      'NM of 2024-01-10',
    ])
  })
})
