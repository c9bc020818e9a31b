/** `population-fit`: a prior from the curves of many patients. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { naturalValue, POPULATION_VERSION } from '../../../native-core/kinetics/population/index.ts'
import type { CurveParameter } from '../../../native-core/kinetics/parametric/index.ts'
import { bqSecondsToMbqHours, hoursToSeconds, mbqToBq, SECONDS_PER_HOUR } from '../../../native-core/units/index.ts'
import {
  normalisationSchema,
  omegaStructureSchema,
  populationAlgorithmSchema,
  populationPriorSchema,
  residualFormSchema,
} from '../../contracts/populations.ts'
import type { PopulationPrior } from '../../contracts/populations.ts'
import { curveOf, priorContent, runPopulationTask } from '../populations/index.ts'
import type { PopulationTask } from '../populations/index.ts'
import { defineCalc } from './define.ts'
import { halfLifeS, nuclideName, positiveQuantity, quantity } from './fields.ts'
import { userFactor } from './fitTacUnits.ts'
import { administeredMbq, covariateValues, GRAMS_PER_KG, massG, measured, seed } from './populationFields.ts'

const populationInput = z.strictObject({
  label: z.string().max(200).default('Population'),
  agent: z.string().max(200).default(''),
  structure: z.string().max(200).default(''),
  nuclide: nuclideName.optional(),
  physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
  patients: z
    .array(
      z.strictObject({
        label: z.string().min(1).max(200),
        administeredMbq,
        massG,
        covariates: covariateValues,
        points: z.array(measured).min(1).max(1000),
      }),
    )
    .max(10000),
  curves: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(8)
    .meta({
      description: 'Functions to fit; the smallest AICc of the population is selected',
      examples: [['mono-exponential']],
    }),
  circulationHalfLifeMin: positiveQuantity('min', 'Of what the circulation brings, for curves that hold it').optional(),
  normalisation: normalisationSchema
    .default('administered')
    .meta({ description: 'administered: share of what was administered; administered-per-kg: that over the mass' }),
  residual: residualFormSchema
    .default('proportional')
    .meta({ description: 'Standard deviation of a point: additive + proportional·f, or one of the parts' }),
  omega: omegaStructureSchema
    .default('diagonal')
    .meta({ description: 'Free covariances between patients; blocks of parameter indices, those in none do not vary' }),
  algorithm: populationAlgorithmSchema.default('foce-interaction'),
  covariates: z
    .array(
      z.strictObject({
        parameter: z
          .string()
          .min(1)
          .meta({ description: 'Name of the parameter whose working value changes linearly' }),
        covariate: z.string().min(1),
        reference: z.number().meta({ description: 'Value at which the population mean holds' }),
      }),
    )
    .max(20)
    .default([]),
  starts: z.int().min(1).max(10).default(2).meta({ description: 'Starts that are followed for each curve' }),
  seed,
})

const populationOutput = z.strictObject({
  prior: populationPriorSchema.meta({
    description:
      'For individual-fit, and as the content of a document for the store; working parameters of shares, with rates in 1/s',
  }),
  typical: z
    .array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        unit: z.string(),
        value: z.number().meta({ description: 'At the population mean of the working parameter: the median' }),
        relativeStandardError: z.number().nullable(),
        betweenPatients: z
          .number()
          .meta({ description: 'Standard deviation of the working parameter between patients' }),
      }),
    )
    .meta({ description: 'Parameters in user units' }),
  patients: z.array(
    z.strictObject({
      label: z.string(),
      eta: z.array(z.number()).meta({ description: 'Working parameters less their mean' }),
      tiaMbqH: quantity('MBq·h', 'TIA of the empirical Bayes estimate'),
      tiaUncertaintyMbqH: quantity('MBq·h', 'Standard uncertainty'),
    }),
  ),
  iterations: z.int(),
  startsMinusTwoLogLikelihood: z.array(z.number()),
})

type PopulationCalcInput = z.output<typeof populationInput>

const divisorOf = (input: PopulationCalcInput, i: number): number => {
  const patient = input.patients[i]
  if (!patient) throw new Error('an index of a patient')
  const administered = mbqToBq(patient.administeredMbq)
  if (input.normalisation === 'administered') return administered
  if (patient.massG !== undefined) return administered * (patient.massG / GRAMS_PER_KG)
  throw new InputError(
    'calc.mass',
    `${patient.label} has no massG.`,
    'Give it, or normalise to the administered activity.',
  )
}

function taskOf(input: PopulationCalcInput, physicalHalfLifeS: number): PopulationTask {
  const { curves, circulationHalfLifeMin, normalisation, residual, omega, algorithm, starts, seed: own } = input
  const setting = {
    normalisation,
    physicalHalfLifeS,
    ...(circulationHalfLifeMin === undefined ? {} : { circulationRatePerS: Math.LN2 / (circulationHalfLifeMin * 60) }),
  }
  const covariates = input.covariates.map(({ parameter, covariate, reference }) => {
    const indices = curves.map((id) => curveOf(id, setting).parameters.findIndex(({ name }) => name === parameter))
    const index = indices[0] ?? -1
    if (index >= 0 && indices.every((other) => other === index)) return { parameter: index, covariate, reference }
    throw new InputError(
      'calc.covariate',
      `The parameter "${parameter}" is not at the same place in all of the curves ${curves.join(', ')}.`,
      'Fit the curves one by one.',
    )
  })
  return {
    ...setting,
    ...{ curveIds: curves, residual, omega, covariates, algorithm, starts, seed: own },
    subjects: input.patients.map(({ label, points, covariates: values }, i) => ({
      label,
      timesS: points.map(({ timeH }) => hoursToSeconds(timeH)),
      values: points.map(({ activityMbq }) => mbqToBq(activityMbq) / divisorOf(input, i)),
      ...(values ? { covariates: values } : {}),
    })),
  }
}

/** Amounts of a population are shares of what was administered: without a unit, or in h where they are integrals. */
function shareFactor(unit: CurveParameter['unit']): { readonly factor: number; readonly unit: string } {
  if (unit === 'Bq') return { factor: 1, unit: '1' }
  return unit === 'Bq·s' ? { factor: 1 / SECONDS_PER_HOUR, unit: 'h' } : userFactor(unit)
}

function typicalOf(prior: PopulationPrior): z.input<typeof populationOutput>['typical'] {
  const perKg = prior.normalisation === 'administered-per-kg'
  const curve = curveOf(prior.curve.id, { ...prior.curve, normalisation: prior.normalisation })
  return curve.parameters.map((parameter, k) => {
    const { value, slope } = naturalValue(parameter, prior.mu[k]?.value ?? NaN)
    const error = prior.mu[k]?.standardError ?? null
    const { factor, unit } = shareFactor(parameter.unit)
    const isAmount = parameter.unit === 'Bq' || parameter.unit === 'Bq·s'
    return {
      name: parameter.name,
      title: parameter.title,
      unit: isAmount && perKg ? `${unit}/kg` : unit,
      value: value * factor,
      relativeStandardError: error === null ? null : Math.abs((slope * error) / value),
      betweenPatients: Math.sqrt(prior.omega[k]?.[k] ?? 0),
    }
  })
}

export const populationFit = defineCalc({
  name: 'population-fit',
  title: 'Population of time–activity curves',
  description:
    'Nonlinear mixed-effects fit of the curves of many patients (first-order conditional estimation with interaction, or the alternation of Lindstrom and Bates), population-based selection among several curves, and the prior for a patient with few points.',
  input: populationInput,
  output: populationOutput,
  run: (input, resources) => {
    const task = taskOf(input, halfLifeS(input, resources))
    const answer = runPopulationTask(task)
    const hash = createHash('sha256').update(JSON.stringify({ task, version: POPULATION_VERSION }))
    const prior = priorContent(answer, task, {
      agent: input.agent,
      nuclide: input.nuclide ?? '',
      structure: input.structure,
      patientCount: input.patients.length,
      dataHash: hash.digest('hex'),
      evidence: 'site',
      source: `${input.label}: ${input.patients.length} patients given to population-fit`,
      from: [],
      note: '',
    })
    return {
      prior,
      typical: typicalOf(prior),
      patients: answer.fit.subjects.map(({ label, eta, tiaBqS, tiaUncertaintyBqS }, i) => ({
        label,
        eta: [...eta],
        tiaMbqH: bqSecondsToMbqHours(tiaBqS * divisorOf(input, i)),
        tiaUncertaintyMbqH: bqSecondsToMbqHours(tiaUncertaintyBqS * divisorOf(input, i)),
      })),
      iterations: answer.fit.iterations,
      startsMinusTwoLogLikelihood: [...answer.fit.startsMinusTwoLogLikelihood],
    }
  },
})
