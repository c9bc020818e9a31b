/** Blood, excretion and probe as series of activity. */
import { InputError } from '../../../native-core/errors/index.ts'
import { marrowActivityFromBlood } from '../../../native-core/kinetics/samples/index.ts'
import { relativeUncertainty } from '../../../native-core/statistics/index.ts'
import { statedMassSource } from '../../contracts/measuredSeries.ts'
import type { ActivitySeries, SeriesCommon, SeriesFromRequest, SeriesMass } from '../../contracts/measuredSeries.ts'
import { bloodSamples, bloodSeries, excretions, excretionSeries, probeReadings, probeSeries } from '../samples/index.ts'
import type { TableRow } from '../samples/index.ts'
import type { SeriesJson } from '../planar/index.ts'
import { commonOfRelative, draftOf } from './drafts.ts'
import type { DraftFor, MadeFrom } from './drafts.ts'

type SamplesAsk = Extract<SeriesFromRequest, { from: 'samples' }>
export type SamplesRequest = Pick<SamplesAsk, 'table' | 'administeredBq' | 'background' | 'bloodTo'>

/**
 * Probe and excretion: the whole body. Blood: its concentration times the stated volume of blood, or the activity of red marrow by
 * `marrowActivityFromBlood`.
 *
 * @throws InputError of the tables and the core, `series.blood` where it is not said what the concentration is multiplied by
 */
export function samplesDraft(
  { table, administeredBq, background, bloodTo }: SamplesRequest,
  rows: readonly TableRow[],
  halfLifeS: number,
  what: DraftFor,
  from: MadeFrom,
): ActivitySeries {
  const context = { administeredActivityBq: administeredBq, halfLifeS, model: null }
  if (table === 'probe') {
    const { series, remarks } = probeSeries(probeReadings(rows), background, context)
    const method = 'readings of a probe relative to the first one (EANM, Hindorf et al. 2010)'
    const common = commonOfRelative(series, administeredBq, what)
    return draftOf({ series, source: 'probe', method, common, remarks }, what, from)
  }
  if (table === 'urine') {
    const { series, remarks } = excretionSeries(excretions(rows), context)
    const all = [
      ...remarks,
      'Uncertainties of what was excreted so far are in all later points; here they count as each point’s own.',
    ]
    const method = 'administered activity less what was excreted'
    const common = commonOfRelative(series, administeredBq, what)
    return draftOf({ series, source: 'samples', method, common, remarks: all }, what, from)
  }
  if (!bloodTo)
    throw new InputError(
      'series.blood',
      'A table of blood gives concentrations, and a series needs activities.',
      'State the volume of blood, or the ratio (or hematocrit) and the mass of the red marrow.',
    )
  const { series } = bloodSeries(bloodSamples(rows), context, null)
  const { factorMl, method, common, remarks, mass } =
    bloodTo.region === 'blood' ? ofBlood(bloodTo, what) : ofMarrow(bloodTo, what)
  const draft = { series: times(series, factorMl), source: 'samples' as const, method, common, remarks }
  return draftOf(draft, { ...what, mass }, from)
}

/** Source of a mass of marrow that was given for the activity. */
const MARROW_MASS = 'as given for its activity'

interface BloodFactor {
  /** mL of blood whose activity it is. */
  readonly factorMl: number
  readonly method: string
  readonly common: readonly SeriesCommon[]
  readonly remarks: readonly string[]
  readonly mass: SeriesMass | null
}

function ofBlood(
  { volumeMl, relativeUncertainty: relative }: Extract<NonNullable<SamplesAsk['bloodTo']>, { region: 'blood' }>,
  { structure, mass }: DraftFor,
): BloodFactor {
  if (!(volumeMl > 0) || !Number.isFinite(volumeMl))
    throw new InputError('series.blood', `The volume of blood is ${volumeMl} mL.`, 'Give a positive volume in mL.')
  return {
    factorMl: volumeMl,
    method: `concentration in blood times ${volumeMl} mL of blood`,
    common: [{ source: `volume of blood of ${structure}`, relativeStandardUncertainty: relative }],
    remarks: [],
    mass,
  }
}

function ofMarrow(
  {
    hematocrit,
    ratio,
    ratioRelativeUncertainty,
    marrowMassKg,
  }: Extract<NonNullable<SamplesAsk['bloodTo']>, { region: 'marrow' }>,
  what: DraftFor,
): BloodFactor {
  const { structure } = what
  if ((hematocrit === undefined) === (ratio === undefined))
    throw new InputError(
      'series.blood',
      `There is ${ratio === undefined ? 'neither' : 'both'} a hematocrit ${ratio === undefined ? 'nor' : 'and'} a ratio of marrow to blood.`,
      'Give one of the two.',
    )
  const marrowToBlood =
    ratio === undefined
      ? ({ kind: 'hematocrit', hematocrit: hematocrit ?? Number.NaN } as const)
      : ({ kind: 'ratio', ratio } as const)
  // The activity is proportional to the concentration: that of 1 Bq·s/mL is the factor.
  const {
    tiaBqS,
    ratio: used,
    assumptions,
  } = marrowActivityFromBlood({
    bloodTiaPerMl: { value: 1, standardUncertainty: 0 },
    marrowToBlood,
    ratioRelativeUncertainty,
    marrowMassKg,
  })
  return {
    factorMl: tiaBqS.value,
    method: `concentration in blood times ${used.value.toPrecision(3)} (marrow to blood) and ${marrowMassKg.value} kg of red marrow (Sgouros 1993)`,
    common: [
      { source: `ratio of marrow to blood`, relativeStandardUncertainty: ratioRelativeUncertainty },
      {
        source: statedMassSource(structure, MARROW_MASS),
        relativeStandardUncertainty: relativeUncertainty(marrowMassKg),
      },
    ],
    remarks: assumptions,
    // The mass that made the activity, unless another one is stated.
    mass: what.mass ?? {
      massKg: marrowMassKg.value,
      standardUncertaintyKg: marrowMassKg.standardUncertainty,
      source: MARROW_MASS,
      evidence: 'unverified',
    },
  }
}

/** A series per mL times a volume in mL. */
const times = (series: SeriesJson, factorMl: number): SeriesJson => ({
  ...series,
  points: series.points.map(({ timeH, activityMbq, independentStandardUncertaintyMbq }) => ({
    timeH,
    activityMbq: {
      value: activityMbq.value * factorMl,
      standardUncertainty: activityMbq.standardUncertainty * factorMl,
    },
    independentStandardUncertaintyMbq: independentStandardUncertaintyMbq * factorMl,
  })),
})
