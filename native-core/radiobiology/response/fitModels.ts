/** Several models fitted to the same volumes, and what a fit says about times to come. */
import { InputError } from '../../errors/index.ts'
import { NORMAL_975 } from '../../statistics/index.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import { fitTumourResponse, logVolumes } from './fit.ts'
import { curveWithSpread } from './fitCovariance.ts'
import { modelWith, naturalOf, workingOf } from './fitParameters.ts'
import type { ResponseFit, ResponseFitProblem } from './fitTypes.ts'

export interface ResponseCandidate {
  readonly name: string
  readonly problem: ResponseFitProblem
}

export interface RankedResponse {
  readonly name: string
  readonly fit: ResponseFit | null
  /** Why there is no fit; '' if there is. */
  readonly problem: string
  /** exp(−ΔAICc/2) over the sum of it; null where the fit has no AICc. */
  readonly weight: number | null
}

/**
 * Fits each candidate; best AICc first, then those without one (too few volumes to compare), then those that cannot be fitted. Akaike weights by Burnham &
 * Anderson 2002, section 2.9.
 *
 * @throws InputError that of the first candidate where none can be fitted; `biology.fit-data` for candidates with different volumes.
 */
export function fitTumourModels(candidates: readonly ResponseCandidate[], course: DoseRateCourse): RankedResponse[] {
  const [first] = candidates
  if (!first) throw new InputError('biology.fit-data', 'There is no model to fit.', 'Give at least one.')
  const key = (one: ResponseCandidate): string => JSON.stringify([one.problem.volumes, one.problem.startS])
  if (candidates.some((one) => key(one) !== key(first)))
    throw new InputError(
      'biology.fit-data',
      'The models are given different volumes.',
      'AICc compares fits of the same data only.',
    )
  const failures: InputError[] = []
  const fitted = candidates.map(({ name, problem }): Omit<RankedResponse, 'weight'> => {
    try {
      return { name, fit: fitTumourResponse(problem, course), problem: '' }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      failures.push(error)
      return { name, fit: null, problem: `${error.message} ${error.hint}` }
    }
  })
  const [failure] = failures
  if (failure && failures.length === candidates.length) throw failure
  // Where the initial volume is held in one model and free in another, not the same volumes count.
  const counted = Math.max(...fitted.map(({ fit }) => fit?.informative ?? 0))
  const score = ({ fit }: Omit<RankedResponse, 'weight'>): number =>
    fit === null ? Infinity : fit.aicc !== null && fit.informative === counted ? fit.aicc : Number.MAX_VALUE
  const least = Math.min(...fitted.map(score))
  const relative = (one: Omit<RankedResponse, 'weight'>): number | null =>
    score(one) < Number.MAX_VALUE ? Math.exp(-(score(one) - least) / 2) : null
  const sum = fitted.reduce((total, one) => total + (relative(one) ?? 0), 0)
  return fitted
    .map((one) => {
      const share = relative(one)
      return { ...one, weight: share === null ? null : share / sum }
    })
    .sort((a, b) => (score(a) === score(b) ? 0 : score(a) - score(b)))
}

export interface PredictedVolume {
  readonly timeS: number
  readonly volume: number
  /** 95 % of the volume itself, by the uncertainty of the parameters. */
  readonly low: number
  readonly high: number
  /** 95 % of what the next scan shows, with its own relative uncertainty too. */
  readonly scanLow: number
  readonly scanHigh: number
}

/**
 * Volumes at ascending times from the start of the model on, with bands: the covariance of the fit carried to ln V by differences, normal there. Parameters
 * that are held count as known.
 *
 * @param scanUncertainty relative standard uncertainty of a volume that will be measured.
 */
export function predictResponse(
  fit: ResponseFit,
  course: DoseRateCourse,
  timesS: readonly number[],
  scanUncertainty: number,
): PredictedVolume[] {
  const { startS, free } = fit.problem
  if (timesS.length === 0 || !((timesS[0] as number) >= startS) || !(scanUncertainty >= 0))
    throw new InputError(
      'biology.fit-data',
      `A volume is predicted from ${timesS[0]} s on with scans known to ${scanUncertainty}.`,
      `Give times from the start of the model (${startS} s) on, and an uncertainty that is not negative.`,
    )
  const best = fit.parameters.map(({ name, value }) => workingOf(name, value))
  const logsAt = (working: readonly number[]): number[] => {
    const { model, initialVolume } = modelWith(
      fit.problem,
      free.map(({ name }, j) => naturalOf(name, working[j] as number)),
    )
    return logVolumes(model, course, initialVolume, startS, timesS)
  }
  return curveWithSpread(logsAt, best, fit.covariance).map(({ value: log, sd: own }, i) => {
    const band = (sd: number): readonly [number, number] => [
      Math.exp(log - NORMAL_975 * sd),
      Math.exp(log + NORMAL_975 * sd),
    ]
    const [low, high] = band(own)
    const [scanLow, scanHigh] = band(Math.hypot(own, scanUncertainty))
    return { timeS: timesS[i] as number, volume: Math.exp(log), low, high, scanLow, scanHigh }
  })
}
