/** Time-integrated activity from one or two scans. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  estimateFewScans,
  fewScansCurve,
  INTER_CYCLE_GSD,
  priorCyclePopulation,
} from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { CurvePopulation, FewScansRequest } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import {
  bqSecondsToMbqHours,
  bqToMbq,
  hoursToSeconds,
  mbqToBq,
  secondsToHours,
  SECONDS_PER_HOUR,
} from '../../../native-core/units/index.ts'
import { populationFields, populationOf } from '../singleTimePoint/index.ts'
import type { Resources } from '../ports/resources.ts'
import { defineCalc } from './define.ts'
import { halfLifeS, nonNegativeQuantity, nuclideName, positiveQuantity, quantity } from './fields.ts'

const method = z.enum(['hanscheid', 'madsen', 'population-half-life', 'prior-cycles', 'population-map'])

const input = z.strictObject({
  label: z.string().max(200).default('Curve').meta({ description: 'Whose curve it is, for messages' }),
  nuclide: nuclideName.optional(),
  physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
  method,
  points: z
    .array(
      z.strictObject({
        timeH: quantity('h', 'Time after the start of administration'),
        activityMbq: quantity('MBq', 'Activity at that time, not decay-corrected'),
        sigmaMbq: positiveQuantity('MBq', 'Absolute standard uncertainty (k = 1); default 5 % (designed)').optional(),
      }),
    )
    .min(1)
    .max(10),
  population: populationFields
    .optional()
    .meta({ description: 'Id of a known population (see the answer of scan-time) or its numbers' }),
  administeredMbq: positiveQuantity(
    'MBq',
    'Administered activity: with it the uptake of a population is used',
  ).optional(),
  priorCycle: z
    .strictObject({
      terms: z
        .array(
          z.strictObject({
            amplitudeMbq: quantity('MBq', 'Amplitude at time zero'),
            effectiveHalfLifeH: positiveQuantity('h', 'Effective half-life'),
          }),
        )
        .min(1)
        .max(5),
      halfLifeRelativeUncertainty: nonNegativeQuantity('1', 'Of the earlier slowest half-life').default(0),
      interCycleGsd: z.number().min(1).max(10).default(INTER_CYCLE_GSD).meta({
        unit: '1',
        description: 'Spread of the biological half-life from cycle to cycle, a factor (designed)',
      }),
    })
    .optional()
    .meta({ description: 'Curve of an earlier cycle, for prior-cycles' }),
  curveTimesH: z.array(nonNegativeQuantity('h', 'Time')).max(10000).default([]),
})

export const expectedErrorFields = z.strictObject({
  bias: quantity('1', 'Mean relative error of the TIA over the population'),
  rms: nonNegativeQuantity('1', 'Root mean square of the relative error, with the noise of the measurement'),
  shareOver10: nonNegativeQuantity('1', 'Share of patients with an error of more than 10 %'),
  shareOver20: nonNegativeQuantity('1', 'Share of patients with an error of more than 20 %'),
})

const tia = (description: string) => quantity('MBq·h', description)

const output = z.strictObject({
  algorithm: z.strictObject({ name: z.string(), version: z.string() }),
  label: z.string(),
  method,
  title: z.string(),
  formula: z.string(),
  source: z.string(),
  population: z.string().nullable(),
  populationEvidence: z.enum(['verified', 'transcribed', 'designed', 'unverified', 'given']).nullable(),
  populationSources: z.array(z.string()),
  tiaMbqH: tia('Time-integrated activity from zero to infinity'),
  tiaUncertaintyMbqH: tia('Standard uncertainty'),
  parts: z
    .array(z.strictObject({ name: z.string(), title: z.string(), relative: nonNegativeQuantity('1', 'Relative') }))
    .meta({ description: 'Parts of the standard uncertainty; they add in squares' }),
  distribution: z
    .strictObject({
      medianMbqH: tia('Median'),
      meanMbqH: tia('Mean over 99.994 % of the population'),
      standardDeviationMbqH: tia('Standard deviation of the same'),
      percentile2p5MbqH: tia('2.5th percentile'),
      percentile16MbqH: tia('16th percentile'),
      percentile84MbqH: tia('84th percentile'),
      percentile97p5MbqH: tia('97.5th percentile'),
    })
    .nullable()
    .meta({
      description:
        'TIA over the population’s curves through the point, or over the posterior of the most probable curve; null without a population and with several scans',
    }),
  effectiveHalfLifeH: positiveQuantity('h', 'Of the slowest phase of the curve'),
  effectiveHalfLifeUncertaintyH: nonNegativeQuantity('h', 'Standard uncertainty'),
  terms: z
    .array(
      z.strictObject({
        amplitudeMbq: quantity('MBq', 'Amplitude at time zero'),
        effectiveRatePerH: positiveQuantity('1/h', 'Effective rate constant'),
      }),
    )
    .meta({ description: 'A curve with exactly this TIA' }),
  expectedError: expectedErrorFields
    .nullable()
    .meta({ description: 'Of this method at these times over the population' }),
  curve: z.strictObject({
    timesH: z.array(quantity('h', 'Time')),
    activityMbq: z.array(quantity('MBq', 'Curve')),
    lowerMbq: z.array(quantity('MBq', '95 % band, lower')),
    upperMbq: z.array(quantity('MBq', '95 % band, upper')),
  }),
  assumptions: z.array(z.string()),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
})

type Given = z.output<typeof input>
type Remark = z.input<typeof output>['warnings'][number]

/** Relative standard uncertainty of a point that has none. Designed: one SPECT activity of an organ, without calibration. */
const DEFAULT_SIGMA = 0.05

export const singleTimePoint = defineCalc({
  name: 'single-time-point',
  title: 'TIA from one or two scans',
  description:
    'Time-integrated activity from one scan (or two) by Hänscheid’s or Madsen’s rule, a population’s kinetics, an earlier cycle or the most probable curve, with its uncertainty and the error that is to be expected at that time.',
  input,
  output,
  run: (given, resources) => {
    const physicalS = halfLifeS(given, resources)
    const known = populationFor(given, physicalS, resources)
    const request: FewScansRequest = {
      label: given.label,
      method: given.method,
      timesS: given.points.map(({ timeH }) => hoursToSeconds(timeH)),
      activityBq: given.points.map(({ activityMbq }) => mbqToBq(activityMbq)),
      sigmaBq: given.points.map(({ activityMbq, sigmaMbq }) =>
        mbqToBq(sigmaMbq ?? DEFAULT_SIGMA * Math.max(activityMbq, Number.MIN_VALUE)),
      ),
      physicalHalfLifeS: physicalS,
      ...(known ? { population: known.population } : {}),
    }
    const estimate = estimateFewScans(request)
    const { distribution } = estimate
    const curve = fewScansCurve(request, estimate, given.curveTimesH.map(hoursToSeconds))
    return {
      algorithm: estimate.algorithm,
      label: estimate.label,
      method: estimate.method,
      title: estimate.title,
      formula: estimate.formula,
      source: estimate.source,
      population: estimate.populationId,
      populationEvidence: known?.evidence ?? null,
      populationSources: [...(known?.sources ?? [])],
      tiaMbqH: bqSecondsToMbqHours(estimate.tiaBqS),
      tiaUncertaintyMbqH: bqSecondsToMbqHours(estimate.tiaUncertaintyBqS),
      parts: estimate.parts.map((part) => ({ ...part })),
      distribution: distribution && {
        medianMbqH: bqSecondsToMbqHours(distribution.medianBqS),
        meanMbqH: bqSecondsToMbqHours(distribution.meanBqS),
        standardDeviationMbqH: bqSecondsToMbqHours(distribution.standardDeviationBqS),
        percentile2p5MbqH: bqSecondsToMbqHours(distribution.percentile2p5BqS),
        percentile16MbqH: bqSecondsToMbqHours(distribution.percentile16BqS),
        percentile84MbqH: bqSecondsToMbqHours(distribution.percentile84BqS),
        percentile97p5MbqH: bqSecondsToMbqHours(distribution.percentile97p5BqS),
      },
      effectiveHalfLifeH: secondsToHours(estimate.effectiveHalfLifeS),
      effectiveHalfLifeUncertaintyH: secondsToHours(estimate.effectiveHalfLifeUncertaintyS),
      terms: estimate.terms.map((t) => ({
        amplitudeMbq: bqToMbq(t.amplitudeBq),
        effectiveRatePerH: t.effectiveRatePerS * SECONDS_PER_HOUR,
      })),
      expectedError: estimate.expectedError && { ...estimate.expectedError },
      curve: {
        timesH: curve.timesS.map(secondsToHours),
        activityMbq: curve.activityBq.map(bqToMbq),
        lowerMbq: curve.lowerBq.map(bqToMbq),
        upperMbq: curve.upperBq.map(bqToMbq),
      },
      assumptions: [...estimate.assumptions],
      warnings: [
        ...estimate.warnings.map((warning) => ({ ...warning })),
        ...defaultSigmaRemark(given),
        ...unusedAdministeredRemark(given, known?.population ?? null),
      ],
    }
  },
})

function defaultSigmaRemark({ points }: Given): Remark[] {
  const places = points.flatMap(({ sigmaMbq }, i) => (sigmaMbq === undefined ? [i + 1] : []))
  if (places.length === 0) return []
  const whose = places.length > 1 ? `Points ${places.join(', ')} have` : `Point ${places[0]} has`
  return [
    {
      code: 'calc.default-sigma',
      message: `${whose} no sigmaMbq: a standard uncertainty of ${100 * DEFAULT_SIGMA} % was taken, a default of this program and not measured. Give sigmaMbq.`,
    },
  ]
}

/** Only the most probable curve uses the size of a population's curves, and only of a population that has an uptake. */
function unusedAdministeredRemark({ administeredMbq, method }: Given, population: CurvePopulation | null): Remark[] {
  if (administeredMbq === undefined || (method === 'population-map' && population?.sizeKnown)) return []
  const why =
    method === 'population-map' ? 'the population has no uptake' : `the method ${method} uses no uptake of a population`
  return [{ code: 'calc.administered-unused', message: `administeredMbq counts for nothing: ${why}.` }]
}

function populationFor(given: Given, physicalS: number, resources: Resources) {
  if (given.method !== 'prior-cycles' && given.priorCycle)
    throw new InputError(
      'calc.prior-cycle',
      `There is an earlier cycle, but the method is ${given.method}.`,
      'Give "method": "prior-cycles", or leave "priorCycle" out.',
    )
  if (given.method === 'prior-cycles') {
    if (!given.priorCycle || given.population !== undefined)
      throw new InputError(
        'calc.prior-cycle',
        given.priorCycle ? 'There are both an earlier cycle and a population.' : 'There is no earlier cycle.',
        'Give "priorCycle" with the terms of its curve, and no population.',
      )
    const terms = given.priorCycle.terms.map((term) => ({
      amplitudeBq: mbqToBq(term.amplitudeMbq),
      effectiveRatePerS: Math.LN2 / hoursToSeconds(term.effectiveHalfLifeH),
    }))
    const { interCycleGsd, halfLifeRelativeUncertainty } = given.priorCycle
    const population = priorCyclePopulation(
      'earlier cycle',
      terms,
      physicalS,
      interCycleGsd,
      halfLifeRelativeUncertainty,
    )
    return { population, evidence: 'given' as const, sources: [] }
  }
  return given.population === undefined
    ? null
    : populationOf(given.population, given.nuclide, physicalS, given.administeredMbq, resources)
}
