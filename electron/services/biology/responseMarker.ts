/** A serum marker's response: driven by the activity in all lesions together, fitted to measured values or predicted. */
import { InputError } from '../../../native-core/errors/index.ts'
import {
  doseRateOf,
  fitMarker,
  markerResponse,
  predictMarker,
  scaledCurve,
} from '../../../native-core/radiobiology/index.ts'
import type { DoseRateCourse, MarkerParameterName } from '../../../native-core/radiobiology/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { MarkerResponse, MarkerSettings, ResponsePatient } from '../../contracts/biologyResponse.ts'
import type { Instant } from '../../contracts/domain.ts'
import { secondsBetween } from '../course/index.ts'
import { activityCurve } from './activityCurve.ts'
import { plotTimes } from './responseTimes.ts'

export interface MarkerTask {
  readonly settings: MarkerSettings
  readonly series: ResponsePatient['markers'][number]
  /** Activity in lesions, Bq in the place of Gy/s; one curve a lesion and cycle. */
  readonly activity: DoseRateCourse
  readonly cycleStartsS: readonly number[]
}

/** Fitted activity of every lesion of every cycle. */
export function lesionActivity(analysis: Analysis, first: Instant): DoseRateCourse {
  return analysis.cycles.flatMap((cycle) => {
    const startS = secondsBetween(first, cycle.administration.start)
    return cycle.structures
      .filter(({ kind }) => kind === 'lesion')
      .flatMap(({ fit }) => {
        const curve = fit ? activityCurve(fit) : null
        return curve ? [scaledCurve(curve, 1, startS)] : []
      })
  })
}

const TITLES: Readonly<Record<MarkerParameterName, { readonly title: string; readonly unit: string }>> = {
  growthPerS: { title: 'Growth rate', unit: '1/s' },
  directPerBqS: { title: 'Direct effect', unit: '1/(Bq·s)' },
  delayedPerBqS: { title: 'Delayed effect', unit: '1/(Bq·s)' },
  effectPerS: { title: 'Rate of the delayed effect', unit: '1/s' },
  baseline: { title: 'Baseline', unit: '' },
}

/**
 * Fits what is free of the marker's model to the stored values; the value at the first time too, unless it is given. Without anything free a prediction.
 *
 * @throws InputError `biology.marker-data` for values without an uncertainty where none is given for them, and those of `fitMarker`.
 */
export function markerResponseOf({ settings, series, activity, cycleStartsS }: MarkerTask): MarkerResponse {
  const values = series.values.map(({ at, timeS, value, relativeUncertainty }) => {
    const u = relativeUncertainty ?? settings.valueUncertainty
    if (u === undefined)
      throw new InputError(
        'biology.marker-data',
        `The ${series.marker} of ${at} has no uncertainty.`,
        'Give a relative uncertainty for values that state none: that of the assay and of the day.',
      )
    return { at, timeS, value, relativeUncertainty: u }
  })
  const [firstValue] = values
  if (!firstValue)
    throw new InputError('biology.marker-data', `There are no values of ${series.marker}.`, 'Add a series of them.')
  const rates = {
    growthPerS: settings.growthPerS,
    directPerBqS: settings.directPerBqS,
    delayedPerBqS: settings.delayedPerBqS,
    effectPerS: settings.effectPerS,
  }
  const model = {
    growthPerS: rates.growthPerS.value,
    directPerBqS: rates.directPerBqS.value,
    delayedPerBqS: rates.delayedPerBqS.value,
    effectPerS: rates.effectPerS.value,
  }
  const freeRates = (Object.keys(rates) as (keyof typeof rates)[]).filter((name) => rates[name].isFitted)
  const isFit = freeRates.length > 0
  const free: MarkerParameterName[] = [
    ...freeRates,
    ...(isFit && settings.baseline === undefined ? ['baseline' as const] : []),
  ]
  const baseline = settings.baseline ?? firstValue.value
  const activityAt = activityOf(activity)
  const fit = isFit ? fitMarker({ model, baseline, free, values }, activityAt, cycleStartsS) : null
  const lastS = Math.max(values.at(-1)?.timeS ?? 0, ...cycleStartsS) + settings.horizonS
  const timeS = plotTimes(firstValue.timeS, lastS, cycleStartsS)
  const predicted = fit ? predictMarker(fit, activityAt, cycleStartsS, timeS) : null
  const curve = predicted
    ? predicted.map(({ marker }) => marker)
    : markerResponse(model, baseline, activityAt, cycleStartsS, timeS).map(({ marker }) => marker)
  const at = values.map((value) => value.timeS)
  const own = markerResponse(fit?.model ?? model, fit?.baseline ?? baseline, activityAt, cycleStartsS, at)
  const all: readonly MarkerParameterName[] = ['growthPerS', 'directPerBqS', 'delayedPerBqS', 'effectPerS', 'baseline']
  return {
    ...{ marker: series.marker, unit: series.unit, kind: fit ? ('fit' as const) : ('prediction' as const) },
    parameters: all.map((name) => {
      const found = fit?.parameters.find((one) => one.name === name)
      return {
        name,
        title: TITLES[name].title,
        unit: name === 'baseline' ? series.unit : TITLES[name].unit,
        value: found?.value ?? (name === 'baseline' ? baseline : model[name]),
        cv: found && !found.atBound ? found.cv : null,
        interval: found && !found.atBound ? [...found.interval] : null,
        isFitted: found !== undefined,
      }
    }),
    correlation: fit ? fit.correlation.map((row) => [...row]) : [],
    chiSquare: fit?.chiSquare ?? null,
    degreesOfFreedom: fit?.degreesOfFreedom ?? null,
    values: values.map((value, i) => ({
      ...value,
      residual: (Math.log(value.value) - Math.log(own[i]?.marker ?? NaN)) / value.relativeUncertainty,
    })),
    curve: {
      timeS,
      value: curve,
      low: predicted?.map(({ low }) => low) ?? null,
      high: predicted?.map(({ high }) => high) ?? null,
    },
    cycleStartsS: [...cycleStartsS],
    remarks: [
      'The marker follows the activity in all lesions together; the form of its equations is designed, after the parameters of Siebinga et al. 2024.',
      ...(activity.length === 0 ? ['No lesion has an activity: only growth shows.'] : []),
      ...(cycleStartsS.some((startS) => startS < firstValue.timeS) && (fit?.model ?? model).delayedPerBqS > 0
        ? [
            'A cycle was given before the first value: the delayed effect that it has by then is not counted. A value of before the first cycle is needed for it.',
          ]
        : []),
      ...(fit?.parameters ?? [])
        .filter(({ atBound }) => atBound)
        .map(
          ({ name }) =>
            `${TITLES[name].title} lies at the end of the range of the search, a factor of about 400 from where it started: the values do not tell it.`,
        ),
      ...(fit && !fit.converged ? ['The search did not come to rest: the values are the best that were found.'] : []),
      ...(fit && fit.degreesOfFreedom <= 0
        ? ['There are as many parameters as values: nothing shows whether the model fits.']
        : []),
      ...(fit &&
      fit.degreesOfFreedom > 0 &&
      fit.chiSquare > fit.degreesOfFreedom + 4 * Math.sqrt(2 * fit.degreesOfFreedom)
        ? [
            `χ² is ${fit.chiSquare.toPrecision(3)} for ${fit.degreesOfFreedom} degrees of freedom: the model or the uncertainties do not fit, and those of the parameters are too small.`,
          ]
        : []),
    ],
  }
}

/** Sum of the curves at a time; asked for at every step of an integration. */
function activityOf(course: DoseRateCourse): (timeS: number) => number {
  const curves = course.map((curve): ((timeS: number) => number) => {
    if (curve.kind === 'sampled') return doseRateOf([curve])
    const { startS, terms } = curve
    return (timeS) =>
      timeS < startS
        ? 0
        : terms.reduce(
            (sum, { rateGyPerS, decayPerS }) => sum + rateGyPerS * Math.exp(-decayPerS * (timeS - startS)),
            0,
          )
  })
  return (timeS) => curves.reduce((sum, one) => sum + one(timeS), 0)
}
