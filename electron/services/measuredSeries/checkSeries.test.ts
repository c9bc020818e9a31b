import { describe, expect, it } from 'vitest'
import { activitySeriesSchema, markerSeriesSchema } from '../../contracts/measuredSeries.ts'
import type { ActivitySeries } from '../../contracts/measuredSeries.ts'
import { checkSeries } from './checkSeries.ts'

const point = (
  hoursAfterInjection: number,
  activityBq: number,
  standardUncertaintyBq = 0.05 * Math.abs(activityBq),
) => ({
  hoursAfterInjection,
  activityBq,
  standardUncertaintyBq,
})
const series = (points: readonly ReturnType<typeof point>[], more: object = {}): ActivitySeries =>
  activitySeriesSchema.parse({
    kind: 'activity',
    cycle: 1,
    structure: 'SPLEEN',
    region: 'organ',
    source: 'typed',
    nuclide: 'Lu-177',
    curve: { quantity: 'activity', points },
    origin: { method: 'typed' },
    ...more,
  })
const shape = (values: readonly number[]): ActivitySeries =>
  series([], {
    curve: {
      quantity: 'relative',
      points: values.map((relativeValue, i) => ({ hoursAfterInjection: i, relativeValue, standardUncertainty: 1 })),
    },
  })
const mass = { massKg: 0, standardUncertaintyKg: 0, source: 's', evidence: 'unverified' }
const common = (relativeStandardUncertainty: number) => ({ source: 'camera', relativeStandardUncertainty })

describe('checkSeries', () => {
  it('takes what makes a curve', () => {
    expect(() => {
      checkSeries(series([point(0, 1e6), point(24, 5e5)], { common: [common(0.1)], mass: { ...mass, massKg: 0.2 } }))
      checkSeries(series([point(24, 5e5)]))
      checkSeries(shape([3, 2]))
    }).not.toThrow()
  })

  it.each<readonly [string, RegExp, ActivitySeries]>([
    ['series.points', /has 0 points; it needs 1/, series([])],
    ['series.points', /has 1 point; a shape needs 2/, shape([1])],
    ['series.time', /point 1 \(-2 h\) is before the start of the administration/, series([point(-2, 1e6)])],
    ['series.time', /point 2 \(4 h\) is not later than point 1 \(4 h\)/, series([point(4, 1e6), point(4, 1e6)])],
    ['series.time', /point 2 \(3 h\) is not later than point 1 \(4 h\)/, series([point(4, 1e6), point(3, 1e6)])],
    [
      'series.value',
      /point 2 \(9 h\) has the activity 0 Bq, which is not positive/,
      series([point(4, 1e6), point(9, 0, 1)]),
    ],
    ['series.value', /has the activity -5 Bq/, series([point(4, -5)])],
    ['series.value', /has the value 0,/, shape([1, 0])],
    ['series.uncertainty', /has the standard uncertainty 0: it cannot be weighted/, series([point(4, 1e6, 0)])],
    [
      'series.common',
      /names the common source "camera" twice/,
      series([point(4, 1)], { common: [common(0.1), common(0.2)] }),
    ],
    ['series.mass', /states a mass of 0 ± 0 kg/, series([point(4, 1)], { mass })],
  ])('refuses with %s: %s', (code, message, content) => {
    const check = (): void => {
      checkSeries(content)
    }
    expect(check).toThrow(expect.objectContaining({ code }))
    expect(check).toThrow(message)
    expect(check).toThrow(/The series of "SPLEEN", cycle 1/)
  })

  it('refuses markers without values, out of order, or below zero', () => {
    const marker = (points: readonly object[]) =>
      markerSeriesSchema.parse({
        kind: 'marker',
        marker: 'PSA',
        unit: 'ng/mL',
        points,
        origin: { method: 'laboratory' },
      })
    const check = (points: readonly object[]) => (): void => {
      checkSeries(marker(points))
    }
    expect(
      check([
        { date: '2026-01-02', value: 0 },
        { date: '2026-01-02', value: 3, standardUncertainty: 1 },
      ]),
    ).not.toThrow()
    expect(check([])).toThrow(/The marker "PSA" has no points/)
    expect(
      check([
        { date: '2026-02-02', value: 1 },
        { date: '2026-01-02', value: 3 },
      ]),
    ).toThrow(/stands behind that of/)
    expect(check([{ date: '2026-02-02', value: -1 }])).toThrow(/is -1 on 2026-02-02/)
    expect(check([{ date: '2026-02-02', value: 1, standardUncertainty: 0 }])).toThrow(/standard uncertainty 0/)
  })
})
