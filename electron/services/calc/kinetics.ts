/** Calculations on time–activity curves. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { fitTimeActivity, fittedCurve, integrateTerms } from '../../../native-core/kinetics/index.ts'
import type { FitRequest, TacFit } from '../../../native-core/kinetics/index.ts'
import {
  BQ_PER_MBQ,
  bqSecondsToMbqHours,
  bqToMbq,
  hoursToSeconds,
  mbqToBq,
  secondsToHours,
  SECONDS_PER_HOUR,
} from '../../../native-core/units/index.ts'
import { defineCalc } from './define.ts'
import { halfLifeS, nonNegativeQuantity, nuclideName, positiveQuantity, quantity } from './fields.ts'

const modelId = z.enum(['mono-exponential', 'uptake-washout', 'bi-exponential', 'tri-exponential'])

const prior = z.strictObject({
  biologicalHalfLifeH: positiveQuantity('h', 'Median biological half-life of the fast phase'),
  geometricStandardDeviation: z.number().gt(1).meta({ unit: '1', description: 'Spread as a factor' }),
})

const fitInput = z.strictObject({
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
  model: z.union([z.literal('auto'), modelId]).default('auto'),
  errorModel: z
    .strictObject({
      fraction: nonNegativeQuantity('1', 'Part that is proportional to the measured value'),
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
    .meta({ description: 'Where to sample curve and 95 % band' }),
})

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
  model: modelId,
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
  refusal: z.string().nullable(),
})

const fitOutput = z.strictObject({
  algorithm: z.strictObject({ name: z.string(), version: z.string() }),
  label: z.string(),
  model: modelId,
  title: z.string(),
  formula: z.string(),
  withPrior: z.boolean(),
  chosenBy: z.enum(['user', 'automatic']),
  reason: z.string(),
  physicalHalfLifeH: quantity('h', 'Physical half-life'),
  tiaMbqH: quantity('MBq·h', 'Time-integrated activity from zero to infinity'),
  tiaUncertaintyMbqH: quantity('MBq·h', 'Standard uncertainty of the TIA, gᵀCg'),
  tiaShareBeforeFirstPoint: quantity('1', 'Share of the TIA before the first point'),
  tiaShareAfterLastPoint: quantity('1', 'Share of the TIA after the last point'),
  terms: z.array(term).meta({ description: 'A(t) = Σ amplitude·exp(−rate·t), slowest phase first' }),
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
      standardisedResidual: quantity('1', '(measured − fitted)/sigma'),
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
    lowerMbq: z.array(quantity('MBq', '95 % band, lower')),
    upperMbq: z.array(quantity('MBq', '95 % band, upper')),
  }),
  errorModel: z.string(),
  assumptions: z.array(z.string()),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
})

function sigmasOf(input: z.output<typeof fitInput>): FitRequest['sigmaBq'] {
  const given = input.points.filter((p) => p.sigmaMbq !== undefined).length
  if (given > 0 && given < input.points.length) {
    const missing = input.points.findIndex((p) => p.sigmaMbq === undefined)
    throw new InputError(
      'calc.sigmas',
      `${input.label}: point ${missing + 1} has no sigmaMbq, others have.`,
      'Give it for all points or for none.',
    )
  }
  if (given > 0 && input.errorModel) {
    throw new InputError(
      'calc.sigmas',
      `${input.label}: there are both sigmas and an error model.`,
      'Give one of them.',
    )
  }
  if (given > 0) return input.points.map((p) => mbqToBq(p.sigmaMbq as number))
  return input.errorModel
    ? { fraction: input.errorModel.fraction, absoluteBq: mbqToBq(input.errorModel.absoluteMbq) }
    : undefined
}

const toTerms = (terms: TacFit['terms']) =>
  terms.map((x) => ({
    amplitudeMbq: bqToMbq(x.amplitudeBq),
    effectiveRatePerH: x.effectiveRatePerS * SECONDS_PER_HOUR,
  }))

/** Parameters and covariance in MBq and 1/h. */
function parametersInUserUnits(fit: TacFit) {
  const factor = fit.parameters.map((p) => (p.unit === 'Bq' ? 1 / BQ_PER_MBQ : SECONDS_PER_HOUR))
  return {
    parameters: fit.parameters.map((p, i) => ({
      ...p,
      value: p.value * (factor[i] as number),
      standardError: p.standardError * (factor[i] as number),
      unit: p.unit === 'Bq' ? 'MBq' : '1/h',
    })),
    covariance: fit.covariance.map((row, i) => row.map((v, j) => v * (factor[i] as number) * (factor[j] as number))),
  }
}

export const fitTac = defineCalc({
  name: 'fit-tac',
  title: 'Fit of a time–activity curve',
  description:
    'Weighted least-squares fit of a sum of exponentials with the physical decay constant as lower bound of every rate; time-integrated activity with uncertainty, covariance, candidates of the automatic choice.',
  input: fitInput,
  output: fitOutput,
  run: (input, resources) => {
    const sigmaBq = sigmasOf(input)
    const fit = fitTimeActivity({
      label: input.label,
      timesS: input.points.map((p) => hoursToSeconds(p.timeH)),
      activityBq: input.points.map((p) => mbqToBq(p.activityMbq)),
      ...(sigmaBq === undefined ? {} : { sigmaBq }),
      physicalHalfLifeS: halfLifeS(input, resources),
      model: input.model,
      ...(input.covarianceScaling === undefined ? {} : { covarianceScaling: input.covarianceScaling }),
      ...(input.earlyPhasePrior === undefined
        ? {}
        : {
            earlyPhasePrior: input.earlyPhasePrior && {
              biologicalHalfLifeS: hoursToSeconds(input.earlyPhasePrior.biologicalHalfLifeH),
              geometricStandardDeviation: input.earlyPhasePrior.geometricStandardDeviation,
            },
          }),
    })
    const curve = fittedCurve(fit, input.curveTimesH.map(hoursToSeconds))
    return {
      algorithm: { ...fit.algorithm },
      label: fit.label,
      model: fit.model,
      title: fit.modelTitle,
      formula: fit.formula,
      withPrior: fit.earlyPhasePrior !== null,
      chosenBy: fit.chosenBy,
      reason: fit.reason,
      physicalHalfLifeH: secondsToHours(fit.physicalHalfLifeS),
      tiaMbqH: bqSecondsToMbqHours(fit.tiaBqS),
      tiaUncertaintyMbqH: bqSecondsToMbqHours(fit.tiaUncertaintyBqS),
      tiaShareBeforeFirstPoint: fit.tiaShareBeforeFirstPoint,
      tiaShareAfterLastPoint: fit.tiaShareAfterLastPoint,
      terms: toTerms(fit.terms),
      phases: fit.phases.map((p) => ({
        amplitudeMbq: bqToMbq(p.amplitudeBq),
        effectiveHalfLifeH: secondsToHours(p.effectiveHalfLifeS),
        effectiveHalfLifeUncertaintyH: secondsToHours(p.effectiveHalfLifeUncertaintyS),
        biologicalHalfLifeH: p.biologicalHalfLifeS === null ? null : secondsToHours(p.biologicalHalfLifeS),
      })),
      ...parametersInUserUnits(fit),
      correlation: fit.correlation.map((row) => [...row]),
      conditionNumber: fit.conditionNumber,
      chiSquare: fit.chiSquare,
      degreesOfFreedom: fit.degreesOfFreedom,
      aic: fit.aic,
      aicc: fit.aicc,
      converged: fit.converged,
      gates: { ...fit.gates },
      points: fit.points.map((p) => ({
        timeH: secondsToHours(p.timeS),
        activityMbq: bqToMbq(p.activityBq),
        sigmaMbq: bqToMbq(p.sigmaBq),
        fittedMbq: bqToMbq(p.fittedBq),
        standardisedResidual: p.standardisedResidual,
      })),
      candidates: fit.candidates.map((c) => ({
        model: c.model,
        title: c.title,
        withPrior: c.earlyPhasePrior !== null,
        parameterCount: c.parameterCount,
        effectiveParameterCount: c.effectiveParameterCount,
        chiSquare: c.chiSquare,
        aic: c.aic,
        aicc: c.aicc,
        weight: c.weight,
        tiaMbqH: bqSecondsToMbqHours(c.tiaBqS),
        tiaUncertaintyMbqH: bqSecondsToMbqHours(c.tiaUncertaintyBqS),
        terms: toTerms(c.terms),
        converged: c.converged,
        refusal: c.refusal,
      })),
      averaged: {
        tiaMbqH: bqSecondsToMbqHours(fit.averaged.tiaBqS),
        tiaUncertaintyMbqH: bqSecondsToMbqHours(fit.averaged.tiaUncertaintyBqS),
      },
      curve: {
        timesH: curve.timesS.map(secondsToHours),
        activityMbq: curve.activityBq.map(bqToMbq),
        lowerMbq: curve.lowerBq.map(bqToMbq),
        upperMbq: curve.upperBq.map(bqToMbq),
      },
      errorModel: fit.errorModel,
      assumptions: [...fit.assumptions],
      warnings: fit.warnings.map((w) => ({ ...w })),
    }
  },
})

export const tia = defineCalc({
  name: 'tia',
  title: 'Time-integrated activity of a sum of exponentials',
  description: 'Closed form of ∫ Σ A·2^(−t/T) dt between two times, by default from zero to infinity.',
  input: z.strictObject({
    terms: z
      .array(
        z.strictObject({
          amplitudeMbq: quantity('MBq', 'Amplitude at time zero; negative for uptake'),
          effectiveHalfLifeH: positiveQuantity('h', 'Effective half-life'),
        }),
      )
      .min(1)
      .max(100),
    fromH: nonNegativeQuantity('h', 'Start of the interval').default(0),
    toH: positiveQuantity('h', 'End of the interval; left out: infinity').optional(),
    administeredMbq: positiveQuantity('MBq', 'Administered activity, for the TIA coefficient').optional(),
  }),
  output: z.strictObject({
    tiaMbqH: quantity('MBq·h', 'Time-integrated activity'),
    decays: quantity('1', 'Number of decays (Bq·s)'),
    tiaCoefficientH: quantity('h', 'TIA over administered activity (residence time); null without it').nullable(),
  }),
  run: (input) => {
    const toS = input.toH === undefined ? Infinity : hoursToSeconds(input.toH)
    const fromS = hoursToSeconds(input.fromH)
    if (toS <= fromS)
      throw new InputError('calc.interval', 'The interval ends before it starts.', 'Give toH above fromH.')
    const terms = input.terms.map((t) => ({
      amplitudeBq: mbqToBq(t.amplitudeMbq),
      effectiveRatePerS: Math.LN2 / hoursToSeconds(t.effectiveHalfLifeH),
    }))
    const decays = integrateTerms(terms, fromS, toS)
    const tiaMbqH = bqSecondsToMbqHours(decays)
    return {
      tiaMbqH,
      decays,
      tiaCoefficientH: input.administeredMbq === undefined ? null : tiaMbqH / input.administeredMbq,
    }
  },
})
