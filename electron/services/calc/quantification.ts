/** Calculations from counts to activity: calibration factor, recovery, lost counts, transfer matrix. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  deadTimeFactor,
  factorOfCounts,
  fitRecovery,
  RECOVERY_PARAMETERS,
  recoveryAt,
  solveTransfer,
  spillInCorrected,
} from '../../../native-core/imaging/quantification/index.ts'
import { hoursToSeconds, mbqToBq } from '../../../native-core/units/index.ts'
import { deadTimeModelSchema, recoveryCurveFields, recoveryFormSchema } from '../../contracts/calibrations.ts'
import { defineCalc } from './define.ts'
import { halfLifeS, nonNegativeQuantity, nuclideName, nuclideOf, positiveQuantity, quantity } from './fields.ts'

const relative = (description: string) => z.number().min(0).max(1).meta({ unit: '1', description })
const curveSchema = z.strictObject({
  ...recoveryCurveFields,
  volumeRangeMl: z.tuple([positiveQuantity('mL', 'Smallest volume measured'), positiveQuantity('mL', 'Largest')]),
})

export const recoveryCoefficient = defineCalc({
  name: 'recovery-coefficient',
  title: 'Recovery of a volume by a fitted curve',
  description:
    'Recovery coefficients of volumes with their uncertainty by curve and volume (Gear et al. 2018), where given the mean concentration corrected for it and for what spills in from around. Says where the curve is extrapolated.',
  input: z.strictObject({
    curve: curveSchema,
    structures: z
      .array(
        z.strictObject({
          volumeMl: positiveQuantity('mL', 'Volume'),
          volumeStandardUncertaintyMl: nonNegativeQuantity('mL', 'Of the volume').default(0),
          measured: quantity('as given', 'Mean concentration in the image').optional(),
          measuredStandardUncertainty: nonNegativeQuantity('as measured', 'Of it').default(0),
          background: quantity('as measured', 'True concentration around').default(0),
          backgroundStandardUncertainty: nonNegativeQuantity('as measured', 'Of it').default(0),
        }),
      )
      .min(1)
      .max(1000),
  }),
  output: z.strictObject({
    structures: z.array(
      z.strictObject({
        coefficient: quantity('1', 'Recovery'),
        standardUncertainty: quantity('1', 'By curve and volume'),
        curveStandardUncertainty: quantity('1', 'By the curve alone: common to all structures'),
        outside: z.enum(['below', 'above']).nullable(),
        remark: z.string(),
        corrected: quantity('as measured', 'True mean concentration; null where none was measured').nullable(),
        correctedStandardUncertainty: quantity('as measured', 'Of it').nullable(),
      }),
    ),
  }),
  run: ({ curve, structures }) => ({
    structures: structures.map((one) => {
      const recovery = recoveryAt(curve, one.volumeMl, one.volumeStandardUncertaintyMl)
      const corrected =
        one.measured === undefined
          ? null
          : spillInCorrected({
              measured: { value: one.measured, standardUncertainty: one.measuredStandardUncertainty },
              background: { value: one.background, standardUncertainty: one.backgroundStandardUncertainty },
              recovery: { value: recovery.coefficient, standardUncertainty: recovery.standardUncertainty },
            })
      return {
        ...recovery,
        corrected: corrected?.value ?? null,
        correctedStandardUncertainty: corrected?.standardUncertainty ?? null,
      }
    }),
  }),
})

export const recoveryFit = defineCalc({
  name: 'recovery-fit',
  title: 'Recovery curve from spheres',
  description:
    'Weighted least squares of a recovery curve: gear 1 − 1/(1 + (v/β)^γ), hyperbolic v/(v + β), or gaussian-sphere (a sphere in a Gaussian point spread function, by its FWHM), with covariance and goodness of fit.',
  input: z.strictObject({
    form: recoveryFormSchema.default('gear'),
    spheres: z
      .array(
        z.strictObject({
          volumeMl: positiveQuantity('mL', 'Volume of a sphere'),
          coefficient: positiveQuantity('1', 'Measured over true mean concentration'),
          standardUncertainty: positiveQuantity('1', 'Of the coefficient'),
        }),
      )
      .min(1)
      .max(1000),
  }),
  output: z.strictObject({
    form: recoveryFormSchema,
    parameterNames: z.array(z.string()),
    parameters: z.array(z.number()),
    standardUncertainties: z.array(z.number()),
    covariance: z.array(z.array(z.number())),
    volumeRangeMl: z.array(quantity('mL', 'Smallest and largest volume measured')),
    chiSquare: z.number(),
    degreesOfFreedom: z.int(),
    reducedChiSquare: z.number().nullable(),
    residuals: z.array(quantity('1', 'Measured minus curve')),
    remarks: z.array(z.string()),
  }),
  run: ({ form, spheres }) => {
    const fit = fitRecovery(spheres, form)
    return {
      ...fit,
      parameterNames: [...RECOVERY_PARAMETERS[form]],
      parameters: [...fit.parameters],
      standardUncertainties: fit.parameters.map((_, n) => Math.sqrt(fit.covariance[n]?.[n] ?? NaN)),
      covariance: fit.covariance.map((row) => [...row]),
      volumeRangeMl: [...fit.volumeRangeMl],
      residuals: [...fit.residuals],
      remarks: [...fit.remarks],
    }
  },
})

export const deadTime = defineCalc({
  name: 'dead-time',
  title: 'True count rate from the observed one',
  description:
    'Non-paralysable m/(1 − mτ), paralysable −W(−mτ)/τ (the lower of the two true rates), or a measured table. Several rates of equal duration (projections, frames) give the factor of their sum.',
  input: z.strictObject({
    losses: deadTimeModelSchema,
    observedCps: z.array(positiveQuantity('1/s', 'Observed rate')).min(1).max(10000),
  }),
  output: z.strictObject({
    factor: quantity('1', 'Sum of the true over sum of the observed rates'),
    standardUncertainty: quantity('1', 'Of the factor'),
    relativeUncertainty: quantity('1', 'Of the factor'),
    lowest: quantity('1', 'Factor of a single rate'),
    highest: quantity('1', 'Factor of a single rate'),
    remarks: z.array(z.string()),
  }),
  run: ({ losses, observedCps }) => {
    const { remarks, ...found } = deadTimeFactor(losses, observedCps)
    return { ...found, remarks: [...remarks] }
  },
})

export const calibrationFactor = defineCalc({
  name: 'calibration-factor',
  title: 'Calibration factor of a camera from counts',
  description:
    'Counts net of background over acquisition time and mean activity, with decay from the assay to and during the acquisition and the uncertainty budget (MIRD Pamphlet 23). From an image: `theratwin quantify calibrate`.',
  input: z.strictObject({
    nuclide: nuclideName.optional(),
    physicalHalfLifeH: positiveQuantity('h', 'Instead of the nuclide').optional(),
    counts: positiveQuantity('1', 'Counts net of background'),
    countsRelativeUncertainty: relative('Of the counts; left out: 1/√N').optional(),
    acquisitionDurationS: positiveQuantity('s', 'Duration of the acquisition'),
    activityMbq: positiveQuantity('MBq', 'Activity at the assay'),
    activityRelativeUncertainty: relative('Of the activity meter'),
    assayToStartH: quantity('h', 'From the assay to the start of the acquisition').default(0),
    repeatabilityRelative: relative('Of repeated measurements').default(0),
  }),
  output: z.strictObject({
    sensitivityCpsPerMbq: quantity('1/(s·MBq)', 'Calibration factor'),
    relativeUncertainty: quantity('1', 'One standard deviation'),
    meanActivityMbq: quantity('MBq', 'Mean over the acquisition'),
    budget: z.array(
      z.strictObject({
        name: z.string(),
        relativeStandardUncertainty: quantity('1', 'Part of the budget'),
        evaluation: z.enum(['A', 'B']),
        note: z.string(),
      }),
    ),
  }),
  run: (input, resources) => {
    const { counts, acquisitionDurationS, activityMbq, activityRelativeUncertainty, repeatabilityRelative } = input
    const factor = factorOfCounts(
      counts,
      input.countsRelativeUncertainty ?? 1 / Math.sqrt(counts),
      acquisitionDurationS,
      mbqToBq(activityMbq),
      {
        activityRelativeUncertainty,
        repeatabilityRelative,
        assayToStartS: hoursToSeconds(input.assayToStartH),
        halfLifeS: halfLifeS(input, resources),
        halfLifeUncertaintyS:
          input.nuclide === undefined ? 0 : nuclideOf(input.nuclide, resources).halfLifeUncertaintyS,
      },
    )
    return {
      sensitivityCpsPerMbq: factor.countsPerBqS * 1e6,
      relativeUncertainty: factor.relativeUncertainty,
      meanActivityMbq: factor.meanActivity.value / 1e6,
      budget: factor.budget.map((item) => ({ ...item })),
    }
  },
})

export const gtm = defineCalc({
  name: 'gtm',
  title: 'Means corrected by a geometric transfer matrix',
  description:
    'Solves measured = matrix · true (Rousset et al. 1998), with the covariance of the true means. The matrix of structures in an image is made by `theratwin quantify correct`.',
  input: z.strictObject({
    matrix: z
      .array(z.array(quantity('1', 'Seen in the row’s region of one in the column’s')).min(1).max(200))
      .min(1)
      .max(200),
    measured: z.array(quantity('as given', 'Measured mean of each region')).min(1).max(200),
    standardUncertainties: z.array(nonNegativeQuantity('as measured', 'Of each measured mean')).max(200).optional(),
  }),
  output: z.strictObject({
    corrected: z.array(quantity('as measured', 'True mean of each region')),
    covariance: z.array(z.array(z.number())).nullable(),
    condition: quantity('1', 'Largest over smallest singular value of the matrix'),
  }),
  run: ({ matrix, measured, standardUncertainties }) => {
    if (matrix.some((row) => row.length !== matrix.length) || measured.length !== matrix.length)
      throw new InputError(
        'calc.input',
        `The matrix has ${matrix.length} rows of ${matrix.map((row) => row.length).join(', ')} numbers, and there are ${measured.length} means.`,
        'Give a square matrix and one mean for each of its rows.',
      )
    const { corrected, covariance, condition } = solveTransfer(matrix, measured, standardUncertainties)
    return { corrected: [...corrected], covariance: covariance?.map((row) => [...row]) ?? null, condition }
  },
})
