/** How time–activity curves are fitted: models, administration, ends, loss, held parameters, averages, own formulas. In Bq and s. */
import { z } from './schema.ts'

const positive = z.number().positive()

/** Models that give a curve; the ids of the core's library, the trapezoidal rule, the average over models and a person's own formula. */
export const curveModelSchema = z.enum([
  'mono-exponential',
  'uptake-washout',
  'bi-exponential',
  'tri-exponential',
  'mono-exponential-area',
  'uptake-washout-area',
  'circulation-washout',
  'bi-exponential-washout',
  'bi-exponential-area',
  'hardiansyah-2021-f2a',
  'hardiansyah-2021-f2d',
  'hardiansyah-2021-f2e',
  'hardiansyah-2021-f3a',
  'hardiansyah-2021-shares',
  'hardiansyah-2023-f4d',
  'uptake-two-phase-washout',
  'trapezoid',
  'average',
  'formula',
])

export const administrationPartSchema = z.strictObject({
  /** From the start of the administration. */
  startS: z.number().min(0),
  /** 0: a bolus. */
  durationS: z.number().min(0),
  share: z.number().gt(0).max(1),
})

export const beforeFirstPointSchema = z.enum(['model', 'constant', 'linear-from-zero', 'physical-decay-back'])
export const afterLastPointSchema = z.union([
  z.enum(['fitted', 'physical-decay']),
  z.strictObject({ lastPoints: z.int().min(2).max(100) }),
])
export const trapezoidRuleSchema = z.enum(['linear', 'linear-log'])

export const lossSchema = z.strictObject({
  kind: z.enum(['squares', 'huber', 'tukey']),
  /** Standard uncertainties from where on a residual counts less; left out: that of 95 % efficiency. */
  limit: positive.optional(),
})

export const formulaSchema = z.strictObject({
  /** Of t, the parameters, lambda_phys, pi and e: "A1*exp(-k1*t)". */
  expression: z.string().min(1).max(500),
  title: z.string().max(200).optional(),
  parameters: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(31),
        title: z.string().max(200).optional(),
        /** "MBq", "1/h", "h", "MBq*h", "1". */
        unit: z.string().min(1).max(40),
        /** Value to start from, in that unit. */
        start: z.number(),
        range: z.enum(['positive', 'share', 'any']).default('positive'),
      }),
    )
    .min(1)
    .max(12),
  /** multiplied: times exp(−λ_phys·t); included: the formula holds the physical decay itself. */
  physicalDecay: z.enum(['multiplied', 'included']),
})

/** A belief about a parameter of the model: log-normal, in Bq and s. */
export const parameterBeliefSchema = z.strictObject({
  geometricMean: positive,
  geometricStandardDeviation: z.number().gt(1),
})

export const curveFitSchema = z.strictObject({
  /** How the activity was given; null: all at once. */
  administration: z.array(administrationPartSchema).min(1).max(20).nullable().default(null),
  /** null: as the model says, and for the trapezoid the first value decay-corrected. */
  beforeFirstPoint: beforeFirstPointSchema.nullable().default(null),
  /** null: as the model says, and for the trapezoid by the last two points. */
  afterLastPoint: afterLastPointSchema.nullable().default(null),
  trapezoidRule: trapezoidRuleSchema.default('linear-log'),
  loss: lossSchema.prefault({ kind: 'squares' }),
  /** Values of parameters of the model that are not fitted, by name, in Bq and s (rates in 1/s). */
  fixed: z.record(z.string(), z.number()).default({}),
  /** Priors of parameters of the model, by name. */
  prior: z.record(z.string(), parameterBeliefSchema).default({}),
  /** Candidates of the automatic choice and of the average; null: the four simplest sums of exponentials. */
  candidates: z.array(curveModelSchema).min(1).nullable().default(null),
  /** Weights of the average by model, instead of Akaike's. */
  modelWeights: z.partialRecord(curveModelSchema, z.number().min(0)).nullable().default(null),
  /** Fixed biological rate of what the circulation brings, for the functions that hold it; null: a half-life of 1 min (unverified). */
  circulationRatePerS: positive.nullable().default(null),
  formula: formulaSchema.nullable().default(null),
})

export type CurveModel = z.infer<typeof curveModelSchema>
export type CurveFit = z.infer<typeof curveFitSchema>
