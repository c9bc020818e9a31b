/** Planar images that are held while regions are drawn on them: each change of a region is measured without reading files again. */
import { InputError } from '../../../native-core/errors/index.ts'
import { conjugateShift } from '../../../native-core/imaging/planar/index.ts'
import type { ConjugateShift, PlanarFrame } from '../../../native-core/imaging/planar/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import type { MediaPack } from '../../../native-core/physics/media/index.ts'
import { secondsToHours } from '../../../native-core/units/index.ts'
import type { Instant } from '../../contracts/domain.ts'
import type { PlanarAcquisition, PlanarMeasured, PlanarViewImage } from '../../contracts/planarRegions.ts'
import type { PlanarImage, PlanarSource } from '../ports/planarSource.ts'
import { planarAcquisitions } from './look.ts'
import type { AlignViews, ViewCounts } from './measureRegion.ts'
import { quantifyPlanar } from './quantifyPlanar.ts'
import type { PlanarPorts } from './quantifyPlanar.ts'
import { readPlanarScans } from './readScans.ts'
import type { PlanarRequest } from './request.ts'
import { selectFrames } from './selectFrames.ts'

export interface DeskPorts {
  readonly nuclides: NuclideTable
  readonly planarSource: () => PlanarSource
  readonly loadCt: (path: string) => Promise<NonNullable<PlanarPorts['ct']>>
  readonly media: () => MediaPack
}

export interface PlanarDesk {
  /** @throws InputError of the source. */
  look(
    path: string,
    administered: Instant,
  ): Promise<{ readonly acquisitions: PlanarAcquisition[]; readonly problems: string[] }>
  /** Both views in the window of the peak, neither mirrored. @throws InputError of `readPlanarScans` and `selectFrames`. */
  views(what: {
    readonly images: string
    readonly peakKev: number
    readonly anteriorDetector?: number | undefined
  }): Promise<{ readonly anterior: PlanarViewImage; readonly posterior: PlanarViewImage }>
  /** One region of a request at all times. @throws InputError `planar.region` where there is none of the name, and those of `quantifyPlanar`. */
  measure(request: PlanarRequest, ctPath: string | null, region: string): Promise<PlanarMeasured>
  release(): void
}

/** A desk without images. Files are read once for each path, until they are released; a draft of a series reads them again. */
export function createPlanarDesk(ports: DeskPorts): PlanarDesk {
  const held = new Map<string, Promise<readonly PlanarImage[]>>()
  let ct: { readonly path: string; readonly image: ReturnType<DeskPorts['loadCt']> } | null = null
  let aligned = shiftsByMirror()

  const read = (path: string): Promise<readonly PlanarImage[]> => {
    const known = held.get(path)
    if (known) return known
    const reading = readOnce(path, ports)
    held.set(path, reading)
    // What could not be read is tried again.
    reading.catch(() => held.delete(path))
    return reading
  }
  const ctOf = async (path: string | null): Promise<PlanarPorts['ct']> => {
    if (path === null) return null
    if (ct?.path !== path) ct = { path, image: ports.loadCt(path) }
    try {
      return await ct.image
    } catch (error) {
      ct = null
      throw error
    }
  }

  return {
    async look(path, administered) {
      const source = ports.planarSource()
      try {
        const found = await source.readPlanar([path])
        const { acquisitions, problems } = planarAcquisitions(path, found.images, administered)
        const said = found.problems
          .filter(({ severity }) => severity === 'refused' || severity === 'warning')
          .map(({ item, message }) => `${item}: ${message}`)
        return { acquisitions: [...acquisitions], problems: [...new Set([...problems, ...said])].slice(0, 20) }
      } finally {
        await source.close()
      }
    },
    async views({ images, peakKev, anteriorDetector }) {
      const frames = selectFrames(await read(images), peakKev, anteriorDetector, images)
      return { anterior: viewImage(frames.anterior.peak.frame), posterior: viewImage(frames.posterior.peak.frame) }
    },
    async measure(request, ctPath, name) {
      const region = request.regions.find((one) => one.name === name)
      if (!region)
        throw new InputError('planar.region', `There is no region "${name}".`, 'Draw it, or choose another one.')
      const { halfLifeS } = findNuclide(ports.nuclides, request.nuclide)
      const one: PlanarRequest = { ...request, regions: [region], wholeBody: undefined, fit: undefined }
      const images = await Promise.all(request.scans.map((scan) => read(scan.images)))
      const how = { halfLifeS, ct: await ctOf(ctPath), media: ports.media, align: aligned(request.posteriorMirrored) }
      const { regions, remarks } = quantifyPlanar(one, images, how)
      const found = regions[0]
      if (!found) throw new Error('A region that was asked for has no result.')
      return {
        transmission: found.transmission,
        sourceFactor: found.sourceFactor,
        times: found.times.map(({ timeS, posteriorShiftMm, anterior, posterior, geometricMeanCps, activityBq }) => ({
          timeH: secondsToHours(timeS),
          anterior: withoutRemarks(anterior),
          posterior: withoutRemarks(posterior),
          geometricMeanCps,
          activityBq,
          posteriorShiftMm: [...posteriorShiftMm],
        })),
        remarks: remarks.map((remark) => remark.slice(0, 1000)),
      }
    },
    release() {
      held.clear()
      ct = null
      aligned = shiftsByMirror()
    },
  }
}

async function readOnce(path: string, ports: DeskPorts): Promise<readonly PlanarImage[]> {
  const source = ports.planarSource()
  try {
    const { images } = await readPlanarScans({ scans: [{ timeH: 0, images: path }] }, '', source)
    return images[0] ?? []
  } finally {
    await source.close()
  }
}

/** Shifts are remembered for views that are mirrored, and for views that are not. */
function shiftsByMirror(): (posteriorMirrored: boolean) => AlignViews {
  const [mirrored, plain] = [rememberedShifts(), rememberedShifts()]
  return (posteriorMirrored) => (posteriorMirrored ? mirrored : plain)
}

/** `conjugateShift` by the anterior frame, which is held and has one posterior view: only regions change between two measurements. */
function rememberedShifts(): AlignViews {
  const known = new WeakMap<PlanarFrame, Map<number, ConjugateShift>>()
  return (anterior, mirroredPosterior, reachPixels) => {
    const ofFrame = known.get(anterior) ?? new Map<number, ConjugateShift>()
    known.set(anterior, ofFrame)
    const found = ofFrame.get(reachPixels) ?? conjugateShift(anterior, mirroredPosterior, reachPixels)
    ofFrame.set(reachPixels, found)
    return found
  }
}

const withoutRemarks = ({ gross, scatter, background, net, overlapShare }: ViewCounts) => ({
  ...{ gross, scatter, background, net, overlapShare },
})

function viewImage({ columns, rows, pixelSpacingMm, counts }: PlanarFrame): PlanarViewImage {
  const bytes = Buffer.from(counts.buffer, counts.byteOffset, counts.byteLength)
  return { columns, rows, pixelSpacingMm: [...pixelSpacingMm], countsBase64: bytes.toString('base64') }
}
