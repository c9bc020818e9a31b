/** What a tumour may do: its response drawn over what is not known of its parameters, its first volume and its dose. */
import { InputError } from '../../errors/index.ts'
import { choleskyFactor, NORMAL_975, RandomStream, sortedQuantile } from '../../statistics/index.ts'
import { scaledCourse } from '../doseRate/index.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import { logVolumes } from './fit.ts'
import { modelWith, naturalOf, rangeOf, valueIn, workingOf } from './fitParameters.ts'
import type { FreeParameterName, ResponseFit, ResponseFitProblem } from './fitTypes.ts'
import type { TumourModel } from './tumour.ts'

export interface ResponseDraw {
  readonly model: TumourModel
  readonly initialVolume: number
  /** What the dose rates of this draw are multiplied with. */
  readonly doseFactor: number
}

/** What is drawn: the parameters of a fit by their covariance, others by what is said of them. */
export interface ResponseSpread {
  readonly problem: Pick<ResponseFitProblem, 'model' | 'initialVolume' | 'startS'>
  /** Null where nothing was fitted. */
  readonly fit: ResponseFit | null
  /** Parameters that were not fitted, with the standard deviation of their logarithm (of a fraction: of its logit). */
  readonly held: readonly { readonly name: FreeParameterName; readonly sdOfLog: number }[]
  /** Of the dose of all cycles together: they share what they are uncertain by. 0 where α was fitted to these doses. */
  readonly doseSdOfLog: number
}

/**
 * `draws` sets of parameters: those of a fit normal in their working parameters (within the range of the search), held ones and the dose log-normal. Draw k takes
 * stream k of `seed`: equal input, equal result.
 *
 * @throws InputError `biology.fit-data` for spreads that are negative or no draw at all.
 */
export function drawResponses(
  { problem, fit, held, doseSdOfLog }: ResponseSpread,
  { seed, draws }: { readonly seed: number; readonly draws: number },
): ResponseDraw[] {
  if (!(draws >= 1) || !(doseSdOfLog >= 0) || held.some(({ sdOfLog }) => !(sdOfLog >= 0)))
    throw new InputError(
      'biology.fit-data',
      `A response is drawn ${draws} times with a spread of the dose of ${doseSdOfLog}.`,
      'Draw at least once; no spread is negative.',
    )
  const model = fit?.model ?? problem.model
  const initialVolume = fit?.initialVolume ?? problem.initialVolume
  const fitted = fit ? fit.parameters.filter(({ atBound }) => !atBound) : []
  const places = fit ? fitted.map((one) => fit.parameters.indexOf(one)) : []
  const lower = choleskyFactor(places.map((i) => places.map((j) => fit?.covariance[i]?.[j] ?? 0)))
  if (!lower) throw new Error('the covariance of a fit is not positive semidefinite')
  const centre = fitted.map(({ name, value }) => workingOf(name, value))
  const free = [...fitted.map(({ name }) => ({ name })), ...held.map(({ name }) => ({ name }))]
  return Array.from({ length: draws }, (_, draw) => {
    const random = new RandomStream(seed, draw)
    const normals = fitted.map(() => random.normal())
    const moved = centre.map((value, i) => {
      const step = normals.reduce((sum, z, j) => sum + (lower[i]?.[j] ?? 0) * z, 0)
      const name = fitted[i]?.name ?? 'alphaPerGy'
      const [low, high] = rangeOf(name, value)
      return naturalOf(name, Math.min(high, Math.max(low, value + step)))
    })
    const others = held.map(({ name, sdOfLog }) => {
      const value = valueIn(model, initialVolume, name)
      if (value === null || !(value > 0)) return 0
      return naturalOf(name, workingOf(name, value) + sdOfLog * random.normal())
    })
    return {
      ...modelWith({ model, initialVolume, free }, [...moved, ...others]),
      doseFactor: Math.exp(doseSdOfLog * random.normal()),
    }
  })
}

export interface ResponseBand {
  readonly timeS: number
  /** Of the draws: median, and 95 % between low and high. */
  readonly median: number
  readonly low: number
  readonly high: number
  /** 95 % of what a scan of the stated uncertainty shows, around each draw. */
  readonly scanLow: number
  readonly scanHigh: number
}

/**
 * Volumes of the draws at ascending times from `startS` on, as medians with the range from 2.5 % to 97.5 %. Draws whose equations cannot be integrated are left out and
 * counted: `left`.
 *
 * @throws InputError `biology.fit-data` where more than a tenth of the draws are left out.
 */
export function responseBand(
  draws: readonly ResponseDraw[],
  course: DoseRateCourse,
  startS: number,
  timesS: readonly number[],
  scanUncertainty: number,
): { readonly band: readonly ResponseBand[]; readonly left: number } {
  const curves = draws.flatMap(({ model, initialVolume, doseFactor }) => {
    try {
      return [logVolumes(model, scaledCourse(course, doseFactor), initialVolume, startS, timesS)]
    } catch (error) {
      if (error instanceof InputError) throw error
      return []
    }
  })
  const left = draws.length - curves.length
  if (left > 0.1 * draws.length)
    throw new InputError(
      'biology.fit-data',
      `${left} of ${draws.length} draws of the parameters cannot be integrated: they are hardly known.`,
      'Hold parameters that the volumes do not tell, or give them a prior.',
    )
  const band = timesS.map((timeS, i): ResponseBand => {
    const sorted = curves.map((curve) => curve[i] as number).sort((a, b) => a - b)
    const [low, median, high] = [0.025, 0.5, 0.975].map((p) => sortedQuantile(sorted, p)) as [number, number, number]
    const reach = (to: number): number => Math.hypot(to - median, NORMAL_975 * scanUncertainty)
    return {
      timeS,
      median: Math.exp(median),
      low: Math.exp(low),
      high: Math.exp(high),
      scanLow: Math.exp(median - reach(low)),
      scanHigh: Math.exp(median + reach(high)),
    }
  })
  return { band, left }
}
