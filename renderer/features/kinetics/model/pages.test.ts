/** The pages below the chart as text: comparison, points, budget, scan times. */
import { describe, expect, it } from 'vitest'
import { fakeAnalysis } from '../../../dev/fakeData.ts'
import { fakeScanTimeHandlers } from '../../../dev/fakeScanTimes.ts'
import { protocolSchema } from '../../../../electron/contracts/index.ts'
import { differsInFitOnly } from '../../analysis/model/fitOnly.ts'
import { withSeriesPoint } from '../../analysis/model/seriesPoints.ts'
import { budgetPage } from './budget.ts'
import { averagedTia, comparedModels } from './comparison.ts'
import { pointRows } from './points.ts'
import { adviceText, bestMethod, errorColumns, pairCells, timesText } from './scanTimes.ts'

const cycle = fakeAnalysis().cycles[0]!
const structure = (name: string) => cycle.structures.find((one) => one.name === name)!

describe('comparedModels', () => {
  it('puts the chosen model first and the others by weight, with what decides each', () => {
    const rows = comparedModels(structure('LIVER'))
    expect(rows.map(({ model, isChosen }) => [model, isChosen])).toEqual([
      ['bi-exponential', true],
      ['mono-exponential', false],
      ['uptake-washout', false],
      ['tri-exponential', false],
    ])
    expect(rows[0]).toMatchObject({ weight: '81 %', deltaAic: '0.0' })
    // 2·ln(0.81/0.16) and 2·ln(0.81/0.03).
    expect(rows.map(({ deltaAic }) => deltaAic)).toEqual(['0.0', '3.2', '6.6', '–'])
    expect(rows[0]!.gates.map(({ name, holds, says }) => [name, holds, says])).toEqual([
      ['CV', true, 'CV 8.0 %'],
      ['correlation', false, 'r 0.87'],
      ['bounds', true, 'in bounds'],
    ])
    expect(rows[1]!.tia).toMatch(/ ± /)
    expect(rows[3]).toMatchObject({
      tia: '–',
      weight: '–',
      gates: [],
      refusal: 'five parameters need more than four points',
    })
  })

  it('says the average only where there is something to average', () => {
    const liver = structure('LIVER')
    expect(averagedTia(liver)).toMatch(/ ± /)
    expect(averagedTia({ ...liver, alternatives: [] })).toBeNull()
    expect(averagedTia(structure('TUMOUR_3'))).toBeNull()
  })
})

describe('pointRows', () => {
  const seriesOf = (timePointId: string) => `series of ${timePointId}`
  const rowsWith = (pointsLeftOut: { structure: string; seriesUid: string; reason: string }[]) =>
    pointRows(structure('SPLEEN'), 7.4e9, 'MBq', protocolSchema.parse({ pointsLeftOut }), seriesOf, 1)

  it('tells points that a person left out from those that cannot be used', () => {
    const rows = rowsWith([{ structure: 'spleen', seriesUid: 'series of tp2', reason: 'moved' }])
    expect(rows.map(({ byPerson, isUsed, reason }) => [byPerson, isUsed, reason])).toEqual([
      [false, true, ''],
      [true, true, 'moved'],
      [false, true, ''],
      [false, false, ''],
    ])
    expect(rows[3]!.note).toMatch(/61 %/)
    expect(rows.map(({ timeS }) => timeS)).toEqual([...rows.map(({ timeS }) => timeS)].sort((a, b) => a - b))
  })
})

describe('points of a measured series', () => {
  const spleen = structure('SPLEEN')
  const timeS = 4.1 * 3600
  const mixed = {
    ...spleen,
    points: [...spleen.points, { ...spleen.points[0]!, timePointId: 's', timeS, measuredSeries: 'probe' as const }],
  }
  const content = {
    ...{ kind: 'activity', cycle: 1, structure: 'Spleen', region: 'organ', source: 'probe', nuclide: 'Lu-177' },
    curve: {
      quantity: 'activity',
      points: [{ hoursAfterInjection: 4.1, activityBq: 1e8, standardUncertaintyBq: 1e7 }],
    },
    origin: { method: 'probe' },
  }
  const entry = { cycle: 1, structure: 'spleen', series: { content }, use: 'together-with-images' }

  it('have no recovery and no share inside an image, and are left out in their own entry of the protocol', () => {
    const protocol = protocolSchema.parse({ measuredSeries: [entry] })
    const rowOf = (one: typeof protocol, cycle = 1) =>
      pointRows(mixed, 7.4e9, 'MBq', one, () => '', cycle).find(({ timePointId }) => timePointId === 's')!
    expect(rowOf(protocol)).toMatchObject({ recovery: '–', inside: '–', measuredWith: 'probe', byPerson: false })
    const point = { cycle: 1, structure: 'SPLEEN', timeS }
    const out = withSeriesPoint(protocol, point, ' spilt ')
    expect(out.measuredSeries?.[0]?.pointsLeftOut).toEqual([{ hoursAfterInjection: 4.1, reason: 'spilt' }])
    expect(out.pointsLeftOut).toEqual([])
    expect(rowOf(out)).toMatchObject({ byPerson: true, reason: 'spilt' })
    expect(rowOf(out, 2).byPerson).toBe(false)
    expect(withSeriesPoint(out, point, null)).toEqual(protocol)
    expect(differsInFitOnly(protocol, out)).toBe(true)
  })
})

describe('budgetPage', () => {
  const budget = structure('LIVER').uncertainty!

  it('shows shares that add up to one, the largest first, and names it', () => {
    const { rows, dominant, tried } = budgetPage(budget, {})
    expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10)
    expect(rows.map(({ share }) => share)).toEqual([...rows.map(({ share }) => share)].sort((a, b) => b - a))
    expect(rows.find(({ isDominant }) => isDominant)?.name).toBe('volume')
    expect(dominant).toMatch(/^volume: \d+ %/)
    expect(tried).toBeNull()
  })

  it('adds tried uncertainties in squares, and keeps the rows in their places', () => {
    const before = budgetPage(budget, {})
    const { rows, tried } = budgetPage(budget, { volume: 0 })
    const volume = budget.terms.find(({ id }) => id === 'volume')!.doseRelative
    const left = Math.sqrt(budget.doseRelative ** 2 - volume ** 2)
    expect(Number.parseFloat(tried!)).toBeCloseTo(left * 100, 0)
    expect(rows.map(({ id }) => id)).toEqual(before.rows.map(({ id }) => id))
    expect(rows.find(({ id }) => id === 'volume')).toMatchObject({ share: 0, dose: '0 %' })
  })
})

describe('scan times', () => {
  const ask = (scans: 1 | 2) => fakeScanTimeHandlers['scanTime.advice']({ populationId: 'liver', scans, noise: 0.05 })

  it('takes the method that errs least, and says its time and window', () => {
    const { methods } = ask(1)
    const best = bestMethod(methods)!
    expect(best.method).toBe('population-map')
    expect(adviceText(best)).toBe('68 h p.i.; nearly as good from 54.4 to 85 h')
    expect(bestMethod([])).toBeNull()
  })

  it('has one column for each method, in percent, on one time axis', () => {
    const { methods } = ask(1)
    const columns = errorColumns(methods)
    expect(columns).toHaveLength(1 + methods.length)
    expect(columns[0]!.slice(0, 2)).toEqual([4, 8])
    expect(columns[1]![3]).toBeCloseTo(methods[0]!.entries[3]!.rms * 100)
  })

  it('lays pairs out by their two times and marks the best and what is within 10 % of it', () => {
    const advice = ask(2).methods[0]!
    const { timesS, cells } = pairCells(advice)
    expect(cells).toHaveLength((timesS.length * (timesS.length - 1)) / 2)
    expect(cells.every(({ first, second }) => first < second)).toBe(true)
    const best = cells.filter(({ isBest }) => isBest)
    expect(best).toHaveLength(1)
    expect(best[0]!.says.startsWith(timesText(advice.best))).toBe(true)
    for (const cell of cells) expect(cell.isNearlyBest).toBe(cell.rms <= 1.1 * advice.best.rms)
  })
})
