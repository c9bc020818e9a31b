/** The boundary of the store: what comes in is checked before it becomes a row. */
import { z } from 'zod'
import {
  imageCameraSchema,
  imageGridSchema,
  imageQuantitySchema,
  instantSchema,
  patientIdentitySchema,
  radiopharmaceuticalSchema,
} from '../electron/contracts/domain.ts'
import { activitySeriesSchema, markerSeriesSchema } from '../electron/contracts/measuredSeries.ts'
import { importProblemSchema } from '../electron/contracts/problems.ts'
import { registrationQualitySchema } from '../electron/contracts/registrations.ts'
import { structureMethodSchema, structureReviewSchema } from '../electron/contracts/structures.ts'
import {
  artifactKinds,
  type ArtifactDraft,
  type CalibrationInput,
  type CourseInput,
  type CycleInput,
  type DecisionInput,
  type ImageInput,
  type ImportBatchInput,
  type MeasuredSeriesInput,
  type PopulationInput,
  type RegistrationInput,
  type SeriesInput,
  type SourceFileInput,
  type StructureSetInput,
  type StudyInput,
  type TimePointInput,
} from '../electron/services/ports/store.ts'
import { InputError } from '../native-core/errors/index.ts'

const text = z.string()
const name = z.string().min(1)
const id = z.string().regex(/^[0-9a-f]{32}$/, 'must be an id of this store')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')
const nullableText = text.nullable()
const zone = z.int().min(-720).max(840).nullable()
const instant = instantSchema.extend({ utcOffsetMin: zone })
const sources = z.array(sha256)
const positive = z.number().positive()

export const patientSchema = patientIdentitySchema.extend({
  key: name,
  birthDate: z.iso.date().nullable(),
  weightKg: positive.lt(700).nullable(),
  heightM: positive.lt(3).nullable(),
})

export const courseSchema: z.ZodType<CourseInput> = z.strictObject({
  patientId: id,
  key: name,
  agent: text,
  nuclide: z
    .string()
    .regex(/^[A-Z][a-z]?-\d{1,3}m?\d?$/, 'must be written as "Lu-177" or "Tc-99m"')
    .nullable(),
})

export const cycleSchema: z.ZodType<CycleInput> = z.strictObject({
  courseId: id,
  key: name,
  number: z.int().min(1).max(100),
  netActivityBq: z.number().min(1e4).max(1e12).nullable(),
  administrationStart: instant.nullable(),
  administrationStop: instant.nullable(),
  ligandAmountMol: positive.lt(1e-3).nullable(),
})

export const timePointSchema: z.ZodType<TimePointInput> = z.strictObject({
  cycleId: id,
  key: name,
  label: text,
  acquisitionStart: instant.nullable(),
  images: z.array(z.strictObject({ imageId: id, role: z.enum(['emission', 'anatomy', 'other']) })),
})

export const studySchema: z.ZodType<StudyInput> = z.strictObject({ patientId: id, studyUid: name, description: text })

export const seriesSchema: z.ZodType<SeriesInput> = z.strictObject({
  studyId: id,
  seriesUid: name,
  modality: text,
  description: text,
  manufacturer: text,
  frameOfReferenceUid: nullableText,
  keptBecause: nullableText,
})

export const sourceFileSchema: z.ZodType<SourceFileInput> = z.strictObject({
  seriesId: id,
  sha256,
  sopInstanceUid: text,
  sopClassUid: text,
  displayPath: text,
})

const grid = imageGridSchema.extend({
  dimensions: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
  spacingMm: z.tuple([positive, positive, positive]),
})

export const imageSchema: z.ZodType<ImageInput> = z.strictObject({
  seriesId: id,
  key: name,
  modality: z.enum(['CT', 'NM', 'PT', 'MR', 'RTDOSE']),
  grid,
  quantity: imageQuantitySchema,
  frameOfReferenceUid: nullableText,
  acquisitionStart: instant.nullable(),
  acquisitionDurationS: positive.nullable(),
  radiopharmaceutical: radiopharmaceuticalSchema.nullable(),
  lossyCompressed: z.boolean(),
  camera: imageCameraSchema.nullable(),
  verdict: z.enum(['accept', 'warn', 'ask']),
  voxelsVolumeId: sha256,
  sourceSha256s: sources,
})

const byte = z.int().min(0).max(255)
const structure = z.strictObject({
  number: z.int().nonnegative(),
  name: text,
  type: text,
  colourRgb: z.tuple([byte, byte, byte]).nullable(),
  geometryVolumeId: sha256,
  method: structureMethodSchema.nullable(),
  review: structureReviewSchema,
  identity: name.nullable(),
})

export const structureSetSchema: z.ZodType<StructureSetInput> = z.strictObject({
  patientId: id,
  seriesId: id.nullable(),
  key: name,
  origin: z.enum(['RTSTRUCT', 'SEG', 'drawn', 'computed']),
  label: text,
  frameOfReferenceUid: nullableText,
  referencedSeriesUid: nullableText,
  sourceSha256s: sources,
  structures: z.array(structure).refine((all) => new Set(all.map((one) => one.number)).size === all.length, {
    message: 'two structures have the same number',
  }),
})

const affine = z
  .array(z.number())
  .length(16)
  .refine((m) => m[12] === 0 && m[13] === 0 && m[14] === 0 && m[15] === 1, 'its last row must be 0 0 0 1')

export const registrationSchema: z.ZodType<RegistrationInput> = z
  .strictObject({
    patientId: id,
    key: name,
    fromFrameOfReferenceUid: name,
    toFrameOfReferenceUid: name,
    type: z.enum(['RIGID', 'RIGID_SCALE', 'AFFINE', 'DEFORMABLE']),
    matrix: affine,
    deformation: z.strictObject({ grid, fixedToMoving: affine, displacementVolumeId: sha256 }).nullable(),
    origin: z.enum(['REG', 'same-frame-of-reference', 'computed', 'manual']),
    method: z
      .strictObject({ description: text, remarks: z.array(text), quality: registrationQualitySchema.nullable() })
      .nullable(),
    sourceSha256s: sources,
  })
  .refine(({ type, deformation }) => (type === 'DEFORMABLE') === (deformation !== null), {
    message: 'a deformable registration has a deformation, and no other has',
  })

export const calibrationSchema: z.ZodType<CalibrationInput> = z.strictObject({
  key: name,
  kind: name,
  content: z.record(z.string(), z.unknown()),
})

export const populationSchema: z.ZodType<PopulationInput> = z.strictObject({
  name,
  version: z.int().positive(),
  kind: name,
  content: z.record(z.string(), z.unknown()),
})

export const measuredSeriesSchema: z.ZodType<MeasuredSeriesInput> = z.discriminatedUnion('kind', [
  z.strictObject({ patientId: id, kind: z.literal('activity'), content: activitySeriesSchema }),
  z.strictObject({ patientId: id, kind: z.literal('marker'), content: markerSeriesSchema }),
])

export const importBatchSchema: z.ZodType<ImportBatchInput> = z.strictObject({
  sources: z.array(text),
  programVersion: text,
  filesSeen: z.int().nonnegative(),
  bytesSeen: z.int().nonnegative(),
  problems: z.array(z.strictObject({ patientId: id.nullable(), problem: importProblemSchema })),
})

const entity = z.enum([
  'patient',
  'course',
  'cycle',
  'time-point',
  'study',
  'series',
  'source-file',
  'image',
  'structure-set',
  'structure',
  'registration',
  'calibration',
  'population',
  'measured-series',
  'decision',
  'setting',
  'artifact',
  'import-batch',
  'data-set',
])
const reference = z.strictObject({ entity, id: name })

export const decisionSchema: z.ZodType<DecisionInput> = z.strictObject({
  subject: reference,
  code: name,
  value: z.unknown(),
  reason: text,
})

export const artifactSchema: z.ZodType<ArtifactDraft> = z.strictObject({
  kind: z.enum(artifactKinds),
  algorithmVersion: name,
  parameters: z.unknown(),
  inputs: z.array(z.strictObject({ role: name, ref: reference, hash: sha256 })),
  subject: reference,
  slot: text,
  payload: z.unknown(),
  volumes: z.record(name, sha256),
})

/** `value`, if it fits; else throws InputError 'store.invalid-value' that names `what` and the field. */
export function validated<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  throw new InputError(
    'store.invalid-value',
    `The ${what} was not stored. ${field}${issue?.message ?? 'it does not fit'}.`,
    'Correct the value; check its unit.',
  )
}
