/** Images that a calibration can be taken from, as the window lists them. */
import { imageCameraSchema, instantSchema } from './domain.ts'
import { z } from './schema.ts'

const id = z.string().min(1).max(200)
const key = z.string().min(1).max(500)

/** The camera or scanner as the files of an image name it, with its maker; '' where they don't. */
export const namedCameraSchema = imageCameraSchema.extend({ manufacturer: z.string().max(500) })

export const phantomImageRefSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stored'), patientId: id, imageKey: key }),
  /** `imageKey` where there are several emission images below the path. */
  z.strictObject({ kind: z.literal('path'), path: z.string().min(1).max(4096), imageKey: key.optional() }),
])

export const phantomImageSchema = z.strictObject({
  image: phantomImageRefSchema,
  /** Name and number of the patient as which it was scanned. */
  patient: z.string(),
  description: z.string(),
  modality: z.enum(['NM', 'PT']),
  /** null where the voxels hold something else, or it is not known what. */
  unit: z.enum(['counts', 'Bq/mL']).nullable(),
  nuclide: z.string().nullable(),
  acquisitionStart: instantSchema.nullable(),
  /** Over which the counts were collected, s. */
  durationS: z.number().nullable(),
  matrix: z.tuple([z.number(), z.number(), z.number()]),
  voxelMm: z.tuple([z.number(), z.number(), z.number()]),
  /** null where the store does not hold it. */
  camera: namedCameraSchema.nullable(),
  /** Why the image cannot serve the purpose; '' where it can. */
  unusableFor: z.strictObject({
    /** A uniform phantom or a point source gives it. */
    factor: z.string(),
    /** Spheres give it. */
    recovery: z.string(),
  }),
})

export const phantomImagesAskSchema = z.strictObject({
  /** All emission images below it are read, none is imported; null: those of the store. */
  folder: z.string().min(1).max(4096).nullable(),
})

export type NamedCamera = z.infer<typeof namedCameraSchema>
export type PhantomImageRef = z.infer<typeof phantomImageRefSchema>
export type PhantomImageView = z.infer<typeof phantomImageSchema>
