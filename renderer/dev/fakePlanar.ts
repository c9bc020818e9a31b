/** Invented planar images: a body with two kidneys that fade; counts and activities are computed from them. */
import type { PlanarMeasured, PlanarRequest, RequestOf } from '../../electron/contracts/index.ts'
import { planarRequestSchema } from '../../electron/contracts/index.ts'
import {
  conjugateViewActivity,
  ellipseOutline,
  mirrorFrame,
  rectangleOutline,
  roiCounts,
  roiMask,
  shiftRoi,
  subtractBackground,
  transmissionOfThickness,
  type PlanarFrame,
} from '../../native-core/imaging/planar/index.ts'

const [COLUMNS, ROWS, SPACING_MM, COUNTED_S] = [64, 96, 5, 300]
const HOURS = [4, 24, 96]
const EFFECTIVE_H = 50

/** As the camera head sees it: the posterior view has left and right exchanged. */
function frame(hours: number, view: 'anterior' | 'posterior'): PlanarFrame {
  const fall = 2 ** (-hours / EFFECTIVE_H)
  const counts = Float32Array.from({ length: COLUMNS * ROWS }, (_, i) => {
    const [x, y] = [i % COLUMNS, Math.floor(i / COLUMNS)]
    const within = (cx: number, cy: number, rx: number, ry: number) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
    const body = within(31.5, 48, 24, 44) ? 14 : 1
    const kidneys = within(20, 50, 5, 9) ? 90 : within(44, 48, 5, 9) ? 110 : 0
    const liver = within(19, 34, 12, 9) ? 40 : 0
    return Math.round((body + kidneys * (view === 'posterior' ? 1.6 : 0.8) + liver) * fall)
  })
  const seen = { columns: COLUMNS, rows: ROWS, pixelSpacingMm: [SPACING_MM, SPACING_MM] as const, counts }
  return view === 'posterior' ? mirrorFrame(seen) : seen
}
const hoursOf = (images: string): number => Number(/(\d+)h$/.exec(images)?.[1] ?? HOURS[0])

function imageOf({ columns, rows, pixelSpacingMm, counts }: PlanarFrame) {
  const bytes = new Uint8Array(counts.buffer)
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return { columns, rows, pixelSpacingMm, countsBase64: btoa(letters) }
}

type Region = PlanarRequest['regions'][number]
const outlineOf = ({ polygonMm, rectangleMm, ellipseMm }: Pick<Region, 'polygonMm' | 'rectangleMm' | 'ellipseMm'>) =>
  polygonMm ?? (rectangleMm ? rectangleOutline(rectangleMm) : ellipseOutline(ellipseMm ?? [0, 0, 10, 10]))

function measured({ request: asked, region: name }: RequestOf<'planar.measure'>): PlanarMeasured {
  const request = planarRequestSchema.parse(asked)
  const region = request.regions.find((one) => one.name === name) as Region
  const value = (given: number | { readonly value: number; readonly standardUncertainty: number }) =>
    typeof given === 'number' ? { value: given, standardUncertainty: 0 } : given
  const per = (given: Parameters<typeof value>[0], factor: number) => {
    const { value: v, standardUncertainty: u } = value(given)
    return { value: v * factor, standardUncertainty: u * factor }
  }
  const attenuation = request.attenuation
  const { transmission } =
    attenuation?.kind === 'thickness'
      ? transmissionOfThickness(per(attenuation.muPerCm, 0.1), value(attenuation.bodyThicknessMm))
      : transmissionOfThickness(value(0), value(0))
  const times = request.scans.map(({ timeH, images, shiftMm = [0, 0] }) => {
    const viewOf = (view: 'anterior' | 'posterior') => {
      const seen = frame(hoursOf(images), view)
      const image = view === 'posterior' ? mirrorFrame(seen) : seen
      const count = (part: Parameters<typeof outlineOf>[0]) => {
        const mask = roiMask(image, shiftRoi({ name, polygonsMm: [outlineOf(part)] }, shiftMm))
        return { counts: roiCounts(image, mask), areaMm2: mask.areaMm2 }
      }
      const own = count(region)
      const beside = region.background ? count(region.background) : null
      const areaRatio = beside ? own.areaMm2 / beside.areaMm2 : 0
      const net = beside
        ? subtractBackground({
            ...own,
            background: beside.counts,
            areaRatio,
            share: { value: 1, standardUncertainty: 0 },
          })
        : own.counts
      const none = { value: 0, standardUncertainty: 0 }
      const background = beside && per(beside.counts, areaRatio)
      return { gross: own.counts, scatter: none, background, net, overlapShare: null }
    }
    const [anterior, posterior] = [viewOf('anterior'), viewOf('posterior')]
    const found = conjugateViewActivity({
      anteriorCps: per(anterior.net, 1 / COUNTED_S),
      posteriorCps: per(posterior.net, 1 / COUNTED_S),
      transmission,
      sourceAttenuation: { value: 0, standardUncertainty: 0 },
      sensitivityCpsPerBq: per(request.sensitivityCpsPerMbq, 1e-6),
    })
    const { geometricMeanCps, activityBq } = found
    return { timeH, anterior, posterior, geometricMeanCps, activityBq, posteriorShiftMm: [0, 0] as [number, number] }
  })
  return {
    transmission,
    sourceFactor: { value: 1, standardUncertainty: 0 },
    times,
    remarks: ['Scatter was not corrected: the attenuation coefficient must be the broad-beam one of this window.'],
  }
}

export const fakePlanarHandlers = {
  'planar.look': ({ path }: RequestOf<'planar.look'>) => ({
    acquisitions: HOURS.map((timeH) => ({
      ...{ images: `${path}/${timeH}h`, description: 'Whole body, static', timeH, frames: 2, namesViews: true },
      startLocal: `2024-01-${String(8 + Math.floor((9 + timeH) / 24)).padStart(2, '0')}T${String((9 + timeH) % 24).padStart(2, '0')}:00:00`,
      ...{ detectors: [1, 2], windowsKev: [{ lowKev: 187, highKev: 229 }], isWholeBody: false },
    })),
    problems: [],
  }),
  'planar.views': ({ images }: RequestOf<'planar.views'>) => ({
    anterior: imageOf(frame(hoursOf(images), 'anterior')),
    posterior: imageOf(frame(hoursOf(images), 'posterior')),
  }),
  'planar.measure': measured,
  'planar.release': () => ({}),
}
