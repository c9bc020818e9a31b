/**
 * Calibrations of the site's cameras as they are stored, and what the window asks about them. A stored object is never changed; one that
 * is used is copied whole into the protocol with its id, so that the hash of a result covers it.
 */
import {
  namedCameraSchema,
  phantomImageRefSchema,
  phantomImageSchema,
  phantomImagesAskSchema,
} from './phantomImages.ts'
import { z } from './schema.ts'

const id = z.string().min(1).max(200)
const text = z.string().max(500)
const positive = z.number().positive()
const relative = z.number().min(0).max(1)
const fwhm = z.tuple([positive, positive, positive])
const point = z.tuple([z.number(), z.number(), z.number()])

/** What the calibration holds for: an image that was made otherwise has another factor, recovery and resolution. */
export const calibrationConditionsSchema = z.strictObject({
  /** As a person wrote it, or maker and model of `device`. */
  camera: text.default(''),
  collimator: text.default(''),
  /** As the files of the phantom's image name it; left out where there was no DICOM image. */
  device: namedCameraSchema.optional(),
  /** "Lu-177". */
  nuclide: text.default(''),
  energyWindows: z
    .array(z.strictObject({ lowKev: positive, highKev: positive }))
    .max(20)
    .default([]),
  /** Algorithm, iterations and subsets, corrections, filter. */
  reconstruction: text.default(''),
  matrix: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]).nullable().default(null),
  voxelMm: fwhm.nullable().default(null),
})

/** One line of an uncertainty budget (JCGM 100: type A by repeated observation, B otherwise). */
export const budgetItemSchema = z.strictObject({
  name: z.string().min(1).max(100),
  relativeStandardUncertainty: z.number().min(0),
  evaluation: z.enum(['A', 'B']),
  note: text.default(''),
})

const common = {
  name: z.string().trim().min(1).max(200),
  conditions: calibrationConditionsSchema,
  /** Day of the measurement, ISO. */
  date: z.iso.date(),
  note: text.default(''),
}

export const cameraFactorSchema = z.strictObject({
  kind: z.literal('camera-factor'),
  ...common,
  /** Counts per second of the whole reconstructed image for one MBq in the field of view. */
  sensitivityCpsPerMbq: positive,
  relativeUncertainty: relative,
  source: z.enum(['point-source', 'uniform-phantom', 'sphere-phantom', 'entered']),
  budget: z.array(budgetItemSchema).max(50).default([]),
  remarks: z.array(text).max(50).default([]),
})

export const recoveryFormSchema = z.enum(['gear', 'hyperbolic', 'gaussian-sphere'])

/** A recovery curve as the core's functions take it: `native-core/imaging/quantification/recoveryCurve.ts`. */
export const recoveryCurveFields = {
  form: recoveryFormSchema,
  /** gear: β in mL, γ. hyperbolic: β in mL. gaussian-sphere: FWHM in mm. */
  parameters: z.array(positive).min(1).max(2),
  covariance: z.array(z.array(z.number()).min(1).max(2)).min(1).max(2),
  volumeRangeMl: z.tuple([positive, positive]),
}

export const recoveryCurveSchema = z.strictObject({
  kind: z.literal('recovery-curve'),
  ...common,
  ...recoveryCurveFields,
  spheres: z
    .array(z.strictObject({ volumeMl: positive, coefficient: z.number(), standardUncertainty: z.number().min(0) }))
    .min(1)
    .max(100),
  /** null where there are as many parameters as spheres. */
  reducedChiSquare: z.number().min(0).nullable(),
  remarks: z.array(text).max(50).default([]),
})

export const psfSchema = z.strictObject({
  kind: z.literal('psf'),
  ...common,
  /** Along the axes of the image: columns, rows, slices. */
  fwhmMm: fwhm,
  relativeUncertainty: relative,
  source: z.enum(['spheres', 'edge', 'entered']),
})

const rates = z.array(z.number().min(0)).min(2).max(1000)

/** What the detector loses, as the core's `trueRate` takes it. */
export const deadTimeModelSchema = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('non-paralysable'), tauS: positive, relativeUncertainty: relative }),
  z.strictObject({ model: z.literal('paralysable'), tauS: positive, relativeUncertainty: relative }),
  z.strictObject({
    model: z.literal('table'),
    observedCps: rates,
    trueCps: rates,
    /** Of a true rate. */
    relativeUncertainty: relative,
  }),
])

export const deadTimeSchema = z.strictObject({
  kind: z.literal('dead-time'),
  ...common,
  losses: deadTimeModelSchema,
  /** For which rate it holds: one detector or all, the open window or that of the photopeak, in air or in a scatterer. */
  at: text,
})

export const storedCalibrationSchema = z.discriminatedUnion('kind', [
  cameraFactorSchema,
  recoveryCurveSchema,
  psfSchema,
  deadTimeSchema,
])

/** A copy of a stored object in a protocol. `calibrationId` is null where it did not come from the store. */
const copyOf = <T extends z.ZodType>(content: T) => z.strictObject({ calibrationId: id.nullable(), content })
export const cameraFactorCopySchema = copyOf(cameraFactorSchema)
export const recoveryCurveCopySchema = copyOf(recoveryCurveSchema)
export const psfCopySchema = copyOf(psfSchema)
export const deadTimeCopySchema = copyOf(deadTimeSchema)

export const calibrationViewSchema = z.strictObject({
  calibrationId: id,
  addedAt: z.string(),
  addedBy: z.string(),
  content: storedCalibrationSchema,
})

/** The known sides of a phantom, at the edge in the user's units. */
export const phantomActivitySchema = z.strictObject({
  nuclide: z.string().min(1).max(20),
  /** Activity at the assay: the whole phantom's, or that of the point source. Spheres have their own concentration. */
  activityMbq: positive,
  /** Of the activity meter. */
  activityRelativeUncertainty: relative,
  /** From the assay to the start of the acquisition, h; negative where the assay came later. */
  assayToStartH: z.number(),
  /** Overrides what the image says; needed where it says nothing. */
  acquisitionDurationS: positive.optional(),
  /** Of repeated fillings or acquisitions; 0 where there was one. */
  repeatabilityRelative: relative.default(0),
})

export const phantomSchema = z.discriminatedUnion('source', [
  phantomActivitySchema.extend({
    source: z.literal('uniform'),
    volumeMl: positive,
    volumeRelativeUncertainty: relative,
    /** inside: concentration in a cylinder well inside; whole: all counts of the phantom with its blurred edge. */
    region: z.enum(['inside', 'whole']).default('inside'),
    /** Half the diameter of the cylinder of the region; its axis is the slice axis. */
    radiusMm: positive,
    lengthMm: positive,
    /** Middle of the region (LPS, mm); left out: the centre of the counts. */
    centreMm: point.optional(),
  }),
  phantomActivitySchema.extend({
    source: z.literal('point'),
    radiusMm: positive,
    /** Outer radius of the shell whose mean is the background; left out: no background is subtracted. */
    shellOuterMm: positive.optional(),
    centreMm: point.optional(),
  }),
  phantomActivitySchema.omit({ activityMbq: true }).extend({
    source: z.literal('sphere'),
    /** Activity concentration of the spheres at the assay. */
    concentrationMbqPerMl: positive,
    /** Of the background, 0 for cold water. */
    backgroundMbqPerMl: z.number().min(0).default(0),
    volumeRelativeUncertainty: relative,
    /** Left out: the six spheres of the NEMA IEC body phantom, found in the image. */
    spheres: z
      .array(z.strictObject({ centreMm: point, innerDiameterMm: positive }))
      .min(1)
      .max(50)
      .optional(),
    form: recoveryFormSchema.default('gear'),
    /** Known factor in cps/MBq with which recovery is found; left out: it is found from the spheres too. */
    sensitivityCpsPerMbq: positive.optional(),
    sensitivityRelativeUncertainty: relative.default(0),
  }),
])

export const calibrationAnalyseSchema = z.strictObject({
  image: phantomImageRefSchema,
  phantom: phantomSchema,
  name: z.string().trim().min(1).max(200),
  date: z.iso.date(),
  conditions: calibrationConditionsSchema,
})

/** What an analysis of a phantom proposes; nothing is stored before a person adds it. */
export const calibrationDraftSchema = z.strictObject({
  drafts: z.array(storedCalibrationSchema),
  remarks: z.array(z.string()),
})

/** Of a job. */
export const calibrationResultSchema = z.strictObject({ kind: z.literal('calibration'), draft: calibrationDraftSchema })

const views = z.array(calibrationViewSchema)
const added = z.strictObject({ calibrationId: id })

export const calibrationRequests = {
  'calibrations.list': { ask: z.strictObject({}), answer: views },
  'calibrations.add': { ask: z.strictObject({ content: storedCalibrationSchema }), answer: added },
  /** It is no longer offered; protocols that hold a copy of it keep it. */
  'calibrations.retire': { ask: z.strictObject({ calibrationId: id }), answer: views },
  /** Emission images of the store or of a folder, with what each can serve for. */
  'calibrations.images': { ask: phantomImagesAskSchema, answer: z.array(phantomImageSchema) },
  /** Starts a job whose result is `calibration`. */
  'calibrations.analyse': { ask: calibrationAnalyseSchema, answer: z.strictObject({ jobId: id }) },
  /** Copies it into the protocol of a patient; a camera factor for one series where `seriesUid` is given. */
  'calibrations.apply': {
    ask: z.strictObject({ patientId: id, calibrationId: id, seriesUid: id.optional() }),
    answer: z.strictObject({}),
  },
} as const

export type CalibrationConditions = z.infer<typeof calibrationConditionsSchema>
export type BudgetItem = z.infer<typeof budgetItemSchema>
export type CameraFactor = z.infer<typeof cameraFactorSchema>
export type StoredRecoveryCurve = z.infer<typeof recoveryCurveSchema>
export type StoredCalibration = z.infer<typeof storedCalibrationSchema>
export type CalibrationView = z.infer<typeof calibrationViewSchema>
export type CalibrationAnalyse = z.infer<typeof calibrationAnalyseSchema>
export type CalibrationDraft = z.infer<typeof calibrationDraftSchema>
export type Phantom = z.infer<typeof phantomSchema>
