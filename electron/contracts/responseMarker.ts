/** A serum marker's response over time: its values, its model, and what follows. */
import { finite, local, name, positive, relative, text } from './responseCommon.ts'
import { z } from './schema.ts'

const markerChoiceSchema = z.strictObject({ value: z.number().nonnegative(), isFitted: z.boolean().default(false) })

/** A serum marker's model; rates in 1/s and per Bq and second, of the activity in all lesions together. */
export const markerSettingsSchema = z.strictObject({
  /** As the stored series names it: "PSA". */
  marker: name,
  /** Relative standard uncertainty of values that state none. */
  valueUncertainty: relative.optional(),
  growthPerS: markerChoiceSchema,
  directPerBqS: markerChoiceSchema,
  delayedPerBqS: markerChoiceSchema,
  effectPerS: markerChoiceSchema,
  /** Left out: fitted, from the first value. */
  baseline: positive.optional(),
  horizonS: positive.max(20 * 365 * 86400).default(180 * 86400),
  source: text,
})

/** null: not stated. */
export const markerValueSchema = z.strictObject({
  at: local,
  value: positive,
  relativeUncertainty: relative.nullable(),
})

/** Values of a marker, as they are typed. */
export const seriesOfMarkerSchema = z.strictObject({
  marker: name,
  unit: z.string().min(1).max(40),
  values: z.array(markerValueSchema).min(1).max(500),
})

export const markerResponseSchema = z.strictObject({
  marker: name,
  unit: z.string(),
  kind: z.enum(['fit', 'prediction']),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      unit: z.string(),
      value: finite,
      cv: finite.nullable(),
      interval: z.tuple([finite, finite]).nullable(),
      isFitted: z.boolean(),
    }),
  ),
  correlation: z.array(z.array(finite)),
  chiSquare: finite.nullable(),
  degreesOfFreedom: z.int().nullable(),
  values: z.array(
    z.strictObject({ at: local, timeS: finite, value: positive, relativeUncertainty: relative, residual: finite }),
  ),
  curve: z.strictObject({
    timeS: z.array(finite),
    value: z.array(finite),
    low: z.array(finite).nullable(),
    high: z.array(finite).nullable(),
  }),
  cycleStartsS: z.array(finite),
  remarks: z.array(z.string()),
})

export type MarkerSettings = z.output<typeof markerSettingsSchema>
export type MarkerResponse = z.output<typeof markerResponseSchema>
