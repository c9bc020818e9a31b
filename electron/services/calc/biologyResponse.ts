/** Calculation that fits a tumour's response to measured volumes. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { FREE_PARAMETERS, fitTumourModels, predictResponse } from '../../../native-core/radiobiology/index.ts'
import type {
  DoseRateCourse,
  FreeParameterName,
  ModelParameterName,
  OwnParameterName,
  GrowthLaw,
  RankedResponse,
  ResponseCandidate,
  ResponseFitProblem,
  TumourModel,
} from '../../../native-core/radiobiology/index.ts'
import { hoursToSeconds, SECONDS_PER_HOUR, secondsToHours } from '../../../native-core/units/index.ts'
import { courseField, courseOf, repairFields, repairOf } from './biologyFields.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'
import { growthField, growthOf } from './growthFields.ts'

/** As parameters are named and measured outside: factor to the unit inside. */
const OUTSIDE = {
  alphaPerGy: { name: 'alphaPerGy', unit: '1/Gy', factor: 1 },
  alphaBetaGy: { name: 'alphaBetaGy', unit: 'Gy', factor: 1 },
  initialVolume: { name: 'volumeMl', unit: 'mL', factor: 1 },
  doublingTimeS: { name: 'doublingTimeH', unit: 'h', factor: SECONDS_PER_HOUR },
  growthRatePerS: { name: 'growthRatePerH', unit: '1/h', factor: 1 / SECONDS_PER_HOUR },
  capacity: { name: 'capacityMl', unit: 'mL', factor: 1 },
  clearanceHalfTimeS: { name: 'clearanceHalfTimeH', unit: 'h', factor: SECONDS_PER_HOUR },
  hypoxicFraction: { name: 'hypoxicFraction', unit: '1', factor: 1 },
} as const satisfies Record<ModelParameterName, { name: string; unit: string; factor: number }>

const ofFormula = z.templateLiteral(['own:', z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/)])
const outsideName = z.union([
  z.enum(FREE_PARAMETERS.map((name) => OUTSIDE[name].name) as [string, ...string[]]),
  ofFormula.meta({ description: 'A parameter of a formula of growth, by its name there: "own:r"' }),
])
/** Parameters of a formula keep the unit that it declares. */
const outsideOf = (
  name: FreeParameterName,
): { readonly name: string; readonly unit: string; readonly factor: number } =>
  isOwn(name) ? { name, unit: 'as the formula declares', factor: 1 } : OUTSIDE[name]
const isOwn = (name: string): name is OwnParameterName => ofFormula.safeParse(name).success
const hasOwn = (law: GrowthLaw, name: OwnParameterName): boolean =>
  law.kind === 'own' && (law.names ?? []).includes(name.slice('own:'.length))
/** Free parameters that belong to one growth law only. */
const OF_GROWTH: Readonly<Record<string, readonly string[]>> = {
  doublingTimeS: ['exponential'],
  growthRatePerS: ['gompertz', 'logistic'],
  capacity: ['gompertz', 'logistic'],
}

const parameterOutput = z.strictObject({
  name: z.string(),
  unit: z.string(),
  value: z.number(),
  standardUncertainty: z.number().nullable(),
  cv: quantity('1', 'Standard uncertainty over value').nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable().meta({ description: '95 %' }),
  atBound: z.boolean(),
})

const fitOutput = z.strictObject({
  parameters: z.array(parameterOutput),
  correlation: z.array(z.array(z.number())),
  chiSquare: quantity('1', 'Of the volumes'),
  priorChiSquare: quantity('1', 'Of the priors'),
  informative: z.int().meta({ description: 'Volumes that say something about the free parameters' }),
  degreesOfFreedom: z.int(),
  aicc: z.number().nullable(),
  residuals: z.array(z.number()).meta({ description: '(ln V − ln f)/σ of each volume' }),
  converged: z.boolean(),
  remarks: z.array(z.string()),
  prediction: z.array(
    z.strictObject({
      timeH: quantity('h', 'Time'),
      volumeMl: quantity('mL', 'Volume'),
      lowMl: quantity('mL', '95 % by the parameters'),
      highMl: quantity('mL', '95 % by the parameters'),
      scanLowMl: quantity('mL', '95 % of what a scan shows'),
      scanHighMl: quantity('mL', '95 % of what a scan shows'),
    }),
  ),
})

const input = z.strictObject({
  growth: z
    .array(growthField)
    .min(1)
    .max(5)
    .meta({ description: 'Growth laws to compare; their values are held, or where the search starts' }),
  volumes: z
    .array(
      z.strictObject({
        timeH: quantity('h', 'Time of the scan on the clock of the course'),
        volumeMl: positiveQuantity('mL', 'Measured volume'),
        relativeUncertainty: z
          .number()
          .positive()
          .max(1)
          .meta({ unit: '1', description: 'Standard uncertainty over volume' }),
      }),
    )
    .min(1)
    .max(1000),
  free: z
    .array(
      z.strictObject({
        name: outsideName,
        prior: z
          .strictObject({
            median: z.number().positive().meta({ description: 'In the unit of the parameter’s name' }),
            sdOfLog: positiveQuantity('1', 'Standard deviation of the logarithm'),
          })
          .optional(),
      }),
    )
    .min(1)
    .max(FREE_PARAMETERS.length)
    .meta({ description: 'Those of a growth law are free in the models that have it' }),
  startH: quantity('h', 'When the tumour has its initial volume; default: the first scan').optional(),
  volumeMl: positiveQuantity('mL', 'Initial volume; where it is free, default: the first measured one').optional(),
  alphaPerGy: nonNegativeQuantity('1/Gy', 'α'),
  alphaBetaGy: positiveQuantity('Gy', 'α/β'),
  curves: courseField.optional().meta({ description: 'Left out: the tumour is left alone' }),
  ...repairFields,
  clearanceHalfTimeH: nonNegativeQuantity('h', 'Half-time with which dead tissue goes; 0: at once').default(0),
  hypoxia: z
    .strictObject({
      fraction: z.number().min(0).lt(1).meta({ unit: '1', description: 'Share of hypoxic cells at the start' }),
      oerAlpha: z.number().min(1).meta({ unit: '1', description: 'Divides α' }),
      oerBeta: z.number().min(1).meta({ unit: '1', description: 'Its square divides β' }),
      reoxygenationHalfTimeH: positiveQuantity('h', 'Half-time; null: never').nullable().default(null),
    })
    .optional(),
  predictH: z.array(quantity('h', 'Time')).max(1000).default([]),
  scanUncertainty: nonNegativeQuantity('1', 'Relative standard uncertainty of a volume that will be measured').default(
    0,
  ),
})

export const growthFit = defineCalc({
  name: 'growth-fit',
  title: 'Tumour response fitted to volumes',
  description:
    'Sensitivity, growth, clearance and hypoxia of the tumour model from volumes over the cycles: least squares in ln V, log-normal priors, covariance, AICc over growth laws, prediction with bands.',
  input,
  output: z.strictObject({
    best: z.string().meta({ description: 'Model of the smallest AICc' }),
    models: z.array(
      z.strictObject({
        name: z.string(),
        weight: quantity('1', 'Akaike weight').nullable(),
        problem: z.string().meta({ description: 'Why there is no fit' }),
        fit: fitOutput.nullable(),
      }),
    ),
  }),
  run: (given) => {
    const course = given.curves ? courseOf(given.curves) : []
    const laws = given.growth.map((one) => ({
      name: one.kind === 'formula' ? one.formula.name : one.kind,
      law: growthOf(one),
    }))
    const free = freeOf(
      given,
      laws.map(({ law }) => law),
    )
    const candidates = laws.map(({ name, law }): ResponseCandidate => ({
      name,
      problem: {
        ...problemOf(given, law),
        free: free.filter(({ name }) =>
          isOwn(name) ? hasOwn(law, name) : (OF_GROWTH[name]?.includes(law.kind) ?? true),
        ),
      },
    }))
    const ranked = fitTumourModels(candidates, course)
    return {
      best: ranked[0]?.name ?? '',
      models: ranked.map(({ name, weight, problem, fit }) => ({
        ...{ name, weight, problem },
        fit: fit ? fitOf(fit, course, given.predictH, given.scanUncertainty) : null,
      })),
    }
  },
})

/** Free parameters by their names inside, priors in the units inside. @throws InputError `calc.free` for one that no model has. */
function freeOf({ free }: z.output<typeof input>, laws: readonly GrowthLaw[]): ResponseFitProblem['free'] {
  return free.map(({ name, prior }) => {
    const inside = isOwn(name)
      ? name
      : (FREE_PARAMETERS.find((one) => OUTSIDE[one].name === name) as ModelParameterName)
    const owners = isOwn(inside) ? null : OF_GROWTH[inside]
    if (isOwn(inside) && !laws.some((law) => hasOwn(law, inside)))
      throw new InputError(
        'calc.free',
        `No formula of growth here has the parameter ${inside.slice('own:'.length)}.`,
        'Name a parameter that a formula of growth declares.',
      )
    if (owners && !laws.some(({ kind }) => owners.includes(kind)))
      throw new InputError(
        'calc.free',
        `No growth law here has a ${name}.`,
        `It belongs to ${owners.join(' and ')} growth.`,
      )
    return {
      name: inside,
      ...(prior ? { prior: { median: prior.median * outsideOf(inside).factor, sdOfLog: prior.sdOfLog } } : {}),
    }
  })
}

function problemOf(given: z.output<typeof input>, growth: GrowthLaw): Omit<ResponseFitProblem, 'free'> {
  const { volumes, hypoxia } = given
  const first = volumes[0]
  const initialVolume =
    given.volumeMl ?? (given.free.some(({ name }) => name === 'volumeMl') ? first?.volumeMl : undefined)
  if (initialVolume === undefined || !first)
    throw new InputError(
      'calc.volume',
      'The initial volume is neither given nor free.',
      'Give volumeMl, or make it free.',
    )
  const model: TumourModel = {
    growth,
    alphaPerGy: given.alphaPerGy,
    alphaBetaGy: given.alphaBetaGy,
    repair: given.curves ? repairOf(given) : { kind: 'exponential', components: [{ halfTimeS: 3600, fraction: 1 }] },
    clearanceHalfTimeS: hoursToSeconds(given.clearanceHalfTimeH),
    ...(hypoxia
      ? {
          hypoxia: {
            fraction: hypoxia.fraction,
            oerAlpha: hypoxia.oerAlpha,
            oerBeta: hypoxia.oerBeta,
            reoxygenationHalfTimeS:
              hypoxia.reoxygenationHalfTimeH === null ? null : hoursToSeconds(hypoxia.reoxygenationHalfTimeH),
          },
        }
      : {}),
  }
  return {
    model,
    initialVolume,
    startS: hoursToSeconds(given.startH ?? first.timeH),
    volumes: volumes.map(({ timeH, volumeMl, relativeUncertainty }) => ({
      timeS: hoursToSeconds(timeH),
      volume: volumeMl,
      relativeUncertainty,
    })),
  }
}

function fitOf(
  fit: NonNullable<RankedResponse['fit']>,
  course: DoseRateCourse,
  predictH: readonly number[],
  scanUncertainty: number,
): z.input<typeof fitOutput> {
  const { chiSquare, priorChiSquare, informative, degreesOfFreedom, aicc, converged } = fit
  return {
    parameters: fit.parameters.map(({ name, value, standardUncertainty, cv, interval, atBound }) => {
      const { factor, ...outside } = outsideOf(name)
      return {
        ...outside,
        value: value / factor,
        standardUncertainty: standardUncertainty === null ? null : standardUncertainty / factor,
        cv,
        interval: interval ? [interval[0] / factor, interval[1] / factor] : null,
        atBound,
      }
    }),
    correlation: fit.correlation.map((row) => [...row]),
    ...{ chiSquare, priorChiSquare, informative, degreesOfFreedom, aicc, converged },
    residuals: [...fit.residuals],
    remarks: [...fit.remarks],
    prediction:
      predictH.length === 0
        ? []
        : predictResponse(fit, course, predictH.map(hoursToSeconds), scanUncertainty).map((one) => ({
            timeH: secondsToHours(one.timeS),
            volumeMl: one.volume,
            lowMl: one.low,
            highMl: one.high,
            scanLowMl: one.scanLow,
            scanHighMl: one.scanHigh,
          })),
  }
}
