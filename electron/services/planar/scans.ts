/** The scans of a request, ready to count in. */
import { InputError } from '../../../native-core/errors/index.ts'
import { frameAverageFactor } from '../../../native-core/imaging/pet/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import type { PlanarImage } from '../ports/planarSource.ts'
import { countingViews } from './measureRegion.ts'
import type { AlignViews, CountingViews } from './measureRegion.ts'
import type { PlanarRequest } from './request.ts'
import { scanRemarks } from './scanRemarks.ts'
import { selectFrames } from './selectFrames.ts'
import type { ScanFrames } from './selectFrames.ts'

export interface Scan {
  readonly timeS: number
  readonly where: string
  readonly views: CountingViews
  /** How long a point was counted, times the average of decay meanwhile: counts over it are the rate at the start. */
  readonly effectiveS: number
  readonly image: PlanarImage
}

/**
 * The scans in the order of their times, with what was done to align the views and where the files say otherwise than the request.
 *
 * @throws InputError of `selectFrames`, `planar.time` where it is not known how long a point was counted.
 */
export function scansOf(
  request: PlanarRequest,
  images: readonly (readonly PlanarImage[])[],
  halfLifeS: number,
  align?: AlignViews,
): { readonly scans: readonly Scan[]; readonly remarks: readonly string[] } {
  const remarks: string[] = []
  const scans = request.scans.map((scan, i): Scan => {
    const { timeH, anteriorDetector } = scan
    const where = `Scan of ${timeH} h`
    const frames = selectFrames(images[i] ?? [], request.peakKev, anteriorDetector, where)
    const views = countingViews(frames, request, scan, align)
    remarks.push(...views.remarks.map((remark) => `${where}: ${remark}`))
    const countedS = dwellS(frames, request, where)
    return {
      timeS: hoursToSeconds(timeH),
      where,
      views,
      effectiveS: countedS * frameAverageFactor(countedS, halfLifeS),
      image: frames.image,
    }
  })
  scans.sort((a, b) => a.timeS - b.timeS)
  return { scans, remarks: [...remarks, ...scanRemarks(scans, request.nuclide, halfLifeS)] }
}

/** How long each point of the image was counted, s. */
function dwellS(frames: ScanFrames, { fieldOfViewLengthMm }: PlanarRequest, where: string): number {
  if (frames.kind === 'whole-body') {
    if (frames.scanVelocityMmPerS !== null && fieldOfViewLengthMm !== undefined)
      return fieldOfViewLengthMm / frames.scanVelocityMmPerS
    throw new InputError(
      'planar.time',
      `${where}: ${frames.scanVelocityMmPerS === null ? 'the files do not give the Scan Velocity (0018,1300) of the sweep' : 'fieldOfViewLengthMm is missing'}: how long a point was counted is unknown.`,
      'Give the length of the detector along the sweep, and files that give its speed.',
    )
  }
  if (frames.durationS !== null) return frames.durationS
  throw new InputError(
    'planar.time',
    `${where}: the files do not give the Actual Frame Duration (0018,1242).`,
    'Export the images again.',
  )
}
