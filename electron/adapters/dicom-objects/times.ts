/** Moments of acquisition, as the files of one series state them. */
import type { Instant } from '../../contracts/domain.ts'
import { num, parseDateTime, parseInstant, str, timezoneOffsetMin } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { TAG } from './tags.ts'

/**
 * Seconds from `from` to `to`: in UTC where both know their offset, else by the clock of one place (a scanner does not move between
 * scans).
 */
export function secondsBetween(from: Instant, to: Instant): number {
  const local = (clockMs(to) - clockMs(from)) / 1000
  if (from.utcOffsetMin === null || to.utcOffsetMin === null) return local
  return local - (to.utcOffsetMin - from.utcOffsetMin) * 60
}

/** The same place's clock so many seconds later. */
export function plusSeconds(instant: Instant, seconds: number): Instant {
  const iso = new Date(clockMs(instant) + Math.round(seconds * 1000)).toISOString().slice(0, -1)
  return { local: iso.replace(/\.000$/, ''), utcOffsetMin: instant.utcOffsetMin }
}

/** The earliest of some instants; null for none. */
export function earliest(instants: readonly (Instant | null)[]): Instant | null {
  return instants.reduce<Instant | null>(
    (first, instant) => (instant && (!first || secondsBetween(first, instant) < 0) ? instant : first),
    null,
  )
}

/** "2024-01-08 09:05:00 (UTC+01:00)" for messages. */
export function showInstant(instant: Instant): string {
  const clock = instant.local.replace('T', ' ')
  if (instant.utcOffsetMin === null) return clock
  const size = Math.abs(instant.utcOffsetMin)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${clock} (UTC${instant.utcOffsetMin < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)})`
}

/** "2 d 3 h", "5 h 12 min", "40 s": a span for messages. */
export function showSpan(seconds: number): string {
  const s = Math.abs(seconds)
  if (s < 120) return `${Number(s.toFixed(1))} s`
  if (s < 7200) return `${Math.round(s / 60)} min`
  if (s < 172_800) return `${(s / 3600).toFixed(1)} h`
  return `${(s / 86_400).toFixed(1)} d`
}

export interface AcquisitionStart {
  readonly start: Instant
  /** Where it comes from: the acquisition's own elements, or only the series'. */
  readonly from: 'acquisition' | 'series'
}

/**
 * When the acquisition of a file's data began: Acquisition DateTime, else Acquisition Date and Time, else (marked) Series Date and Time.
 * A time without its date is not used. `frame` is the frame's functional groups of an enhanced file.
 */
export function acquisitionStart(root: DicomDataSet, frame?: DicomDataSet): AcquisitionStart | null {
  const offset = timezoneOffsetMin(root)
  const ofFrame = frame
    ? parseDateTime(str(frame, `${TAG.frameContentSequence}.${TAG.frameAcquisitionDateTime}`), offset)
    : null
  const own =
    ofFrame ??
    parseInstant(str(root, TAG.acquisitionDate), str(root, TAG.acquisitionTime), offset) ??
    parseDateTime(str(root, TAG.acquisitionDateTime), offset)
  if (own) return { start: own, from: 'acquisition' }
  const series = seriesStart(root)
  return series ? { start: series, from: 'series' } : null
}

/** Series Date and Time of a file; null unless both are there. */
export function seriesStart(root: DicomDataSet): Instant | null {
  return parseInstant(str(root, TAG.seriesDate), str(root, TAG.seriesTime), timezoneOffsetMin(root))
}

/** Study Date and Time of a file, for ordering only. */
export function studyStart(root: DicomDataSet): Instant | null {
  return parseInstant(str(root, TAG.studyDate), str(root, TAG.studyTime) ?? '000000', timezoneOffsetMin(root))
}

/** How long the file's (or frame's) data were acquired, in seconds; null if it does not say. Not for rotating NM detectors. */
export function frameDurationS(root: DicomDataSet, frame?: DicomDataSet): number | null {
  const ofFrame = frame ? num(frame, `${TAG.frameContentSequence}.${TAG.frameAcquisitionDurationMs}`) : null
  const ms = ofFrame ?? num(root, TAG.actualFrameDurationMs)
  if (ms !== null && ms > 0) return ms / 1000
  const whole = num(root, TAG.acquisitionDurationS)
  return whole !== null && whole > 0 ? whole : null
}

function clockMs(instant: Instant): number {
  return Date.parse(`${instant.local}Z`)
}
