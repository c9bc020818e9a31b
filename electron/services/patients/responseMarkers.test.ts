import { describe, expect, it } from 'vitest'
import type { MeasuredSeriesRecord } from '../ports/store.ts'
import { markerOf, markersOf } from './responseMarkers.ts'

const first = { local: '2026-01-12T09:00:00', utcOffsetMin: null }
const record = (content: unknown, addedAt = '2026-03-01T10:00:00Z'): MeasuredSeriesRecord => ({
  ...{ id: addedAt, patientId: 'p', kind: 'marker', content, addedAt, addedBy: 'a', contentHash: 'b' },
})
const psa = (points: readonly (readonly [string, number])[], unit = 'ng/mL'): unknown => ({
  ...{ kind: 'marker', marker: 'PSA', unit, origin: { method: 'typed' } },
  points: points.map(([date, value]) => ({ date, value, standardUncertainty: null })),
})
const read = (...contents: unknown[]) =>
  markersOf({ read: { measuredSeriesOfPatient: () => contents.map((content) => record(content)) } }, 'p', first)

describe('markers of a patient', () => {
  it('are one series of all that is stored, the later value of a day; values of 0 are told of', () => {
    const { markers, remarks } = read(
      psa([
        ['2026-02-01', 30],
        ['2026-02-20', 0],
      ]),
      psa([['2026-01-10', 40]]),
      psa([['2026-02-01', 31]]),
    )
    expect(markers.map(({ values }) => values.map(({ at, value }) => [at, value]))).toEqual([
      [
        ['2026-01-10', 40],
        ['2026-02-01', 31],
      ],
    ])
    expect(remarks).toEqual(['PSA of 2026-02-20 is 0 ng/mL: the model is of logarithms, so it does not count.'])
    expect(markerOf(markers, { marker: 'PSA' }).values).toHaveLength(2)
    expect(() => markerOf(markers, { marker: 'CgA' })).toThrow(/No values of "CgA"/)
  })

  it('of two units are never taken for one series', () => {
    const { markers } = read(psa([['2026-02-01', 30]]), psa([['2026-03-01', 0.03]], 'µg/mL'))
    expect(() => markerOf(markers, { marker: 'PSA' })).toThrow(/stored in ng\/mL and µg\/mL/)
  })

  it('leave out what another version of the program wrote, and say so', () => {
    const { markers, remarks } = read({ kind: 'marker', marker: 'PSA', later: true }, psa([['2026-02-01', 30]]))
    expect(markers[0]?.values).toHaveLength(1)
    expect(remarks[0]).toMatch(/stored on 2026-03-01 .* another version/)
  })
})
