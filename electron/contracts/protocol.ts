/**
 * A protocol: every choice that turns images into dose, with the defaults of the program. It is what the window's settings edit,
 * what `theratwin run --protocol P.json` reads, and a part of the hash of every result.
 */
import { cameraFactorCopySchema, deadTimeCopySchema, psfCopySchema, recoveryCurveCopySchema } from './calibrations.ts'
import { curveFitSchema, curveModelSchema } from './curveFit.ts'
import { fewScansSchema } from './fewScans.ts'
import { measuredSeriesEntrySchema } from './measuredSeries.ts'
import { z } from './schema.ts'
import { uncertaintyInputsSchema } from './uncertainty.ts'

const positive = z.number().positive()
const fraction = z.number().gt(0).max(10)

export const tacModelSchema = z.enum(['auto', ...curveModelSchema.options])

export const calibrationSchema = z.strictObject({
  /** Counts per second of the reconstructed volume for one MBq in the field of view. */
  sensitivityCpsPerMbq: positive,
  /** One standard deviation of the factor, relative (0.03 = 3 %). */
  relativeUncertainty: z.number().min(0).max(1),
  /** Day of the calibration, ISO. */
  date: z.iso.date(),
  note: z.string().max(500).default(''),
  /** The stored object that these numbers were copied from; left out where they were entered. */
  stored: cameraFactorCopySchema.optional(),
})

export const administrationOverrideSchema = z.strictObject({
  cycle: z.int().positive(),
  activityBq: positive.optional(),
  /** Local date and time of the start of administration, ISO without zone. */
  startLocal: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/)
    .optional(),
})

export const recoverySchema = z.strictObject({
  structure: z.string(),
  /** Measured over true mean concentration. One value for all time points, or one for each time point of the cycle in order. */
  coefficient: z.union([fraction, z.array(fraction).min(1)]),
  cycle: z.int().positive().optional(),
  relativeUncertainty: z.number().min(0).max(1).default(0.05),
})

/** Which images lose counts and how much. Only series that are named here are corrected. */
export const deadTimeUseSchema = deadTimeCopySchema.extend({
  /**
   * Observed rate in cps of each series by its UID, as `at` of the stored object says it is meant: one for the whole acquisition, or
   * one for each projection or frame, of equal duration.
   */
  observedCpsBySeries: z.record(z.string(), z.union([positive, z.array(positive).min(1).max(10000)])).default({}),
})

export const partialVolumeSchema = z.strictObject({
  /** recovery-curve: mean of each structure by its volume; gtm: means of all structures together; richardson-lucy: the image. */
  method: z.enum(['none', 'recovery-curve', 'gtm', 'richardson-lucy']).default('none'),
  /** Point spread function along the axes of the image; needed for gtm and richardson-lucy. */
  fwhmMm: z.tuple([positive, positive, positive]).nullable().default(null),
  /** One standard deviation of the widths, relative. 10 %: designed, unverified; a stored point spread function brings its own. */
  fwhmRelativeUncertainty: z.number().min(0).max(1).default(0.1),
  /** The stored object that the widths were copied from. */
  psf: psfCopySchema.nullable().default(null),
  /** Of Richardson–Lucy. 20: designed, unverified; more sharpen further and raise the noise. */
  iterations: z.int().min(1).max(500).default(20),
  /** Of recovery-curve: whether the concentration around a structure is taken to spill into it. */
  background: z.enum(['none', 'surroundings']).default('none'),
})

/** What of a hollow organ is wall: exactly one of the three. */
export const hollowOrganSchema = z
  .strictObject({
    /** Of an organ that is outlined to its outer surface. */
    wallThicknessMm: positive.max(30).optional(),
    /** The structure that outlines the wall. */
    wallStructure: z.string().min(1).optional(),
    /** The structure that outlines the content of an organ that is outlined to its outer surface. */
    contentStructure: z.string().min(1).optional(),
    /** Where the thickness or the outline comes from, for the report. */
    source: z.string().max(200).default(''),
  })
  .refine(
    ({ wallThicknessMm, wallStructure, contentStructure }) =>
      [wallThicknessMm, wallStructure, contentStructure].filter((given) => given !== undefined).length === 1,
    'Give exactly one of wallThicknessMm, wallStructure, contentStructure',
  )

/** A point of one structure's curve that a person took out of the fit. */
export const pointLeftOutSchema = z.strictObject({
  structure: z.string().min(1).max(200),
  /** Series UID of the emission image that it was measured on. */
  seriesUid: z.string().min(1),
  /** Why, for the report. */
  reason: z.string().max(200).default(''),
})

export const protocolSchema = z.strictObject({
  name: z.string().max(200).default('Theratwin default'),
  /** Overrides what the files say; used where they say nothing. "Lu-177". */
  nuclide: z.string().optional(),
  agent: z.string().optional(),
  administrations: z.array(administrationOverrideSchema).default([]),
  /** Factor for images that hold counts. One for all, or by series UID. */
  calibration: calibrationSchema.optional(),
  calibrationBySeries: z.record(z.string(), calibrationSchema).default({}),
  /** Which emission series is used where a time point has both. 'auto': NM, unless the nuclide is a positron emitter. */
  emission: z.enum(['auto', 'NM', 'PT']).default('auto'),
  /** Series UIDs that are left out: a second reconstruction of the same scan, a failed acquisition. */
  excludedSeries: z.array(z.string()).default([]),
  /** Problem codes with their series, "code@seriesUid", that a person has looked at and accepted as they are. */
  acceptedProblems: z.array(z.string()).default([]),
  /** Which structures are used where a time point has both. 'auto': RTSTRUCT, whose contours are finer than voxels. */
  structureSource: z.enum(['auto', 'RTSTRUCT', 'SEG']).default('auto'),
  /** Structure set to use, by the series UID of the emission image: one that was drawn or computed here counts only so. */
  structureSetBySeries: z.record(z.string(), z.string()).default({}),
  /** Time point that gives mass and geometry, by its order in the cycle (1-based). 'auto': that of the registrations, else the nearest to 24 h p.i. */
  referenceTimePoint: z.union([z.literal('auto'), z.int().positive()]).default('auto'),
  /** Whether a lesion inside an organ counts as organ. */
  lesionsInOrgans: z.enum(['exclude', 'include']).default('exclude'),
  /** Case-insensitive regular expression of names that are lesions. */
  lesionPattern: z.string().max(200).default('tumou?r|lesion|metasta|\\bmets?\\b|^gtv|^ptv|^ctv'),
  /**
   * Structures of one kind (organs, or lesions) that overlap: 'none': each counts the voxels that they share. Else names or case-insensitive
   * regular expressions of whole names, from the highest down: shared voxels belong to the higher one; what is not named stands last.
   */
  overlapPriority: z.union([z.literal('none'), z.array(z.string().min(1).max(200)).min(1)]).default('none'),
  /** By structure name: the activity is in the content, mass and dose are those of the wall. Others are treated as solid. */
  hollowOrgans: z.record(z.string(), hollowOrganSchema).default({}),
  /** 'both': organs that come in two are also reported together (sum of the activity, mass-weighted dose). */
  pairedOrgans: z.enum(['separate', 'both']).default('separate'),
  /** Structures that are outlines only, not regions to dose. */
  excludedStructures: z.array(z.string()).default(['BODY', 'EXTERNAL', 'SKIN']),
  /** Mass density by structure name, g/mL, instead of that from CT. */
  densityGPerMl: z.record(z.string(), positive).default({}),
  /** 'ct': HU to density in each voxel; 'tissue': densityGPerMl or soft tissue 1.04 g/mL (unverified default). */
  massFrom: z.enum(['ct', 'tissue']).default('ct'),
  recoveryCoefficients: z.array(recoverySchema).default([]),
  /** Recovery by volume, for partialVolume.method recovery-curve. A structure in recoveryCoefficients has its own instead. */
  recoveryCurve: recoveryCurveCopySchema.nullable().default(null),
  partialVolume: partialVolumeSchema.prefault({}),
  /** Lost counts; null: none are corrected. Only for images that hold counts. */
  deadTime: deadTimeUseSchema.nullable().default(null),
  timeActivityModel: tacModelSchema.default('auto'),
  timeActivityModelByStructure: z.record(z.string(), tacModelSchema).default({}),
  /** How curves are fitted beside their model. */
  timeActivityFit: curveFitSchema.prefault({}),
  /** The same for single structures, as a whole and not field by field. */
  timeActivityFitByStructure: z.record(z.string(), curveFitSchema).default({}),
  /** TIA of structures with too few scans for a curve. */
  fewScans: fewScansSchema.prefault({}),
  /** Points that are shown but not fitted. */
  pointsLeftOut: z.array(pointLeftOutSchema).default([]),
  /** Curves from planar images, probes, samples or typed values; at most one for a structure of a cycle. Left out: none. */
  measuredSeries: z.array(measuredSeriesEntrySchema).max(200).optional(),
  /** Standard uncertainty of one measured activity, relative, without calibration and recovery (delineation, noise, registration). */
  activityRelativeUncertainty: z.number().gt(0).max(1).default(0.03),
  /** Relative standard uncertainty of the administered activity (dose calibrator). */
  administeredRelativeUncertainty: z.number().min(0).max(1).default(0.03),
  /** Further uncertainties; none by default. */
  uncertainty: uncertaintyInputsSchema.prefault({}),
})

export type Protocol = z.infer<typeof protocolSchema>
export type ProtocolInput = z.input<typeof protocolSchema>
export type PartialVolume = z.infer<typeof partialVolumeSchema>
export type DeadTimeUse = z.infer<typeof deadTimeUseSchema>
export type HollowOrgan = z.infer<typeof hollowOrganSchema>
export type Calibration = z.infer<typeof calibrationSchema>
