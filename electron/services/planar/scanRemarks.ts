/** Where the files of a scan say otherwise than the request: its time, its nuclide; and what a slow sweep costs. */
import { secondsToHours } from '../../../native-core/units/index.ts'
import { secondsBetween } from '../course/index.ts'
import type { PlanarImage } from '../ports/planarSource.ts'

/** Clocks of ward and camera differ by less. Designed. */
const TIME_TOLD_S = 600
/** Half-lives of one nuclide differ by less between tables. Designed. */
const HALF_LIFE_TOLD = 0.02
/** Decay during a sweep, of which points at its end have no part. Designed. */
const SWEEP_TOLD = 0.005

export interface TimedScan {
  readonly timeS: number
  readonly where: string
  /** A frame of it in the photopeak window. */
  readonly image: PlanarImage
}

/**
 * Remarks on scans in the order of their times. A time is compared with the injection that the files name, else its distance from the first
 * scan with that of the files; offsets from UTC count where both are known.
 */
export function scanRemarks(scans: readonly TimedScan[], nuclide: string, halfLifeS: number): string[] {
  return scans.flatMap((scan) => [
    ...ofTime(scan, scans[0] ?? scan),
    ...ofNuclide(scan, nuclide, halfLifeS),
    ...ofSweep(scan, halfLifeS),
  ])
}

function ofTime({ timeS, where, image }: TimedScan, first: TimedScan): string[] {
  if (!image.start) return []
  const injected = image.radiopharmaceutical?.administrationStart ?? null
  const said = (fromS: number, what: string, expectedS: number): string[] =>
    Math.abs(fromS - expectedS) > TIME_TOLD_S
      ? [
          `${where}: its files were acquired ${hours(fromS)} after ${what}, not ${hours(expectedS)}: check the time of the request, and the clocks, days and time zones.`,
        ]
      : []
  if (injected) return said(secondsBetween(injected, image.start), 'the injection that they name', timeS)
  if (!first.image.start) return []
  return said(secondsBetween(first.image.start, image.start), 'those of the first scan', timeS - first.timeS)
}

function ofNuclide({ where, image }: TimedScan, nuclide: string, halfLifeS: number): string[] {
  const named = image.radiopharmaceutical
  if (!named?.nuclide || named.halfLifeS === null) return []
  return Math.abs(named.halfLifeS / halfLifeS - 1) > HALF_LIFE_TOLD
    ? [`${where}: its files name ${named.nuclide}, the request ${nuclide}.`]
    : []
}

/** How long a point is in view is corrected for; when in the sweep it is, is not. */
function ofSweep({ where, image }: TimedScan, halfLifeS: number): string[] {
  if (image.kind !== 'whole-body' || image.durationS === null) return []
  const lost = 1 - 2 ** (-image.durationS / halfLifeS)
  return lost > SWEEP_TOLD
    ? [
        `${where}: ${(100 * lost).toFixed(1)} % decays during the sweep of ${Math.round(image.durationS)} s; counts are taken as of its start, so that places at its end come out too low by as much.`,
      ]
    : []
}

const hours = (s: number): string => `${secondsToHours(s).toFixed(2)} h`
