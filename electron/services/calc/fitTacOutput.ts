/** What `calc fit-tac` answers. */
import { z } from 'zod'
import { curveModelSchema } from '../../contracts/curveFit.ts'
import { positiveQuantity, quantity } from './fields.ts'

const term = z.strictObject({
  amplitudeMbq: quantity('MBq', 'Amplitude at time zero'),
  effectiveRatePerH: positiveQuantity('1/h', 'Effective rate constant'),
})

const gates = z.strictObject({
  cvBelowHalf: z.boolean(),
  correlationBelow08: z.boolean(),
  insideBounds: z.boolean(),
  largestCv: z.number().nullable(),
  largestCorrelation: z.number().nullable(),
})

const candidate = z.strictObject({
  model: curveModelSchema,
  title: z.string(),
  withPrior: z.boolean(),
  parameterCount: z.int(),
  effectiveParameterCount: z.number(),
  chiSquare: z.number(),
  aic: z.number().meta({ description: 'penalised χ² + 2·effectiveParameterCount (sigmas known, not counted)' }),
  aicc: z
    .number()
    .nullable()
    .meta({ description: 'AIC with the small-sample term 2K(K+1)/(n−K−1); null where n−K−1 ≤ 0' }),
  weight: z.number(),
  tiaMbqH: quantity('MBq·h', 'Time-integrated activity'),
  tiaUncertaintyMbqH: quantity('MBq·h', 'Standard uncertainty'),
  terms: z.array(term),
  converged: z.boolean(),
  gates,
  refusal: z.string().nullable(),
})

export const fitOutput = z.strictObject({
  algorithm: z.strictObject({ name: z.string(), version: z.string() }),
  label: z.string(),
  model: curveModelSchema,
  title: z.string(),
  formula: z.string(),
  withPrior: z.boolean(),
  chosenBy: z.enum(['user', 'automatic', 'average']),
  reason: z.string(),
  physicalHalfLifeH: quantity('h', 'Physical half-life'),
  tiaMbqH: quantity('MBq·h', 'Time-integrated activity from zero to infinity'),
  tiaUncertaintyMbqH: quantity('MBq·h', 'Standard uncertainty of the TIA, gᵀCg'),
  tiaShareBeforeFirstPoint: quantity('1', 'Share of the TIA before the first point'),
  tiaShareAfterLastPoint: quantity('1', 'Share of the TIA after the last point'),
  terms: z.array(term).meta({
    description: 'A(t) = Σ amplitude·exp(−rate·t) after a bolus, slowest phase first; empty for curves of another kind',
  }),
  phases: z.array(
    z.strictObject({
      amplitudeMbq: quantity('MBq', 'Amplitude at time zero'),
      effectiveHalfLifeH: quantity('h', 'Effective half-life'),
      effectiveHalfLifeUncertaintyH: quantity('h', 'Standard uncertainty'),
      biologicalHalfLifeH: quantity('h', 'Biological half-life; null: no biological elimination').nullable(),
    }),
  ),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      value: z.number(),
      unit: z.string(),
      standardError: z.number(),
      cv: z.number().nullable(),
      atBound: z.boolean(),
    }),
  ),
  covariance: z.array(z.array(z.number())).meta({ description: 'In the order and units of parameters' }),
  correlation: z.array(z.array(z.number())),
  conditionNumber: z.number(),
  chiSquare: z.number(),
  degreesOfFreedom: z.int(),
  aic: z.number(),
  aicc: z.number().nullable(),
  converged: z.boolean(),
  gates,
  points: z.array(
    z.strictObject({
      timeH: quantity('h', 'Time'),
      activityMbq: quantity('MBq', 'Measured'),
      sigmaMbq: quantity('MBq', 'Standard uncertainty'),
      fittedMbq: quantity('MBq', 'Fitted'),
      residualMbq: quantity('MBq', 'Measured − fitted'),
      standardisedResidual: quantity('1', '(measured − fitted)/sigma'),
      weight: quantity('1', 'By a robust loss; 1 without'),
    }),
  ),
  candidates: z.array(candidate),
  averaged: z.strictObject({
    tiaMbqH: quantity('MBq·h', 'Akaike-weighted mean of the candidates'),
    tiaUncertaintyMbqH: quantity('MBq·h', 'With the spread between models'),
  }),
  curve: z.strictObject({
    timesH: z.array(quantity('h', 'Time')),
    activityMbq: z.array(quantity('MBq', 'Fitted')),
    lowerMbq: z.array(quantity('MBq', '95 % confidence band of the curve, lower')),
    upperMbq: z.array(quantity('MBq', '95 % confidence band of the curve, upper')),
    lowerPredictionMbq: z.array(quantity('MBq', '95 % band of one more measurement, lower')),
    upperPredictionMbq: z.array(quantity('MBq', '95 % band of one more measurement, upper')),
  }),
  errorModel: z.string(),
  assumptions: z.array(z.string()),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
})

export type FitTacOutput = z.input<typeof fitOutput>
