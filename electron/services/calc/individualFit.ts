/** `individual-fit`: the curve of one patient with a population as prior. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { estimateIndividual, individualCurve, posteriorTia } from '../../../native-core/kinetics/population/index.ts'
import {
  bqSecondsToMbqHours,
  bqToMbq,
  hoursToSeconds,
  mbqToBq,
  secondsToHours,
  SECONDS_PER_HOUR,
} from '../../../native-core/units/index.ts'
import { populationDocumentSchema, populationPriorSchema } from '../../contracts/populations.ts'
import { patientPrior } from '../populations/index.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'
import { userFactor } from './fitTacUnits.ts'
import { administeredMbq, covariateValues, GRAMS_PER_KG, massG, measured, seed } from './populationFields.ts'

const individualInput = z.strictObject({
  label: z.string().max(200).default('Curve').meta({ description: 'Whose curve it is, for messages' }),
  population: z
    .union([populationPriorSchema, populationDocumentSchema])
    .meta({ description: 'The prior of population-fit, or a population that was exported from the store' }),
  administeredMbq,
  massG,
  covariates: covariateValues,
  points: z
    .array(
      measured.extend({
        sigmaMbq: positiveQuantity(
          'MBq',
          'Standard uncertainty, instead of the residual error; for all or none',
        ).optional(),
      }),
    )
    .min(1)
    .max(1000),
  samples: z
    .int()
    .min(0)
    .max(100000)
    .default(2000)
    .meta({ description: 'Of the posterior, for its mean and percentiles; 0: none' }),
  seed,
  curveTimesH: z
    .array(nonNegativeQuantity('h', 'Time'))
    .max(10000)
    .default([])
    .meta({ description: 'Where to sample curve and 95 % band' }),
})

/**
 * Of a point, relative. Between more exact points the posterior is a thin bent ridge that the chain of samples does not walk along: it would
 * show too little spread (found by comparison with first order and with quadrature).
 */
const SMALLEST_SAMPLED_NOISE = 0.005

const individualOutput = z.strictObject({
  algorithm: z.strictObject({ name: z.string(), version: z.string() }),
  label: z.string(),
  curve: z.strictObject({ id: z.string(), title: z.string(), formula: z.string() }),
  tiaMbqH: quantity('MBq·h', 'TIA of the most probable curve (MAP)'),
  tiaUncertaintyMbqH: quantity('MBq·h', 'Standard uncertainty to first order'),
  tiaCoefficientH: quantity('h', 'TIA over administered activity'),
  posterior: z
    .strictObject({
      tiaMbqH: quantity('MBq·h', 'Mean over the posterior'),
      tiaUncertaintyMbqH: quantity('MBq·h', 'Standard deviation'),
      lowerMbqH: quantity('MBq·h', '2.5 percentile'),
      upperMbqH: quantity('MBq·h', '97.5 percentile'),
      effectiveSampleSize: z.number(),
    })
    .nullable()
    .meta({
      description: 'null without samples, and where a point is more exact than 0.5 %, for which they would not do',
    }),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      unit: z.string(),
      value: z.number(),
      standardUncertainty: z.number(),
      shrinkage: quantity('1', '0: the points settle it; 1: they say nothing of it'),
    }),
  ),
  terms: z
    .array(
      z.strictObject({
        amplitudeMbq: quantity('MBq', 'Amplitude at time zero'),
        effectiveRatePerH: positiveQuantity('1/h', 'Effective rate constant'),
      }),
    )
    .nullable(),
  points: z.array(
    z.strictObject({
      timeH: quantity('h', 'Time'),
      activityMbq: quantity('MBq', 'Measured'),
      sigmaMbq: quantity('MBq', 'Standard uncertainty'),
      fittedMbq: quantity('MBq', 'Estimated'),
      standardisedResidual: quantity('1', '(measured − estimated)/sigma'),
    }),
  ),
  distanceFromPrior: quantity(
    '1',
    'Squared distance of the parameters from the mean, in standard deviations between patients',
  ),
  shape: z.strictObject({
    timesH: z.array(quantity('h', 'Time')),
    activityMbq: z.array(quantity('MBq', 'Estimated')),
    lowerMbq: z.array(quantity('MBq', '95 % band, lower')),
    upperMbq: z.array(quantity('MBq', '95 % band, upper')),
  }),
  converged: z.boolean(),
})

export const individualFit = defineCalc({
  name: 'individual-fit',
  title: 'Curve of one patient with a population as prior',
  description:
    'Maximum a posteriori estimate from one point or more: TIA with uncertainty, to first order and over the whole posterior, parameters with shrinkage, curve with band.',
  input: individualInput,
  output: individualOutput,
  run: (input) => {
    const content = 'schema' in input.population ? input.population.content : input.population
    const { curve, prior, residual } = patientPrior(content, {
      administeredBq: mbqToBq(input.administeredMbq),
      massKg: input.massG === undefined ? undefined : input.massG / GRAMS_PER_KG,
      ...(input.covariates ? { covariates: input.covariates } : {}),
    })
    const given = input.points.flatMap(({ sigmaMbq }) => sigmaMbq ?? [])
    if (given.length > 0 && given.length < input.points.length)
      throw new InputError(
        'calc.sigmas',
        `${input.label}: some points have no sigmaMbq, others have.`,
        'Give it for all points or for none.',
      )
    const request = {
      ...{ label: input.label, curve, prior, residual },
      timesS: input.points.map(({ timeH }) => hoursToSeconds(timeH)),
      values: input.points.map(({ activityMbq }) => mbqToBq(activityMbq)),
      ...(given.length > 0 ? { sigma: given.map(mbqToBq) } : {}),
    }
    const estimate = estimateIndividual(request)
    const exact = estimate.points.some(({ sigma, value }) => sigma < SMALLEST_SAMPLED_NOISE * value)
    const over = input.samples > 0 && !exact ? posteriorTia(request, { count: input.samples, seed: input.seed }) : null
    const shape = individualCurve(curve, estimate, input.curveTimesH.map(hoursToSeconds))
    const tiaMbqH = bqSecondsToMbqHours(estimate.tiaBqS)
    return {
      algorithm: { ...estimate.algorithm },
      label: estimate.label,
      curve: { id: curve.id, title: curve.title, formula: curve.formula },
      tiaMbqH,
      tiaUncertaintyMbqH: bqSecondsToMbqHours(estimate.tiaUncertaintyBqS),
      tiaCoefficientH: tiaMbqH / input.administeredMbq,
      posterior: over && {
        tiaMbqH: bqSecondsToMbqHours(over.tiaBqS),
        tiaUncertaintyMbqH: bqSecondsToMbqHours(over.tiaUncertaintyBqS),
        lowerMbqH: bqSecondsToMbqHours(over.lowerBqS),
        upperMbqH: bqSecondsToMbqHours(over.upperBqS),
        effectiveSampleSize: over.effectiveSampleSize,
      },
      parameters: estimate.parameters.map(({ name, title, unit, value, standardUncertainty, shrinkage }) => {
        const user = userFactor(unit)
        return {
          ...{ name, title, unit: user.unit, shrinkage },
          value: value * user.factor,
          standardUncertainty: standardUncertainty * user.factor,
        }
      }),
      terms:
        curve.terms(estimate.phi)?.map(({ amplitudeBq, effectiveRatePerS }) => ({
          amplitudeMbq: bqToMbq(amplitudeBq),
          effectiveRatePerH: effectiveRatePerS * SECONDS_PER_HOUR,
        })) ?? null,
      points: estimate.points.map((p) => ({
        timeH: secondsToHours(p.timeS),
        activityMbq: bqToMbq(p.value),
        sigmaMbq: bqToMbq(p.sigma),
        fittedMbq: bqToMbq(p.fitted),
        standardisedResidual: p.standardisedResidual,
      })),
      distanceFromPrior: estimate.priorCost,
      shape: {
        timesH: shape.timesS.map(secondsToHours),
        activityMbq: shape.value.map(bqToMbq),
        lowerMbq: shape.lower.map(bqToMbq),
        upperMbq: shape.upper.map(bqToMbq),
      },
      converged: estimate.converged,
    }
  },
})
