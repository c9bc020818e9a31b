/** Standardised uptake values of a patient's time points: the scales of display, and the uptake in structures. */
import { z } from './schema.ts'

const id = z.string().min(1).max(200)
const measured = z.strictObject({ value: z.number(), standardUncertainty: z.number() })

/** What the uptake is divided by; shown as SUVbw, SUVlbm, SUVbsa. */
export const suvKindSchema = z.enum(['weight', 'lean-mass', 'surface'])

/** What a person says of the body; null: as in the files. */
export const suvBodySchema = z.strictObject({
  weightKg: z.number().gt(0.3).lt(700).nullable().default(null),
  heightM: z.number().gt(0.2).lt(2.8).nullable().default(null),
  sex: z.enum(['M', 'F']).nullable().default(null),
  /** Where the numbers come from: "weighed on the day of the scan". */
  reason: z.string().trim().max(200).default(''),
})

export const suvScaleSchema = z.strictObject({
  kind: suvKindSchema,
  /** SUV for each unit of the stored voxels (Bq/mL, or counts with a calibration). */
  suvPerStored: measured,
  unit: z.enum(['g/mL', 'cm²/mL']),
  /** Formula and numbers behind it: "Janmahasatian 2005: 52.1 kg". */
  method: z.string(),
  remarks: z.array(z.string()),
})

/** Why a scale cannot be given, and what to do. */
export const suvMissingSchema = z.strictObject({ kind: suvKindSchema, message: z.string(), hint: z.string() })

export const suvTimePointSchema = z.strictObject({
  timePointId: id,
  scales: z.array(suvScaleSchema),
  missing: z.array(suvMissingSchema),
  /** "Ga-68, 150.2 MBq at administration, 79.8 MBq at the start of the scan, 1.03 h later". */
  injected: z.string(),
})

/** Uptake of one structure at one time point, in each scale that can be given. */
export const suvStructureSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['organ', 'lesion', 'other']),
  volumeMl: z.number(),
  /** Part of it outside the image. */
  fractionOutside: z.number(),
  meanBqPerMl: z.number(),
  maximumBqPerMl: z.number(),
  /**
   * Highest mean in a ball of 1 mL about a voxel at least half of which lies in the structure; null where no ball fits into the image.
   */
  peakBqPerMl: z.number().nullable(),
  values: z.array(
    z.strictObject({ kind: suvKindSchema, mean: measured, maximum: measured, peak: measured.nullable() }),
  ),
  /** Why nothing could be measured; '' if it could. */
  problem: z.string(),
})

export const suvStructuresSchema = z.strictObject({
  timePoint: suvTimePointSchema,
  /** "RTSTRUCT "contours" of this time point"; '' where it has none. */
  outlines: z.string(),
  structures: z.array(suvStructureSchema),
  remarks: z.array(z.string()),
})

export const suvRequests = {
  /** Of all time points of the patient, diagnostic ones too, with what the files and a person say of the body. */
  'suv.scales': {
    ask: z.strictObject({ patientId: id }),
    answer: z.strictObject({
      /** As the files have it. */
      ofFiles: z.strictObject({
        weightKg: z.number().nullable(),
        heightM: z.number().nullable(),
        sex: z.enum(['M', 'F', 'O']).nullable(),
      }),
      /** As a person has it. */
      given: suvBodySchema,
      timePoints: z.array(suvTimePointSchema),
    }),
  },
  /** Keeps what a person says of the body, as a decision with its reason; numbers of dosimetry do not rest on it. */
  'suv.setBody': {
    ask: z.strictObject({ patientId: id, body: suvBodySchema }),
    answer: z.strictObject({}),
  },
  /** Measures the structures of a time point; nothing is stored. */
  'suv.structures': { ask: z.strictObject({ patientId: id, timePointId: id }), answer: suvStructuresSchema },
} as const

export type SuvKind = z.infer<typeof suvKindSchema>
export type SuvBody = z.infer<typeof suvBodySchema>
export type SuvScaleOf = z.infer<typeof suvScaleSchema>
export type SuvTimePoint = z.infer<typeof suvTimePointSchema>
export type SuvStructures = z.infer<typeof suvStructuresSchema>
export type SuvStructure = z.infer<typeof suvStructureSchema>
