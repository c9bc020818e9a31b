/** Linear models without a division by the noisy tissue curve: MA1, MRTM1, MRTM2. */
import { InputError } from '../../errors/index.ts'
import { midFrameTimeS } from '../../imaging/pet/index.ts'
import { quadraticForm, solveLeastSquares } from '../../statistics/index.ts'
import { checkCurve, fitQuality } from './fitQuality.ts'
import type { FitQuality } from './fitQuality.ts'
import { frameIntegrals } from './frameIntegrals.ts'
import { checkK2Reference, checkSameFrames, plasmaOnFrames, referenceOnFrames } from './graphical.ts'
import type { Estimate, FrameCurve, FrameWeighting, TimeCurve } from './types.ts'
import { frameWeights } from './weights.ts'

export type MultilinearMethod = 'ma1' | 'mrtm1' | 'mrtm2'

export interface MultilinearFit extends FitQuality {
  readonly method: MultilinearMethod
  readonly title: string
  readonly formula: string
  /** Middle of the first frame that counts, s. */
  readonly tStarS: number
  /** Its index; fitted values and residuals begin with it. */
  readonly firstFrame: number
  /** γ1, γ2 (and γ3) as fitted. */
  readonly coefficients: readonly number[]
  readonly results: readonly Estimate[]
}

export interface MultilinearOptions {
  readonly weighting: FrameWeighting
  /** Frames whose middle is before this do not count, s. */
  readonly tStarS: number
  /** The curve as measured, whose counts weigh the frames; left out: the curve itself. */
  readonly measured: FrameCurve
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/**
 * MA1 (Ichise et al., J. Cereb. Blood Flow Metab. 22 (2002) 1271, eq. 4): C_T = γ1·∫C_p + γ2·∫C_T from t* on, V_T = −γ1/γ2. Less biased by
 * noise than the Logan plot, whose relation it is, solved for C_T.
 *
 * @throws InputError `dynamic.curve`, `dynamic.few-frames`, `dynamic.input-ends`, `dynamic.t-star`, `dynamic.singular`.
 */
export function multilinearAnalysis(
  curve: FrameCurve,
  plasma: TimeCurve,
  options: Partial<MultilinearOptions> = {},
): MultilinearFit {
  checkCurve(curve, 2)
  const { integral } = plasmaOnFrames(plasma, curve.schedule)
  const { fit, gamma, derived } = linearFit(curve, [integral, own(curve)], options)
  const [g1, g2] = [at(gamma, 0), at(gamma, 1)]
  return {
    method: 'ma1',
    title: 'Multilinear analysis MA1',
    formula: 'C_T = γ1 ∫C_p + γ2 ∫C_T, V_T = −γ1/γ2',
    ...fit,
    results: [derived('V_T', 'Distribution volume', 'mL/mL', -g1 / g2, [-1 / g2, g1 / g2 ** 2])],
  }
}

/**
 * MRTM1 (Ichise et al., J. Cereb. Blood Flow Metab. 23 (2003) 1096, eq. 4): C_T = γ1·∫C_R + γ2·∫C_T + γ3·C_R; BP_ND = −(γ1/γ2 + 1), k2′ = γ1/γ3,
 * R1 = γ3 where one tissue compartment describes both regions from t* = 0 on.
 *
 * @throws InputError as `multilinearAnalysis`, `dynamic.frames-differ`.
 */
export function multilinearReference(
  curve: FrameCurve,
  reference: FrameCurve,
  options: Partial<MultilinearOptions> = {},
): MultilinearFit {
  checkCurve(curve, 3)
  checkSameFrames(curve, reference)
  const { average, integral } = referenceOnFrames(reference)
  const { fit, gamma, derived } = linearFit(curve, [integral, own(curve), average], options)
  const [g1, g2, g3] = [at(gamma, 0), at(gamma, 1), at(gamma, 2)]
  return {
    method: 'mrtm1',
    title: 'Multilinear reference tissue model MRTM1',
    formula: 'C_T = γ1 ∫C_R + γ2 ∫C_T + γ3 C_R, BP_ND = −(γ1/γ2 + 1)',
    ...fit,
    results: [
      derived('BP_ND', 'Binding potential', '1', -g1 / g2 - 1, [-1 / g2, g1 / g2 ** 2, 0]),
      derived('R1', 'Delivery relative to the reference', '1', g3, [0, 0, 1]),
      derived("k2'", 'Efflux of the reference region', '1/s', g1 / g3, [1 / g3, 0, -g1 / g3 ** 2]),
    ],
  }
}

/**
 * MRTM2 (Ichise et al. 2003, eq. 6): MRTM1 with a given k2′, C_T = γ1·(∫C_R + C_R/k2′) + γ2·∫C_T; BP_ND = −(γ1/γ2 + 1), R1 = γ1/k2′.
 *
 * @throws InputError as `multilinearReference`, `dynamic.k2-reference`.
 */
export function multilinearReference2(
  curve: FrameCurve,
  reference: FrameCurve,
  k2ReferencePerS: number,
  options: Partial<MultilinearOptions> = {},
): MultilinearFit {
  checkCurve(curve, 2)
  checkSameFrames(curve, reference)
  checkK2Reference(k2ReferencePerS)
  const { average, integral } = referenceOnFrames(reference)
  const first = integral.map((v, i) => v + at(average, i) / k2ReferencePerS)
  const { fit, gamma, derived } = linearFit(curve, [first, own(curve)], options)
  const [g1, g2] = [at(gamma, 0), at(gamma, 1)]
  return {
    method: 'mrtm2',
    title: 'Multilinear reference tissue model MRTM2',
    formula: 'C_T = γ1 (∫C_R + C_R/k2′) + γ2 ∫C_T, BP_ND = −(γ1/γ2 + 1)',
    ...fit,
    results: [
      derived('BP_ND', 'Binding potential', '1', -g1 / g2 - 1, [-1 / g2, g1 / g2 ** 2]),
      derived('R1', 'Delivery relative to the reference', '1', g1 / k2ReferencePerS, [1 / k2ReferencePerS, 0]),
    ],
  }
}

const own = ({ schedule, concentrationBqPerMl }: FrameCurve): number[] =>
  frameIntegrals(schedule.frames, concentrationBqPerMl)

function linearFit(curve: FrameCurve, columns: readonly (readonly number[])[], options: Partial<MultilinearOptions>) {
  const { weighting = { kind: 'counts' }, tStarS = 0, measured = curve } = options
  const { frames } = curve.schedule
  const counted = frames.flatMap((frame, i) => (midFrameTimeS(frame) >= tStarS ? [i] : []))
  if (counted.length <= columns.length)
    throw new InputError(
      'dynamic.t-star',
      `${counted.length} frames are left from ${tStarS} s on, for ${columns.length} coefficients.`,
      'Give an earlier t*.',
    )
  const { inverseSigma, isAbsolute } = frameWeights(measured, weighting)
  const y = curve.concentrationBqPerMl
  const weight = (values: ArrayLike<number>): number[] => counted.map((i) => at(values, i) * at(inverseSigma, i))
  const weighted = columns.map(weight)
  const target = weight(y)
  const rows = counted.map((_, r) => weighted.map((column) => at(column, r)))
  const { x: gamma, inverseNormal } = solveLeastSquares(rows, target, true)
  if (!inverseNormal || at(gamma, 1) === 0)
    throw new InputError(
      'dynamic.singular',
      `The frames of ${curve.label} from ${tStarS} s on do not tell the coefficients apart.`,
      'Give an earlier t*, or a model of fewer parameters.',
    )
  const chiSquare = rows.reduce(
    (s, row, r) => s + (at(target, r) - row.reduce((q, v, j) => q + v * at(gamma, j), 0)) ** 2,
    0,
  )
  const pick = (values: readonly number[]): number[] => counted.map((i) => at(values, i))
  const part: FrameCurve = {
    ...curve,
    schedule: { ...curve.schedule, frames: counted.flatMap((i) => frames[i] ?? []) },
    concentrationBqPerMl: pick(y),
  }
  const fittedPart = counted.map((i) => columns.reduce((s, column, j) => s + at(column, i) * at(gamma, j), 0))
  const quality = fitQuality(part, fittedPart, pick(inverseSigma), isAbsolute, columns.length, {
    chiSquare,
    converged: true,
  })
  const remarks =
    at(gamma, 1) >= 0
      ? [`${curve.label}: γ2 is not negative, so uptake is not seen to be reversible; the result means nothing.`]
      : []
  const derived = (
    name: string,
    title: string,
    unit: Estimate['unit'],
    value: number,
    gradient: readonly number[],
  ): Estimate => ({
    name,
    title,
    unit,
    value,
    standardError: Math.sqrt(Math.max(0, quality.varianceScale * quadraticForm(inverseNormal, gradient))),
    atBound: false,
  })
  const first = frames[counted[0] ?? 0]
  return {
    gamma,
    fit: {
      ...quality,
      remarks: [...quality.remarks, ...remarks],
      coefficients: gamma,
      tStarS: first ? midFrameTimeS(first) : NaN,
      firstFrame: counted[0] ?? 0,
    },
    derived,
  }
}
