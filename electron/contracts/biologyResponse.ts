/**
 * A lesion's response over time: growth and kill fitted to its volumes over the cycles or predicted from parameters, a serum marker, sensitive and resistant cells.
 * SI (Gy, s, Bq) but for volumes (mL); times are seconds after the start of the first administration.
 */
import { localFormulaSchema } from './biologyFormulas.ts'
import { instantSchema } from './domain.ts'
import { clonesResultSchema, clonesSettingsSchema } from './responseClones.ts'
import { finite, name } from './responseCommon.ts'
import { lesionResponseSchema, lesionResponseSettingsSchema, responseLesionSchema } from './responseLesion.ts'
import { markerResponseSchema, markerSettingsSchema, markerValueSchema } from './responseMarker.ts'
import { z } from './schema.ts'

export * from './responseClones.ts'
export * from './responseLesion.ts'
export * from './responseMarker.ts'

export const responseSettingsSchema = z.strictObject({
  byLesion: z.record(name, lesionResponseSettingsSchema).default({}),
  marker: markerSettingsSchema.nullable().default(null),
  clones: clonesSettingsSchema.nullable().default(null),
})

export const responsePatientSchema = z.strictObject({
  /** null where there is no analysis: volumes alone. */
  analysisKey: z.string().nullable(),
  stale: z.boolean(),
  /** Zero of all times. */
  firstAdministration: instantSchema,
  lesions: z.array(responseLesionSchema),
  markers: z.array(
    z.strictObject({ marker: name, unit: z.string(), values: z.array(markerValueSchema.extend({ timeS: finite })) }),
  ),
  settings: responseSettingsSchema,
  /** Local formulas of growth, all versions. */
  formulas: z.array(localFormulaSchema).default([]),
  remarks: z.array(z.string()),
})

const patient = { patientId: name }

export const biologyResponseRequests = {
  /** The lesions with their volumes and dose rates, marker values, and the settings that are kept. */
  'biologyResponse.of': { ask: z.strictObject(patient), answer: responsePatientSchema },
  /** Fits or predicts one lesion with the settings that are kept or with others that are tried. Nothing is stored. */
  'biologyResponse.fit': {
    ask: z.strictObject({
      ...patient,
      identity: name,
      settings: lesionResponseSettingsSchema.nullable().default(null),
    }),
    answer: lesionResponseSchema,
  },
  'biologyResponse.marker': {
    ask: z.strictObject({ ...patient, settings: markerSettingsSchema }),
    answer: markerResponseSchema,
  },
  /** Compares schedules of administrations, each cycle like the lesion's last one. */
  'biologyResponse.clones': {
    ask: z.strictObject({ ...patient, settings: clonesSettingsSchema }),
    answer: clonesResultSchema,
  },
  /** Gives up whatever is being computed; its question ends as cancelled. */
  'biologyResponse.cancel': { ask: z.strictObject({}), answer: z.strictObject({}) },
  /** Keeps settings as a decision of a person; earlier ones stay in the history, and the report shows what is kept. */
  'biologyResponse.save': {
    ask: z.strictObject({ ...patient, settings: responseSettingsSchema }),
    answer: responseSettingsSchema,
  },
} as const

export type ResponseSettings = z.output<typeof responseSettingsSchema>
export type ResponsePatient = z.output<typeof responsePatientSchema>
