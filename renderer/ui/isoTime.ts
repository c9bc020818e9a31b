/** Dates and times as they are typed: ISO, with a space or a T between day and time. */

/** "2024-01-08" if that day exists, else null. */
export function isoDate(typed: string): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(typed.trim())
  if (!match) return null
  const [, year, month, day] = match.map(Number) as [number, number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? typed.trim() : null
}

/** "2024-01-08T09:05:00" of "2024-01-08 09:05" or with seconds, if that moment exists, else null. */
export function isoDateTime(typed: string): string | null {
  const [day = '', time = '', ...more] = typed.trim().split(/[T ]+/)
  const match = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?$/.exec(time)
  if (isoDate(day) === null || !match || more.length > 0) return null
  const [, hour = '', minute = '', second = '00', rest = ''] = match
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  return `${day}T${hour}:${minute}:${second}${rest}`
}

/** For a field: a stored moment with a space in place of the T. */
export function typedDateTime(iso: string | undefined): string {
  return iso?.replace('T', ' ') ?? ''
}
