/** Calculations on samples, SUV and the theranostic pair. */
import { z } from 'zod'
import { concentrationOfSuv, suvOf, suvScale } from '../../../native-core/imaging/pet/index.ts'
import { pairedSeries, pairedTia, LARGEST_SHARE_AFTER } from '../../../native-core/kinetics/pair/index.ts'
import {
  marrowActivityFromBlood,
  remainderTia,
  retentionByExcretion,
  scaledMarrowMassKg,
} from '../../../native-core/kinetics/samples/index.ts'
import { bqSecondsToMbqHours, hoursToSeconds, mbqHoursToBqSeconds } from '../../../native-core/units/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { inUnit, measured, modelField, toMeasured } from '../planar/index.ts'
import type { MeasuredField } from '../planar/index.ts'
import { defineCalc } from './define.ts'
import { halfLifeS, nonNegativeQuantity, nuclideName, nuclideOf, positiveQuantity, quantity } from './fields.ts'
import { seriesFields, seriesOutput, uncertain } from './planar.ts'

export const bloodMarrow = defineCalc({
  name: 'blood-marrow',
  title: 'Time-integrated activity of the red marrow by way of blood',
  description:
    'Ã_rm = c̃_blood·RMBLR·m_rm/ρ with RMBLR = 0.19/(1 − hematocrit) (Sgouros 1993), or a ratio that is given (1 for peptides).',
  input: z.strictObject({
    bloodTiaMbqHPerMl: measured('MBq·h/mL', 'Time-integrated concentration in whole blood'),
    hematocrit: nonNegativeQuantity('1', 'Hematocrit').optional(),
    marrowToBloodRatio: nonNegativeQuantity('1', 'Instead of a hematocrit: concentration ratio').optional(),
    ratioRelativeUncertainty: nonNegativeQuantity('1', 'Relative standard uncertainty of the ratio').default(0),
    marrowMassG: measured('g', "Mass of the patient's red marrow, or of the reference's with the two below"),
    patientMassKg: positiveQuantity('kg', 'Mass (or lean mass) of the patient, to scale the reference').optional(),
    referenceMassKg: positiveQuantity('kg', 'Mass (or lean mass) of the reference').optional(),
  }),
  output: z.strictObject({
    tiaMbqH: uncertain('MBq·h', 'Time-integrated activity of the red marrow'),
    ratio: uncertain('1', 'Concentration in red marrow over that in blood'),
    marrowMassG: uncertain('g', 'Mass of red marrow that was used'),
    assumptions: z.array(z.string()),
  }),
  run: ({ bloodTiaMbqHPerMl, hematocrit, marrowToBloodRatio, ratioRelativeUncertainty, ...masses }) => {
    if ((hematocrit === undefined) === (marrowToBloodRatio === undefined))
      throw new InputError(
        'calc.marrow-ratio',
        `There ${hematocrit === undefined ? 'is neither' : 'are both'} hematocrit ${hematocrit === undefined ? 'nor' : 'and'} marrowToBloodRatio.`,
        'Give one of them.',
      )
    const marrowMassKg = marrowMass(masses)
    const found = marrowActivityFromBlood({
      bloodTiaPerMl: toMeasured(bloodTiaMbqHPerMl, mbqHoursToBqSeconds(1)),
      marrowToBlood:
        hematocrit === undefined
          ? { kind: 'ratio', ratio: marrowToBloodRatio ?? NaN }
          : { kind: 'hematocrit', hematocrit },
      ratioRelativeUncertainty,
      marrowMassKg,
    })
    return {
      tiaMbqH: inUnit(found.tiaBqS, bqSecondsToMbqHours(1)),
      ratio: found.ratio,
      marrowMassG: inUnit(marrowMassKg, 1e3),
      assumptions: [...found.assumptions],
    }
  },
})

/** Scaled by the patient's mass over that of the reference where both are given. @throws InputError `calc.marrow-mass` for only one of them. */
function marrowMass(given: {
  readonly marrowMassG: MeasuredField
  readonly patientMassKg?: number | undefined
  readonly referenceMassKg?: number | undefined
}): Measured {
  const { patientMassKg, referenceMassKg } = given
  const reference = toMeasured(given.marrowMassG, 1e-3)
  if (patientMassKg === undefined && referenceMassKg === undefined) return reference
  if (patientMassKg === undefined || referenceMassKg === undefined)
    throw new InputError(
      'calc.marrow-mass',
      'There is only one of patientMassKg and referenceMassKg.',
      'Give both, or neither.',
    )
  return inUnit(reference, scaledMarrowMassKg(reference.value, patientMassKg, referenceMassKg) / reference.value)
}

export const remainder = defineCalc({
  name: 'remainder',
  title: 'Time-integrated activity of the remainder of the body',
  description:
    'Whole body less the source organs, with the variances of all; organs that hold more than the body are refused.',
  input: z.strictObject({
    wholeBodyTiaMbqH: measured('MBq·h', 'Time-integrated activity of the whole body'),
    organs: z
      .array(
        z.strictObject({ name: z.string().min(1).max(100), tiaMbqH: measured('MBq·h', 'Time-integrated activity') }),
      )
      .max(200),
  }),
  output: z.strictObject({ tiaMbqH: uncertain('MBq·h', 'Of the remainder') }),
  run: ({ wholeBodyTiaMbqH, organs }) => {
    const decays = mbqHoursToBqSeconds(1)
    const left = remainderTia(
      toMeasured(wholeBodyTiaMbqH, decays),
      organs.map(({ name, tiaMbqH }) => ({ name, tiaBqS: toMeasured(tiaMbqH, decays) })),
    )
    return { tiaMbqH: inUnit(left, 1 / decays) }
  },
})

export const excretion = defineCalc({
  name: 'excretion',
  title: 'Whole-body activity from what was excreted',
  description:
    'R(t) = A₀ − Σ E·e^(λt) after each void, and the integral of the steps between them: the body loses by decay alone until it voids.',
  input: z.strictObject({
    nuclide: nuclideName.optional(),
    physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
    administeredActivityMbq: measured('MBq', 'Net administered activity'),
    voids: z
      .array(
        z.strictObject({
          timeH: nonNegativeQuantity('h', 'When it was voided'),
          measuredAtH: nonNegativeQuantity('h', 'Reference time of its activity; default: timeH').optional(),
          activityMbq: measured('MBq', 'Activity then'),
        }),
      )
      .min(1)
      .max(1000),
  }),
  output: z.strictObject({
    ...seriesOutput,
    cumulativeExcreted: z.array(uncertain('1', 'Share of the administered activity, decay-corrected')),
    retained: z.array(uncertain('1', 'Share of the administered activity, decay-corrected')),
    tiaToLastVoidMbqH: uncertain('MBq·h', 'Up to the last void'),
    largestTiaAfterMbqH: uncertain('MBq·h', 'After it, if nothing more is excreted'),
    remarks: z.array(z.string()),
  }),
  run: (input, resources) => {
    const found = retentionByExcretion({
      label: 'whole body',
      administeredActivityBq: toMeasured(input.administeredActivityMbq, 1e6),
      halfLifeS: halfLifeS(input, resources),
      excretions: input.voids.map(({ timeH, measuredAtH, activityMbq }) => ({
        timeS: hoursToSeconds(timeH),
        measuredAtS: hoursToSeconds(measuredAtH ?? timeH),
        activityBq: toMeasured(activityMbq, 1e6),
      })),
    })
    return {
      ...seriesFields(found.series),
      cumulativeExcreted: [...found.cumulativeExcreted],
      retained: [...found.retained],
      tiaToLastVoidMbqH: inUnit(found.tiaToLastVoidBqS, bqSecondsToMbqHours(1)),
      largestTiaAfterMbqH: inUnit(found.largestTiaAfterBqS, bqSecondsToMbqHours(1)),
      remarks: [...found.remarks],
    }
  },
})

export const suv = defineCalc({
  name: 'suv',
  title: 'Standardised uptake value',
  description:
    'SUV = c·N/A by body weight, lean body mass (James 1976 with 128 or 120, Janmahasatian 2005) or body surface (Du Bois 1916, Mosteller 1987), and back.',
  input: z.strictObject({
    normalisation: z
      .enum(['weight', 'james-128', 'james-120', 'janmahasatian', 'du-bois', 'mosteller'])
      .default('weight'),
    nuclide: nuclideName.optional(),
    physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
    administeredActivityMbq: measured('MBq', 'Net administered activity'),
    delayH: nonNegativeQuantity('h', 'From the administration to the time that the image is decay-corrected to'),
    weightKg: positiveQuantity('kg', 'Weight').nullable(),
    weightRelativeUncertainty: nonNegativeQuantity('1', 'Of the weight').default(0),
    heightM: positiveQuantity('m', 'Height').nullable().default(null),
    sex: z.enum(['M', 'F', 'O']).nullable().default(null),
    concentrationBqPerMl: measured('Bq/mL', 'Concentration').optional(),
    suv: measured('g/mL or cm²/mL', 'SUV to be turned into a concentration').optional(),
  }),
  output: z.strictObject({
    suvPerBqPerMl: uncertain('1/(Bq/mL)', 'SUV for each Bq/mL'),
    unit: z.enum(['g/mL', 'cm²/mL']),
    suv: uncertain('g/mL or cm²/mL', 'Of the concentration; null without one').nullable(),
    concentrationBqPerMl: uncertain('Bq/mL', 'Of the SUV; null without one').nullable(),
    referenceActivityMbq: uncertain('MBq', 'Activity at the reference time of the image'),
    remarks: z.array(z.string()),
  }),
  run: (input, resources) => {
    const { weightKg, heightM, sex, normalisation, weightRelativeUncertainty } = input
    const scale = suvScale({
      normalisation,
      patient: { weightKg, heightM, sex },
      weightRelativeUncertainty,
      netActivityBq: toMeasured(input.administeredActivityMbq, 1e6),
      referenceDelayS: hoursToSeconds(input.delayH),
      halfLifeS: halfLifeS(input, resources),
    })
    return {
      suvPerBqPerMl: scale.suvPerBqPerMl,
      unit: scale.unit,
      suv: input.concentrationBqPerMl === undefined ? null : suvOf(toMeasured(input.concentrationBqPerMl), scale),
      concentrationBqPerMl: input.suv === undefined ? null : concentrationOfSuv(toMeasured(input.suv), scale),
      referenceActivityMbq: inUnit(scale.referenceActivityBq, 1e-6),
      remarks: [...scale.remarks],
    }
  },
})

const partner = z.strictObject({
  nuclide: nuclideName,
  administeredActivityMbq: measured('MBq', 'Net administered activity'),
})

export const theranosticPair = defineCalc({
  name: 'theranostic-pair',
  title: 'Therapy from a diagnostic series with another nuclide',
  description:
    'A_t(t) = k·A_d(t)·e^(λ_d·t)/A_d0·A_t0·e^(−λ_t·t), fitted and integrated; refused where more of the integral than allowed lies after the last diagnostic point.',
  input: z.strictObject({
    label: z.string().max(200).default('Structure'),
    diagnostic: partner,
    therapy: partner,
    agentFactor: measured('1', 'k: retention of the therapy agent over that of the diagnostic one').optional(),
    points: z
      .array(
        z.strictObject({
          timeH: nonNegativeQuantity('h', 'Time of the diagnostic scan'),
          activityMbq: measured('MBq', 'Diagnostic activity then'),
        }),
      )
      .min(1)
      .max(1000),
    model: modelField.default('auto'),
    largestShareAfter: z.number().min(0).max(1).default(LARGEST_SHARE_AFTER).meta({ unit: '1' }),
  }),
  output: z.strictObject({
    ...seriesOutput,
    retention: z.array(uncertain('1', 'Share of what was given, decay-corrected')),
    tiaMbqH: uncertain('MBq·h', 'Time-integrated activity of the therapy'),
    model: z.string(),
    shareBeforeFirstPoint: quantity('1', 'Share of the integral before the first diagnostic point'),
    shareAfterLastPoint: quantity('1', 'Share of the integral after the last diagnostic point'),
    diagnosticHalfLivesAtLastPoint: quantity('1', 'Time of the last point in half-lives of the diagnostic nuclide'),
    remarks: z.array(z.string()),
  }),
  run: (input, resources) => {
    const side = ({ nuclide, administeredActivityMbq }: z.output<typeof partner>) => {
      const found = nuclideOf(nuclide, resources)
      return {
        nuclide: found.name,
        halfLifeS: found.halfLifeS,
        administeredActivityBq: toMeasured(administeredActivityMbq, 1e6),
      }
    }
    const request = {
      label: input.label,
      diagnostic: side(input.diagnostic),
      therapy: side(input.therapy),
      agentFactor: input.agentFactor === undefined ? null : toMeasured(input.agentFactor),
      points: input.points.map(({ timeH, activityMbq }) => ({
        timeS: hoursToSeconds(timeH),
        activityBq: toMeasured(activityMbq, 1e6),
      })),
    }
    const paired = pairedSeries(request)
    const tia = pairedTia(paired, request, { model: input.model, largestShareAfter: input.largestShareAfter })
    return {
      ...seriesFields(paired.series),
      retention: [...paired.retention],
      tiaMbqH: inUnit(tia.tiaBqS, bqSecondsToMbqHours(1)),
      model: tia.fit.model,
      shareBeforeFirstPoint: tia.shareBeforeFirstPoint,
      shareAfterLastPoint: tia.shareAfterLastPoint,
      diagnosticHalfLivesAtLastPoint: tia.diagnosticHalfLivesAtLastPoint,
      remarks: [...tia.remarks],
    }
  },
})
