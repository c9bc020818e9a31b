/** Which planar images lie below a path, by the times that a request would name. */
import type { Instant } from '../../contracts/domain.ts'
import type { PlanarAcquisition } from '../../contracts/planarRegions.ts'
import { earliest, secondsBetween } from '../course/index.ts'
import type { PlanarImage } from '../ports/planarSource.ts'

/**
 * The acquisitions below a path. Files that each hold both views are times of their own; otherwise all images below the path are of one time.
 *
 * @param administered start of the administration
 * @returns in the order of time, with what keeps images from being used, in sentences
 */
export function planarAcquisitions(
  path: string,
  images: readonly PlanarImage[],
  administered: Instant,
): { readonly acquisitions: readonly PlanarAcquisition[]; readonly problems: readonly string[] } {
  const counted = images.filter(({ kind }) => kind !== 'dynamic')
  const problems =
    counted.length < images.length
      ? [
          `${images.length - counted.length} frames of dynamic series were left out: static and whole-body images are used.`,
        ]
      : []
  const files = [...Map.groupBy(counted, ({ source }) => source.path)]
  const isWhole = files.every(([, members]) => holdsBothViews(members))
  const isInArchive = counted.some(({ source }) => source.displayPath.includes('!'))
  if (files.length < 2 || !isWhole)
    return { acquisitions: counted.length > 0 ? [acquisition(path, counted, administered)] : [], problems }
  if (isInArchive)
    return {
      acquisitions: [],
      problems: [...problems, `${path} holds ${files.length} acquisitions: unpack it, and choose the folder.`],
    }
  const found = files.map(([file, members]) => acquisition(file, members, administered))
  const twice = found.find(
    ({ startLocal }, i) => startLocal !== null && found.findIndex((one) => one.startLocal === startLocal) !== i,
  )
  if (twice)
    return {
      acquisitions: [],
      problems: [
        ...problems,
        `Several files below ${path} are of ${twice.startLocal}: put the images of each time into a folder of its own, and choose that.`,
      ],
    }
  return { acquisitions: found.sort((a, b) => (a.timeH ?? Infinity) - (b.timeH ?? Infinity)), problems }
}

function holdsBothViews(images: readonly PlanarImage[]): boolean {
  const views = new Set(images.map(({ view }) => view))
  return (views.has('anterior') && views.has('posterior')) || detectorsOf(images).length === 2
}

const detectorsOf = (images: readonly PlanarImage[]): number[] =>
  [...new Set(images.flatMap(({ detector }) => (detector === null ? [] : [detector])))].sort((a, b) => a - b)

function acquisition(path: string, images: readonly PlanarImage[], administered: Instant): PlanarAcquisition {
  const start = earliest(images.flatMap((image) => (image.start ? [image.start] : [])))
  const windows = images.flatMap(({ window }) => (window?.ranges.length === 1 ? window.ranges : []))
  const byLimits = new Map(windows.map(({ lowKev, highKev }) => [`${lowKev} ${highKev}`, { lowKev, highKev }]))
  return {
    images: path,
    description: (images[0]?.seriesDescription ?? '').slice(0, 1000),
    timeH: start && secondsBetween(administered, start) / 3600,
    startLocal: start && start.local,
    frames: images.length,
    namesViews: images.every(({ view }) => view !== null),
    detectors: detectorsOf(images),
    windowsKev: [...byLimits.values()].sort((a, b) => a.lowKev - b.lowKev),
    isWholeBody: images.some(({ kind }) => kind === 'whole-body'),
  }
}
