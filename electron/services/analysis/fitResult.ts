/** The core's fit in the words of the contract. */
import { activityAt, fittedCurve } from '../../../native-core/kinetics/index.ts'
import type { FitCandidate, FitGates, ParametricCurve, TacFit } from '../../../native-core/kinetics/index.ts'
import type { FitAlternative, FitResult } from '../../contracts/analysis.ts'
import { curveModelSchema } from '../../contracts/curveFit.ts'
import type { CurveModel } from '../../contracts/curveFit.ts'

/** The core's models are those of the contract. */
const modelOf = (id: string): CurveModel => curveModelSchema.parse(id)

/** Points of a curve for charts: dense early, where it bends, up to a while behind the last scan. */
export function chartTimesS(lastPointS: number, effectiveHalfLifeS: number): number[] {
  const end = Math.max(1.25 * lastPointS, lastPointS + 0.5 * effectiveHalfLifeS)
  const steps = 160
  return Array.from({ length: steps + 1 }, (_, step) => end * (step / steps) ** 1.6)
}

/**
 * @param administeredBq activity that the TIA is divided by, with its relative standard uncertainty
 * @param commonRelativeUncertainty relative standard uncertainty that all points share (calibration, recovery)
 * @param formula curve of the model `formula`
 * @param shownToS time of the last measured point, fitted or not: the curve is drawn to there at least
 */
export function fitResult(
  fit: TacFit,
  administeredBq: number,
  administeredRelativeUncertainty: number,
  commonRelativeUncertainty: number,
  formula?: ParametricCurve,
  shownToS = 0,
): FitResult {
  const tiaRelative = Math.hypot(fit.tiaUncertaintyBqS / fit.tiaBqS, commonRelativeUncertainty)
  const slowest = fit.phases.reduce((slow, phase) =>
    phase.effectiveHalfLifeS > slow.effectiveHalfLifeS ? phase : slow,
  )
  const lastPointS = Math.max(shownToS, ...fit.points.map((point) => point.timeS))
  const curve = fittedCurve(fit, chartTimesS(lastPointS, slowest.effectiveHalfLifeS), formula)
  return {
    model: modelOf(fit.model),
    title: fit.modelTitle,
    formula: fit.formula,
    selection: fit.reason,
    parameters: fit.parameters.map(({ name, unit, value, standardError, cv }) => ({
      name,
      unit,
      value,
      standardError,
      coefficientOfVariation: cv,
    })),
    covariance: fit.covariance.map((row) => [...row]),
    terms: fit.terms.map(({ amplitudeBq, effectiveRatePerS }) => ({
      coefficientBq: amplitudeBq,
      ratePerS: effectiveRatePerS,
    })),
    tiaBqS: { value: fit.tiaBqS, standardUncertainty: fit.tiaBqS * tiaRelative },
    tiaCoefficientS: {
      value: fit.tiaBqS / administeredBq,
      standardUncertainty: (fit.tiaBqS / administeredBq) * Math.hypot(tiaRelative, administeredRelativeUncertainty),
    },
    effectiveHalfLifeS: {
      value: slowest.effectiveHalfLifeS,
      standardUncertainty: slowest.effectiveHalfLifeUncertaintyS,
    },
    chiSquare: fit.chiSquare,
    degreesOfFreedom: fit.degreesOfFreedom,
    aicc: fit.aicc,
    rSquared: rSquared(fit),
    maximumCorrelation: fit.gates.largestCorrelation,
    extrapolatedBefore: fit.tiaShareBeforeFirstPoint,
    extrapolatedAfter: fit.tiaShareAfterLastPoint,
    weight: fit.candidates.find((candidate) => candidate.model === fit.model)?.weight ?? null,
    gates: gatesOf(fit.gates),
    averagedTiaBqS: {
      value: fit.averaged.tiaBqS,
      standardUncertainty: Math.hypot(fit.averaged.tiaUncertaintyBqS, commonRelativeUncertainty * fit.averaged.tiaBqS),
    },
    warnings: [...fit.warnings.map((warning) => warning.message), ...extrapolationWarnings(fit)],
    curve: {
      timeS: [...curve.timesS],
      activityBq: [...curve.activityBq],
      lowerBq: [...curve.lowerBq],
      upperBq: [...curve.upperBq],
      lowerPredictionBq: [...curve.lowerPredictionBq],
      upperPredictionBq: [...curve.upperPredictionBq],
    },
  }
}

const gatesOf = ({ largestCv, cvBelowHalf, largestCorrelation, correlationBelow08, insideBounds }: FitGates) => ({
  largestCv,
  cvBelowHalf,
  largestCorrelation,
  correlationBelow08,
  insideBounds,
})

/** From these shares of the TIA on, what no scan has seen decides the result. Designed for this program. */
const LARGEST_SHARE = { beforeFirst: 0.15, afterLast: 0.4 } as const

/** The standard uncertainty knows the scatter of the points, not whether the curve is right where there are none: said in words. */
function extrapolationWarnings(fit: TacFit): string[] {
  const percent = (share: number): string => `${Math.round(share * 100)} %`
  return [
    ...(fit.tiaShareBeforeFirstPoint > LARGEST_SHARE.beforeFirst
      ? [
          `${percent(fit.tiaShareBeforeFirstPoint)} of the time-integrated activity lies before the first scan: it rests on the model, and the stated uncertainty does not cover that.`,
        ]
      : []),
    ...(fit.tiaShareAfterLastPoint > LARGEST_SHARE.afterLast
      ? [
          `${percent(fit.tiaShareAfterLastPoint)} of the time-integrated activity lies after the last scan: it rests on the model, and the stated uncertainty does not cover that.`,
        ]
      : []),
  ]
}

/** Coefficient of determination; null where a curve through as many points as parameters makes it say nothing. */
function rSquared(fit: TacFit): number | null {
  if (fit.degreesOfFreedom <= 0) return null
  const mean = fit.points.reduce((sum, point) => sum + point.activityBq, 0) / fit.points.length
  const total = fit.points.reduce((sum, point) => sum + (point.activityBq - mean) ** 2, 0)
  const left = fit.points.reduce((sum, point) => sum + point.residualBq ** 2, 0)
  return total > 0 ? 1 - left / total : null
}

/** The models that were tried beside the chosen one, with their curves for the chart. `commonRelativeUncertainty` as in `fitResult`. */
export function fitAlternatives(
  fit: TacFit,
  commonRelativeUncertainty = 0,
  formula?: ParametricCurve,
  shownToS = 0,
): FitAlternative[] {
  const lastPointS = Math.max(shownToS, ...fit.points.map((point) => point.timeS))
  const longest = Math.max(...fit.phases.map((phase) => phase.effectiveHalfLifeS))
  const timeS = chartTimesS(lastPointS, longest)
  return fit.candidates
    .filter((candidate) => candidate.model !== fit.model)
    .map((candidate) => ({
      model: modelOf(candidate.model),
      aicc: candidate.aicc,
      weight: candidate.weight,
      tiaBqS: candidate.tiaBqS,
      tiaStandardUncertaintyBqS: Math.hypot(candidate.tiaUncertaintyBqS, commonRelativeUncertainty * candidate.tiaBqS),
      effectiveHalfLifeS: slowestHalfLifeS(candidate),
      gates: gatesOf(candidate.gates),
      reason:
        candidate.refusal ??
        (fit.model === 'average'
          ? 'A member of the average.'
          : fit.chosenBy === 'user'
            ? 'Fitted; another model was chosen by a person.'
            : 'Fitted, but the chosen model agrees better with the selection rule.'),
      curve: { timeS, activityBq: timeS.map((t) => activityAt(candidate.fit, t, formula)) },
    }))
}

/** null where the curve does not fall. */
function slowestHalfLifeS({ terms }: FitCandidate): number | null {
  const slowest = Math.min(...terms.map((term) => term.effectiveRatePerS))
  return slowest > 0 && Number.isFinite(slowest) ? Math.LN2 / slowest : null
}
