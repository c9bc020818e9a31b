import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDate, parseDateTime, parseInstant, parseTime, parseUtcOffset, timezoneOffsetMin } from './time.ts'

describe('dates', () => {
  it.each([
    ['20240229', '2024-02-29'],
    ['19000228', '1900-02-28'],
    ['2024.03.05', '2024-03-05'],
    ['2024-03-05', '2024-03-05'],
    ['20240305 \0', '2024-03-05'],
  ])('%s', (text, expected) => expect(parseDate(text)).toBe(expected))

  it.each([
    '',
    '20230229',
    '19000229',
    '20241301',
    '20240132',
    '20240431',
    '2024',
    '2024-03.05',
    '00000000',
    'abc',
    null,
    undefined,
  ])('refuses %s', (text) => expect(parseDate(text)).toBeNull())

  it('reads back every day that the calendar has', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(days, (date) => {
        const iso = date.toISOString().slice(0, 10)
        expect(parseDate(iso.replaceAll('-', ''))).toBe(iso)
      }),
    )
  })
})

describe('times', () => {
  it.each([
    ['070907.0705', '07:09:07.0705'],
    ['070907', '07:09:07'],
    ['0709', '07:09:00'],
    ['07:09:07', '07:09:07'],
    ['07:09', '07:09:00'],
    ['235960', '23:59:59'],
    ['091102.00000000 ', '09:11:02.00000000'],
    ['091102.', '09:11:02'],
  ])('%s', (text, expected) => expect(parseTime(text)).toBe(expected))

  it.each(['', '07', '240000', '076000', '070961', '0709070', '7:09', '07:0907', 'noon', null])('refuses %s', (text) =>
    expect(parseTime(text)).toBeNull(),
  )
})

describe('moments', () => {
  it.each([
    ['20240305123456.789+0130', { local: '2024-03-05T12:34:56.789', utcOffsetMin: 90 }],
    ['20240305123456-0500', { local: '2024-03-05T12:34:56', utcOffsetMin: -300 }],
    ['202403051234', { local: '2024-03-05T12:34:00', utcOffsetMin: null }],
    ['20240305123456+0000', { local: '2024-03-05T12:34:56', utcOffsetMin: 0 }],
  ])('%s', (text, expected) => expect(parseDateTime(text)).toEqual(expected))

  it('takes the file offset where the value has none of its own', () => {
    expect(parseDateTime('20240305123456', 60)).toEqual({ local: '2024-03-05T12:34:56', utcOffsetMin: 60 })
    expect(parseDateTime('20240305123456+0200', 60)?.utcOffsetMin).toBe(120)
  })

  it.each(['20240305', '2024030512', '2024', '20240230123456', '20240305123456+9900', '20240305123456+01', ''])(
    'refuses %s, which leaves the moment open or is none',
    (text) => expect(parseDateTime(text)).toBeNull(),
  )

  it('joins a date and a time, and neither alone', () => {
    expect(parseInstant('20240305', '123456.5', -60)).toEqual({ local: '2024-03-05T12:34:56.5', utcOffsetMin: -60 })
    expect(parseInstant('20240305', '')).toBeNull()
    expect(parseInstant(null, '123456')).toBeNull()
  })

  it('reads offsets from UTC within the range that exists', () => {
    expect(parseUtcOffset('+0545')).toBe(345)
    expect(parseUtcOffset('-1200')).toBe(-720)
    expect(parseUtcOffset('+1400')).toBe(840)
    expect(Object.is(parseUtcOffset('-0000'), 0)).toBe(true)
    for (const wrong of ['+1401', '-1201', '+0160', '0100', '', null]) expect(parseUtcOffset(wrong)).toBeNull()
  })

  it('reads Timezone Offset From UTC of a file', () => {
    expect(timezoneOffsetMin({ elements: { '00080201': { vr: 'SH', values: ['+0100'] } } })).toBe(60)
    expect(timezoneOffsetMin({ elements: {} })).toBeNull()
  })
})
