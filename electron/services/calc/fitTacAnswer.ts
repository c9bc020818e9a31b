/** The core's fit as the answer of `calc fit-tac`, in MBq and h. */
import { fittedCurve } from '../../../native-core/kinetics/index.ts'
import type { ParametricCurve, TacFit } from '../../../native-core/kinetics/index.ts'
import {
  bqSecondsToMbqHours,
  bqToMbq,
  hoursToSeconds,
  secondsToHours,
  SECONDS_PER_HOUR,
} from '../../../native-core/units/index.ts'
import { curveModelSchema } from '../../contracts/curveFit.ts'
import type { FitTacOutput } from './fitTacOutput.ts'
import { userFactor } from './fitTacUnits.ts'

const toTerms = (terms: TacFit['terms']) =>
  terms.map((x) => ({
    amplitudeMbq: bqToMbq(x.amplitudeBq),
    effectiveRatePerH: x.effectiveRatePerS * SECONDS_PER_HOUR,
  }))

/** Parameters and covariance in MBq and h. */
function parametersInUserUnits(fit: TacFit) {
  const units = fit.parameters.map((p) => userFactor(p.unit))
  const factor = units.map((one) => one.factor)
  return {
    parameters: fit.parameters.map((p, i) => ({
      ...p,
      value: p.value * (factor[i] as number),
      standardError: p.standardError * (factor[i] as number),
      unit: units[i]?.unit ?? p.unit,
    })),
    covariance: fit.covariance.map((row, i) => row.map((v, j) => v * (factor[i] as number) * (factor[j] as number))),
  }
}

/** `formula`: the curve of the model `formula`. */
export function fitTacAnswer(fit: TacFit, curveTimesH: readonly number[], formula?: ParametricCurve): FitTacOutput {
  const curve = fittedCurve(fit, curveTimesH.map(hoursToSeconds), formula)
  return {
    algorithm: { ...fit.algorithm },
    label: fit.label,
    model: curveModelSchema.parse(fit.model),
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
      residualMbq: bqToMbq(p.residualBq),
      standardisedResidual: p.standardisedResidual,
      weight: p.weight,
    })),
    candidates: fit.candidates.map((c) => ({
      model: curveModelSchema.parse(c.model),
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
      gates: { ...c.gates },
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
      lowerPredictionMbq: curve.lowerPredictionBq.map(bqToMbq),
      upperPredictionMbq: curve.upperPredictionBq.map(bqToMbq),
    },
    errorModel: fit.errorModel,
    assumptions: [...fit.assumptions],
    warnings: fit.warnings.map((w) => ({ ...w })),
  }
}
