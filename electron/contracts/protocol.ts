/**
 * A protocol: every choice that turns images into dose, with the defaults of the program. It is what the window's settings edit,
 * what `theratwin run --protocol P.json` reads, and a part of the hash of every result.
 */
import { z } from './schema.ts'

const positive = z.number().positive()
const fraction = z.number().gt(0).max(10)

export const tacModelSchema = z.enum([
  'auto',
  'mono-exponential',
  'uptake-washout',
  'bi-exponential',
  'tri-exponential',
])

export const calibrationSchema = z.strictObject({
  /** Counts per second of the reconstructed volume for one MBq in the field of view. */
  sensitivityCpsPerMbq: positive,
  /** One standard deviation of the factor, relative (0.03 = 3 %). */
  relativeUncertainty: z.number().min(0).max(1),
  /** Day of the calibration, ISO. */
  date: z.iso.date(),
  note: z.string().max(500).default(''),
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
  /** Structures that are outlines only, not regions to dose. */
  excludedStructures: z.array(z.string()).default(['BODY', 'EXTERNAL', 'SKIN']),
  /** Mass density by structure name, g/mL, instead of that from CT. */
  densityGPerMl: z.record(z.string(), positive).default({}),
  /** 'ct': HU to density in each voxel; 'tissue': densityGPerMl or soft tissue 1.04 g/mL (unverified default). */
  massFrom: z.enum(['ct', 'tissue']).default('ct'),
  recoveryCoefficients: z.array(recoverySchema).default([]),
  timeActivityModel: tacModelSchema.default('auto'),
  timeActivityModelByStructure: z.record(z.string(), tacModelSchema).default({}),
  /** Standard uncertainty of one measured activity, relative, without calibration and recovery (delineation, noise, registration). */
  activityRelativeUncertainty: z.number().gt(0).max(1).default(0.03),
  /** Relative standard uncertainty of the administered activity (dose calibrator). */
  administeredRelativeUncertainty: z.number().min(0).max(1).default(0.03),
})

export type Protocol = z.infer<typeof protocolSchema>
export type ProtocolInput = z.input<typeof protocolSchema>
export type Calibration = z.infer<typeof calibrationSchema>
