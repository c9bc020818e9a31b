/** What was tried in biology and not kept when the window closed: drafts that count nowhere and are offered again. */
import { biologySettingsSchema } from './biology.ts'
import { evidenceSchema } from './biologyCommon.ts'
import { responseSettingsSchema } from './biologyResponse.ts'
import { z } from './schema.ts'

const effectsDraftSchema = z.strictObject({
  settings: biologySettingsSchema,
  /** What was kept then; null where nothing kept could be used. */
  base: biologySettingsSchema.nullable(),
})
const responseDraftSchema = z.strictObject({ settings: responseSettingsSchema, base: responseSettingsSchema })

const savedAt = z.string()
export const biologyDraftsSchema = z.strictObject({
  effects: effectsDraftSchema.extend({ savedAt }).nullable().default(null),
  response: responseDraftSchema.extend({ savedAt }).nullable().default(null),
})

const line = z.string().max(500)
const formulaParameterFieldsSchema = z.strictObject({
  ...{ name: line, title: line, unit: line, value: line, standardUncertainty: line, source: line },
  evidence: evidenceSchema,
})
/** A local formula while it is written: every field as its text, until the contract of formulas reads it. */
export const formulaFormSchema = z.strictObject({
  kind: z.enum(['ntcp', 'tcp', 'growth']),
  ...{ name: line, title: line, expression: z.string().max(2000) },
  ...{ source: z.string().max(1000), endpoint: line, population: line, validity: z.string().max(1000) },
  parameters: z.array(formulaParameterFieldsSchema).max(50),
  examples: z.array(z.strictObject({ at: line, value: line, tolerance: line })).max(50),
  quantity: z.enum(['absorbed dose', 'BED', 'EQD2']),
  alphaBetaGy: line,
  of: z.enum(['mean', 'geud', 'eubed']),
  ...{ a: line, alphaPerGy: line, from: line, to: line },
  mayFall: z.boolean(),
})

export const formulaFormDraftSchema = z.strictObject({
  form: formulaFormSchema,
  /** A further version of this name is written; null: a formula of a name of its own. */
  nextOf: z.string().nullable(),
})

const patient = { patientId: z.string().min(1).max(200) }

export const biologyDraftRequests = {
  'biologyDrafts.of': { ask: z.strictObject(patient), answer: biologyDraftsSchema },
  /** Puts drafts in the place of earlier ones: null takes one away, one that is left out stays. Nothing that counts changes. */
  'biologyDrafts.keep': {
    ask: z.strictObject({
      ...patient,
      effects: effectsDraftSchema.nullable().optional(),
      response: responseDraftSchema.nullable().optional(),
    }),
    answer: z.strictObject({}),
  },
  /** The half-written formula of the store. */
  'biologyDrafts.formula': {
    ask: z.strictObject({}),
    answer: formulaFormDraftSchema.extend({ savedAt }).nullable(),
  },
  'biologyDrafts.keepFormula': {
    ask: z.strictObject({ draft: formulaFormDraftSchema.nullable() }),
    answer: z.strictObject({}),
  },
} as const

export type BiologyDrafts = z.output<typeof biologyDraftsSchema>
export type FormulaForm = z.output<typeof formulaFormSchema>
export type FormulaFormDraft = z.output<typeof formulaFormDraftSchema>
