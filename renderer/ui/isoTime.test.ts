import { expect, it } from 'vitest'
import { isoDate, isoDateTime, typedDateTime } from './isoTime.ts'

it('takes days that exist, as ISO only', () => {
  expect(isoDate(' 2024-02-29 ')).toBe('2024-02-29')
  expect(isoDate('2023-02-29')).toBeNull()
  expect(isoDate('2024-13-01')).toBeNull()
  expect(isoDate('08.01.2024')).toBeNull()
  expect(isoDate('')).toBeNull()
})

it('takes moments with or without seconds', () => {
  expect(isoDateTime('2024-01-08 09:05')).toBe('2024-01-08T09:05:00')
  expect(isoDateTime('2024-01-08T09:05:30.5')).toBe('2024-01-08T09:05:30.5')
  expect(isoDateTime('2024-01-08 24:00')).toBeNull()
  expect(isoDateTime('2024-01-08')).toBeNull()
  expect(isoDateTime('2024-01-08 09:05 +01')).toBeNull()
})

it('shows what it takes', () => {
  expect(isoDateTime(typedDateTime('2024-01-08T09:05:00'))).toBe('2024-01-08T09:05:00')
  expect(typedDateTime(undefined)).toBe('')
})
