/** When a volume was acquired, from its slices. */
import type { Instant } from '../../contracts/domain.ts'
import { question, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { earliest, secondsBetween, showInstant } from './times.ts'
import type { AcquisitionStart } from './times.ts'

/** No scan lasts longer: a larger spread of times means a wrong date, as when a scan crosses midnight under one date. */
const LONGEST_SCAN_S = 12 * 3600

export interface TimedSlice {
  readonly acquisition: AcquisitionStart | null
  readonly durationS: number | null
}

export interface Timing {
  readonly start: Instant | null
  /** From the first start to the last end; null where a duration is missing. */
  readonly durationS: number | null
  readonly findings: readonly Finding[]
}

/** Start and duration of a volume. Without a full date and time nothing is made up; the question says so where activity needs it. */
export function timingOf(slices: readonly TimedSlice[], needed: boolean): Timing {
  const findings: Finding[] = []
  const starts = slices.map(({ acquisition }) => acquisition?.start ?? null)
  const start = earliest(starts)
  if (start === null || starts.includes(null)) {
    if (needed)
      findings.push(
        question(
          'time.acquisition-missing',
          'The date and time of the acquisition are not in the file (Acquisition Date and Time, or Series Date and Time).',
          'Import files that say when they were acquired: without it, activity cannot be placed in time.',
        ),
      )
    return { start: null, durationS: null, findings }
  }
  if (needed && slices.some(({ acquisition }) => acquisition?.from === 'series'))
    findings.push(
      warning(
        'time.acquisition-from-series',
        `The file has no Acquisition Date and Time; the series' start (${showInstant(start)}) was taken.`,
        'Check that the series was not dated by a later processing.',
      ),
    )
  const known = starts.filter((instant) => instant !== null)
  const spreadS = Math.max(...known.map((instant) => secondsBetween(start, instant)))
  if (spreadS > LONGEST_SCAN_S)
    findings.push(
      question(
        'time.spread',
        `The slices' acquisition times are spread over ${(spreadS / 3600).toFixed(1)} h, from ${showInstant(start)}: a date is wrong, as when a scan crosses midnight under one date, or two scans share a series.`,
        'Have the dates corrected, or import the scans as separate series.',
      ),
    )
  const ends = slices.map(({ acquisition, durationS }) =>
    acquisition && durationS !== null ? secondsBetween(start, acquisition.start) + durationS : null,
  )
  const durationS = ends.includes(null) ? null : Math.max(...ends.filter((end) => end !== null))
  return { start, durationS, findings }
}
