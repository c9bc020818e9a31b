/** Blood, excretion and probe as time–activity series with their integrals. */
import {
  fitSeries,
  inTime,
  marrowActivityFromBlood,
  probePoints,
  relativeToFirst,
  retentionByExcretion,
  sampleConcentration,
  seriesOf,
} from '../../../native-core/kinetics/samples/index.ts'
import type {
  Excretion,
  ProbeReading,
  Sample,
  ScaledSeries,
  SeriesFit,
} from '../../../native-core/kinetics/samples/index.ts'
import type { FitRequest } from '../../../native-core/kinetics/index.ts'
import { relativeUncertainty } from '../../../native-core/statistics/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { bqSecondsToMbqHours, secondsToHours } from '../../../native-core/units/index.ts'
import type { MarrowToBlood } from '../../../native-core/dosimetry/organ/index.ts'
import { inUnit, seriesJson } from '../planar/index.ts'

export interface SampleContext {
  readonly administeredActivityBq: Measured
  readonly halfLifeS: number
  /** Null: no fit. */
  readonly model: NonNullable<FitRequest['model']> | null
}

export interface MarrowOptions {
  readonly marrowToBlood: MarrowToBlood
  readonly ratioRelativeUncertainty: number
  readonly marrowMassKg: Measured
}

/** Concentrations in blood, their fit per mL and, where asked for, the red marrow's time-integrated activity. @throws InputError of the core. */
export function bloodSeries(samples: readonly Sample[], context: SampleContext, marrow: MarrowOptions | null) {
  const { administeredActivityBq, halfLifeS } = context
  const concentrations = inTime('blood', samples).map((sample) =>
    sampleConcentration(sample, administeredActivityBq.value, halfLifeS),
  )
  const series = seriesOf({
    label: 'blood, per mL',
    timesS: concentrations.map(({ timeS }) => timeS),
    activityBq: concentrations.map(({ concentrationBqPerMl }) => concentrationBqPerMl.value),
    independentRelative: concentrations.map(({ concentrationBqPerMl }) => relativeUncertainty(concentrationBqPerMl)),
    commonRelativeUncertainty: 0,
  })
  const fit = fitOf(series, context)
  const activity = marrow && fit ? marrowActivityFromBlood({ bloodTiaPerMl: fit.tiaBqS, ...marrow }) : null
  return {
    samples: concentrations.map(({ timeS, concentrationBqPerMl, fractionPerMl }) => ({
      timeH: secondsToHours(timeS),
      concentrationBqPerMl,
      percentOfAdministeredPerMl: inUnit(fractionPerMl, 100),
    })),
    series: seriesJson(series, fit),
    tiaMbqHPerMl: fit && inUnit(fit.tiaBqS, bqSecondsToMbqHours(1)),
    marrow: activity && {
      tiaMbqH: inUnit(activity.tiaBqS, bqSecondsToMbqHours(1)),
      ratioMarrowToBlood: activity.ratio,
      assumptions: activity.assumptions,
    },
  }
}

/** Whole-body retention from collections. @throws InputError of the core. */
export function excretionSeries(excretions: readonly Excretion[], context: SampleContext) {
  const { administeredActivityBq, halfLifeS } = context
  const found = retentionByExcretion({ label: 'whole body', excretions, administeredActivityBq, halfLifeS })
  const percent = (one: Measured): Measured => inUnit(one, 100)
  return {
    series: seriesJson(found.series, fitOf(found.series, context)),
    cumulativeExcretedPercent: found.cumulativeExcreted.map(percent),
    retainedPercent: found.retained.map(percent),
    tiaToLastVoidMbqH: inUnit(found.tiaToLastVoidBqS, bqSecondsToMbqHours(1)),
    largestTiaAfterMbqH: inUnit(found.largestTiaAfterBqS, bqSecondsToMbqHours(1)),
    remarks: found.remarks,
  }
}

/** Whole-body activity from readings of a probe. @throws InputError of the core. */
export function probeSeries(readings: readonly ProbeReading[], background: Measured, context: SampleContext) {
  const { administeredActivityBq, halfLifeS } = context
  const series = relativeToFirst({
    label: 'whole body',
    points: probePoints(readings, background),
    administeredActivityBq,
    halfLifeS,
  })
  return {
    series: seriesJson(series, fitOf(series, context)),
    remarks: ['The first reading is taken to be of the whole administered activity: before the patient first voided.'],
  }
}

function fitOf(series: ScaledSeries, { model, halfLifeS }: SampleContext): SeriesFit | null {
  return model === null ? null : fitSeries(series, { physicalHalfLifeS: halfLifeS, model })
}
