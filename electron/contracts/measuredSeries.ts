/**
 * Measured series of a patient: time courses that are not read from the SPECT or PET of the course (planar images, probe, blood and urine
 * samples, typed values), and markers in blood. A stored one is never changed; one that an analysis uses is copied whole into the protocol,
 * so that the hash of a result covers it.
 */
import { planarOriginSchema } from './planarRegions.ts'
import { z } from './schema.ts'

const id = z.string().min(1).max(200)
const text = z.string().max(1000)
const name = z.string().trim().min(1).max(200)
const relative = z.number().min(0).max(3)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * Common source of what is relative to the administered activity (probe, excretion): the same error as that of the activity itself, so that it is not
 * counted in what is given per activity.
 */
export const ACTIVITY_METER = 'activity meter'

/** Source of the error of a stated mass: an activity that was made with the same mass names it too, and the dose does not depend on it. */
export const statedMassSource = (structure: string, source: string): string => `stated mass of ${structure} (${source})`

/** Points of a series at most. */
export const MOST_SERIES_POINTS = 500

/** What the series is of. `whole-body`, `marrow` and `blood` are outlined on no image. */
export const seriesRegionSchema = z.enum(['organ', 'lesion', 'whole-body', 'marrow', 'blood', 'other'])

/** What it was measured with; `typed`: entered by a person. */
export const seriesSourceSchema = z.enum(['planar', 'hybrid', 'samples', 'probe', 'typed'])

/**
 * The points, in the order of time. Values are those at their times, not decay-corrected; uncertainties are one standard deviation (k = 1) of the
 * point alone, without what all points share. Whether the numbers make a curve is checked when a series is added or used (`series.*` errors).
 */
export const seriesCurveSchema = z.discriminatedUnion('quantity', [
  z.strictObject({
    quantity: z.literal('activity'),
    points: z
      .array(
        z.strictObject({ hoursAfterInjection: z.number(), activityBq: z.number(), standardUncertaintyBq: z.number() }),
      )
      .max(MOST_SERIES_POINTS),
  }),
  z.strictObject({
    /** Only the shape is known: it can be scaled to images, and nothing else. */
    quantity: z.literal('relative'),
    points: z
      .array(
        z.strictObject({ hoursAfterInjection: z.number(), relativeValue: z.number(), standardUncertainty: z.number() }),
      )
      .max(MOST_SERIES_POINTS),
  }),
])

/**
 * One thing that all points share. Equal sources, here, in other structures and in other cycles, are one quantity with one error ("sensitivity of
 * camera 2 of 2026-03-01"), different ones are independent.
 */
export const seriesCommonSchema = z.strictObject({ source: name, relativeStandardUncertainty: relative })

/** Mass of a region without an outline. */
export const seriesMassSchema = z.strictObject({
  massKg: z.number(),
  standardUncertaintyKg: z.number(),
  /** "ICRP 89, adult male", "weighed". */
  source: name,
  evidence: z.enum(['verified', 'transcribed', 'designed', 'unverified']),
})

/** How a series was made. Who stored it and when is beside the content. */
export const seriesOriginSchema = z.strictObject({
  method: text,
  /** SHA-256 of the request as canonical JSON; null where there was none (typed). */
  requestHash: sha256.nullable().default(null),
  /** SHA-256 of the files that were read. */
  inputHashes: z.array(sha256).max(1000).default([]),
  softwareVersion: z.string().max(100).default(''),
  /** Of planar images: the request with its regions. */
  planar: planarOriginSchema.optional(),
})

const remarks = z.array(text).max(100).default([])

/** A time–activity series of one structure in one cycle. */
export const activitySeriesSchema = z.strictObject({
  kind: z.literal('activity'),
  cycle: z.int().positive(),
  /** As in the analysis. */
  structure: name,
  region: seriesRegionSchema,
  source: seriesSourceSchema,
  /** "Lu-177": what the points are of. */
  nuclide: z.string().min(1).max(20),
  curve: seriesCurveSchema,
  /** Empty: nothing that all points share is known to be uncertain. */
  common: z.array(seriesCommonSchema).max(20).default([]),
  /** Used where the structure has no outline; null: then there is no dose, only the TIA. */
  mass: seriesMassSchema.nullable().default(null),
  origin: seriesOriginSchema,
  /** Assumptions and remarks of what made it. */
  remarks,
})

/** A marker of response in time (PSA, chromogranin A). Never a part of kinetics. */
export const markerSeriesSchema = z.strictObject({
  kind: z.literal('marker'),
  /** "PSA". */
  marker: name,
  /** "ng/mL". */
  unit: z.string().trim().min(1).max(40),
  points: z
    .array(
      z.strictObject({
        date: z.iso.date(),
        value: z.number(),
        /** One standard deviation; null where it is not known. */
        standardUncertainty: z.number().nullable().default(null),
      }),
    )
    .max(MOST_SERIES_POINTS),
  origin: seriesOriginSchema,
  remarks,
})

export const measuredSeriesSchema = z.discriminatedUnion('kind', [activitySeriesSchema, markerSeriesSchema])

export const measuredSeriesViewSchema = z.strictObject({
  seriesId: id,
  patientId: id,
  addedAt: z.string(),
  addedBy: z.string(),
  /** SHA-256 of the content. */
  contentHash: sha256,
  /** Whether the patient's protocol uses it now. */
  inUse: z.boolean(),
  content: measuredSeriesSchema,
})

/**
 * instead-of-images: the points of the series alone. scaled-to-images: its shape, its size from the images of the same cycle that lie near a point of
 * it in time. together-with-images: both sets of points in one fit.
 */
export const seriesUseSchema = z.enum(['instead-of-images', 'scaled-to-images', 'together-with-images'])

/** An entry of the protocol: one series for a structure of a cycle, copied whole. */
export const measuredSeriesEntrySchema = z.strictObject({
  cycle: z.int().positive(),
  structure: name,
  series: z.strictObject({
    /** The stored object; null where the content was given in the protocol itself. */
    seriesId: id.nullable().default(null),
    content: activitySeriesSchema,
  }),
  use: seriesUseSchema,
  /** scaled-to-images: how far an image may lie from a point of the series. 2 h: designed, unverified. */
  toleranceH: z.number().min(0).max(24).default(2),
  /** Points that are shown but not fitted, by their times. */
  pointsLeftOut: z
    .array(z.strictObject({ hoursAfterInjection: z.number(), reason: z.string().max(200).default('') }))
    .max(MOST_SERIES_POINTS)
    .default([]),
})

/** In the result: which series a structure's curve is of. */
export const measuredSeriesResultSchema = z.strictObject({
  seriesId: id.nullable(),
  region: seriesRegionSchema,
  source: seriesSourceSchema,
  use: seriesUseSchema,
  method: text,
  common: z.array(seriesCommonSchema),
  /** Points of the series, and of images, in the fit. */
  seriesPoints: z.int().nonnegative(),
  imagePoints: z.int().nonnegative(),
  /** How the series was scaled; null where it was not. */
  scale: z
    .strictObject({
      /** Bq for each unit of the series' values. */
      bqPerUnit: z.number(),
      relativeStandardUncertainty: relative,
      pairs: z.array(z.strictObject({ seriesTimeS: z.number(), imageTimeS: z.number(), bqPerUnit: z.number() })),
      chiSquare: z.number(),
    })
    .nullable(),
  /** False: no image of the cycle has an outline of it. */
  isOutlined: z.boolean(),
  remarks: z.array(text),
})

const made = {
  patientId: id,
  cycle: z.int().positive(),
  structure: name,
  region: seriesRegionSchema,
  mass: seriesMassSchema.nullable().default(null),
  /** Own relative standard uncertainty of each point that states none; left out: such points are refused when the series is added. */
  pointRelativeUncertainty: z.number().gt(0).max(1).optional(),
}

/** A request as the command line takes it: `theratwin quantify planar|hybrid|samples`. */
export const seriesFromRequestSchema = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('planar'),
    ...made,
    /** Of `quantify planar --schema`; paths of images are relative to `folder`. */
    request: z.record(z.string(), z.unknown()),
    folder: z.string().max(4000).default(''),
    /** CT for the attenuation, where the request asks for one. */
    ctPath: z.string().max(4000).nullable().default(null),
    /** Which region of the request; null: the whole body. */
    planarRegion: name.nullable(),
  }),
  z.strictObject({
    from: z.literal('hybrid'),
    ...made,
    /** Of `quantify hybrid --schema`. */
    request: z.record(z.string(), z.unknown()),
    /** Which structure of the request; left out: the only one. */
    hybridStructure: name.optional(),
  }),
  z.strictObject({
    from: z.literal('samples'),
    ...made,
    table: z.enum(['blood', 'urine', 'probe']),
    /** Rows by column names (`quantify samples --columns`), values as text. */
    rows: z.array(z.record(z.string(), z.string())).max(MOST_SERIES_POINTS),
    nuclide: z.string().min(1).max(20),
    administeredBq: z.strictObject({ value: z.number(), standardUncertainty: z.number() }),
    /** probe: reading without the patient. */
    background: z
      .strictObject({ value: z.number(), standardUncertainty: z.number() })
      .default({ value: 0, standardUncertainty: 0 }),
    /** blood: what its concentration is multiplied by. */
    bloodTo: z
      .discriminatedUnion('region', [
        z.strictObject({ region: z.literal('blood'), volumeMl: z.number(), relativeUncertainty: relative }),
        z.strictObject({
          region: z.literal('marrow'),
          /** Concentration in marrow over that in blood: by the hematocrit, or as given. Exactly one. */
          hematocrit: z.number().optional(),
          ratio: z.number().optional(),
          ratioRelativeUncertainty: relative.default(0),
          marrowMassKg: z.strictObject({ value: z.number(), standardUncertainty: z.number() }),
        }),
      ])
      .optional(),
  }),
])

const patient = z.strictObject({ patientId: id })
const one = z.strictObject({ patientId: id, seriesId: id })
const views = z.array(measuredSeriesViewSchema)

export const measuredSeriesRequests = {
  /** Those in use, by kind, structure and cycle, then the newest first. */
  'measuredSeries.list': { ask: patient, answer: views },
  /** Stands beside what is there already: nothing is overwritten. */
  'measuredSeries.add': {
    ask: z.strictObject({ patientId: id, content: measuredSeriesSchema }),
    answer: z.strictObject({ seriesId: id }),
  },
  /** It is no longer offered; a protocol that holds a copy of it keeps it. */
  'measuredSeries.retire': { ask: one, answer: views },
  /** A draft from images or samples; nothing is stored. */
  'measuredSeries.fromRequest': {
    ask: seriesFromRequestSchema,
    answer: z.strictObject({ draft: activitySeriesSchema }),
  },
  /**
   * Copies a stored series into the patient's protocol for its structure and cycle, in the place of another one; `use: null` takes it out of the
   * protocol.
   */
  'measuredSeries.use': {
    ask: z.strictObject({
      ...one.shape,
      use: seriesUseSchema.nullable(),
      toleranceH: z.number().min(0).max(24).optional(),
    }),
    answer: z.strictObject({}),
  },
} as const

export type SeriesRegion = z.infer<typeof seriesRegionSchema>
export type SeriesSource = z.infer<typeof seriesSourceSchema>
export type SeriesUse = z.infer<typeof seriesUseSchema>
export type SeriesCurve = z.infer<typeof seriesCurveSchema>
export type SeriesCommon = z.infer<typeof seriesCommonSchema>
export type SeriesMass = z.infer<typeof seriesMassSchema>
export type ActivitySeries = z.infer<typeof activitySeriesSchema>
export type MarkerSeries = z.infer<typeof markerSeriesSchema>
export type MeasuredSeries = z.infer<typeof measuredSeriesSchema>
export type MeasuredSeriesView = z.infer<typeof measuredSeriesViewSchema>
export type MeasuredSeriesEntry = z.infer<typeof measuredSeriesEntrySchema>
export type MeasuredSeriesResult = z.infer<typeof measuredSeriesResultSchema>
export type SeriesFromRequest = z.infer<typeof seriesFromRequestSchema>
