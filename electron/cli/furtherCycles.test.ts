import { expect, it } from 'vitest'
import { InputError } from '../../native-core/errors/index.ts'
import { parseFurtherCycles } from './furtherCycles.ts'

const DEFAULT = { relativeActivity: 1, afterDays: 56 }

it.each([
  ['2', [DEFAULT, DEFAULT]],
  ['same', [DEFAULT]],
  ['x0.5@+42d', [{ relativeActivity: 0.5, afterDays: 42 }]],
  [
    '7.4 GBq@2026-05-01, @+30d',
    [
      { ...DEFAULT, activityBq: 7.4e9, date: '2026-05-01' },
      { ...DEFAULT, afterDays: 30 },
    ],
  ],
  ['200 mCi@2026-05-01T08:30', [{ ...DEFAULT, activityBq: 7.4e9, date: '2026-05-01T08:30' }]],
])('"%s" are the cycles that it says', (text, cycles) => {
  expect(parseFurtherCycles(text)).toEqual(
    cycles.map((one) => ('activityBq' in one ? { ...one, activityBq: expect.closeTo(7.4e9, 3) as number } : one)),
  )
})

it.each(['', '0', '21', 'soon', 'x0', 'same@tomorrow', '7.4 GBq@+0d', '2,,2'])('"%s" is refused', (text) => {
  expect(() => parseFurtherCycles(text)).toThrow(InputError)
})

it('an activity without a unit of activity is refused', () => {
  expect(() => parseFurtherCycles('7.4 kg')).toThrow(/not a quantity in Bq/)
})
