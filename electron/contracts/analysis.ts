/**
 * The result of the chain from images to dose for one patient: what the window shows, the report prints, `summary.json` holds.
 * SI units inside (Bq, s, Gy, kg, mm) but for volumes (mL) and concentrations (Bq/mL). Immutable: a new input makes a new one.
 */
import { z } from './schema.ts'
import {
  imageCameraSchema,
  imageGridSchema,
  imageQuantitySchema,
  instantSchema,
  patientIdentitySchema,
} from './domain.ts'
import { fewScansResultSchema } from './fewScans.ts'
import { measuredSeriesResultSchema, seriesSourceSchema } from './measuredSeries.ts'
import { importProblemSchema } from './problems.ts'
import { protocolSchema, tacModelSchema } from './protocol.ts'
import { sourceLoadingSchema, uncertaintyBudgetSchema } from './uncertainty.ts'

const finite = z.number()
const uncertain = z.strictObject({
  value: finite,
  /** One standard deviation (k = 1). */
  standardUncertainty: finite.nonnegative(),
})

export const imageUseSchema = z.strictObject({
  imageKey: z.string(),
  seriesUid: z.string(),
  modality: z.enum(['CT', 'NM', 'PT', 'MR', 'RTDOSE']),
  description: z.string(),
  manufacturer: z.string(),
  /** Of SPECT and PET, where the files name it. */
  camera: imageCameraSchema.optional(),
  grid: imageGridSchema,
  quantity: imageQuantitySchema,
  /** How values became Bq/mL, in words for the report; '' for CT. */
  quantification: z.string(),
  inputHashes: z.array(z.string()),
})

export const registrationUseSchema = z.strictObject({
  kind: z.enum(['reference', 'registration-object', 'same-frame-of-reference', 'missing']),
  /** Maps patient coordinates of this time point to those of the reference one; row-major 4×4; null where missing. */
  toReference: z.array(z.number()).length(16).nullable(),
  source: z.string(),
  /**
   * The accepted deformable registration between this time point and the reference one, by which outlines and voxels are carried instead of the
   * linear map; `fieldId` names its displacements by their content. Of a chain in which deformable and linear ones mix both are '', and
   * `chain` has its links from this time point to the reference one: matrix of the linear part (4×4, LPS, mm), displacements of a deformable one.
   * Left out where there is none.
   */
  deformable: z
    .strictObject({
      registrationId: z.string(),
      fieldId: z.string(),
      source: z.string(),
      chain: z
        .array(
          z.strictObject({
            registrationId: z.string(),
            fieldId: z.string().nullable(),
            matrix: z.array(z.number()).length(16),
          }),
        )
        .min(2)
        .optional(),
    })
    .optional(),
})

export const timePointSchema = z.strictObject({
  id: z.string(),
  /** 1-based order in the cycle. */
  index: z.int().positive(),
  acquisitionStart: instantSchema,
  hoursAfterInjection: finite,
  emission: imageUseSchema,
  ct: imageUseSchema.nullable(),
  registration: registrationUseSchema,
  /** Where this time point's outlines come from: its own RTSTRUCT or SEG, or the reference's carried over. */
  structuresFrom: z.string(),
})

export const activityPointSchema = z.strictObject({
  timePointId: z.string(),
  timeS: finite,
  volumeMl: finite,
  /** Mean of the image inside the outline, before recovery correction. */
  imageConcentrationBqPerMl: finite,
  recoveryCoefficient: finite,
  /** Recovery-corrected. */
  concentrationBqPerMl: finite,
  activityBq: finite,
  activityStandardUncertaintyBq: finite,
  /** Share of the outline's volume that lies inside the image. */
  fractionInsideImage: finite,
  /** False where the point was left out of the fit; `note` says why. */
  used: z.boolean(),
  note: z.string(),
  /**
   * Of a point of a measured series what it was measured with; left out for points of images. Concentrations are then activity over volume (0 without
   * an outline), the share inside the image is 0, and `timePointId` names no time point.
   */
  measuredSeries: seriesSourceSchema.optional(),
})

export const fitParameterSchema = z.strictObject({
  name: z.string(),
  unit: z.string(),
  value: finite,
  standardError: finite.nullable(),
  coefficientOfVariation: finite.nullable(),
})

/** Goodness marks of a fit, shown and never hidden; see `FitGates` of the core. */
export const fitGatesSchema = z.strictObject({
  /** Largest coefficient of variation of a parameter; null where a parameter is zero. */
  largestCv: finite.nullable(),
  cvBelowHalf: z.boolean(),
  /** Largest correlation of two parameters in size; null with one parameter. */
  largestCorrelation: finite.nullable(),
  correlationBelow08: z.boolean(),
  insideBounds: z.boolean(),
})

export const fitSchema = z.strictObject({
  model: tacModelSchema.exclude(['auto']),
  /** Why this model: chosen by a person, by AICc, or by which stated rule. */
  selection: z.string(),
  parameters: z.array(fitParameterSchema),
  covariance: z.array(z.array(finite)),
  /**
   * Sum of A_i·exp(−λ_i·t) after a bolus: coefficient in Bq, effective rate in 1/s. The curve is exactly this unless the protocol states an
   * infusion, or a head or tail of its own; empty where the model is no sum of exponentials.
   */
  terms: z.array(z.strictObject({ coefficientBq: finite, ratePerS: finite })),
  /** The model in words and its formula; left out in older analyses. */
  title: z.string().optional(),
  formula: z.string().optional(),
  tiaBqS: uncertain,
  /** TIA / administered activity. */
  tiaCoefficientS: uncertain,
  /** Of the slowest phase. */
  effectiveHalfLifeS: uncertain,
  chiSquare: finite,
  degreesOfFreedom: z.int(),
  aicc: finite.nullable(),
  rSquared: finite.nullable(),
  maximumCorrelation: finite.nullable(),
  /** Share of the TIA before the first and after the last measured point. */
  extrapolatedBefore: finite,
  extrapolatedAfter: finite,
  /** Akaike weight among all that were tried; left out in older analyses, as are the next two. */
  weight: finite.nullable().optional(),
  gates: fitGatesSchema.optional(),
  /** Mean over the models that were tried by their weights, with the spread between them in its uncertainty. */
  averagedTiaBqS: uncertain.optional(),
  /** How the TIA was found from too few scans for a curve; left out where a curve was fitted. */
  fewScans: fewScansResultSchema.optional(),
  /** Goodness gates that failed, in words; empty if all hold. */
  warnings: z.array(z.string()),
  /** The curve and its 95 % confidence band, sampled for charts. */
  curve: z.strictObject({
    timeS: z.array(finite),
    activityBq: z.array(finite),
    lowerBq: z.array(finite),
    upperBq: z.array(finite),
    /** 95 % prediction band: where one more measurement would lie; left out in older analyses. */
    lowerPredictionBq: z.array(finite).optional(),
    upperPredictionBq: z.array(finite).optional(),
  }),
})

export const fitAlternativeSchema = z.strictObject({
  model: tacModelSchema.exclude(['auto']),
  aicc: finite.nullable(),
  weight: finite.nullable(),
  tiaBqS: finite.nullable(),
  /** As that of the chosen fit: calibration and recovery included. Left out in older analyses, as are the next two. */
  tiaStandardUncertaintyBqS: finite.nonnegative().nullable().optional(),
  /** Of the slowest phase. */
  effectiveHalfLifeS: finite.nullable().optional(),
  gates: fitGatesSchema.nullable().optional(),
  /** Why it was not chosen or could not be fitted. */
  reason: z.string(),
  curve: z.strictObject({ timeS: z.array(finite), activityBq: z.array(finite) }).nullable(),
})

export const structureDoseSchema = z.strictObject({
  method: z.enum(['local-energy-deposition', 'mass-scaled-s-value']),
  doseGy: uncertain,
  dosePerActivityGyPerBq: uncertain,
  /** Energy counted as deposited locally, per decay. */
  energyPerDecayJ: finite,
  note: z.string(),
})

export const structureResultSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['organ', 'lesion', 'other']),
  colourRgb: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  /** At the reference time point, after the lesion policy. */
  volumeMl: finite,
  volumeStandardUncertaintyMl: finite,
  densityGPerMl: finite,
  densityFrom: z.string(),
  massKg: uncertain,
  /** A hollow organ: volume, density and mass above are those of its wall, the activity is that of the whole outline. Left out for others. */
  hollow: z
    .strictObject({
      outlineMl: finite,
      contentMl: finite,
      contentMassKg: uncertain,
      /** How wall and content were told apart, and by whose word. */
      source: z.string(),
    })
    .optional(),
  /** Relative standard uncertainty of the recovery coefficients, common to all points; left out in older analyses. */
  recoveryRelativeUncertainty: finite.nonnegative().optional(),
  /** e.g. "without TUMOUR_1, TUMOUR_2 (lesions excluded)"; '' where no rule applied. */
  policy: z.string(),
  points: z.array(activityPointSchema),
  fit: fitSchema.nullable(),
  alternatives: z.array(fitAlternativeSchema),
  doses: z.array(structureDoseSchema),
  /** What TIA and dose are uncertain by. Left out where there is no dose, and in older analyses. */
  uncertainty: uncertaintyBudgetSchema.optional(),
  /**
   * The measured series that the curve is of; left out where there is none. Without an outline (`isOutlined`) volume and density are 0, the mass is
   * the stated one (0 where none is stated), and the dose is what the structure gives itself.
   */
  measuredSeries: measuredSeriesResultSchema.optional(),
  /** Why there is no fit or dose, in words a person can act on; '' if there is. */
  problem: z.string(),
})

/** Two structures that are one organ, left and right, taken together. */
export const pairResultSchema = z.strictObject({
  name: z.string(),
  left: z.string(),
  right: z.string(),
  volumeMl: finite,
  /** Uncertainties of the two masses are added linearly, as an upper bound. */
  massKg: uncertain,
  /** Where both sides have a point that was used. */
  points: z.array(z.strictObject({ timePointId: z.string(), timeS: finite, activityBq: uncertain })),
  tiaBqS: uncertain.nullable(),
  tiaCoefficientS: uncertain.nullable(),
  /** Mean over the mass of both. */
  doseGy: uncertain.nullable(),
  dosePerActivityGyPerBq: uncertain.nullable(),
  /** Of the two together, by which uncertainties above were made; left out where a side has no budget (then they are added linearly). */
  loadings: z.array(sourceLoadingSchema).optional(),
  /** Why there is no dose; '' if there is. */
  problem: z.string(),
})

export const cycleAnalysisSchema = z.strictObject({
  index: z.int().positive(),
  administration: z.strictObject({
    activityBq: uncertain,
    start: instantSchema,
    source: z.string(),
  }),
  referenceTimePointId: z.string(),
  timePoints: z.array(timePointSchema),
  structures: z.array(structureResultSchema),
  /** Left out unless the protocol asks for pairs. */
  pairs: z.array(pairResultSchema).optional(),
})

export const analysisSchema = z.strictObject({
  schema: z.literal('theratwin-analysis/1'),
  program: z.strictObject({ name: z.literal('Theratwin'), version: z.string() }),
  /** SHA-256 over inputs, protocol and algorithm versions: equal hash, equal numbers. */
  key: z.string(),
  patient: patientIdentitySchema,
  course: z.strictObject({
    agent: z.string(),
    nuclide: z.string(),
    halfLifeS: finite,
    nuclideSource: z.string(),
  }),
  protocol: protocolSchema,
  cycles: z.array(cycleAnalysisSchema),
  /** Sum over the cycles, by structure name. */
  cumulativeDose: z.array(z.strictObject({ structure: z.string(), doseGy: uncertain, cycles: z.int() })),
  methods: z.array(
    z.strictObject({
      step: z.string(),
      algorithm: z.string(),
      version: z.string(),
      citation: z.string(),
      evidence: z.string(),
    }),
  ),
  assumptions: z.array(z.string()),
  problems: z.array(importProblemSchema),
})

export type Uncertain = z.infer<typeof uncertain>
export type Analysis = z.infer<typeof analysisSchema>
export type CycleAnalysis = z.infer<typeof cycleAnalysisSchema>
export type StructureResult = z.infer<typeof structureResultSchema>
export type PairResult = z.infer<typeof pairResultSchema>
export type ActivityPoint = z.infer<typeof activityPointSchema>
export type FitResult = z.infer<typeof fitSchema>
export type FitGates = z.infer<typeof fitGatesSchema>
export type FitAlternative = z.infer<typeof fitAlternativeSchema>
export type TimePointResult = z.infer<typeof timePointSchema>
export type StructureDose = z.infer<typeof structureDoseSchema>
export type RegistrationUse = z.infer<typeof registrationUseSchema>
export type ImageUse = z.infer<typeof imageUseSchema>
