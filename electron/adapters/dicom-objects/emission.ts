/** Checks that emission images share, whatever their modality. */
import type { Instant, Radiopharmaceutical } from '../../contracts/domain.ts'
import { refused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { strs } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { TAG } from './tags.ts'
import { secondsBetween, showInstant, showSpan } from './times.ts'

/** After so many half-lives nothing is left to image. */
const MOST_HALF_LIVES = 10

/** Injection and scan in their order; a scan before its injection has a wrong time in it. */
export function checkInjectionBeforeScan(value: Radiopharmaceutical | null, scan: Instant | null): Finding[] {
  const injection = value?.administrationStart
  if (!injection || !scan) return []
  const elapsedS = secondsBetween(injection, scan)
  const zones = (injection.utcOffsetMin === null) !== (scan.utcOffsetMin === null)
  const findings: Finding[] = zones ? [oneZoneOnly(injection, scan)] : []
  if (elapsedS < 0)
    findings.push(
      refused(
        'time.injection-after-scan',
        `The injection (${showInstant(injection)}) is ${showSpan(elapsedS)} after the scan (${showInstant(scan)}).`,
        'One of the two is wrong: have the times corrected in the archive and import the series again.',
      ),
    )
  const halfLifeS = value.halfLifeS
  if (halfLifeS !== null && elapsedS > MOST_HALF_LIVES * halfLifeS)
    findings.push(
      warning(
        'time.injection-long-ago',
        `The injection (${showInstant(injection)}) is ${showSpan(elapsedS)} before the scan (${showInstant(scan)}): ${(elapsedS / halfLifeS).toFixed(0)} half-lives.`,
        'Check the date of the injection.',
      ),
    )
  return findings
}

/** A file that lists the corrections of its values, and attenuation is not among them: its Bq/mL are too low deep in the body. */
export function checkAttenuation(root: DicomDataSet): Finding[] {
  const corrections = strs(root, TAG.correctedImage)
  if (corrections.length === 0 || corrections.includes('ATTN')) return []
  return [
    warning(
      'activity.not-attenuation-corrected',
      `Corrected Image (0028,0051) lists ${corrections.join(', ')}, but not ATTN: the values are not corrected for attenuation, and too low deep in the body.`,
      'Import the attenuation-corrected reconstruction of the same scan.',
    ),
  ]
}

function oneZoneOnly(injection: Instant, scan: Instant): Finding {
  return warning(
    'time.zone-of-one-only',
    `Only one of the two times has a time zone: injection ${showInstant(injection)}, scan ${showInstant(scan)}. Both were read as clocks of one place.`,
    'Check the hours between injection and scan; enter the start of the administration in the protocol if they are wrong.',
  )
}
