/** What a file says of the injection (Radiopharmaceutical Information Sequence): agent, nuclide, activity, times with dates. */
import type { Instant, Radiopharmaceutical } from '../../contracts/domain.ts'
import { num, parseDateTime, parseTime, seq, str, timezoneOffsetMin } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { codeOf } from './codes.ts'
import { energyWindowsOf, readNuclide } from './nuclide.ts'
import type { HalfLifeLookup } from './nuclide.ts'
import { note, question, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'
import { secondsBetween, showInstant } from './times.ts'

/** An activity below this in a PT file, in Bq by the standard, is most likely in MBq. */
const PT_SMALLEST_BQ = 1e5
/** An activity above this in an NM file, in MBq by the standard, is most likely in Bq. */
const NM_LARGEST_MBQ = 1e5
/** An activity below this in an NM file, in MBq by the standard, is most likely in GBq or wrong. */
const NM_SMALLEST_MBQ = 0.05
/** Clock readings of the same moment in two elements of one file. */
const SAME_MOMENT_S = 60

export interface RadiopharmaceuticalReading {
  readonly value: Radiopharmaceutical | null
  readonly findings: readonly Finding[]
}

/**
 * Reads a file's (first) radiopharmaceutical. Total dose is MBq in NM and Bq in PT (PS3.3 C.8.4.10, C.8.9.2). A start that has no date
 * stays unknown: the day of the scan is not assumed.
 */
export function readRadiopharmaceutical(
  root: DicomDataSet,
  modality: 'NM' | 'PT',
  knownHalfLifeS: HalfLifeLookup,
): RadiopharmaceuticalReading {
  const items = seq(root, TAG.radiopharmaceuticalInformationSequence)
  const item = items[0]
  const findings: Finding[] = []
  if (!item) {
    findings.push(
      question(
        'nuclide.missing',
        'The file has no Radiopharmaceutical Information Sequence (0054,0016): radionuclide, activity and time of injection are unknown.',
        'Enter radionuclide, administered activity and start in the protocol.',
      ),
    )
    return { value: null, findings }
  }
  if (items.length > 1)
    findings.push(
      question(
        'nuclide.several',
        `The file names ${items.length} radiopharmaceuticals: ${items.map(sayItem).join('; ')}. The first one was read.`,
        'Check which one the image shows, and enter it in the protocol (nuclide, administrations).',
      ),
    )

  const nuclide = readNuclide(item, {
    descriptions: [str(root, TAG.studyDescription) ?? '', str(root, TAG.seriesDescription) ?? ''],
    energyWindows: energyWindowsOf(root),
    knownHalfLifeS,
  })
  const activity = readActivity(item, modality)
  const offsetMin = timezoneOffsetMin(root)
  const times = readTimes(item, offsetMin)
  findings.push(...nuclide.findings, ...activity.findings, ...times.findings)
  const zone = str(root, TAG.timezoneOffset)
  if (zone !== null && offsetMin === null)
    findings.push(
      warning(
        'time.zone-unreadable',
        `Timezone Offset From UTC (0008,0201) is "${zone}", which is no offset: the file's times were read as the local clock of one place.`,
        'Check the hours between injection and scan; enter the start of the administration in the protocol if they are wrong.',
      ),
    )
  return {
    value: {
      agent: agentOf(item),
      nuclide: nuclide.nuclide,
      halfLifeS: nuclide.halfLifeS,
      administeredActivityBq: activity.activityBq,
      administrationStart: times.start,
      administrationStop: times.stop,
    },
    findings,
  }
}

/** Free text, else the meaning of the code; '' if neither is there. */
function agentOf(item: DicomDataSet): string {
  return str(item, TAG.radiopharmaceutical) ?? codeOf(item, TAG.radiopharmaceuticalCodeSequence)?.meaning ?? ''
}

function sayItem(item: DicomDataSet): string {
  const dose = num(item, TAG.radionuclideTotalDose)
  const nuclide = codeOf(item, TAG.radionuclideCodeSequence)?.meaning ?? 'radionuclide not stated'
  return `${nuclide} ${agentOf(item)}${dose === null ? '' : ` (${dose})`}`.trim()
}

function readActivity(item: DicomDataSet, modality: 'NM' | 'PT'): { activityBq: number | null; findings: Finding[] } {
  const value = num(item, TAG.radionuclideTotalDose)
  if (value === null || value <= 0)
    return {
      activityBq: null,
      findings: [
        note(
          'administration.activity-absent',
          `Radionuclide Total Dose (0018,1074) is ${value === null ? 'missing' : String(value)}: the administered activity is not in the file.`,
        ),
      ],
    }
  const asBq = modality === 'PT' ? value : value * 1e6
  const otherUnit =
    modality === 'PT'
      ? value < PT_SMALLEST_BQ
        ? `${value} MBq`
        : null
      : value > NM_LARGEST_MBQ
        ? `${value} Bq = ${value / 1e6} MBq`
        : value < NM_SMALLEST_MBQ
          ? `${value} GBq`
          : null
  if (otherUnit === null) return { activityBq: asBq, findings: [] }
  return {
    activityBq: null,
    findings: [
      question(
        'administration.activity-unit',
        `Radionuclide Total Dose (0018,1074) is ${value}. By the standard that is ${asBq / 1e6} MBq (${modality} files are in ${modality === 'PT' ? 'Bq' : 'MBq'}); it looks like ${otherUnit}.`,
        'Enter the administered activity in the protocol: administrations → activityBq.',
      ),
    ],
  }
}

interface Times {
  readonly start: Instant | null
  readonly stop: Instant | null
  readonly findings: readonly Finding[]
}

function readTimes(item: DicomDataSet, offsetMin: number | null): Times {
  const findings: Finding[] = []
  const start = parseDateTime(str(item, TAG.radiopharmaceuticalStartDateTime), offsetMin)
  const stop = parseDateTime(str(item, TAG.radiopharmaceuticalStopDateTime), offsetMin)
  const clock = parseTime(str(item, TAG.radiopharmaceuticalStartTime))
  const startText = str(item, TAG.radiopharmaceuticalStartDateTime)

  if (!start)
    findings.push(
      clock !== null
        ? question(
            'administration.start-without-date',
            `The injection started at ${clock}, but the file does not say on which day (only Radiopharmaceutical Start Time (0018,1072)${startText ? `; Start DateTime is "${startText}"` : ''}).`,
            'Enter the start with its date in the protocol: administrations → startLocal. The day of the scan is not assumed.',
          )
        : question(
            'administration.start-missing',
            `The file does not say when the activity was given${startText ? ` (Start DateTime is "${startText}")` : ''}.`,
            'Enter the start in the protocol: administrations → startLocal.',
          ),
    )
  if (start && clock !== null && !sameClock(start, clock))
    findings.push(
      question(
        'administration.start-contradiction',
        `The file gives two starts of the injection: Start DateTime ${showInstant(start)}, but Start Time ${clock}.`,
        'Enter the right one in the protocol: administrations → startLocal.',
      ),
    )
  if (start && stop && secondsBetween(start, stop) < 0) {
    findings.push(
      warning(
        'administration.stop-before-start',
        `The injection ends (${showInstant(stop)}) before it starts (${showInstant(start)}); the end is not used.`,
        'Check the times of the administration.',
      ),
    )
    return { start, stop: null, findings }
  }
  return { start, stop, findings }
}

/**
 * Whether a time of day is that of the instant: by its own clock, or, where the DateTime states an offset from UTC, shifted by whole
 * quarters of an hour (a DateTime in UTC beside a local time).
 */
function sameClock(instant: Instant, clock: string): boolean {
  const day = instant.local.slice(0, 10)
  const difference = (Date.parse(`${day}T${clock}Z`) - Date.parse(`${instant.local}Z`)) / 1000
  const halfDay = 43_200
  const wrapped = ((((difference + halfDay) % 86_400) + 86_400) % 86_400) - halfDay
  if (Math.abs(wrapped) <= SAME_MOMENT_S) return true
  if (instant.utcOffsetMin === null) return false
  const quarter = Math.round(wrapped / 900) * 900
  return Math.abs(wrapped - quarter) <= 1
}
