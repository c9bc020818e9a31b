/** The simplified reference tissue model, with its own k2′ (SRTM) or that of all structures together (SRTM2). */
import { solveLeastSquares } from '../../statistics/index.ts'
import { convolve, frameCurve } from './convolution.ts'
import type { FramedCurve } from './convolution.ts'
import { checkCurve, fitQuality } from './fitQuality.ts'
import type { FitQuality } from './fitQuality.ts'
import { checkK2Reference, checkSameFrames } from './graphical.ts'
import { bestOfStarts } from './leastSquares.ts'
import type { LeastSquaresFit, Residuals } from './leastSquares.ts'
import { curveOfFrames } from './timeCurve.ts'
import type { FrameInterpolation } from './timeCurve.ts'
import type { Estimate, FrameCurve, FrameWeighting, TimeCurve } from './types.ts'
import { frameWeights } from './weights.ts'

export interface ReferenceModelOptions {
  readonly weighting: FrameWeighting
  /** How the reference's frame averages become a curve. */
  readonly interpolation: FrameInterpolation
}

export const DEFAULT_REFERENCE_MODEL_OPTIONS: ReferenceModelOptions = {
  weighting: { kind: 'counts' },
  interpolation: 'mean-preserving',
}

export interface ReferenceModelFit extends FitQuality {
  readonly method: 'srtm' | 'srtm2'
  readonly title: string
  readonly formula: string
  /** BP_ND, R1, k2, k2a, k2'. */
  readonly results: readonly Estimate[]
}

/** k2a is sought on a logarithmic grid within these, 1/s (0.0005 to 2 /min), then refined. Designed. */
export const K2A_RANGE_PER_S = [5e-4 / 60, 2 / 60] as const
const GRID = 60

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** The reference as a curve cut along its own frames. Made once for all structures. */
export function referenceCurve(reference: FrameCurve, interpolation: FrameInterpolation): FramedCurve {
  return framedReference(curveOfFrames(reference, interpolation), reference)
}

/** @param curve of the reference region where it is known better than by its frames (a formula) */
const framedReference = (curve: TimeCurve, { schedule }: FrameCurve): FramedCurve => frameCurve(curve, schedule)

/**
 * SRTM (Lammertsma & Hume, NeuroImage 4 (1996) 153, eq. 7): C_T = R1·C_R + (k2 − R1·k2a)·C_R ⊗ e^(−k2a·t), k2a = k2/(1 + BP_ND), k2′ = k2/R1.
 * Starts are the best of a grid of k2a with exact linear coefficients (Gunn et al., NeuroImage 6 (1997) 279); then all three are fitted.
 *
 * @param reference the region without target, on the same frames
 * @param exactReference its curve, where it is known otherwise than by frames
 * @throws InputError `dynamic.curve`, `dynamic.few-frames`, `dynamic.frames-differ`.
 */
export function fitSrtm(
  curve: FrameCurve,
  reference: FrameCurve,
  options: Partial<ReferenceModelOptions> = {},
  exactReference?: TimeCurve,
): ReferenceModelFit {
  const { weighting, interpolation } = { ...DEFAULT_REFERENCE_MODEL_OPTIONS, ...options }
  checkCurve(curve, 3)
  checkSameFrames(curve, reference)
  const framed = framedReference(exactReference ?? curveOfFrames(reference, interpolation), reference)
  const { inverseSigma, isAbsolute } = frameWeights(curve, weighting)
  const y = curve.concentrationBqPerMl
  // θ = (R1, φ, ln k2a) with φ = k2 − R1·k2a, which may have either sign.
  const fit = solveBasis(y, inverseSigma, framed, ({ average, derivative }, k2a) => {
    const own = framed.average
    return {
      columns: [own, average],
      byLogRate: ([, phi = 0]) => Array.from(derivative, (d) => phi * k2a * d),
    }
  })
  const [r1, phi, logK2a] = [at(fit.theta, 0), at(fit.theta, 1), at(fit.theta, 2)]
  const k2a = Math.exp(logK2a)
  const k2 = phi + r1 * k2a
  const quality = fitQuality(curve, fit.fitted, inverseSigma, isAbsolute, 3, fit)
  const made = estimator(fit, quality.varianceScale)
  // Derivatives by (R1, φ, ln k2a).
  const dK2 = [k2a, 1, r1 * k2a]
  return {
    method: 'srtm',
    title: 'Simplified reference tissue model (SRTM)',
    formula: 'C_T = R1 C_R + (k2 − R1 k2a) C_R ⊗ e^(−k2a t), k2a = k2/(1 + BP_ND)',
    ...quality,
    results: [
      made('BP_ND', 'Binding potential', '1', k2 / k2a - 1, [1, 1 / k2a, -phi / k2a]),
      made('R1', 'Delivery relative to the reference', '1', r1, [1, 0, 0]),
      made('k2', 'Efflux', '1/s', k2, dK2),
      made('k2a', 'Apparent efflux', '1/s', k2a, [0, 0, k2a]),
      made("k2'", 'Efflux of the reference region', '1/s', k2 / r1, [-phi / r1 ** 2, 1 / r1, k2a]),
    ],
    remarks: [...quality.remarks, ...rangeRemark(fit, curve.label)],
  }
}

/**
 * SRTM2 (Wu & Carson, J. Cereb. Blood Flow Metab. 22 (2002) 1440, eq. 4): SRTM with the k2′ of the reference given,
 * C_T = R1·(C_R + (k2′ − k2a)·C_R ⊗ e^(−k2a·t)); BP_ND = R1·k2′/k2a − 1, k2 = R1·k2′. The uncertainty of k2′ is not in the standard errors.
 *
 * @throws InputError as `fitSrtm`, `dynamic.k2-reference`.
 */
export function fitSrtm2(
  curve: FrameCurve,
  reference: FrameCurve,
  k2ReferencePerS: number,
  options: Partial<ReferenceModelOptions> = {},
  exactReference?: TimeCurve,
): ReferenceModelFit {
  const { weighting, interpolation } = { ...DEFAULT_REFERENCE_MODEL_OPTIONS, ...options }
  checkCurve(curve, 2)
  checkSameFrames(curve, reference)
  checkK2Reference(k2ReferencePerS)
  const framed = framedReference(exactReference ?? curveOfFrames(reference, interpolation), reference)
  const { inverseSigma, isAbsolute } = frameWeights(curve, weighting)
  const fit = solveBasis(curve.concentrationBqPerMl, inverseSigma, framed, ({ average, derivative }, k2a) => ({
    columns: [framed.average.map((own, i) => own + (k2ReferencePerS - k2a) * at(average, i))],
    byLogRate: ([r1 = 0]) =>
      Array.from(derivative, (d, i) => r1 * k2a * ((k2ReferencePerS - k2a) * d - at(average, i))),
  }))
  const [r1, k2a] = [at(fit.theta, 0), Math.exp(at(fit.theta, 1))]
  const quality = fitQuality(curve, fit.fitted, inverseSigma, isAbsolute, 2, fit)
  const made = estimator(fit, quality.varianceScale)
  const ratio = (r1 * k2ReferencePerS) / k2a
  return {
    method: 'srtm2',
    title: 'Simplified reference tissue model with a given k2′ (SRTM2)',
    formula: 'C_T = R1 (C_R + (k2′ − k2a) C_R ⊗ e^(−k2a t)), k2a = R1 k2′/(1 + BP_ND)',
    ...quality,
    results: [
      made('BP_ND', 'Binding potential', '1', ratio - 1, [k2ReferencePerS / k2a, -ratio]),
      made('R1', 'Delivery relative to the reference', '1', r1, [1, 0]),
      made('k2', 'Efflux', '1/s', r1 * k2ReferencePerS, [k2ReferencePerS, 0]),
      made('k2a', 'Apparent efflux', '1/s', k2a, [0, k2a]),
      {
        name: "k2'",
        title: 'Efflux of the reference region',
        unit: '1/s',
        value: k2ReferencePerS,
        standardError: null,
        atBound: false,
      },
    ],
    remarks: [...quality.remarks, ...rangeRemark(fit, curve.label)],
  }
}

/**
 * One k2′ for all structures: the median of SRTM's k2/R1 over those that have specific binding (Wu & Carson 2002 take the median over voxels). Those
 * without cannot tell k2′: BP_ND below `smallestBinding`, or k2a on the edge of its range.
 *
 * @returns null where no structure can tell it
 */
export function globalK2Reference(fits: readonly ReferenceModelFit[], smallestBinding = 0.1): number | null {
  const named = (fit: ReferenceModelFit, name: string): Estimate | undefined =>
    fit.results.find((one) => one.name === name)
  const values = fits
    .filter((fit) => (named(fit, 'BP_ND')?.value ?? 0) >= smallestBinding && !named(fit, 'k2a')?.atBound)
    .flatMap((fit) => named(fit, "k2'")?.value ?? [])
    .filter((value) => value > 0)
    .sort((a, b) => a - b)
  const middle = values.length >> 1
  const [upper, lower] = [values[middle], values[(values.length - 1) >> 1]]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}

interface Basis {
  /** Linear columns for one k2a. */
  readonly columns: readonly ArrayLike<number>[]
  /** ∂f/∂ln k2a for given linear coefficients. */
  readonly byLogRate: (coefficients: readonly number[]) => readonly number[]
}

interface BasisFit extends LeastSquaresFit {
  readonly fitted: readonly number[]
}

/** Least squares in linear coefficients and ln k2a. */
function solveBasis(
  y: readonly number[],
  inverseSigma: readonly number[],
  framed: FramedCurve,
  basisOf: (convolved: ReturnType<typeof convolve>, k2a: number) => Basis,
): BasisFit {
  const [low, high] = K2A_RANGE_PER_S.map(Math.log) as [number, number]
  const basisAt = (logRate: number): Basis => basisOf(convolve(framed, Math.exp(logRate)), Math.exp(logRate))
  const target = y.map((v, i) => v * at(inverseSigma, i))
  const grid = Array.from({ length: GRID }, (_, g) => {
    const logRate = low + ((high - low) * g) / (GRID - 1)
    const { columns } = basisAt(logRate)
    const rows = y.map((_, i) => columns.map((column) => at(column, i) * at(inverseSigma, i)))
    const { x } = solveLeastSquares(rows, target)
    const cost = rows.reduce((s, row, i) => s + (at(target, i) - row.reduce((q, v, j) => q + v * at(x, j), 0)) ** 2, 0)
    return { cost, start: [...x, logRate] }
  })
  const minima = grid.filter(
    ({ cost }, g) => cost <= (grid[g - 1]?.cost ?? Infinity) && cost <= (grid[g + 1]?.cost ?? Infinity),
  )
  const starts = minima.sort((a, b) => a.cost - b.cost).slice(0, 3)
  const count = (starts[0]?.start.length ?? 1) - 1
  const predicted = (theta: readonly number[]) => {
    const basis = basisAt(at(theta, count))
    const coefficients = theta.slice(0, count)
    return {
      basis,
      coefficients,
      value: y.map((_, i) => basis.columns.reduce((s, c, j) => s + at(c, i) * at(coefficients, j), 0)),
    }
  }
  const evaluate = (theta: readonly number[]): Residuals => {
    const { basis, coefficients, value } = predicted(theta)
    const byRate = basis.byLogRate(coefficients)
    return {
      residual: value.map((v, i) => at(target, i) - v * at(inverseSigma, i)),
      jacobian: y.map((_, i) =>
        [...basis.columns.map((c) => at(c, i)), at(byRate, i)].map((v) => v * at(inverseSigma, i)),
      ),
    }
  }
  const free = Array.from({ length: count }, () => Infinity)
  const fit = bestOfStarts(
    evaluate,
    starts.map(({ start }) => start),
    { lower: [...free.map((v) => -v), low], upper: [...free, high] },
    Math.sqrt(target.reduce((s, v) => s + v * v, 0)),
  )
  return { ...fit, fitted: predicted(fit.theta).value }
}

function estimator({ inverseNormal, atBound }: BasisFit, varianceScale: number) {
  const isHeld = atBound[atBound.length - 1] === true
  return (
    name: string,
    title: string,
    unit: Estimate['unit'],
    value: number,
    gradient: readonly number[],
  ): Estimate => {
    const dependsOnRate = gradient[gradient.length - 1] !== 0
    const variance = inverseNormal?.reduce(
      (s, row, i) => s + row.reduce((q, v, j) => q + v * (gradient[i] ?? 0) * (gradient[j] ?? 0), 0),
      0,
    )
    const standardError =
      variance === undefined || (isHeld && dependsOnRate) ? null : Math.sqrt(Math.max(0, varianceScale * variance))
    return { name, title, unit, value, standardError, atBound: isHeld && dependsOnRate }
  }
}

const rangeRemark = ({ atBound }: BasisFit, label: string): string[] =>
  atBound[atBound.length - 1]
    ? [`${label}: k2a lies on the edge of its range (0.0005 to 2 /min); what follows from it has no standard error.`]
    : []
