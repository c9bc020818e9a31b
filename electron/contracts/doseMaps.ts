/**
 * Voxel dose: the engines that there are, what a run is asked with, and what it gives. Dose in Gy; of a dose-rate map every `…Gy` is Gy/s.
 * Maps themselves are volumes; see `volumeRefSchema`.
 */
import { z } from './schema.ts'
import {
  DEFAULT_VOXEL_FIT,
  DEFAULT_VOXEL_TRAPEZOID as usualTrapezoid,
} from '../../native-core/kinetics/voxelwise/defaults.ts'
import { VOXEL_MODEL_IDS } from '../../native-core/kinetics/voxelwise/types.ts'
import { imageGridSchema } from './domain.ts'

const finite = z.number()
const share = z.number().min(0).max(1)
const key = z.string().min(1).max(200)

export const engineParameterSchema = z.intersection(
  z.object({ id: z.string(), label: z.string(), description: z.string() }),
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('number'),
      unit: z.string(),
      default: finite,
      min: finite,
      max: finite,
      integer: z.boolean().optional(),
    }),
    z.object({
      kind: z.literal('choice'),
      default: z.string(),
      choices: z.array(z.object({ id: z.string(), label: z.string() })),
    }),
    z.object({ kind: z.literal('flag'), default: z.boolean() }),
    /** Name of a structure; '' for none. */
    z.object({ kind: z.literal('structure'), default: z.literal('') }),
  ]),
)

/** A dose engine for voxels, as it says of itself. */
export const voxelEngineSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  radiations: z.array(z.string()),
  givesUncertainty: z.boolean(),
  parameters: z.array(engineParameterSchema),
  sources: z.array(z.strictObject({ citation: z.string(), evidence: z.string() })),
})

export const engineValuesSchema = z.record(z.string().max(100), z.union([z.number(), z.string().max(200), z.boolean()]))

const sd = z.number().min(0).max(10)
const { spread: usualSpread, noise: usualNoise } = DEFAULT_VOXEL_FIT

/** Standard deviations of the working parameters of voxels around their structure; see `VoxelParameter` of the core. */
export const voxelSpreadSchema = z.strictObject({
  slowRate: sd.default(usualSpread.slowRate),
  fastRate: sd.default(usualSpread.fastRate),
  thirdRate: sd.default(usualSpread.thirdRate),
  startShare: sd.default(usualSpread.startShare),
  phaseShare: sd.default(usualSpread.phaseShare),
})

/** A curve fitted in each voxel, regularised by its structure's; see `VoxelFitOptions` of the core. */
export const voxelFitOptionsSchema = z.strictObject({
  model: z.enum([...VOXEL_MODEL_IDS, 'trapezoid']),
  /** For the trapezoidal rule; see `VoxelTrapezoid` of the core. */
  trapezoid: z
    .strictObject({
      rule: z.enum(['linear', 'linear-log']).default(usualTrapezoid.rule),
      beforeFirst: z.enum(['constant', 'linear-from-zero', 'physical-decay-back']).default(usualTrapezoid.beforeFirst),
      afterLast: z.enum(['last-two', 'physical-decay', 'structure']).default(usualTrapezoid.afterLast),
    })
    .prefault({}),
  /** Parameters that all voxels have, named as in the fit of structures: biological rates in 1/s, shares. */
  fixed: z.record(z.string().max(40), z.number().positive()).default({}),
  /** Biological rate of what the circulation brings, for the models that hold it; null: the protocol's, else a half-life of 1 min (unverified). */
  circulationRatePerS: z.number().positive().nullable().default(null),
  regularisation: z.enum(['estimated', 'designed', 'none']).default(DEFAULT_VOXEL_FIT.regularisation),
  spread: voxelSpreadSchema.prefault({}),
  noise: z
    .strictObject({
      fraction: z.number().min(0).max(2).default(usualNoise.fraction),
      absoluteShare: z.number().gt(0).max(1).default(usualNoise.absoluteShare),
      byCounts: z.boolean().default(usualNoise.byCounts),
    })
    .prefault({}),
  /**
   * `activity-first`: the activity is integrated, and the engine makes a dose of it. `dose-rate-first`: the engine makes a dose rate of each
   * image, and those are fitted and integrated in each voxel.
   */
  order: z.enum(['activity-first', 'dose-rate-first']).default('activity-first'),
})

/** How the images become one map of activity. */
export const activityMapOptionsSchema = z.strictObject({
  /**
   * Scale each structure's voxels to the mean that its fitted curve (recovery correction included) gives, so that voxel and structure
   * doses speak of the same decays. What the images alone gave is kept beside it.
   */
  matchStructures: z.boolean().default(true),
  beforeFirst: z.enum(['physical-decay', 'linear-rise']).default('physical-decay'),
  negligibleShare: z.number().min(0).max(0.5).default(0.02),
  steepestFall: z.number().gt(1).max(1e6).default(10),
  /** Left out: trapezoids and a tail, for which are `beforeFirst` and `steepestFall`. Of a dose only. */
  fit: voxelFitOptionsSchema.optional(),
})

export const voxelDoseAskSchema = z.strictObject({
  patientId: key,
  cycle: z.int().positive(),
  engineId: key,
  /** What is left out has the engine's default. */
  parameters: engineValuesSchema.default({}),
  /** null: absorbed dose of the whole cycle; else the dose rate at that time point. */
  timePointId: key.nullable(),
  activityMap: activityMapOptionsSchema.prefault({}),
})

/** One curve on ascending doses; the band is where it lies with 95 % by the structure's dose uncertainty, null where that is not known. */
export const doseHistogramSchema = z.strictObject({
  doseGy: z.array(finite),
  /** Share of the volume with at least that dose. */
  cumulative: z.array(finite),
  lower: z.array(finite).nullable(),
  upper: z.array(finite).nullable(),
  /** Share of the volume per Gy. */
  differentialPerGy: z.array(finite),
})

export const voxelDoseStructureSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['organ', 'lesion', 'other']),
  volumeMl: finite,
  /** By the density of the voxels. */
  massKg: finite,
  /** Share of the structure inside the dose grid. */
  insideGrid: share,
  /** Energy over mass. */
  meanGy: finite,
  /** k = 1: activity, fit, calibration and volume as of the structure's own dose, and the engine's noise; null where it has no such dose. */
  meanStandardUncertaintyGy: finite.nonnegative().nullable(),
  /** The part of it that is the engine's noise; null for engines without statistics. */
  statisticalSdGy: finite.nonnegative().nullable(),
  minimumGy: finite,
  maximumGy: finite,
  /** Dose that the hottest 98 %, 50 %, 2 % of the volume get at least. */
  d98Gy: finite,
  d50Gy: finite,
  d2Gy: finite,
  /** (D2 − D98) / D50 (ICRU 83); null where D50 is 0. */
  homogeneity: finite.nullable(),
  histogram: doseHistogramSchema,
})

export const matchedStructureSchema = z.strictObject({
  name: z.string(),
  /** Bq·s/mL (Bq/mL of a dose rate): of the images alone, and what the structure's own curve says. */
  mapPerMl: finite.nullable(),
  expectedPerMl: finite.nullable(),
  agreement: finite.nullable(),
  note: z.string(),
})

/** What tells one result from others, without its numbers. */
export const voxelDoseSummarySchema = z.strictObject({
  doseId: z.string(),
  cycle: z.int().positive(),
  quantity: z.enum(['dose', 'dose-rate']),
  timePointId: z.string().nullable(),
  hoursAfterInjection: finite.nullable(),
  engine: z.strictObject({ id: z.string(), name: z.string(), version: z.string(), parameters: engineValuesSchema }),
  activityMap: activityMapOptionsSchema,
  createdAt: z.string(),
  /** The analysis or the engine that it was made with is no longer the present one. */
  stale: z.boolean(),
})

export const doseVolumeSchema = z.strictObject({
  id: z.string(),
  grid: imageGridSchema,
  minimum: finite,
  maximum: finite,
  byteLength: z.int(),
})

/** What voxels were believed to be; a standard deviation that was not believed in is null. Rates in 1/s. */
export const voxelPriorSchema = z.strictObject({
  name: z.string(),
  slowRatePerS: finite,
  fastRatePerS: finite.nullable(),
  thirdRatePerS: finite.optional(),
  startShare: share.nullable(),
  phaseShare: share.optional(),
  /** Of the trapezoidal rule. */
  means: z.array(finite).optional(),
  meanFrom: z.enum(['structure-curve', 'structure-voxels', 'whole-image']),
  spread: z.strictObject({
    slowRate: finite.nullable(),
    fastRate: finite.nullable(),
    thirdRate: finite.nullable().optional(),
    startShare: finite.nullable(),
    phaseShare: finite.nullable().optional(),
  }),
  spreadFrom: z.enum(['voxels', 'designed', 'none']),
  noiseScale: z.array(finite),
  noiseFrom: z.enum(['voxels', 'designed']),
  sampledVoxels: z.int(),
})

export const voxelFitCountsSchema = z.strictObject({
  all: z.int(),
  converged: z.int(),
  atPhysicalRate: z.int(),
  negligible: z.int(),
  structureShape: z.int(),
  zero: z.int(),
  unseen: z.int(),
  unfinished: z.int(),
})

/** Curves fitted in all voxels of one set of images. */
export const voxelKineticsSchema = z.strictObject({
  version: z.string(),
  timesS: z.array(finite),
  /** Of each image, before the factors of the priors: share of the value, and in its unit. */
  noise: z.array(z.strictObject({ fraction: finite, absolute: finite })),
  /** By label: the whole image, then the structures. */
  priors: z.array(voxelPriorSchema),
  counts: voxelFitCountsSchema,
  remarks: z.array(z.string()),
})

export const voxelDoseSchema = z.strictObject({
  summary: voxelDoseSummarySchema,
  nuclide: z.string(),
  /** The emission image of the reference time point, whose voxels and coordinates the dose has. */
  gridOfImage: z.string(),
  dose: doseVolumeSchema,
  statisticalSd: doseVolumeSchema.nullable(),
  /** Energy that the decays in the grid sent out and that stayed in it, J (W of a dose rate). */
  emittedJ: finite,
  depositedJ: finite,
  activity: z.strictObject({
    version: z.string(),
    /** Bq·s (Bq) in the grid, of the images alone and as used. */
    totalOfImages: finite,
    total: finite,
    timePoints: z.int(),
    negligibleVoxels: z.int(),
    unseenVoxels: z.int(),
    negativeVoxels: z.int(),
    voxels: z.int(),
    shareBefore: finite,
    shareAfter: finite,
    structures: z.array(matchedStructureSchema),
  }),
  /** Where curves were fitted in the voxels. */
  kinetics: z
    .strictObject({
      activity: voxelKineticsSchema,
      /** Standard uncertainty of the activity map, Bq·s/mL, and its slowest effective half-life, s. */
      tiaUncertainty: doseVolumeSchema,
      halfLife: doseVolumeSchema,
      /** Exponential terms of each voxel's curve that are kept with the dose, for BED; left out: none. */
      keptTerms: z.int().positive().optional(),
      /** Where the dose rate came first: its curves, and the standard uncertainty of the dose by them, Gy. */
      doseRate: z.strictObject({ fit: voxelKineticsSchema, uncertainty: doseVolumeSchema }).nullable(),
    })
    .optional(),
  structures: z.array(voxelDoseStructureSchema),
  facts: engineValuesSchema,
  remarks: z.array(z.string()),
})

export const doseComparisonAskSchema = z.strictObject({
  patientId: key,
  /** What is judged, and what it is judged by. */
  evaluatedId: key,
  referenceId: key,
  dosePercent: z.number().gt(0).max(100).default(3),
  distanceMm: z.number().gt(0).max(50).default(3),
  normalisation: z.enum(['global', 'local']).default('global'),
  /** Voxels below this share of the reference's maximum are left out, %. */
  thresholdPercent: z.number().min(0).max(100).default(10),
})

export const doseComparisonSchema = z.strictObject({
  comparisonId: z.string(),
  evaluatedId: z.string(),
  referenceId: z.string(),
  dosePercent: finite,
  distanceMm: finite,
  normalisation: z.enum(['global', 'local']),
  thresholdPercent: finite,
  /** Evaluated − reference on the grid of the reference; 0 where the evaluated dose does not reach. */
  difference: doseVolumeSchema,
  /** γ on the same grid; −1 where it was not evaluated. */
  gamma: doseVolumeSchema,
  /** Share of the voxels evaluated with γ of at most 1. */
  passRate: share,
  evaluatedVoxels: z.int(),
  outsideVoxels: z.int(),
  meanGamma: finite,
  largestGamma: finite,
  /** Of the voxels above the threshold: evaluated − reference, Gy. */
  meanDifferenceGy: finite,
  rmsDifferenceGy: finite,
  /** Over the reference's mean; null where that is 0. */
  relativeMeanDifference: finite.nullable(),
})

/** Doses of cycles, each on its own reference time point, to be added up on that of one of them. */
export const doseAccumulationAskSchema = z.strictObject({
  patientId: key,
  /** The dose whose grid and patient coordinates the sum has; one of `doseIds`. */
  referenceId: key,
  /** One of each cycle, all absorbed doses. */
  doseIds: z.array(key).min(2).max(50),
})

export const doseAccumulationSchema = z.strictObject({
  accumulationId: z.string(),
  referenceId: z.string(),
  parts: z.array(
    z.strictObject({
      doseId: z.string(),
      cycle: z.int().positive(),
      /** How it was brought to the reference, in words, with who accepted it. */
      registration: z.string(),
    }),
  ),
  /** Σ of the parts, Gy; what a part does not reach counts as 0. */
  dose: doseVolumeSchema,
  /** One standard deviation of the engines' noise; null where an engine gives none. */
  statisticalSd: doseVolumeSchema.nullable(),
  /** Share of the voxels that all parts reach. */
  coveredShare: share,
  /** By the outlines of the reference. Single voxels have no uncertainty but the engines' noise: what the cycles share is not known voxel by voxel. */
  structures: z.array(
    voxelDoseStructureSchema
      .omit({ massKg: true, meanStandardUncertaintyGy: true, statisticalSdGy: true, meanGy: true })
      .extend({
        /** Mean over the volume. */
        meanGy: finite,
        /**
         * Of the mean: what the cycles' budgets share (calibration, recovery, outlines) adds linearly, the rest and the engines' noise in quadrature;
         * how well the cycles lie on each other is not in it. null where a cycle has no budget of the structure; left out in older sums.
         */
        meanStandardUncertaintyGy: finite.nonnegative().nullable().optional(),
      }),
  ),
  remarks: z.array(z.string()),
})

export type DoseAccumulationAsk = z.infer<typeof doseAccumulationAskSchema>
export type DoseAccumulation = z.infer<typeof doseAccumulationSchema>
export type DoseComparisonAsk = z.infer<typeof doseComparisonAskSchema>
export type DoseComparison = z.infer<typeof doseComparisonSchema>
export type VoxelEngine = z.infer<typeof voxelEngineSchema>
export type EngineValues = z.infer<typeof engineValuesSchema>
export type VoxelFitOptionsAsk = z.infer<typeof voxelFitOptionsSchema>
export type VoxelKinetics = z.infer<typeof voxelKineticsSchema>
export type ActivityMapOptions = z.infer<typeof activityMapOptionsSchema>
export type VoxelDoseAsk = z.infer<typeof voxelDoseAskSchema>
export type DoseHistogram = z.infer<typeof doseHistogramSchema>
export type VoxelDoseStructure = z.infer<typeof voxelDoseStructureSchema>
export type VoxelDoseSummary = z.infer<typeof voxelDoseSummarySchema>
export type VoxelDoseResult = z.infer<typeof voxelDoseSchema>
export type DoseVolume = z.infer<typeof doseVolumeSchema>
