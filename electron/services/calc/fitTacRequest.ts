/** The input of `calc fit-tac`, in MBq and h, as the request of the core, in Bq and s. */
import { InputError } from '../../../native-core/errors/index.ts'
import { DEFAULT_LIMITS, EXPONENTIAL_FORMS } from '../../../native-core/kinetics/index.ts'
import type {
  CurveParameter,
  FitRequest,
  ParameterBelief,
  ParameterPrior,
  ParametricCurve,
} from '../../../native-core/kinetics/index.ts'
import { hoursToSeconds, mbqToBq, SECONDS_PER_HOUR } from '../../../native-core/units/index.ts'
import { formulaOf } from '../analysis/curveRequest.ts'
import { formulaCurve } from '../formulas/index.ts'
import type { FitTacInput } from './fitTacInput.ts'
import { refuseUnusedOptions } from './fitTacOptions.ts'
import { userFactor } from './fitTacUnits.ts'

function sigmasOf(input: FitTacInput): FitRequest['sigmaBq'] {
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

/** Parameters of the model that values are given for; empty where it has none. */
function parametersOf(model: string, curve: ParametricCurve | undefined): readonly CurveParameter[] {
  if (model === 'formula') return curve?.parameters ?? []
  return EXPONENTIAL_FORMS.find((form) => form.id === model)?.parameters ?? []
}

/** Values by name in Bq and s; a name that is none is left for the core to refuse. */
function inside(
  values: Readonly<Record<string, number>>,
  parameters: readonly CurveParameter[],
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const parameter = parameters.find((p) => p.name === name)
      return [name, parameter ? value / userFactor(parameter.unit).factor : value]
    }),
  )
}

function priorOf(prior: NonNullable<FitTacInput['prior']>, parameters: readonly CurveParameter[]): ParameterPrior {
  if ('covariance' in prior) return prior
  return {
    correlations: prior.correlations,
    parameters: Object.fromEntries(
      Object.entries(prior.parameters).map(([name, belief]): [string, ParameterBelief] => {
        if (!('geometricMean' in belief)) return [name, belief]
        const [[, geometricMean] = [name, NaN]] = Object.entries(inside({ [name]: belief.geometricMean }, parameters))
        return [name, { ...belief, geometricMean }]
      }),
    ),
  }
}

/**
 * The request; everything that was not given is left to the core.
 *
 * @throws InputError `calc.sigmas`, `calc.option` for an option that the model has no use for, `formula.…`
 */
export function fitTacRequest(input: FitTacInput, physicalHalfLifeS: number): FitRequest {
  refuseUnusedOptions(input)
  const sigmaBq = sigmasOf(input)
  const curve = input.formula && formulaCurve(formulaOf(input.formula), Math.LN2 / physicalHalfLifeS)
  const parameters = parametersOf(input.model, curve)
  const { loss, earlyPhasePrior, administration, modelWeights } = input
  return {
    label: input.label,
    timesS: input.points.map((p) => hoursToSeconds(p.timeH)),
    activityBq: input.points.map((p) => mbqToBq(p.activityMbq)),
    physicalHalfLifeS,
    model: input.model,
    ...(sigmaBq === undefined ? {} : { sigmaBq }),
    ...(input.covarianceScaling === undefined ? {} : { covarianceScaling: input.covarianceScaling }),
    ...(earlyPhasePrior === undefined
      ? {}
      : {
          earlyPhasePrior: earlyPhasePrior && {
            biologicalHalfLifeS: hoursToSeconds(earlyPhasePrior.biologicalHalfLifeH),
            geometricStandardDeviation: earlyPhasePrior.geometricStandardDeviation,
          },
        }),
    ...(administration
      ? {
          administration: administration.map((part) => ({
            startS: hoursToSeconds(part.startH),
            durationS: hoursToSeconds(part.durationH),
            share: part.share,
          })),
        }
      : {}),
    ...(input.trapezoidRule ? { trapezoidRule: input.trapezoidRule } : {}),
    ...(input.beforeFirstPoint ? { beforeFirstPoint: input.beforeFirstPoint } : {}),
    ...(input.afterLastPoint ? { afterLastPoint: input.afterLastPoint } : {}),
    ...(loss && loss.kind !== 'squares'
      ? { loss: { kind: loss.kind, limit: loss.limit ?? DEFAULT_LIMITS[loss.kind] } }
      : {}),
    ...(input.prior ? { prior: priorOf(input.prior, parameters) } : {}),
    ...(input.fixed ? { fixed: inside(input.fixed, parameters) } : {}),
    ...(input.start ? { start: inside(input.start, parameters) } : {}),
    ...(input.candidates ? { candidates: input.candidates } : {}),
    ...(modelWeights
      ? {
          modelWeights: Object.fromEntries(
            Object.entries(modelWeights).flatMap(([name, weight]) => (weight === undefined ? [] : [[name, weight]])),
          ),
        }
      : {}),
    ...(input.administeredMbq ? { administeredBq: mbqToBq(input.administeredMbq) } : {}),
    ...(input.circulationRatePerH ? { circulationRatePerS: input.circulationRatePerH / SECONDS_PER_HOUR } : {}),
    ...(curve ? { curve } : {}),
  }
}
