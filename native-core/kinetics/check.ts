import { InputError } from '../errors/index.ts'
import { DEFAULT_ERROR_MODEL } from './defaults.ts'
import type { ErrorModel, FitRequest } from './types.ts'

export interface CheckedPoints {
  readonly timesS: readonly number[]
  readonly activityBq: readonly number[]
  readonly sigmaBq: readonly number[]
  readonly errorModel: string
  readonly sigmasGiven: boolean
  /** The rule behind the sigmas; null where they were given point by point. */
  readonly rule: ErrorModel | null
}

const hours = (timeS: number): string => `${Number((timeS / 3600).toPrecision(4))} h`

/**
 * Checks the points of a curve and sorts them by time. Throws InputError naming structure and time point for: no points, lists of
 * unequal length, values that are not numbers, a time before the administration, two points at one time, an activity or sigma
 * that is not positive, a half-life that is not positive.
 */
export function checkPoints(request: FitRequest): CheckedPoints {
  const { label, timesS, activityBq, physicalHalfLifeS } = request
  const n = timesS.length
  if (!(physicalHalfLifeS > 0) || !Number.isFinite(physicalHalfLifeS)) {
    throw new InputError(
      'kinetics.half-life',
      `${label}: the physical half-life must be a positive number of seconds, not ${physicalHalfLifeS}.`,
      'Give the half-life of the radionuclide, or its name.',
    )
  }
  if (n === 0 || activityBq.length !== n) {
    throw new InputError(
      'kinetics.points',
      `${label}: there are ${n} times and ${activityBq.length} activities.`,
      'Give one activity for each time, and at least one point.',
    )
  }
  if (activityBq.every((a) => a === 0)) {
    throw new InputError(
      'kinetics.zero-activity',
      `${label}: the activity is zero at all ${n} time points.`,
      'Check that the outline lies inside the emission image and that the image is calibrated. There is nothing to fit.',
    )
  }
  const rule = request.sigmaBq ?? DEFAULT_ERROR_MODEL
  const sigmasGiven = Array.isArray(rule)
  if (sigmasGiven && (rule as readonly number[]).length !== n) {
    throw new InputError(
      'kinetics.sigmas',
      `${label}: there are ${n} points and ${(rule as readonly number[]).length} uncertainties.`,
      'Give one standard uncertainty for each point, or an error model.',
    )
  }
  const points = timesS.map((timeS, i) => ({ timeS, activityBq: activityBq[i] as number, index: i }))
  for (const p of points) checkPoint(label, p.timeS, p.activityBq, p.index)
  points.sort((a, b) => a.timeS - b.timeS)
  for (let i = 1; i < n; i++) {
    const [before, here] = [points[i - 1] as (typeof points)[0], points[i] as (typeof points)[0]]
    if (before.timeS === here.timeS) {
      throw new InputError(
        'kinetics.duplicate-time',
        `${label}: points ${Math.min(before.index, here.index) + 1} and ${Math.max(before.index, here.index) + 1} have the same time, ${hours(here.timeS)}.`,
        'Keep one of the two scans, or give their mean as one point.',
      )
    }
  }
  const sigmaBq = points.map((p) => {
    const sigma = Array.isArray(rule)
      ? ((rule as readonly number[])[p.index] as number)
      : Math.hypot((rule as { fraction: number }).fraction * p.activityBq, (rule as { absoluteBq: number }).absoluteBq)
    if (!(sigma > 0) || !Number.isFinite(sigma)) {
      throw new InputError(
        'kinetics.sigmas',
        `${label}: the uncertainty of the point at ${hours(p.timeS)} is ${sigma}; it must be a positive number of Bq.`,
        'Give a positive standard uncertainty, or leave it out to use the default error model.',
      )
    }
    return sigma
  })
  return {
    timesS: points.map((p) => p.timeS),
    activityBq: points.map((p) => p.activityBq),
    sigmaBq,
    errorModel: describeErrorModel(request),
    sigmasGiven,
    rule: sigmasGiven ? null : (rule as ErrorModel),
  }
}

function checkPoint(label: string, timeS: number, activityBq: number, index: number): void {
  const where = `${label}: point ${index + 1}`
  if (!Number.isFinite(timeS) || !Number.isFinite(activityBq)) {
    throw new InputError(
      'kinetics.not-a-number',
      `${where} has time ${timeS} s and activity ${activityBq} Bq; both must be finite numbers.`,
      'Leave the point out, or correct it.',
    )
  }
  if (timeS < 0) {
    throw new InputError(
      'kinetics.before-administration',
      `${where} lies ${hours(-timeS)} before the administration.`,
      'Check the time of administration and the acquisition time, with their dates and time zones.',
    )
  }
  if (activityBq <= 0) {
    throw new InputError(
      activityBq === 0 ? 'kinetics.zero-activity' : 'kinetics.negative-activity',
      `${where}, at ${hours(timeS)}, has ${activityBq === 0 ? 'no activity' : `a negative activity (${activityBq} Bq)`}.`,
      'Leave the point out of the fit, or check the outline and the calibration of that scan. A curve through the other points can be fitted.',
    )
  }
}

function describeErrorModel(request: FitRequest): string {
  const rule = request.sigmaBq
  if (rule === undefined) {
    return `default: ${DEFAULT_ERROR_MODEL.fraction * 100} % of each measured value (designed, not measured)`
  }
  if (Array.isArray(rule)) return 'stated for each point'
  const { fraction, absoluteBq } = rule as { fraction: number; absoluteBq: number }
  const parts = []
  if (fraction > 0) parts.push(`${Number((fraction * 100).toPrecision(3))} % of each measured value`)
  if (absoluteBq > 0) parts.push(`${Number(absoluteBq.toPrecision(3))} Bq`)
  return parts.join(' and ') + (parts.length > 1 ? ', added in quadrature' : '')
}
