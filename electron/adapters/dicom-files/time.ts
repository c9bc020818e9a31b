/** DICOM dates and times (VR DA, TM, DT; PS3.5 section 6.2) as ISO 8601. What is unknown stays null, never a guess. */
import type { Instant } from '../../contracts/domain.ts'
import { cleanText, str } from './access.ts'
import type { DicomDataSet } from './types.ts'

/** Timezone Offset From UTC. */
const TIMEZONE_OFFSET = '00080201'

/** DA as 'YYYY-MM-DD'; null if it is no calendar day. Also reads '2024.03.05' (ACR-NEMA) and '2024-03-05'. */
export function parseDate(text: string | null | undefined): string | null {
  const match = /^(\d{4})([.\-/]?)(\d{2})\2(\d{2})$/.exec(cleanText(text ?? ''))
  return match ? calendarDay(match[1]!, match[3]!, match[4]!) : null
}

/**
 * TM as 'HH:MM:SS' with the file's fraction of a second; null if it is no time of day. 'HHMM' has zero seconds. An hour alone is
 * null: it could be any minute of it. Second 60 (a leap second) becomes 59. Also reads 'HH:MM:SS' and a comma before the fraction.
 */
export function parseTime(text: string | null | undefined): string | null {
  const match = /^(\d{2})(:?)(\d{2})(?:\2(\d{2})(?:[.,](\d{0,9}))?)?$/.exec(cleanText(text ?? ''))
  return match ? timeOfDay(match[1]!, match[3]!, match[4], match[5]) : null
}

/**
 * DT as an instant; null if it has no day, or not at least hour and minute, or is no date. The offset is the text's own '&ZZXX', else
 * `defaultOffsetMin` (minutes east of UTC; see `timezoneOffsetMin`).
 */
export function parseDateTime(text: string | null | undefined, defaultOffsetMin: number | null = null): Instant | null {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{0,9}))?)?([+-]\d{4})?$/.exec(
    cleanText(text ?? ''),
  )
  if (!match) return null
  const day = calendarDay(match[1]!, match[2]!, match[3]!)
  const time = timeOfDay(match[4]!, match[5]!, match[6], match[7])
  const ownOffset = match[8] === undefined ? defaultOffsetMin : parseUtcOffset(match[8])
  if (day === null || time === null || (match[8] !== undefined && ownOffset === null)) return null
  return { local: `${day}T${time}`, utcOffsetMin: ownOffset }
}

/** '+0100' as minutes east of UTC; null if it is none or beyond −12:00 … +14:00. */
export function parseUtcOffset(text: string | null | undefined): number | null {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(cleanText(text ?? ''))
  if (!match) return null
  const minutes = Number(match[2]) * 60 + Number(match[3])
  if (Number(match[3]) > 59 || minutes > (match[1] === '-' ? 720 : 840)) return null
  return match[1] === '-' && minutes > 0 ? -minutes : minutes
}

/** Timezone Offset From UTC (0008,0201) of a file's root data set, in minutes east of UTC; null if it has none. */
export function timezoneOffsetMin(root: DicomDataSet): number | null {
  return parseUtcOffset(str(root, TIMEZONE_OFFSET))
}

/**
 * The moment given by a date and a time element (DA and TM); null unless both are there and right. `offsetMin` is the file's
 * Timezone Offset From UTC.
 */
export function parseInstant(
  date: string | null | undefined,
  time: string | null | undefined,
  offsetMin: number | null = null,
): Instant | null {
  const day = parseDate(date)
  const clock = parseTime(time)
  return day === null || clock === null ? null : { local: `${day}T${clock}`, utcOffsetMin: offsetMin }
}

function calendarDay(year: string, month: string, day: string): string | null {
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  if (y < 1000 || m < 1 || m > 12 || d < 1) return null
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1]!
  return d > days ? null : `${year}-${month}-${day}`
}

function timeOfDay(hour: string, minute: string, second?: string, fraction?: string): string | null {
  const seconds = second === '60' ? '59' : (second ?? '00')
  if (Number(hour) > 23 || Number(minute) > 59 || Number(seconds) > 59) return null
  return `${hour}:${minute}:${seconds}${fraction ? `.${fraction}` : ''}`
}
