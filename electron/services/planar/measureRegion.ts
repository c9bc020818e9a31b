/** Primary counts of regions in both views of one scan. */
import { InputError } from '../../../native-core/errors/index.ts'
import {
  backgroundShare,
  conjugateShift,
  dualEnergyWindow,
  mirrorFrame,
  overlapCorrected,
  roiCounts,
  roiMask,
  shiftRoi,
  subtractBackground,
  tripleEnergyWindow,
} from '../../../native-core/imaging/planar/index.ts'
import type { BackgroundMethod, FreeShare, PlanarRoi, PlanarView } from '../../../native-core/imaging/planar/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { toMeasured, toRoi } from './fields.ts'
import type { MeasuredField } from './fields.ts'
import type { PlanarRegion, PlanarRequest } from './request.ts'
import type { ScanFrames, ViewFrames, WindowFrame } from './selectFrames.ts'

/** Both views ready to count in: the posterior one mirrored, with what a region is to be moved by on it. */
export interface CountingViews {
  readonly anterior: ViewFrames
  readonly posterior: ViewFrames
  readonly posteriorShiftMm: readonly [number, number]
  /** What all regions are moved by on both views. */
  readonly shiftMm: readonly [number, number]
  readonly remarks: readonly string[]
}

/** Finds the shift of two views; `conjugateShift`, or what remembers its answers. */
export type AlignViews = typeof conjugateShift

export function countingViews(
  frames: ScanFrames,
  { posteriorMirrored, alignReachPixels }: Pick<PlanarRequest, 'posteriorMirrored' | 'alignReachPixels'>,
  { shiftMm = [0, 0], posteriorShiftMm }: Pick<PlanarRequest['scans'][number], 'shiftMm' | 'posteriorShiftMm'>,
  align: AlignViews = conjugateShift,
): CountingViews {
  const mirrored = (one: WindowFrame): WindowFrame => ({ ...one, frame: mirrorFrame(one.frame) })
  const { peak, lower, upper } = frames.posterior
  const posterior = posteriorMirrored
    ? { peak: mirrored(peak), lower: lower && mirrored(lower), upper: upper && mirrored(upper) }
    : frames.posterior
  const views = { anterior: frames.anterior, posterior, shiftMm }
  if (posteriorShiftMm || alignReachPixels === 0)
    return { ...views, posteriorShiftMm: posteriorShiftMm ?? [0, 0], remarks: [] }
  const found = align(frames.anterior.peak.frame, posterior.peak.frame, alignReachPixels)
  const [x, y] = found.shiftMm
  return {
    ...views,
    posteriorShiftMm: found.shiftMm,
    remarks: [
      `Regions were moved by ${x.toFixed(1)} and ${y.toFixed(1)} mm on the mirrored posterior view (correlation ${found.correlation.toFixed(3)}).`,
    ],
  }
}

/** Counts of a region in one view, step by step. */
export interface ViewCounts {
  readonly gross: Measured
  readonly scatter: Measured
  /** Subtracted; null without a background region. */
  readonly background: Measured | null
  /** Of the whole organ: net, and brought from the free part to the whole where another organ overlaps it. */
  readonly net: Measured
  readonly overlapShare: Measured | null
  readonly remarks: readonly string[]
}

/** @throws InputError of the core, and `planar.window` where a scatter window is missing. */
export function regionCounts(
  region: PlanarRegion,
  view: PlanarView,
  views: CountingViews,
  scatter: PlanarRequest['scatter'],
): ViewCounts {
  const frames = views[view]
  const [x, y] = view === 'posterior' ? views.posteriorShiftMm : [0, 0]
  const place = (roi: PlanarRoi): PlanarRoi => shiftRoi(roi, [views.shiftMm[0] + x, views.shiftMm[1] + y])
  const remarks: string[] = []
  const count = (roi: PlanarRoi): Counted => {
    const counted = primaryCounts(frames, place(roi), scatter)
    remarks.push(...counted.remarks)
    return counted
  }
  const whole = toRoi(region.name, region)
  const own = count(region.overlap ? toRoi(`${region.name}, free part`, region.overlap.free) : whole)
  const share = region.background ? backgroundShare(backgroundMethod(region))[view] : null
  const background = region.background ? count(toRoi(`${region.name}, background`, region.background)) : null
  const net = (counted: Counted): Measured =>
    background && share
      ? subtractBackground({
          counts: counted.primary,
          background: background.primary,
          areaRatio: counted.areaMm2 / background.areaMm2,
          share,
        })
      : counted.primary
  const subtracted = background && share ? scaledBackground(own, background, share) : null
  const all = { gross: own.gross, scatter: own.scatter, background: subtracted }
  if (!region.overlap) return { ...all, net: net(own), overlapShare: null, remarks }
  const { share: from } = region.overlap
  const corrected = overlapCorrected(
    net(own),
    from.kind === 'area'
      ? {
          kind: 'area',
          freeMm2: own.areaMm2,
          wholeMm2: roiMask(frames.peak.frame, place(whole)).areaMm2,
          relativeUncertainty: from.relativeUncertainty,
        }
      : from.kind === 'thickness'
        ? { kind: 'thickness', free: toMeasured(from.freeVolumeMl), whole: toMeasured(from.wholeVolumeMl) }
        : contralateral(
            net(count(toRoi(`${region.name}, part of the other`, from.part))),
            net(count(toRoi(`${region.name}, the other`, from.whole))),
          ),
  )
  return { ...all, net: corrected.counts, overlapShare: corrected.share, remarks }
}

const contralateral = (part: Measured, whole: Measured): FreeShare => ({ kind: 'contralateral', part, whole })

export interface Counted {
  readonly gross: Measured
  readonly scatter: Measured
  readonly primary: Measured
  readonly areaMm2: number
  readonly remarks: readonly string[]
}

/** Counts of a region in the peak window less scatter. */
export function primaryCounts(frames: ViewFrames, roi: PlanarRoi, scatter: PlanarRequest['scatter']): Counted {
  const mask = roiMask(frames.peak.frame, roi)
  const gross = roiCounts(frames.peak.frame, mask)
  const remarks =
    mask.fractionOutside > 1e-3
      ? [
          `${(mask.fractionOutside * 100).toFixed(0)} % of the region "${roi.name}" lie outside the image and were not counted.`,
        ]
      : []
  const none = { value: 0, standardUncertainty: 0 }
  if (scatter.method === 'none') return { gross, scatter: none, primary: gross, areaMm2: mask.areaMm2, remarks }
  const inWindow = ({ window, frame }: WindowFrame) => ({ window, counts: roiCounts(frame, mask) })
  if (frames.lower === null)
    throw new InputError(
      'planar.window',
      'There is no energy window below that of the peak.',
      'Give the images of the scatter windows too, or no scatter correction.',
    )
  const corrected =
    scatter.method === 'triple'
      ? tripleEnergyWindow({
          peak: inWindow(frames.peak),
          lower: inWindow(frames.lower),
          upper: frames.upper && inWindow(frames.upper),
          interpolation: scatter.interpolation,
        })
      : dualEnergyWindow({
          peak: inWindow(frames.peak),
          scatterWindow: inWindow(frames.lower),
          ratio: toMeasured(scatter.ratio),
        })
  return {
    gross,
    scatter: corrected.scatter,
    primary: corrected.primary,
    areaMm2: mask.areaMm2,
    remarks: [...remarks, ...corrected.remarks.map((remark) => `${roi.name}: ${remark}`)],
  }
}

function scaledBackground(own: Counted, background: Counted, share: Measured): Measured {
  const scale = own.areaMm2 / background.areaMm2
  return {
    value: scale * share.value * background.primary.value,
    standardUncertainty:
      scale *
      Math.hypot(
        share.value * background.primary.standardUncertainty,
        share.standardUncertainty * background.primary.value,
      ),
  }
}

/** @throws InputError `planar.background` where the method's numbers are missing. */
function backgroundMethod({ name, background }: PlanarRegion): BackgroundMethod {
  if (!background || background.method === 'full') return { kind: 'full' }
  const needed = (field: 'sourceThicknessMm' | 'bodyThicknessMm' | 'depthMm'): Measured => {
    const value: MeasuredField | undefined = background[field]
    if (value === undefined) throw missing(name, background.method, field)
    return toMeasured(value)
  }
  const thicknesses = { sourceThicknessMm: needed('sourceThicknessMm'), bodyThicknessMm: needed('bodyThicknessMm') }
  if (background.method === 'thickness') return { kind: 'thickness', ...thicknesses }
  if (background.muPerCm === undefined) throw missing(name, background.method, 'muPerCm')
  return { kind: 'attenuated', ...thicknesses, depthMm: needed('depthMm'), muPerMm: background.muPerCm / 10 }
}

const missing = (name: string, method: string, field: string): InputError =>
  new InputError(
    'planar.background',
    `The background of "${name}" is to be corrected by the method "${method}", but ${field} is missing.`,
    'Give it, or choose another method.',
  )
