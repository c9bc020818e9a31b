/** Calculations on planar counts. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  conjugateViewActivity,
  dualEnergyWindow,
  effectiveMuPerMm,
  hybridSeries,
  tripleEnergyWindow,
  transmissionOfScan,
  transmissionOfThickness,
} from '../../../native-core/imaging/planar/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import { inUnit, measured, seriesJson, toMeasured } from '../planar/index.ts'
import type { MeasuredField } from '../planar/index.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'

/** A value with its standard uncertainty (k = 1), as an output. */
export const uncertain = (unit: string, description: string) =>
  z.strictObject({
    value: quantity(unit, description),
    standardUncertainty: nonNegativeQuantity(unit, 'Standard uncertainty, k = 1'),
  })

/** Points of a series with what they share. */
export const seriesOutput = {
  points: z.array(
    z.strictObject({
      timeH: quantity('h', 'Time after the start of the administration'),
      activityMbq: uncertain('MBq', 'Activity, not decay-corrected'),
      independentStandardUncertaintyMbq: nonNegativeQuantity('MBq', 'Of the point alone: the weight in a fit'),
    }),
  ),
  commonRelativeUncertainty: nonNegativeQuantity('1', 'Of the scale that all points share'),
  covarianceMbq2: z.array(z.array(z.number())).meta({ unit: 'MBq²', description: 'Of the points, in their order' }),
}

const windowCounts = z.strictObject({
  lowKev: nonNegativeQuantity('keV', 'Lower limit of the window'),
  highKev: nonNegativeQuantity('keV', 'Upper limit of the window'),
  counts: nonNegativeQuantity('1', 'Counts'),
  standardUncertainty: nonNegativeQuantity('1', "Default: that of Poisson's law").optional(),
})

const toWindow = ({ lowKev, highKev, counts, standardUncertainty }: z.output<typeof windowCounts>) => ({
  window: { lowKev, highKev },
  counts: { value: counts, standardUncertainty: standardUncertainty ?? Math.sqrt(counts) },
})

export const scatterWindow = defineCalc({
  name: 'scatter-window',
  title: 'Scatter from energy windows',
  description:
    'Triple energy window (Ogawa 1991) with windows of any width, below and above the peak; or dual energy window (Jaszczak 1984) with a ratio that was measured.',
  input: z.strictObject({
    peak: windowCounts,
    lower: windowCounts,
    upper: windowCounts
      .nullable()
      .default(null)
      .meta({ description: 'null: no counts are taken to lie above the peak' }),
    interpolation: z.enum(['ogawa', 'linear']).default('ogawa'),
    ratio: measured('1', 'Dual energy window: scatter in the peak over counts in the lower window').optional(),
  }),
  output: z.strictObject({
    scatterCounts: uncertain('1', 'Scattered counts in the peak window'),
    primaryCounts: uncertain('1', 'Counts of the peak window without them'),
    remarks: z.array(z.string()),
  }),
  run: ({ peak, lower, upper, interpolation, ratio }) => {
    const { scatter, primary, remarks } =
      ratio === undefined
        ? tripleEnergyWindow({
            peak: toWindow(peak),
            lower: toWindow(lower),
            upper: upper && toWindow(upper),
            interpolation,
          })
        : dualEnergyWindow({ peak: toWindow(peak), scatterWindow: toWindow(lower), ratio: toMeasured(ratio) })
    return { scatterCounts: scatter, primaryCounts: primary, remarks: [...remarks] }
  },
})

export const conjugateView = defineCalc({
  name: 'conjugate-view',
  title: 'Activity from anterior and posterior count rates',
  description:
    'A = √(I_A·I_P/e^(−μt))·f/C with f = (μ_j·t_j/2)/sinh(μ_j·t_j/2) (MIRD Pamphlet 16); the transmission as measured, or from μ and a thickness.',
  input: z.strictObject({
    anteriorCps: measured('1/s', 'Net count rate of the source, anterior'),
    posteriorCps: measured('1/s', 'Net count rate of the source, posterior'),
    transmission: measured('1', 'e^(−μt) of the body there').optional(),
    muPerCm: measured('1/cm', 'Instead of a transmission: attenuation coefficient').optional(),
    bodyThicknessCm: measured('cm', 'and thickness of the body').optional(),
    sourceMuPerCm: measured('1/cm', 'Attenuation coefficient of the source').default(0),
    sourceThicknessCm: measured('cm', 'Thickness of the source').default(0),
    sensitivityCpsPerMbq: measured('1/(s·MBq)', 'Of a source in air'),
  }),
  output: z.strictObject({
    activityMbq: uncertain('MBq', 'Activity of the source'),
    geometricMeanCps: uncertain('1/s', '√(I_A·I_P)'),
    transmission: uncertain('1', 'e^(−μt)'),
    sourceFactor: uncertain('1', 'f'),
    relativeBudget: z
      .record(z.string(), z.number())
      .meta({ unit: '1', description: 'Parts of the relative standard uncertainty' }),
  }),
  run: (input) => {
    const transmission = transmissionOf(input)
    const found = conjugateViewActivity({
      anteriorCps: toMeasured(input.anteriorCps),
      posteriorCps: toMeasured(input.posteriorCps),
      transmission,
      sourceAttenuation: product(toMeasured(input.sourceMuPerCm), toMeasured(input.sourceThicknessCm)),
      sensitivityCpsPerBq: toMeasured(input.sensitivityCpsPerMbq, 1e-6),
    })
    return {
      activityMbq: inUnit(found.activityBq, 1e-6),
      geometricMeanCps: found.geometricMeanCps,
      transmission,
      sourceFactor: found.sourceFactor,
      relativeBudget: { ...found.relativeBudget },
    }
  },
})

export const transmission = defineCalc({
  name: 'transmission',
  title: 'Transmission of the body from a flood source',
  description:
    'e^(−μt) = (I/t)/(I₀/t₀) of a region with and without the patient, brought to the emission energy by the ratio of coefficients, and the effective coefficient of a known thickness.',
  input: z.strictObject({
    openCounts: measured('1', 'Counts without the patient'),
    openDurationS: positiveQuantity('s', 'Time of that scan'),
    attenuatedCounts: measured('1', 'Counts through the patient'),
    attenuatedDurationS: positiveQuantity('s', 'Time of that scan'),
    sourceDecayFactor: positiveQuantity('1', 'Flood activity in the second scan over that in the first').default(1),
    muRatio: positiveQuantity('1', 'μ at the emission energy over μ at that of the flood source').default(1),
    bodyThicknessCm: measured('cm', 'Thickness of the body').optional(),
  }),
  output: z.strictObject({
    transmission: uncertain('1', 'e^(−μt)'),
    effectiveMuPerCm: uncertain('1/cm', 'Effective coefficient; null without a thickness').nullable(),
    remarks: z.array(z.string()),
  }),
  run: ({ openCounts, attenuatedCounts, bodyThicknessCm, ...rest }) => {
    const found = transmissionOfScan({
      ...rest,
      open: toMeasured(openCounts),
      attenuated: toMeasured(attenuatedCounts),
    })
    return {
      transmission: found.transmission,
      effectiveMuPerCm:
        bodyThicknessCm === undefined
          ? null
          : inUnit(effectiveMuPerMm(found.transmission, toMeasured(bodyThicknessCm, 10)), 10),
      remarks: [...found.remarks],
    }
  },
})

export const hybridScale = defineCalc({
  name: 'hybrid-scale',
  title: 'Planar time course scaled by one SPECT/CT',
  description:
    'A(t) = P(t)·A_S/P(t_S); the planar value at the time of the SPECT is interpolated between logarithms where none was measured then. The covariance holds what all points share.',
  input: z.strictObject({
    label: z.string().max(200).default('Curve'),
    planar: z
      .array(
        z.strictObject({
          timeH: nonNegativeQuantity('h', 'Time after the start of the administration'),
          value: measured('any', 'Relative value, not decay-corrected'),
        }),
      )
      .min(1)
      .max(1000),
    spect: z.strictObject({
      timeH: nonNegativeQuantity('h', 'Time of the SPECT'),
      activityMbq: measured('MBq', 'Activity then'),
    }),
    reachH: nonNegativeQuantity('h', 'How far the SPECT may lie outside the planar times').default(0),
  }),
  output: z.strictObject({
    ...seriesOutput,
    scaleMbqPerUnit: uncertain('MBq', 'For each unit of the planar values'),
    planarAtSpect: z.enum(['measured', 'interpolated', 'extrapolated']),
    remarks: z.array(z.string()),
  }),
  run: ({ label, planar, spect, reachH }) => {
    const found = hybridSeries({
      label,
      planar: planar.map(({ timeH, value }) => ({ timeS: hoursToSeconds(timeH), reading: toMeasured(value) })),
      spect: { timeS: hoursToSeconds(spect.timeH), activityBq: toMeasured(spect.activityMbq, 1e6) },
      reachS: hoursToSeconds(reachH),
    })
    return {
      ...seriesFields(found.series),
      scaleMbqPerUnit: inUnit(found.scaleBqPerUnit, 1e-6),
      planarAtSpect: found.planarAtSpect,
      remarks: [...found.remarks],
    }
  },
})

interface GivenTransmission {
  readonly transmission?: MeasuredField | undefined
  readonly muPerCm?: MeasuredField | undefined
  readonly bodyThicknessCm?: MeasuredField | undefined
}

/** @throws InputError `calc.transmission` unless there is a transmission, or μ with a thickness. */
function transmissionOf({ transmission, muPerCm, bodyThicknessCm }: GivenTransmission): Measured {
  if (transmission !== undefined && muPerCm === undefined && bodyThicknessCm === undefined)
    return toMeasured(transmission)
  if (transmission === undefined && muPerCm !== undefined && bodyThicknessCm !== undefined)
    return transmissionOfThickness(toMeasured(muPerCm, 0.1), toMeasured(bodyThicknessCm, 10)).transmission
  throw new InputError(
    'calc.transmission',
    'The transmission of the body is given twice, or not at all.',
    'Give either "transmission", or "muPerCm" with "bodyThicknessCm".',
  )
}

/** A series as `seriesOutput` describes it. */
export function seriesFields(series: Parameters<typeof seriesJson>[0]) {
  const { points, commonRelativeUncertainty, covarianceMbq2 } = seriesJson(series, null)
  return { points: [...points], commonRelativeUncertainty, covarianceMbq2: covarianceMbq2.map((row) => [...row]) }
}

/** Product of independent measurements. */
function product(a: Measured, b: Measured): Measured {
  return {
    value: a.value * b.value,
    standardUncertainty: Math.hypot(a.value * b.standardUncertainty, b.value * a.standardUncertainty),
  }
}
