/** How a TIA follows each point of its curve: by fitting again with one point moved. */
import { curveFunctions, fitTimeActivity } from '../../kinetics/index.ts'
import type { FitRequest, TacFit } from '../../kinetics/index.ts'
import { InputError } from '../../errors/index.ts'
import type { PointUncertainty, UncertainCurve } from './types.ts'

export type FittedCurveInput = Extract<UncertainCurve, { kind: 'fit' }>

export interface PointSensitivity {
  readonly timeS: number
  /** Relative standard uncertainty of the point, all its parts. */
  readonly relative: number
  /** d ln TIA / d ln A at the measured value. */
  readonly slope: number
  /** Shift of the mean, variance and third central moment of TIA/TIA₀ that the point's own spread gives; 0, slope²·relative² and 0 where the TIA follows linearly. */
  readonly meanShift: number
  readonly variance: number
  readonly thirdMoment: number
}

export interface CurveSensitivity {
  readonly fit: TacFit
  /** In the order of the request's points. */
  readonly points: readonly PointSensitivity[]
  /**
   * Relative standard uncertainty of the TIA beyond that of the points: what a prior, a scatter larger than the sigmas (scaled covariance) or a rate
   * held at a bound adds to the fit's own u(TIA).
   */
  readonly beyondPoints: number
  /** What of `beyondPoints` is for, in words; '' where it is nothing. */
  readonly beyondWords: string
  /** Refits that did not succeed, in sentences: there the sensitivity is one-sided or unknown. */
  readonly problems: readonly string[]
}

/** Step of the slope in standard uncertainties; nodes of the three-point Gauss–Hermite rule, exact for a polynomial of fifth degree. */
const STEP = 0.05
const NODE = Math.sqrt(3)
/** A point is not moved below this share of itself. */
const LEAST_FACTOR = 0.02

/** Relative difference of u(TIA) by the points and by the fit up to which it is rounding and curvature, not a term of its own. */
const ROUNDING = 0.02

/** Root of the sum of squares of a point's parts. */
export const pointRelative = ({ counts = 0, registration = 0, other = 0 }: PointUncertainty): number =>
  Math.hypot(counts, registration, other)

/** The request with sigmas from the points' parts. @throws InputError `uncertainty.points` naming the point. */
export function requestOf(label: string, { request, points }: FittedCurveInput): FitRequest {
  if (points.length !== request.timesS.length)
    throw new InputError(
      'uncertainty.points',
      `${label}: the curve has ${request.timesS.length} points, and there are uncertainties of ${points.length}.`,
      'Give one for each point, in the same order.',
    )
  const sigmaBq = points.map((point, i) => {
    const relative = pointRelative(point)
    if (!(relative > 0) || !Number.isFinite(relative))
      throw new InputError(
        'uncertainty.points',
        `${label}: point ${i + 1} has a relative uncertainty of ${relative}.`,
        'Give each point at least one part above 0 (counts, registration, other).',
      )
    return relative * Math.abs(request.activityBq[i] ?? Number.NaN)
  })
  return { ...request, label, sigmaBq }
}

/** The same points with the model and prior that a fit has chosen, or the same average: what a repetition is fitted with. */
export function refitRequest(request: FitRequest, fit: TacFit, activityBq: readonly number[]): FitRequest {
  if (fit.model === 'average') return { ...request, activityBq }
  return { ...request, activityBq, model: fit.model, earlyPhasePrior: fit.earlyPhasePrior }
}

/**
 * Sensitivities of the TIA to its points. Slopes are those of the least squares, else by refitting with a point moved by a small step; what the curvature
 * does is always measured by refitting with a point moved by √3 standard uncertainties (weights and model unchanged). Where the slopes give the fit's
 * own u(TIA) but for rounding they are scaled to give exactly that.
 *
 * @throws InputError of `fitTimeActivity` for points that cannot be fitted at all, `uncertainty.points`.
 */
export function curveSensitivity(label: string, curve: FittedCurveInput): CurveSensitivity {
  const request = requestOf(label, curve)
  const fit = curve.fit ?? fitTimeActivity(request)
  const problems: string[] = []
  const own = fit.tiaUncertaintyBqS / fit.tiaBqS
  const known = slopesOfFit(request, fit)
  const points = request.timesS.map((timeS, index): PointSensitivity => {
    const relative = pointRelative(curve.points[index] as PointUncertainty)
    const changeAt = (steps: number): number | null => {
      const factor = Math.max(LEAST_FACTOR, 1 + steps * relative)
      const moved = request.activityBq.map((a, i) => (i === index ? a * factor : a))
      return changeOfTia(request, fit, moved)
    }
    const [up, down] = [changeAt(NODE), changeAt(-NODE)]
    if (up === null || down === null)
      problems.push(`With point ${index + 1} moved within its uncertainty the curve cannot be fitted.`)
    const slope = known?.[index] ?? (oddPart(changeAt(STEP), changeAt(-STEP)) ?? 0) / (STEP * relative)
    return { timeS, relative, slope, ...momentsOf(up ?? -(down ?? 0), down ?? -(up ?? 0)) }
  })
  const agreed = scaledTo(own, points)
  if (agreed) return { fit, points: agreed, beyondPoints: 0, beyondWords: '', problems }
  const fromPoints = uncertaintyOf(points)
  const beyondPoints = fromPoints < own ? Math.sqrt(own * own - fromPoints * fromPoints) : 0
  return { fit, points, beyondPoints, beyondWords: beyondPoints > 0 ? wordsOf(fit) : '', problems }
}

/**
 * d ln TIA / d ln A_i of weighted least squares without fitting again: dθ = C·Jᵀ·W·dA with the covariance C before any scaling, so that
 * ∂TIA/∂A_i = gᵀ·C·J_i/σ_i². null where the curve is not only least squares of exponentials (another loss, other ends, an average).
 */
function slopesOfFit(request: FitRequest, fit: TacFit): readonly number[] | null {
  const { shape, ends, parameters, covariance, covarianceScaling, chiSquare, degreesOfFreedom } = fit
  const isPlain = shape.kind === 'exponentials' && ends.before === 'model' && ends.after === null && !request.loss
  if (!isPlain) return null
  const reduced = degreesOfFreedom > 0 ? chiSquare / degreesOfFreedom : 1
  const scale = covarianceScaling === 'none' ? 1 : covarianceScaling === 'larger' ? Math.max(1, reduced) : reduced
  const curve = curveFunctions(fit)
  const gradientOf = (write: (gradient: number[]) => unknown): number[] => {
    const gradient = new Array<number>(parameters.length).fill(0)
    write(gradient)
    return gradient
  }
  const byParameters = gradientOf((gradient) => curve.integral(0, Infinity, gradient))
  const weights = covariance.map((row) => row.reduce((sum, c, j) => sum + c * (byParameters[j] ?? 0), 0) / scale)
  const slopes = fit.points.map(({ timeS, activityBq, sigmaBq }) => {
    const here = gradientOf((gradient) => curve.value(timeS, gradient))
    const change = here.reduce((sum, v, k) => sum + v * (weights[k] ?? 0), 0) / (sigmaBq * sigmaBq)
    return { timeS, slope: (change * activityBq) / fit.tiaBqS }
  })
  const ordered = request.timesS.map((t) => slopes.find(({ timeS }) => timeS === t)?.slope ?? Number.NaN)
  return scale > 0 && ordered.every((slope) => Number.isFinite(slope)) ? ordered : null
}

const uncertaintyOf = (points: readonly PointSensitivity[]): number =>
  Math.hypot(...points.map((p) => p.slope * p.relative))

/** Slopes that give exactly `own`, where they do so but for rounding; null otherwise. */
function scaledTo(own: number, points: readonly PointSensitivity[]): readonly PointSensitivity[] | null {
  const found = uncertaintyOf(points)
  if (!(Math.abs(found - own) <= ROUNDING * own) || found === 0) return null
  return points.map((point) => ({ ...point, slope: (point.slope * own) / found }))
}

/** TIA/TIA₀ − 1 of moved points; null where they cannot be fitted. */
function changeOfTia(request: FitRequest, fit: TacFit, activityBq: readonly number[]): number | null {
  try {
    return fitTimeActivity(refitRequest(request, fit, activityBq)).tiaBqS / fit.tiaBqS - 1
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return null
  }
}

/** Half the difference of the changes up and down; of one side where the other is not known. */
function oddPart(up: number | null, down: number | null): number | null {
  if (up === null) return down === null ? null : -down
  return down === null ? up : (up - down) / 2
}

/** Of a function of a standard normal number with these changes at ±√3 and none at 0: weights 1/6, 2/3, 1/6. */
function momentsOf(up: number, down: number): Pick<PointSensitivity, 'meanShift' | 'variance' | 'thirdMoment'> {
  const meanShift = (up + down) / 6
  const moment = (n: number): number => ((up - meanShift) ** n + (down - meanShift) ** n + 4 * (-meanShift) ** n) / 6
  return { meanShift, variance: moment(2), thirdMoment: moment(3) }
}

function wordsOf(fit: TacFit): string {
  const scaled = fit.covarianceScaling !== 'none' && fit.degreesOfFreedom > 0 && fit.chiSquare > fit.degreesOfFreedom
  return [
    fit.earlyPhasePrior ? 'prior of the early phase' : '',
    scaled ? 'scatter of the points beyond their uncertainties' : '',
    fit.parameters.some(({ atBound }) => atBound) ? 'a parameter at its bound, counted as free' : '',
  ]
    .filter((words) => words !== '')
    .join(', ')
}
