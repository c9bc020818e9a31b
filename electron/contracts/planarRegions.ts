/** Regions drawn on planar images: what images there are, their views, and what a request measures in one region. Nothing is stored. */
import { z } from './schema.ts'
import { planarRequestSchema } from './planarRequest.ts'

const path = z.string().min(1).max(4000)
const name = z.string().min(1).max(200)
const text = z.string().max(1000)
const shiftMm = z.tuple([z.number(), z.number()])
const uncertain = z.strictObject({ value: z.number(), standardUncertainty: z.number() })
const windowKev = z.strictObject({ lowKev: z.number(), highKev: z.number() })

/** Images of one time, as a request names them. */
export const planarAcquisitionSchema = z.strictObject({
  /** Folder or file. */
  images: path,
  /** "Planar 24 h, 2 views" */
  description: text,
  /** After the start of the administration; null where the files do not say when they were taken. */
  timeH: z.number().nullable(),
  startLocal: z.string().nullable(),
  frames: z.int().nonnegative(),
  /** False: the detector of the anterior view has to be given. */
  namesViews: z.boolean(),
  detectors: z.array(z.int().positive()),
  windowsKev: z.array(windowKev),
  isWholeBody: z.boolean(),
})

/** Counts of one view in the window of the peak, as the camera head saw them. */
export const planarViewSchema = z.strictObject({
  columns: z.int().positive(),
  rows: z.int().positive(),
  /** Along a row and down. */
  pixelSpacingMm: shiftMm,
  /** Float32, little-endian, column fastest. */
  countsBase64: z.base64(),
})

const viewCounts = z.strictObject({
  gross: uncertain,
  scatter: uncertain,
  /** Subtracted from the region; null without a background region. */
  background: uncertain.nullable(),
  net: uncertain,
  /** Part of the organ that nothing overlaps; null without an overlap. */
  overlapShare: uncertain.nullable(),
})

export const planarMeasuredSchema = z.strictObject({
  /** e^(−μ·T), of the whole body along the view. */
  transmission: uncertain,
  /** Of the source's own attenuation. */
  sourceFactor: uncertain,
  /** In the order of time. */
  times: z.array(
    z.strictObject({
      timeH: z.number(),
      anterior: viewCounts,
      posterior: viewCounts,
      geometricMeanCps: uncertain,
      activityBq: uncertain,
      /** Where regions lie on the mirrored posterior view, against the anterior one. */
      posteriorShiftMm: shiftMm,
    }),
  ),
  remarks: z.array(text),
})

/** What a request was made of, so that it can be drawn further. */
export const planarOriginSchema = z.strictObject({
  request: z.record(z.string(), z.unknown()),
  folder: z.string().max(4000),
  ctPath: z.string().max(4000).nullable(),
  /** Which region of the request; null: the whole body. */
  region: name.nullable(),
})

export const planarRequests = {
  /** The planar images below a path, by time. */
  'planar.look': {
    ask: z.strictObject({ patientId: name, cycle: z.int().positive(), path }),
    answer: z.strictObject({ acquisitions: z.array(planarAcquisitionSchema), problems: z.array(text) }),
  },
  'planar.views': {
    ask: z.strictObject({
      images: path,
      peakKev: z.number().positive(),
      anteriorDetector: z.int().positive().optional(),
    }),
    answer: z.strictObject({ anterior: planarViewSchema, posterior: planarViewSchema }),
  },
  /** One region of a request; what is wrong with it is the failure. */
  'planar.measure': {
    ask: z.strictObject({ request: planarRequestSchema, ctPath: path.nullable(), region: name }),
    answer: planarMeasuredSchema,
  },
  /** Images that are held for the next measurement are let go. */
  'planar.release': { ask: z.strictObject({}), answer: z.strictObject({}) },
} as const

export type PlanarAcquisition = z.infer<typeof planarAcquisitionSchema>
export type PlanarViewImage = z.infer<typeof planarViewSchema>
export type PlanarMeasured = z.infer<typeof planarMeasuredSchema>
export type PlanarOrigin = z.infer<typeof planarOriginSchema>
