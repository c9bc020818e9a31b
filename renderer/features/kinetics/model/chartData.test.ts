import { describe, expect, it } from 'vitest'
import { fakeAnalysis } from '../../../dev/fakeData.ts'
import { aligned, chartData, fittedActivityBq, fittedAt } from './chartData.ts'
import { parameterName, parameterText, weightText } from './parameters.ts'
import { readingAt, residualSplits, tickText } from './plotOptions.ts'

const cycle = fakeAnalysis().cycles[0]!
const structure = (name: string) => cycle.structures.find((one) => one.name === name)!
const administered = cycle.administration.activityBq.value

describe('residualSplits', () => {
  // Of 60 px for ±3 a unit has 10 px: 2 stands 20 px from zero, above 1.1 times 12 px.
  it.each([
    [3, 60, 12, [-2, 0, 2]],
    [19, 60, 12, [-19, 0, 19]],
    [3, 30, 18, [0]],
  ])('of ±%s in %s px with letters of %s px are %j', (reach, strip, font, splits) =>
    expect(residualSplits(reach, strip, font)).toEqual(splits),
  )
})

describe('chartData', () => {
  it('evaluates the sum of exponentials of the fit', () => {
    const ln2PerHour = Math.LN2 / 3600
    const terms = [
      { coefficientBq: 8e6, ratePerS: ln2PerHour },
      { coefficientBq: -8e6, ratePerS: 2 * ln2PerHour },
    ]
    expect(fittedActivityBq({ terms }, 0)).toBeCloseTo(0)
    // After 2 h: 8·2⁻² − 8·2⁻⁴ = 1.5 MBq.
    expect(fittedActivityBq({ terms }, 7200)).toBeCloseTo(1.5e6, 0)
  })

  it('gives hours, MBq or %IA, and residuals in standard deviations', () => {
    const spleen = structure('SPLEEN')
    const first = spleen.points[0]!
    const mbq = chartData(spleen, administered, { unit: 'MBq', log: false })
    const share = chartData(spleen, administered, { unit: '%IA', log: false })
    expect(mbq.points[0]!.hours).toBeCloseTo(first.timeS / 3600)
    expect(mbq.points[0]!.activity).toBeCloseTo(first.activityBq / 1e6)
    expect(share.points[0]!.activity).toBeCloseTo((first.activityBq / administered) * 100)
    expect(share.points[0]!.uncertainty / share.points[0]!.activity).toBeCloseTo(
      first.activityStandardUncertaintyBq / first.activityBq,
    )
    const expected =
      (first.activityBq - fittedActivityBq(spleen.fit!, first.timeS)) / first.activityStandardUncertaintyBq
    expect(mbq.points[0]!.residual).toBeCloseTo(expected)
    expect(share.points[0]!.residual).toBeCloseTo(expected)
    expect(mbq.points.map((point) => point.used)).toEqual([true, true, true, false])
  })

  it('holds every point with its error bar, from zero on a linear axis and above it on a logarithmic one', () => {
    for (const one of cycle.structures) {
      for (const log of [false, true]) {
        const { points, activityRange, hoursRange } = chartData(one, administered, { unit: 'MBq', log })
        for (const point of points) {
          expect(point.hours).toBeLessThan(hoursRange[1])
          expect(point.activity + point.uncertainty).toBeLessThan(activityRange[1])
          expect(point.activity).toBeGreaterThan(activityRange[0])
        }
        expect(log ? activityRange[0] > 0 : activityRange[0] === 0).toBe(true)
      }
    }
  })

  it('shows points without a fit, and neither curve nor residuals', () => {
    const data = chartData(structure('TUMOUR_3'), administered, { unit: 'MBq', log: true })
    expect(data.curve).toBeNull()
    expect(data.points).toHaveLength(4)
    expect(data.points.every((point) => point.residual === null)).toBe(true)
    expect(data.residualReach).toBe(3)
  })

  it('widens the residual strip where a point lies far off', () => {
    const spleen = structure('SPLEEN')
    const far = {
      ...spleen,
      points: spleen.points.map((point, i) => (i === 1 ? { ...point, activityBq: point.activityBq * 1.6 } : point)),
    }
    const data = chartData(far, administered, { unit: 'MBq', log: false })
    expect(Math.max(...data.points.map((point) => Math.abs(point.residual!)))).toBeGreaterThan(3)
    expect(data.residualReach).toBeGreaterThan(Math.max(...data.points.map((point) => Math.abs(point.residual!))))
  })

  it('leaves the chosen model and those without a curve out of the ghosts', () => {
    const { alternatives } = chartData(structure('SPLEEN'), administered, { unit: 'MBq', log: false })
    expect(alternatives.map((one) => one.model)).toEqual(['bi-exponential', 'uptake-washout'])
  })

  it('draws a curve of hardly any weight only while it is pointed at, with the dashes that it always has', () => {
    const spleen = structure('SPLEEN')
    const faint = {
      ...spleen,
      alternatives: spleen.alternatives.map((one, i) => (i === 0 ? { ...one, weight: 0.004 } : one)),
    }
    const drawn = (highlighted: string | null) =>
      chartData(faint, administered, { unit: 'MBq', log: false, highlighted }).alternatives.map((one) => [
        one.model,
        one.place,
      ])
    expect(drawn(null)).toEqual([['uptake-washout', 1]])
    expect(drawn('bi-exponential')).toEqual([
      ['bi-exponential', 0],
      ['uptake-washout', 1],
    ])
  })

  it('widens the band to where further measurements would lie: both variances add', () => {
    const spleen = structure('SPLEEN')
    const options = { unit: 'MBq', log: false } as const
    const curve = chartData(spleen, administered, options).curve!
    const further = chartData(spleen, administered, { ...options, band: 'prediction' }).curve!
    const { activityStandardUncertaintyBq: u, activityBq } = spleen.points[0]!
    const half = curve.upper[40]! - curve.activity[40]!
    expect(further.upper[40]! - curve.activity[40]!).toBeCloseTo(
      Math.hypot(half, 1.959964 * (u / activityBq) * curve.activity[40]!),
      6,
    )
    // What the analysis says of it comes first.
    const said = { ...spleen.fit!.curve, lowerPredictionBq: [...spleen.fit!.curve.lowerBq] }
    const upper = said.activityBq.map((one) => one + 5e6)
    const fit = { ...spleen.fit!, curve: { ...said, upperPredictionBq: upper } }
    const shown = chartData({ ...spleen, fit }, administered, { ...options, band: 'prediction' }).curve!
    expect(shown.upper[40]! - shown.activity[40]!).toBeCloseTo(5)
  })
})

describe('fittedAt', () => {
  const { fit } = structure('SPLEEN')

  it('is the sum of exponentials where the curve is one', () => {
    expect(fittedAt(fit!)(12_345)).toBe(fittedActivityBq(fit!, 12_345))
  })

  it('follows the samples where terms are not the whole curve', () => {
    const curve = { ...fit!.curve, timeS: [0, 100, 300], activityBq: [0, 10, 30] }
    const at = fittedAt({ ...fit!, terms: [], curve })
    expect([0, 50, 100, 200, 300].map(at)).toEqual([0, 5, 10, 20, 30])
    // Terms of a bolus beside a curve of an infusion.
    const infused = fittedAt({ ...fit!, terms: [{ coefficientBq: 99, ratePerS: 1e-3 }], curve })
    expect(infused(200)).toBe(20)
  })
})

describe('aligned', () => {
  it('puts series on one time axis, with gaps where a series has nothing', () => {
    expect(aligned([{ hours: [0, 2], activity: [5, 6] }, null, { hours: [1, 2], activity: [7, 8] }])).toEqual([
      [0, 1, 2],
      [5, null, 6],
      [null, null, null],
      [null, 7, 8],
    ])
  })
})

describe('text', () => {
  it('writes ticks without noise', () => {
    expect([0, 25, 0.30000000000000004, -3, 1e5, null].map(tickText)).toEqual(['0', '25', '0.3', '−3', '100000', ''])
  })

  it('says what a point says where the pointer is near it, with the reason why it was left out', () => {
    const data = chartData(structure('SPLEEN'), administered, { unit: 'MBq', log: false })
    const last = data.points.at(-1)!
    expect(readingAt(data, last.hours + 1, 1, 2)).toMatch(/left out: Only 61 % of the outline/)
    expect(readingAt(data, 50, 12, 2)).toBe('50.0 h p.i. · 12.0 MBq')
  })

  it('writes names with Greek letters and small weights as small', () => {
    expect(['lambda1', 'A2', 'lambdaBiol2', 'k21'].map(parameterName)).toEqual(['λ₁', 'A₂', 'λ₂ biological', 'k21'])
    expect([0.273, 1.4e-8, null].map(weightText)).toEqual(['27 %', '< 0.1 %', '–'])
  })

  it('writes parameters in MBq and 1/h', () => {
    const base = { name: 'A1', coefficientOfVariation: null }
    expect(parameterText({ ...base, unit: 'Bq', value: 1.234e8, standardError: 4e6 })).toBe('123 ± 4 MBq')
    expect(parameterText({ ...base, unit: '1/s', value: 0.01 / 3600, standardError: 0.0007 / 3600 })).toBe(
      '0.0100 ± 0.0007 1/h',
    )
    expect(parameterText({ ...base, unit: 'kg', value: 2, standardError: null })).toBe('2.00 kg')
  })
})
