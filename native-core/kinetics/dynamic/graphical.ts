/**
 * Plots that become straight: Logan for reversible, Patlak for irreversible uptake, with an arterial input or a reference region. The relations are
 * linear in the curves and their integrals, so they hold for averages over frames as they do for moments; averages are used throughout.
 */
import { InputError } from '../../errors/index.ts'
import { midFrameTimeS } from '../../imaging/pet/index.ts'
import { frameCurve } from './convolution.ts'
import { checkCurve } from './fitQuality.ts'
import { frameIntegrals } from './frameIntegrals.ts'
import { DEFAULT_STRAIGHT_FROM, straightPart } from './straightPart.ts'
import type { PlotPoint, StraightFrom, StraightPart } from './straightPart.ts'
import type { Estimate, FrameCurve, FrameSchedule, TimeCurve } from './types.ts'

export type GraphicalMethod = 'logan' | 'logan-reference' | 'patlak' | 'patlak-reference'

export interface GraphicalFit {
  readonly method: GraphicalMethod
  readonly title: string
  readonly xTitle: string
  readonly yTitle: string
  readonly points: readonly PlotPoint[]
  readonly straight: StraightPart
  /** The slope and what follows from it, by the names of the field. */
  readonly results: readonly Estimate[]
  readonly remarks: readonly string[]
}

/** What a plot has on its axes besides the tissue: averages over the frames. */
export interface FramedReference {
  readonly average: readonly number[]
  readonly integral: readonly number[]
}

/** Plasma on the frames. @throws InputError `dynamic.input-ends`. */
export function plasmaOnFrames(plasma: TimeCurve, schedule: FrameSchedule): FramedReference {
  const { average, integral } = frameCurve(plasma, schedule)
  return { average: [...average], integral: [...integral] }
}

/** A reference region on the frames. @throws InputError `dynamic.curve`. */
export function referenceOnFrames(reference: FrameCurve): FramedReference {
  checkCurve(reference, 1)
  const { concentrationBqPerMl: c } = reference
  return { average: c, integral: frameIntegrals(reference.schedule.frames, c) }
}

/**
 * Logan plot ∫C_T/C_T = V_T·∫C_p/C_T + b (Logan et al., J. Cereb. Blood Flow Metab. 10 (1990) 740): the slope is V_T. Noise in C_T lowers it
 * (Slifstein & Laruelle, J. Nucl. Med. 41 (2000) 2083); `multilinearAnalysis` is less biased.
 *
 * @throws InputError `dynamic.curve`, `dynamic.few-frames`, `dynamic.input-ends`, `dynamic.t-star`.
 */
export function loganPlot(
  curve: FrameCurve,
  plasma: TimeCurve,
  from: StraightFrom = DEFAULT_STRAIGHT_FROM,
): GraphicalFit {
  checkCurve(curve, 2)
  const { straight, points } = fitted(curve, loganAxes(curve, plasmaOnFrames(plasma, curve.schedule), null), from)
  return {
    method: 'logan',
    title: 'Logan plot',
    xTitle: '∫C_p/C_T (s)',
    yTitle: '∫C_T/C_T (s)',
    points,
    straight,
    results: [estimate('V_T', 'Distribution volume', 'mL/mL', straight.slope, straight.slopeStandardError)],
    remarks: straight.remarks,
  }
}

/**
 * Logan plot with a reference region, ∫C_T/C_T = DVR·(∫C_R + C_R/k2′)/C_T + b (Logan et al., J. Cereb. Blood Flow Metab. 16 (1996) 834, eq. 7):
 * the slope is DVR = 1 + BP_ND.
 *
 * @param k2ReferencePerS efflux k2′ of the reference region, 1/s; null leaves its term out, which needs C_R/C_T to be constant
 * @throws InputError as `loganPlot`, `dynamic.k2-reference`.
 */
export function loganReferencePlot(
  curve: FrameCurve,
  reference: FrameCurve,
  k2ReferencePerS: number | null,
  from: StraightFrom = DEFAULT_STRAIGHT_FROM,
): GraphicalFit {
  checkCurve(curve, 2)
  checkSameFrames(curve, reference)
  if (k2ReferencePerS !== null) checkK2Reference(k2ReferencePerS)
  const { straight, points } = fitted(curve, loganAxes(curve, referenceOnFrames(reference), k2ReferencePerS), from)
  return {
    method: 'logan-reference',
    title: 'Logan plot with a reference region',
    xTitle: k2ReferencePerS === null ? '∫C_R/C_T (s)' : '(∫C_R + C_R/k2′)/C_T (s)',
    yTitle: '∫C_T/C_T (s)',
    points,
    straight,
    results: [
      estimate('DVR', 'Ratio of distribution volumes', '1', straight.slope, straight.slopeStandardError),
      estimate('BP_ND', 'Binding potential', '1', straight.slope - 1, straight.slopeStandardError),
    ],
    remarks: [
      ...straight.remarks,
      ...(k2ReferencePerS === null
        ? ['No k2′ of the reference region was given; its term is left out, which holds once C_R/C_T is constant.']
        : []),
    ],
  }
}

/**
 * Patlak plot C_T/C_p = K_i·∫C_p/C_p + V (Patlak, Blasberg, Fenstermacher, J. Cereb. Blood Flow Metab. 3 (1983) 1): the slope is K_i.
 *
 * @throws InputError as `loganPlot`.
 */
export function patlakPlot(
  curve: FrameCurve,
  plasma: TimeCurve,
  from: StraightFrom = DEFAULT_STRAIGHT_FROM,
): GraphicalFit {
  checkCurve(curve, 2)
  const { straight, points } = fitted(curve, patlakAxes(curve, plasmaOnFrames(plasma, curve.schedule)), from)
  return {
    method: 'patlak',
    title: 'Patlak plot',
    xTitle: '∫C_p/C_p (s)',
    yTitle: 'C_T/C_p (mL/mL)',
    points,
    straight,
    results: [
      estimate('K_i', 'Net influx', 'mL/(mL·s)', straight.slope, straight.slopeStandardError),
      estimate('V', 'Intercept: initial volume', 'mL/mL', straight.intercept, straight.interceptStandardError),
    ],
    remarks: straight.remarks,
  }
}

/**
 * Patlak plot with a reference region in the place of plasma (Patlak & Blasberg, J. Cereb. Blood Flow Metab. 5 (1985) 584): the slope is
 * K_i over the distribution volume of the reference.
 *
 * @throws InputError as `loganPlot`.
 */
export function patlakReferencePlot(
  curve: FrameCurve,
  reference: FrameCurve,
  from: StraightFrom = DEFAULT_STRAIGHT_FROM,
): GraphicalFit {
  checkCurve(curve, 2)
  checkSameFrames(curve, reference)
  const { straight, points } = fitted(curve, patlakAxes(curve, referenceOnFrames(reference)), from)
  return {
    method: 'patlak-reference',
    title: 'Patlak plot with a reference region',
    xTitle: '∫C_R/C_R (s)',
    yTitle: 'C_T/C_R',
    points,
    straight,
    results: [
      estimate('K_ref', 'Net influx relative to the reference', '1/s', straight.slope, straight.slopeStandardError),
      estimate('V', 'Intercept', '1', straight.intercept, straight.interceptStandardError),
    ],
    remarks: straight.remarks,
  }
}

type Axes = readonly { readonly x: number; readonly y: number }[]

function loganAxes({ schedule, concentrationBqPerMl: c }: FrameCurve, given: FramedReference, k2: number | null): Axes {
  return frameIntegrals(schedule.frames, c).map((integral, i) => {
    const own = c[i] as number
    const above = (given.integral[i] as number) + (k2 === null ? 0 : (given.average[i] as number) / k2)
    return own > 0 ? { x: above / own, y: integral / own } : { x: NaN, y: NaN }
  })
}

function patlakAxes({ concentrationBqPerMl: c }: FrameCurve, given: FramedReference): Axes {
  return c.map((own, i) => {
    const below = given.average[i] as number
    return below > 0 ? { x: (given.integral[i] as number) / below, y: own / below } : { x: NaN, y: NaN }
  })
}

function fitted(curve: FrameCurve, axes: Axes, from: StraightFrom) {
  const points = axes.map(({ x, y }, i) => {
    const frame = curve.schedule.frames[i]
    return { midTimeS: frame ? midFrameTimeS(frame) : NaN, x, y }
  })
  return { points, straight: straightPart(points, from) }
}

const estimate = (
  name: string,
  title: string,
  unit: Estimate['unit'],
  value: number,
  standardError: number,
): Estimate => ({ name, title, unit, value, standardError, atBound: false })

/** @throws InputError `dynamic.frames-differ`. */
export function checkSameFrames(curve: FrameCurve, reference: FrameCurve): void {
  const [a, b] = [curve.schedule.frames, reference.schedule.frames]
  if (
    a.length === b.length &&
    a.every((frame, i) => frame.startS === b[i]?.startS && frame.durationS === b[i].durationS)
  )
    return
  throw new InputError(
    'dynamic.frames-differ',
    `${curve.label} and ${reference.label} have different frames.`,
    'Give both curves from one scan.',
  )
}

/** @throws InputError `dynamic.k2-reference`. */
export function checkK2Reference(k2PerS: number): void {
  if (k2PerS > 0 && Number.isFinite(k2PerS)) return
  throw new InputError(
    'dynamic.k2-reference',
    `k2′ of the reference region is ${k2PerS} 1/s.`,
    'Give a positive rate: published, or from SRTM.',
  )
}
