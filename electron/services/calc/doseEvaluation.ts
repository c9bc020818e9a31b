/** Calculations that look at dose: histograms, gamma index, difference, profile. */
import { z } from 'zod'
import { doseDifference, doseProfile, gammaIndex } from '../../../native-core/dosimetry/evaluation/index.ts'
import { evaluateStructure } from '../doseEvaluation/index.ts'
import { defineCalc } from './define.ts'
import { doseField, doseOf, nullForNaN, shapeOf, structureField } from './doseFields.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'

const percent = (description: string) => z.number().min(0).max(100).meta({ unit: '%', description })
const gyOrNull = (description: string) => quantity('Gy', description).nullable()
const mlOrNull = (description: string) => quantity('mL', description).nullable()

const statistics = z.strictObject({
  insideMl: quantity('mL', 'Volume inside the dose grid; the statistics are of this part'),
  outsideMl: quantity('mL', 'Volume outside the dose grid'),
  fractionOutside: quantity('1', 'Part of the structure outside the dose grid'),
  meanGy: quantity('Gy', 'Volume-weighted mean'),
  meanSdGy: gyOrNull('Its statistical standard deviation; null without those of voxels'),
  minGy: quantity('Gy', 'Lowest'),
  maxGy: quantity('Gy', 'Highest'),
  sdGy: quantity('Gy', 'Standard deviation over the structure'),
  d98Gy: quantity('Gy', 'Dose that 98 % of the volume receive or exceed'),
  d95Gy: quantity('Gy', 'D95'),
  d50Gy: quantity('Gy', 'Median'),
  d5Gy: quantity('Gy', 'D5'),
  d2Gy: quantity('Gy', 'D2'),
  homogeneityIndex: quantity('1', '(D2 − D98)/D50; null where D50 is 0').nullable(),
  negativeSamples: z.int().meta({ description: 'Samples below 0 Gy' }),
})

const histogram = z.strictObject({
  edgesGy: z.array(quantity('Gy', 'Edges of the bins')),
  differentialMl: z.array(quantity('mL', 'Volume in each bin, lower edge included')),
  cumulativeMl: z.array(quantity('mL', 'Volume at or above each edge')),
  cumulativePercent: z.array(z.number().meta({ unit: '%' })),
  lowMl: z.array(quantity('mL', 'One standard uncertainty below')).nullable(),
  highMl: z.array(quantity('mL', 'One standard uncertainty above')).nullable(),
})

const conformity = z.strictObject({
  prescriptionGy: quantity('Gy', ''),
  isodoseMl: quantity('mL', 'Volume of the dose grid at or above the prescription'),
  coveredMl: quantity('mL', 'of the target'),
  coverage: quantity('1', 'Covered part of the target'),
  paddickIndex: quantity('1', 'covered²/(target · isodose)').nullable(),
  rtogIndex: quantity('1', 'isodose/target'),
})

export const dvh = defineCalc({
  name: 'dvh',
  title: 'Dose–volume histogram and statistics of structures',
  description:
    'Dose in structures (contours, or fractions of voxels of any grid): mean, extremes, Dx, V at dose, homogeneity (ICRU 83), conformity, histograms with bands of one standard uncertainty.',
  input: z.strictObject({
    dose: doseField,
    structures: z.array(structureField).min(1).max(100),
    volumePercents: z.array(percent('Dx of these parts of the volume')).max(100).optional(),
    volumesMl: z.array(nonNegativeQuantity('mL', 'D of these volumes')).max(100).optional(),
    dosesGy: z.array(nonNegativeQuantity('Gy', 'V at these doses')).max(1000).optional(),
    binWidthGy: positiveQuantity('Gy', 'Width of a bin; default: about a 200th of the maximum').optional(),
    prescriptionGy: positiveQuantity('Gy', 'Prescribed dose, for conformity').optional(),
    relativeUncertainty: z
      .number()
      .min(0)
      .lt(1)
      .optional()
      .meta({ unit: '1', description: 'Relative standard uncertainty common to all doses; widens the bands' }),
    sampling: z.enum(['voxels', 'interpolated']).optional().meta({
      description: 'Doses of voxels, or of small cells by interpolation; default: voxels on the dose’s own grid',
    }),
    sliceThicknessMm: positiveQuantity('mm', 'What a contour without neighbours stands for').optional(),
  }),
  output: z.strictObject({
    structures: z.array(
      z.strictObject({
        name: z.string(),
        sampling: z.enum(['voxels', 'interpolated']),
        statistics,
        meanUncertaintyGy: gyOrNull('Standard uncertainty of the mean, statistical and common part'),
        noiseSdGy: gyOrNull('Spread of the doses that is noise'),
        doseAtVolumePercent: z.array(
          z.strictObject({
            volumePercent: percent('of the volume'),
            doseGy: quantity('Gy', 'Dx'),
            uncertaintyGy: gyOrNull('Standard uncertainty'),
          }),
        ),
        doseAtVolume: z.array(
          z.strictObject({
            volumeMl: quantity('mL', 'Hottest volume'),
            doseGy: gyOrNull('Dose that it receives or exceeds; null where the structure is smaller'),
            uncertaintyGy: gyOrNull('Standard uncertainty'),
          }),
        ),
        volumeAtDose: z.array(
          z.strictObject({
            doseGy: quantity('Gy', ''),
            volumeMl: quantity('mL', 'Volume at or above'),
            volumePercent: quantity('%', 'of the volume inside the dose grid'),
            lowMl: mlOrNull('One standard uncertainty below'),
            highMl: mlOrNull('One standard uncertainty above'),
          }),
        ),
        conformity: conformity.nullable(),
        histogram,
      }),
    ),
  }),
  run: ({ dose, structures, ...request }) => {
    const image = doseOf(dose)
    return {
      structures: structures.map((given) => {
        const found = evaluateStructure(image, { name: given.name, shape: shapeOf(given, dose.grid) }, defined(request))
        const { histogram: h } = found
        return {
          ...found,
          statistics: { ...found.statistics },
          doseAtVolumePercent: [...found.doseAtVolumePercent],
          doseAtVolume: [...found.doseAtVolume],
          volumeAtDose: [...found.volumeAtDose],
          histogram: {
            edgesGy: [...h.edgesGy],
            differentialMl: [...h.differentialMl],
            cumulativeMl: [...h.cumulativeMl],
            cumulativePercent: [...h.cumulativePercent],
            lowMl: h.lowMl === null ? null : [...h.lowMl],
            highMl: h.highMl === null ? null : [...h.highMl],
          },
        }
      }),
    }
  },
})

export const gamma = defineCalc({
  name: 'gamma-index',
  title: 'Gamma index of two doses',
  description:
    'Low et al. 1998 in three dimensions, global or local, on any two grids; the evaluated dose is interpolated and the minimum over it is found without a raster.',
  input: z.strictObject({
    reference: doseField,
    evaluated: doseField,
    dosePercent: positiveQuantity('%', 'Dose tolerance').default(3),
    distanceMm: positiveQuantity('mm', 'Distance to agreement').default(3),
    local: z.boolean().default(false).meta({ description: 'Tolerance of the dose at the point, not of the maximum' }),
    cutOffPercent: percent('Points below this share of the normalisation dose are not evaluated').default(10),
    normalisationGy: positiveQuantity('Gy', 'Default: the maximum of the reference').optional(),
    maximumGamma: positiveQuantity('1', 'Larger ones are given as this').default(2),
  }),
  output: z.strictObject({
    passRate: quantity('1', 'Part of the points evaluated with gamma of 1 or less'),
    meanGamma: quantity('1', ''),
    largestGamma: quantity('1', ''),
    evaluated: z.int().meta({ description: 'Points evaluated' }),
    outside: z.int().meta({ description: 'Points above the cut-off outside the evaluated dose' }),
    belowCutOff: z.int().meta({ description: 'Points below the cut-off' }),
    normalisationGy: quantity('Gy', ''),
    gamma: z.array(quantity('1', 'On the grid of the reference; null where not evaluated').nullable()),
  }),
  run: ({ reference, evaluated, local, normalisationGy, ...options }) => {
    const found = gammaIndex(doseOf(reference), doseOf(evaluated), {
      ...options,
      isLocal: local,
      ...(normalisationGy === undefined ? {} : { normalisationGy }),
    })
    return {
      passRate: found.passRate,
      meanGamma: found.meanGamma,
      largestGamma: found.largestGamma,
      evaluated: found.evaluated,
      outside: found.outside,
      belowCutOff: found.belowCutOff,
      normalisationGy: found.normalisationGy,
      gamma: nullForNaN(found.gamma),
    }
  },
})

export const difference = defineCalc({
  name: 'dose-difference',
  title: 'Difference of two doses',
  description:
    'Evaluated − reference on the grid of the reference; where the grids differ the evaluated dose is interpolated (trilinear).',
  input: z.strictObject({
    reference: doseField,
    evaluated: doseField,
    cutOffGy: nonNegativeQuantity('Gy', 'Voxels of the reference below this are not in the statistics').optional(),
  }),
  output: z.strictObject({
    differenceGy: z.array(gyOrNull('Evaluated − reference; null outside the evaluated dose')),
    statistics: z.strictObject({
      voxels: z.int(),
      voxelsOutside: z.int(),
      voxelsBelowCutOff: z.int(),
      referenceMeanGy: quantity('Gy', ''),
      evaluatedMeanGy: quantity('Gy', ''),
      meanGy: quantity('Gy', 'Mean difference'),
      sdGy: quantity('Gy', 'Standard deviation of the difference'),
      rmsGy: quantity('Gy', 'Root mean square'),
      minGy: quantity('Gy', ''),
      maxGy: quantity('Gy', ''),
      medianAbsoluteGy: quantity('Gy', ''),
      percentile95AbsoluteGy: quantity('Gy', ''),
      relativeMean: quantity('1', 'Mean difference over the mean of the reference').nullable(),
    }),
  }),
  run: ({ reference, evaluated, cutOffGy }) => {
    const found = doseDifference(doseOf(reference), doseOf(evaluated), cutOffGy === undefined ? {} : { cutOffGy })
    return { differenceGy: nullForNaN(found.differenceGy), statistics: { ...found.statistics } }
  },
})

const point = (description: string) =>
  z
    .tuple([quantity('mm', 'x'), quantity('mm', 'y'), quantity('mm', 'z')])
    .meta({ description: `${description}, patient coordinates (LPS)` })

export const profile = defineCalc({
  name: 'dose-profile',
  title: 'Dose along a line',
  description: 'Trilinear dose at equal steps on the straight line between two points, both ends included.',
  input: z.strictObject({
    dose: doseField,
    fromMm: point('First point'),
    toMm: point('Last point'),
    stepMm: positiveQuantity('mm', 'Longest step; default: half the smallest spacing').optional(),
  }),
  output: z.strictObject({
    distanceMm: z.array(quantity('mm', 'from the first point')),
    doseGy: z.array(gyOrNull('null outside the dose')),
  }),
  run: ({ dose, fromMm, toMm, stepMm }) => {
    const found = doseProfile(doseOf(dose), fromMm, toMm, stepMm)
    return { distanceMm: [...found.distanceMm], doseGy: nullForNaN(found.doseGy) }
  },
})

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Without the fields that are not given. */
function defined<T extends object>(given: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Defined<T>>
}
