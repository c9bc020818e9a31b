/** What the window asks and hears about registrations between time points and cycles. */
import { z } from './schema.ts'
import { imageGridSchema, vec3Schema } from './domain.ts'

const id = z.string().min(1).max(200)
const started = z.strictObject({ jobId: id })
const matrix = z.array(z.number()).length(16)

export const registrationStatusSchema = z.enum(['proposed', 'accepted', 'rejected'])

/** How well two images fit, as far as it was measured; null where it was not. */
export const registrationQualitySchema = z.strictObject({
  metric: z.string(),
  metricBefore: z.number().nullable(),
  metricAfter: z.number().nullable(),
  overlapFraction: z.number().nullable(),
  /** Determinant of the Jacobian: below 1 the fixed image's tissue is compressed in the moving one. */
  jacobianMinimum: z.number().nullable(),
  jacobianMaximum: z.number().nullable(),
  foldedFraction: z.number().nullable(),
  /** Of structures of the same name at both time points, carried to the fixed image; null where `problem` says why not. */
  structures: z.array(
    z.strictObject({
      name: z.string(),
      dice: z.number().nullable(),
      meanSurfaceDistanceMm: z.number().nullable(),
      /** The larger of both directions. */
      percentile95SurfaceDistanceMm: z.number().nullable(),
      maximumSurfaceDistanceMm: z.number().nullable(),
      fixedVolumeMl: z.number().nullable(),
      movedVolumeMl: z.number().nullable(),
      problem: z.string(),
    }),
  ),
  /** How far each fixed landmark, carried by the registration, ends from its counterpart. */
  landmarks: z
    .strictObject({
      count: z.int(),
      meanMm: z.number(),
      rmsMm: z.number(),
      maximumMm: z.number(),
      each: z.array(z.strictObject({ name: z.string(), errorMm: z.number() })),
    })
    .nullable(),
})

/** One anatomical point marked in both images, in the patient coordinates of each (LPS, mm). */
export const registrationLandmarkSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  fixedMm: vec3Schema,
  movingMm: vec3Schema,
})

export const registrationViewSchema = z.strictObject({
  registrationId: id,
  /** The first in that frame of reference; null where no image of the course is in it. */
  movingTimePointId: z.string().nullable(),
  fixedTimePointId: z.string().nullable(),
  /** All that are in those frames of reference. */
  movingTimePointIds: z.array(id),
  fixedTimePointIds: z.array(id),
  type: z.enum(['RIGID', 'RIGID_SCALE', 'AFFINE', 'DEFORMABLE']),
  /** Row-major, moving patient coordinates (LPS, mm) to fixed ones; of a deformable one its linear part. */
  movingToFixed: matrix,
  origin: z.enum(['REG', 'same-frame-of-reference', 'computed', 'manual']),
  status: registrationStatusSchema,
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  /** In words: how it was made, why it stopped. */
  description: z.string(),
  remarks: z.array(z.string()),
  quality: registrationQualitySchema.nullable(),
  /** True where numbers are made with it wherever its two frames of reference are linked: of several linear ones the one that counts. */
  inUse: z.boolean(),
})

export const registrationComputeSchema = z.strictObject({
  patientId: id,
  movingTimePointId: id,
  fixedTimePointId: id,
  kind: z.enum(['rigid', 'affine', 'deformable']),
  channels: z
    .array(z.enum(['ct', 'emission']))
    .min(1)
    .max(2),
  metric: z.enum(['mutual-information', 'normalised-correlation']),
  initial: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('present') }),
    z.strictObject({ kind: z.literal('centres-of-mass') }),
    z.strictObject({ kind: z.literal('matrix'), movingToFixed: matrix }),
  ]),
  /** Only this part of the fixed image counts: a box in patient coordinates (LPS, mm), or around a structure with a margin. */
  region: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('box'), lowMm: vec3Schema, highMm: vec3Schema }),
      z.strictObject({ kind: z.literal('structure'), structureId: id, marginMm: z.number().min(0).max(200) }),
    ])
    .nullable(),
  /** Deformable only. */
  controlSpacingMm: z.number().min(5).max(200).default(40),
})

/** The moving image as it lies on the fixed one, for the eye, and how the structures agree there. */
export const registrationPreviewSchema = z.strictObject({
  grid: imageGridSchema,
  /** float32 voxels at app://volume/<id>; null where the time point lacks the image. */
  ctId: z.string().nullable(),
  emissionId: z.string().nullable(),
  /** Determinant of the Jacobian; null for linear ones. */
  jacobianId: z.string().nullable(),
  /** x, y, z of the displacement in mm for each voxel of `displacementGrid`; null for linear ones. */
  displacementId: z.string().nullable(),
  displacementGrid: imageGridSchema.nullable(),
  /** Of a deformable one: structures of the moving time point carried to the fixed one, bytes 0–255 at app://mask/<id>. */
  structures: z.array(
    z.strictObject({ id, name: z.string(), grid: imageGridSchema, boxStart: vec3Schema, boxSize: vec3Schema }),
  ),
  /** The structures of both as they are now: they may have been drawn anew since the registration was made. */
  agreement: registrationQualitySchema.shape.structures,
})

const pair = { patientId: id, movingTimePointId: id, fixedTimePointId: id }

export const registrationRequests = {
  'registrations.list': { ask: z.strictObject({ patientId: id }), answer: z.array(registrationViewSchema) },
  'registrations.compute': { ask: registrationComputeSchema, answer: started },
  /** One made by hand in the views: its structures are measured, then it is stored. */
  'registrations.manual': { ask: z.strictObject({ ...pair, movingToFixed: matrix }), answer: started },
  'registrations.judge': {
    ask: z.strictObject({ patientId: id, registrationId: id, status: z.enum(['accepted', 'rejected']) }),
    answer: z.array(registrationViewSchema),
  },
  /** Several at once, as a question names them: those of them that nobody has judged. */
  'registrations.accept': {
    ask: z.strictObject({ patientId: id, registrationIds: z.array(id).min(1).max(1000) }),
    answer: z.array(registrationViewSchema),
  },
  'registrations.preview': { ask: z.strictObject({ patientId: id, registrationId: id }), answer: started },
  'registrations.previewResult': {
    ask: z.strictObject({ patientId: id, registrationId: id }),
    answer: registrationPreviewSchema,
  },
  /** Landmarks belong to the two images: every registration of them is measured by the same ones. */
  'registrations.landmarks': { ask: z.strictObject(pair), answer: z.array(registrationLandmarkSchema) },
  'registrations.saveLandmarks': {
    ask: z.strictObject({ ...pair, landmarks: z.array(registrationLandmarkSchema).max(500) }),
    answer: z.array(registrationViewSchema),
  },
} as const

export type RegistrationView = z.infer<typeof registrationViewSchema>
export type RegistrationCompute = z.output<typeof registrationComputeSchema>
export type RegistrationQuality = z.infer<typeof registrationQualitySchema>
export type RegistrationPreview = z.infer<typeof registrationPreviewSchema>
export type RegistrationLandmark = z.infer<typeof registrationLandmarkSchema>
