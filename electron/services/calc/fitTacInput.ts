/** What `calc fit-tac` takes. */
import { z } from 'zod'
import {
  beforeFirstPointSchema,
  curveModelSchema,
  formulaSchema,
  lossSchema,
  trapezoidRuleSchema,
} from '../../contracts/curveFit.ts'
import { nonNegativeQuantity, nuclideName, positiveQuantity, quantity } from './fields.ts'

const prior = z.strictObject({
  biologicalHalfLifeH: positiveQuantity('h', 'Median biological half-life of the fast phase'),
  geometricStandardDeviation: z.number().gt(1).meta({ unit: '1', description: 'Spread as a factor' }),
})

const BY_DIMENSION = 'in MBq, MBq·h, MBq/h, 1/h, h or 1 by its dimension'

const parameterValues = (what: string) =>
  z.record(z.string(), z.number()).meta({ description: `${what}, by name of the parameter, ${BY_DIMENSION}` })

const parameterPrior = z.union([
  z.strictObject({
    parameters: z
      .record(
        z.string(),
        z.union([
          z.strictObject({
            geometricMean: z
              .number()
              .positive()
              .meta({ description: `Median, ${BY_DIMENSION}` }),
            geometricStandardDeviation: z.number().gt(1).meta({ unit: '1', description: 'Spread as a factor' }),
          }),
          z.strictObject({
            mean: z.number().meta({ description: 'Of the working parameter: ln p, logit p or p, with p in Bq and s' }),
            standardDeviation: z.number().positive().meta({ description: 'Of the working parameter' }),
          }),
        ]),
      )
      .meta({ description: 'Belief by name of the parameter' }),
    correlations: z
      .array(z.strictObject({ between: z.tuple([z.string(), z.string()]), correlation: z.number().gt(-1).lt(1) }))
      .default([])
      .meta({ description: 'Of the working parameters' }),
  }),
  z.strictObject({
    mean: z.array(z.number()).meta({ description: 'Of all working parameters in their order, with p in Bq and s' }),
    covariance: z.array(z.array(z.number())),
  }),
])

export const fitInput = z.strictObject({
  label: z.string().max(200).default('Curve').meta({ description: 'Whose curve it is, for messages' }),
  nuclide: nuclideName.optional(),
  physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
  points: z
    .array(
      z.strictObject({
        timeH: quantity('h', 'Time after the start of administration'),
        activityMbq: quantity('MBq', 'Activity at that time, not decay-corrected'),
        sigmaMbq: positiveQuantity(
          'MBq',
          'Absolute standard uncertainty (k = 1); for all points or for none',
        ).optional(),
      }),
    )
    .max(10000),
  model: z
    .enum(['auto', ...curveModelSchema.options])
    .default('auto')
    .meta({
      description:
        'auto: smallest AIC among the candidates; average: their mean by weight; formula: the function in `formula`; trapezoid; or a function of the library',
    }),
  candidates: z
    .array(curveModelSchema)
    .min(1)
    .optional()
    .meta({ description: 'Of auto and average; default the mono-, uptake–washout, bi- and tri-exponential' }),
  modelWeights: z
    .partialRecord(curveModelSchema, z.number().nonnegative())
    .optional()
    .meta({ description: 'Weights of the average by model, in any sum, instead of Akaike weights' }),
  administration: z
    .array(
      z.strictObject({
        startH: nonNegativeQuantity('h', 'From the start of the administration'),
        durationH: nonNegativeQuantity('h', '0: a bolus'),
        share: positiveQuantity('1', 'Of the whole; all sum to 1'),
      }),
    )
    .min(1)
    .max(20)
    .optional()
    .meta({ description: 'Infusions and several administrations; default all at time zero' }),
  beforeFirstPoint: beforeFirstPointSchema
    .optional()
    .meta({ description: 'Default: model; of the trapezoid physical-decay-back' }),
  afterLastPoint: z
    .union([z.enum(['fitted', 'physical-decay']), z.strictObject({ lastPoints: z.int().min(2).max(100) })])
    .optional()
    .meta({ description: 'Default: fitted; of the trapezoid the effective half-life of the last two points' }),
  trapezoidRule: trapezoidRuleSchema.optional().meta({ description: 'Of the trapezoid; default: linear-log' }),
  loss: lossSchema
    .optional()
    .meta({ description: 'Default: squares; huber and tukey by iteratively reweighted least squares' }),
  prior: parameterPrior
    .optional()
    .meta({ description: 'Gaussian prior of the parameters of the model (maximum a posteriori)' }),
  fixed: parameterValues('Values that are held').optional(),
  start: parameterValues('Values to start from, beside the starts of the program').optional(),
  administeredMbq: positiveQuantity('MBq', 'For functions whose amplitude is the administered activity').optional(),
  circulationRatePerH: positiveQuantity(
    '1/h',
    'Fixed biological rate of what the circulation brings; default a half-life of 1 min (unverified)',
  ).optional(),
  formula: formulaSchema.optional().meta({
    description: 'Function of t, the parameters, lambda_phys, pi and e; + - * / ^ exp log ln sqrt tanh atan',
  }),
  errorModel: z
    .strictObject({
      fraction: nonNegativeQuantity('1', 'Part that is proportional to the measured value; 0.05: 5 %').max(1),
      absoluteMbq: nonNegativeQuantity('MBq', 'Absolute part, added in quadrature').default(0),
    })
    .optional()
    .meta({ description: 'Used where the points have no sigma; default 3 % of each value' }),
  covarianceScaling: z
    .enum(['none', 'reduced-chi-square', 'larger'])
    .optional()
    .meta({ description: 'none: absolute sigmas; reduced-chi-square: times χ²/dof; larger: times max(1, χ²/dof)' }),
  earlyPhasePrior: prior
    .nullable()
    .optional()
    .meta({ description: 'Prior of the fast phase of a bi-exponential; null for none. Default: with model auto only' }),
  curveTimesH: z
    .array(nonNegativeQuantity('h', 'Time'))
    .max(10000)
    .default([])
    .meta({ description: 'Where to sample curve and 95 % bands' }),
})

export type FitTacInput = z.output<typeof fitInput>
