/** Answers of analyses in the units of the field: min, 1/min, mL/(mL·min). */
import { z } from 'zod'
import type {
  CompartmentFit,
  Estimate,
  GraphicalFit,
  MultilinearFit,
  ReferenceModelFit,
} from '../../../../native-core/kinetics/dynamic/index.ts'

const estimateSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  value: z.number(),
  standardError: z.number().nullable().meta({ description: 'k = 1; null where it was given or lies on a bound' }),
  unit: z.string(),
  atBound: z.boolean(),
})

export const analysisSchema = z.strictObject({
  method: z.string(),
  title: z.string(),
  formula: z.string(),
  results: z.array(estimateSchema),
  plot: z
    .strictObject({
      xTitle: z.string(),
      yTitle: z.string(),
      points: z.array(
        z.strictObject({
          midTimeS: z.number().meta({ unit: 's' }),
          x: z.number().nullable().meta({ description: 'null where there is no activity' }),
          y: z.number().nullable(),
          counted: z.boolean(),
        }),
      ),
      slope: z.number(),
      intercept: z.number(),
      tStarS: z.number().meta({ unit: 's', description: 'Middle of the first frame that counts' }),
      pointCount: z.int(),
      largestDeviation: z.number().meta({ unit: '1', description: 'Of a counted point from the line, over the line' }),
      slopeDrift: z
        .number()
        .nullable()
        .meta({ unit: '1', description: 'Slope of the later half over the earlier, less one' }),
      localSlopes: z.array(z.number().nullable()),
    })
    .nullable(),
  fit: z
    .strictObject({
      firstFrame: z.int(),
      fittedBqPerMl: z.array(z.number().meta({ unit: 'Bq/mL' })),
      weightedResiduals: z.array(z.number()),
      chiSquare: z.number(),
      degreesOfFreedom: z.int(),
      aicc: z.number().nullable(),
      converged: z.boolean(),
      correlation: z.array(z.array(z.number())).nullable(),
    })
    .nullable(),
  remarks: z.array(z.string()),
})

export type AnalysisAnswer = z.output<typeof analysisSchema>

const IN_MINUTES: Readonly<Record<Estimate['unit'], readonly [unit: string, factor: number]>> = {
  '1': ['1', 1],
  '1/s': ['1/min', 60],
  s: ['s', 1],
  'mL/mL': ['mL/mL', 1],
  'mL/(mL·s)': ['mL/(mL·min)', 60],
}

/** A unit of the core as the field writes it, with the factor to it. */
export const inMinutes = (unit: string): readonly [unit: string, factor: number] =>
  Object.hasOwn(IN_MINUTES, unit) ? IN_MINUTES[unit as Estimate['unit']] : [unit, 1]

export function estimateAnswer({ value, standardError, unit, name, title, atBound }: Estimate) {
  const [shown, factor] = inMinutes(unit)
  return {
    name,
    title,
    value: value * factor,
    standardError: standardError === null || !Number.isFinite(standardError) ? null : standardError * factor,
    unit: shown,
    atBound,
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** A plot with its axes in min. */
export function graphicalAnswer(fit: GraphicalFit): AnalysisAnswer {
  const { straight, points } = fit
  const isTimeOnY = fit.method === 'logan' || fit.method === 'logan-reference'
  const [xScale, yScale] = [1 / 60, isTimeOnY ? 1 / 60 : 1]
  const slopeScale = yScale / xScale
  return {
    method: fit.method,
    title: fit.title,
    formula: `${fit.yTitle} = slope · ${fit.xTitle} + intercept`.replaceAll(' (s)', ''),
    results: fit.results.map(estimateAnswer),
    plot: {
      xTitle: fit.xTitle.replace('(s)', '(min)'),
      yTitle: fit.yTitle.replace('(s)', '(min)'),
      points: points.map(({ midTimeS, x, y }, i) => ({
        midTimeS,
        x: finite(x * xScale),
        y: finite(y * yScale),
        counted: i >= straight.firstPoint && Number.isFinite(x) && Number.isFinite(y),
      })),
      slope: straight.slope * slopeScale,
      intercept: straight.intercept * yScale,
      tStarS: straight.tStarS,
      pointCount: straight.pointCount,
      largestDeviation: straight.largestDeviation,
      slopeDrift: straight.slopeDrift,
      localSlopes: straight.localSlopes.map((slope) => finite(slope * slopeScale)),
    },
    fit: null,
    remarks: [...fit.remarks],
  }
}

/** A fit to frame averages. */
export function fitAnswer(
  fit: CompartmentFit | MultilinearFit | ReferenceModelFit,
  results: readonly Estimate[],
): AnalysisAnswer {
  return {
    method: 'model' in fit ? fit.model : fit.method,
    title: fit.title,
    formula: fit.formula,
    results: results.map(estimateAnswer),
    plot: null,
    fit: {
      firstFrame: 'firstFrame' in fit ? fit.firstFrame : 0,
      fittedBqPerMl: [...fit.fittedBqPerMl],
      weightedResiduals: [...fit.weightedResiduals],
      chiSquare: fit.chiSquare,
      degreesOfFreedom: fit.degreesOfFreedom,
      aicc: fit.aicc,
      converged: fit.converged,
      correlation: 'correlation' in fit && fit.correlation ? fit.correlation.map((row) => [...row]) : null,
    },
    remarks: [...fit.remarks],
  }
}
